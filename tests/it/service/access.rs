//! Every route with every credential.

use std::{collections::BTreeSet, path::Path};

use axum::{
    body::Body,
    http::{Method, Request},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use stampcard_server::settings::{TooOften, Velocity};

use super::ground::{
    Ground, OTHER_KEY, PAGE_KEY, SECRET, SECRET_KEY, cheapest, new_key, set_program, signed,
};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    Page,
    Member,
    OtherMember,
    /// With a token whose scope is `read`.
    ReadingMember,
    ExpiredMember,
    MemberOfWrongAudience,
    /// With a signature by the right secret and an algorithm that is not the program's.
    MemberOfWrongAlgorithm,
    /// With a token that says it needs no signature.
    MemberOfNoAlgorithm,
    Merchant,
    OtherMerchant,
}

const EVERYBODY: [Who; 11] = [
    Who::Nobody,
    Who::Page,
    Who::Member,
    Who::OtherMember,
    Who::ReadingMember,
    Who::ExpiredMember,
    Who::MemberOfWrongAudience,
    Who::MemberOfWrongAlgorithm,
    Who::MemberOfNoAlgorithm,
    Who::Merchant,
    Who::OtherMerchant,
];

/// Whom a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plane {
    Server,
    Public,
    Member,
    Merchant,
}

/// A route, a body that fits, and the status for its own caller and for another one of the same plane: who asks for
/// what is somebody else's is answered as if it were not there.
struct Route(Plane, &'static str, &'static str, Value, u16, u16);

fn routes() -> Vec<Route> {
    use Plane::{Member, Merchant, Public, Server};
    let none = || Value::Null;
    let consent = json!({"purpose": "news", "granted": true, "version": "1", "text": "Yes.", "locale": "en"});
    let lines = json!([{"sku": "TEA", "quantity": 1, "amount_minor": 100}]);
    let order = json!({"member_reference": "mei", "order": {"id": "new", "money": "EUR", "lines": lines}});
    let check_in = json!({"activity": {"id": "a1", "kind": "check_in"}});
    let adjustment = json!({"member_reference": "mei", "delta": 5, "reason": "a broken cup"});
    let offer = json!({"member_reference": "mei", "offer_id": "of-nobody", "given": true});
    let referral = json!({"friend_reference": "lin", "code": "OF-NOBODY"});
    let webhook = json!({"url": "https://hooks.example/loyalty", "topics": []});
    let changed = json!({"url": "https://hooks.example/loyalty", "topics": [], "enabled": true});
    vec![
        Route(Server, "get", "/healthz", none(), 204, 204),
        Route(Server, "get", "/readyz", none(), 204, 204),
        Route(Server, "get", "/v1/openapi.json", none(), 200, 200),
        Route(Server, "get", "/v1/program.schema.json", none(), 200, 200),
        Route(Public, "get", "/v1/program", none(), 200, 200),
        Route(Public, "get", "/v1/program/earning", none(), 200, 200),
        Route(Public, "get", "/v1/rewards", none(), 200, 200),
        Route(Member, "get", "/v1/me", none(), 200, 200),
        Route(Member, "delete", "/v1/me", none(), 204, 204),
        Route(Member, "get", "/v1/me/entries", none(), 200, 200),
        Route(Member, "get", "/v1/me/rewards", none(), 200, 200),
        Route(Member, "get", "/v1/me/vouchers", none(), 200, 200),
        Route(Member, "get", "/v1/me/stream", none(), 200, 200),
        Route(Member, "get", "/v1/me/export", none(), 200, 200),
        Route(Member, "get", "/v1/me/consents", none(), 200, 200),
        Route(Member, "put", "/v1/me/consents", consent, 200, 200),
        Route(Member, "get", "/v1/me/offers", none(), 200, 200),
        Route(Member, "get", "/v1/me/ways-to-earn", none(), 200, 200),
        Route(Member, "get", "/v1/me/earning", none(), 200, 200),
        // The rules that are left here reward no invitations.
        Route(Member, "get", "/v1/me/referral", none(), 404, 404),
        Route(Member, "post", "/v1/me/offers/{id}/activate", json!({}), 404, 404),
        Route(Member, "put", "/v1/me/birthday", json!({"birthday": "12-31"}), 200, 200),
        Route(Member, "get", "/v1/me/feedback", none(), 200, 200),
        Route(Member, "post", "/v1/me/feedback", json!({"survey_id": "s1", "score": 5}), 201, 201),
        Route(Member, "post", "/v1/me/redemptions", cheapest(), 201, 409),
        Route(Member, "get", "/v1/me/redemptions", none(), 200, 200),
        Route(Member, "get", "/v1/me/redemptions/{id}", none(), 200, 404),
        Route(Member, "post", "/v1/me/redemptions/{id}/cancel", json!({}), 409, 404),
        Route(Member, "post", "/v1/me/activities", check_in.clone(), 404, 404),
        Route(Merchant, "post", "/v1/members", json!({"reference": "new"}), 201, 201),
        Route(Merchant, "post", "/v1/orders", order, 201, 404),
        Route(Merchant, "post", "/v1/orders/{id}/fulfilled", json!({}), 200, 404),
        Route(Merchant, "post", "/v1/orders/{id}/refunds", json!({}), 201, 404),
        Route(
            Merchant,
            "post",
            "/v1/activities",
            json!({"member_reference": "mei", "activity": check_in["activity"]}),
            404,
            404,
        ),
        Route(Merchant, "get", "/v1/referrals", none(), 200, 200),
        Route(Merchant, "post", "/v1/referrals", referral, 404, 404),
        Route(Merchant, "put", "/v1/members/offers", offer, 404, 404),
        Route(Merchant, "post", "/v1/members/adjustments", adjustment, 201, 404),
        Route(Merchant, "post", "/v1/vouchers/{code}/use", json!({}), 200, 404),
        Route(Merchant, "get", "/v1/reviews", none(), 200, 200),
        Route(Merchant, "post", "/v1/reviews/{redemption_id}/approve", json!({}), 200, 404),
        Route(Merchant, "post", "/v1/reviews/{redemption_id}/reject", json!({"reason": "twice"}), 200, 404),
        Route(Merchant, "get", "/v1/webhooks", none(), 200, 200),
        Route(Merchant, "post", "/v1/webhooks", webhook, 201, 201),
        Route(Merchant, "get", "/v1/webhooks/{id}", none(), 200, 404),
        Route(Merchant, "put", "/v1/webhooks/{id}", changed, 200, 404),
        Route(Merchant, "delete", "/v1/webhooks/{id}", none(), 204, 404),
        Route(Merchant, "post", "/v1/webhooks/{id}/rotate", json!({}), 200, 404),
        Route(Merchant, "get", "/v1/webhooks/{id}/messages", none(), 200, 404),
        Route(Merchant, "post", "/v1/webhooks/{id}/messages/{message_id}/redeliver", json!({}), 404, 404),
    ]
}

#[test]
fn every_documented_route_has_a_row_and_every_row_is_documented() {
    let document = stampcard_server::document();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let plane = match operation["tags"][0].as_str() {
                Some("server") => Plane::Server,
                Some("public") => Plane::Public,
                Some("member") => Plane::Member,
                Some("merchant") => Plane::Merchant,
                other => panic!("{method} {path} is of no plane: {other:?}"),
            };
            documented.insert(format!("{plane:?} {method} {path}"));
        }
    }
    let rows: BTreeSet<_> = routes()
        .into_iter()
        .map(|Route(plane, method, path, ..)| format!("{plane:?} {method} {path}"))
        .collect();
    let without: Vec<_> = documented.difference(&rows).collect();
    let gone: Vec<_> = rows.difference(&documented).collect();
    assert!(without.is_empty() && gone.is_empty(), "without a row: {without:?}; not documented: {gone:?}");
}

/// What is mounted past the document would have no row, and nobody would miss it.
#[test]
fn no_route_is_mounted_that_is_not_documented() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/stampcard-server/src/http");
    let mut files = 0;
    for file in std::fs::read_dir(folder).expect("the folder is there") {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("text");
        for mount in [".route(", ".nest(", "_service("] {
            assert!(!text.contains(mount), "{} mounts with `{mount}…)`, not with `routes!`", path.display());
        }
        files += 1;
    }
    assert!(files > 10, "this is where the routes are");
}

#[tokio::test]
async fn every_route_answers_every_credential_as_the_table_says() {
    for Route(plane, method, path, body, own, other) in routes() {
        // Whoever redeems again is reviewed.
        let velocity = Velocity { redemptions: 1, hours: 24, then: TooOften::Review };
        let ground = Ground::with(|settings| {
            settings.limits.velocity = velocity;
            // Nobody may cancel or claim: what one has done would be another answer for the next.
            set_program(settings, |program| {
                program.rewards.iter_mut().for_each(|reward| reward.cancel_hours = None);
                program.earn_rules.truncate(1);
            });
        });
        ground.member("mei", 1_000).await;
        ground.member("lin", 0).await;
        let path = existing(&ground, path).await;
        let method: Method = method.to_uppercase().parse().expect("a method");
        // Those who may do nothing first, then the other one, then the own: it may be done only once.
        let mut order = EVERYBODY;
        order.sort_by_key(|who| match who {
            Who::Member | Who::Merchant => 2,
            Who::OtherMember | Who::OtherMerchant => 1,
            _ => 0,
        });
        for who in order {
            let expected = match (plane, who) {
                (Plane::Server, _) | (Plane::Public, Who::Page) => own,
                (Plane::Member, Who::Member) | (Plane::Merchant, Who::Merchant) => own,
                // Found out before anything is looked up: it says nothing about what is there.
                (Plane::Member, Who::ReadingMember) => {
                    if method == Method::GET {
                        own
                    } else {
                        403
                    }
                }
                (Plane::Member, Who::OtherMember) | (Plane::Merchant, Who::OtherMerchant) => other,
                (Plane::Public | Plane::Member | Plane::Merchant, _) => 401,
            };
            let response = ground.stream(request(&ground, who, &method, &path, &body)).await;
            assert_eq!(response.status(), expected, "{method} {path} for {who:?}");
            let kind =
                response.headers().get("content-type").map(|kind| kind.to_str().expect("text").to_owned());
            assert_eq!(
                kind.as_deref() == Some("application/problem+json"),
                expected >= 400,
                "{method} {path}"
            );
        }
    }
}

/// The path with the ids of things that are there, and are mei's and the merchant's.
async fn existing(ground: &Ground, path: &str) -> String {
    if path.contains("/redemptions/{id}") || path.contains("{code}") {
        let redeemed = ground.redeem("mei").await.body;
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        return path
            .replace("{id}", &text(&redeemed["id"]))
            .replace("{code}", &text(&redeemed["voucher"]["code"]));
    }
    if path.contains("{redemption_id}") {
        ground.redeem("mei").await;
        let held = ground.redeem("mei").await.body;
        return path.replace("{redemption_id}", held["id"].as_str().expect("an id"));
    }
    if path.contains("/webhooks/{id}") {
        let added = ground.post("/v1/webhooks", json!({"url": "https://hooks.example/one"})).await.body;
        let path = path.replace("{id}", added["webhook"]["id"].as_str().expect("an id"));
        return path.replace("{message_id}", "msg_none");
    }
    path.replace("{id}", "first-of-mei")
}

fn request(ground: &Ground, who: Who, method: &Method, path: &str, body: &Value) -> Request<Body> {
    let request = Request::builder().method(method.clone()).uri(path);
    let bearer = match who {
        Who::Nobody | Who::Page => None,
        Who::Member => Some(ground.token("mei")),
        Who::OtherMember => Some(ground.token("lin")),
        Who::ExpiredMember => {
            let mut claims = ground.claims("mei");
            claims["iat"] = json!(ground.clock.seconds() - 700);
            claims["exp"] = json!(ground.clock.seconds() - 60);
            Some(signed(&claims))
        }
        Who::MemberOfWrongAudience => {
            let mut claims = ground.claims("mei");
            claims["aud"] = json!("another shop's program");
            Some(signed(&claims))
        }
        Who::ReadingMember => {
            let mut claims = ground.claims("mei");
            claims["scope"] = json!("read");
            Some(signed(&claims))
        }
        Who::MemberOfNoAlgorithm => {
            let token = ground.token("mei");
            let claims = token.split('.').nth(1).expect("three parts");
            // {"alg":"none","typ":"JWT"}
            Some(format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}."))
        }
        Who::MemberOfWrongAlgorithm => {
            let key = EncodingKey::from_secret(SECRET.as_bytes());
            Some(encode(&Header::new(Algorithm::HS512), &ground.claims("mei"), &key).expect("it is signed"))
        }
        Who::Merchant => Some(SECRET_KEY.to_owned()),
        Who::OtherMerchant => Some(OTHER_KEY.to_owned()),
    };
    let request = match bearer {
        Some(bearer) => request.header("authorization", format!("Bearer {bearer}")),
        None if who == Who::Page => request.header("stampcard-key", PAGE_KEY),
        None => request,
    };
    let body = if body.is_null() {
        return request.body(Body::empty()).expect("a request");
    } else {
        body.to_string()
    };
    let request = request.header("content-type", "application/json").header("idempotency-key", new_key());
    request.body(Body::from(body)).expect("a request")
}
