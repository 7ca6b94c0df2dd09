//! Offers: whose they are, what takes them up, and what they give.

use serde_json::{Value, json};
use stampcard_server::{sweep::sweep, verify};

use super::ground::{Answer, Ground};

/// One that gives points at once, one with a code, one that is given one by one, one for a segment, one that is over.
fn ground() -> Ground {
    Ground::of(|program| {
        program["earn_rules"] = json!([
            {"id": "spend", "title": {"en": "Shop"},
             "earn": {"type": "spend", "ratio": {"points": 1, "per_minor": 100}}},
        ]);
        let member = json!({"type": "member"});
        let title = |en: &str, zh: &str| json!({"en": en, "zh-CN": zh});
        program["offers"] = json!([
            {"id": "gift", "title": title("A gift", "礼物"), "activation": member,
             "gives": {"type": "points", "points": 25}},
            {"id": "spring", "title": title("Spring", "春"), "description": title("With a code.", "凭码。"),
             "when": {"starts_on": "2026-01-05", "ends_on": "2026-01-31"},
             "activation": {"type": "code", "code": "SPRING"},
             "gives": {"type": "bonus", "points": 60, "minimum_order_minor": 1000}},
            {"id": "yours", "title": title("Yours", "专属"), "assigned": true, "activation": member,
             "gives": {"type": "multiplier", "factor": 30000, "lines": {"skus": ["TEA"]}}, "uses": 2},
            {"id": "gardeners", "title": title("Green", "绿"), "when": {"segments": ["gardeners"]},
             "gives": {"type": "bonus", "points": 5}},
            {"id": "readers", "title": title("Readers", "读者"), "when": {"consents": ["news"]},
             "gives": {"type": "bonus", "points": 7}},
            {"id": "over", "title": title("Over", "完"), "when": {"ends_on": "2026-01-09"}, "activation": member,
             "gives": {"type": "points", "points": 1000}},
        ]);
    })
}

/// Each offer of a member with its state and the code of the refusal.
async fn offers(ground: &Ground) -> Vec<(String, String, String)> {
    let page = ground.get("/v1/me/offers", "mei").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = page.body["items"].as_array().expect("a list").clone();
    items.iter().map(|offer| (text(&offer["id"]), text(&offer["state"]), text(&offer["refusal"]))).collect()
}

async fn state_of(ground: &Ground, id: &str) -> Option<String> {
    offers(ground).await.into_iter().find(|(of, ..)| of == id).map(|(_, state, _)| state)
}

async fn activate(ground: &Ground, id: &str, body: Value) -> Answer {
    ground.post_as(&format!("/v1/me/offers/{id}/activate"), "mei", body).await
}

async fn give(ground: &Ground, offer: &str, given: bool) -> Answer {
    ground
        .put("/v1/members/offers", json!({"member_reference": "mei", "offer_id": offer, "given": given}))
        .await
}

async fn order(ground: &Ground, id: &str) -> u64 {
    ground.order("mei", id, 10).await.body["points"].as_u64().expect("points")
}

#[tokio::test]
async fn a_member_sees_the_offers_that_are_theirs_in_their_language() {
    let ground = ground();
    ground.member("mei", 0).await;
    let seen = offers(&ground).await;
    let seen: Vec<_> =
        seen.iter().map(|(id, state, no)| (id.as_str(), state.as_str(), no.as_str())).collect();
    assert_eq!(
        seen,
        [("gift", "open", ""), ("spring", "open", ""), ("readers", "active", "consent_required")]
    );
    let mut asked = super::ground::get("/v1/me/offers?limit=2", &ground.token("mei"));
    asked.headers_mut().insert("accept-language", "zh-CN".parse().expect("a header"));
    let page = ground.send(asked).await.body;
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        page["items"][1],
        json!({
            "id": "spring", "title": "春", "description": "凭码。", "state": "open", "needs_code": true,
            "gives": {"type": "bonus", "points": 60, "minimum_order_minor": 1000}, "uses_left": 1,
            "starts_on": "2026-01-05", "ends_on": "2026-01-31",
        })
    );
    let next = page["next"].as_str().expect("a next page");
    let rest = ground.get(&format!("/v1/me/offers?limit=2&cursor={next}"), "mei").await.body;
    assert_eq!((&rest["items"][0]["id"], &rest["next"]), (&json!("readers"), &Value::Null));
    assert_eq!(ground.get("/v1/me/offers", "nobody").await.told(), (404, "member_not_found"));
}

#[tokio::test]
async fn an_offer_is_taken_up_once_and_gives_what_it_says() {
    let ground = ground();
    ground.member("mei", 0).await;
    let gift = activate(&ground, "gift", json!({})).await;
    assert_eq!((gift.status.as_u16(), &gift.body["points"]), (201, &json!(25)), "{}", gift.text);
    assert_eq!(gift.body["balance_after"], 25);
    assert_eq!(activate(&ground, "gift", json!({})).await.told(), (409, "offer_already_activated"));
    assert_eq!(state_of(&ground, "gift").await.as_deref(), Some("used"));
    assert_eq!(order(&ground, "before").await, 10, "nobody typed the code yet");
    for wrong in [json!({}), json!({"code": "SUMMER"})] {
        assert_eq!(activate(&ground, "spring", wrong).await.told(), (409, "offer_code_wrong"));
    }
    let spring = activate(&ground, "spring", json!({"code": "spring"})).await;
    assert_eq!((spring.status.as_u16(), &spring.body["points"]), (201, &json!(0)));
    assert_eq!(state_of(&ground, "spring").await.as_deref(), Some("active"));
    assert_eq!(order(&ground, "with-it").await, 70);
    assert_eq!(state_of(&ground, "spring").await.as_deref(), Some("used"));
    assert_eq!(order(&ground, "after-it").await, 10);
    for absent in ["over", "gardeners", "nowhere", "%20", "yours"] {
        let refused = activate(&ground, absent, json!({})).await;
        assert!(
            matches!(refused.told().1, "not_open" | "not_eligible" | "offer_not_found"),
            "{}",
            refused.text
        );
    }
    assert!(verify(&ground.folder().join("ledger.db")).expect("it is looked at").holds());
}

#[tokio::test]
async fn an_offer_for_one_member_is_theirs_as_long_as_the_merchant_gives_it() {
    let ground = ground();
    ground.member("mei", 0).await;
    ground.member("lin", 0).await;
    assert_eq!(state_of(&ground, "yours").await, None);
    let given = give(&ground, "yours", true).await;
    assert_eq!((given.status.as_u16(), &given.body), (200, &json!({"offer_id": "yours", "given": true})));
    assert_eq!(state_of(&ground, "yours").await.as_deref(), Some("open"));
    let foreign = ground.post_as("/v1/me/offers/yours/activate", "lin", json!({})).await;
    assert_eq!(foreign.told(), (404, "offer_not_found"));
    assert_eq!(activate(&ground, "yours", json!({})).await.status, 201);
    assert_eq!(order(&ground, "tripled").await, 30);
    assert_eq!(give(&ground, "yours", false).await.status, 200);
    assert_eq!(state_of(&ground, "yours").await, None);
    assert_eq!(order(&ground, "taken-away").await, 10);
    give(&ground, "yours", true).await;
    assert_eq!(order(&ground, "the-second-time").await, 30);
    assert_eq!(order(&ground, "used-twice").await, 10);
    for (member, offer) in [("nobody", "yours"), ("mei", "gift"), ("mei", "nowhere")] {
        let body = json!({"member_reference": member, "offer_id": offer, "given": true});
        assert_eq!(ground.put("/v1/members/offers", body).await.status, 404, "{offer} for {member}");
    }
}

#[tokio::test]
async fn whoever_wants_nothing_personal_has_no_offer_of_their_own() {
    let ground = ground();
    ground.member("mei", 0).await;
    ground.post("/v1/members", json!({"reference": "mei", "segments": ["gardeners"]})).await;
    give(&ground, "yours", true).await;
    assert_eq!(offers(&ground).await.len(), 5);
    ground.decide("mei", "personalization", false).await;
    let seen: Vec<_> = offers(&ground).await.into_iter().map(|(id, ..)| id).collect();
    assert_eq!(seen, ["gift", "spring", "readers"]);
    assert_eq!(activate(&ground, "yours", json!({})).await.told(), (404, "offer_not_found"));
    ground.decide("mei", "personalization", true).await;
    assert_eq!(offers(&ground).await.len(), 5, "nothing was lost");
}

#[tokio::test]
async fn offers_move_along_and_those_given_are_forgotten_with_the_member() {
    let ground = ground();
    ground.member("mei", 0).await;
    give(&ground, "yours", true).await;
    activate(&ground, "yours", json!({})).await;
    activate(&ground, "gift", json!({})).await;
    assert_eq!(ground.get("/v1/me/export", "mei").await.body["offers"], json!(["yours"]));
    let (there, _) = ground.moved();
    let there = ground.at(&there);
    for path in ["/v1/me/offers", "/v1/me/export"] {
        let (here, there) = (ground.get(path, "mei").await.body, there.get(path, "mei").await.body);
        assert_eq!(here, there, "{path}");
    }
    ground.erase("mei").await;
    let (_, text) = ground.moved();
    assert!(!text.contains("\"offers\":[\"yours\"]"), "{text}");
}

/// Points for everybody from a day on, for a segment, for whom the merchant chooses, on a birthday, and on Mondays.
fn giving() -> Ground {
    Ground::of(|program| {
        let gift = |id: &str, points: u64, when: Value| json!({"id": id, "title": {"en": id}, "when": when, "gives": {"type": "points", "points": points}});
        let mut chosen = gift("chosen", 1_000, json!({}));
        chosen["assigned"] = json!(true);
        program["offers"] = json!([
            gift("hello", 1, json!({"starts_on": "2026-01-15"})),
            gift("green", 10, json!({"segments": ["gardeners"]})),
            gift("cake", 100, json!({"birthday": "day"})),
            chosen,
            gift("monday", 10_000, json!({"weekdays": ["monday"]})),
        ]);
    })
}

async fn gifts(ground: &Ground) -> u64 {
    sweep(&ground.app, ground.clock.now()).await.expect("it sweeps").gifts
}

#[tokio::test]
async fn points_that_nobody_asks_for_come_once_to_each_whom_they_are_for() {
    const DAY_MS: i64 = 86_400_000;
    let ground = giving();
    for member in ["mei", "lin"] {
        ground.member(member, 0).await;
    }
    // Saturday, 10 January.
    assert_eq!(gifts(&ground).await, 0);
    assert_eq!(state_of(&ground, "hello").await.as_deref(), Some("active"), "nobody has to take it up");
    ground.clock.pass(2 * DAY_MS);
    let now = ground.clock.now();
    let (one, other) = tokio::join!(sweep(&ground.app, now), sweep(&ground.app, now));
    assert_eq!([one, other].map(|swept| swept.expect("it sweeps").gifts).iter().sum::<u64>(), 2);
    assert_eq!([ground.available("mei").await, ground.available("lin").await], [10_000, 10_000]);
    ground.post("/v1/members", json!({"reference": "mei", "segments": ["gardeners"]})).await;
    assert_eq!((gifts(&ground).await, ground.available("mei").await), (1, 10_010));
    give(&ground, "chosen", true).await;
    assert_eq!((gifts(&ground).await, ground.available("mei").await), (1, 11_010));
    ground.put_as("/v1/me/birthday", "mei", json!({"birthday": "01-20"})).await;
    // A server that was away gives on Wednesday, 21 January what began on the 15th, and no cake for yesterday.
    ground.clock.pass(9 * DAY_MS);
    assert_eq!((gifts(&ground).await, ground.available("mei").await), (2, 11_011));
    assert_eq!(state_of(&ground, "hello").await.as_deref(), Some("used"));
    ground.clock.pass(364 * DAY_MS);
    assert_eq!(
        (gifts(&ground).await, ground.available("mei").await),
        (1, 101),
        "20 January; what came first has expired"
    );
    ground.erase("lin").await;
    ground.member("ren", 0).await;
    assert_eq!((gifts(&ground).await, ground.available("ren").await), (1, 1));
    assert_eq!(gifts(&ground).await, 0);
    assert!(verify(&ground.folder().join("ledger.db")).expect("it is looked at").holds());
}

#[tokio::test]
async fn a_version_that_begins_to_give_looks_at_everybody() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    assert_eq!(gifts(&ground).await, 0);
    let ground = ground
        .again(|settings| {
            super::ground::set_program(settings, |program| {
                program.version += 1;
                program.offers = serde_json::from_value(json!([
                    {"id": "hello", "title": {"en": "Hello"}, "gives": {"type": "points", "points": 5}},
                ]))
                .expect("offers");
            });
        })
        .await;
    assert_eq!((gifts(&ground).await, ground.available("mei").await), (1, 5));
}
