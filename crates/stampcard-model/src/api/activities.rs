//! `POST /v1/activities` and `POST /v1/me/activities`.

use serde::{Deserialize, Serialize};

use crate::{Accrual, Activity, ActivityId, Missed, Points, Timestamp};

/// Books something that a member did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewActivity {
    /// The host shop's own id of the customer, as enrolled.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 128, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub member_reference: String,
    /// What they did.
    pub activity: Activity,
}

/// Books something that the member of the token did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewMemberActivity {
    /// What they did.
    pub activity: Activity,
}

/// What an activity earned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BookedActivity {
    /// The activity.
    pub activity_id: ActivityId,
    /// Points earned, all rules together.
    pub points: Points,
    /// Why these points.
    pub accruals: Vec<Accrual>,
    /// Which rules gave nothing, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Missed>,
    /// When they expire; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Available points after it.
    pub balance_after: Points,
}
