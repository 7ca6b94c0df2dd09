//! Whatever is sent, the answer is a problem and the ledger stays as it is.

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::{Value, json};

use crate::http_server::{MERCHANT_KEY, OTHER_MERCHANT_KEY, PAGE_KEY, Server, order_body, post, program};

/// A write that would be carried out if it were sent as it is.
struct Good {
    path: String,
    plane: &'static str,
    body: Value,
}

/// A ledger with something in it, and a good write for each route.
async fn prepared() -> (Server, Vec<Good>) {
    let mut lantern = program("lantern");
    lantern["review"] = json!({"after": {"times": 1, "days": 30}});
    let server = Server::open_with(lantern);
    server.enroll_with("ada", 300).await;
    let redeemed = server.redeem("ada", "used-by-a-redemption", "tote-bag", 100).await.ok();
    let code = redeemed["voucher"]["code"].as_str().unwrap();
    let held = server.redeem("ada", "another-redemption", "tote-bag", 100).await.ok();
    let reject = format!("/v1/reviews/{}/reject", held["id"].as_str().unwrap());
    server.merchant_with("used-by-a-member", "/v1/members", json!({"reference": "bea"})).await.ok();
    let good = |path: &str, plane, body| Good { path: path.to_owned(), plane, body };
    let writes = vec![
        good("/v1/me/redemptions", "member", json!({"reward_id": "tote-bag", "price": 100})),
        good("/v1/members", "merchant", json!({"reference": "cora", "display_name": "Cora"})),
        good("/v1/orders", "merchant", order_body("ada", "2", 100)),
        good("/v1/orders/start-ada/refunds", "merchant", json!({})),
        good(
            "/v1/members/adjustments",
            "merchant",
            json!({"member_reference": "ada", "delta": -1, "reason": "spilt tea"}),
        ),
        good("/v1/referrals", "merchant", json!({"friend_reference": "ada", "code": "4TBD-7K2M-9QXR"})),
        good("/v1/me/offers/spring/activate", "member", json!({"code": "SPRING"})),
        good(&format!("/v1/vouchers/{code}/use"), "merchant", json!({"order_id": "2"})),
        good(&reject, "merchant", json!({"reason": "asked twice"})),
    ];
    (server, writes)
}

fn credential(server: &Server, plane: &str) -> String {
    match plane {
        "member" => server.bearer("ada"),
        _ => format!("Bearer {MERCHANT_KEY}"),
    }
}

/// Sends a body as it is, as JSON, under a fresh key.
async fn refused(server: &Server, write: &Good, body: Vec<u8>, told: &str) -> (u16, String, Value) {
    let request = Request::post(&write.path)
        .header("authorization", credential(server, write.plane))
        .header("content-type", "application/json")
        .header("idempotency-key", server.fresh_key())
        .body(Body::from(body))
        .unwrap();
    let answer = server.send(request).await;
    assert!(
        (400..500).contains(&answer.status),
        "{} {told}: {} {}",
        write.path,
        answer.status,
        answer.text()
    );
    let (status, code) = answer.problem();
    (status, code, answer.json()["errors"].clone())
}

#[tokio::test]
async fn a_body_that_is_not_of_its_shape_changes_nothing() {
    let (server, writes) = prepared().await;
    let before = server.contents();
    for write in &writes {
        let unknown = {
            let mut body = write.body.clone();
            body["points"] = json!(1_000_000);
            body
        };
        let (status, code, errors) =
            refused(&server, write, unknown.to_string().into(), "unknown field").await;
        assert_eq!((status, code.as_str()), (422, "invalid_body"), "{}", write.path);
        assert_eq!(errors[0]["pointer"], "/points", "{}", write.path);

        for body in ["", "{", "[", "nul", "{\"a\":1,}", "\u{0}", "{} {}", "{\"a\" 1}", "\u{feff}{}"] {
            let (status, code, _) = refused(&server, write, body.into(), body).await;
            assert_eq!((status, code.as_str()), (400, "bad_request"), "{} {body}", write.path);
        }
        let (status, _, _) =
            refused(&server, write, vec![b'{', b'"', 0xff, 0xfe, b'"', b'}'], "not UTF-8").await;
        assert!(matches!(status, 400 | 422));
        let deep = "[".repeat(8_000);
        refused(&server, write, deep.into(), "deep").await;
        for body in ["null", "[]", "7", "\"text\"", "true", "-0", "1e400"] {
            let (status, code, _) = refused(&server, write, body.into(), body).await;
            assert!(
                matches!((status, code.as_str()), (422, "invalid_body") | (400, "bad_request")),
                "{body}"
            );
        }
        let huge = format!("{{\"reference\":\"{}\"}}", "a".repeat(16 * 1024));
        let (status, code, _) = refused(&server, write, huge.into(), "huge").await;
        assert_eq!((status, code.as_str()), (413, "body_too_large"), "{}", write.path);
    }
    assert_eq!(server.contents(), before);
}

#[tokio::test]
async fn each_field_is_held_to_its_type_and_range() {
    let (server, writes) = prepared().await;
    let before = server.contents();
    let find = |path: &str| writes.iter().find(|write| write.path.ends_with(path)).unwrap();
    let long = |length: usize| json!("x".repeat(length));
    let [redeem, members, orders, voucher, reject] =
        ["/redemptions", "/members", "/orders", "/use", "/reject"].map(find);
    let [adjustment, referral, offer] = ["/adjustments", "/referrals", "/activate"].map(find);
    let activity = |path: &str, plane, body| Good { path: path.to_owned(), plane, body };
    let did = json!({"id": "1", "kind": "check_in"});
    let reported =
        activity("/v1/activities", "merchant", json!({"member_reference": "ada", "activity": did}));
    let claimed = activity("/v1/me/activities", "member", json!({"activity": did}));
    let mut cases: Vec<(&Good, &str, Value)> = Vec::new();
    for wrong in [json!(null), json!(7), json!(["a"]), json!({}), json!(true)] {
        for (write, pointer) in [
            (redeem, "/reward_id"),
            (members, "/reference"),
            (orders, "/member_reference"),
            (orders, "/order/id"),
            (orders, "/order/money"),
            (orders, "/order/lines/0/sku"),
        ] {
            cases.push((write, pointer, wrong.clone()));
        }
    }
    for wrong in [
        json!(-1),
        json!(1.5),
        json!("100"),
        json!(null),
        json!(9_007_199_254_740_992_u64),
        json!(u64::MAX),
        json!(1e300),
        json!([]),
        json!(true),
    ] {
        cases.push((redeem, "/price", wrong.clone()));
        cases.push((orders, "/order/lines/0/amount_minor", wrong.clone()));
        cases.push((orders, "/order/lines/0/quantity", wrong));
    }
    cases.extend([
        (redeem, "/reward_id", json!("")),
        (redeem, "/reward_id", json!("two words")),
        (redeem, "/reward_id", json!("积分")),
        (redeem, "/reward_id", long(65)),
        (members, "/reference", json!("")),
        (members, "/reference", long(129)),
        (members, "/reference", json!("a\u{0}b")),
        (members, "/reference", json!("a\nb")),
        (members, "/display_name", json!("")),
        (members, "/display_name", long(101)),
        (members, "/display_name", json!("\u{7f}")),
        (members, "/display_name", json!(7)),
        (members, "/birthday", json!("02-30")),
        (members, "/birthday", json!("2000-12-31")),
        (members, "/birthday", json!(1231)),
        (members, "/segments", json!("gardeners")),
        (members, "/segments", json!(vec!["x"; 51])),
        (members, "/household", json!("two words")),
        (members, "/household", long(65)),
        (referral, "/friend_reference", json!("")),
        (referral, "/friend_reference", long(129)),
        (referral, "/code", json!("two words")),
        (referral, "/code", long(65)),
        (offer, "/code", json!("")),
        (offer, "/code", json!(7)),
        (orders, "/member_reference", json!("")),
        (orders, "/member_reference", long(129)),
        (orders, "/order/id", long(65)),
        (orders, "/order/money", json!("euro")),
        (orders, "/order/money", json!("eur")),
        (orders, "/order/lines", json!([])),
        (orders, "/order/lines", json!(vec![json!({"sku": "a", "quantity": 1, "amount_minor": 1}); 201])),
        (orders, "/order/lines/0/quantity", json!(0)),
        (orders, "/order/lines/0/quantity", json!(4_294_967_296_u64)),
        (orders, "/order/lines/0/amount_minor", json!(1_000_000_000_001_u64)),
        (orders, "/order/lines/0/category", json!("two words")),
        (adjustment, "/member_reference", json!("")),
        (adjustment, "/delta", json!(0)),
        (adjustment, "/delta", json!(1.5)),
        (adjustment, "/delta", json!(9_007_199_254_740_992_i64)),
        (adjustment, "/delta", json!(i64::MIN)),
        (adjustment, "/reason", json!("")),
        (adjustment, "/reason", json!("two\nlines")),
        (adjustment, "/reason", long(201)),
        (voucher, "/order_id", json!("")),
        (voucher, "/order_id", json!(7)),
        (voucher, "/order_id", long(65)),
        (reject, "/reason", json!("")),
        (reject, "/reason", json!(7)),
        (reject, "/reason", json!("a\nb")),
        (reject, "/reason", long(201)),
        (&reported, "/member_reference", json!("")),
        (&reported, "/activity/kind", json!("juggling")),
        (&claimed, "/activity/kind", json!("juggling")),
        (&claimed, "/activity/id", json!("two words")),
        (&claimed, "/activity/code", json!("")),
    ]);
    for (write, pointer, wrong) in cases {
        let mut body = write.body.clone();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[field] = wrong;
        let told = format!("{pointer} {}", body.pointer(pointer).unwrap());
        let (status, code, errors) = refused(&server, write, body.to_string().into(), &told).await;
        assert_eq!((status, code.as_str()), (422, "invalid_body"), "{} {told}", write.path);
        assert_eq!(errors[0]["pointer"], pointer, "{} {told}: {errors}", write.path);
    }
    assert_eq!(server.contents(), before);
}

#[tokio::test]
async fn a_missing_or_doubled_field_is_named() {
    let (server, writes) = prepared().await;
    let before = server.contents();
    let missing = [
        ("/v1/me/redemptions", "/price"),
        ("/v1/me/redemptions", "/reward_id"),
        ("/v1/members", "/reference"),
        ("/v1/orders", "/order"),
        ("/v1/orders", "/order/lines"),
        ("/v1/orders", "/order/lines/0/quantity"),
    ];
    for (path, pointer) in missing {
        let write = writes.iter().find(|write| write.path == path).unwrap();
        let mut body = write.body.clone();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(field).unwrap();
        let (status, code, errors) = refused(&server, write, body.to_string().into(), pointer).await;
        assert_eq!((status, code.as_str(), &errors[0]["pointer"]), (422, "invalid_body", &json!(pointer)));
    }
    let in_order = r#"["tote-bag",100]"#;
    let (status, code, _) = refused(&server, &writes[0], in_order.into(), in_order).await;
    assert_eq!((status, code.as_str()), (422, "invalid_body"));
    let in_order =
        r#"{"member_reference":"ada","order":{"id":"7","money":"EUR","lines":[["TEA-1",null,null,1,1]]}}"#;
    let orders = writes.iter().find(|write| write.path == "/v1/orders").unwrap();
    let (_, code, errors) = refused(&server, orders, in_order.into(), in_order).await;
    assert_eq!((code.as_str(), &errors[0]["pointer"]), ("invalid_body", &json!("/order/lines/0")));
    let doubled = r#"{"reward_id":"tote-bag","price":100,"price":1}"#;
    let (status, code, _) = refused(&server, &writes[0], doubled.into(), doubled).await;
    assert_eq!((status, code.as_str()), (422, "invalid_body"));
    assert_eq!(server.contents(), before);
}

#[tokio::test]
async fn a_write_without_a_usable_key_changes_nothing() {
    let (server, writes) = prepared().await;
    let before = server.contents();
    for write in &writes {
        let keys = [
            None,
            Some(String::new()),
            Some("short".to_owned()),
            Some("k".repeat(256)),
            Some("with a space".to_owned()),
            Some("\"unclosed-quote".to_owned()),
            Some("schlüssel-eins".to_owned()),
        ];
        for key in keys {
            let mut request = Request::post(&write.path)
                .header("authorization", credential(&server, write.plane))
                .header("content-type", "application/json");
            if let Some(key) = &key {
                request = request.header("idempotency-key", key);
            }
            let answer = server.send(request.body(Body::from(write.body.to_string())).unwrap()).await;
            assert_eq!(
                answer.problem(),
                (400, "idempotency_key_missing".to_owned()),
                "{} {key:?}",
                write.path
            );
        }
        let two = Request::post(&write.path)
            .header("authorization", credential(&server, write.plane))
            .header("content-type", "application/json")
            .header("idempotency-key", "first-of-two-keys")
            .header("idempotency-key", "second-of-two-keys")
            .body(Body::from(write.body.to_string()))
            .unwrap();
        assert_eq!(server.send(two).await.problem().1, "idempotency_key_missing", "{}", write.path);
        let used = match write.plane {
            "member" => "used-by-a-redemption",
            _ => "used-by-a-member",
        };
        let mut other = write.body.clone();
        if write.path.ends_with("/redemptions") {
            other["price"] = json!(99);
        }
        let reused = server.send(post(&write.path, &credential(&server, write.plane), used, &other)).await;
        assert_eq!(reused.problem(), (422, "idempotency_key_reused".to_owned()), "{}", write.path);
    }
    assert_eq!(server.contents(), before);
}

#[tokio::test]
async fn a_write_with_another_credential_or_type_changes_nothing() {
    let (server, writes) = prepared().await;
    let before = server.contents();
    for write in &writes {
        let wrong = match write.plane {
            "member" => format!("Bearer {MERCHANT_KEY}"),
            _ => server.bearer("ada"),
        };
        let answer = server.send(post(&write.path, &wrong, &server.fresh_key(), &write.body)).await;
        assert_eq!(answer.problem(), (401, "unauthorized".to_owned()), "{}", write.path);
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
            "multipart/form-data",
            "",
        ] {
            let request = Request::post(&write.path)
                .header("authorization", credential(&server, write.plane))
                .header("content-type", kind)
                .header("idempotency-key", server.fresh_key())
                .body(Body::from(write.body.to_string()))
                .unwrap();
            let answer = server.send(request).await;
            assert_eq!(answer.problem(), (415, "unsupported_media_type".to_owned()), "{} {kind}", write.path);
        }
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let request = Request::builder()
                .method(method.clone())
                .uri(&write.path)
                .header("authorization", credential(&server, write.plane))
                .body(Body::empty())
                .unwrap();
            assert_eq!(server.send(request).await.problem().0, 405, "{method} {}", write.path);
        }
    }
    // The other program's merchant can reach nothing of this one.
    let other = format!("Bearer {OTHER_MERCHANT_KEY}");
    for write in writes.iter().filter(|write| write.plane == "merchant" && write.path != "/v1/members") {
        let request = post(&write.path, &other, &server.fresh_key(), &write.body);
        assert_eq!(server.send(request).await.problem().0, 404, "{}", write.path);
    }
    let kept = |line: &&String| !line.starts_with("idempotency: ");
    let after = server.contents();
    assert_eq!(after.iter().filter(kept).collect::<Vec<_>>(), before.iter().filter(kept).collect::<Vec<_>>());
}

#[tokio::test]
async fn ids_that_are_none_are_absent() {
    let (server, _) = prepared().await;
    let before = server.contents();
    let merchant = format!("Bearer {MERCHANT_KEY}");
    for id in
        ["%ff%fe", "%00", "a%20b", "..%2f..%2fetc", "%E7%A7%AF", &"x".repeat(65), &"%41".repeat(300), "'--"]
    {
        let request = Request::get(format!("/v1/me/redemptions/{id}"))
            .header("authorization", server.bearer("ada"))
            .body(Body::empty())
            .unwrap();
        assert_eq!(server.send(request).await.problem().0, 404, "{id}");
        for path in [format!("/v1/orders/{id}/refunds"), format!("/v1/vouchers/{id}/use")] {
            let answer = server.send(post(&path, &merchant, &server.fresh_key(), &json!({}))).await;
            assert_eq!(answer.problem().0, 404, "{path}");
        }
    }
    let kept = |line: &&String| !line.starts_with("idempotency: ");
    let after = server.contents();
    assert_eq!(after.iter().filter(kept).collect::<Vec<_>>(), before.iter().filter(kept).collect::<Vec<_>>());
}

#[tokio::test]
async fn headers_that_make_no_sense_do_no_harm() {
    let (server, _) = prepared().await;
    let odd = [
        ("accept-language", "en;q=9999999999,;;;,,zh;q=-1,*;q=0.000000000001".to_owned()),
        ("accept-language", "a".repeat(8_000)),
        ("if-none-match", "\"".repeat(3_000)),
        ("if-none-match", "W/,,,W/".to_owned()),
        ("origin", "\u{ff}".to_owned()),
        ("content-length", "banana".to_owned()),
        ("stampcard-key", PAGE_KEY.repeat(50)),
        ("authorization", "Bearer ".to_owned()),
        ("x-request-id", "<script>".to_owned()),
    ];
    for (name, value) in odd {
        for path in ["/v1/program", "/v1/me", "/v1/me/rewards"] {
            let mut request = Request::get(path)
                .header("stampcard-key", PAGE_KEY)
                .header("authorization", server.bearer("ada"));
            request.headers_mut().unwrap().insert(name, value.parse().unwrap());
            let answer = server.send(request.body(Body::empty()).unwrap()).await;
            assert!(answer.status < 500, "{path} {name}: {value}");
            if answer.status >= 400 {
                answer.problem();
            }
        }
    }
}
