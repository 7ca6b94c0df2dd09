//! The document that describes every route: OpenAPI 3.1, from the code.
//!
//! What a route does is said beside its handler. What is so for every route of a plane (its credential, its headers, the
//! problems it may answer with) is said here once and put beside each.

use serde_json::{Map, Value, json};
use stampcard_model::{
    Refusal,
    api::{KEY_HEADER, Problem, ProblemCode},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ComponentsBuilder, OpenApi, OpenApiBuilder, PathsBuilder},
};

use crate::http::{Failure, Planes, planes};

/// The OpenAPI document of this server.
pub fn document() -> Value {
    let Planes { server, public, member, merchant } = planes();
    let problem = ComponentsBuilder::new().schema(Problem::name(), Problem::schema()).schemas_from_iter({
        let mut schemas = Vec::new();
        Problem::schemas(&mut schemas);
        schemas
    });
    let mut whole: OpenApi =
        OpenApiBuilder::new().paths(PathsBuilder::new().build()).components(Some(problem.build())).build();
    for plane in [server, public, member, merchant] {
        whole.merge(plane.into_openapi());
    }
    // An object of strings always has a JSON form.
    let mut document = serde_json::to_value(&whole).unwrap_or_default();
    document["info"] = json!({
        "title": "Stampcard",
        "summary": "The reference contract of a loyalty backend.",
        "version": env!("CARGO_PKG_VERSION"),
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    });
    document["servers"] = json!([{"url": "/", "description": "The server that gave this document."}]);
    document["tags"] = tags();
    document["components"]["securitySchemes"] = security_schemes();
    document["components"]["parameters"] = parameters();
    document["components"]["headers"] = headers();
    document["components"]["responses"] = problems();
    refer_to_items(&mut document["components"]["schemas"]);
    for (path, item) in members(&mut document["paths"]) {
        for (method, operation) in members(item) {
            complete(path, method, operation);
        }
    }
    without_links(&mut document);
    document
}

/// Puts beside a route what is so for every route of its plane.
fn complete(path: &str, method: &str, operation: &mut Value) {
    let plane = operation["tags"][0].as_str().unwrap_or_default().to_owned();
    let writes = operation["requestBody"].is_object();
    let caches = method == "get"
        && plane != "merchant"
        && operation["responses"]["200"]["content"]["application/json"].is_object();
    let chooses = operation["parameters"].as_array().is_some_and(|all| all.iter().any(|p| p["in"] != "path"));
    let names = path.contains('{');
    let mut asked = operation["parameters"].as_array().cloned().unwrap_or_default();
    let mut answers = vec![500, 503];
    let known: &[&str] = match plane.as_str() {
        "public" => {
            operation["security"] = json!([{"publishable_key": []}]);
            answers.extend([401, 403, 429]);
            &["AcceptLanguage", "IfNoneMatch"]
        }
        "member" => {
            operation["security"] = json!([{"member_token": []}]);
            answers.extend([401, 403, 404, 429]);
            match (writes, caches) {
                (true, _) => {
                    answers.extend([400, 409, 413, 415, 422]);
                    &["AcceptLanguage", "IdempotencyKey"]
                }
                (false, true) => &["AcceptLanguage", "IfNoneMatch"],
                (false, false) => &[],
            }
        }
        "merchant" => {
            operation["security"] = json!([{"secret_key": []}]);
            answers.push(401);
            if writes {
                answers.extend([400, 413, 415, 422]);
                if path != "/v1/members" {
                    answers.extend([404, 409]);
                }
                &["AcceptLanguage", "IdempotencyKey"]
            } else {
                &[]
            }
        }
        _ => {
            operation["security"] = json!([]);
            &[]
        }
    };
    if chooses {
        answers.push(400);
    }
    if names {
        answers.push(404);
    }
    asked.extend(known.iter().map(|name| reference("parameters", name)));
    if !asked.is_empty() {
        operation["parameters"] = Value::Array(asked);
    }
    for (_, response) in members(&mut operation["responses"]) {
        response["headers"] = success_headers(writes, caches);
    }
    if caches {
        operation["responses"]["304"] =
            json!({"description": "Nothing has changed.", "headers": success_headers(false, true)});
    }
    for status in answers {
        operation["responses"][status.to_string()] = reference("responses", &format!("Problem{status}"));
    }
}

fn success_headers(writes: bool, caches: bool) -> Value {
    let mut named = vec![("X-Request-Id", "RequestId")];
    if writes {
        named.push(("Idempotent-Replayed", "IdempotentReplayed"));
    }
    if caches {
        named.push(("ETag", "ETag"));
    }
    named.into_iter().map(|(header, name)| (header.to_owned(), reference("headers", name))).collect()
}

fn tags() -> Value {
    json!([
        {"name": "server", "description": "For those who keep the server running."},
        {"name": "public", "description": "For any page that has a publishable key. No personal data."},
        {"name": "member", "description": "For the member of the token and nobody else."},
        {"name": "merchant", "description": "For the merchant's own servers. Never for a page."},
    ])
}

fn security_schemes() -> Value {
    json!({
        "publishable_key": {
            "type": "apiKey", "in": "header", "name": KEY_HEADER,
            "description": "`pk_…`. No secret; it names the program and the origins that may use it.",
        },
        "member_token": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "Signed by the merchant's server with HS256 or EdDSA (Ed25519): `sub` the member's \
                            reference, `aud` the program's id, `iat`, and `exp` at most 15 minutes later. `scope` \
                            is `read`, `redeem` or both, and both when it is left out; every request but a GET \
                            needs `redeem`. With `origin`, only pages of that origin may use the token. With `once` \
                            and a `jti`, it carries out one write.",
        },
        "secret_key": {"type": "http", "scheme": "bearer", "description": "`sk_…`. Secret."},
    })
}

fn parameters() -> Value {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "A key that the sender makes before the first try and repeats with every retry. The write \
                            is carried out once for each credential and key; a repetition gets the first answer, also \
                            while the first is under way. It may stand in double quotes. Answers are kept for 7 days.",
            "schema": {"type": "string", "minLength": 8, "maxLength": 255, "pattern": "^[!#-~]{8,255}$"},
        },
        "AcceptLanguage": {
            "name": "Accept-Language", "in": "header", "required": false,
            "description": "The languages that the answer may be in; the program's default when it has none of them.",
            "schema": {"type": "string"}, "example": "zh-CN, en;q=0.8",
        },
        "IfNoneMatch": {
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "The `ETag` of an answer that is at hand.",
            "schema": {"type": "string"},
        },
    })
}

fn headers() -> Value {
    json!({
        "RequestId": {
            "description": "Names the request in the server's log.",
            "required": true, "schema": {"type": "string"},
        },
        "IdempotentReplayed": {
            "description": "`true` when this is the first answer once more.",
            "required": false, "schema": {"type": "string", "enum": ["true"]},
        },
        "ETag": {"description": "Changes with the answer.", "required": true, "schema": {"type": "string"}},
        "RetryAfter": {
            "description": "Seconds after which the same request may succeed.",
            "required": false, "schema": {"type": "string", "pattern": "^[0-9]+$"},
        },
    })
}

/// One response for each status, with the codes that travel with it.
fn problems() -> Value {
    let refusals = Refusal::ALL.iter().map(|refusal| Failure::from(*refusal));
    let all: Vec<Failure> =
        ProblemCode::ALL.iter().map(|code| Failure::from(*code)).chain(refusals).collect();
    let mut problems = Map::new();
    for status in all.iter().map(Failure::status) {
        let (codes, titles): (Vec<_>, Vec<_>) = all
            .iter()
            .filter(|failure| failure.status() == status)
            .map(|failure| (failure.code(), format!("- `{}`: {}", failure.code(), failure.title())))
            .unzip();
        let response = json!({
            "description": titles.join("\n"),
            "headers": {
                "X-Request-Id": reference("headers", "RequestId"),
                "Retry-After": reference("headers", "RetryAfter"),
            },
            "content": {"application/problem+json": {"schema": {"allOf": [
                reference("schemas", "Problem"),
                {"properties": {"status": {"const": status.as_u16()}, "code": {"enum": codes}}},
            ]}}},
        });
        problems.insert(format!("Problem{}", status.as_u16()), response);
    }
    Value::Object(problems)
}

/// Lists are generic, and come out with the schema of their items written out: they refer to it instead.
fn refer_to_items(schemas: &mut Value) {
    for (name, schema) in members(schemas) {
        if let Some(item) = name.strip_prefix("Page_") {
            schema["properties"]["items"]["items"] = reference("schemas", item);
        }
    }
}

/// Documentation in the code links to code; outside it is text.
fn without_links(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`");
            }
            fields.values_mut().for_each(without_links);
        }
        Value::Array(items) => items.iter_mut().for_each(without_links),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn reference(kind: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{kind}/{name}")})
}

fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flatten()
}
