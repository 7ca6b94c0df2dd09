//! Who asks: one guard a plane. A handler behind a guard finds its caller in the request; without a guard there is none.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, header},
    middleware::Next,
    response::Response,
};
use stampcard_model::{
    Timestamp,
    api::{KEY_HEADER, ProblemCode},
};
use std::sync::Arc;

use super::{error::Failure, token};
use crate::{App, ProgramInForce};

/// Anybody with a publishable key.
#[derive(Clone)]
pub(super) struct Visitor {
    pub(super) program: Arc<ProgramInForce>,
}

/// The member of a token. Nobody may be enrolled under the reference.
#[derive(Clone)]
pub(super) struct MemberCaller {
    pub(super) program: Arc<ProgramInForce>,
    pub(super) reference: String,
}

/// A merchant's server.
#[derive(Clone)]
pub(super) struct Merchant {
    pub(super) program: Arc<ProgramInForce>,
    /// A short name of the key, to tell keys apart by.
    pub(super) key: String,
}

/// Lets through who has a publishable key, from a page that the key is for.
pub(super) async fn public(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let key = HeaderName::from_static(KEY_HEADER);
    let known = one(request.headers(), &key).and_then(|key| app.parts().programs.of_page_key(key));
    let known = known.ok_or(ProblemCode::Unauthorized)?;
    let listed = origin(request.headers())?.is_none_or(|origin| known.origins.contains(origin));
    if !listed {
        return Err(ProblemCode::OriginNotAllowed.into());
    }
    let visitor = Visitor { program: Arc::clone(&known.program.in_force) };
    request.extensions_mut().insert(visitor);
    Ok(next.run(request).await)
}

/// Lets through who has a member's token, from a page that some key of the program is for.
pub(super) async fn member(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let token = bearer(request.headers()).ok_or(ProblemCode::Unauthorized)?;
    let now = app.now();
    let (registered, reference) =
        token::check(&app.parts().programs, token, now).ok_or(ProblemCode::Unauthorized)?;
    let listed = origin(request.headers())?.is_none_or(|origin| registered.lists_origin(origin));
    if !listed {
        return Err(ProblemCode::OriginNotAllowed.into());
    }
    let caller = MemberCaller { program: Arc::clone(&registered.in_force), reference };
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// Lets through who has a secret key.
pub(super) async fn merchant(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let secret = bearer(request.headers()).filter(|secret| secret.starts_with("sk_"));
    let known = secret.and_then(|secret| app.parts().programs.of_secret_key(secret));
    let (registered, key) = known.ok_or(ProblemCode::Unauthorized)?;
    let merchant = Merchant { program: Arc::clone(&registered.in_force), key };
    request.extensions_mut().insert(merchant);
    Ok(next.run(request).await)
}

/// The origin of the page, if the request says one. One that cannot be read is on no list.
fn origin(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    if headers.contains_key(header::ORIGIN) {
        let origin = one(headers, &header::ORIGIN).ok_or(ProblemCode::OriginNotAllowed)?;
        Ok(Some(origin))
    } else {
        Ok(None)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, credential) = one(headers, &header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credential.trim_start_matches(' '))
}

/// The value of a header that stands exactly once and is text.
pub(super) fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// The present instant, in whole seconds.
pub(super) fn seconds(now: Timestamp) -> i64 {
    now.as_millis().div_euclid(1_000)
}
