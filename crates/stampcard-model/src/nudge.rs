//! What a member is reminded of.

use serde::{Deserialize, Serialize};

use crate::{Points, TierId, Timestamp};

/// What a member is reminded of, once on each occasion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Nudge {
    /// Points expire soon.
    PointsExpiring {
        /// How many.
        points: Points,
        /// From this instant on they cannot be spent.
        expires_at: Timestamp,
        /// The notice that the program gives, in days; it may come later.
        days: u16,
    },
    /// So many points are there to be spent.
    ThresholdReached {
        /// So many.
        threshold: Points,
        /// How many there are.
        available: Points,
        /// The place in the ledger at which it was reached.
        seq: u64,
    },
    /// The tier is about to be lost.
    TierAtRisk {
        /// The tier.
        tier: TierId,
        /// It is lost at this very instant.
        until: Timestamp,
        /// What must be earned before then to keep it, in the measure's unit.
        missing: Points,
        /// The tier that comes then.
        falls_to: TierId,
    },
    /// The member has not ordered for so long.
    WinBack {
        /// When they last did.
        last_order_at: Timestamp,
        /// So many days ago, or more.
        days: u16,
    },
    /// It is the member's birthday.
    Birthday {
        /// In this year.
        year: i32,
    },
}

impl Nudge {
    /// The name on the wire.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::PointsExpiring { .. } => "points_expiring",
            Self::ThresholdReached { .. } => "threshold_reached",
            Self::TierAtRisk { .. } => "tier_at_risk",
            Self::WinBack { .. } => "win_back",
            Self::Birthday { .. } => "birthday",
        }
    }

    /// Whether it speaks to the member alone instead of telling what becomes of their points and their tier.
    pub const fn is_personal(&self) -> bool {
        match self {
            Self::WinBack { .. } | Self::Birthday { .. } => true,
            Self::PointsExpiring { .. } | Self::ThresholdReached { .. } | Self::TierAtRisk { .. } => false,
        }
    }

    /// Tells it from every other of its kind: on one occasion a member is reminded once. What may change without being
    /// another occasion, such as how many points expire, is no part of it.
    pub fn occasion(&self) -> String {
        match self {
            Self::PointsExpiring { expires_at, days, .. } => format!("{expires_at} {days}"),
            Self::ThresholdReached { seq, .. } => seq.to_string(),
            Self::TierAtRisk { tier, until, .. } => format!("{until} {tier}"),
            Self::WinBack { last_order_at, .. } => last_order_at.to_string(),
            Self::Birthday { year } => year.to_string(),
        }
    }
}
