//! Changes as they happen.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, Response},
};
use http_body_util::BodyExt;
use serde_json::json;

use crate::http_server::http_client;

use super::ground::{Ground, PAGE_KEY, SECRET_KEY, get, new_key, signed, write};

/// Reads server-sent events one by one.
pub(super) struct Events {
    body: Body,
    text: String,
}

impl Events {
    fn of(response: Response<Body>) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next block, within a second; none at the end.
    async fn next(&mut self) -> Option<String> {
        tokio::time::timeout(Duration::from_secs(1), self.read()).await.expect("within a second")
    }

    async fn read(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let frame = self.body.frame().await?.expect("the stream goes on");
            let data = frame.into_data().expect("data");
            self.text.push_str(std::str::from_utf8(&data).expect("text"));
        }
    }

    pub(super) async fn expect(&mut self, kind: &str, seq: u64) {
        let block = self.next().await.expect("an event");
        let data = format!("data: {}", json!({"kind": kind, "seq": seq}));
        for line in [format!("event: {kind}"), format!("id: {seq}"), data] {
            assert!(block.lines().any(|said| said == line), "{line} is not in {block}");
        }
    }

    /// Nothing has come by now.
    pub(super) async fn expect_silence(&mut self) {
        let waited = tokio::time::timeout(Duration::from_millis(30), self.read()).await;
        assert!(waited.is_err(), "{waited:?}");
    }
}

pub(super) async fn open(ground: &Ground, member: &str, last: Option<&str>) -> Events {
    let mut request = get("/v1/me/stream", &ground.token(member));
    if let Some(last) = last {
        request.headers_mut().insert("last-event-id", last.parse().expect("a header"));
    }
    let mut events = Events::of(ground.stream(request).await);
    let first = events.next().await.expect("a first sign of life");
    assert!(first.contains("id: ") && !first.contains("event:"), "{first}");
    events
}

#[tokio::test]
async fn a_page_is_told_of_every_change_and_of_nothing_else() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    ground.member("lin", 0).await;
    let (mut mei, mut second_page, mut lin) = (
        open(&ground, "mei", None).await,
        open(&ground, "mei", None).await,
        open(&ground, "lin", None).await,
    );

    assert_eq!(ground.order("mei", "1", 1_000).await.status, 201);
    for page in [&mut mei, &mut second_page] {
        page.expect("balance_changed", 1).await;
        page.expect("tier_changed", 1).await;
    }
    let redeemed = ground.redeem("mei").await;
    mei.expect("balance_changed", 2).await;
    mei.expect("voucher_changed", 2).await;
    let code = redeemed.body["voucher"]["code"].as_str().expect("a code").to_owned();
    let used = ground.post(&format!("/v1/vouchers/{code}/use"), json!({})).await;
    assert_eq!(used.status, 200, "{}", used.text);
    mei.expect("voucher_changed", 2).await;
    assert_eq!(ground.post("/v1/orders/1/refunds", json!({})).await.status, 201);
    mei.expect("balance_changed", 3).await;
    mei.expect("tier_changed", 3).await;

    // What is refused, and what is repeated, changes nothing.
    let again = write(axum::http::Method::POST, "/v1/orders/1/refunds", SECRET_KEY, &new_key(), &json!({}));
    assert_eq!(ground.send(again).await.status, 409);
    mei.expect_silence().await;
    lin.expect_silence().await;
}

#[tokio::test]
async fn a_page_is_told_of_what_a_friends_order_brought_its_member() {
    let ground = Ground::of(|program| {
        let invite = json!({"type": "referral", "advocate": 10, "friend": 5});
        program["earn_rules"] = json!([{"id": "invite", "title": {"en": "Invite"}, "earn": invite}]);
    });
    ground.member("mei", 0).await;
    ground.member("lin", 0).await;
    let code = ground.get("/v1/me/referral", "mei").await.body["code"].clone();
    let follows = json!({"friend_reference": "lin", "code": code});
    assert_eq!(ground.post("/v1/referrals", follows).await.status, 201);
    let (mut mei, mut lin) = (open(&ground, "mei", None).await, open(&ground, "lin", None).await);
    assert_eq!(ground.order("lin", "1", 60).await.status, 201);
    lin.expect("balance_changed", 1).await;
    mei.expect("balance_changed", 1).await;
    assert_eq!(ground.post("/v1/orders/1/refunds", json!({})).await.status, 201);
    lin.expect("balance_changed", 2).await;
    mei.expect("balance_changed", 2).await;
}

#[tokio::test]
async fn a_page_that_was_away_is_told_what_may_have_changed() {
    let ground = Ground::new();
    ground.member("mei", 100).await;
    let mut away = open(&ground, "mei", Some("1")).await;
    away.expect_silence().await;
    drop(away);
    ground.order("mei", "2", 100).await;
    ground.order("mei", "3", 50).await;
    let mut back = open(&ground, "mei", Some("1")).await;
    back.expect("balance_changed", 3).await;
    back.expect("tier_changed", 3).await;
    back.expect_silence().await;
    ground.redeem("mei").await;
    back.expect("balance_changed", 4).await;
    back.expect("voucher_changed", 4).await;
    drop(back);
    // A voucher may have been used meanwhile, which has no number.
    let mut back = open(&ground, "mei", Some("4")).await;
    back.expect("voucher_changed", 4).await;
    let request =
        Request::get("/v1/me/stream").header("authorization", format!("Bearer {}", ground.token("mei")));
    let request = request.header("last-event-id", "four").body(Body::empty()).expect("a request");
    assert_eq!(ground.send(request).await.told(), (400, "bad_request"));
}

#[tokio::test]
async fn a_stream_beats_and_ends_with_its_token() {
    let ground = Ground::with(|settings| settings.limits.stream_heartbeat_ms = 20);
    ground.member("mei", 0).await;
    // The token ends 120 ms from now.
    ground.clock.pass(880);
    let mut claims = ground.claims("mei");
    claims["exp"] = json!(ground.clock.seconds() + 1);
    let response = ground.stream(get("/v1/me/stream", &signed(&claims))).await;
    let mut events = Events::of(response);
    assert!(events.next().await.expect("it opens").contains("id: 0"));
    assert_eq!(events.next().await.as_deref(), Some(": beat"));
    while let Some(block) = events.next().await {
        assert_eq!(block, ": beat");
    }
}

#[tokio::test]
async fn a_member_has_a_bounded_number_of_streams_and_gets_them_back() {
    let ground = Ground::with(|settings| settings.limits.streams_per_member = 2);
    ground.member("mei", 0).await;
    ground.member("lin", 0).await;
    let (first, _second) = (open(&ground, "mei", None).await, open(&ground, "mei", None).await);
    let refused = ground.get("/v1/me/stream", "mei").await;
    assert_eq!(refused.told(), (429, "rate_limited"));
    assert_eq!(refused.header("retry-after"), Some("15"));
    let _lin = open(&ground, "lin", None).await;
    drop(first);
    open(&ground, "mei", None).await;
}

#[tokio::test]
async fn a_stream_needs_the_token_of_somebody_who_is_enrolled() {
    let ground = Ground::new();
    assert_eq!(ground.get("/v1/me/stream", "nobody").await.told(), (404, "member_not_found"));
    assert_eq!(ground.send(get("/v1/me/stream", PAGE_KEY)).await.told(), (401, "unauthorized"));
}

#[tokio::test]
async fn open_streams_do_not_hold_up_a_shutdown() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    let listener =
        stampcard_server::listen("127.0.0.1:0".parse().expect("an address")).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(stampcard_server::serve(ground.app.clone(), listener, async {
        let _ = stopped.await;
    }));
    let stream = http_client()
        .get(format!("http://{address}/v1/me/stream"))
        .bearer_auth(ground.token("mei"))
        .send()
        .await
        .expect("it is answered");
    assert_eq!(stream.status(), 200);
    stop.send(()).expect("it serves");
    let ended = tokio::time::timeout(Duration::from_secs(3), serving).await;
    ended.expect("long before the grace of ten seconds").expect("no panic").expect("it ends well");
    let text = tokio::time::timeout(Duration::from_secs(1), stream.text()).await.expect("it ends");
    assert!(text.is_ok_and(|text| text.contains("id: 0")));
}
