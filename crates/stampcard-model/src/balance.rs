//! What a member has.

use serde::Serialize;

use crate::{Points, answer::answers, wire::is_default};

/// A member's points by account. It is always derived from entries, never booked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Balance {
    /// Spendable now.
    pub available: Points,
    /// Earned, not yet spendable.
    pub pending: Points,
    /// Reserved for a redemption under way.
    pub held: Points,
    /// Owed to the program, as points came back that were spent; the next points that can be spent pay it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub owed: Points,
}

answers! {
    Balance { available, pending, held, owed = Points::ZERO }
}
