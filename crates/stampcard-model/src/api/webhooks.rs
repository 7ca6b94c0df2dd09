//! `/v1/webhooks`: who is told of what happens, and what they are told.

use serde::{Deserialize, Serialize};

use super::EntryView;
use crate::{
    EntryBody, HoldReason, MemberId, Nudge, RedemptionId, ReleaseReason, TierId, Timestamp, VoucherCode,
    WebhookId,
};

/// What something that happened is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Topic {
    /// A member enrolled.
    #[serde(rename = "member.enrolled")]
    MemberEnrolled,
    /// A member was erased.
    #[serde(rename = "member.erased")]
    MemberErased,
    /// An order earned points, or earned none.
    #[serde(rename = "points.earned")]
    PointsEarned,
    /// Points expired.
    #[serde(rename = "points.expired")]
    PointsExpired,
    /// Points were given or taken by hand.
    #[serde(rename = "points.adjusted")]
    PointsAdjusted,
    /// An order was taken back, and its points with it.
    #[serde(rename = "points.reversed")]
    PointsReversed,
    /// A reward was redeemed and a voucher issued.
    #[serde(rename = "reward.redeemed")]
    RewardRedeemed,
    /// A redemption is under review: its points are held until the merchant approves.
    #[serde(rename = "redemption.held")]
    RedemptionHeld,
    /// A redemption was approved; `reward.redeemed` tells of its voucher, too.
    #[serde(rename = "redemption.approved")]
    RedemptionApproved,
    /// A redemption was rejected and its points went back.
    #[serde(rename = "redemption.rejected")]
    RedemptionRejected,
    /// A redemption was cancelled, or given up while it was under review, and its points went back.
    #[serde(rename = "redemption.cancelled")]
    RedemptionCancelled,
    /// A voucher was used.
    #[serde(rename = "voucher.used")]
    VoucherUsed,
    /// A member has another tier.
    #[serde(rename = "tier.changed")]
    TierChanged,
    /// Points of a member expire soon.
    #[serde(rename = "nudge.points_expiring")]
    NudgePointsExpiring,
    /// A member has so many points to spend.
    #[serde(rename = "nudge.threshold_reached")]
    NudgeThresholdReached,
    /// A member is about to lose their tier.
    #[serde(rename = "nudge.tier_at_risk")]
    NudgeTierAtRisk,
    /// A member has not ordered for so long.
    #[serde(rename = "nudge.win_back")]
    NudgeWinBack,
    /// It is a member's birthday.
    #[serde(rename = "nudge.birthday")]
    NudgeBirthday,
}

impl Topic {
    /// Every topic.
    pub const ALL: &'static [Self] = &[
        Self::MemberEnrolled,
        Self::MemberErased,
        Self::PointsEarned,
        Self::PointsExpired,
        Self::PointsAdjusted,
        Self::PointsReversed,
        Self::RewardRedeemed,
        Self::RedemptionHeld,
        Self::RedemptionApproved,
        Self::RedemptionRejected,
        Self::RedemptionCancelled,
        Self::VoucherUsed,
        Self::TierChanged,
        Self::NudgePointsExpiring,
        Self::NudgeThresholdReached,
        Self::NudgeTierAtRisk,
        Self::NudgeWinBack,
        Self::NudgeBirthday,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MemberEnrolled => "member.enrolled",
            Self::MemberErased => "member.erased",
            Self::PointsEarned => "points.earned",
            Self::PointsExpired => "points.expired",
            Self::PointsAdjusted => "points.adjusted",
            Self::PointsReversed => "points.reversed",
            Self::RewardRedeemed => "reward.redeemed",
            Self::RedemptionHeld => "redemption.held",
            Self::RedemptionApproved => "redemption.approved",
            Self::RedemptionRejected => "redemption.rejected",
            Self::RedemptionCancelled => "redemption.cancelled",
            Self::VoucherUsed => "voucher.used",
            Self::TierChanged => "tier.changed",
            Self::NudgePointsExpiring => "nudge.points_expiring",
            Self::NudgeThresholdReached => "nudge.threshold_reached",
            Self::NudgeTierAtRisk => "nudge.tier_at_risk",
            Self::NudgeWinBack => "nudge.win_back",
            Self::NudgeBirthday => "nudge.birthday",
        }
    }

    /// The topics of an entry.
    pub const fn of(entry: &EntryBody) -> &'static [Self] {
        match entry {
            EntryBody::Accrual { .. } => &[Self::PointsEarned],
            EntryBody::Redemption { hold: None, .. } => &[Self::RewardRedeemed],
            EntryBody::Redemption { hold: Some(_), .. } => &[Self::RedemptionApproved, Self::RewardRedeemed],
            EntryBody::Hold { reason: HoldReason::Review, .. } => &[Self::RedemptionHeld],
            EntryBody::Release { reason: ReleaseReason::Rejected, .. } => &[Self::RedemptionRejected],
            EntryBody::Release { reason: ReleaseReason::Withdrawn | ReleaseReason::Ended, .. }
            | EntryBody::Cancellation { .. } => &[Self::RedemptionCancelled],
            EntryBody::Expiry { .. } => &[Self::PointsExpired],
            EntryBody::Adjustment { .. } => &[Self::PointsAdjusted],
            EntryBody::Reversal { .. } => &[Self::PointsReversed],
            // The tier is told once, whether it is an entry or follows from them.
            EntryBody::Activation { .. }
            | EntryBody::Hold { reason: HoldReason::Reserved, .. }
            | EntryBody::Settlement { .. }
            | EntryBody::TierChange { .. }
            | EntryBody::OfferActivation { .. } => &[],
        }
    }
}

impl From<&Nudge> for Topic {
    fn from(nudge: &Nudge) -> Self {
        match nudge {
            Nudge::PointsExpiring { .. } => Self::NudgePointsExpiring,
            Nudge::ThresholdReached { .. } => Self::NudgeThresholdReached,
            Nudge::TierAtRisk { .. } => Self::NudgeTierAtRisk,
            Nudge::WinBack { .. } => Self::NudgeWinBack,
            Nudge::Birthday { .. } => Self::NudgeBirthday,
        }
    }
}

/// The body of a webhook (Standard Webhooks 1.0). The same `webhook-id` may arrive twice; act on it once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookMessage {
    /// What it is about.
    #[serde(rename = "type")]
    pub topic: Topic,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What happened.
    pub data: WebhookData,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookData {
    /// Whom it happened to.
    pub member_id: MemberId,
    /// The host shop's own id of the customer; missing once the member is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_reference: Option<String>,
    /// The line of the ledger, its texts in the program's default language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryView>,
    /// The redemption that it is about, or that issued the voucher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption_id: Option<RedemptionId>,
    /// The voucher that was issued or used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher_code: Option<VoucherCode>,
    /// The tier after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierId>,
    /// What the member is to be reminded of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nudge: Option<Nudge>,
}

/// Adds an address that is told of what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewWebhook {
    /// `https`, at most 2,048 characters, without user, password or fragment.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 10, max_length = 2048, pattern = "^https://[!-~]+$")
    )]
    pub url: String,
    /// What it is told of; everything when there is none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 32))]
    pub topics: Vec<Topic>,
}

/// Says anew where and of what is told, and whether.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookSettings {
    /// As in `NewWebhook`.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 10, max_length = 2048, pattern = "^https://[!-~]+$")
    )]
    pub url: String,
    /// As in `NewWebhook`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 32))]
    pub topics: Vec<Topic>,
    /// While it is false nothing is told, and what happens is not kept for later; what waits is given up. Enabling sends
    /// again what was given up in the last 30 days.
    pub enabled: bool,
}

/// Makes a new secret. The one before signs beside it for 24 hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewWebhookSecret {}

/// Sends a message once more that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRedelivery {}

/// A message for an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookMessageView {
    /// Names it: its `webhook-id`, the same at each attempt.
    pub id: String,
    /// What it is about.
    pub topic: Topic,
    /// Whom it is about.
    pub member_id: MemberId,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// How often it was sent in vain since it last began.
    pub attempts: u8,
    /// When it was given up; missing when it is to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_up_at: Option<Timestamp>,
}

/// An address that is told of what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookView {
    /// Names it.
    pub id: WebhookId,
    /// Where.
    pub url: String,
    /// What it is told of; everything when there is none.
    pub topics: Vec<Topic>,
    /// Whether it is told anything. An address that answers 410 is disabled, and so is one that has taken nothing for
    /// three days when a message is given up.
    pub enabled: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// Messages that wait to be sent, or to be sent again.
    pub waiting: u64,
    /// Messages of the last 30 days that were tried ten times in vain, or waited when it was disabled.
    pub given_up: u64,
    /// When a message was last sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_attempt_at: Option<Timestamp>,
    /// The status it answered with; none when it gave no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_status: Option<u16>,
    /// The first attempt since it last took a message; missing while all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
}

/// An address with the secret that its messages are signed with. The secret is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookWithSecret {
    /// The address.
    pub webhook: WebhookView,
    /// `whsec_` and 32 bytes in base64.
    pub secret: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_called_the_same_everywhere() {
        for topic in Topic::ALL {
            let json = serde_json::to_string(topic).expect("a topic has a JSON form");
            assert_eq!(json, format!("\"{}\"", topic.name()));
        }
    }
}
