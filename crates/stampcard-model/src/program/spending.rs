//! Prices that move, redemptions that wait for approval, and what becomes of points when things come back.

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::{BasisPoints, LocalizedText, Points, PriceEventId, RewardId, answer::fields, wire::is_default};

/// A price between two ends, chosen by the member, and what it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VariablePrice {
    /// What points are worth.
    pub rate: Worth,
    /// Prices lie this far apart; at least 1.
    pub step: Points,
    /// The lowest price; the reward's `price` is the same.
    pub least: Points,
    /// The highest price.
    pub most: Points,
}

/// What points are worth: `minor` minor units of money for each `points`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Worth {
    /// For so many points; at least 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub points: u32,
    /// So many minor units.
    pub minor: u32,
}

/// A time in which rewards cost less, or are worth more. Where several are on, the first in the program's order counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PriceEvent {
    /// Names the event inside the program.
    pub id: PriceEventId,
    /// What the member reads.
    pub title: LocalizedText,
    /// For whom and when.
    #[serde(default, skip_serializing_if = "Condition::is_empty")]
    pub when: Condition,
    /// Which rewards; none means all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rewards: Vec<RewardId>,
    /// What of the price is taken, rounded up and at least 1 point; 5,000 is half price. A variable price stays, and
    /// what it is worth grows instead.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub price_share: BasisPoints,
    /// What the value is multiplied by, rounded down; 20,000 is double value.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub value_share: BasisPoints,
}

const fn whole() -> BasisPoints {
    BasisPoints::ONE
}

fn is_whole(share: &BasisPoints) -> bool {
    *share == BasisPoints::ONE
}

/// Which redemptions are held until the merchant approves: those that any part names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Review {
    /// Those that cost more points than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above_points: Option<Points>,
    /// Those of a member who has redeemed so often already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Often>,
}

/// So often in so many days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Often {
    /// At least so many redemptions of any reward, cancelled ones aside.
    pub times: u32,
    /// In the last so many times 24 hours; 1 to 3,660.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3660))]
    pub days: u16,
}

/// What becomes of points when things come back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refunds {
    /// Which points are taken back when what earned them comes back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub policy: RefundPolicy,
    /// How many times 24 hours points can be spent that come back from a redemption after they would have expired;
    /// at most 365, and 0 means that they expire at once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub restore_grace_days: u16,
}

/// Which points are taken back when what earned them comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RefundPolicy {
    /// Those that are still pending.
    OnlyPending,
    /// All, as far as the member has them.
    #[default]
    WithinBalance,
    /// All. What the member lacks they owe: it is paid from the next points that they get.
    Unlimited,
}

fields! {
    VariablePrice { rate, step, least, most }
    Worth { points, minor }
}
