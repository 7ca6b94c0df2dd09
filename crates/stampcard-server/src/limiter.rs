//! Buckets of requests, in memory and bounded.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
    mem,
    sync::{Mutex, PoisonError},
};

use stampcard_model::Timestamp;

use crate::settings::{Rate, Rates};

/// One limiter for each kind of who asks.
pub(crate) struct Limiters {
    pub(crate) key: Limiter,
    pub(crate) member: Limiter,
    pub(crate) address: Limiter,
}

impl Limiters {
    pub(crate) fn new(rates: &Rates) -> Self {
        let limiter = |rate| Limiter::new(rate, rates.remembered);
        Self { key: limiter(rates.key), member: limiter(rates.member), address: limiter(rates.address) }
    }
}

/// Gives each of many who ask a bucket of their own (GCRA: a bucket is the instant at which it will be full).
pub(crate) struct Limiter {
    rate: Rate,
    /// Who asks is known by a hash alone.
    hasher: RandomState,
    buckets: Mutex<Buckets>,
}

/// Buckets in two generations: whoever asks moves to the young one, and when that has grown to half of all, the old one
/// is forgotten. Most that are forgotten are full, which is as good as new.
struct Buckets {
    young: HashMap<u64, i64>,
    old: HashMap<u64, i64>,
    generation_max: usize,
}

impl Limiter {
    fn new(rate: Rate, remembered: usize) -> Self {
        let buckets = Buckets { young: HashMap::new(), old: HashMap::new(), generation_max: remembered / 2 };
        Self { rate, hasher: RandomState::new(), buckets: Mutex::new(buckets) }
    }

    /// Takes a request out of a bucket; says after how many seconds there will be one when there is none now.
    pub(crate) fn admit(&self, who: impl Hash, now: Timestamp) -> Result<(), u32> {
        let Some(interval) = 60_000_000_i64.checked_div(self.rate.per_minute.into()) else { return Ok(()) };
        let capacity = interval * i64::from(self.rate.burst);
        let now = now.as_millis().saturating_mul(1_000);
        let who = self.hasher.hash_one(who);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        // An empty bucket is full after `capacity`; more than that only a clock that went back can say.
        let full_at = buckets.take(who).map_or(now, |full_at| full_at.clamp(now, now + capacity));
        let wait = full_at + interval - now - capacity;
        buckets.put(who, if wait > 0 { full_at } else { full_at + interval });
        if wait > 0 { Err(seconds(wait)) } else { Ok(()) }
    }
}

/// Microseconds in seconds, rounded up.
fn seconds(micros: i64) -> u32 {
    u32::try_from((micros + 999_999) / 1_000_000).unwrap_or(u32::MAX)
}

impl Buckets {
    fn take(&mut self, who: u64) -> Option<i64> {
        self.young.remove(&who).or_else(|| self.old.remove(&who))
    }

    fn put(&mut self, who: u64, full_at: i64) {
        if self.young.len() >= self.generation_max {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(who, full_at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_768_032_000_000 + millis)
    }

    #[test]
    fn a_bucket_lets_a_burst_through_and_then_what_flows_in() {
        let limiter = Limiter::new(Rate { per_minute: 60, burst: 3 }, 1_024);
        for (millis, expected) in [
            (0, Ok(())),
            (0, Ok(())),
            (0, Ok(())),
            (0, Err(1)),
            (500, Err(1)),
            (1_000, Ok(())),
            (1_000, Err(1)),
            (60_000, Ok(())),
            (60_000, Ok(())),
            (60_000, Ok(())),
            (60_000, Err(1)),
            // A clock that went back by a day waits for one request, not for a day.
            (-86_400_000, Err(1)),
            (-86_399_000, Ok(())),
        ] {
            assert_eq!(limiter.admit("mei", at(millis)), expected, "at {millis} ms");
        }
        assert_eq!(limiter.admit("lin", at(0)), Ok(()), "another bucket");
        let slow = Limiter::new(Rate { per_minute: 1, burst: 1 }, 1_024);
        assert_eq!((slow.admit(0, at(0)), slow.admit(0, at(15_500))), (Ok(()), Err(45)));
    }

    #[test]
    fn no_limit_is_no_limit() {
        let limiter = Limiter::new(Rate::UNLIMITED, 1_024);
        assert!((0..10_000).all(|_| limiter.admit("mei", at(0)).is_ok()));
        assert!(limiter.buckets.lock().expect("not poisoned").young.is_empty());
    }

    #[test]
    fn memory_is_bounded_and_who_asks_often_is_not_forgotten() {
        let limiter = Limiter::new(Rate { per_minute: 60, burst: 1 }, 1_024);
        assert_eq!(limiter.admit("mei", at(0)), Ok(()));
        for stranger in 0..100_000 {
            assert_eq!(limiter.admit(stranger, at(0)), Ok(()));
            if stranger % 100 == 0 {
                assert_eq!(limiter.admit("mei", at(0)), Err(1), "after {stranger} strangers");
            }
        }
        let buckets = limiter.buckets.lock().expect("not poisoned");
        assert!(buckets.young.len() + buckets.old.len() <= 1_024);
    }
}
