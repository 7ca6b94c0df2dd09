//! What a member may know, decide and have forgotten: consents, feedback, the copy of everything.

use serde::{Deserialize, Serialize};

use super::{EntryView, InvitationView, MemberView, RedemptionView};
use crate::{
    Balance, HouseholdId, OfferId, RedemptionId, ReferralCode, ReviewReason, SegmentId, SurveyId, Timestamp,
    answer::answers,
};

/// Gives a consent, or takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewConsent {
    /// What for, in the merchant's words for programs, such as `marketing_email`: 1 to 64 of `a` to `z`, `0` to `9`,
    /// `_`, `.` and `-`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_.-]{1,64}$"))]
    pub purpose: String,
    /// Whether it is given.
    pub granted: bool,
    /// The version of the text, 1 to 64 characters.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 64, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub version: String,
    /// The text that the member was shown, 1 to 2,000 characters: it fits into a body however JSON writes it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub text: String,
    /// The BCP 47 tag of the text.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9-]{2,35}$"))]
    pub locale: String,
}

/// What a page asks a consent for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// What for: as in [`NewConsent`].
    pub purpose: String,
    /// What it is called.
    pub title: String,
    /// The text that the member decides about.
    pub text: String,
    /// The version of the text.
    pub version: String,
    /// How long what it allows is kept, in words.
    pub retention: Option<String>,
}

/// All that a page asks consents for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purposes {
    /// In the order of the page.
    pub items: Vec<Purpose>,
}

/// A decision about a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentView {
    /// What for.
    pub purpose: String,
    /// Whether it is given.
    pub granted: bool,
    /// The version of the text.
    pub version: String,
    /// The text that the member was shown.
    pub text: String,
    /// The BCP 47 tag of the text.
    pub locale: String,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// How that is known.
    pub proof: ConsentProof,
}

/// How a decision is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentProof {
    /// The SHA-256 of the text in UTF-8, in hexadecimal digits.
    pub text_sha256: String,
    /// The page it was decided on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The `jti` of the member token that proved who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_id: Option<String>,
}

/// Tells what the member thinks; once for each survey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewFeedback {
    /// The survey.
    pub survey_id: SurveyId,
    /// 1 to 5.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub score: u8,
    /// At most 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 1000))]
    pub comment: Option<String>,
}

/// What the member thinks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedbackView {
    /// The survey.
    pub survey_id: SurveyId,
    /// 1 to 5.
    pub score: u8,
    /// In the member's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// When it was told.
    pub told_at: Timestamp,
}

/// Everything that is known of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberExport {
    /// When the copy was made.
    pub exported_at: Timestamp,
    /// Who it is.
    pub member: MemberView,
    /// The host shop's own id of the customer.
    pub reference: String,
    /// The segments that the merchant put them in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<SegmentId>,
    /// The offers that the merchant gave them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<OfferId>,
    /// The household that the merchant counts them to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdId>,
    /// The code that they invite friends with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral_code: Option<ReferralCode>,
    /// Invitations on either side, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invitations: Vec<InvitationView>,
    /// What they have.
    pub balance: Balance,
    /// The whole ledger, newest first.
    pub entries: Vec<EntryView>,
    /// Every redemption with its voucher, newest first.
    pub redemptions: Vec<RedemptionView>,
    /// Every decision, oldest first.
    pub consents: Vec<ConsentView>,
    /// Everything that they told, oldest first.
    pub feedback: Vec<FeedbackView>,
    /// Every reminder that they were sent, as long as that is known, oldest first.
    pub nudges: Vec<NudgeRecord>,
    /// Every redemption that was to be reviewed, oldest first.
    pub reviews: Vec<ReviewRecord>,
}

/// That a member was reminded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NudgeRecord {
    /// Of what, such as `points_expiring`.
    pub kind: String,
    /// On which occasion.
    pub occasion: String,
    /// When.
    pub told_at: Timestamp,
}

/// That a redemption was to be reviewed, and what became of that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewRecord {
    /// Which.
    pub redemption_id: RedemptionId,
    /// When it was asked for.
    pub held_at: Timestamp,
    /// Why it was reviewed.
    pub reasons: Vec<ReviewReason>,
    /// `approved`, `rejected` or `withdrawn`; missing as long as it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// Why it was rejected, in the merchant's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

answers! {
    Purpose { purpose, title, text, version, retention }
    Purposes { items }
    ConsentView { purpose, granted, version, text, locale, decided_at, proof }
    ConsentProof { text_sha256, origin, token_id }
    FeedbackView { survey_id, score, comment, told_at }
}
