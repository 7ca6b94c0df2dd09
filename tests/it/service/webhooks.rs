//! Webhooks: what is told, to whom, and how it is signed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::Method;
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use super::{
    ground::{Ground, OTHER_KEY, SECRET_KEY, get, new_key, write},
    receiver::{Receiver, add, is_signed, private, round, show, verify},
};

#[tokio::test]
async fn what_happens_is_told_in_signed_messages() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let (_, secret) = add(&ground, &url, json!([])).await;
    let mei = ground.member("mei", 1_000).await;
    let redeemed = ground.redeem("mei").await;
    let code = redeemed.body["voucher"]["code"].as_str().expect("a code").to_owned();
    ground.post(&format!("/v1/vouchers/{code}/use"), json!({})).await;
    ground.post("/v1/orders/first-of-mei/refunds", json!({})).await;
    assert_eq!(round(&ground).await, (7, 0));
    let mut messages: Vec<Value> = receiver.calls().iter().map(|call| verify(&secret, call)).collect();
    // Four at a time are on their way: the order is not promised.
    messages.sort_by_key(|message| message["type"].as_str().map(str::to_owned));
    let topics: Vec<_> = messages.iter().map(|message| message["type"].as_str().expect("text")).collect();
    assert_eq!(
        topics,
        [
            "member.enrolled",
            "points.earned",
            "points.reversed",
            "reward.redeemed",
            "tier.changed",
            "tier.changed",
            "voucher.used",
        ]
    );
    for message in &messages {
        assert_eq!(message["timestamp"], "2026-01-10T08:00:00Z");
        assert_eq!(
            (&message["data"]["member_id"], &message["data"]["member_reference"]),
            (&mei["id"], &json!("mei"))
        );
    }
    let entry = &messages[1]["data"]["entry"];
    assert_eq!(
        (&entry["delta"], &entry["balance_after"], &entry["order_id"]),
        (&json!(1_000), &json!(1_000), &json!("first-of-mei"))
    );
    assert_eq!(messages[3]["data"]["voucher_code"], json!(code));
    assert_eq!(messages[6]["data"]["voucher_code"], json!(code));
    assert_eq!(round(&ground).await, (0, 0), "nothing is told twice");
}

#[tokio::test]
async fn a_receiver_that_checks_everything_takes_what_is_fresh_and_whole() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let (_, secret) = add(&ground, &url, json!([])).await;
    // The library compares with the system's clock.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    ground.clock.pass(i64::try_from(now).expect("soon") - ground.clock.now().as_millis());
    ground.member("mei", 0).await;
    round(&ground).await;
    let (mut headers, body) = receiver.calls().remove(0);
    let webhook = Webhook::new(&secret).expect("a secret");
    webhook.verify(&body, &headers).expect("it is taken");
    assert!(webhook.verify(&body[1..], &headers).is_err(), "another body");
    headers.insert("webhook-id", "msg_other".parse().expect("a header"));
    assert!(webhook.verify(&body, &headers).is_err(), "another id");
}

#[tokio::test]
async fn an_address_is_told_only_what_it_asked_for_and_only_of_its_own_program() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    add(&ground, &url, json!(["voucher.used", "member.enrolled"])).await;
    ground.member("mei", 500).await;
    let foreign = write(Method::POST, "/v1/members", OTHER_KEY, &new_key(), &json!({"reference": "lin"}));
    assert_eq!(ground.send(foreign).await.status, 201);
    assert_eq!(round(&ground).await, (1, 0));
    let calls = receiver.calls();
    assert_eq!(serde_json::from_slice::<Value>(&calls[0].1).expect("JSON")["type"], "member.enrolled");
}

#[tokio::test]
async fn a_write_that_is_refused_or_repeated_tells_nothing() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    add(&ground, &url, json!([])).await;
    let key = new_key();
    let enroll = || write(Method::POST, "/v1/members", SECRET_KEY, &key, &json!({"reference": "mei"}));
    for _ in 0..3 {
        assert_eq!(ground.send(enroll()).await.status, 201);
    }
    ground.member("mei", 0).await;
    assert_eq!(ground.redeem("mei").await.told(), (409, "insufficient_points"));
    assert_eq!(round(&ground).await, (1, 0));
    assert_eq!(receiver.calls().len(), 1);
}

#[tokio::test]
async fn while_a_secret_is_replaced_both_sign() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let (id, before) = add(&ground, &url, json!(["member.enrolled"])).await;
    let rotated = ground.post(&format!("/v1/webhooks/{id}/rotate"), json!({})).await;
    assert_eq!(rotated.status, 200, "{}", rotated.text);
    let after = rotated.body["secret"].as_str().expect("a secret").to_owned();
    assert_ne!(before, after);
    ground.member("mei", 0).await;
    round(&ground).await;
    let calls = receiver.calls();
    verify(&before, &calls[0]);
    verify(&after, &calls[0]);
    ground.clock.pass(24 * 3_600_000);
    ground.member("lin", 0).await;
    round(&ground).await;
    let calls = receiver.calls();
    verify(&after, &calls[0]);
    assert!(!is_signed(&before, &calls[0]), "the one before is done");
}

#[tokio::test]
async fn only_public_https_addresses_are_taken_and_called() {
    let ground = Ground::new();
    for url in [
        "http://shop.example/hooks",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/",
        "https://0x7f000001/",
        "https://me:too@shop.example/",
        "https://",
        "javascript:alert(1)",
        "",
    ] {
        let refused = ground.post("/v1/webhooks", json!({"url": url})).await;
        assert_eq!(
            (refused.told(), &refused.body["errors"][0]["pointer"]),
            ((422, "invalid_body"), &json!("/url")),
            "{url}"
        );
    }
    // A name is looked at when it is resolved: this one leads to this machine, where nobody must be called.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("it does not block");
    let port = listener.local_addr().expect("an address").port();
    let (id, _) = add(&ground, &format!("https://localhost:{port}/"), json!([])).await;
    ground.member("mei", 0).await;
    assert_eq!(round(&ground).await, (0, 1));
    assert!(listener.accept().is_err(), "somebody called");
    assert_eq!(show(&ground, &id).await["last_status"], Value::Null);
}

#[tokio::test]
async fn the_server_sends_by_itself_within_a_second() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let listener =
        stampcard_server::listen("127.0.0.1:0".parse().expect("an address")).await.expect("a port");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(stampcard_server::serve(ground.app.clone(), listener, async {
        let _ = stopped.await;
    }));
    add(&ground, &url, json!(["member.enrolled"])).await;
    ground.member("mei", 0).await;
    let told = async {
        while receiver.calls().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(1), told).await.expect("it is told");
    stop.send(()).expect("it serves");
    serving.await.expect("no panic").expect("it ends well");
}

#[tokio::test]
async fn addresses_are_shown_changed_and_removed_by_their_own_merchant_alone() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let (id, _) = add(&ground, &url, json!([])).await;
    let path = format!("/v1/webhooks/{id}");
    let change = json!({"url": url, "topics": ["points.earned", "points.earned"], "enabled": false});
    for (key, expected) in [(OTHER_KEY, 404), (SECRET_KEY, 200)] {
        assert_eq!(ground.send(get(&path, key)).await.status, expected);
        assert_eq!(ground.send(write(Method::PUT, &path, key, &new_key(), &change)).await.status, expected);
        let rotate = write(Method::POST, &format!("{path}/rotate"), key, &new_key(), &json!({}));
        assert_eq!(ground.send(rotate).await.status, expected);
    }
    let listed = ground.send(get("/v1/webhooks", SECRET_KEY)).await;
    assert_eq!(listed.body["items"][0]["topics"], json!(["points.earned"]));
    assert_eq!(ground.send(get("/v1/webhooks", OTHER_KEY)).await.body["items"], json!([]));
    ground.member("mei", 100).await;
    assert_eq!(round(&ground).await, (0, 0), "it is disabled");
    let remove = |key| {
        let mut request = get(&path, key);
        *request.method_mut() = Method::DELETE;
        request
    };
    assert_eq!(ground.send(remove(OTHER_KEY)).await.told(), (404, "webhook_not_found"));
    assert_eq!(ground.send(remove(SECRET_KEY)).await.status, 204);
    assert_eq!(ground.send(remove(SECRET_KEY)).await.status, 404);
    assert!(receiver.calls().is_empty());
    for number in 0..21 {
        let added = ground.post("/v1/webhooks", json!({"url": format!("{url}?{number}")})).await;
        assert_eq!(added.status.as_u16(), if number < 20 { 201 } else { 409 }, "{}", added.text);
    }
}
