//! Calendar days without a time zone: a date, and a day that comes back every year.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    answer::{Fault, Read, Tree},
};

/// A calendar day from 0001-01-01 to 9999-12-31, written `2026-12-24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = Date, example = "2026-12-24"))]
pub struct Date((i32, u8, u8));

impl Date {
    /// Makes a date.
    ///
    /// # Errors
    /// Fails on a date that does not exist and outside the years 1 to 9999.
    pub fn new(year: i32, month: u8, day: u8) -> Result<Self, DateError> {
        let exists = (1..=9_999).contains(&year)
            && (1..=12).contains(&month)
            && Timestamp::from_civil_date(year, month, day).civil_date() == (year, month, day);
        if exists { Ok(Self((year, month, day))) } else { Err(DateError) }
    }

    /// Year, month 1–12 and day 1–31.
    pub const fn parts(self) -> (i32, u8, u8) {
        self.0
    }
}

/// A day that comes back every year, written `12-31`. The 29th of February is the 28th in a year that lacks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]{2}-[0-9]{2}$", example = "12-31"))]
pub struct MonthDay((u8, u8));

impl MonthDay {
    /// Makes a day of the year.
    ///
    /// # Errors
    /// Fails on a day that no year has.
    pub fn new(month: u8, day: u8) -> Result<Self, DateError> {
        const LEAP_YEAR: i32 = 2_000;
        Date::new(LEAP_YEAR, month, day).map(|_| Self((month, day)))
    }

    /// Month 1–12 and day 1–31.
    pub const fn parts(self) -> (u8, u8) {
        self.0
    }
}

/// Text that is no calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateError;

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day is written as 2026-12-24, a day of every year as 12-24")
    }
}

impl core::error::Error for DateError {}

impl TryFrom<String> for Date {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        match *numbers(&text).as_slice() {
            [(4, year), (2, month), (2, day)] => Self::new(i32::from(year), month as u8, day as u8),
            _ => Err(DateError),
        }
    }
}

impl TryFrom<String> for MonthDay {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        match *numbers(&text).as_slice() {
            [(2, month), (2, day)] => Self::new(month as u8, day as u8),
            _ => Err(DateError),
        }
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> Self {
        day.to_string()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (month, day) = self.0;
        write!(f, "{month:02}-{day:02}")
    }
}

/// The numbers between hyphens, each with its count of digits; empty when something else stands there.
fn numbers(text: &str) -> Vec<(usize, u16)> {
    let number = |part: &str| {
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten().map(|number| (part.len(), number))
    };
    text.split('-').map(number).collect::<Option<_>>().unwrap_or_default()
}

impl Read for Date {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        Self::try_from(tree.text(fault).to_owned()).unwrap_or_else(|_| fault.found(tree, Self((1, 1, 1))))
    }
}

impl Read for MonthDay {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        Self::try_from(tree.text(fault).to_owned()).unwrap_or_else(|_| fault.found(tree, Self((1, 1))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_exist_are_read_and_written() {
        for text in ["2026-12-24", "2024-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(Date::try_from(text.to_owned()).unwrap().to_string(), text);
        }
        for text in ["12-24", "02-29", "01-31"] {
            assert_eq!(MonthDay::try_from(text.to_owned()).unwrap().to_string(), text);
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for bad in
            ["2026-02-29", "2026-13-01", "2026-00-10", "26-01-01", "0000-01-01", "2026-1-1", "2026-+1-01", ""]
        {
            assert_eq!(Date::try_from(bad.to_owned()), Err(DateError), "{bad:?} was taken");
        }
        for bad in ["02-30", "13-01", "00-01", "1-1", "2026-01-01", "--", "01-0１"] {
            assert_eq!(MonthDay::try_from(bad.to_owned()), Err(DateError), "{bad:?} was taken");
        }
    }
}
