//! The calendar of a time zone, which this crate leaves to its caller.

use stampcard_model::{Expiry, Timestamp};

/// What the engine must know of a time zone. The server answers from the IANA database, the browser from `Intl`.
pub trait Zone {
    /// The calendar date at an instant: year, month 1–12, day 1–31.
    fn date_at(&self, at: Timestamp) -> (i32, u8, u8);

    /// The first instant of a calendar date. Where a change of clocks skips midnight it is the first instant after.
    fn start_of_date(&self, year: i32, month: u8, day: u8) -> Timestamp;
}

/// Coordinated universal time: every day has 24 hours.
#[derive(Clone, Copy, Debug, Default)]
pub struct Utc;

impl Zone for Utc {
    fn date_at(&self, at: Timestamp) -> (i32, u8, u8) {
        at.civil_date()
    }

    fn start_of_date(&self, year: i32, month: u8, day: u8) -> Timestamp {
        Timestamp::from_civil_date(year, month, day)
    }
}

/// When points earned at `at` expire: at the start of the day after the one that lies the program's months later.
pub(crate) fn expires_at(expiry: Expiry, zone: &dyn Zone, at: Timestamp) -> Option<Timestamp> {
    match expiry {
        Expiry::Never => None,
        Expiry::AfterMonths { months } => {
            let (year, month, day) = zone.date_at(at);
            let month = i32::from(month) - 1 + i32::from(months);
            let (year, month) = (year.saturating_add(month.div_euclid(12)), month.rem_euclid(12) as u8 + 1);
            let (year, month, day) = day_after(year, month, day.min(days_in(year, month)));
            // A calendar may know no year of five digits.
            Some(if year > YEAR_MAX { Timestamp::MAX } else { zone.start_of_date(year, month, day) })
        }
    }
}

/// The last year of [`Timestamp`].
const YEAR_MAX: i32 = 9_999;

fn day_after(year: i32, month: u8, day: u8) -> (i32, u8, u8) {
    if day < days_in(year, month) {
        (year, month, day + 1)
    } else if month < 12 {
        (year, month + 1, 1)
    } else {
        (year.saturating_add(1), 1, 1)
    }
}

const fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}
