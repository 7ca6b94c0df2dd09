//! Who asks too often, and who redeems too often.

use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo, http::Request};
use stampcard_server::settings::{Rate, Rates, TooOften, Velocity};

use super::ground::{BEGIN, Ground, ORIGIN, PAGE_KEY, get};

const NARROW: Rate = Rate { per_minute: 6, burst: 3 };

#[tokio::test]
async fn a_member_who_asks_too_often_waits_and_nobody_else_does() {
    let ground =
        Ground::with(|settings| settings.limits.rates = Rates { member: NARROW, ..Rates::UNLIMITED });
    ground.member("mei", 0).await;
    ground.member("lin", 0).await;
    for _ in 0..3 {
        assert_eq!(ground.get("/v1/me", "mei").await.status, 200);
    }
    let refused = ground.get("/v1/me", "mei").await;
    assert_eq!(refused.told(), (429, "rate_limited"));
    assert_eq!((refused.header("retry-after"), &refused.body["retryable"]), (Some("10"), &true.into()));
    assert_eq!(ground.get("/v1/me", "lin").await.status, 200);
    let comet = {
        let mut claims = ground.claims("mei");
        claims["aud"] = "comet".into();
        super::ground::signed(&claims)
    };
    assert_eq!(
        ground.send(get("/v1/me", &comet)).await.status,
        404,
        "the other program's mei is somebody else"
    );
    ground.clock.pass(10_000);
    assert_eq!(ground.get("/v1/me", "mei").await.status, 200);
    assert_eq!(ground.get("/v1/me", "mei").await.status, 429);
}

#[tokio::test]
async fn a_publishable_key_has_a_bucket_of_its_own() {
    let ground = Ground::with(|settings| settings.limits.rates = Rates { key: NARROW, ..Rates::UNLIMITED });
    let ask = async |key: &str| {
        let request = Request::get("/v1/program").header("stampcard-key", key).header("origin", ORIGIN);
        ground.send(request.body(Body::empty()).expect("a request")).await
    };
    for _ in 0..3 {
        assert_eq!(ask(PAGE_KEY).await.status, 200);
    }
    let refused = ask(PAGE_KEY).await;
    assert_eq!(refused.told(), (429, "rate_limited"));
    assert_eq!(refused.header("access-control-allow-origin"), Some(ORIGIN), "the page may read why");
    assert_eq!(ask("pk_test_comet").await.status, 200);
}

#[tokio::test]
async fn an_address_is_counted_before_its_credential_and_this_machine_is_not() {
    let ground =
        Ground::with(|settings| settings.limits.rates = Rates { address: NARROW, ..Rates::UNLIMITED });
    let ask = async |peer: &str, forwarded: Option<&str>| {
        let peer: SocketAddr = peer.parse().expect("an address");
        let mut request = get("/v1/me", "no token");
        request.extensions_mut().insert(ConnectInfo(peer));
        if let Some(forwarded) = forwarded {
            request.headers_mut().insert("x-forwarded-for", forwarded.parse().expect("a header"));
        }
        ground.send(request).await.status.as_u16()
    };
    for peer in ["192.0.2.7:1", "192.0.2.7:2", "[::ffff:192.0.2.7]:3"] {
        assert_eq!(ask(peer, None).await, 401);
    }
    assert_eq!(ask("192.0.2.7:4", None).await, 429);
    assert_eq!(
        ask("192.0.2.7:4", Some("192.0.2.9")).await,
        429,
        "without a proxy the header is not looked at"
    );
    assert_eq!(ask("192.0.2.8:4", None).await, 401);
    for _ in 0..20 {
        assert_eq!(ask("127.0.0.1:5", None).await, 401);
    }
    let health =
        Request::get("/healthz").extension(ConnectInfo("192.0.2.7:4".parse::<SocketAddr>().expect("one")));
    assert_eq!(ground.send(health.body(Body::empty()).expect("a request")).await.status, 204);
}

#[tokio::test]
async fn behind_a_proxy_the_last_address_that_it_says_counts() {
    let ground = Ground::with(|settings| {
        settings.behind_proxy = true;
        settings.limits.rates = Rates { address: NARROW, ..Rates::UNLIMITED };
    });
    let ask = async |forwarded: &str| {
        let mut request = get("/v1/me", "no token");
        request
            .extensions_mut()
            .insert(ConnectInfo("127.0.0.1:1".parse::<SocketAddr>().expect("an address")));
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().expect("a header"));
        ground.send(request).await.status.as_u16()
    };
    for lie in ["198.51.100.1, 192.0.2.7", "198.51.100.2,192.0.2.7", "192.0.2.7"] {
        assert_eq!(ask(lie).await, 401);
    }
    assert_eq!(ask("198.51.100.3, 192.0.2.7").await, 429);
    assert_eq!(ask("192.0.2.7, 192.0.2.8").await, 401);
}

#[tokio::test]
async fn who_redeems_too_often_is_refused_until_the_first_redemption_is_long_ago() {
    let ground = Ground::with(|settings| {
        settings.limits.velocity = Velocity { redemptions: 2, hours: 24, then: TooOften::Refuse }
    });
    ground.member("mei", 10_000).await;
    ground.member("lin", 10_000).await;
    assert_eq!(ground.redeem("mei").await.status, 201);
    ground.clock.pass(3_600_000);
    assert_eq!(ground.redeem("mei").await.status, 201);
    let refused = ground.redeem("mei").await;
    assert_eq!(refused.told(), (409, "redeemed_too_often"));
    let me = ground.get("/v1/me", "mei").await;
    let after_two = me.body["balance"]["available"].clone();
    assert_eq!(ground.redeem("lin").await.status, 201);
    let unknown = serde_json::json!({"reward_id": "no-such-reward", "price": 1});
    let unknown = ground.post_as("/v1/me/redemptions", "mei", unknown).await;
    assert_eq!(unknown.told(), (404, "reward_not_found"), "the engine's refusals come first");
    ground.clock.pass(BEGIN + 86_400_000 - ground.clock.now().as_millis() - 1);
    assert_eq!(ground.redeem("mei").await.status, 409);
    ground.clock.pass(1);
    assert_eq!(ground.redeem("mei").await.status, 201);
    assert_ne!(ground.get("/v1/me", "mei").await.body["balance"]["available"], after_two);
}

#[tokio::test]
async fn the_defaults_leave_a_busy_page_alone() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    for _ in 0..200 {
        assert_eq!(ground.get("/v1/me", "mei").await.status, 200);
    }
}
