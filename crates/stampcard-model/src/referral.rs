//! Invitations of friends by members.

use serde::{Deserialize, Serialize};

use crate::answer::words;

/// Why an invitation does not stand. It is for the merchant to know; where several apply, the first in this order is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReferralFault {
    /// The member follows their own invitation.
    SameMember,
    /// Advocate and friend are of one household.
    SameHousehold,
    /// The advocate follows an invitation of the friend.
    EachOther,
    /// The friend has ordered before.
    FriendNotNew,
    /// Something this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

/// Where an invitation is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReferralState {
    /// It waits for the friend's first order that is large enough.
    Open,
    /// That order came.
    Rewarded,
    /// That order came back.
    TakenBack,
    /// It does not stand.
    Refused,
    /// Something this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

words! {
    ReferralState else Unrecognized {
        "open" Open, "rewarded" Rewarded, "taken_back" TakenBack, "refused" Refused,
    }
}
