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

use super::{error::Failure, limit, token};
use crate::{
    App, ProgramInForce,
    store::{OneTimeToken, Principal},
};

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
    /// The token's `jti`.
    pub(super) token_id: Option<String>,
    /// When the token ends.
    pub(super) expires_at: Timestamp,
    one_time: Option<OneTimeToken>,
}

impl MemberCaller {
    /// Who the keys of the caller's writes belong to.
    pub(super) fn principal(&self) -> Principal {
        Principal::Member { one_time: self.one_time.clone() }
    }
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
    let key = one(request.headers(), &key).ok_or(ProblemCode::Unauthorized)?;
    let known = app.parts().programs.of_page_key(key).ok_or(ProblemCode::Unauthorized)?;
    let listed = origin(request.headers())?.is_none_or(|origin| known.origins.contains(origin));
    if !listed {
        return Err(ProblemCode::OriginNotAllowed.into());
    }
    limit::key(&app, key)?;
    let visitor = Visitor { program: Arc::clone(known.program.in_force(app.now())) };
    request.extensions_mut().insert(visitor);
    Ok(next.run(request).await)
}

/// Lets through who has a member's token that covers the request, from a page that some key of the program is for and
/// that the token is for.
pub(super) async fn member(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let token = bearer(request.headers()).ok_or(ProblemCode::Unauthorized)?;
    let now = app.now();
    let token = token::check(&app.parts().programs, token, now).ok_or(ProblemCode::Unauthorized)?;
    let listed = origin(request.headers())?.is_none_or(|origin| token.registered.lists_origin(origin));
    let its_own = token.origin.as_deref().is_none_or(|own| is_from(request.headers(), own));
    if !listed || !its_own {
        return Err(ProblemCode::OriginNotAllowed.into());
    }
    let covered = if request.method().is_safe() { token.scope.read } else { token.scope.redeem };
    if !covered {
        return Err(ProblemCode::InsufficientScope.into());
    }
    let program = Arc::clone(token.registered.in_force(now));
    limit::member(&app, &program.program.id, &token.reference)?;
    let caller = MemberCaller {
        program,
        reference: token.reference,
        token_id: token.id,
        expires_at: token.expires_at,
        one_time: token.one_time,
    };
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
    let merchant = Merchant { program: Arc::clone(registered.in_force(app.now())), key };
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

/// Whether a request comes from a page of the origin. A browser names no origin when a page reads from its own server;
/// then it says so, and the host is the origin's.
fn is_from(headers: &HeaderMap, own: &str) -> bool {
    match one(headers, &header::ORIGIN) {
        Some(origin) => origin == own,
        None => {
            let host = own.split_once("://").map(|(_, host)| host);
            let site = one(headers, &HeaderName::from_static("sec-fetch-site"));
            site == Some("same-origin") && host.is_some() && one(headers, &header::HOST) == host
        }
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
