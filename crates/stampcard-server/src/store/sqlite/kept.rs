//! What follows from entries and is kept as JSON in a column.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stampcard_engine::{Counted, MemberState, Phase, RedemptionState, Streak, Tally, TierState};
use stampcard_model::{
    Deal, HoldReason, OfferId, Points, ReferralId, Restore, RewardId, RuleId, TierId, Timestamp,
};

/// What is of one size whatever the history: `balance.facts`.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    last_order_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referred: Option<ReferralId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<KeptTier>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    streaks: BTreeMap<RuleId, (Timestamp, u32)>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    offers: BTreeMap<OfferId, Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct KeptTier {
    tier: TierId,
    since: Timestamp,
    until: Option<Timestamp>,
    reached_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Box<Self>>,
}

impl KeptTier {
    fn of(state: &TierState) -> Self {
        let TierState { tier, since, until, reached_at, before } = state;
        let before = before.as_ref().map(|before| Box::new(Self::of(before)));
        Self { tier: tier.clone(), since: *since, until: *until, reached_at: *reached_at, before }
    }

    fn into_state(self) -> TierState {
        let Self { tier, since, until, reached_at, before } = self;
        let before = before.map(|before| Box::new(before.into_state()));
        TierState { tier, since, until, reached_at, before }
    }
}

impl Facts {
    pub(super) fn of(member: &MemberState) -> Self {
        let tier = member.tier.as_ref().map(KeptTier::of);
        let streaks =
            member.streaks.iter().map(|(rule, streak)| (rule.clone(), (streak.last_at, streak.days)));
        Self {
            last_order_at: member.last_order_at,
            referred: member.referred.clone(),
            tier,
            streaks: streaks.collect(),
            offers: member.offers.clone(),
        }
    }

    pub(super) fn into_state(self, member: &mut MemberState) {
        let Self { last_order_at, referred, tier, streaks, offers } = self;
        member.last_order_at = last_order_at;
        member.referred = referred;
        member.tier = tier.map(KeptTier::into_state);
        let streak = |(rule, (last_at, days))| (rule, Streak { last_at, days });
        member.streaks = streaks.into_iter().map(streak).collect();
        member.offers = offers;
    }
}

/// What an accrual, or some together, count for: `counted.counts`, and a part of `balance.sums`. Short names, as there is
/// one for each accrual.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Counts {
    #[serde(rename = "a")]
    accruals: u64,
    #[serde(rename = "p")]
    points: u64,
    #[serde(rename = "q")]
    qualifying: u64,
    #[serde(rename = "o", skip_serializing_if = "is_nothing")]
    orders: u64,
    #[serde(rename = "s", skip_serializing_if = "is_nothing")]
    spend_minor: u64,
    /// How often, and how many points.
    #[serde(rename = "r", skip_serializing_if = "BTreeMap::is_empty")]
    rules: BTreeMap<RuleId, (u64, u64)>,
}

fn is_nothing(number: &u64) -> bool {
    *number == 0
}

impl Counts {
    pub(super) fn of(counted: &Counted) -> Self {
        let rules = counted.rules.iter().map(|(rule, tally)| (rule.clone(), (tally.times, tally.points)));
        Self {
            accruals: counted.accruals,
            points: counted.points,
            qualifying: counted.qualifying,
            orders: counted.orders,
            spend_minor: counted.spend_minor,
            rules: rules.collect(),
        }
    }

    pub(super) fn at(self, at: Timestamp) -> Counted {
        let tally = |(rule, (times, points))| (rule, Tally { times, points });
        Counted {
            at,
            accruals: self.accruals,
            points: self.points,
            qualifying: self.qualifying,
            orders: self.orders,
            spend_minor: self.spend_minor,
            rules: self.rules.into_iter().map(tally).collect(),
        }
    }
}

/// A redemption: `redemption_state.state`.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptRedemption {
    seq: u64,
    at: Timestamp,
    reward_id: RewardId,
    points: Points,
    drawn: Vec<Restore>,
    deal: Deal,
    phase: KeptPhase,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptPhase {
    Held { reason: HoldReason, ends_at: Option<Timestamp> },
    Completed,
    Closed,
}

impl KeptRedemption {
    pub(super) fn of(redemption: &RedemptionState) -> Self {
        let RedemptionState { seq, at, reward_id, points, drawn, deal, phase } = redemption.clone();
        let phase = match phase {
            Phase::Held { reason, ends_at } => KeptPhase::Held { reason, ends_at },
            Phase::Completed => KeptPhase::Completed,
            Phase::Closed => KeptPhase::Closed,
        };
        Self { seq, at, reward_id, points, drawn, deal, phase }
    }

    pub(super) fn into_state(self) -> RedemptionState {
        let Self { seq, at, reward_id, points, drawn, deal, phase } = self;
        let phase = match phase {
            KeptPhase::Held { reason, ends_at } => Phase::Held { reason, ends_at },
            KeptPhase::Completed => Phase::Completed,
            KeptPhase::Closed => Phase::Closed,
        };
        RedemptionState { seq, at, reward_id, points, drawn, deal, phase }
    }
}
