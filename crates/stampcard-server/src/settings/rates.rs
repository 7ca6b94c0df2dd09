//! How often somebody may ask.

use serde::Deserialize;

/// How often somebody may ask: what is more is answered with 429 and the seconds to wait.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rates {
    /// Requests on the public plane with one publishable key.
    pub key: Rate,
    /// Requests of one member, whichever their tokens.
    pub member: Rate,
    /// Requests on the public and the member plane from one address, or one IPv6 network of 64 bits. An address of this
    /// machine is never throttled: a proxy here speaks for everybody.
    pub address: Rate,
    /// How many of each are remembered at the same time; 1,024 to 16,777,216. Who has not asked for longest is
    /// forgotten first.
    pub remembered: usize,
}

/// A bucket of `burst` requests that fills by `per_minute`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Requests a minute in the long run, at most 6,000,000; 0 sets no limit.
    pub per_minute: u32,
    /// Requests at once; 1 to 1,000,000.
    pub burst: u32,
}

/// How often one member may redeem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Velocity {
    /// Redemptions at most, to 10,000; 0 sets no limit.
    pub redemptions: u16,
    /// In any span of this many hours; 1 to 8,784.
    pub hours: u16,
    /// What becomes of one more.
    #[serde(default)]
    pub then: TooOften,
}

/// What becomes of a redemption of a member who has redeemed too often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TooOften {
    /// It is refused.
    #[default]
    Refuse,
    /// It is held until the merchant approves.
    Review,
}

impl Rate {
    /// No limit.
    pub const UNLIMITED: Self = Self { per_minute: 0, burst: 1 };

    fn fits(self) -> bool {
        self.per_minute <= 6_000_000 && (1..=1_000_000).contains(&self.burst)
    }
}

impl Velocity {
    /// No limit.
    pub const UNLIMITED: Self = Self { redemptions: 0, hours: 1, then: TooOften::Refuse };

    pub(super) fn fits(self) -> bool {
        self.redemptions <= 10_000 && (1..=8_784).contains(&self.hours)
    }
}

impl Rates {
    /// No limits.
    pub const UNLIMITED: Self =
        Self { key: Rate::UNLIMITED, member: Rate::UNLIMITED, address: Rate::UNLIMITED, remembered: 1_024 };

    pub(super) fn fit(&self) -> bool {
        [self.key, self.member, self.address].into_iter().all(Rate::fits)
            && (1_024..=16_777_216).contains(&self.remembered)
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            key: Rate { per_minute: 60_000, burst: 5_000 },
            member: Rate { per_minute: 1_200, burst: 300 },
            address: Rate { per_minute: 3_000, burst: 600 },
            remembered: 65_536,
        }
    }
}

impl Default for Velocity {
    fn default() -> Self {
        Self { redemptions: 30, hours: 24, then: TooOften::Refuse }
    }
}
