//! The calendar of a time zone, which this crate leaves to its caller.

use stampcard_model::Timestamp;

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
