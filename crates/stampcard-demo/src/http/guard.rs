//! What keeps other sites out, and what the shop's own pages may do.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{problem::Problem, shop::Shop};

const FETCH_SITE: &str = "sec-fetch-site";

/// Refuses what another site's page sends. Browsers say where a request comes from; a write that does not say it is
/// refused as well.
pub(super) async fn same_origin(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    if comes_from_here(&shop.origins, request.method(), request.headers()) {
        next.run(request).await
    } else {
        Problem::ForeignOrigin.into_response()
    }
}

fn comes_from_here(origins: &[String], method: &Method, headers: &HeaderMap) -> bool {
    let says = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(origin) = says(header::ORIGIN.as_str()) {
        return origins.iter().any(|own| own == origin);
    }
    match says(FETCH_SITE) {
        Some(site) => site == "same-origin" || (site == "none" && method.is_safe()),
        None => method.is_safe(),
    }
}

/// Adds the headers that every answer carries. The policy lets pages run the shop's scripts and the widget's
/// WebAssembly, talk to the shop and the loyalty API, and nothing else.
pub(super) async fn protect(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy(&shop.endpoint)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}

fn content_security_policy(endpoint: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self' {endpoint}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types stampcard"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shops_own_pages_may_write() {
        for (method, origin, site, expected) in [
            (Method::POST, Some("http://127.0.0.1:1"), Some("same-origin"), true),
            (Method::POST, Some("http://127.0.0.1:1"), None, true),
            (Method::POST, None, Some("same-origin"), true),
            (Method::POST, None, None, false),
            (Method::POST, None, Some("none"), false),
            (Method::POST, None, Some("same-site"), false),
            (Method::POST, None, Some("cross-site"), false),
            (Method::POST, Some("http://127.0.0.1:2"), Some("same-site"), false),
            (Method::POST, Some("null"), None, false),
            (Method::POST, Some("https://evil.example"), Some("same-origin"), false),
            (Method::GET, None, None, true),
            (Method::GET, None, Some("none"), true),
            (Method::GET, None, Some("cross-site"), false),
            (Method::GET, Some("https://evil.example"), None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            if let Some(site) = site {
                headers.insert(FETCH_SITE, HeaderValue::from_static(site));
            }
            let origins = ["http://127.0.0.1:1".to_owned()];
            let found = comes_from_here(&origins, &method, &headers);
            assert_eq!(found, expected, "{method} {origin:?} {site:?}");
        }
    }
}
