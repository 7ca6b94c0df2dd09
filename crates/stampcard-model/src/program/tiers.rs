//! The tiers and what reaches and keeps them.

use serde::{Deserialize, Serialize};

use super::RoundUp;
use crate::{Tier, wire::is_default};

/// The tiers and what reaches and keeps them.
///
/// While a tier is kept [while qualified](Validity::WhileQualified) it follows from the window at every instant. With any
/// other validity a tier is a state of its own: every change of it is an entry, so that a later version of the program
/// changes no tier that was reached before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierProgram {
    /// What counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub measure: Measure,
    /// In which stretch of time.
    pub window: Window,
    /// When a higher tier begins.
    #[serde(default, skip_serializing_if = "is_default")]
    pub upgrade: Upgrade,
    /// How long a tier is kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub validity: Validity,
    /// What becomes of a tier that is no longer qualified for when its validity ends.
    #[serde(default, skip_serializing_if = "is_default")]
    pub downgrade: Downgrade,
    /// How many days longer a tier is kept, and can still be earned, after its validity; 0 to 365.
    #[serde(default, skip_serializing_if = "is_default")]
    pub grace_days: u16,
    /// From the lowest, which everybody has, to the highest.
    pub tiers: Vec<Tier>,
}

/// What counts towards a tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Measure {
    /// Points earned, less those taken back.
    #[default]
    PointsEarned,
    /// What goods cost after discounts and without tax and shipping, less what came back, in minor units.
    Spend,
    /// Orders, less those that came back as a whole.
    Orders,
    /// Points that can be spent now; the window does not matter.
    PointsHeld,
}

/// In which stretch of time it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Window {
    /// In the last `days` times 24 hours.
    Rolling {
        /// 1 to 3,660.
        days: u16,
    },
    /// Ever.
    Lifetime,
    /// In the calendar year.
    CalendarYear,
    /// In the running period of so many months, counted from the day the member joined.
    SinceJoining {
        /// 1 to 120.
        months: u16,
    },
}

/// When a higher tier begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Upgrade {
    /// With what reaches it; the order that reaches it still counts by the tier before.
    #[default]
    AtOnce,
    /// With the next period of the window.
    NextPeriod,
}

/// How long a tier is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Validity {
    /// As long as the window says so.
    #[default]
    WhileQualified,
    /// To the end of the day that lies so many months after.
    Months {
        /// 1 to 120.
        months: u16,
        /// Moves the end to the end of the month, quarter or year that it lies in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        round_up: Option<RoundUp>,
    },
    /// To the end of the window's period after the one that it was earned in.
    NextPeriod,
}

/// What becomes of a tier that is no longer qualified for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Downgrade {
    /// It is kept for good.
    None,
    /// The member falls to the tier below, and no further.
    OneLevel,
    /// The member falls to the tier that they qualify for.
    #[default]
    Requalify,
}
