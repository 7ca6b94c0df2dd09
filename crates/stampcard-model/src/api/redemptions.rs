//! `/v1/me/redemptions`.

use serde::{Deserialize, Serialize};

use crate::{
    Points, RedemptionId, RewardId, Timestamp,
    answer::{answers, words},
    api::VoucherView,
    wire::is_default,
};

/// Asks to redeem a reward. The member is the token's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRedemption {
    /// What to redeem.
    pub reward_id: RewardId,
    /// The price the member confirmed; the redemption is refused when it is no longer the price.
    pub price: Points,
    /// What the member confirmed to pay on top, in minor units of the program's money.
    #[serde(default, skip_serializing_if = "is_default")]
    pub money_minor: u64,
}

/// Cancels a redemption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewCancellation {}

/// What cancelling a redemption did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cancellation {
    /// The redemption.
    pub redemption_id: RedemptionId,
    /// Points that went back.
    pub points: Points,
    /// Available points after it.
    pub balance_after: Points,
}

/// A redemption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedemptionView {
    /// Names it.
    pub id: RedemptionId,
    /// Where it is in its life.
    pub status: RedemptionStatus,
    /// What was redeemed.
    pub reward_id: RewardId,
    /// What it took.
    pub price: Points,
    /// What the member pays on top, in minor units of the program's money.
    #[serde(default, skip_serializing_if = "is_default")]
    pub money_minor: u64,
    /// Until when the member may cancel it, as long as the voucher is unused; none means not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_until: Option<Timestamp>,
    /// When; as long as it is under review, when it was asked for.
    pub redeemed_at: Timestamp,
    /// Available points right after it.
    pub balance_after: Points,
    /// What it issued; none unless it was completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher: Option<VoucherView>,
}

/// Where a redemption is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RedemptionStatus {
    /// The points are spent and the voucher is issued.
    Completed,
    /// The points went back and the voucher, if there was one, is void.
    Cancelled,
    /// The points are held until the merchant approves; there is no voucher yet.
    UnderReview,
    /// The merchant did not approve, and the points went back.
    Rejected,
    /// A status this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

answers! {
    Cancellation { redemption_id, points, balance_after }
    RedemptionView {
        id, status, reward_id, price, money_minor = 0, cancel_until, redeemed_at, balance_after, voucher,
    }
}

words! {
    RedemptionStatus else Unrecognized {
        "completed" Completed, "cancelled" Cancelled, "under_review" UnderReview, "rejected" Rejected,
    }
}
