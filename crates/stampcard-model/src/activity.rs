//! What members do besides buying.

use serde::{Deserialize, Serialize};

use crate::{ActivityCode, ActivityId, answer::words};

/// Something a member did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activity {
    /// Names it; it earns once.
    pub id: ActivityId,
    /// What sort of thing it is.
    pub kind: ActivityKind,
    /// Which one of its sort: a network, a survey, a workshop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ActivityCode>,
}

/// Sorts of activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ActivityKind {
    /// Joined the program. Earns once.
    SignUp,
    /// Asked for the newsletter. Earns once.
    Newsletter,
    /// Has a birthday. Earns once in a calendar year, in the span that the rule states.
    Birthday,
    /// Joined a whole number of years ago. Earns once in a calendar year, in the span that the rule states.
    Anniversary,
    /// Wrote about a product.
    Review,
    /// Wrote about a product and showed it.
    PhotoReview,
    /// Follows the merchant on a network. Earns once.
    SocialFollow,
    /// Told others on a network.
    SocialShare,
    /// Filled in the profile. Earns once.
    ProfileCompleted,
    /// Answered a survey.
    Survey,
    /// Came by. Earns once in a calendar day.
    CheckIn,
    /// Anything else; its code says what.
    Custom,
    /// A sort this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl ActivityKind {
    /// Whether a member may claim it; all others are for the merchant's server to report.
    pub const fn is_claimable(self) -> bool {
        match self {
            Self::Birthday | Self::Anniversary | Self::ProfileCompleted | Self::Survey | Self::CheckIn => {
                true
            }
            Self::SignUp
            | Self::Newsletter
            | Self::Review
            | Self::PhotoReview
            | Self::SocialFollow
            | Self::SocialShare
            | Self::Custom
            | Self::Unrecognized => false,
        }
    }
}

words! {
    ActivityKind else Unrecognized {
        "sign_up" SignUp, "newsletter" Newsletter, "birthday" Birthday, "anniversary" Anniversary, "review" Review,
        "photo_review" PhotoReview, "social_follow" SocialFollow, "social_share" SocialShare,
        "profile_completed" ProfileCompleted, "survey" Survey, "check_in" CheckIn, "custom" Custom,
    }
}
