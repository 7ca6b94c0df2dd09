//! What a member is to be reminded of, and when to look again.
//!
//! The rules, in writing:
//!
//! - So many days before an instant is the start of the day that lies so many days before its own, in the program's time
//!   zone: days of 23 or 25 hours move nothing.
//! - A reminder is due from its instant until it is of no use any more: points until they expire, a tier until it is lost,
//!   a greeting until the day is over, and a member who is missed for [`MISSED_DAYS`]. Of several notices of the same
//!   points only the latest that is due is given, so that a server which was away does not tell them all at once.
//! - A threshold is reached by an entry, not by time ([`threshold_reached`]); it is told of again only when the balance
//!   was below it in between.

use std::collections::BTreeSet;

use stampcard_model::{Nudge, Nudges, Points, Program, Timestamp};

use crate::{
    Context, MemberState, Zone,
    book::as_of,
    calendar::{days_from, in_year, start_of},
    lot::{expiring_at, expiring_points},
    standing_of,
    tiering::risk_begins,
};

/// How long a member who is missed is told so, in days: who has been away for years when a program begins to remind is left
/// alone.
const MISSED_DAYS: i64 = 30;

/// Everything that the member is to be reminded of at `context.now`, whether or not they were.
///
/// An instant before the member's last entry is read as that entry's. With [`next_nudge_at`] nothing is missed: between
/// now and then nothing becomes due, as long as no entry is booked and nothing else becomes known of the member.
pub fn nudges_due(context: &Context<'_>, member: &MemberState) -> Vec<Nudge> {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let member = as_of(&context, member);
    let Nudges { expiry_days, tier_at_risk_days, win_back_days, birthday, thresholds: _ } =
        &context.program.nudges;
    let now = context.now;
    let mut due = Vec::new();
    for expires_at in expiring_at(&member, now) {
        let begun = expiry_days.iter().filter(|days| before(context.zone, expires_at, **days) <= now);
        if let Some(days) = begun.min() {
            let points = expiring_points(&member, now, expires_at);
            due.push(Nudge::PointsExpiring { points, expires_at, days: *days });
        }
    }
    let standing = standing_of(&context, &member).filter(|_| tier_at_risk_days.is_some());
    if let (Some(standing), Some(days)) = (standing, tier_at_risk_days)
        && let Some(risk) = standing.keep
        && (before(context.zone, risk.until, *days)..risk.until).contains(&now)
    {
        let (tier, falls_to) = (standing.tier.id.clone(), risk.falls_to.id.clone());
        due.push(Nudge::TierAtRisk { tier, until: risk.until, missing: risk.missing, falls_to });
    }
    if let (Some(days), Some(last_order_at)) = (*win_back_days, member.last_order_at) {
        let missed = |more: i64| after(context.zone, last_order_at, i64::from(days) + more);
        if (missed(0)..missed(MISSED_DAYS)).contains(&now) {
            due.push(Nudge::WinBack { last_order_at, days });
        }
    }
    let (year, ..) = context.zone.date_at(now);
    if *birthday && birthday_in(&context, year).is_some_and(|starts_at| is_today(&context, starts_at)) {
        due.push(Nudge::Birthday { year });
    }
    // Whoever wants nothing personal is still told what becomes of their points and of their tier.
    due.retain(|nudge| !context.profile.impersonal || !nudge.is_personal());
    due
}

/// The first instant after `context.now` at which something may become due; none when only an entry can make it so.
pub fn next_nudge_at(context: &Context<'_>, member: &MemberState) -> Option<Timestamp> {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let member = as_of(&context, member);
    let Nudges { expiry_days, tier_at_risk_days, win_back_days, birthday, thresholds: _ } =
        &context.program.nudges;
    let now = context.now;
    let mut instants = BTreeSet::new();
    for expires_at in expiring_at(&member, now) {
        instants.extend(expiry_days.iter().map(|days| before(context.zone, expires_at, *days)));
    }
    if let Some(days) = tier_at_risk_days {
        // When a risk has come true there may be the next.
        let risk = standing_of(&context, &member).and_then(|standing| standing.keep);
        instants
            .extend(risk.into_iter().flat_map(|risk| [before(context.zone, risk.until, *days), risk.until]));
        instants.extend(risk_begins(&context, &member));
    }
    if let (Some(days), Some(last_order_at)) = (*win_back_days, member.last_order_at) {
        instants.insert(after(context.zone, last_order_at, i64::from(days)));
    }
    if *birthday {
        let (year, ..) = context.zone.date_at(now);
        instants.extend(
            [year, year.saturating_add(1)].into_iter().filter_map(|year| birthday_in(&context, year)),
        );
    }
    instants.into_iter().find(|at| *at > now)
}

/// The highest threshold of the program that a balance reached which has been `lowest` and is `available` now.
pub fn threshold_reached(program: &Program, lowest: Points, available: Points) -> Option<Points> {
    let thresholds = program.nudges.thresholds.iter().copied();
    thresholds.filter(|threshold| lowest < *threshold && *threshold <= available).max()
}

/// The start of the day that lies so many days before that of an instant.
fn before(zone: &dyn Zone, at: Timestamp, days: u16) -> Timestamp {
    after(zone, at, -i64::from(days))
}

/// The start of the day that lies so many days after that of an instant.
fn after(zone: &dyn Zone, at: Timestamp, days: i64) -> Timestamp {
    start_of(zone, days_from(zone.date_at(at), days))
}

/// When the member's birthday starts in a year.
fn birthday_in(context: &Context<'_>, year: i32) -> Option<Timestamp> {
    context.profile.birthday.map(|birthday| start_of(context.zone, in_year(birthday, year)))
}

/// Whether a day that starts so is today. A zone may leave out a day: its birthdays are the next day's.
fn is_today(context: &Context<'_>, starts_at: Timestamp) -> bool {
    context.zone.date_at(starts_at) == context.zone.date_at(context.now)
}
