//! Errors as RFC 9457 `application/problem+json`.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::answer::answers;

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank#` and the code: names the sort of problem, leads nowhere.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// One sentence for a developer. A member never reads it.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code: a [`crate::Refusal`]'s, or a [`ProblemCode`]'s.
    pub code: String,
    /// Names the request in the server's log.
    pub request_id: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// What is wrong with the body, place by place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemError>,
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemError {
    /// Where: a JSON pointer into the body, or the name of a header or of a query parameter.
    pub pointer: String,
    /// What.
    pub detail: String,
}

/// All that a page reads of a problem: the rest is written for developers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The stable code.
    pub code: String,
}

answers! {
    Told { code }
}

macro_rules! problem_codes {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $status:literal, $retryable:literal;)*) => {
        /// Why a request was not carried out, other than that a rule said no.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemCode {
            $($(#[doc = $doc])* $name,)*
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code on the wire.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The HTTP status it travels with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// Whether the same request may succeed later.
            pub const fn retryable(self) -> bool {
                match self { $(Self::$name => $retryable,)* }
            }
        }
    };
}

problem_codes! {
    /// The request's shape is wrong: not JSON, or a bad query parameter or header.
    BadRequest = "bad_request", 400, false;
    /// A write came without `Idempotency-Key`, or with one that is none.
    IdempotencyKeyMissing = "idempotency_key_missing", 400, false;
    /// The cursor is not one this list gave.
    CursorInvalid = "cursor_invalid", 400, false;
    /// The credential is missing, wrong, expired, or of another plane.
    Unauthorized = "unauthorized", 401, false;
    /// The token was for one write and has done one.
    TokenUsed = "token_used", 401, false;
    /// The page's origin is not on the key's list, or not the token's.
    OriginNotAllowed = "origin_not_allowed", 403, false;
    /// The token's `scope` does not cover the request.
    InsufficientScope = "insufficient_scope", 403, false;
    /// Nothing is here, or it is someone else's.
    NotFound = "not_found", 404, false;
    /// The route does not take this method.
    MethodNotAllowed = "method_not_allowed", 405, false;
    /// The same key is being carried out right now.
    IdempotencyKeyInFlight = "idempotency_key_in_flight", 409, true;
    /// The body is larger than 16 kB.
    BodyTooLarge = "body_too_large", 413, false;
    /// The body is not `application/json`.
    UnsupportedMediaType = "unsupported_media_type", 415, false;
    /// A field is unknown, missing, of the wrong type or out of range; `errors` says which.
    InvalidBody = "invalid_body", 422, false;
    /// The key was used before with other content.
    IdempotencyKeyReused = "idempotency_key_reused", 422, false;
    /// Too many requests.
    RateLimited = "rate_limited", 429, true;
    /// Something broke on the server; it is in its log.
    Internal = "internal", 500, true;
    /// The server cannot take the request now.
    Unavailable = "unavailable", 503, true;
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
