//! The outermost layer: names the request, bounds its time, words its problem, and writes one line about it.
//!
//! **Invariant:** a log line holds the route's template, never the path, a header, a body or a name.

use std::time::{Duration, Instant};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use stampcard_model::api::ProblemCode;

use super::error::{Failure, PROBLEM_JSON};
use crate::App;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names a request in the log.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

pub(super) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let request_id = app.seams().request_id();
    request.extensions_mut().insert(RequestId(request_id.clone()));
    let started = Instant::now();
    let method = request.method().clone();
    let template = request.extensions().get::<MatchedPath>().cloned();
    let route = template.as_ref().map_or("(none)", MatchedPath::as_str);

    let timeout = Duration::from_millis(app.parts().limits.request_timeout_ms);
    let answered = tokio::time::timeout(timeout, next.run(request)).await;
    let response = answered.unwrap_or_else(|_| Failure::from(ProblemCode::Unavailable).into_response());
    let (response, code) = worded(response, &request_id);

    let status = response.status().as_u16();
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    if response.status().is_server_error() {
        tracing::warn!(request_id, %method, route, status, code, duration_ms, "answered");
    } else {
        tracing::info!(request_id, %method, route, status, code, duration_ms, "answered");
    }
    response
}

/// Puts a problem into words, also one that a library answered with, and names the request. Answers with the code.
fn worded(response: Response, request_id: &str) -> (Response, Option<&'static str>) {
    let (mut parts, mut body) = response.into_parts();
    let failure = parts.extensions.remove::<Failure>();
    let is_error = parts.status.is_client_error() || parts.status.is_server_error();
    let is_problem = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM_JSON);
    let failure = failure.or_else(|| (is_error && !is_problem).then(|| Failure::of_status(parts.status)));
    if let Some(failure) = &failure {
        parts.status = failure.status();
        parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        parts.headers.remove(header::CONTENT_LENGTH);
        body = Body::from(failure.body(request_id));
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        parts.headers.insert(REQUEST_ID, id);
    }
    parts.headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    (Response::from_parts(parts, body), failure.map(|failure| failure.code()))
}
