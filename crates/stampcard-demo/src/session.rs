//! Who is visiting, by cookie.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, request::Parts},
};

use crate::{
    ShopMember,
    checkout::known_member,
    problem::Problem,
    secrets::random_hex,
    shop::Shop,
    words::{Language, cookie},
};

const COOKIE: &str = "lantern_session";
/// How long a browser keeps the cookie, in seconds: 30 days.
const KEPT_S: u32 = 30 * 24 * 60 * 60;

/// Who is visiting.
pub(crate) struct Visitor {
    /// None before the first page.
    pub(crate) session: Option<String>,
    /// None is a guest.
    pub(crate) member: Option<ShopMember>,
    pub(crate) language: Language,
}

/// A visitor who is a member; guests are refused.
pub(crate) struct Member(pub(crate) ShopMember, pub(crate) Language);

impl FromRequestParts<Shop> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Problem> {
        let session = cookie(&parts.headers, COOKIE).map(str::to_owned);
        let member = match &session {
            Some(session) => known_member(shop.book.member_of(session)?),
            None => None,
        };
        Ok(Self { session, member, language: Language::of(&parts.headers) })
    }
}

impl FromRequestParts<Shop> for Member {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Problem> {
        let visitor = Visitor::from_request_parts(parts, shop).await?;
        visitor.member.map(|member| Self(member, visitor.language)).ok_or(Problem::NotSignedIn)
    }
}

/// A new session's name, and the cookie that carries it.
pub(crate) fn start() -> (String, HeaderValue) {
    let session = random_hex::<16>();
    let cookie = format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax; Max-Age={KEPT_S}");
    (session, HeaderValue::from_str(&cookie).expect("hexadecimal digits fit into a header"))
}
