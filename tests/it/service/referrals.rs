//! Invitations: the code, who may follow it, what both sides get, and what becomes of that when the order comes back.

use serde_json::{Value, json};
use stampcard_server::verify;

use super::{
    ground::{Answer, Ground},
    receiver::{Receiver, add, private, round},
};

/// Inviting gives 100, being invited 50, for an order of 50 euros, twice a year.
fn program(program: &mut Value) {
    program["invitation_link"] = json!("https://tea.example/?friend={code}");
    program["earn_rules"] = json!([
        {"id": "spend", "title": {"en": "Shop"},
         "earn": {"type": "spend", "ratio": {"points": 1, "per_minor": 100}}},
        {"id": "invite", "title": {"en": "Invite"}, "earn": {"type": "referral", "advocate": 100, "friend": 50},
         "minimum_order_minor": 5000, "limits": [{"period": "year", "times": 2}]},
    ]);
}

async fn ground() -> Ground {
    let ground = Ground::of(program);
    for member in ["mei", "lin", "ann"] {
        ground.member(member, 0).await;
    }
    ground
}

async fn code_of(ground: &Ground, member: &str) -> String {
    let referral = ground.get("/v1/me/referral", member).await;
    referral.body["code"].as_str().unwrap_or_else(|| panic!("{}", referral.text)).to_owned()
}

/// Friend follows advocate; the answer.
async fn follow(ground: &Ground, friend: &str, advocate: &str) -> Answer {
    let code = code_of(ground, advocate).await;
    ground.post("/v1/referrals", json!({"friend_reference": friend, "code": code})).await
}

/// What became of the friends of a member: states and points, newest first.
async fn friends(ground: &Ground, member: &str) -> Vec<(String, u64)> {
    let referral = ground.get("/v1/me/referral", member).await.body;
    let friends = referral["friends"].as_array().expect("a list").clone();
    let one = |friend: &Value| {
        assert_eq!(friend.as_object().map(serde_json::Map::len), Some(3), "nothing says who: {friend}");
        (friend["state"].as_str().expect("text").to_owned(), friend["points"].as_u64().expect("points"))
    };
    friends.iter().map(one).collect()
}

async fn listed(ground: &Ground, query: &str) -> Value {
    let request = super::ground::get(&format!("/v1/referrals{query}"), super::ground::SECRET_KEY);
    let page = ground.send(request).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page.body
}

async fn give_back(ground: &Ground, order: &str, amount_minor: Option<u64>) {
    let line = |amount| json!({"lines": [{"sku": "TEA", "quantity": 0, "amount_minor": amount}]});
    let body = amount_minor.map_or(json!({}), |amount| json!({"returned": line(amount)}));
    let refund = ground.post(&format!("/v1/orders/{order}/refunds"), body).await;
    assert_eq!(refund.status, 201, "{}", refund.text);
}

fn holds(ground: &Ground) {
    let report = verify(&ground.folder().join("ledger.db")).expect("it is looked at");
    assert!(report.holds(), "{report}");
}

fn rewarded(points: u64) -> Vec<(String, u64)> {
    vec![("rewarded".to_owned(), points)]
}

#[tokio::test]
async fn a_member_has_one_code_and_sees_what_inviting_gives() {
    let ground = ground().await;
    let first = ground.get("/v1/me/referral", "mei").await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert_eq!(
        first.body["rewards"],
        json!([{"rule_id": "invite", "title": "Invite", "advocate": 100, "friend": 50, "minimum_order_minor": 5000}])
    );
    assert_eq!(first.body["friends"], json!([]));
    assert_eq!(first.body["code"].as_str().map(str::len), Some(14), "60 random bits");
    let code = code_of(&ground, "mei").await;
    assert_eq!(code, first.body["code"]);
    assert_eq!(first.body["link"], json!(format!("https://tea.example/?friend={code}")));
    assert_ne!(code_of(&ground, "lin").await, first.body["code"]);
    assert_eq!(ground.get("/v1/me/referral", "nobody").await.told(), (404, "member_not_found"));
    let without = Ground::of(|program| program["earn_rules"].as_array_mut().expect("rules").truncate(1));
    without.member("mei", 0).await;
    assert_eq!(without.get("/v1/me/referral", "mei").await.told(), (404, "referral_not_found"));
}

#[tokio::test]
async fn both_sides_are_rewarded_with_the_first_order_that_is_large_enough_and_both_are_told_of_it() {
    let ground = Ground::with(|settings| {
        private(settings);
        settings.programs[0].program = super::ground::changed(program);
    });
    for member in ["mei", "lin"] {
        ground.member(member, 0).await;
    }
    let (receiver, url) = Receiver::start().await;
    add(&ground, &url, json!(["points.earned"])).await;
    let followed = follow(&ground, "lin", "mei").await;
    assert_eq!(
        (followed.status.as_u16(), &followed.body["state"]),
        (201, &json!("open")),
        "{}",
        followed.text
    );
    assert_eq!(friends(&ground, "mei").await, [("open".to_owned(), 0)]);
    assert_eq!(ground.order("lin", "too-small", 49).await.body["points"], 49);
    assert_eq!(ground.available("mei").await, 0);
    assert_eq!(ground.order("lin", "large-enough", 60).await.body["points"], 110);
    assert_eq!(ground.available("mei").await, 100);
    assert_eq!(ground.order("lin", "one-more", 60).await.body["points"], 60);
    assert_eq!(ground.available("mei").await, 100, "an invitation is rewarded once");
    assert_eq!(friends(&ground, "mei").await, rewarded(100));
    assert_eq!(round(&ground).await, (4, 0), "three orders and one invitation");
    let told = receiver.calls().len();
    assert_eq!(told, 4);
    holds(&ground);
}

#[tokio::test]
async fn what_no_longer_brings_the_reward_takes_it_back_on_both_sides() {
    let ground = ground().await;
    follow(&ground, "lin", "mei").await;
    ground.order("lin", "o", 60).await;
    give_back(&ground, "o", Some(500)).await;
    assert_eq!(
        (ground.available("mei").await, ground.available("lin").await),
        (100, 105),
        "still large enough"
    );
    give_back(&ground, "o", Some(1_000)).await;
    assert_eq!((ground.available("mei").await, ground.available("lin").await), (0, 45));
    assert_eq!(friends(&ground, "mei").await, [("taken_back".to_owned(), 0)]);
    give_back(&ground, "o", None).await;
    assert_eq!((ground.available("mei").await, ground.available("lin").await), (0, 0));
    ground.order("lin", "again", 60).await;
    assert_eq!((ground.available("mei").await, ground.available("lin").await), (0, 60), "it had its chance");
    follow(&ground, "ann", "mei").await;
    ground.order("ann", "whole", 60).await;
    give_back(&ground, "whole", None).await;
    assert_eq!((ground.available("mei").await, ground.available("ann").await), (0, 0));
    holds(&ground);
}

#[tokio::test]
async fn an_advocate_keeps_the_reward_of_a_small_return_when_the_friend_gets_nothing() {
    let ground = Ground::of(|document| {
        program(document);
        document["earn_rules"][1]["earn"]["friend"] = json!(0);
    });
    ground.member("mei", 0).await;
    ground.member("lin", 0).await;
    follow(&ground, "lin", "mei").await;
    ground.order("lin", "o", 60).await;
    assert_eq!((ground.available("mei").await, ground.available("lin").await), (100, 60));
    give_back(&ground, "o", Some(500)).await;
    assert_eq!((ground.available("mei").await, ground.available("lin").await), (100, 55));
    give_back(&ground, "o", Some(1_000)).await;
    assert_eq!((ground.available("mei").await, ground.available("lin").await), (0, 45));
    holds(&ground);
}

#[tokio::test]
async fn an_invitation_that_does_not_stand_is_kept_with_its_reason_for_the_merchant_alone() {
    let ground = ground().await;
    ground.member("bo", 10).await;
    for member in ["mei", "ann"] {
        let body = json!({"reference": member, "household": "harbour-street-7"});
        assert_eq!(ground.post("/v1/members", body).await.status, 200);
    }
    for (friend, advocate, fault) in
        [("mei", "mei", "same_member"), ("ann", "mei", "same_household"), ("bo", "mei", "friend_not_new")]
    {
        let refused = follow(&ground, friend, advocate).await;
        assert_eq!(refused.status, 201, "{}", refused.text);
        assert_eq!((&refused.body["state"], &refused.body["fault"]), (&json!("refused"), &json!(fault)));
    }
    assert_eq!(follow(&ground, "lin", "mei").await.body["state"], "open");
    assert_eq!(follow(&ground, "mei", "lin").await.body["fault"], "each_other");
    assert_eq!(follow(&ground, "lin", "ann").await.told(), (409, "already_referred"));
    assert_eq!(friends(&ground, "mei").await, [("open".to_owned(), 0)], "no member reads of a refusal");
    // One that was refused keeps nobody from following another.
    assert_eq!(follow(&ground, "ann", "bo").await.body["state"], "open");
    ground.order("ann", "a", 60).await;
    assert_eq!(ground.available("bo").await, 110);

    let refused = listed(&ground, "?refused=true&limit=3").await;
    let faults: Vec<_> =
        refused["items"].as_array().expect("a list").iter().map(|one| &one["fault"]).collect();
    assert_eq!(faults, ["each_other", "friend_not_new", "same_household"]);
    let next = refused["next"].as_str().expect("a next page");
    let rest = listed(&ground, &format!("?refused=true&limit=3&cursor={next}")).await;
    assert_eq!(rest["items"][0]["fault"], "same_member");
    assert_eq!(
        (&rest["items"][0]["advocate_reference"], &rest["items"][0]["friend_reference"]),
        (&json!("mei"), &json!("mei"))
    );
    let stand = listed(&ground, "?refused=false").await;
    assert_eq!(stand["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&stand["items"][0]["state"], &stand["items"][0]["order_id"]),
        (&json!("rewarded"), &json!("a"))
    );
    assert_eq!(listed(&ground, "").await["items"].as_array().map(Vec::len), Some(6));
    for (body, told) in [
        (json!({"friend_reference": "nobody", "code": "X"}), (404, "member_not_found")),
        (json!({"friend_reference": "lin", "code": "NO-SUCH-CODE"}), (404, "referral_not_found")),
        (json!({"friend_reference": "", "code": "X"}), (422, "invalid_body")),
        (json!({"friend_reference": "lin", "code": "two words"}), (422, "invalid_body")),
    ] {
        assert_eq!(ground.post("/v1/referrals", body).await.told(), told);
    }
    holds(&ground);
}

#[tokio::test]
async fn what_an_advocate_may_not_have_is_withheld_and_the_friend_gets_theirs() {
    let ground = ground().await;
    for (friend, advocates) in [("f1", 100), ("f2", 200), ("f3", 200)] {
        ground.member(friend, 0).await;
        let code = code_of(&ground, "mei").await.to_lowercase();
        let body = json!({"friend_reference": friend, "code": code});
        assert_eq!(ground.post("/v1/referrals", body).await.body["state"], "open");
        ground.order(friend, &format!("of-{friend}"), 60).await;
        assert_eq!(
            (ground.available(friend).await, ground.available("mei").await),
            (110, advocates),
            "{friend}"
        );
    }
    let newest = listed(&ground, "?limit=1").await["items"][0].clone();
    assert_eq!((&newest["state"], &newest["withheld"]), (&json!("rewarded"), &json!("earn_limit_reached")));
    give_back(&ground, "of-f3", None).await;
    assert_eq!(
        (ground.available("f3").await, ground.available("mei").await),
        (0, 200),
        "there is nothing to take"
    );
    follow(&ground, "lin", "ann").await;
    ground.erase("ann").await;
    ground.order("lin", "after-that", 60).await;
    assert_eq!(ground.available("lin").await, 110);
    let newest = listed(&ground, "?limit=1").await["items"][0].clone();
    assert_eq!(
        (&newest["withheld"], &newest["advocate_reference"]),
        (&json!("member_not_found"), &Value::Null)
    );
    holds(&ground);
}

#[tokio::test]
async fn a_reward_waits_for_the_friends_order_to_be_fulfilled() {
    let ground = Ground::of(|document| {
        program(document);
        document["pending"] = json!({"type": "fulfilled"});
    });
    ground.member("mei", 0).await;
    ground.member("lin", 0).await;
    follow(&ground, "lin", "mei").await;
    ground.order("lin", "o", 60).await;
    assert_eq!((ground.available("mei").await, ground.available("lin").await), (0, 0));
    assert_eq!(ground.get("/v1/me", "mei").await.body["balance"]["pending"], 100);
    for _ in 0..2 {
        assert_eq!(ground.post("/v1/orders/o/fulfilled", json!({})).await.status, 200);
        assert_eq!((ground.available("mei").await, ground.available("lin").await), (100, 110));
    }
    holds(&ground);
}

#[tokio::test]
async fn invitations_are_in_the_copy_move_along_and_lead_to_nobody_after_erasure() {
    let ground = ground().await;
    follow(&ground, "lin", "mei").await;
    follow(&ground, "ann", "mei").await;
    follow(&ground, "ann", "ann").await;
    ground.order("lin", "o", 60).await;
    let copy = ground.get("/v1/me/export", "mei").await.body;
    assert_eq!(copy["referral_code"], json!(code_of(&ground, "mei").await));
    let sides: Vec<_> = copy["invitations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["side"].as_str().expect("text"), one["state"].as_str().expect("text")))
        .collect();
    assert_eq!(sides, [("advocate", "rewarded"), ("advocate", "open")]);
    let friends_copy = ground.get("/v1/me/export", "lin").await.body["invitations"].clone();
    assert_eq!((&friends_copy[0]["side"], &friends_copy[0]["state"]), (&json!("friend"), &json!("rewarded")));

    let (there, _) = ground.moved();
    let there = ground.at(&there);
    for (path, member) in [("/v1/me/referral", "mei"), ("/v1/me/export", "lin"), ("/v1/me/export", "mei")] {
        let (here, there) = (ground.get(path, member).await.body, there.get(path, member).await.body);
        assert_eq!(here, there, "{path} of {member}");
    }
    // And life goes on there: what was followed is rewarded, what was rewarded comes back.
    there.order("ann", "over-there", 60).await;
    give_back(&there, "o", None).await;
    assert_eq!(there.available("mei").await, 100);
    holds(&there);

    let code = code_of(&ground, "mei").await;
    ground.erase("mei").await;
    let (_, text) = ground.moved();
    assert!(!text.contains(&code), "{text}");
    let body = json!({"friend_reference": "lin", "code": code});
    assert_eq!(ground.post("/v1/referrals", body).await.told(), (404, "referral_not_found"));
}
