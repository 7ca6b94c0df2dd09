//! What is sent, and what an answer means.

use serde_json::json;
use stampcard_client::{
    Backend, Error, Guest, Method, Native, PageRequest, SetupError, TransportError, Unreachable,
};
use stampcard_model::{
    Activity, ActivityId, ActivityKind, OfferId, RedemptionId, Refusal, VoucherCode,
    api::{NewMemberActivity, NewOfferActivation, ProblemCode, RedemptionStatus},
};

use crate::{
    answers::{self, key, wish},
    scripted::{Scripted, answer, client, member, ok, page_of_html, problem},
};

#[tokio::test]
async fn a_public_read_names_the_program_and_nobody() {
    let (client, network) = client(member(), [ok(&answers::program())]);
    assert_eq!(client.program().await.unwrap().terminology.other, "stars");
    let sent = network.only();
    assert_eq!((sent.method, sent.url.as_str()), (Method::Get, "https://loyalty.example/v1/program"));
    assert_eq!(sent.header("stampcard-key"), Some("pk_test"));
    assert_eq!(sent.header("accept"), Some("application/json"));
    assert_eq!((sent.header("authorization"), &sent.body, sent.revalidate), (None, &None, false));
}

#[tokio::test]
async fn a_member_read_carries_the_token_and_is_revalidated() {
    let (client, network) = client(member(), [ok(&answers::me())]);
    assert_eq!(client.me().await.unwrap().balance.available.get(), 280);
    let sent = network.only();
    assert_eq!(sent.url, "https://loyalty.example/v1/me");
    assert_eq!(sent.header("authorization"), Some("Bearer first"));
    assert!(sent.revalidate && sent.timeout_ms > 0);
}

#[tokio::test]
async fn every_list_is_asked_for_at_its_own_address() {
    let answers = [
        answers::rewards(),
        answers::my_rewards(),
        answers::entries(),
        answers::vouchers(),
        answers::ways(),
        answers::offers(),
    ];
    let (client, network) = client(member(), answers.iter().map(ok));
    let first = PageRequest::default();
    assert_eq!(client.rewards(&first).await.unwrap().items.len(), 1);
    assert_eq!(client.my_rewards(&first).await.unwrap().items[0].missing.get(), 120);
    assert_eq!(client.entries(&first).await.unwrap().items[0].delta, 42);
    assert_eq!(client.vouchers(&first).await.unwrap().items[0].code.as_str(), "7K2M-9QXR");
    assert!(client.ways(&first).await.unwrap().items[0].claimable);
    assert_eq!(client.offers(&first).await.unwrap().items[0].uses_left, 1);
    let urls: Vec<_> = network.sent().into_iter().map(|request| request.url).collect();
    let lists = ["rewards", "me/rewards", "me/entries", "me/vouchers", "me/ways-to-earn", "me/offers"];
    let expected = lists.map(|list| format!("/v1/{list}"));
    assert_eq!(urls, expected.map(|path| format!("https://loyalty.example{path}")));
}

#[tokio::test]
async fn a_cursor_is_encoded_whatever_it_holds() {
    for (limit, cursor, query) in [
        (Some(5), None, "?limit=5"),
        (None, Some("a+b/c="), "?cursor=a%2Bb%2Fc%3D"),
        (Some(100), Some("&limit=1#x 积"), "?limit=100&cursor=%26limit%3D1%23x%20%E7%A7%AF"),
        (None, Some("safe-._~09AZaz"), "?cursor=safe-._~09AZaz"),
    ] {
        let (client, network) = client(Guest, [ok(&answers::rewards())]);
        let page = PageRequest { limit, cursor: cursor.map(str::to_owned) };
        client.rewards(&page).await.unwrap();
        assert_eq!(network.only().url, format!("https://loyalty.example/v1/rewards{query}"));
    }
}

#[tokio::test]
async fn the_next_part_is_asked_for_with_the_cursor_of_the_last() {
    let (client, _) = client(Guest, [ok(&answers::rewards()), ok(&json!({"items": []}))]);
    let first = PageRequest::largest();
    let page = client.rewards(&first).await.unwrap();
    let second = first.after(&page).unwrap();
    assert_eq!(second, PageRequest { limit: Some(100), cursor: Some("a+b/c=".to_owned()) });
    assert_eq!(second.after(&client.rewards(&second).await.unwrap()), None);
}

#[tokio::test]
async fn a_redemption_carries_its_key_and_the_confirmed_price() {
    let (client, network) = client(member(), [answer(201, &answers::redemption())]);
    let redemption = client.redeem(&key(), &wish()).await.unwrap();
    assert_eq!(redemption.status, RedemptionStatus::Completed);
    let sent = network.only();
    assert_eq!((sent.method, sent.url.as_str()), (Method::Post, "https://loyalty.example/v1/me/redemptions"));
    assert_eq!(sent.header("idempotency-key"), Some("0f8b1c9e-5a55"));
    assert_eq!(sent.header("content-type"), Some("application/json"));
    assert_eq!(sent.body.as_deref(), Some(r#"{"reward_id":"tote-bag","price":400}"#));
}

#[tokio::test]
async fn a_redemption_under_review_has_no_voucher_yet() {
    let mut held = answers::redemption();
    held["status"] = json!("under_review");
    held.as_object_mut().unwrap().remove("voucher");
    let (client, _) = client(member(), [answer(202, &held)]);
    let redemption = client.redeem(&key(), &wish()).await.unwrap();
    assert_eq!((redemption.status, redemption.voucher), (RedemptionStatus::UnderReview, None));
}

#[tokio::test]
async fn every_other_write_carries_its_key_and_what_it_is_about() {
    let back = json!({"redemption_id": "r_1", "points": 400, "balance_after": 680});
    let taken = json!({"offer_id": "a/b", "points": 0, "balance_after": 280});
    let came = json!({"activity_id": "a_1", "points": 1, "accruals": [], "balance_after": 281});
    let (client, network) = client(member(), [ok(&back), answer(201, &taken), answer(201, &came)]);
    let cancelled = client.cancel(&key(), &RedemptionId::new("r_1").unwrap()).await.unwrap();
    assert_eq!(cancelled.points.get(), 400);
    let code = NewOfferActivation { code: Some(VoucherCode::new("TEA-TIME").unwrap()) };
    client.activate(&key(), &OfferId::new("a/b").unwrap(), &code).await.unwrap();
    let id = ActivityId::new("a_1").unwrap();
    let activity = NewMemberActivity { activity: Activity { id, kind: ActivityKind::CheckIn, code: None } };
    assert_eq!(client.claim(&key(), &activity).await.unwrap().points.get(), 1);
    let sent: Vec<_> = network.sent().into_iter().map(|sent| (sent.url.clone(), sent)).collect();
    for ((url, sent), (path, body)) in sent.iter().zip([
        ("redemptions/r_1/cancel", "{}"),
        ("offers/a%2Fb/activate", r#"{"code":"TEA-TIME"}"#),
        ("activities", r#"{"activity":{"id":"a_1","kind":"check_in"}}"#),
    ]) {
        assert_eq!(*url, format!("https://loyalty.example/v1/me/{path}"));
        assert_eq!((sent.method, sent.body.as_deref()), (Method::Post, Some(body)));
        assert_eq!(sent.header("idempotency-key"), Some("0f8b1c9e-5a55"));
    }
    assert_eq!(sent.len(), 3);
}

#[tokio::test]
async fn an_id_cannot_leave_its_place_in_the_path() {
    for (id, path) in [("r_1", "r_1"), ("../../x?y#z%", "..%2F..%2Fx%3Fy%23z%25")] {
        let (client, network) = client(member(), [ok(&answers::redemption())]);
        client.redemption(&RedemptionId::new(id).unwrap()).await.unwrap();
        assert_eq!(network.only().url, format!("https://loyalty.example/v1/me/redemptions/{path}"));
    }
    for id in [".", ".."] {
        let (client, network) = client(member(), []);
        let error = client.redemption(&RedemptionId::new(id).unwrap()).await.unwrap_err();
        assert_eq!((error.code(), network.sent().len()), ("not_found", 0));
    }
}

#[tokio::test]
async fn the_language_of_the_page_is_asked_for_from_the_next_call_on() {
    let (client, network) = client(Guest, (0..5).map(|_| ok(&answers::program())));
    for tag in ["", "zh-CN", "en\r\nx-evil: 1", "en", "not a tag"] {
        client.set_locale(tag);
        client.program().await.unwrap();
    }
    let asked: Vec<_> =
        network.sent().iter().map(|sent| sent.header("accept-language").map(str::to_owned)).collect();
    assert_eq!(asked, [None, Some("zh-CN".to_owned()), None, Some("en".to_owned()), None]);
}

#[tokio::test]
async fn every_refusal_is_named() {
    for refusal in Refusal::ALL {
        for status in [403, 404, 409, 422] {
            let (client, network) = client(member(), [problem(status, refusal.code())]);
            let error = client.redeem(&key(), &wish()).await.unwrap_err();
            assert_eq!(error, Error::Refused(*refusal));
            assert_eq!(
                (error.code(), error.retryable(), error.leaves_doubt()),
                (refusal.code(), false, false)
            );
            assert_eq!(network.sent().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_refusal_from_the_future_keeps_its_code() {
    let (client, _) = client(member(), [problem(409, "moon_in_retrograde")]);
    let error = client.redeem(&key(), &wish()).await.unwrap_err();
    assert_eq!(error, Error::RefusedUnrecognized { code: "moon_in_retrograde".to_owned() });
    assert!(!error.leaves_doubt());
}

#[tokio::test]
async fn a_code_that_cannot_be_one_is_not_passed_on() {
    for code in ["", "<img src=x>", "Line\nbreak", &"x".repeat(65)] {
        let (client, _) = client(Guest, [problem(400, code)]);
        assert_eq!(client.program().await.unwrap_err(), Error::Rejected { status: 400, code: None });
    }
}

#[tokio::test]
async fn every_other_problem_is_told_apart() {
    for code in ProblemCode::ALL.iter().copied().filter(|code| code.status() < 500) {
        let answers = (0..3).map(|_| problem(code.status(), code.code()));
        let (client, _) = client(Guest, answers);
        let expected = match code {
            ProblemCode::RateLimited => Error::RateLimited { retry_after_ms: None },
            // Whatever is wrong with a token, another one is the answer.
            ProblemCode::TokenUsed => Error::Rejected { status: 401, code: Some(ProblemCode::Unauthorized) },
            code => Error::Rejected { status: code.status(), code: Some(code) },
        };
        let error = client.program().await.unwrap_err();
        assert_eq!(error, expected);
        assert_eq!((error.code(), error.retryable()), (expected.code(), code.retryable()));
    }
}

#[tokio::test]
async fn trouble_on_the_way_is_not_blamed_on_the_member() {
    let offline = || (0..3).map(|_| Err(TransportError::Offline));
    let timeout = || (0..2).map(|_| Err(TransportError::Timeout));
    for (answers, expected, code) in [
        (offline().collect::<Vec<_>>(), Error::Unreachable(Unreachable::Offline), "offline"),
        (timeout().collect(), Error::Unreachable(Unreachable::Timeout), "timeout"),
        (vec![page_of_html(500)], Error::Unreachable(Unreachable::Server { status: 500 }), "server_error"),
        (vec![page_of_html(200)], Error::Malformed { what: "program" }, "malformed_answer"),
        (vec![page_of_html(404)], Error::Rejected { status: 404, code: None }, "rejected"),
        (vec![page_of_html(302)], Error::Rejected { status: 302, code: None }, "rejected"),
    ] {
        let (client, _) = client(Guest, answers);
        let error = client.program().await.unwrap_err();
        assert_eq!((error.code(), &error), (code, &expected));
        assert_eq!(error.to_string(), code);
        assert!(error.leaves_doubt());
    }
}

#[test]
fn an_endpoint_or_a_key_that_cannot_be_one_is_refused_before_anything_is_sent() {
    let made = |endpoint: &str, key: &str| Native::new(endpoint, key, Scripted::default(), Guest).map(drop);
    for good in
        ["https://a.example", "http://127.0.0.1:8080/", "https://a.example/loyalty//", "http://[::1]:80"]
    {
        assert_eq!(made(good, "pk_live_1"), Ok(()), "{good}");
    }
    for bad in [
        "",
        "/",
        "a.example",
        "ftp://a.example",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "https://a?b",
        "https://a#b",
        "https://user:secret@a.example",
        "https://a example",
        "https://积分.example",
        "https://a\\b",
    ] {
        assert_eq!(made(bad, "pk_live_1"), Err(SetupError::Endpoint), "{bad}");
    }
    for bad in ["", "pk_", "sk_live_1", "pk_a b", "pk_\r\n", &format!("pk_{}", "x".repeat(126))] {
        assert_eq!(made("https://a.example", bad), Err(SetupError::PublishableKey), "{bad}");
    }
}

#[tokio::test]
async fn a_request_in_a_log_tells_no_token() {
    let (client, network) = client(member(), [ok(&answers::me())]);
    client.me().await.unwrap();
    let logged = format!("{:?} {:?}", network.only(), member());
    assert!(logged.contains("authorization") && !logged.contains("first"), "{logged}");
}
