//! The calendar of a program's time zone, from the IANA database inside the binary.

use jiff::{Timestamp as Instant, civil, tz::TimeZone};
use stampcard_engine::Zone;
use stampcard_model::Timestamp;

/// A time zone of the IANA database.
#[derive(Clone, Debug)]
pub struct IanaZone(TimeZone);

impl IanaZone {
    /// The zone of this name, such as `Europe/Berlin`; `None` when the database has none.
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// Hour and minute of an instant.
    pub(crate) fn time_at(&self, at: Timestamp) -> (u8, u8) {
        let Ok(instant) = Instant::from_millisecond(at.as_millis()) else { return (0, 0) };
        let time = instant.to_zoned(self.0.clone()).time();
        (time.hour().unsigned_abs(), time.minute().unsigned_abs())
    }
}

impl Zone for IanaZone {
    fn date_at(&self, at: Timestamp) -> (i32, u8, u8) {
        let Ok(instant) = Instant::from_millisecond(at.as_millis()) else { return at.civil_date() };
        let date = instant.to_zoned(self.0.clone()).date();
        (i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
    }

    fn start_of_date(&self, year: i32, month: u8, day: u8) -> Timestamp {
        let utc = Timestamp::from_civil_date(year, month, day);
        // The engine counts on from real dates, so this can only miss beyond the year 9999.
        let date =
            || civil::Date::new(i16::try_from(year).ok()?, month.cast_signed(), day.cast_signed()).ok();
        date()
            .and_then(|date| date.to_zoned(self.0.clone()).ok()?.start_of_day().ok())
            .map_or(utc, |start| Timestamp::from_millis(start.timestamp().as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: &str, (year, month, day): (i32, u8, u8), starts_at: &str) {
        let zone = IanaZone::named(zone).expect("the zone is known");
        let start = zone.start_of_date(year, month, day);
        assert_eq!(start.to_string(), starts_at);
        assert_eq!(zone.date_at(start), (year, month, day));
        assert_ne!(zone.date_at(start.plus_millis(-1)), (year, month, day));
    }

    #[test]
    fn a_day_starts_at_its_first_instant() {
        check("Europe/Berlin", (2026, 1, 1), "2025-12-31T23:00:00Z");
        check("Europe/Berlin", (2026, 7, 1), "2026-06-30T22:00:00Z");
        check("Asia/Shanghai", (2026, 11, 22), "2026-11-21T16:00:00Z");
        // Clocks went from midnight to one o'clock: the day had no midnight.
        check("America/Sao_Paulo", (2018, 11, 4), "2018-11-04T03:00:00Z");
        assert!(IanaZone::named("Mars/Olympus_Mons").is_none());
    }
}
