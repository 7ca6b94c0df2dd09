//! `POST /v1/members`.

use serde::{Deserialize, Serialize};

use crate::{MemberId, Timestamp};

/// Enrolls a member, or answers with the one enrolled before under this reference.
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
    /// When they enrolled.
    pub enrolled_at: Timestamp,
}
