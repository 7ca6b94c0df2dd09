//! When points can be spent, and when they expire.

use serde::{Deserialize, Serialize};

use crate::{MonthDay, answer::words};

/// When points that an order earned can be spent. What activities earn can be spent at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Pending {
    /// At once.
    #[default]
    None,
    /// So many times 24 hours later.
    Days {
        /// 1 to 365.
        days: u16,
    },
    /// When the order is fulfilled.
    Fulfilled,
}

/// When points expire. They are counted from earning, whether they were pending or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Expiry {
    /// Never.
    Never,
    /// At the end of the day, in the program's time zone, that lies this many months after earning.
    AfterMonths {
        /// 1 to 120. A day that the month lacks becomes its last day.
        months: u16,
        /// Moves the end to the end of the month, quarter or year that it lies in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        round_up: Option<RoundUp>,
    },
    /// At the end of the first of these days that lies far enough ahead.
    OnDates {
        /// 1 to 20 days of the year.
        dates: Vec<MonthDay>,
        /// Points live at least so many months; at most 120.
        #[serde(default, skip_serializing_if = "crate::wire::is_default")]
        least_months: u16,
    },
    /// All together, at the end of the day that lies this many months after the member last earned or redeemed.
    Inactivity {
        /// 1 to 120.
        months: u16,
    },
}

/// The end of which stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RoundUp {
    /// The calendar month.
    Month,
    /// The calendar quarter.
    Quarter,
    /// The calendar year.
    Year,
}

words! {
    RoundUp { "month" Month, "quarter" Quarter, "year" Year }
}
