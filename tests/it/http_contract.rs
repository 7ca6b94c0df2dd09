//! The document of the routes, the routes, and nothing besides.

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::Value;

use crate::http_server::{MERCHANT_KEY, PAGE_KEY, Server, get};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "patch", "trace", "head"];

#[test]
fn the_document_is_the_one_committed() {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/openapi.json");
    let present = format!("{:#}\n", stampcard_server::document());
    if std::env::var_os("STAMPCARD_WRITE_GOLDEN").is_some() {
        std::fs::write(place, &present).unwrap();
    }
    let committed = std::fs::read_to_string(place).unwrap();
    assert!(
        present == committed,
        "the routes have changed; look at the difference after\n  \
         cargo run -p stampcard-server -- openapi > tests/golden/openapi.json"
    );
}

#[tokio::test]
async fn the_server_gives_its_own_document() {
    let server = Server::open();
    let answer = server.send(get("/v1/openapi.json").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.ok(), stampcard_server::document());
}

#[tokio::test]
async fn every_documented_route_is_served_and_no_other_method() {
    let server = Server::open();
    server.enroll("ada").await;
    let document = stampcard_server::document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in METHODS {
            let documented = !item[method].is_null() || (method == "head" && !item["get"].is_null());
            let plane = item.as_object().unwrap().values().next().unwrap()["tags"][0].as_str().unwrap();
            let bearer = match plane {
                "member" => server.bearer("ada"),
                _ => format!("Bearer {MERCHANT_KEY}"),
            };
            let request = Request::builder()
                .method(method.to_uppercase().as_str())
                .uri(path.replace(['{', '}'], ""))
                .header("authorization", bearer)
                .header("stampcard-key", PAGE_KEY)
                .body(Body::empty())
                .unwrap();
            let answer = server.send(request).await;
            assert_eq!(answer.status != 405, documented, "{method} {path}: {}", answer.status);
            if !documented {
                // An answer to HEAD has no body.
                if method != "head" {
                    assert_eq!(answer.problem().1, "method_not_allowed", "{method} {path}");
                }
                assert!(answer.header("allow").is_some(), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_documented_is_not_there() {
    let server = Server::open();
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v1/me/",
        "/v1/nothing",
        "/v2/me",
        "/V1/me",
        "//v1/me",
        "/v1/me/exports",
        "/metrics",
        "/v1/members/ada",
        "/%ff",
        "/v1/../v1/me",
        "/v1/members%2f",
    ] {
        let request = get(path)
            .header("authorization", server.bearer("ada"))
            .header("stampcard-key", PAGE_KEY)
            .body(Body::empty())
            .unwrap();
        let answer = server.send(request).await;
        // A path of another method is no secret, all else is absent.
        assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn every_answer_names_its_request_and_no_two_the_same() {
    let server = Server::open();
    let mut seen = std::collections::BTreeSet::new();
    for (method, path) in [
        (Method::GET, "/healthz"),
        (Method::GET, "/readyz"),
        (Method::GET, "/nothing"),
        (Method::POST, "/healthz"),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let answer = server.send(request).await;
        let id = answer.header("x-request-id").unwrap().to_owned();
        if answer.status >= 400 {
            assert_eq!(answer.json()["request_id"], Value::from(id.clone()), "{path}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert!(seen.insert(id), "{path}");
    }
}

#[test]
fn every_operation_says_its_credential_and_its_problems() {
    let document = stampcard_server::document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            assert!(operation["security"].is_array(), "{place}");
            for status in ["500", "503"] {
                assert!(!operation["responses"][status].is_null(), "{place} {status}");
            }
            let asks_key = operation["parameters"].as_array().is_some_and(|parameters| {
                parameters.iter().any(|p| p["$ref"] == "#/components/parameters/IdempotencyKey")
            });
            // What is removed twice is removed once.
            assert_eq!(asks_key, ["post", "put"].contains(&method.as_str()), "{place}");
            for reference in references(operation) {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{place}: {reference} leads nowhere");
            }
        }
    }
    for reference in references(&document) {
        assert!(
            document.pointer(reference.strip_prefix('#').unwrap()).is_some(),
            "{reference} leads nowhere"
        );
    }
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}
