//! Days, months and periods in the program's time zone.

use stampcard_model::{MonthDay, Period, RoundUp, Timestamp, Weekday};

use crate::Zone;

/// Year, month 1–12, day 1–31.
pub(crate) type Day = (i32, u8, u8);

/// When a day starts. A calendar may know no year of five digits.
pub(crate) fn start_of(zone: &dyn Zone, (year, month, day): Day) -> Timestamp {
    if year > YEAR_MAX { Timestamp::MAX } else { zone.start_of_date(year, month, day) }
}

/// The end of the day that lies some months after an instant, moved to the end of its month, quarter or year.
pub(crate) fn end_of_day_after(
    zone: &dyn Zone,
    at: Timestamp,
    months: u16,
    round_up: Option<RoundUp>,
) -> Timestamp {
    let day = months_after(zone.date_at(at), i32::from(months));
    start_of(zone, day_after(last_of(day, round_up)))
}

/// The day some months later. A day that the month lacks becomes its last.
pub(crate) fn months_after((year, month, day): Day, months: i32) -> Day {
    let month = i32::from(month).saturating_sub(1).saturating_add(months);
    let (year, month) = (year.saturating_add(month.div_euclid(12)), month.rem_euclid(12) as u8 + 1);
    (year, month, day.min(days_in(year, month)))
}

/// The day after.
pub(crate) const fn day_after((year, month, day): Day) -> Day {
    if day < days_in(year, month) {
        (year, month, day + 1)
    } else if month < 12 {
        (year, month + 1, 1)
    } else {
        (year.saturating_add(1), 1, 1)
    }
}

/// The day so many days later, or earlier when negative.
pub(crate) fn days_from((year, month, day): Day, days: i64) -> Day {
    Timestamp::from_civil_date(year, month, day).plus_days(days).civil_date()
}

/// When the stretch of the calendar that an instant lies in began.
pub(crate) fn period_start(zone: &dyn Zone, at: Timestamp, period: Period) -> Timestamp {
    let (year, month, day) = zone.date_at(at);
    match period {
        Period::Day => start_of(zone, (year, month, day)),
        Period::Month => start_of(zone, (year, month, 1)),
        Period::Year => start_of(zone, (year, 1, 1)),
        Period::Lifetime => Timestamp::MIN,
    }
}

/// The day in a year.
pub(crate) fn in_year(date: MonthDay, year: i32) -> Day {
    let (month, day) = date.parts();
    (year, month, day.min(days_in(year, month)))
}

/// The day of the week, by the rule that 1970-01-01 was a Thursday.
pub(crate) fn weekday((year, month, day): Day) -> Weekday {
    const DAY_MS: i64 = 86_400_000;
    let days = Timestamp::from_civil_date(year, month, day).as_millis().div_euclid(DAY_MS);
    let place = (days + 3).rem_euclid(7) as usize;
    Weekday::ALL.get(place).copied().unwrap_or(Weekday::Monday)
}

/// The last year of [`Timestamp`].
pub(crate) const YEAR_MAX: i32 = 9_999;

const fn last_of((year, month, day): Day, round_up: Option<RoundUp>) -> Day {
    let month = match round_up {
        None => return (year, month, day),
        Some(RoundUp::Month) => month,
        Some(RoundUp::Quarter) => month.div_ceil(3) * 3,
        Some(RoundUp::Year) => 12,
    };
    (year, month, days_in(year, month))
}

const fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}
