//! Instants, as RFC 3339 on the wire and milliseconds inside.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::answer::{Fault, Read, Tree};

/// An instant in UTC with millisecond precision, from 0001-01-01 to 9999-12-31.
///
/// It is read from RFC 3339 with any offset and written as RFC 3339 in UTC (`2026-11-22T09:30:00Z`). The calendar
/// arithmetic is Howard Hinnant's `days_from_civil`; it lives here because a date library would cost the widget more
/// than this file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime, example = "2026-11-22T09:30:00Z"))]
pub struct Timestamp(i64);

const MS_PER_DAY: i64 = 86_400_000;

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// Makes an instant from milliseconds since 1970-01-01T00:00:00Z, cut off at [`Timestamp::MIN`] and
    /// [`Timestamp::MAX`].
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The instant `millis` milliseconds later (earlier when negative), cut off at the ends.
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// The instant `days` times 24 hours later (earlier when negative), cut off at the ends.
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_millis(days.saturating_mul(MS_PER_DAY))
    }

    /// The UTC calendar date: year, month 1–12, day 1–31.
    pub const fn civil_date(self) -> (i32, u8, u8) {
        civil_from_days(self.0.div_euclid(MS_PER_DAY))
    }

    /// Midnight UTC at the start of a calendar date; `month` 1–12 and `day` 1–31 are not checked against each other.
    pub const fn from_civil_date(year: i32, month: u8, day: u8) -> Self {
        Self::from_millis(days_from_civil(year, month, day).saturating_mul(MS_PER_DAY))
    }

    /// Reads RFC 3339: `YYYY-MM-DDTHH:MM:SS[.fraction](Z|±HH:MM)`; digits beyond milliseconds are dropped.
    ///
    /// # Errors
    /// Fails on any other shape, on dates that do not exist, and outside the years 1 to 9999.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        parse(text.as_bytes()).ok_or(TimestampError)
    }
}

/// Text that is not an RFC 3339 instant between the years 1 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampError;

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an instant is written as in RFC 3339, for example 2026-11-22T09:30:00Z")
    }
}

impl core::error::Error for TimestampError {}

impl TryFrom<String> for Timestamp {
    type Error = TimestampError;

    fn try_from(text: String) -> Result<Self, TimestampError> {
        Self::parse(&text)
    }
}

impl From<Timestamp> for String {
    fn from(at: Timestamp) -> Self {
        at.to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil_date();
        let in_day = self.0.rem_euclid(MS_PER_DAY);
        let (hour, minute, second) = (in_day / 3_600_000, in_day / 60_000 % 60, in_day / 1_000 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match in_day % 1_000 {
            0 => f.write_str("Z"),
            millis => write!(f, ".{millis:03}Z"),
        }
    }
}

const fn days_from_civil(year: i32, month: u8, day: u8) -> i64 {
    let year = year as i64 - (month <= 2) as i64;
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month as i64 + 9) % 12) + 2) / 5 + day as i64 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

const fn civil_from_days(days: i64) -> (i32, u8, u8) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + (month <= 2) as i64;
    (year as i32, month as u8, day as u8)
}

fn parse(text: &[u8]) -> Option<Timestamp> {
    let mut rest = text;
    let year = digits(&mut rest, 4)?;
    expect(&mut rest, b"-")?;
    let month = digits(&mut rest, 2)?;
    expect(&mut rest, b"-")?;
    let day = digits(&mut rest, 2)?;
    expect(&mut rest, b"Tt ")?;
    let hour = digits(&mut rest, 2)?;
    expect(&mut rest, b":")?;
    let minute = digits(&mut rest, 2)?;
    expect(&mut rest, b":")?;
    let second = digits(&mut rest, 2)?;
    let mut millis = 0;
    if rest.first() == Some(&b'.') {
        expect(&mut rest, b".")?;
        let mut scale = 100;
        let mut any = false;
        while rest.first().is_some_and(u8::is_ascii_digit) {
            millis += digits(&mut rest, 1)? * scale;
            scale /= 10;
            any = true;
        }
        any.then_some(())?;
    }
    let offset_minutes = match expect(&mut rest, b"Zz+-")? {
        sign @ (b'+' | b'-') => {
            let hours = digits(&mut rest, 2)?;
            expect(&mut rest, b":")?;
            let minutes = digits(&mut rest, 2)?;
            (hours < 24 && minutes < 60).then_some(())?;
            (hours * 60 + minutes) * if sign == b'-' { -1 } else { 1 }
        }
        _ => 0,
    };
    let in_range = rest.is_empty() && year >= 1 && (1..=12).contains(&month) && hour < 24 && minute < 60;
    // A leap second is read as the last second of its minute, as POSIX time has no room for it.
    (in_range && second <= 60).then_some(())?;
    let days = days_from_civil(year as i32, month as u8, day as u8);
    (civil_from_days(days) == (year as i32, month as u8, day as u8)).then_some(())?;
    let in_day = ((hour * 60 + minute - offset_minutes) * 60 + second.min(59)) * 1_000 + millis;
    let at = days * MS_PER_DAY + in_day;
    (Timestamp::MIN.0..=Timestamp::MAX.0).contains(&at).then_some(Timestamp(at))
}

fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    head.iter().try_fold(0, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
}

fn expect(rest: &mut &[u8], any_of: &[u8]) -> Option<u8> {
    let (first, tail) = rest.split_first()?;
    *rest = tail;
    any_of.contains(first).then_some(*first)
}

impl Read for Timestamp {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        Self::parse(tree.text(fault)).unwrap_or_else(|_| fault.found(tree, Self::from_millis(0)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_instant_reads_and_writes_as_jiff_does(millis in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let ours = Timestamp::from_millis(millis);
            let oracle = jiff::Timestamp::from_millisecond(millis);
            if let Ok(oracle) = oracle {
                prop_assert_eq!(ours.to_string().parse::<jiff::Timestamp>().unwrap(), oracle);
                prop_assert_eq!(Timestamp::parse(&oracle.to_string()), Ok(ours));
            }
            prop_assert_eq!(Timestamp::parse(&ours.to_string()), Ok(ours));
        }

        #[test]
        fn hostile_text_never_panics(text in ".{0,40}") {
            let _ = Timestamp::parse(&text);
        }
    }

    #[test]
    fn offsets_and_fractions_are_read() {
        let at = Timestamp::parse("2026-11-22T09:30:00Z").unwrap();
        assert_eq!(Timestamp::parse("2026-11-22T17:30:00.000999+08:00"), Ok(at));
        assert_eq!(at.plus_millis(7).to_string(), "2026-11-22T09:30:00.007Z");
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for bad in [
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-11-22",
            "2026-11-22T24:00:00Z",
            "2026-11-22T09:30:00",
            "2026-11-22T09:30:00.Z",
            "0000-01-01T00:00:00Z",
            "2026-11-22T09:30:00Zjunk",
            "",
        ] {
            assert_eq!(Timestamp::parse(bad), Err(TimestampError), "{bad:?} was taken");
        }
    }
}
