//! `POST /v1/orders` and `POST /v1/orders/{id}/refunds`.

use serde::{Deserialize, Serialize};

use crate::{Accrual, Missed, Order, OrderId, Points, Returned, TierId, Timestamp, wire::is_default};

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
    /// Which rules gave nothing, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Missed>,
    /// Whether the points must wait before they can be spent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pending: bool,
    /// When they expire; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Available points after it.
    pub balance_after: Points,
    /// The member's tier after it.
    pub tier_after: TierId,
}

/// Takes an order back, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRefund {
    /// What came back; none means the whole order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<Returned>,
}

/// Says that an order was fulfilled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewFulfillment {}

/// What fulfilling an order did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fulfillment {
    /// The order.
    pub order_id: OrderId,
    /// Points that can be spent now and could not before.
    pub points: Points,
    /// Available points after it.
    pub balance_after: Points,
}

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
    /// Points that the member owes now because they were spent or had expired.
    #[serde(default, skip_serializing_if = "is_default")]
    pub owed: Points,
    /// Available points after it.
    pub balance_after: Points,
    /// The member's tier after it.
    pub tier_after: TierId,
}
