//! Pages of other origins: exactly the listed ones may read, and none with cookies.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use stampcard_model::api::ProblemCode;

use super::{auth::one, error::Failure};
use crate::App;

const ALLOWED_METHODS: &str = "GET, POST, PUT, DELETE";
const ALLOWED_HEADERS: &str = "authorization, content-type, idempotency-key, stampcard-key, accept-language, if-none-match, \
     last-event-id";
const EXPOSED_HEADERS: &str = "ETag, Retry-After, Idempotent-Replayed, X-Request-Id";
/// How long a browser may remember a preflight, in seconds.
const MAX_AGE_S: &str = "600";

/// Answers preflights, and lets a listed page read the answer, a refusal of its credential too: it must learn that its
/// token has expired. Whether this very key is for this very page is the guard's question.
pub(super) async fn cors(State(app): State<App>, request: Request, next: Next) -> Response {
    let origin = one(request.headers(), &header::ORIGIN).map(str::to_owned);
    let listed = origin.filter(|origin| app.parts().programs.list_origin(origin));
    let is_preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match (is_preflight, &listed) {
        (true, Some(_)) => preflight(),
        (true, None) => Failure::from(ProblemCode::OriginNotAllowed).into_response(),
        (false, _) => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_name(header::ORIGIN));
    let origin = listed.and_then(|origin| HeaderValue::from_str(&origin).ok());
    let failure = response.extensions().get::<Failure>();
    let readable = failure.is_none_or(|failure| failure.code() != ProblemCode::OriginNotAllowed.code());
    if let Some(origin) = origin.filter(|_| readable) {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
    }
    response
}

fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_S),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
