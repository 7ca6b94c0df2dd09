//! What is true of a member after some entries.

use std::collections::{BTreeMap, BTreeSet};

use stampcard_model::{
    Balance, Booking, Deal, HoldReason, LotEnd, Measure, OfferId, Points, RedemptionId, ReferralId, Restore,
    RewardId, RuleId, Source, TierId, Timestamp, Wait,
};

/// Everything a command may look at. The whole of it follows from the member's entries; a store may hold it in tables
/// and load only the part that a command asks about.
///
/// The fields down to `tier` are of one size whatever the history; a store always loads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberState {
    /// The `seq` of the last entry; 0 before the first.
    pub last_seq: u64,
    /// When the last entry took effect.
    pub last_at: Option<Timestamp>,
    /// The sum of the postings. Points of lots that have expired count until an expiry entry takes them out, and points
    /// that wait are pending until an activation entry moves them; what a member may spend is [`crate::available`].
    pub balance: Balance,
    /// When all points expire that expire by inactivity; none before the first of them.
    pub active_until: Option<Timestamp>,
    /// When the last order was booked, whatever became of it.
    pub last_order_at: Option<Timestamp>,
    /// The invitation that the member followed and that an order rewarded.
    pub referred: Option<ReferralId>,
    /// The tier as the last tier change left it; none before the first.
    pub tier: Option<TierState>,
    /// Lots with something left, in no particular order.
    pub lots: Vec<Lot>,
    /// What has earned.
    pub sources: BTreeMap<Source, Earned>,
    /// What each accrual still counts for, by its `seq`; those that count for nothing are missing.
    pub counted: BTreeMap<u64, Counted>,
    /// Units redeemed and not given back, by reward.
    pub redeemed: BTreeMap<RewardId, u64>,
    /// Redemptions and holds.
    pub redemptions: BTreeMap<RedemptionId, RedemptionState>,
    /// Check-ins without a gap, by the rule that counts them.
    pub streaks: BTreeMap<RuleId, Streak>,
    /// Offers that were taken up, and when.
    pub offers: BTreeMap<OfferId, Timestamp>,
}

impl MemberState {
    /// `now`, but never before the last entry: a clock that went back must not bring spent time to life again.
    pub(crate) fn not_before_last(&self, now: Timestamp) -> Timestamp {
        self.last_at.map_or(now, |last_at| last_at.max(now))
    }

    /// When a lot expires; none means never.
    pub fn end_of(&self, lot: &Lot) -> Option<Timestamp> {
        self.instant_of(lot.end)
    }

    pub(crate) const fn instant_of(&self, end: LotEnd) -> Option<Timestamp> {
        match end {
            LotEnd::Never => None,
            LotEnd::At { expires_at } => Some(expires_at),
            LotEnd::Inactivity => self.active_until,
        }
    }
}

/// Points earned together that expire together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// The `seq` of the entry that opened it.
    pub seq: u64,
    /// What is left; more than 0.
    pub remaining: Points,
    /// What it waits for; none when it can be spent. Until an activation entry is booked it is among the pending points.
    pub waits: Option<Wait>,
    /// When it expires. Usable, once it waits no more, while `now` is before.
    pub end: LotEnd,
}

/// What earned points, and what became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earned {
    /// The `seq` of the accrual.
    pub seq: u64,
    /// The version of the program that booked it.
    pub program_version: u32,
    /// What it earned, less what was taken back; may be 0.
    pub points: Points,
    /// Whether it was taken back as a whole.
    pub reversed: bool,
    /// The rules and offers that gave something.
    pub gave: BTreeSet<RuleId>,
    /// What it was computed from, or what is left of that; none for what is no order.
    pub booking: Option<Box<Booking>>,
}

/// What an accrual still counts for: tiers, goals, limits, what was bought lately. A store may give several as one, as
/// long as none of the instants that [`crate::cuts`] names lies between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// When it was booked.
    pub at: Timestamp,
    /// Accruals of more than 0 points.
    pub accruals: u64,
    /// Their points.
    pub points: u64,
    /// Points that count where a tier is measured by points earned.
    pub qualifying: u64,
    /// Orders that did not come back as a whole.
    pub orders: u64,
    /// What their goods cost, in minor units.
    pub spend_minor: u64,
    /// What each rule or offer gave.
    pub rules: BTreeMap<RuleId, Tally>,
}

impl Counted {
    /// What counts for nothing yet.
    pub const fn nothing(at: Timestamp) -> Self {
        Self { at, accruals: 0, points: 0, qualifying: 0, orders: 0, spend_minor: 0, rules: BTreeMap::new() }
    }

    /// What it counts for towards a tier, in the measure's unit; points held do not follow from what was earned.
    pub fn worth(&self, measure: Measure) -> u128 {
        u128::from(match measure {
            Measure::PointsEarned => self.qualifying,
            Measure::Spend => self.spend_minor,
            Measure::Orders => self.orders,
            Measure::PointsHeld => 0,
        })
    }

    /// Takes away what another accrual counts for.
    pub fn subtract(&mut self, other: &Self) {
        self.accruals = self.accruals.saturating_sub(other.accruals);
        self.points = self.points.saturating_sub(other.points);
        self.qualifying = self.qualifying.saturating_sub(other.qualifying);
        self.orders = self.orders.saturating_sub(other.orders);
        self.spend_minor = self.spend_minor.saturating_sub(other.spend_minor);
        for (rule, tally) in &other.rules {
            if let Some(sum) = self.rules.get_mut(rule) {
                sum.times = sum.times.saturating_sub(tally.times);
                sum.points = sum.points.saturating_sub(tally.points);
            }
        }
        self.rules.retain(|_, tally| *tally != Tally::default());
    }

    /// Adds what another accrual counts for.
    pub fn add(&mut self, other: &Self) {
        self.accruals = self.accruals.saturating_add(other.accruals);
        self.points = self.points.saturating_add(other.points);
        self.qualifying = self.qualifying.saturating_add(other.qualifying);
        self.orders = self.orders.saturating_add(other.orders);
        self.spend_minor = self.spend_minor.saturating_add(other.spend_minor);
        for (rule, tally) in &other.rules {
            let sum = self.rules.entry(rule.clone()).or_default();
            sum.times = sum.times.saturating_add(tally.times);
            sum.points = sum.points.saturating_add(tally.points);
        }
    }
}

/// What a rule or an offer gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often. For a goal, how often it was reached.
    pub times: u64,
    /// How many points.
    pub points: u64,
}

/// A redemption and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedemptionState {
    /// The `seq` of the redemption, or of the hold as long as it is held.
    pub seq: u64,
    /// When the points left the available ones.
    pub at: Timestamp,
    /// The reward.
    pub reward_id: RewardId,
    /// The price.
    pub points: Points,
    /// The lots that paid, with their ends as they were.
    pub drawn: Vec<Restore>,
    /// What else was agreed.
    pub deal: Deal,
    /// Where it is in its life.
    pub phase: Phase,
}

/// Where a redemption is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Its points are reserved.
    Held {
        /// Why.
        reason: HoldReason,
        /// When the hold ends by itself; none means never.
        ends_at: Option<Timestamp>,
    },
    /// Its points are spent.
    Completed,
    /// Its points went back.
    Closed,
}

/// Check-ins without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streak {
    /// The last one.
    pub last_at: Timestamp,
    /// How many days it made.
    pub days: u32,
}

/// A tier that a member has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierState {
    /// The tier.
    pub tier: TierId,
    /// Since when.
    pub since: Timestamp,
    /// When it is looked at again; none means never.
    pub until: Option<Timestamp>,
    /// When it was reached, as long as it may be undone because what reached it comes back.
    pub reached_at: Option<Timestamp>,
    /// The tier before, which undoing goes back to while it is valid; with all that undoes it in turn.
    pub before: Option<Box<TierState>>,
}
