//! Ways to earn: what is open to a member now, why not, and how far they are.

use serde_json::{Value, json};

use super::ground::Ground;

const DAY: i64 = 86_400_000;

fn ground() -> Ground {
    Ground::of(|program| {
        let rule =
            |id: &str, earn: Value| json!({"id": id, "title": {"en": id, "zh-CN": "规则"}, "earn": earn});
        let activity =
            |kind: &str, points: u64| json!({"type": "activity", "activity": kind, "points": points});
        let mut visit = rule("visit", json!({"type": "visit", "points": 4}));
        visit["limits"] = json!([{"period": "month", "points": 10}, {"period": "day", "times": 1}]);
        let mut check_in = activity("check_in", 1);
        check_in["streak"] = json!([{"days": 3, "points": 5}]);
        let mut news = rule("news", activity("newsletter", 20));
        news["when"] = json!({"consents": ["news"]});
        let mut gold = rule("gold", json!({"type": "visit", "points": 9}));
        gold["when"] = json!({"segments": ["gold-diggers"]});
        let mut birthday = activity("birthday", 30);
        birthday["span"] = json!("day");
        let goal = json!({"type": "goal", "measure": "orders", "target": 2, "period": "month", "points": 50});
        program["earn_rules"] = json!([
            visit,
            rule("goal", goal),
            rule("check-in", check_in),
            rule("profile", activity("profile_completed", 10)),
            news,
            rule("birthday", birthday),
            gold,
            rule("invite", json!({"type": "referral", "advocate": 10, "friend": 10})),
        ]);
        program["limits"] = json!({"per_member": [{"period": "year", "points": 90}]});
    })
}

async fn ways(ground: &Ground) -> Vec<Value> {
    let page = ground.get("/v1/me/ways-to-earn", "mei").await;
    assert_eq!(page.status, 200, "{}", page.text);
    page.body["items"].as_array().expect("a list").clone()
}

async fn way(ground: &Ground, id: &str) -> Value {
    ways(ground).await.into_iter().find(|way| way["rule"]["id"] == id).expect("the rule is there")
}

async fn closed(ground: &Ground, id: &str) -> Value {
    way(ground, id).await["closed"].clone()
}

async fn claim(ground: &Ground, kind: &str, id: &str) {
    let body = json!({"activity": {"id": id, "kind": kind}});
    let claimed = ground.post_as("/v1/me/activities", "mei", body).await;
    assert_eq!(claimed.status, 201, "{}", claimed.text);
}

#[tokio::test]
async fn every_way_says_whether_it_is_open_and_who_claims_it() {
    let ground = ground();
    ground.member("mei", 0).await;
    let seen: Vec<_> = ways(&ground)
        .await
        .iter()
        .map(|way| {
            let closed = way["closed"]["type"].as_str().unwrap_or_default().to_owned();
            (way["rule"]["id"].as_str().expect("text").to_owned(), closed, way["claimable"] == true)
        })
        .collect();
    let seen: Vec<_> =
        seen.iter().map(|(id, closed, claims)| (id.as_str(), closed.as_str(), *claims)).collect();
    assert_eq!(
        seen,
        [
            ("visit", "", false),
            ("goal", "", false),
            ("check-in", "", true),
            ("profile", "", true),
            ("news", "consent_missing", false),
            ("birthday", "other_day", true),
            ("gold", "other_members", false),
            ("invite", "", false),
        ]
    );
    let visit = way(&ground, "visit").await;
    assert_eq!(
        visit["left"],
        json!([
            {"by": "rule", "period": "month", "points": 10},
            {"by": "rule", "period": "day", "times": 1},
            {"by": "member", "period": "year", "points": 90},
        ])
    );
    assert_eq!(visit["rule"]["earn"], json!({"type": "visit", "points": 4}));
    let page = ground.get("/v1/me/ways-to-earn?limit=3", "mei").await.body;
    let next = page["next"].as_str().expect("a next page");
    let rest = ground.get(&format!("/v1/me/ways-to-earn?limit=100&cursor={next}"), "mei").await.body;
    assert_eq!((&rest["items"][0]["rule"]["id"], &rest["next"]), (&json!("profile"), &Value::Null));
    assert_eq!(ground.get("/v1/me/ways-to-earn", "nobody").await.told(), (404, "member_not_found"));
}

#[tokio::test]
async fn what_a_limit_leaves_shrinks_and_comes_back_with_the_period() {
    let ground = ground();
    ground.member("mei", 0).await;
    ground.order("mei", "1", 1).await;
    let reached = json!({"type": "limit_reached", "by": "rule", "period": "day"});
    assert_eq!(closed(&ground, "visit").await, reached);
    ground.clock.pass(DAY);
    ground.order("mei", "2", 1).await;
    ground.clock.pass(DAY);
    let visit = way(&ground, "visit").await;
    assert_eq!((&visit["left"][0]["points"], &visit["left"][1]["times"]), (&json!(2), &json!(1)));
    assert_eq!(visit["left"][2]["points"], 90 - 4 - 4 - 50, "the goal gave 50");
    ground.clock.pass(30 * DAY);
    assert_eq!(way(&ground, "visit").await["left"][0]["points"], 10);
    claim(&ground, "profile_completed", "p").await;
    let once = json!({"type": "limit_reached", "by": "rule", "period": "lifetime"});
    assert_eq!(closed(&ground, "profile").await, once);
}

#[tokio::test]
async fn goals_and_streaks_say_how_far_they_are() {
    let ground = ground();
    ground.member("mei", 0).await;
    ground.order("mei", "1", 1).await;
    let goal = way(&ground, "goal").await;
    assert_eq!(goal["progress"], json!({"done": 1, "target": 2, "rewarded": 0}));
    ground.order("mei", "2", 1).await;
    let goal = way(&ground, "goal").await;
    assert_eq!(goal["progress"], json!({"done": 2, "target": 2, "rewarded": 1}));
    assert_eq!(goal["closed"], json!({"type": "goal_reached"}));

    let streak = async || way(&ground, "check-in").await["streak"].clone();
    assert_eq!(streak().await, json!({"days": 0, "today": false}));
    claim(&ground, "check_in", "day-1").await;
    assert_eq!(streak().await, json!({"days": 1, "today": true}));
    ground.clock.pass(DAY);
    assert_eq!(streak().await, json!({"days": 1, "today": false}));
    claim(&ground, "check_in", "day-2").await;
    ground.clock.pass(DAY);
    claim(&ground, "check_in", "day-3").await;
    assert_eq!(streak().await, json!({"days": 3, "today": true}));
    ground.clock.pass(DAY);
    assert_eq!(streak().await, json!({"days": 0, "today": false}), "after the last step it begins again");
    claim(&ground, "check_in", "day-4").await;
    ground.clock.pass(2 * DAY);
    assert_eq!(streak().await, json!({"days": 0, "today": false}), "a gap");
}

#[tokio::test]
async fn what_is_known_of_a_member_opens_ways() {
    let ground = ground();
    ground.member("mei", 0).await;
    let said = json!({"reference": "mei", "birthday": "01-10", "segments": ["gold-diggers"]});
    ground.post("/v1/members", said).await;
    ground.decide("mei", "news", true).await;
    for id in ["birthday", "gold", "news"] {
        assert!(closed(&ground, id).await.is_null(), "{id}");
    }
    ground.decide("mei", "personalization", false).await;
    assert_eq!(closed(&ground, "gold").await["type"], "other_members");
    claim(&ground, "birthday", "b").await;
    assert_eq!(closed(&ground, "birthday").await["period"], "year");
}

#[tokio::test]
async fn a_program_that_says_nearly_everything_is_carried_out() {
    let everything = include_str!("../../fixtures/programs/everything.json");
    let ground = Ground::of(|program| {
        *program = serde_json::from_str(everything).expect("JSON");
        program["id"] = json!("lantern");
        let whole = program.as_object_mut().expect("an object");
        // What is left for somebody to look at and to remind of.
        whole.remove("review");
        whole.remove("nudges");
        for reward in program["rewards"].as_array_mut().expect("a list") {
            reward.as_object_mut().expect("an object").remove("review");
        }
    });
    let said = json!({"reference": "mei", "birthday": "01-10", "segments": ["writers", "collectors"]});
    assert_eq!(ground.post("/v1/members", said).await.status, 201);
    let rules = ways(&ground).await;
    assert_eq!(rules.len(), 18);
    assert!(closed(&ground, "birthday").await.is_null());
    claim(&ground, "birthday", "b").await;
    let offers = ground.get("/v1/me/offers", "mei").await.body["items"].clone();
    let ids: Vec<_> = offers.as_array().expect("a list").iter().map(|offer| &offer["id"]).collect();
    assert_eq!(ids, ["welcome-gift", "triple-pens"]);
    let gift = ground.post_as("/v1/me/offers/welcome-gift/activate", "mei", json!({})).await;
    assert_eq!(gift.body["points"], 25, "{}", gift.text);
    assert!(ground.get("/v1/me/referral", "mei").await.body["code"].is_string());
}
