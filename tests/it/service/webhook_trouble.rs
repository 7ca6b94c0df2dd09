//! Webhooks when nobody listens, and when the server ends on the way.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use super::{
    ground::{Ground, SECRET_KEY, get, new_key, write},
    receiver::{Receiver, add, private, round, show, verify},
};
use crate::{
    http_process::{Process, enroll, write_settings},
    http_server::{MERCHANT_KEY, http_client},
};

#[tokio::test]
async fn a_message_is_tried_ten_times_over_three_days_under_one_id() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let (id, _) = add(&ground, &url, json!(["member.enrolled"])).await;
    ground.member("mei", 0).await;
    let mut ids = Vec::new();
    for (wait_s, status) in [
        (0, 500),
        (5, 302),
        (300, 404),
        (1_800, 429),
        (7_200, 500),
        (18_000, 503),
        (36_000, 400),
        (50_400, 500),
        (72_000, 500),
        (86_400, 500),
    ] {
        if wait_s > 0 {
            ground.clock.pass(wait_s * 1_000 - 1);
            assert_eq!(round(&ground).await, (0, 0), "{wait_s} s are not over");
            // And at most a tenth more, by chance.
            ground.clock.pass(wait_s * 100 + 1);
        }
        receiver.answer_next(status);
        assert_eq!(round(&ground).await, (0, 1), "after {wait_s} s");
        let calls = receiver.calls();
        assert_eq!(calls.len(), 1, "a redirect is not followed");
        ids.push(calls[0].0["webhook-id"].clone());
        let timestamp =
            calls[0].0["webhook-timestamp"].to_str().expect("text").parse::<i64>().expect("seconds");
        assert_eq!(timestamp, ground.clock.seconds(), "each attempt has its own time");
        assert_eq!(show(&ground, &id).await["last_status"], json!(status));
    }
    assert!(ids.windows(2).all(|two| two[0] == two[1]), "{ids:?}");
    let given_up = show(&ground, &id).await;
    assert_eq!(
        (&given_up["waiting"], &given_up["given_up"], &given_up["enabled"]),
        (&json!(0), &json!(1), &json!(false)),
        "it has taken nothing for three days"
    );
    ground.clock.pass(864_000_000);
    assert_eq!(round(&ground).await, (0, 0));
    // Enabling it again sends what was given up.
    let again = json!({"url": url, "topics": [], "enabled": true});
    let again = write(Method::PUT, &format!("/v1/webhooks/{id}"), SECRET_KEY, &new_key(), &again);
    assert_eq!(ground.send(again).await.body["waiting"], 1);
    assert_eq!(round(&ground).await, (1, 0));
    assert_eq!(receiver.calls()[0].0["webhook-id"], ids[0]);
}

#[tokio::test]
async fn one_message_that_was_given_up_is_sent_again_when_the_merchant_asks() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let (id, secret) = add(&ground, &url, json!(["member.enrolled"])).await;
    let mut ids = Vec::new();
    // Each is refused ten times while others are taken: the address stays enabled.
    for member in ["mei", "lin", "bo"] {
        ground.member(member, 0).await;
        for turn in 0..10 {
            receiver.answer_next(400);
            assert_eq!(round(&ground).await, (0, 1));
            ground.member(&format!("{member}-{turn}"), 0).await;
            assert_eq!(round(&ground).await, (1, 0));
            ground.clock.pass(100_000_000);
        }
        ids.push(receiver.calls()[0].0["webhook-id"].to_str().expect("text").to_owned());
    }
    let messages = format!("/v1/webhooks/{id}/messages");
    let page = ground.send(get(&format!("{messages}?limit=2"), SECRET_KEY)).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let next = format!("{messages}?limit=2&cursor={}", page.body["next"].as_str().expect("a cursor"));
    let rest = ground.send(get(&next, SECRET_KEY)).await.body;
    let listed: Vec<_> =
        [&page.body, &rest].iter().flat_map(|page| page["items"].as_array().expect("a list")).collect();
    assert_eq!(listed.iter().map(|said| said["id"].as_str().expect("text")).collect::<Vec<_>>(), ids);
    assert_eq!((&listed[0]["topic"], &listed[0]["attempts"]), (&json!("member.enrolled"), &json!(10)));

    let path = format!("{messages}/{}/redeliver", ids[1]);
    let again = ground.post(&path, json!({})).await;
    assert_eq!((again.status.as_u16(), again.body.get("given_up_at")), (202, None), "{}", again.text);
    assert_eq!(ground.post(&path, json!({})).await.told(), (404, "message_not_found"), "it waits already");
    assert_eq!(round(&ground).await, (1, 0));
    let calls = receiver.calls();
    assert_eq!(calls[0].0["webhook-id"], ids[1]);
    assert_eq!(verify(&secret, &calls[0])["data"]["member_reference"], "lin");
    assert_eq!(show(&ground, &id).await["given_up"], 2);

    let off = json!({"url": url, "topics": [], "enabled": false});
    ground.send(write(Method::PUT, &format!("/v1/webhooks/{id}"), SECRET_KEY, &new_key(), &off)).await;
    let path = format!("{messages}/{}/redeliver", ids[0]);
    assert_eq!(ground.post(&path, json!({})).await.told(), (409, "webhook_disabled"));
    let unknown = format!("/v1/webhooks/w_none/messages/{}/redeliver", ids[0]);
    assert_eq!(ground.post(&unknown, json!({})).await.told(), (404, "webhook_not_found"));
}

#[tokio::test]
async fn what_was_given_up_is_forgotten_after_a_month() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let (id, _) = add(&ground, &url, json!([])).await;
    ground.member("mei", 0).await;
    for _ in 0..10 {
        receiver.answer_next(500);
        round(&ground).await;
        ground.clock.pass(100_000_000);
    }
    assert_eq!(show(&ground, &id).await["given_up"], 1);
    ground.clock.pass(30 * 86_400_000);
    stampcard_server::sweep::sweep(&ground.app, ground.clock.now()).await.expect("it sweeps");
    assert_eq!(show(&ground, &id).await["given_up"], 0);
}

#[tokio::test]
async fn an_answer_of_410_disables_the_address() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let (id, _) = add(&ground, &url, json!(["member.enrolled"])).await;
    ground.member("mei", 0).await;
    receiver.answer_next(410);
    assert_eq!(round(&ground).await, (0, 1));
    ground.member("lin", 0).await;
    ground.clock.pass(864_000_000);
    assert_eq!(round(&ground).await, (0, 0));
    assert_eq!(show(&ground, &id).await["enabled"], false);
    assert_eq!(receiver.calls().len(), 1);
}

#[tokio::test]
async fn an_address_that_takes_some_messages_is_not_disabled_for_those_it_does_not() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let (id, _) = add(&ground, &url, json!(["member.enrolled"])).await;
    ground.member("poison", 0).await;
    for turn in 0..10 {
        receiver.answer_next(500);
        assert_eq!(round(&ground).await, (0, 1));
        ground.member(&format!("member-{turn}"), 0).await;
        assert_eq!(round(&ground).await, (1, 0));
        ground.clock.pass(100_000_000);
    }
    let shown = show(&ground, &id).await;
    assert_eq!((&shown["enabled"], &shown["given_up"]), (&json!(true), &json!(1)));
    assert_eq!(shown["failing_since"], Value::Null);
}

#[tokio::test]
async fn what_waits_when_an_address_is_disabled_is_sent_when_it_is_enabled_in_time() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let (id, _) = add(&ground, &url, json!(["member.enrolled"])).await;
    ground.member("mei", 0).await;
    receiver.answer_next(500);
    round(&ground).await;
    assert_eq!(show(&ground, &id).await["failing_since"], "2026-01-10T08:00:00Z");
    let set = async |enabled: bool| {
        let body = json!({"url": url, "topics": [], "enabled": enabled});
        let path = format!("/v1/webhooks/{id}");
        ground.send(write(Method::PUT, &path, SECRET_KEY, &new_key(), &body)).await.body
    };
    let disabled = set(false).await;
    assert_eq!((&disabled["waiting"], &disabled["given_up"]), (&json!(0), &json!(1)));
    ground.member("lin", 0).await;
    ground.clock.pass(864_000_000);
    assert_eq!(round(&ground).await, (0, 0));
    assert_eq!(set(true).await["waiting"], 1, "lin is not told of");
    assert_eq!(round(&ground).await, (1, 0));
    assert_eq!(receiver.calls().len(), 2);
}

#[tokio::test]
async fn a_slow_answer_is_none() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    let (id, _) = add(&ground, &url, json!(["member.enrolled"])).await;
    ground.member("mei", 0).await;
    receiver.answer_late(Duration::from_secs(20));
    assert_eq!(round(&ground).await, (0, 1));
    assert_eq!(show(&ground, &id).await["last_status"], Value::Null);
    ground.clock.pass(6_000);
    assert_eq!(round(&ground).await, (1, 0));
}

#[tokio::test]
async fn a_message_survives_a_restart_and_is_not_sent_twice_at_the_same_time() {
    let ground = Ground::with(private);
    let (receiver, url) = Receiver::start().await;
    add(&ground, &url, json!(["member.enrolled"])).await;
    ground.member("mei", 0).await;
    let ground = ground.again(private).await;
    receiver.answer_late(Duration::from_millis(100));
    let (one, two, three) = tokio::join!(round(&ground), round(&ground), round(&ground));
    assert_eq!(one.0 + two.0 + three.0, 1, "{one:?} {two:?} {three:?}");
    assert_eq!(receiver.calls().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_was_on_its_way_when_the_server_was_killed_is_sent_after_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = write_settings(folder.path());
    let text = std::fs::read_to_string(&settings).expect("it was written");
    std::fs::write(&settings, format!("limits.webhooks.private_targets = true\n{text}"))
        .expect("it is written");
    let (receiver, url) = Receiver::start().await;
    let client = http_client();
    let mut server = Process::start(&settings);
    let added = client
        .post(format!("{}/v1/webhooks", server.address))
        .bearer_auth(MERCHANT_KEY)
        .header("idempotency-key", new_key())
        .json(&json!({"url": url, "topics": ["member.enrolled"]}));
    let added: Value = added.send().await.expect("it answers").json().await.expect("JSON");
    // The first call gets no answer, so that the server dies in the middle of it.
    receiver.answer_late(Duration::from_secs(600));
    enroll(&client, &server.address, "mei").await;
    let before = next_call(&receiver).await;
    server.kill();
    let _server = Process::start(&settings);
    let after = next_call(&receiver).await;
    assert_eq!(after.0["webhook-id"], before.0["webhook-id"]);
    assert_eq!(after.1, before.1);
    verify(added["secret"].as_str().expect("a secret"), &after);
}

async fn next_call(receiver: &Receiver) -> (axum::http::HeaderMap, axum::body::Bytes) {
    let called = async {
        loop {
            if let Some(call) = receiver.calls().pop() {
                return call;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), called).await.expect("it is called")
}
