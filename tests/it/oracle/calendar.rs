//! Calendars told by hand: no time-zone database is asked, and no date is computed as the engine does.

use stampcard_model::{Period, RoundUp, Timestamp, Weekday};

pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;

/// Zones whose clocks change in Europe, by half an hour, and at midnight; and one whose never do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    Utc,
    Berlin,
    LordHowe,
    Beirut,
}

impl Zone {
    pub const ALL: [Self; 4] = [Self::Utc, Self::Berlin, Self::LordHowe, Self::Beirut];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::Berlin => "Europe/Berlin",
            Self::LordHowe => "Australia/Lord_Howe",
            Self::Beirut => "Asia/Beirut",
        }
    }

    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|zone| zone.name() == name).unwrap_or_else(|| panic!("{name}"))
    }

    /// The instants of a year at which summer time begins and ends; the same twice where it never does.
    pub fn changes(self, year: i32) -> (i64, i64) {
        match self {
            Self::Utc => (0, 0),
            // At one o'clock of Greenwich everywhere.
            Self::Berlin => (last_sunday(year, 3) * DAY + HOUR, last_sunday(year, 10) * DAY + HOUR),
            // At two o'clock, which is 15:30 of Greenwich the day before, and 15:00 in summer.
            Self::LordHowe => {
                (first_sunday(year, 10) * DAY - 17 * HOUR / 2, first_sunday(year, 4) * DAY - 9 * HOUR)
            }
            // At midnight, which the day does not have in spring.
            Self::Beirut => (last_sunday(year, 3) * DAY - 2 * HOUR, last_sunday(year, 10) * DAY - 3 * HOUR),
        }
    }

    fn ahead(self, at: i64) -> i64 {
        let (begins, ends) = self.changes(Timestamp::from_millis(at).civil_date().0);
        match self {
            Self::Utc => 0,
            Self::Berlin if (begins..ends).contains(&at) => 2 * HOUR,
            Self::Berlin => HOUR,
            // South of the equator it ends before it begins.
            Self::LordHowe if (ends..begins).contains(&at) => 21 * HOUR / 2,
            Self::LordHowe => 11 * HOUR,
            Self::Beirut if (begins..ends).contains(&at) => 3 * HOUR,
            Self::Beirut => 2 * HOUR,
        }
    }

    /// The day at an instant, in days since 1970.
    pub fn day(self, at: i64) -> i64 {
        (at + self.ahead(at)).div_euclid(DAY)
    }

    /// The first instant of a day: every half hour around it is looked at.
    pub fn begins(self, day: i64) -> i64 {
        let halves = (-24..=24).map(|half| day * DAY + half * HOUR / 2);
        halves.into_iter().find(|at| self.day(*at) >= day).unwrap()
    }

    /// The end of the day that an instant lies in, some months later, moved to the end of a stretch of the calendar.
    pub fn end_after(self, at: i64, months: u16, round_up: Option<RoundUp>) -> i64 {
        let (year, month, day) = civil(plus_months(self.day(at), months));
        let last = match round_up {
            None => day_of(year, month, day),
            Some(RoundUp::Month) => day_of(year, month, days_in(year, month)),
            Some(RoundUp::Quarter) => {
                let month = month.div_ceil(3) * 3;
                day_of(year, month, days_in(year, month))
            }
            Some(RoundUp::Year) => day_of(year, 12, 31),
        };
        self.begins(last + 1)
    }

    /// The stretch of the calendar that an instant lies in: its first instant, and that of the next.
    pub fn period(self, period: Period, at: i64) -> (i64, i64) {
        let today = self.day(at);
        let (year, month, _) = civil(today);
        match period {
            Period::Day => (self.begins(today), self.begins(today + 1)),
            Period::Month => {
                let first = day_of(year, month, 1);
                (self.begins(first), self.begins(first + i64::from(days_in(year, month))))
            }
            Period::Year => (self.begins(day_of(year, 1, 1)), self.begins(day_of(year + 1, 1, 1))),
            Period::Lifetime => (i64::MIN, i64::MAX),
        }
    }
}

/// Year, month and day.
pub fn civil(day: i64) -> (i32, u8, u8) {
    Timestamp::from_millis(day * DAY).civil_date()
}

pub fn day_of(year: i32, month: u8, day: u8) -> i64 {
    Timestamp::from_civil_date(year, month, day).as_millis() / DAY
}

pub fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The same day some months later, or the month's last.
pub fn plus_months(day: i64, months: u16) -> i64 {
    let (mut year, mut month, day) = civil(day);
    for _ in 0..months {
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    day_of(year, month, day.min(days_in(year, month)))
}

pub fn weekday(day: i64) -> Weekday {
    // The first day of 1970 was a Thursday.
    Weekday::ALL[usize::try_from((day + 3).rem_euclid(7)).unwrap()]
}

fn last_sunday(year: i32, month: u8) -> i64 {
    let last = day_of(year, month, days_in(year, month));
    (0..7).map(|back| last - back).find(|day| weekday(*day) == Weekday::Sunday).unwrap()
}

fn first_sunday(year: i32, month: u8) -> i64 {
    let first = day_of(year, month, 1);
    (0..7).map(|on| first + on).find(|day| weekday(*day) == Weekday::Sunday).unwrap()
}
