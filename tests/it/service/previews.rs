//! Previews of orders: what pages say with the engine, natively and in wasm.

use std::fmt::Write;

use serde_json::{Value, json};

use super::ground::Ground;

/// Carts of a shop in three sizes, and what some shops add to them.
fn carts() -> Vec<Value> {
    let mut carts = Vec::new();
    for category in ["tea", "teaware", "gift-cards"] {
        for (amount_minor, shipping_minor, gift_card_minor) in [
            (0, 0, 0),
            (99, 490, 0),
            (2_400, 490, 0),
            (4_999, 0, 700),
            (5_000, 0, 0),
            (1_000_000_000_000_u64, 0, 0),
        ] {
            let line = json!({"sku": "ONE", "category": category, "quantity": 2, "amount_minor": amount_minor,
                "discount_minor": 10, "tax_minor": 19});
            let lines =
                json!([line, {"sku": "CARD", "quantity": 1, "amount_minor": 2_500, "gift_card": true}]);
            carts.push(
                json!({"id": "preview", "money": "EUR", "lines": lines, "shipping_minor": shipping_minor,
                "gift_card_minor": gift_card_minor}),
            );
        }
    }
    carts.push(
        json!({"id": "preview", "money": "SEK", "lines": [{"sku": "A", "quantity": 1, "amount_minor": 1}]}),
    );
    carts.push(json!({"id": "preview", "money": "EUR", "lines": []}));
    carts
}

/// A line for each preview: what it was made from, and the answer. `tests/cases/previews.mjs` makes them in wasm.
#[tokio::test]
async fn previews_are_the_ones_that_are_kept() {
    let ground = Ground::new();
    ground.member("mei", 700).await;
    let mine = ground.get("/v1/me/earning", "mei").await;
    let anybody = ground.page("/v1/program/earning").await;
    let mut lines = String::new();
    for earning in [&mine.text, &anybody.text] {
        for cart in carts() {
            let cart = cart.to_string();
            let answer = stampcard_preview::answer(earning, &cart);
            writeln!(lines, "{}", json!([earning, cart, answer])).unwrap();
        }
    }
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/previews.jsonl");
    if std::env::var_os("STAMPCARD_WRITE_GOLDEN").is_some() {
        std::fs::write(place, &lines).unwrap();
    }
    let kept = std::fs::read_to_string(place).unwrap();
    assert!(
        kept == lines,
        "previews have changed: look at the difference after STAMPCARD_WRITE_GOLDEN=1 on this test"
    );
}

#[tokio::test]
async fn what_is_told_for_previews_is_no_more_than_they_need() {
    let ground = Ground::of(|program| {
        program["offers"] = json!([
            {"id": "secret", "title": {"en": "By invitation"}, "assigned": true,
                "gives": {"type": "bonus", "points": 500}},
            {"id": "open", "title": {"en": "For all"}, "gives": {"type": "bonus", "points": 5}},
        ]);
        let mut rules = program["earn_rules"].as_array().cloned().unwrap();
        rules.push(
            json!({"id": "insiders", "title": {"en": "Insiders"}, "earn": {"type": "visit", "points": 9},
            "when": {"segments": ["staff"]}}),
        );
        program["earn_rules"] = json!(rules);
    });
    ground.member("mei", 0).await;
    for text in
        [ground.page("/v1/program/earning").await.text, ground.get("/v1/me/earning", "mei").await.text]
    {
        assert!(!text.contains("staff") && !text.contains("By invitation"), "{text}");
        assert!(text.contains("\"open\"") && text.contains("other_members"), "{text}");
        for personal in ["mei", "Mei", "\"m_"] {
            assert!(!text.contains(personal), "{text}");
        }
    }
}

#[tokio::test]
async fn a_guest_is_told_what_a_member_would_be_told_who_has_just_joined() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    let mine = ground.get("/v1/me/earning", "mei").await;
    let anybody = ground.page("/v1/program/earning").await;
    assert_eq!(mine.body["rules"], anybody.body["rules"]);
    assert_eq!(mine.body["tier"], anybody.body["tier"]);
}
