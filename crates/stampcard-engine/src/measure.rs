//! What counts towards a tier, and in which stretch of time.

use stampcard_model::{Measure, Points, Timestamp, Window};

use crate::{
    Context, MemberState,
    calendar::{months_after, start_of},
    conditions::days_before,
    lot::available,
};

/// A stretch of time that a tier is measured in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    /// From this instant on.
    pub(crate) start: Timestamp,
    /// Before this instant; none where time does not part stretches.
    pub(crate) end: Option<Timestamp>,
}

/// The stretch that an instant lies in.
pub(crate) fn stretch(context: &Context<'_>, at: Timestamp) -> Stretch {
    let Context { program, zone, profile, .. } = context;
    match program.tiers.window {
        Window::Rolling { days } => Stretch { start: days_before(at, days), end: None },
        Window::Lifetime => Stretch { start: Timestamp::MIN, end: None },
        Window::CalendarYear => {
            let (year, ..) = zone.date_at(at);
            let new_year = |year| start_of(*zone, (year, 1, 1));
            Stretch { start: new_year(year), end: Some(new_year(year.saturating_add(1))) }
        }
        Window::SinceJoining { months } => match profile.joined_at {
            None => Stretch { start: Timestamp::MIN, end: None },
            Some(joined_at) => {
                let (joined, today) = (zone.date_at(joined_at), zone.date_at(at));
                let months = i32::from(months.max(1));
                let years = today.0.saturating_sub(joined.0).saturating_mul(12);
                let whole = years.saturating_add(i32::from(today.1) - i32::from(joined.1)).div_euclid(months);
                let begin = |periods: i32| months_after(joined, periods.saturating_mul(months));
                let periods = if begin(whole) <= today { whole } else { whole.saturating_sub(1) }.max(0);
                let end = Some(start_of(*zone, begin(periods.saturating_add(1))));
                // Whoever buys before joining counts all the same.
                let start = if periods == 0 { Timestamp::MIN } else { start_of(*zone, begin(periods)) };
                Stretch { start, end }
            }
        },
    }
}

/// What counts from an instant on, up to another, in the measure's unit. Points held are those at `until`.
pub(crate) fn measured(
    context: &Context<'_>,
    member: &MemberState,
    since: Timestamp,
    until: Timestamp,
) -> u128 {
    let counted = member.counted.values().filter(|counted| since <= counted.at && counted.at <= until);
    match context.program.tiers.measure {
        Measure::PointsHeld => u128::from(available(member, until).get()),
        measure @ (Measure::PointsEarned | Measure::Spend | Measure::Orders) => {
            counted.map(|counted| counted.worth(measure)).sum()
        }
    }
}

/// The place of the highest tier that so much reaches, 0 for the lowest.
pub(crate) fn rank_of(context: &Context<'_>, measured: u128) -> usize {
    let tiers = &context.program.tiers.tiers;
    tiers.iter().rposition(|tier| u128::from(tier.threshold.get()) <= measured).unwrap_or_default()
}

/// As an amount on the wire, cut off at [`Points::MAX`].
pub(crate) const fn amount(measured: u128) -> Points {
    Points::saturating_from(measured)
}
