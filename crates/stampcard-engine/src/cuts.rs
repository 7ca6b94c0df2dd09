//! Which instants part what accruals count for, so that a store may keep sums instead of a history.

use std::collections::BTreeSet;

use stampcard_model::{
    Condition, EarnRuleKind, Measure, Period, Points, Timestamp, Upgrade, Validity, Window,
};

use crate::{
    Context, MemberState,
    book::instants_due,
    calendar::period_start,
    conditions::days_before,
    measure::stretch,
    occasion::natural_limit,
    standing,
    tier_state::{counts_since, looked_at},
};

/// Which instants part what accruals count for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cuts {
    /// What was counted before one of these instants, and what at it or after it, must not be given as one.
    pub at: BTreeSet<Timestamp>,
    /// Each accrual must be told apart, as the tier is looked at again at an instant that only they tell.
    pub all: bool,
}

/// Which instants part what accruals count for, whatever command is decided at `context.now`.
///
/// The member needs to have everything but `counted` that is due by then: lots that waited long enough or expired, holds
/// that ended, the tier. [`crate::standing`] looks at more for what it says of a risk: see [`kept_by`].
pub fn cuts(context: &Context<'_>, member: &MemberState) -> Cuts {
    let context = &Context { now: member.not_before_last(context.now), ..*context };
    let now = context.now;
    let mut at: BTreeSet<Timestamp> =
        periods(context).map(|period| period_start(context.zone, now, period)).collect();
    at.extend(conditions(context).filter_map(|when| when.bought).map(|bought| days_before(now, bought.days)));
    at.insert(stretch(context, now).start);
    let tiers = core::iter::successors(member.tier.as_ref(), |tier| tier.before.as_deref());
    let reached = tiers.filter_map(|tier| tier.reached_at);
    at.extend(reached.map(|reached_at| stretch(context, reached_at).start));
    if let Some(until) = member.tier.as_ref().and_then(|tier| tier.until) {
        at.insert(counts_since(context, until));
    }
    at.extend(instants_due(member, now).map(|due| stretch(context, due).start));
    // Nothing is counted before the first instant.
    at.remove(&Timestamp::MIN);
    Cuts { at, all: tier_due_at(context, member).is_some_and(|due| due <= now) }
}

/// When the tier may next be changed by time alone; none while nothing that is known does.
pub fn tier_due_at(context: &Context<'_>, member: &MemberState) -> Option<Timestamp> {
    let tiers = &context.program.tiers;
    if tiers.validity == Validity::WhileQualified {
        return None;
    }
    let until = member.tier.as_ref().and_then(|tier| tier.until);
    let review = until.map(|until| looked_at(context, until));
    let promotion = match tiers.upgrade {
        Upgrade::AtOnce => None,
        Upgrade::NextPeriod => member.last_at.and_then(|last_at| stretch(context, last_at).end),
    };
    review.into_iter().chain(promotion).min()
}

/// What must count in a rolling window for the member to keep the tier that follows from it, in the measure's unit; none
/// when nothing that leaves the window takes a tier.
///
/// For what [`crate::standing`] says of that risk the accruals of one instant must be told apart from those before and
/// after: the last instant from which on so much counts ([`Counted::worth`]).
pub fn kept_by(context: &Context<'_>, member: &MemberState) -> Option<Points> {
    let tiers = &context.program.tiers;
    let follows = tiers.validity == Validity::WhileQualified && tiers.measure != Measure::PointsHeld;
    match tiers.window {
        Window::Rolling { .. } if follows => {
            let tier = standing(context, member)?.tier;
            Some(tier.threshold).filter(|_| tiers.tiers.first() != Some(tier))
        }
        Window::Rolling { .. } | Window::Lifetime | Window::CalendarYear | Window::SinceJoining { .. } => {
            None
        }
    }
}

/// The stretches of the calendar that something is counted in.
fn periods(context: &Context<'_>) -> impl Iterator<Item = Period> {
    let program = context.program;
    let of_rules = program.earn_rules.iter().flat_map(|rule| {
        let goal = match &rule.earn {
            EarnRuleKind::Goal { period, .. } => Some(*period),
            EarnRuleKind::Spend { .. }
            | EarnRuleKind::Visit { .. }
            | EarnRuleKind::Bonus { .. }
            | EarnRuleKind::Activity { .. }
            | EarnRuleKind::Referral { .. } => None,
        };
        let natural = natural_limit(&rule.earn).map(|limit| limit.period);
        rule.limits.iter().map(|limit| limit.period).chain(goal).chain(natural)
    });
    program.limits.per_member.iter().map(|limit| limit.period).chain(of_rules)
}

/// Every condition of the program.
fn conditions<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Condition> {
    let program = context.program;
    let rules = program.earn_rules.iter().map(|rule| &rule.when);
    let multipliers = program.multipliers.iter().map(|multiplier| &multiplier.when);
    let rewards = program.rewards.iter().map(|reward| &reward.when);
    let events = program.price_events.iter().map(|event| &event.when);
    let offers = program.offers.iter().map(|offer| &offer.when);
    rules.chain(multipliers).chain(rewards).chain(events).chain(offers)
}
