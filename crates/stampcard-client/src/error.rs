//! Every way in which asking a backend can end without an answer.

use core::fmt;

use stampcard_model::{Refusal, api::ProblemCode};

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A rule said no: expected, and shown to the member.
    Refused(Refusal),
    /// A rule said no that this version has not heard of.
    RefusedUnrecognized {
        /// The code: 1 to 64 characters of `a` to `z`, `0` to `9` and `_`.
        code: String,
    },
    /// There is no member: a guest, or a token that was refused twice.
    Unauthorized,
    /// Too many requests, after waiting as often as is reasonable.
    RateLimited {
        /// How long the backend wants to be left alone, in milliseconds; none when it did not say.
        retry_after_ms: Option<u32>,
    },
    /// No answer came from the backend.
    Unreachable(Unreachable),
    /// An answer came that is none: not JSON, of wrong types, out of range, too large.
    Malformed {
        /// The call it should have answered.
        what: &'static str,
    },
    /// The backend does not accept the request: a mistake of the integration or of this crate, never of the member.
    Rejected {
        /// The HTTP status.
        status: u16,
        /// What the backend says is wrong; none when it does not speak the contract.
        code: Option<ProblemCode>,
    },
}

/// Where the way to the backend ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// No connection: offline, no such host, nobody listening, or forbidden by the browser (CORS, mixed content).
    Offline,
    /// No complete answer in time.
    Timeout,
    /// Something broke on the other side.
    Server {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
    /// The host page's token source failed.
    TokenSource,
}

impl Error {
    /// The stable code: a [`Refusal`]'s, a [`ProblemCode`]'s, or `offline`, `timeout`, `server_error`,
    /// `token_unavailable`, `malformed_answer`, `rejected`.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::RefusedUnrecognized { code } => code,
            Self::Unauthorized => ProblemCode::Unauthorized.code(),
            Self::RateLimited { .. } => ProblemCode::RateLimited.code(),
            Self::Unreachable(Unreachable::Offline) => "offline",
            Self::Unreachable(Unreachable::Timeout) => "timeout",
            Self::Unreachable(Unreachable::Server { .. }) => "server_error",
            Self::Unreachable(Unreachable::TokenSource) => "token_unavailable",
            Self::Malformed { .. } => "malformed_answer",
            Self::Rejected { code: Some(code), .. } => code.code(),
            Self::Rejected { code: None, .. } => "rejected",
        }
    }

    /// Whether the same call may succeed later with nothing changed: what a "try again" button is for.
    pub fn retryable(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Unreachable(_) | Self::Malformed { .. } => true,
            Self::Rejected { code, .. } => code.is_some_and(ProblemCode::retryable),
            Self::Refused(_) | Self::RefusedUnrecognized { .. } | Self::Unauthorized => false,
        }
    }

    /// Whether a write that ended like this may have been carried out all the same, in the last try or in one before
    /// it. Its key must be kept and sent again; a new key might carry it out twice.
    pub fn leaves_doubt(&self) -> bool {
        match self {
            Self::Refused(_) | Self::RefusedUnrecognized { .. } => false,
            Self::Rejected { code, .. } => {
                code.is_none_or(|code| code == ProblemCode::IdempotencyKeyInFlight)
            }
            Self::Unauthorized | Self::RateLimited { .. } | Self::Unreachable(_) | Self::Malformed { .. } => {
                true
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for Error {}

/// Why a client could not be made. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupError {
    /// The endpoint is not `http://` or `https://` with a host, or holds a query, a fragment, credentials, or
    /// characters that are not visible ASCII.
    Endpoint,
    /// The publishable key is not `pk_` and 1 to 125 more visible ASCII characters. A secret key is never taken.
    PublishableKey,
    /// The system's trusted certificates cannot be read.
    Tls,
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Endpoint => {
                "the endpoint must be an http or https address without query, fragment or credentials"
            }
            Self::PublishableKey => "the publishable key must be pk_ followed by visible ASCII characters",
            Self::Tls => "the system's trusted certificates cannot be read",
        })
    }
}

impl core::error::Error for SetupError {}
