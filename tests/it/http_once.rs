//! A write is carried out once, however often it is sent.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::json;
use stampcard_model::IdempotencyKey;
use stampcard_server::{
    settings::Limits,
    store::{Action, Answer, Once, Principal, Write},
};

use crate::http_server::{MERCHANT_KEY, Server, order_body, post};

#[tokio::test]
async fn a_repetition_gets_the_first_answer_to_the_byte() {
    let server = Server::open();
    server.enroll_with("ada", 250).await;
    let first = server.redeem("ada", "one-and-the-same", "tote-bag", 100).await;
    assert_eq!(first.status, 201);
    assert_eq!(first.header("idempotent-replayed"), None);
    server.let_pass(0, 10);
    let again = server.redeem("ada", "one-and-the-same", "tote-bag", 100).await;
    assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.header("content-type"), Some("application/json"));
    assert_eq!(server.available("ada").await, 150);
    server.assert_verified();
}

#[tokio::test]
async fn the_content_counts_and_not_how_it_is_written() {
    let server = Server::open();
    server.enroll_with("ada", 250).await;
    let raw = |body: &str, key: &str| {
        Request::post("/v1/me/redemptions")
            .header(header::AUTHORIZATION, server.bearer("ada"))
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .header("idempotency-key", key)
            .body(Body::from(body.to_owned()))
            .unwrap()
    };
    let first = server.send(raw(r#"{"reward_id":"tote-bag","price":100}"#, "one-and-the-same")).await;
    assert_eq!(first.status, 201);
    let rearranged = server
        .send(raw("{ \"price\" : 100,\n \"reward_id\":\"tote-b\\u0061g\" }", "\"one-and-the-same\""))
        .await;
    assert_eq!((rearranged.status, rearranged.bytes), (201, first.bytes));

    let other_content = server.send(raw(r#"{"reward_id":"print","price":50}"#, "one-and-the-same")).await;
    assert_eq!(other_content.problem(), (422, "idempotency_key_reused".to_owned()));
    let merchant = format!("Bearer {MERCHANT_KEY}");
    server.send(post("/v1/orders/start-ada/refunds", &merchant, "merchant-key", &json!({}))).await.ok();
    let other_path = server.send(post("/v1/orders/1/refunds", &merchant, "merchant-key", &json!({}))).await;
    assert_eq!(other_path.problem(), (422, "idempotency_key_reused".to_owned()));
}

#[tokio::test]
async fn a_key_is_its_senders_own() {
    let server = Server::open();
    server.enroll_with("ada", 100).await;
    server.enroll_with("bea", 100).await;
    let ada = server.redeem("ada", "everybodys-key", "tote-bag", 100).await.ok();
    let bea = server.redeem("bea", "everybodys-key", "tote-bag", 100).await.ok();
    assert_ne!(ada["id"], bea["id"]);
    server.merchant_with("everybodys-key", "/v1/orders", order_body("ada", "2", 100)).await.ok();
    server.assert_verified();
}

#[tokio::test]
async fn a_refusal_is_kept_and_a_faulty_body_is_not() {
    let server = Server::open();
    server.enroll("ada").await;
    let refused = server.redeem("ada", "before-any-points", "tote-bag", 100).await;
    assert_eq!(refused.problem(), (409, "insufficient_points".to_owned()));
    server.book("ada", "1", 200).await.ok();
    let again = server.redeem("ada", "before-any-points", "tote-bag", 100).await;
    assert_eq!(again.problem(), (409, "insufficient_points".to_owned()));
    assert_eq!(again.bytes, refused.bytes);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));

    let faulty = json!({"reward_id": "tote-bag", "price": -1});
    let answer = server.send(post("/v1/me/redemptions", &server.bearer("ada"), "second-try", &faulty)).await;
    assert_eq!(answer.problem().1, "invalid_body");
    assert_eq!(server.redeem("ada", "second-try", "tote-bag", 100).await.status, 201);
}

#[tokio::test]
async fn an_answer_is_kept_for_a_week() {
    let server = Server::open();
    server.enroll_with("ada", 250).await;
    server.redeem("ada", "one-and-the-same", "tote-bag", 100).await.ok();
    server.let_pass(7, 0);
    let kept = stampcard_server::sweep::sweep(&server.app, server.now()).await.unwrap();
    assert_eq!(kept.forgotten, 0);
    let replayed = server.redeem("ada", "one-and-the-same", "tote-bag", 100).await;
    assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
    server.let_pass(0, 1);
    let forgotten = stampcard_server::sweep::sweep(&server.app, server.now()).await.unwrap();
    assert_eq!(forgotten.forgotten, 3);
    let anew = server.redeem("ada", "one-and-the-same", "tote-bag", 100).await;
    assert_eq!((anew.status, anew.header("idempotent-replayed")), (201, None));
    assert_eq!(server.available("ada").await, 50);
}

#[tokio::test]
async fn keys_outlive_the_server() {
    let server = Server::open();
    server.enroll_with("ada", 250).await;
    let first = server.redeem("ada", "one-and-the-same", "tote-bag", 100).await;
    let server = server.reopen(crate::http_server::program("lantern")).await;
    let again = server.redeem("ada", "one-and-the-same", "tote-bag", 100).await;
    assert_eq!((again.status, again.bytes), (201, first.bytes));
    assert_eq!(server.available("ada").await, 150);
}

#[tokio::test]
async fn a_closed_server_says_so_and_books_nothing() {
    let server = Server::open();
    server.enroll_with("ada", 100).await;
    server.app.shutdown().await.unwrap();
    let refused = server.redeem("ada", "after-closing-time", "tote-bag", 100).await;
    assert_eq!(refused.problem(), (503, "unavailable".to_owned()));
    assert_eq!(refused.json()["retryable"], true);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(server.get("ada", "/v1/me").await.problem().0, 503);
    server.assert_verified();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_took_too_long_is_found_under_its_key() {
    let limits = Limits { request_timeout_ms: 200, ..Limits::default() };
    let server = Server::open_with_limits(limits);
    server.enroll_with("ada", 100).await;
    // Another write that waits until it is let go holds up the writer.
    let (let_go, held) = std::sync::mpsc::channel::<()>();
    let once = Once {
        principal: Principal::Merchant("test".to_owned()),
        key: IdempotencyKey::new("holds-up-the-writer").unwrap(),
        fingerprint: [0; 32],
        answer: Box::new(move |_| {
            held.recv().unwrap();
            Answer { status: 200, language: "en".to_owned(), body: Vec::new() }
        }),
    };
    let program = Arc::clone(server.app.programs().find(|p| p.program.id.as_str() == "lantern").unwrap());
    let action = Action::Adjust { reference: "ada".to_owned(), delta: 1, reason: "test".to_owned() };
    let holding = server.app.store().execute(Write { program, now: server.now(), action, once: Some(once) });

    let late = server.redeem("ada", "one-and-the-same", "tote-bag", 100).await;
    assert_eq!(late.problem(), (503, "unavailable".to_owned()));
    assert_eq!(late.header("retry-after"), Some("1"));
    let_go.send(()).unwrap();
    holding.await.unwrap();
    let found = server.redeem("ada", "one-and-the-same", "tote-bag", 100).await;
    assert_eq!((found.status, found.header("idempotent-replayed")), (201, Some("true")));
    assert_eq!(server.available("ada").await, 1);
    server.assert_verified();
}
