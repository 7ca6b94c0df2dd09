//! What a member has.

use serde::{Deserialize, Serialize};

use crate::Points;

/// A member's points by account. It is always derived from entries, never booked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Balance {
    /// Spendable now.
    pub available: Points,
    /// Earned, not yet spendable.
    pub pending: Points,
    /// Reserved for a redemption under way.
    pub held: Points,
}
