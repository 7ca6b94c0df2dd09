//! `GET /v1/me/entries`, newest first.

use serde::Serialize;

use crate::{
    Accrual, EntryKind, Missed, OrderId, Points, RewardId, TierId, Timestamp, answer::answers,
    wire::is_default,
};

/// A line of the ledger as the member sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryView {
    /// The place in the member's ledger, from 1.
    pub seq: u64,
    /// What happened.
    pub kind: EntryKind,
    /// When it took effect.
    pub occurred_at: Timestamp,
    /// Points added to available; negative when taken.
    #[cfg_attr(feature = "openapi", schema(minimum = -9007199254740991_i64, maximum = 9007199254740991_i64))]
    pub delta: i64,
    /// Points added to those that wait; negative when taken.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "openapi", schema(minimum = -9007199254740991_i64, maximum = 9007199254740991_i64))]
    pub pending_delta: i64,
    /// Available points after it.
    pub balance_after: Points,
    /// The order that earned, or was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// What the points were spent on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward_id: Option<RewardId>,
    /// The reward's title, or the merchant's reason for an adjustment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When points that were earned expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Why these points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accruals: Vec<Accrual>,
    /// Which rules gave nothing, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Missed>,
    /// The tier that the member has from it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierId>,
}

answers! {
    EntryView {
        seq, kind, occurred_at, delta, pending_delta = 0, balance_after, order_id, reward_id, title, expires_at,
        accruals = Vec::new(), missed = Vec::new(), tier,
    }
}
