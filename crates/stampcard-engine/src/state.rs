//! What is true of a member after some entries.

use std::collections::BTreeMap;

use stampcard_model::{Balance, OrderId, Points, RewardId, Timestamp};

/// Everything a command may look at. The whole of it follows from the member's entries; a store may hold it in tables
/// and load only the part that a command asks about ([`crate::Command`] says which).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberState {
    /// The `seq` of the last entry; 0 before the first.
    pub last_seq: u64,
    /// When the last entry took effect.
    pub last_at: Option<Timestamp>,
    /// The sum of the postings. Points of lots that have expired count until an expiry entry takes them out; what a
    /// member may spend is [`crate::available`].
    pub balance: Balance,
    /// Lots with something left, in no particular order.
    pub lots: Vec<Lot>,
    /// Orders that were booked, by id.
    pub orders: BTreeMap<OrderId, OrderAccrual>,
    /// Redemptions so far, by reward.
    pub redeemed: BTreeMap<RewardId, u64>,
    /// What counts towards the tier, by the `seq` of the accrual; those that left the window may be missing, those
    /// of no points and those taken back are.
    pub qualifying: BTreeMap<u64, Qualifying>,
}

impl MemberState {
    /// `now`, but never before the last entry: a clock that went back must not bring spent time to life again.
    pub(crate) fn not_before_last(&self, now: Timestamp) -> Timestamp {
        self.last_at.map_or(now, |last_at| last_at.max(now))
    }
}

/// Points earned together that expire together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// The `seq` of the entry that opened it.
    pub seq: u64,
    /// What is left; more than 0.
    pub remaining: Points,
    /// From this instant on it can be spent.
    pub starts_at: Timestamp,
    /// From this instant on it cannot be spent; none means never. Usable while `starts_at ≤ now < expires_at`.
    pub expires_at: Option<Timestamp>,
}

/// An order that earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderAccrual {
    /// The `seq` of the accrual.
    pub seq: u64,
    /// What it earned; may be 0.
    pub points: Points,
    /// Whether it was taken back.
    pub reversed: bool,
}

/// Points that count towards a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Qualifying {
    /// When they were earned.
    pub earned_at: Timestamp,
    /// How many count; more than 0.
    pub points: Points,
}
