//! `GET /v1/me/vouchers`, newest first, and `POST /v1/vouchers/{code}/use`.

use serde::{Deserialize, Serialize};

use crate::{
    OrderId, RedemptionId, RewardId, RewardKind, Timestamp, VoucherCode, VoucherState, answer::answers,
    wire::is_default,
};

/// A voucher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VoucherView {
    /// What to show or type.
    pub code: VoucherCode,
    /// Where it is in its life.
    pub state: VoucherState,
    /// The redemption that issued it.
    pub redemption_id: RedemptionId,
    /// The reward it stands for.
    pub reward_id: RewardId,
    /// The reward's title.
    pub title: String,
    /// What it is worth.
    pub kind: RewardKind,
    /// The fine print of the reward; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub terms: String,
    /// What is to be paid with it, in minor units of the program's money.
    #[serde(default, skip_serializing_if = "is_default")]
    pub money_minor: u64,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From this instant on it cannot be used; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
    /// Until when the member may cancel the redemption, as long as the voucher is active; none means not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_until: Option<Timestamp>,
}

/// Says that the host shop took a voucher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewVoucherUse {
    /// The order it was used for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// What the order's goods cost after discounts and without tax and shipping, in minor units; needed where the reward
    /// has a minimum order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods_minor: Option<u64>,
}

answers! {
    VoucherView {
        code, state, redemption_id, reward_id, title, kind, terms = String::new(), issued_at, expires_at, used_at,
        cancel_until, money_minor = 0,
    }
}
