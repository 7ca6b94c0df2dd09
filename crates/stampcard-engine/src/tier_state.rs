//! Tiers that are a state of their own: reached, looked at again when their time is over, undone.
//!
//! This is so for every validity but `while_qualified`. The rules, in writing:
//!
//! - A tier is reached with the entry that makes its threshold (`at_once`), or at the end of the period in which its
//!   threshold was made (`next_period`). It is kept until its validity ends, whatever is spent, expires or leaves the
//!   window.
//! - When validity and grace are over the member is looked at: what counts is what counted when the validity ended, and
//!   what came in the grace. Who makes the threshold of the tier keeps it, counted from the end of the old validity; who
//!   does not falls as the program says. A fall to the lowest tier has no validity.
//! - A tier that was reached at once is undone when what reached it comes back: when all that counts from the start of
//!   the window in which it was reached no longer makes its threshold. The member goes back to the tier before as it was,
//!   if it is still valid and no lower than what that reaches, else to what that reaches; if the tier before was reached
//!   at once, too, it may be undone in turn. A tier that was confirmed or reached with a period is never undone.
//! - Changes are dated with their instant, whenever they are written down.

use stampcard_model::{Downgrade, EntryBody, Measure, TierId, TierReason, Timestamp, Upgrade, Validity};

use crate::{
    Context, MemberState, TierState,
    calendar::{day_after, end_of_day_after, start_of},
    measure::{measured, rank_of, stretch},
};

/// Whether tiers are a state of their own.
pub(crate) const fn is_kept(context: &Context<'_>) -> bool {
    match context.program.tiers.validity {
        Validity::WhileQualified => false,
        Validity::Months { .. } | Validity::NextPeriod => true,
    }
}

/// The member's tier state and its place, 0 for the lowest; none before the first change, and for a tier that the program
/// no longer knows.
pub(crate) fn held<'a>(context: &Context<'_>, member: &'a MemberState) -> Option<(&'a TierState, usize)> {
    let state = member.tier.as_ref()?;
    context.program.tier_rank(&state.tier).map(|rank| (state, rank))
}

/// What time alone does to the tier next, if it does by `now`.
pub(crate) fn due(
    context: &Context<'_>,
    member: &MemberState,
    now: Timestamp,
) -> Option<(Timestamp, EntryBody)> {
    if !is_kept(context) {
        return None;
    }
    let next = match (promotion(context, member), review(context, member)) {
        (Some(promotion), Some(review)) => Some(if review.0 < promotion.0 { review } else { promotion }),
        (promotion, review) => promotion.or(review),
    };
    next.filter(|(at, _)| *at <= now)
}

/// Whether it is a tier that begins with a period.
pub(crate) const fn is_promotion(body: &EntryBody) -> bool {
    matches!(body, EntryBody::TierChange { reason: TierReason::Promoted, .. })
}

/// What an entry booked at `at` does to the tier.
pub(crate) fn after(
    context: &Context<'_>,
    member: &MemberState,
    at: Timestamp,
    came_back: bool,
) -> Option<EntryBody> {
    if !is_kept(context) {
        return None;
    }
    let rank = held(context, member).map_or(0, |(_, rank)| rank);
    if context.program.tiers.upgrade == Upgrade::AtOnce {
        let qualifying = measured(context, member, stretch(context, at).start, at);
        let reached = rank_of(context, qualifying);
        if reached > rank {
            return change(
                context,
                member,
                reached,
                TierReason::Reached,
                valid_until(context, at),
                qualifying,
            );
        }
    }
    if came_back { undone(context, member, at) } else { None }
}

/// When a tier's time is over, grace included.
pub(crate) fn looked_at(context: &Context<'_>, until: Timestamp) -> Timestamp {
    let mut day = context.zone.date_at(until);
    for _ in 0..context.program.tiers.grace_days {
        day = day_after(day);
    }
    if context.program.tiers.grace_days == 0 { until } else { start_of(context.zone, day).max(until) }
}

/// From when on it counts when a tier whose validity ends at `until` is looked at.
pub(crate) fn counts_since(context: &Context<'_>, until: Timestamp) -> Timestamp {
    stretch(context, until.plus_millis(-1)).start
}

/// Where a member falls who is looked at with so much.
pub(crate) fn falls_to(context: &Context<'_>, rank: usize, qualifying: u128) -> usize {
    let reached = rank_of(context, qualifying).min(rank);
    match context.program.tiers.downgrade {
        Downgrade::None => rank,
        Downgrade::OneLevel => reached.max(rank.saturating_sub(1)),
        Downgrade::Requalify => reached,
    }
}

/// The promotion at the end of the period that the last entry lies in, if there is one to come.
fn promotion(context: &Context<'_>, member: &MemberState) -> Option<(Timestamp, EntryBody)> {
    if context.program.tiers.upgrade != Upgrade::NextPeriod {
        return None;
    }
    let last_at = member.last_at?;
    let period = stretch(context, last_at);
    let at = period.end.filter(|end| *end > last_at)?;
    let qualifying = measured(context, member, period.start, at);
    let (reached, rank) = (rank_of(context, qualifying), held(context, member).map_or(0, |(_, rank)| rank));
    let until = valid_until(context, at.plus_millis(-1)).filter(|until| *until > at);
    let body =
        (reached > rank).then(|| change(context, member, reached, TierReason::Promoted, until, qualifying));
    body.flatten().map(|body| (at, body))
}

/// The next look at a tier whose validity ends.
fn review(context: &Context<'_>, member: &MemberState) -> Option<(Timestamp, EntryBody)> {
    let (state, rank) = held(context, member)?;
    let until = state.until?;
    let at = looked_at(context, until);
    let qualifying = measured(context, member, counts_since(context, until), at.max(member.last_at?));
    let kept = falls_to(context, rank, qualifying);
    let reason = if kept == rank { TierReason::Kept } else { TierReason::Fell };
    // Time must go on, whatever the calendar says.
    let next = valid_until(context, until.plus_millis(-1)).filter(|next| kept > 0 && *next > until);
    change(context, member, kept, reason, next, qualifying).map(|body| (at, body))
}

fn undone(context: &Context<'_>, member: &MemberState, at: Timestamp) -> Option<EntryBody> {
    let (state, rank) = held(context, member)?;
    let reached_at = state.reached_at.filter(|_| context.program.tiers.measure != Measure::PointsHeld)?;
    let qualifying = measured(context, member, stretch(context, reached_at).start, at);
    let reached = rank_of(context, qualifying);
    let before = state.before.as_ref().filter(|before| before.until.is_none_or(|until| at < until));
    let before =
        before.and_then(|before| context.program.tier_rank(&before.tier).map(|rank| (rank, before.until)));
    let (back, until) = match before {
        Some((before, until)) if before >= reached => (before, until),
        Some(_) | None => (reached, state.until.filter(|_| reached > 0)),
    };
    if back >= rank {
        return None;
    }
    change(context, member, back, TierReason::Undone, until, qualifying)
}

/// Until when a tier is valid that was earned at an instant.
fn valid_until(context: &Context<'_>, earned_at: Timestamp) -> Option<Timestamp> {
    if context.program.tiers.downgrade == Downgrade::None {
        return None;
    }
    match context.program.tiers.validity {
        Validity::WhileQualified => None,
        Validity::Months { months, round_up } => {
            Some(end_of_day_after(context.zone, earned_at, months, round_up))
        }
        Validity::NextPeriod => stretch(context, stretch(context, earned_at).end?).end,
    }
}

fn change(
    context: &Context<'_>,
    member: &MemberState,
    rank: usize,
    reason: TierReason,
    until: Option<Timestamp>,
    qualifying: u128,
) -> Option<EntryBody> {
    let tier: TierId = context.program.tiers.tiers.get(rank)?.id.clone();
    let before = member.tier.as_ref().map(|state| state.tier.clone());
    let qualifying = u64::try_from(qualifying).unwrap_or(u64::MAX);
    Some(EntryBody::TierChange { tier, before, reason, until, qualifying })
}
