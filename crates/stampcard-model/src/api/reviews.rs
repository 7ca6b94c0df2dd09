//! `/v1/reviews`: redemptions that the merchant is to approve.

use serde::{Deserialize, Serialize};

use crate::{MemberId, Points, RedemptionId, ReviewReason, RewardId, Timestamp, wire::is_default};

/// A redemption that the merchant is to approve. Its points are held until then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewView {
    /// Names the redemption.
    pub redemption_id: RedemptionId,
    /// Whose it is.
    pub member_id: MemberId,
    /// The host shop's own id of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_reference: Option<String>,
    /// What is to be redeemed.
    pub reward_id: RewardId,
    /// The reward's title.
    pub title: String,
    /// What it takes.
    pub price: Points,
    /// What the member pays on top, in minor units of the program's money.
    #[serde(default, skip_serializing_if = "is_default")]
    pub money_minor: u64,
    /// When the member asked for it.
    pub held_at: Timestamp,
    /// Why it is reviewed.
    pub reasons: Vec<ReviewReason>,
}

/// Approves a redemption: a voucher is issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApproval {}

/// Rejects a redemption: its points go back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRejection {
    /// Why, for the merchant's own files: 1 to 200 characters. The member finds it in the copy of everything that is
    /// known of them, and nowhere else.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub reason: String,
}
