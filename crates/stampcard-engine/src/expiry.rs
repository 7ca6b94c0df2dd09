//! When points that are given now expire.

use stampcard_model::{Expiry, MonthDay, Timestamp};

use crate::{
    Context,
    calendar::{Day, day_after, end_of_day_after, in_year, months_after, start_of},
};

/// When a lot that is opened now expires, and until when its opening keeps points that expire by inactivity. With
/// `active_until` the lot expires by inactivity itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LotLife {
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) active_until: Option<Timestamp>,
}

/// The life of a lot that is opened now.
pub(crate) fn lot_life(context: &Context<'_>) -> LotLife {
    let Context { program, zone, now, .. } = *context;
    let expires_at = match &program.expiry {
        Expiry::Never | Expiry::Inactivity { .. } => None,
        Expiry::AfterMonths { months, round_up } => Some(end_of_day_after(zone, now, *months, *round_up)),
        Expiry::OnDates { dates, least_months } => {
            let earliest = months_after(zone.date_at(now), i32::from(*least_months));
            first_of(dates, earliest).map(|day| start_of(zone, day_after(day)))
        }
    };
    LotLife { expires_at, active_until: active_until(context) }
}

/// Until when earning or redeeming now keeps points that expire by inactivity.
pub(crate) fn active_until(context: &Context<'_>) -> Option<Timestamp> {
    match context.program.expiry {
        Expiry::Inactivity { months } => Some(end_of_day_after(context.zone, context.now, months, None)),
        Expiry::Never | Expiry::AfterMonths { .. } | Expiry::OnDates { .. } => None,
    }
}

/// The first of some days of the year that is not before a day.
fn first_of(dates: &[MonthDay], earliest: Day) -> Option<Day> {
    let years = [earliest.0, earliest.0.saturating_add(1)];
    let days = years.into_iter().flat_map(|year| dates.iter().map(move |date| in_year(*date, year)));
    days.filter(|day| *day >= earliest).min()
}
