//! Pages of lists, and cursors that only this server can make, for the very list they came from.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use stampcard_model::api::{LIMIT_DEFAULT, LIMIT_MAX, Page, ProblemCode};
use utoipa::IntoParams;

use super::error::Failure;
use crate::App;

/// How much of a list is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// Items at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u16>,
    /// The `next` of the page before.
    #[param(min_length = 1, max_length = 128)]
    cursor: Option<String>,
}

/// Bytes of the signature.
const SIGNATURE: usize = 16;
const POSITION: usize = 16;

/// A list that cursors are bound to.
pub(super) struct List<'a> {
    pub(super) app: &'a App,
    /// What the list is, and whose: parts that cannot be confused when they are put one behind another.
    pub(super) name: [&'a str; 3],
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Query(paging) = Query::<Self>::from_request_parts(parts, state).await?;
        if paging.limit.is_some_and(|limit| !(1..=LIMIT_MAX).contains(&limit)) {
            return Err(Failure::from(ProblemCode::BadRequest).at("limit", "is not 1 to 100"));
        }
        Ok(paging)
    }
}

impl Paging {
    /// Items at most.
    pub(super) fn limit(&self) -> u16 {
        self.limit.unwrap_or(LIMIT_DEFAULT)
    }

    /// Where the page begins, if not at the beginning.
    pub(super) fn position<P: TryFrom<u128>>(&self, list: &List<'_>) -> Result<Option<P>, Failure> {
        let read = |cursor: &String| {
            let position = list.read(cursor).and_then(|position| P::try_from(position).ok());
            position.ok_or_else(|| ProblemCode::CursorInvalid.into())
        };
        self.cursor.as_ref().map(read).transpose()
    }
}

/// A part of a list: what lies after the place `begin`, and one more than a page holds.
pub(super) fn part<T: Clone>(all: &[T], begin: Option<u64>, limit: u16, place: impl Fn(&T) -> u64) -> Vec<T> {
    let after = |item: &&T| begin.is_none_or(|begin| place(item) > begin);
    all.iter().filter(after).take(usize::from(limit) + 1).cloned().collect()
}

impl List<'_> {
    /// A page of `found`, which holds one item more than `limit` when there is a next page; `position` says where the
    /// page after an item begins.
    pub(super) fn page<F, T, P: Into<u128>>(
        &self,
        mut found: Vec<F>,
        limit: u16,
        position: impl Fn(&F) -> P,
        view: impl FnMut(F) -> T,
    ) -> Page<T> {
        let more = found.len() > usize::from(limit);
        found.truncate(limit.into());
        let next = found.last().filter(|_| more).map(|last| self.write(position(last).into()));
        Page { items: found.into_iter().map(view).collect(), next }
    }

    fn write(&self, position: u128) -> String {
        let mut bytes = position.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.signed(position).finalize().into_bytes()[..SIGNATURE]);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(&self, cursor: &str) -> Option<u128> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (position, signature) = bytes.split_first_chunk::<POSITION>()?;
        let position = u128::from_be_bytes(*position);
        let complete = signature.len() == SIGNATURE;
        (complete && self.signed(position).verify_truncated_left(signature).is_ok()).then_some(position)
    }

    fn signed(&self, position: u128) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.app.parts().cursor_key).expect("any length is a key");
        for part in self.name {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.update(&position.to_be_bytes());
        mac
    }
}
