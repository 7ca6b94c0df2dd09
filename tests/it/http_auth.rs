//! Who may ask what: three planes, each with its own credential, and pages of listed origins only.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};

use crate::http_server::{
    Answer, MERCHANT_KEY, ORIGIN, OTHER_MERCHANT_KEY, OTHER_ORIGIN, OTHER_PAGE_KEY, OTHER_SECRET, PAGE_KEY,
    SECRET, Server, get, order_body, post, token,
};

async fn me_with(server: &Server, authorization: &str) -> Answer {
    server.send(get("/v1/me").header(header::AUTHORIZATION, authorization).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_token_must_be_short_fresh_and_signed_for_this_program() {
    let server = Server::open();
    server.enroll("ada").await;
    let now = server.now().as_millis() / 1_000;
    let with = |changes: Value| {
        let mut claims = server.claims("ada");
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        claims
    };
    let without = |name: &str| {
        let mut claims = server.claims("ada");
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let cases = [
        ("as it must be", server.claims("ada"), 200),
        ("expired within the leeway", with(json!({"iat": now - 100, "exp": now - 29})), 200),
        ("expired", with(json!({"iat": now - 100, "exp": now - 30})), 401),
        ("as long as it may be", with(json!({"exp": now + 900})), 200),
        ("too long", with(json!({"exp": now + 901})), 401),
        ("issued by a clock a little ahead", with(json!({"iat": now + 30, "exp": now + 90})), 200),
        ("issued in the future", with(json!({"iat": now + 31, "exp": now + 90})), 401),
        ("not valid yet", with(json!({"nbf": now + 31})), 401),
        ("ends before it begins", with(json!({"iat": now, "exp": now - 1})), 401),
        ("far in the future", with(json!({"iat": i64::MIN, "exp": i64::MAX})), 401),
        ("for another program", with(json!({"aud": "harbor"})), 401),
        ("for no program", without("aud"), 401),
        ("without a start", without("iat"), 401),
        ("without an end", without("exp"), 401),
        ("of nobody", without("sub"), 401),
        ("of a nameless member", with(json!({"sub": ""})), 401),
        ("of a member with control characters", with(json!({"sub": "a\u{0}b"})), 401),
        ("of a member with a long name", with(json!({"sub": "a".repeat(129)})), 401),
        ("with fractions of seconds", with(json!({"exp": 1.5})), 401),
        ("of somebody who is not enrolled", with(json!({"sub": "nobody"})), 404),
    ];
    for (case, claims, expected) in cases {
        let answer = me_with(&server, &format!("Bearer {}", server.token(&claims))).await;
        assert_eq!(answer.status, expected, "{case}: {}", answer.text());
        match expected {
            401 => assert_eq!(answer.problem().1, "unauthorized", "{case}"),
            404 => assert_eq!(answer.problem().1, "member_not_found", "{case}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_token_signed_otherwise_proves_nothing() {
    let server = Server::open();
    server.enroll("ada").await;
    let claims = server.claims("ada");
    let part = |value: Value| {
        use std::fmt::Write;
        let alphabet: Vec<char> =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars().collect();
        value.to_string().as_bytes().chunks(3).fold(String::new(), |mut text, chunk| {
            let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            for place in 0..=chunk.len() {
                write!(text, "{}", alphabet[(bits >> (18 - 6 * place) & 63) as usize]).unwrap();
            }
            text
        })
    };
    let good = server.token(&claims);
    let signature = good.rsplit('.').next().unwrap();
    let critical = Header { crit: Some(vec!["exp".to_owned()]), ..Header::default() };
    let other_member =
        part(json!({"sub": "bea", "aud": "lantern", "iat": claims["iat"], "exp": claims["exp"]}));
    let forged = [
        ("nothing", format!("{}.{}.", part(json!({"alg": "none"})), part(claims.clone()))),
        ("nothing, in capitals", format!("{}.{}.", part(json!({"alg": "NONE"})), part(claims.clone()))),
        ("HS512", token(&Header::new(Algorithm::HS512), &claims, SECRET)),
        ("another program's secret", token(&Header::default(), &claims, OTHER_SECRET)),
        ("no secret", token(&Header::default(), &claims, "")),
        ("an extension that has to be understood", token(&critical, &claims, SECRET)),
        (
            "the signature of another token",
            format!("{}.{}.{signature}", good.split('.').next().unwrap(), other_member),
        ),
        ("a text that is no token", "not-a-token".to_owned()),
        ("five kilobytes", "a".repeat(5_000)),
        ("nothing at all", String::new()),
        ("the secret key of the merchant", MERCHANT_KEY.to_owned()),
    ];
    for (case, token) in forged {
        let answer = me_with(&server, &format!("Bearer {token}")).await;
        assert_eq!(answer.problem(), (401, "unauthorized".to_owned()), "{case}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{case}");
    }
    for scheme in ["Basic", "bearerx", ""] {
        assert_eq!(me_with(&server, &format!("{scheme} {good}")).await.status, 401, "{scheme}");
    }
    assert_eq!(me_with(&server, &format!("bEaReR {good}")).await.status, 200);
    assert_eq!(server.send(get("/v1/me").body(Body::empty()).unwrap()).await.status, 401);
    let twice = get("/v1/me")
        .header(header::AUTHORIZATION, server.bearer("ada"))
        .header(header::AUTHORIZATION, server.bearer("ada"))
        .body(Body::empty())
        .unwrap();
    assert_eq!(server.send(twice).await.status, 401);
}

#[tokio::test]
async fn a_credential_opens_its_own_plane_only() {
    let server = Server::open();
    server.enroll("ada").await;
    let routes = [
        ("public", Method::GET, "/v1/program"),
        ("public", Method::GET, "/v1/rewards"),
        ("member", Method::GET, "/v1/me"),
        ("member", Method::GET, "/v1/me/entries"),
        ("member", Method::GET, "/v1/me/rewards"),
        ("member", Method::GET, "/v1/me/vouchers"),
        ("member", Method::GET, "/v1/me/redemptions/r_1"),
        ("member", Method::POST, "/v1/me/redemptions"),
        ("merchant", Method::POST, "/v1/members"),
        ("merchant", Method::POST, "/v1/orders"),
        ("merchant", Method::POST, "/v1/orders/1/refunds"),
        ("merchant", Method::POST, "/v1/vouchers/AAAA/use"),
    ];
    let credentials = [
        ("public", "stampcard-key", PAGE_KEY.to_owned()),
        ("public", "stampcard-key", OTHER_PAGE_KEY.to_owned()),
        ("member", "authorization", server.bearer("ada")),
        ("merchant", "authorization", format!("Bearer {MERCHANT_KEY}")),
        ("merchant", "authorization", format!("Bearer {OTHER_MERCHANT_KEY}")),
        ("nothing", "stampcard-key", "pk_nobody_knows".to_owned()),
        ("nothing", "stampcard-key", MERCHANT_KEY.to_owned()),
        ("nothing", "authorization", "Bearer sk_nobody_knows".to_owned()),
        ("nothing", "authorization", format!("Bearer {PAGE_KEY}")),
        ("nothing", "authorization", MERCHANT_KEY.to_owned()),
        ("nothing", "x-nothing", "nothing".to_owned()),
    ];
    for (plane, method, path) in &routes {
        for (opens, header, value) in &credentials {
            let request = Request::builder()
                .method(method)
                .uri(*path)
                .header(*header, value)
                .header("idempotency-key", server.fresh_key())
                .header("content-type", "application/json")
                .body(Body::empty())
                .unwrap();
            let answer = server.send(request).await;
            let told = format!("{method} {path} with {header}: {value}: {}", answer.text());
            assert_eq!(answer.status == 401, opens != plane, "{told}");
            assert!(answer.status < 500, "{told}");
        }
    }
}

#[tokio::test]
async fn what_another_program_holds_is_as_good_as_absent() {
    let server = Server::open();
    server.enroll_with("ada", 100).await;
    let mine = server.redeem("ada", "ada's own key", "tote-bag", 100).await;
    assert_eq!(mine.problem().1, "idempotency_key_missing");
    let mine = server.redeem("ada", "ada's-own-key", "tote-bag", 100).await.ok();
    let code = mine["voucher"]["code"].as_str().unwrap();
    let id = mine["id"].as_str().unwrap();
    let other = format!("Bearer {OTHER_MERCHANT_KEY}");

    let foreign = [
        post("/v1/orders", &other, &server.fresh_key(), &order_body("ada", "9", 100)),
        post("/v1/orders/start-ada/refunds", &other, &server.fresh_key(), &json!({})),
        post(&format!("/v1/vouchers/{code}/use"), &other, &server.fresh_key(), &json!({})),
    ];
    let absent = [
        post("/v1/orders", &other, &server.fresh_key(), &order_body("eve", "9", 100)),
        post("/v1/orders/nobody-knows/refunds", &other, &server.fresh_key(), &json!({})),
        post("/v1/vouchers/AAAA-AAAA-AAAA/use", &other, &server.fresh_key(), &json!({})),
    ];
    for (foreign, absent) in foreign.into_iter().zip(absent) {
        same(&server.send(foreign).await, &server.send(absent).await);
    }

    // Another member of the same program learns as little.
    server.enroll("bea").await;
    let foreign = server.get("bea", &format!("/v1/me/redemptions/{id}")).await;
    let absent = server.get("bea", "/v1/me/redemptions/r_00000000000000000000").await;
    assert_eq!(foreign.problem(), (404, "not_found".to_owned()));
    same(&foreign, &absent);
}

/// The same answer, but for the id of the request.
#[track_caller]
fn same(a: &Answer, b: &Answer) {
    assert_eq!(a.problem().0, 404);
    let (mut a_body, mut b_body) = (a.json(), b.json());
    a_body["request_id"].take();
    b_body["request_id"].take();
    assert_eq!(a_body, b_body);
    let names = |answer: &Answer| answer.headers.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(a), names(b));
}

fn from(origin: &str, path: &str, header: &str, value: &str) -> Request<Body> {
    get(path).header("origin", origin).header(header, value).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_listed_page_may_read_and_no_other() {
    let server = Server::open();
    server.enroll("ada").await;
    let bearer = server.bearer("ada");
    for (path, header, value) in
        [("/v1/program", "stampcard-key", PAGE_KEY), ("/v1/me", "authorization", bearer.as_str())]
    {
        let listed = server.send(from(ORIGIN, path, header, value)).await;
        assert_eq!(listed.status, 200, "{path}");
        assert_eq!(listed.header("access-control-allow-origin"), Some(ORIGIN), "{path}");
        assert_eq!(
            listed.header("access-control-expose-headers"),
            Some("ETag, Retry-After, Idempotent-Replayed, X-Request-Id")
        );
        assert!(listed.headers.get("access-control-allow-credentials").is_none(), "{path}");
        assert!(listed.headers.get_all("vary").iter().any(|vary| vary == "origin"), "{path}");

        for origin in
            [OTHER_ORIGIN, "https://evil.example", "null", "https://lantern.example.evil.example", "*"]
        {
            let refused = server.send(from(origin, path, header, value)).await;
            assert_eq!(refused.problem(), (403, "origin_not_allowed".to_owned()), "{path} {origin}");
            assert!(refused.headers.get("access-control-allow-origin").is_none(), "{path} {origin}");
        }
    }
    // A page must be able to read that its token has expired.
    let expired = server.send(from(ORIGIN, "/v1/me", "authorization", "Bearer expired")).await;
    assert_eq!(expired.status, 401);
    assert_eq!(expired.header("access-control-allow-origin"), Some(ORIGIN));
}

#[tokio::test]
async fn a_preflight_is_answered_for_listed_pages_on_their_planes() {
    let server = Server::open();
    let preflight = |origin: &str, path: &str| {
        Request::builder()
            .method(Method::OPTIONS)
            .uri(path)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type,idempotency-key")
            .body(Body::empty())
            .unwrap()
    };
    for origin in [ORIGIN, OTHER_ORIGIN] {
        let answer = server.send(preflight(origin, "/v1/me/redemptions")).await;
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET, POST, PUT, DELETE"));
        assert_eq!(
            answer.header("access-control-allow-headers"),
            Some(
                "authorization, content-type, idempotency-key, stampcard-key, accept-language, if-none-match, \
                 last-event-id"
            )
        );
        assert_eq!(answer.header("access-control-max-age"), Some("600"));
        assert!(answer.bytes.is_empty());
    }
    let evil = server.send(preflight("https://evil.example", "/v1/me/redemptions")).await;
    assert_eq!(evil.problem(), (403, "origin_not_allowed".to_owned()));
    assert!(evil.headers.get("access-control-allow-origin").is_none());
    // No page may carry a secret key, so no page is let near it.
    let merchant = server.send(preflight(ORIGIN, "/v1/orders")).await;
    assert!(merchant.status >= 400);
    assert!(merchant.headers.get("access-control-allow-origin").is_none());
}
