//! Who the members are, what the shop knows of a visitor, and what it lets out.

use axum::{
    body::{Body, to_bytes},
    http::{Method, StatusCode},
};
use serde_json::{Value, json};
use stampcard_model::Timestamp;

use crate::visitor::{Place, Visitor};

#[tokio::test]
async fn the_new_member_has_a_few_points_and_the_lowest_tier() {
    let place = Place::new().await;
    let me = place.visitor("mira").await.ask_api("/v1/me").await;
    assert!((1..100).contains(&number(&me["balance"]["available"])), "{me}");
    assert_eq!(me["tier"]["tier"], "bud");
}

#[tokio::test]
async fn the_middle_member_lacks_one_purchase_for_the_highest_tier() {
    let place = Place::new().await;
    let me = place.visitor("jun").await.ask_api("/v1/me").await;
    assert_eq!((&me["tier"]["tier"], &me["tier"]["next"]["tier"]), (&json!("silver"), &json!("gold")));
    assert!((1..=60).contains(&number(&me["tier"]["next"]["missing"])), "{me}");
}

#[tokio::test]
async fn the_top_member_has_points_that_expire_within_ten_days_and_a_long_history() {
    let place = Place::new().await;
    let amara = place.visitor("amara").await;
    let me = amara.ask_api("/v1/me").await;
    assert_eq!((&me["tier"]["tier"], me["tier"].get("next")), (&json!("gold"), None));
    assert!(number(&me["expiring"]["points"]) >= 100, "{me}");
    let in_ten_days = place.demo.app().now().plus_days(10);
    assert!(instant(&me["expiring"]["expires_at"]) < in_ten_days, "{me}");
    let entries = amara.ask_api("/v1/me/entries?limit=100").await;
    for kind in ["accrual", "redemption", "expiry", "reversal"] {
        assert!(items(&entries).iter().any(|entry| entry["kind"] == kind), "no {kind} in {entries}");
    }
    let vouchers = amara.ask_api("/v1/me/vouchers").await;
    for state in ["active", "used"] {
        assert!(items(&vouchers).iter().any(|voucher| voucher["state"] == state), "no {state} in {vouchers}");
    }
}

#[tokio::test]
async fn every_member_can_afford_something_and_not_everything() {
    let place = Place::new().await;
    for who in ["mira", "jun", "amara"] {
        let rewards = place.visitor(who).await.ask_api("/v1/me/rewards?limit=100").await;
        let affordable = items(&rewards).iter().filter(|reward| reward.get("refusal").is_none()).count();
        assert!((1..items(&rewards).len()).contains(&affordable), "{who}: {rewards}");
        assert!(
            items(&rewards).iter().any(|reward| reward["reward"]["stock_left"] == 0),
            "nothing has run out"
        );
    }
}

#[tokio::test]
async fn only_a_member_gets_a_token() {
    let place = Place::new().await;
    assert_eq!(place.visitor("guest").await.get("/shop/token").await, (StatusCode::NO_CONTENT, Value::Null));
    let mut jun = place.visitor("jun").await;
    let (status, token) = jun.get("/shop/token").await;
    assert_eq!(status, StatusCode::OK);
    let latest = place.demo.app().now().plus_millis(300_000);
    assert!(instant(&token["expires_at"]) <= latest, "{token}");
    assert_eq!(jun.ask_api("/v1/me").await["member"]["display_name"], "Jun");
    jun.cookie = "lantern_session=0123456789abcdef0123456789abcdef".to_owned();
    assert_eq!(jun.get("/shop/token").await.0, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn nobody_can_be_somebody_whom_the_shop_does_not_know() {
    let place = Place::new().await;
    let mut guest = place.visitor("guest").await;
    for body in
        [json!({ "member": "root" }), json!({ "member": 1 }), json!({}), json!({ "member": "jun", "x": 1 })]
    {
        let (status, answer) = guest.post("/shop/session", body.clone()).await;
        assert_eq!((status, &answer["code"]), (StatusCode::BAD_REQUEST, &json!("bad_request")), "{body}");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_can_do_nothing() {
    let place = Place::new().await;
    let mut jun = place.visitor("jun").await;
    let own = std::mem::replace(&mut jun.origin, "https://evil.example".to_owned());
    for path in ["/shop/session", "/shop/checkout", "/shop/quote", "/shop/orders/LT-1/return"] {
        let (status, answer) = jun.post(path, json!({ "member": "mira" })).await;
        assert_eq!((status, &answer["code"]), (StatusCode::FORBIDDEN, &json!("foreign_origin")), "{path}");
    }
    jun.origin = own;
    let headers = [("sec-fetch-site", "cross-site".to_owned())];
    let response = jun.send(Method::GET, "/shop/token", &headers, Body::empty()).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_for_members_is_refused_to_guests() {
    let place = Place::new().await;
    let guest = place.visitor("guest").await;
    let refused = (StatusCode::UNAUTHORIZED, json!({ "code": "not_signed_in" }));
    assert_eq!(guest.get("/shop/orders").await, refused);
}

#[tokio::test]
async fn no_page_and_no_file_gives_a_secret_away() {
    let place = Place::new().await;
    let secrets =
        std::fs::read_to_string(place.folder.path().join("data/secrets.json")).expect("the keys are kept");
    let secrets: Value = serde_json::from_str(&secrets).expect("the keys are JSON");
    let secret = |name: &str| secrets[name].as_str().expect("a key is text").to_owned();
    let (never, always) = ([secret("secret_key"), secret("token_secret")], secret("publishable_key"));
    let jun = place.visitor("jun").await;
    for path in ["/", "/product/teapot", "/cart", "/rewards", "/account", "/nowhere"] {
        let page = text(&jun, path).await;
        assert!(never.iter().all(|secret| !page.contains(secret.as_str())), "{path}");
        assert!(page.contains(&always), "{path} does not know the publishable key");
    }
    for path in
        ["/secrets.json", "/sdk/../data/secrets.json", "/css/..%2f..%2fdata/secrets.json", "/parts/head.html"]
    {
        let response = jun.send(Method::GET, path, &[], Body::empty()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn every_page_is_whole_in_both_languages() {
    let place = Place::new().await;
    let mut jun = place.visitor("jun").await;
    let session = jun.cookie.clone();
    for (language, shop) in [("en", "Lantern Tea"), ("zh-CN", "灯下茶")] {
        jun.cookie = format!("{session}; lang={language}");
        for path in ["/", "/product/gift-card", "/cart", "/rewards", "/account", "/nowhere"] {
            let page = text(&jun, path).await;
            assert!(!page.contains("{{"), "{path} has an empty place");
            assert!(page.contains(&format!("<html lang=\"{language}\"")), "{path}");
            assert!(page.contains(shop), "{path}");
            assert!(page.contains("<option value=\"jun\" data-t=\"demo.jun\" selected>"), "{path}");
        }
    }
}

async fn text(visitor: &Visitor, path: &str) -> String {
    let response = visitor.send(Method::GET, path, &[], Body::empty()).await;
    let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("the page can be read");
    String::from_utf8(bytes.to_vec()).expect("a page is text")
}

fn instant(value: &Value) -> Timestamp {
    Timestamp::parse(value.as_str().unwrap_or_default()).unwrap_or_else(|_| panic!("{value} is no instant"))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn items(page: &Value) -> &[Value] {
    page["items"].as_array().unwrap_or_else(|| panic!("{page} is no page"))
}
