//! `POST /v1/orders` and `POST /v1/orders/{id}/refunds`.

use serde::{Deserialize, Serialize};

use crate::{Accrual, Order, OrderId, Points, TierId, Timestamp};

/// Books a purchase of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewOrder {
    /// The host shop's own id of the customer, as enrolled.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 128, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub member_reference: String,
    /// The purchase.
    pub order: Order,
}

/// What an order earned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BookedOrder {
    /// The order.
    pub order_id: OrderId,
    /// Points earned, all rules together.
    pub points: Points,
    /// Why these points.
    pub accruals: Vec<Accrual>,
    /// When they expire; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Available points after it.
    pub balance_after: Points,
    /// The member's tier after it.
    pub tier_after: TierId,
}

/// Takes an order back as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRefund {}

/// What taking an order back did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refund {
    /// The order.
    pub order_id: OrderId,
    /// Points taken back.
    pub points: Points,
    /// Points that could not be taken back because they were spent or had expired.
    pub shortfall: Points,
    /// Available points after it.
    pub balance_after: Points,
    /// The member's tier after it.
    pub tier_after: TierId,
}
