//! Answers with a strong `ETag`, and 304 for those who have them.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};
use stampcard_model::api::{KEY_HEADER, ProblemCode};

use super::error::Failure;

/// Who may keep an answer, and for how long without asking.
#[derive(Clone, Copy)]
pub(super) enum Keep {
    /// Everybody, for a minute.
    Public,
    /// The member's own browser, which asks each time.
    Private,
}

impl Keep {
    const fn header(self) -> HeaderValue {
        match self {
            Self::Public => HeaderValue::from_static("public, max-age=60"),
            Self::Private => HeaderValue::from_static("private, no-cache"),
        }
    }
}

/// Answers with `body` in `language`, or with 304 when the request names its tag.
pub(super) fn answer(
    asked: &HeaderMap,
    body: &impl Serialize,
    language: &str,
    keep: Keep,
) -> Result<Response, Failure> {
    let body = serde_json::to_vec(body).map_err(|_| ProblemCode::Internal)?;
    answer_bytes(asked, body, "application/json", language, keep)
}

/// [`answer`] with a body in whatever form.
pub(super) fn answer_bytes(
    asked: &HeaderMap,
    body: Vec<u8>,
    kind: &'static str,
    language: &str,
    keep: Keep,
) -> Result<Response, Failure> {
    let hash = Sha256::digest(&body);
    let tag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&hash[..18]));
    let mut response = if is_known(asked, &tag) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        let mut response = Response::new(Body::from(body));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, keep.header());
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(|_| ProblemCode::Internal)?);
    name_language(headers, language);
    if let Keep::Public = keep {
        // Two programs of one server have the same addresses: only the key tells their answers apart.
        headers.append(header::VARY, HeaderValue::from_static(KEY_HEADER));
    }
    Ok(response)
}

/// Says what language an answer is in, and that another request may get another.
pub(super) fn name_language(headers: &mut HeaderMap, language: &str) {
    headers.append(header::VARY, HeaderValue::from_name(header::ACCEPT_LANGUAGE));
    if let Ok(language) = HeaderValue::from_str(language) {
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
}

/// Whether `If-None-Match` names the tag; it compares weakly (RFC 9110 §13.1.2).
fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let lists = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}
