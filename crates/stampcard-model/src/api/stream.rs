//! `GET /v1/me/stream`: what changes, as it changes.

use serde::{Deserialize, Serialize};

/// What an event of the stream is about: its `event` field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ChangeKind {
    /// Points came or went.
    BalanceChanged,
    /// A redemption was made, held, decided or cancelled, or a voucher was used.
    VoucherChanged,
    /// The member has another tier.
    TierChanged,
    /// A kind this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl ChangeKind {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BalanceChanged => "balance_changed",
            Self::VoucherChanged => "voucher_changed",
            Self::TierChanged => "tier_changed",
            Self::Unrecognized => "unrecognized",
        }
    }
}

/// The `data` of an event: it says that there is something new, not what. `GET /v1/me` and its neighbors say that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// What changed.
    pub kind: ChangeKind,
    /// The member's last entry by then; also the `id` of the event.
    pub seq: u64,
}
