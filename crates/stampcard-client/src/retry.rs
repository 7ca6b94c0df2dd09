//! Whether to try again, and when. Pure: the caller brings the randomness and does the waiting.

use stampcard_model::api::ProblemCode;

use crate::{Error, Unreachable};

/// How a request may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Reads change nothing: 3 tries.
    Read,
    /// A write with an idempotency key is carried out once however often it arrives: 4 tries.
    KeyedWrite,
    /// Anything else is tried once.
    Once,
}

/// What to do after a try that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Try again after this many milliseconds.
    Wait {
        /// How long.
        ms: u32,
    },
    /// Give the error to the caller.
    Stop,
}

/// The longest wait before the first repetition, in milliseconds; it doubles with every further one.
pub const BACKOFF_MS: u32 = 400;
/// The longest `Retry-After` that is waited for, in milliseconds. With a longer one the member decides.
pub const RETRY_AFTER_MS_MAX: u32 = 10_000;

/// Decides after try number `attempt` (from 1) ended with `error`, where `jitter` is random in 0..=1000.
///
/// Exponential backoff with full jitter: a random share of a ceiling that doubles. A `Retry-After` is waited out in
/// full, and jittered upwards by at most a quarter of a second.
pub fn next(
    strategy: Strategy,
    error: &Error,
    retry_after_ms: Option<u32>,
    attempt: u32,
    jitter: u16,
) -> Next {
    let tries = match strategy {
        Strategy::Read => 3,
        Strategy::KeyedWrite => 4,
        Strategy::Once => 1,
    };
    if attempt >= tries || !passes(error) {
        return Next::Stop;
    }
    let jitter = u32::from(jitter.min(1_000));
    match retry_after_ms {
        Some(ms) if ms > RETRY_AFTER_MS_MAX => Next::Stop,
        Some(ms) => Next::Wait { ms: ms + jitter / 4 },
        None => Next::Wait { ms: (BACKOFF_MS << (attempt.max(1) - 1)) * jitter / 1_000 },
    }
}

/// Whether the trouble may be over in a moment.
fn passes(error: &Error) -> bool {
    match error {
        Error::RateLimited { .. } => true,
        Error::Unreachable(unreachable) => match unreachable {
            Unreachable::Offline | Unreachable::Timeout => true,
            Unreachable::Server { status } => matches!(status, 502..=504),
            Unreachable::TokenSource => false,
        },
        Error::Rejected { code, .. } => *code == Some(ProblemCode::IdempotencyKeyInFlight),
        Error::Refused(_)
        | Error::RefusedUnrecognized { .. }
        | Error::Unauthorized
        | Error::Malformed { .. } => false,
    }
}
