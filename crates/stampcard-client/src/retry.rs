//! Whether to try again, and when. Pure: the caller brings the randomness and does the waiting.

use stampcard_model::api::ProblemCode;

use crate::{Error, Unreachable};

/// How a request may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Reads change nothing: 3 tries, 2 when the last one took all the time it had.
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
        Strategy::Read if *error == Error::Unreachable(Unreachable::Timeout) => 2,
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

#[cfg(test)]
mod tests {
    use proptest::{prelude::any, prop_assert, proptest};
    use stampcard_model::Refusal;

    use super::*;

    const OFFLINE: Error = Error::Unreachable(Unreachable::Offline);
    const TIMEOUT: Error = Error::Unreachable(Unreachable::Timeout);
    const RATE_LIMITED: Error = Error::RateLimited { retry_after_ms: None };

    #[test]
    fn only_trouble_that_may_pass_is_tried_again() {
        let in_flight = Error::Rejected { status: 409, code: Some(ProblemCode::IdempotencyKeyInFlight) };
        for error in [OFFLINE, TIMEOUT, server(502), server(503), server(504)]
            .into_iter()
            .chain([RATE_LIMITED, in_flight])
        {
            assert_eq!(next(Strategy::Read, &error, None, 1, 1_000), Next::Wait { ms: 400 }, "{error:?}");
        }
        let others = ProblemCode::ALL.iter().filter(|code| **code != ProblemCode::IdempotencyKeyInFlight);
        let rejected = others.map(|code| Error::Rejected { status: code.status(), code: Some(*code) });
        let refused = Refusal::ALL.iter().map(|refusal| Error::Refused(*refusal));
        let final_ones = [
            server(500),
            server(501),
            Error::Unreachable(Unreachable::TokenSource),
            Error::Unauthorized,
            Error::Malformed { what: "me" },
            Error::RefusedUnrecognized { code: "new".to_owned() },
            Error::Rejected { status: 418, code: None },
        ];
        for error in final_ones.into_iter().chain(rejected).chain(refused) {
            assert_eq!(next(Strategy::KeyedWrite, &error, None, 1, 1_000), Next::Stop, "{error:?}");
        }
    }

    #[test]
    fn a_read_is_tried_3_times_a_keyed_write_4_times_anything_else_once() {
        check(Strategy::Read, &OFFLINE, 3);
        check(Strategy::KeyedWrite, &OFFLINE, 4);
        check(Strategy::Once, &OFFLINE, 1);
    }

    #[test]
    fn a_read_that_took_all_its_time_is_tried_twice() {
        check(Strategy::Read, &TIMEOUT, 2);
        check(Strategy::KeyedWrite, &TIMEOUT, 4);
    }

    #[test]
    fn the_ceiling_of_the_wait_doubles() {
        let waits = [1, 2, 3].map(|attempt| next(Strategy::KeyedWrite, &OFFLINE, None, attempt, 1_000));
        assert_eq!(waits, [400, 800, 1_600].map(|ms| Next::Wait { ms }));
    }

    #[test]
    fn a_retry_after_is_waited_out_unless_it_is_too_long_for_a_member() {
        for (retry_after_ms, jitter, expected) in [
            (0, 0, Next::Wait { ms: 0 }),
            (2_000, 0, Next::Wait { ms: 2_000 }),
            (2_000, 1_000, Next::Wait { ms: 2_250 }),
            (10_000, 1_000, Next::Wait { ms: 10_250 }),
            (10_001, 0, Next::Stop),
            (u32::MAX, 1_000, Next::Stop),
        ] {
            assert_eq!(next(Strategy::Read, &RATE_LIMITED, Some(retry_after_ms), 1, jitter), expected);
        }
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_eleven_seconds(
            retry_after_ms in proptest::option::of(any::<u32>()),
            attempt in any::<u32>(),
            jitter in any::<u16>(),
        ) {
            if let Next::Wait { ms } = next(Strategy::KeyedWrite, &OFFLINE, retry_after_ms, attempt, jitter) {
                prop_assert!(ms <= 11_000, "{ms}");
                prop_assert!(retry_after_ms.is_none_or(|asked| ms >= asked), "{ms}");
            }
        }
    }

    const fn server(status: u16) -> Error {
        Error::Unreachable(Unreachable::Server { status })
    }

    fn check(strategy: Strategy, error: &Error, tries: u32) {
        let waits = (1..10).filter(|attempt| next(strategy, error, None, *attempt, 0) != Next::Stop);
        assert_eq!(waits.count() as u32 + 1, tries, "{strategy:?}");
    }
}
