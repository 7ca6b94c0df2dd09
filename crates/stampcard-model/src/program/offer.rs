//! What a member may take up for a while, and what they are reminded of.

use serde::{Deserialize, Serialize};

use super::{Condition, Lines};
use crate::{BasisPoints, LocalizedText, OfferId, Points, VoucherCode, wire::is_default};

/// Something a member may take up while it lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    /// Names the offer inside the program; no earn rule has the same name.
    pub id: OfferId,
    /// What the member reads first.
    pub title: LocalizedText,
    /// One or two sentences more.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: LocalizedText,
    /// For whom and when.
    #[serde(default, skip_serializing_if = "Condition::is_empty")]
    pub when: Condition,
    /// Only for members whom the merchant gave it, one by one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub assigned: bool,
    /// What activates it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub activation: Activation,
    /// What it gives.
    pub gives: OfferGives,
    /// How often one member may use it; at least 1. Points that activating gives come once.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub uses: u32,
}

const fn once() -> u32 {
    1
}

const fn is_once(uses: &u32) -> bool {
    *uses == 1
}

/// What activates an offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Activation {
    /// Nothing: it is on for everybody whom it is for.
    #[default]
    Automatic,
    /// The member takes it up.
    Member,
    /// The member types this code.
    Code {
        /// The code; capitals make no difference.
        code: VoucherCode,
    },
}

/// What an offer gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OfferGives {
    /// Points for activating it.
    Points {
        /// So many.
        points: Points,
    },
    /// Points with the next order that is large enough.
    Bonus {
        /// So many.
        points: Points,
        /// Goods for at least so much, in minor units.
        #[serde(default, skip_serializing_if = "is_default")]
        minimum_order_minor: u64,
    },
    /// More points for money spent with the next order that is large enough and has such a line.
    Multiplier {
        /// What points are multiplied by; 10,000 is one times.
        factor: BasisPoints,
        /// For which lines.
        #[serde(default, skip_serializing_if = "Lines::is_empty")]
        lines: Lines,
        /// Goods for at least so much, in minor units.
        #[serde(default, skip_serializing_if = "is_default")]
        minimum_order_minor: u64,
    },
}

/// What members are reminded of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Nudges {
    /// That points expire, so many days before; each 1 to 365.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expiry_days: Vec<u16>,
    /// That so many points are there to be spent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Points>,
    /// That a tier is about to be lost, so many days before; 1 to 365.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier_at_risk_days: Option<u16>,
    /// That they are missed, so many days after the last order; 1 to 3,660.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub win_back_days: Option<u16>,
    /// Of their birthday: a greeting on the day.
    #[serde(default, skip_serializing_if = "is_default")]
    pub birthday: bool,
}
