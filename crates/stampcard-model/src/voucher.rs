//! What a redemption issues.

use serde::Serialize;

use crate::answer::words;

/// Where a voucher is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum VoucherState {
    /// May be used.
    Active,
    /// Was used, once and for good.
    Used,
    /// Was not used in time.
    Expired,
    /// Its redemption was cancelled.
    Cancelled,
    /// A state this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

words! {
    VoucherState else Unrecognized { "active" Active, "used" Used, "expired" Expired, "cancelled" Cancelled }
}
