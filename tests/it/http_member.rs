//! What a member sees and does, from the first order to the voucher.

use serde_json::json;

use crate::http_server::{Server, program};

#[tokio::test]
async fn a_member_earns_redeems_and_has_a_voucher_to_show() {
    let server = Server::open();
    server.enroll("ada").await;
    let booked = server.book("ada", "1042", 150).await.ok();
    assert_eq!(booked["points"], 150);
    assert_eq!(booked["balance_after"], 150);
    assert_eq!(booked["tier_after"], "friend");
    // The end of the day in Berlin twelve months later.
    assert_eq!(booked["expires_at"], "2027-11-22T23:00:00Z");
    assert_eq!(booked["accruals"][0]["base_minor"], 15_000);

    let redeemed = server.redeem("ada", "first-try", "tote-bag", 100).await;
    assert_eq!(redeemed.status, 201);
    let redeemed = redeemed.ok();
    assert_eq!(redeemed["status"], "completed");
    assert_eq!(redeemed["balance_after"], 50);
    let code = redeemed["voucher"]["code"].as_str().unwrap().to_owned();
    assert_eq!(redeemed["voucher"]["title"], "Tote bag");
    assert_eq!(redeemed["voucher"]["state"], "active");
    assert_eq!(redeemed["voucher"]["kind"], json!({"type": "product", "sku": "BAG-1"}));

    let id = redeemed["id"].as_str().unwrap();
    assert_eq!(server.get("ada", &format!("/v1/me/redemptions/{id}")).await.ok(), redeemed);
    let vouchers = server.get("ada", "/v1/me/vouchers").await.ok();
    assert_eq!(vouchers["items"], json!([redeemed["voucher"]]));

    let used = server.merchant(&format!("/v1/vouchers/{code}/use"), json!({"order_id": "1043"})).await.ok();
    assert_eq!(used["state"], "used");
    assert_eq!(used["used_at"], "2026-11-22T09:00:00Z");
    let again = server.merchant(&format!("/v1/vouchers/{code}/use"), json!({})).await;
    assert_eq!(again.problem(), (409, "voucher_used".to_owned()));
    server.assert_verified();
}

#[tokio::test]
async fn a_first_paint_needs_one_answer() {
    let server = Server::open();
    server.merchant("/v1/members", json!({"reference": "ada", "display_name": "Ada"})).await.ok();
    server.book("ada", "1", 250).await.ok();
    server.let_pass(10, 0);
    let me = server.get("ada", "/v1/me").await.ok();
    assert_eq!(me["member"]["display_name"], "Ada");
    assert_eq!(me["balance"], json!({"available": 250, "pending": 0, "held": 0}));
    assert_eq!(me["expiring"], json!({"points": 250, "expires_at": "2027-11-22T23:00:00Z"}));
    assert_eq!(
        me["tier"],
        json!({"tier": "silver", "qualifying": 250,
            "next": {"tier": "gold", "threshold": 500, "missing": 250},
            "keep": {"until": "2027-11-22T09:00:00Z", "missing": 200}})
    );
}

#[tokio::test]
async fn the_tier_before_an_order_multiplies_it() {
    let server = Server::open();
    server.enroll_with("ada", 200).await;
    let second = server.book("ada", "2", 100).await.ok();
    assert_eq!((&second["points"], &second["tier_after"]), (&json!(125), &json!("silver")));
    let third = server.book("ada", "3", 200).await.ok();
    assert_eq!((&third["points"], &third["tier_after"]), (&json!(250), &json!("gold")));
    // A year later the first two have left the window, and so has the tier.
    server.let_pass(365, 0);
    assert_eq!(server.get("ada", "/v1/me").await.ok()["tier"]["tier"], "friend");
    let much_later = server.book("ada", "4", 10).await.ok();
    assert_eq!((&much_later["points"], &much_later["tier_after"]), (&json!(10), &json!("friend")));
    server.assert_verified();
}

#[tokio::test]
async fn each_reward_says_what_stands_in_its_way() {
    let server = Server::open();
    server.enroll_with("ada", 90).await;
    server.redeem("ada", "first-mug", "mug", 30).await.ok();
    let rewards = server.get("ada", "/v1/me/rewards").await.ok();
    let told: Vec<_> = rewards["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mine| {
            (
                mine["reward"]["id"].as_str().unwrap(),
                mine["missing"].as_u64().unwrap(),
                mine["refusal"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("tote-bag", 40, Some("insufficient_points")),
            ("print", 0, None),
            ("tasting", 20, Some("tier_required")),
            ("mug", 0, Some("member_limit_reached")),
        ]
    );
    assert_eq!(rewards["items"][3]["member_left"], 0);
    assert_eq!(rewards["items"][1]["reward"]["stock_left"], 1);
    for (reward, price, code) in [
        ("tote-bag", 100, "insufficient_points"),
        ("tote-bag", 99, "price_changed"),
        ("tasting", 80, "tier_required"),
        ("mug", 30, "member_limit_reached"),
    ] {
        let refused = server.redeem("ada", &server.fresh_key(), reward, price).await;
        assert_eq!(refused.problem(), (409, code.to_owned()), "{reward}");
    }
    let unknown = server.redeem("ada", &server.fresh_key(), "yacht", 1).await;
    assert_eq!(unknown.problem(), (404, "reward_not_found".to_owned()));
    server.redeem("ada", "the-print", "print", 50).await.ok();
    server.enroll_with("bea", 90).await;
    let sold_out = server.redeem("bea", &server.fresh_key(), "print", 50).await;
    assert_eq!(sold_out.problem(), (409, "out_of_stock".to_owned()));
    assert_eq!(server.public("/v1/rewards").await.ok()["items"][1]["stock_left"], 0);
    server.assert_verified();
}

#[tokio::test]
async fn points_expire_at_the_same_instant_whether_or_not_it_is_written_down() {
    let server = Server::open();
    server.enroll_with("ada", 100).await;
    server.let_pass(200, 0);
    server.book("ada", "2", 40).await.ok();
    // 2027-11-22T23:00:00Z is 365 days and 14 hours after the start.
    server.let_pass(165, 14 * 60 - 1);
    assert_eq!(server.available("ada").await, 140);
    server.let_pass(0, 1);
    assert_eq!(server.available("ada").await, 40);
    assert_eq!(server.get("ada", "/v1/me/entries").await.ok()["items"].as_array().unwrap().len(), 2);

    let swept = stampcard_server::sweep::sweep(&server.app, server.now()).await.unwrap();
    assert_eq!(swept.members, 1);
    assert_eq!(server.available("ada").await, 40);
    let entries = server.get("ada", "/v1/me/entries").await.ok();
    assert_eq!(entries["items"][0]["kind"], "expiry");
    assert_eq!(entries["items"][0]["delta"], -100);
    assert_eq!(entries["items"][0]["balance_after"], 40);
    assert_eq!(entries["items"][0]["occurred_at"], "2027-11-22T23:00:00Z");
    let idle = stampcard_server::sweep::sweep(&server.app, server.now()).await.unwrap();
    assert_eq!(idle.members, 0);
    server.assert_verified();
}

#[tokio::test]
async fn an_expired_lot_pays_nothing_even_before_the_sweep() {
    let server = Server::open();
    server.enroll_with("ada", 100).await;
    server.let_pass(366, 0);
    let refused = server.redeem("ada", "too-late-by-a-day", "tote-bag", 100).await;
    assert_eq!(refused.problem(), (409, "insufficient_points".to_owned()));
    server.assert_verified();
}

#[tokio::test]
async fn a_refund_takes_back_what_is_left_and_the_tier_with_it() {
    let server = Server::open();
    server.enroll_with("ada", 250).await;
    server.redeem("ada", "before-the-refund", "tote-bag", 100).await.ok();
    let refund = server.merchant("/v1/orders/start-ada/refunds", json!({})).await;
    assert_eq!(refund.status, 201);
    assert_eq!(
        refund.ok(),
        json!({"order_id": "start-ada", "points": 150, "shortfall": 100, "balance_after": 0, "tier_after": "friend"})
    );
    let again = server.merchant("/v1/orders/start-ada/refunds", json!({})).await;
    assert_eq!(again.problem(), (409, "order_already_refunded".to_owned()));
    let rebooked = server.book("ada", "start-ada", 250).await;
    assert_eq!(rebooked.problem(), (409, "order_already_booked".to_owned()));
    let unknown = server.merchant("/v1/orders/nobody-knows/refunds", json!({})).await;
    assert_eq!(unknown.problem(), (404, "order_not_found".to_owned()));
    server.assert_verified();
}

#[tokio::test]
async fn an_order_earns_once_whoever_it_is_booked_for() {
    let server = Server::open();
    server.enroll_with("ada", 10).await;
    server.enroll("bea").await;
    let stolen = server.book("bea", "start-ada", 10).await;
    assert_eq!(stolen.problem(), (409, "order_already_booked".to_owned()));
    let mut foreign = crate::http_server::order_body("bea", "2", 1_000);
    foreign["order"]["money"] = json!("USD");
    assert_eq!(server.merchant("/v1/orders", foreign).await.problem(), (422, "money_mismatch".to_owned()));
    let nobody = server.book("nobody", "3", 10).await;
    assert_eq!(nobody.problem(), (404, "member_not_found".to_owned()));
}

#[tokio::test]
async fn a_voucher_expires_by_itself() {
    let server = Server::open();
    server.enroll_with("ada", 30).await;
    let mug = server.redeem("ada", "a-mug-please", "mug", 30).await.ok();
    assert_eq!(mug["voucher"]["expires_at"], "2026-12-22T09:00:00Z");
    server.let_pass(30, 0);
    let vouchers = server.get("ada", "/v1/me/vouchers").await.ok();
    assert_eq!(vouchers["items"][0]["state"], "expired");
    let code = mug["voucher"]["code"].as_str().unwrap().to_ascii_lowercase();
    let late = server.merchant(&format!("/v1/vouchers/{code}/use"), json!({})).await;
    assert_eq!(late.problem(), (409, "voucher_expired".to_owned()));
    let unknown = server.merchant("/v1/vouchers/AAAA-BBBB-CCCC/use", json!({})).await;
    assert_eq!(unknown.problem(), (404, "voucher_not_found".to_owned()));
}

#[tokio::test]
async fn enrolling_twice_is_enrolling_once() {
    let server = Server::open();
    let first = server.merchant("/v1/members", json!({"reference": "ada"})).await;
    assert_eq!(first.status, 201);
    let named = server.merchant("/v1/members", json!({"reference": "ada", "display_name": "Ada"})).await;
    assert_eq!(named.status, 200);
    let (first, named) = (first.ok(), named.ok());
    assert_eq!(first["id"], named["id"]);
    assert_eq!(named["display_name"], "Ada");
    let left_out = server.merchant("/v1/members", json!({"reference": "ada"})).await.ok();
    assert_eq!(left_out["display_name"], "Ada");
}

#[tokio::test]
async fn texts_are_in_the_language_of_the_request() {
    let server = Server::open();
    let request = crate::http_server::get("/v1/program")
        .header("stampcard-key", crate::http_server::PAGE_KEY)
        .header("accept-language", "fr;q=0.9, zh-TW;q=0.8, en;q=0.1")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = server.send(request).await;
    assert_eq!(answer.header("content-language"), Some("zh-CN"));
    assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "accept-language"));
    let program = answer.ok();
    assert_eq!(program["name"], "灯笼会");
    assert_eq!(program["terminology"], json!({"one": "星", "other": "星"}));
    assert_eq!(program["tiers"][1]["benefits"][0]["title"], "包邮");
}

#[tokio::test]
async fn a_new_version_of_the_program_does_not_rewrite_vouchers() {
    let server = Server::open();
    server.enroll_with("ada", 100).await;
    server.redeem("ada", "bag-of-version-1", "tote-bag", 100).await.ok();
    let mut changed = program("lantern");
    changed["version"] = json!(2);
    changed["rewards"].as_array_mut().unwrap().remove(0);
    let server = server.reopen(changed).await;
    let vouchers = server.get("ada", "/v1/me/vouchers").await.ok();
    assert_eq!(vouchers["items"][0]["title"], "Tote bag");
    assert_eq!(vouchers["items"][0]["kind"]["sku"], "BAG-1");
    assert_eq!(server.get("ada", "/v1/me/entries").await.ok()["items"][0]["title"], "Tote bag");
    assert_eq!(server.public("/v1/program").await.ok()["version"], 2);
    server.assert_verified();
}
