//! `POST /v1/members` and what a merchant says of one member: `POST /v1/members/adjustments`.

use serde::{Deserialize, Serialize};

use crate::{HouseholdId, MemberId, MonthDay, Points, SegmentId, Timestamp};

/// Enrolls a member, or answers with the one enrolled before under this reference. What is given replaces what was said
/// before; what is left out stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewMember {
    /// The host shop's own id of the customer, 1 to 128 characters, no control characters; the `sub` of member tokens.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 128, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub reference: String,
    /// A name to greet with, at most 100 characters, no control characters. Leave it out to store no personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub display_name: Option<String>,
    /// The birthday, without a year. One that replaces another counts a year after it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<MonthDay>,
    /// The segments that the member belongs to, at most 50; an empty list is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub segments: Option<Vec<SegmentId>>,
    /// The household, by a digest of what its people share. Members of one household do not invite each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdId>,
}

/// A member as the merchant sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolledMember {
    /// The surrogate id that the ledger knows.
    pub id: MemberId,
    /// The host shop's own id of the customer.
    pub reference: String,
    /// A name to greet with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The birthday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<MonthDay>,
    /// The segments that the member belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<SegmentId>,
    /// The household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdId>,
    /// When they enrolled.
    pub enrolled_at: Timestamp,
}

/// Gives a member points by hand, or takes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewAdjustment {
    /// The host shop's own id of the customer, as enrolled.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 128, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub member_reference: String,
    /// How many: more than 0 gives, less takes, and never more than there are. Not 0, at most 2^53 − 1 either way.
    #[cfg_attr(feature = "openapi", schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64))]
    pub delta: i64,
    /// Why, 1 to 200 characters, no control characters. The member reads it, and it is never removed: no personal data.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub reason: String,
}

/// What an adjustment did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Adjusted {
    /// The entry's place in the member's ledger.
    pub seq: u64,
    /// How many points were given, or taken.
    pub delta: i64,
    /// When those given expire; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Available points after it.
    pub balance_after: Points,
}
