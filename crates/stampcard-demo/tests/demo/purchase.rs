//! Buying, paying with vouchers, and taking back.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::visitor::{Place, Visitor, order, with_voucher};

#[tokio::test]
async fn an_order_earns_what_the_receipt_says() {
    let place = Place::new().await;
    let mut mira = place.visitor("mira").await;
    let before = mira.balance().await;
    let receipt =
        bought(&mut mira, order("1", &[("WARE-CUPS", 1), ("TEA-LAPSANG", 1), ("GIFT-25", 1)])).await;
    // Teaware earns double, gift cards nothing; the amount of a half leaf is rounded up.
    assert_eq!(receipt["points"], 38 + 13);
    assert_eq!(receipt["balance_after"], before + 51);
    assert_eq!(mira.balance().await, before + 51);
    assert_eq!(receipt["total_minor"], 1_900 + 1_290 + 2_500 + 490);
}

#[tokio::test]
async fn asking_twice_orders_once() {
    let place = Place::new().await;
    let mut mira = place.visitor("mira").await;
    let first = bought(&mut mira, order("1", &[("TEA-LAPSANG", 1)])).await;
    let balance = mira.balance().await;
    let again = bought(&mut mira, order("1", &[("TEA-LAPSANG", 1)])).await;
    assert_eq!(first, again);
    assert_eq!(mira.balance().await, balance);
    refused(&mut mira, order("1", &[("TEA-LAPSANG", 2)]), "order_changed").await;
}

#[tokio::test]
async fn the_page_does_not_make_the_price() {
    let place = Place::new().await;
    let mut mira = place.visitor("mira").await;
    let mut cheap = order("1", &[("WARE-TEAPOT", 1)]);
    cheap["total_minor"] = json!(1);
    refused(&mut mira, cheap, "order_changed").await;
    let mut cheap = order("2", &[("WARE-TEAPOT", 1)]);
    cheap["lines"][0]["unit_minor"] = json!(1);
    refused(&mut mira, cheap, "bad_request").await;
    refused(&mut mira, order("3", &[("WARE-TEAPOT", 0)]), "too_many").await;
    refused(&mut mira, order("4", &[("TEA-SAMPLER", 1)]), "unknown_product").await;
    refused(&mut mira, order("5", &[]), "empty_cart").await;
}

#[tokio::test]
async fn a_guest_buys_without_earning() {
    let place = Place::new().await;
    let mut guest = place.visitor("guest").await;
    let receipt = bought(&mut guest, order("1", &[("TEA-LAPSANG", 1)])).await;
    assert_eq!((&receipt["points"], &receipt["state"]), (&Value::Null, &json!("placed")));
    refused(
        &mut guest,
        with_voucher(order("2", &[("TEA-LAPSANG", 1)]), "AAAA-AAAA-AAAA"),
        "voucher_needs_member",
    )
    .await;
}

#[tokio::test]
async fn a_voucher_pays_once() {
    let place = Place::new().await;
    let mut jun = place.visitor("jun").await;
    let code = jun.redeem("five-off", 100).await;
    let quote = jun
        .post("/shop/quote", json!({ "lines": [{ "sku": "TEA-LAPSANG", "quantity": 1 }], "voucher": code }))
        .await;
    assert_eq!((quote.0, &quote.1["total_minor"]), (StatusCode::OK, &json!(1_290 - 500 + 490)));
    // People type codes as they like.
    let typed = format!(" {} ", code.to_lowercase());
    let receipt = bought(&mut jun, with_voucher(order("1", &[("TEA-LAPSANG", 1)]), &typed)).await;
    assert_eq!(receipt["discount_minor"], 500);
    assert_eq!(receipt["voucher"]["title"], "€5 off your order");
    // 7.90 € at silver's one and a quarter.
    assert_eq!(receipt["points"], 10);
    refused(&mut jun, with_voucher(order("2", &[("TEA-LAPSANG", 1)]), &code), "voucher_used").await;
}

#[tokio::test]
async fn a_voucher_for_a_product_adds_it_to_the_parcel() {
    let place = Place::new().await;
    let mut mira = place.visitor("mira").await;
    let code = mira.redeem("sampler", 30).await;
    let receipt = bought(&mut mira, with_voucher(order("1", &[("TEA-LAPSANG", 1)]), &code)).await;
    let gift = receipt["lines"].as_array().and_then(|lines| lines.iter().find(|line| line["gift"] == true));
    assert_eq!(
        gift.map(|gift| (&gift["sku"], &gift["amount_minor"])),
        Some((&json!("TEA-SAMPLER"), &json!(0)))
    );
}

#[tokio::test]
async fn a_voucher_that_cannot_be_used_here_is_refused_and_stays_unused() {
    let place = Place::new().await;
    let mut jun = place.visitor("jun").await;
    let mut mira = place.visitor("mira").await;
    let bushes = jun.redeem("tea-bushes", 150).await;
    let shipping = jun.redeem("free-shipping", 60).await;
    let cart = [("TEA-LAPSANG", 1)];
    refused(&mut jun, with_voucher(order("1", &cart), &bushes), "voucher_not_for_cart").await;
    refused(&mut jun, with_voucher(order("2", &[("WARE-TEAPOT", 1)]), &shipping), "voucher_no_effect").await;
    refused(&mut jun, with_voucher(order("3", &cart), "AAAA-AAAA-AAAA"), "voucher_unknown").await;
    refused(&mut jun, with_voucher(order("4", &cart), "not a code"), "voucher_unknown").await;
    refused(&mut mira, with_voucher(order("5", &cart), &shipping), "voucher_unknown").await;
    let listed = jun.ask_api("/v1/me/vouchers").await;
    for code in [&bushes, &shipping] {
        let voucher = listed["items"].as_array().and_then(|all| all.iter().find(|one| one["code"] == **code));
        let voucher = voucher.unwrap_or_else(|| panic!("{code} is not in {listed}"));
        assert_eq!(voucher["state"], "active");
    }
}

#[tokio::test]
async fn the_highest_tier_pays_no_shipping() {
    let place = Place::new().await;
    let receipt = bought(&mut place.visitor("amara").await, order("1", &[("TEA-LAPSANG", 1)])).await;
    assert_eq!(receipt["shipping_minor"], 0);
}

#[tokio::test]
async fn an_order_is_taken_back_once_with_its_points() {
    let place = Place::new().await;
    let mut mira = place.visitor("mira").await;
    let before = mira.balance().await;
    let receipt = bought(&mut mira, order("1", &[("WARE-CUPS", 1)])).await;
    let address = format!("/shop/orders/{}/return", receipt["id"].as_str().expect("an order has an id"));
    let (status, answer) = place.visitor("jun").await.post(&address, json!({})).await;
    assert_eq!((status, &answer["code"]), (StatusCode::NOT_FOUND, &json!("order_unknown")));
    let (status, refund) = mira.post(&address, json!({})).await;
    assert_eq!((status, &refund["points"]), (StatusCode::OK, &json!(38)));
    assert_eq!(mira.balance().await, before);
    let (status, answer) = mira.post(&address, json!({})).await;
    assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("order_returned")));
    let (_, orders) = mira.get("/shop/orders").await;
    assert_eq!(orders["orders"][0]["state"], "returned");
}

#[tokio::test]
async fn an_old_order_stays_sold() {
    let place = Place::new().await;
    let mut amara = place.visitor("amara").await;
    let (_, orders) = amara.get("/shop/orders").await;
    let oldest = orders["orders"].as_array().and_then(|orders| orders.last()).expect("there are orders");
    assert_eq!(oldest["returnable"], false);
    let address = format!("/shop/orders/{}/return", oldest["id"].as_str().expect("an order has an id"));
    let (status, answer) = amara.post(&address, json!({})).await;
    assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("order_too_old")));
}

#[tokio::test]
async fn a_shop_whose_loyalty_program_is_away_still_sells() {
    let place = Place::new().await;
    let mut jun = place.visitor("jun").await;
    let code = jun.redeem("five-off", 100).await;
    place.demo.app().shutdown().await.expect("the ledger closes");
    let receipt = bought(&mut jun, order("1", &[("TEA-LAPSANG", 1)])).await;
    assert_eq!((&receipt["state"], &receipt["points"]), (&json!("placed"), &Value::Null));
    refused(&mut jun, with_voucher(order("2", &[("TEA-LAPSANG", 1)]), &code), "loyalty_unavailable").await;
}

async fn bought(visitor: &mut Visitor, order: Value) -> Value {
    let (status, receipt) = visitor.post("/shop/checkout", order).await;
    assert_eq!(status, StatusCode::OK, "{receipt}");
    receipt
}

async fn refused(visitor: &mut Visitor, order: Value, code: &str) {
    let (status, answer) = visitor.post("/shop/checkout", order).await;
    assert!(!status.is_success(), "{answer}");
    assert_eq!(answer, json!({ "code": code }));
}
