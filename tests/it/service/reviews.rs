//! Redemptions that the merchant is to approve.

use axum::http::Method;
use serde_json::{Value, json};
use stampcard_model::{Often, Pending, Points, Review};
use stampcard_server::{
    settings::{TooOften, Velocity},
    store::sqlite::Format,
    verify,
};

use super::{
    ground::{Ground, OTHER_KEY, Place, SECRET_KEY, get, new_key, write},
    receiver::{Receiver, add, private, round, verify as signed_by},
    transfer::{exported, imported},
};

/// A server whose program reviews what costs more than so many points.
fn reviewing(above: u64) -> Ground {
    let review = Review { above_points: Some(Points::saturating_from(above.into())), after: None };
    Ground::with_program(|program| program.review = Some(review), private)
}

async fn queue(ground: &Ground) -> Vec<Value> {
    let queue = ground.send(get("/v1/reviews", SECRET_KEY)).await;
    assert_eq!(queue.status, 200, "{}", queue.text);
    queue.body["items"].as_array().expect("a list").clone()
}

fn id(redemption: &Value) -> String {
    redemption["id"].as_str().expect("an id").to_owned()
}

async fn points(ground: &Ground, member: &str) -> (u64, u64) {
    let balance = ground.get("/v1/me", member).await.body["balance"].clone();
    let of = |account: &str| balance[account].as_u64().expect("a number");
    (of("available"), of("held"))
}

#[tokio::test]
async fn what_is_reviewed_holds_its_points_and_has_a_voucher_when_it_is_approved() {
    let ground = reviewing(1);
    ground.member("mei", 100).await;
    let asked = ground.redeem("mei").await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let held = asked.body;
    assert_eq!((&held["status"], held.get("voucher")), (&json!("under_review"), None));
    let price = held["price"].as_u64().expect("a number");
    assert_eq!(points(&ground, "mei").await, (100 - price, price));
    let path = format!("/v1/me/redemptions/{}", id(&held));
    assert_eq!(ground.get(&path, "mei").await.body, held);
    assert_eq!(ground.get("/v1/me/redemptions", "mei").await.body["items"], json!([held]));
    assert_eq!(ground.get("/v1/me/vouchers", "mei").await.body["items"], json!([]));
    let entry = ground.get("/v1/me/entries", "mei").await.body["items"][0].clone();
    assert_eq!((&entry["kind"], &entry["delta"]), (&json!("hold"), &json!(-price.cast_signed())));
    let [waiting] = queue(&ground).await.try_into().expect("one waits");
    assert_eq!((&waiting["redemption_id"], &waiting["member_reference"]), (&held["id"], &json!("mei")));
    assert_eq!(waiting["reasons"], json!([{"type": "price_above", "points": 1}]));

    ground.clock.pass(86_400_000);
    let approve = format!("/v1/reviews/{}/approve", id(&held));
    let approved = ground.post(&approve, json!({})).await;
    assert_eq!((approved.status.as_u16(), &approved.body["status"]), (200, &json!("completed")));
    assert_eq!(points(&ground, "mei").await, (100 - price, 0));
    let vouchers = ground.get("/v1/me/vouchers", "mei").await.body["items"].clone();
    assert_eq!(vouchers, json!([approved.body["voucher"]]));
    assert_eq!(ground.get(&path, "mei").await.body, approved.body);
    assert!(queue(&ground).await.is_empty());
    assert_eq!(ground.post(&approve, json!({})).await.told(), (409, "redemption_not_held"));
    let code = approved.body["voucher"]["code"].as_str().expect("a code");
    assert_eq!(ground.post(&format!("/v1/vouchers/{code}/use"), json!({})).await.status, 200);
    assert!(verify(&ground.folder().join("ledger.db")).expect("it is looked at").holds());
}

#[tokio::test]
async fn what_is_rejected_gives_its_points_back_and_says_why_to_the_merchant_alone() {
    let ground = reviewing(1);
    ground.member("mei", 100).await;
    let held = ground.redeem("mei").await.body;
    let reject = format!("/v1/reviews/{}/reject", id(&held));
    for body in
        [json!({}), json!({"reason": ""}), json!({"reason": "a\nb"}), json!({"reason": "x".repeat(201)})]
    {
        assert_eq!(ground.post(&reject, body).await.told(), (422, "invalid_body"));
    }
    let unknown = ground.post("/v1/reviews/r_none/reject", json!({"reason": "twice"})).await;
    assert_eq!(unknown.told(), (404, "redemption_not_found"));
    let foreign = write(Method::POST, &reject, OTHER_KEY, &new_key(), &json!({"reason": "twice"}));
    assert_eq!(ground.send(foreign).await.told(), (404, "redemption_not_found"));

    let rejected = ground.post(&reject, json!({"reason": "asked twice"})).await;
    assert_eq!((rejected.status.as_u16(), &rejected.body["status"]), (200, &json!("rejected")));
    assert_eq!(points(&ground, "mei").await, (100, 0));
    let seen = ground.get(&format!("/v1/me/redemptions/{}", id(&held)), "mei").await;
    assert_eq!((&seen.body["status"], seen.text.contains("twice")), (&json!("rejected"), false));
    let copy = ground.get("/v1/me/export", "mei").await.body["reviews"][0].clone();
    assert_eq!((&copy["decision"], &copy["reason"]), (&json!("rejected"), &json!("asked twice")));
    assert!(queue(&ground).await.is_empty());
    assert_eq!(ground.redeem("mei").await.status, 202, "and the member may ask again");
}

#[tokio::test]
async fn a_member_takes_back_what_is_under_review() {
    let ground = reviewing(1);
    ground.member("mei", 100).await;
    let held = ground.redeem("mei").await.body;
    let cancel = format!("/v1/me/redemptions/{}/cancel", id(&held));
    let cancelled = ground.post_as(&cancel, "mei", json!({})).await;
    assert_eq!((cancelled.status.as_u16(), &cancelled.body["balance_after"]), (200, &json!(100)));
    assert_eq!(points(&ground, "mei").await, (100, 0));
    let seen = ground.get(&format!("/v1/me/redemptions/{}", id(&held)), "mei").await;
    assert_eq!(seen.body["status"], "cancelled");
    assert!(queue(&ground).await.is_empty());
    let late = ground.post(&format!("/v1/reviews/{}/approve", id(&held)), json!({})).await;
    assert_eq!(late.told(), (409, "redemption_not_held"));
}

#[tokio::test]
async fn the_queue_is_paged_and_the_oldest_comes_first() {
    let ground = reviewing(1);
    let mut asked = Vec::new();
    for member in ["mei", "lin", "bo", "ann", "eva"] {
        ground.member(member, 100).await;
        asked.push(ground.redeem(member).await.body["id"].clone());
    }
    ground.post(&format!("/v1/reviews/{}/approve", asked[1].as_str().expect("an id")), json!({})).await;
    asked.remove(1);
    let mut found = Vec::new();
    let mut path = "/v1/reviews?limit=2".to_owned();
    loop {
        let page = ground.send(get(&path, SECRET_KEY)).await.body;
        found.extend(
            page["items"].as_array().expect("a list").iter().map(|item| item["redemption_id"].clone()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/reviews?limit=2&cursor={next}");
    }
    assert_eq!(found, asked);
}

#[tokio::test]
async fn who_redeems_too_often_is_reviewed_when_the_settings_say_so() {
    let velocity = Velocity { redemptions: 2, hours: 24, then: TooOften::Review };
    let ground = Ground::with(|settings| settings.limits.velocity = velocity);
    ground.member("mei", 10_000).await;
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(ground.redeem("mei").await.status.as_u16());
    }
    assert_eq!(told, [201, 201, 202, 202], "what is held counts, too");
    let reasons = json!([{"type": "redeemed_too_often", "redemptions": 2, "hours": 24}]);
    assert_eq!(queue(&ground).await[0]["reasons"], reasons);
    ground.clock.pass(86_400_000);
    assert_eq!(ground.redeem("mei").await.status, 201);
}

#[tokio::test]
async fn who_redeems_often_is_reviewed_when_the_program_says_so() {
    let review = Review { above_points: None, after: Some(Often { times: 1, days: 7 }) };
    let ground = Ground::with_program(|program| program.review = Some(review), |_| {});
    ground.member("mei", 1_000).await;
    assert_eq!(ground.redeem("mei").await.status, 201);
    assert_eq!(ground.redeem("mei").await.status, 202);
    assert_eq!(
        queue(&ground).await[0]["reasons"],
        json!([{"type": "redeemed_often", "times": 1, "days": 7}])
    );
}

#[tokio::test]
async fn webhooks_tell_what_becomes_of_a_review() {
    let ground = reviewing(1);
    ground.member("mei", 200).await;
    let (receiver, url) = Receiver::start().await;
    let (_, secret) = add(&ground, &url, json!([])).await;
    for decision in ["approve", "reject", "cancel"] {
        let held = ground.redeem("mei").await.body;
        let done = match decision {
            "approve" => ground.post(&format!("/v1/reviews/{}/approve", id(&held)), json!({})).await,
            "reject" => {
                let reason = json!({"reason": "no"});
                ground.post(&format!("/v1/reviews/{}/reject", id(&held)), reason).await
            }
            _ => ground.post_as(&format!("/v1/me/redemptions/{}/cancel", id(&held)), "mei", json!({})).await,
        };
        assert_eq!(done.status, 200, "{}", done.text);
        round(&ground).await;
        let messages: Vec<Value> = receiver.calls().iter().map(|call| signed_by(&secret, call)).collect();
        let mut topics: Vec<_> = messages.iter().map(|said| said["type"].as_str().expect("text")).collect();
        topics.sort_unstable();
        let expected: &[&str] = match decision {
            "approve" => &["redemption.approved", "redemption.held", "reward.redeemed"],
            "reject" => &["redemption.held", "redemption.rejected"],
            _ => &["redemption.cancelled", "redemption.held"],
        };
        assert_eq!(topics, expected);
        for message in messages {
            assert_eq!(message["data"]["redemption_id"], held["id"]);
            let voucher = message["data"].get("voucher_code").is_some();
            let issued = ["redemption.approved", "reward.redeemed"];
            assert_eq!(voucher, issued.contains(&message["type"].as_str().expect("text")));
        }
    }
}

#[tokio::test]
async fn a_queue_goes_over_to_another_server_as_it_is() {
    let ground = reviewing(1);
    for member in ["mei", "lin", "bo"] {
        ground.member(member, 100).await;
    }
    for member in ["lin", "mei", "bo"] {
        let held = ground.redeem(member).await.body;
        if member == "mei" {
            let reason = json!({"reason": "asked twice"});
            ground.post(&format!("/v1/reviews/{}/reject", id(&held)), reason).await;
        }
    }
    let text = exported(&ground.folder().join("ledger.db"), Format::Jsonl, None);
    assert!(text.contains("asked twice"));
    let there = Place::new();
    let file = there.folder().join("ledger.db");
    imported(&file, &text).expect("it is taken over");
    assert_eq!(exported(&file, Format::Jsonl, None), text);
}

#[tokio::test]
async fn nothing_is_left_on_the_account_of_whoever_is_erased() {
    let ground = Ground::with_program(
        |program| {
            program.review = Some(Review { above_points: Some(Points::saturating_from(1)), after: None });
            program.pending = Pending::Fulfilled;
        },
        |_| {},
    );
    ground.member("mei", 300).await;
    ground.post("/v1/orders/first-of-mei/fulfilled", json!({})).await;
    ground.order("mei", "waits", 50).await;
    assert_eq!(ground.redeem("mei").await.status, 202);
    let mut request = get("/v1/me", &ground.token("mei"));
    *request.method_mut() = Method::DELETE;
    assert_eq!(ground.send(request).await.status, 204);
    let connection = rusqlite::Connection::open(ground.folder().join("ledger.db")).expect("it opens");
    let left: i64 = connection
        .query_row("SELECT sum(available + pending + held + owed) FROM balance", [], |row| row.get(0))
        .expect("a number");
    assert_eq!(left, 0);
    assert!(queue(&ground).await.is_empty());
    assert!(verify(&ground.folder().join("ledger.db")).expect("it is looked at").holds());
    let journal = exported(&ground.folder().join("ledger.db"), Format::Hledger, None);
    assert!(super::transfer::hledger(ground.folder(), &journal).is_none_or(|said| said.is_empty()));
}
