//! Points that the merchant gives and takes by hand.

use axum::http::Method;
use serde_json::{Value, json};
use stampcard_server::verify;

use super::ground::{Answer, Ground, SECRET_KEY, write};

fn by(delta: i64) -> Value {
    json!({"member_reference": "mei", "delta": delta, "reason": "a broken cup"})
}

async fn adjust(ground: &Ground, delta: i64) -> Answer {
    ground.post("/v1/members/adjustments", by(delta)).await
}

#[tokio::test]
async fn points_are_given_and_taken_by_hand_and_the_member_reads_why() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    let given = adjust(&ground, 50).await;
    assert_eq!(given.status, 201, "{}", given.text);
    assert_eq!((&given.body["delta"], &given.body["balance_after"]), (&json!(50), &json!(50)));
    assert!(given.body["expires_at"].is_string(), "what is given lives as what is earned");
    let taken = adjust(&ground, -20).await;
    assert_eq!((&taken.body["seq"], &taken.body["balance_after"]), (&json!(2), &json!(30)));
    let entries = ground.get("/v1/me/entries", "mei").await.body["items"].clone();
    assert_eq!((&entries[0]["delta"], &entries[0]["title"]), (&json!(-20), &json!("a broken cup")));
    assert!(verify(&ground.folder().join("ledger.db")).expect("it is looked at").holds());
}

#[tokio::test]
async fn never_more_is_taken_than_there_is() {
    let ground = Ground::new();
    ground.member("mei", 10).await;
    assert_eq!(adjust(&ground, -11).await.told(), (409, "insufficient_points"));
    assert_eq!(adjust(&ground, 9_007_199_254_740_991).await.told(), (409, "points_out_of_range"));
    assert_eq!(ground.get("/v1/me", "mei").await.body["balance"]["available"], 10);
    let stranger = json!({"member_reference": "nobody", "delta": 1, "reason": "a gift"});
    let refused = ground.post("/v1/members/adjustments", stranger).await;
    assert_eq!(refused.told(), (404, "member_not_found"));
}

#[tokio::test]
async fn an_adjustment_that_is_sent_again_is_the_same_adjustment() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    let send =
        |body| ground.send(write(Method::POST, "/v1/members/adjustments", SECRET_KEY, "the-same-key", &body));
    let first = send(by(5)).await;
    let again = send(by(5)).await;
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(send(by(6)).await.told(), (422, "idempotency_key_reused"));
    assert_eq!(ground.get("/v1/me", "mei").await.body["balance"]["available"], 5);
}
