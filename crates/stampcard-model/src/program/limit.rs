//! How much, how often, in which period.

use serde::{Deserialize, Serialize};

use crate::{Points, answer::words, wire::is_default};

/// A stretch of the calendar, in the program's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Period {
    /// A calendar day.
    Day,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
    /// All of it.
    Lifetime,
}

/// The most that one member may get in each period. At least one of the two is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limit {
    /// In which period.
    pub period: Period,
    /// So many points; an accrual is cut to what is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// So many times; the next time gives nothing. A goal that is reached twice with one order is two times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// What holds for all earn rules together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// The most that one member may earn in each period, whatever the rule; `times` counts accruals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub per_member: Vec<Limit>,
    /// The most that all members together may earn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<IssueCap>,
    /// Goods for less than this earn nothing, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub minimum_order_minor: u64,
}

/// The most points that all members together may earn in each period. Points taken back make no room again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssueCap {
    /// In which period.
    pub period: Period,
    /// So many.
    pub points: Points,
}

/// The most units of a reward in each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitLimit {
    /// In which period.
    pub period: Period,
    /// So many; at least 1.
    pub units: u64,
}

words! {
    Period { "day" Day, "month" Month, "year" Year, "lifetime" Lifetime }
}
