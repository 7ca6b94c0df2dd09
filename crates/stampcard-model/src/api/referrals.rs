//! `GET /v1/me/referral`, `POST /v1/referrals` and `GET /v1/referrals`.

use serde::{Deserialize, Serialize};

use crate::{
    OrderId, Points, ReferralCode, ReferralFault, ReferralId, ReferralSide, ReferralState, RuleId, Timestamp,
    answer::answers, wire::is_default,
};

/// What the member invites friends with, what it gives, and what became of those who followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyReferral {
    /// The member's own code, the same each time.
    pub code: ReferralCode,
    /// The link that invites with it: an `https` address. None where the program states none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What an invitation gives, by each rule that is about it.
    pub rewards: Vec<ReferralReward>,
    /// The last 100 friends who followed, newest first. Nothing says who they are.
    pub friends: Vec<FriendView>,
}

/// What an invitation gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferralReward {
    /// The rule.
    pub rule_id: RuleId,
    /// What the member reads.
    pub title: String,
    /// For who invites.
    pub advocate: Points,
    /// For who is invited.
    pub friend: Points,
    /// The friend's order needs goods for at least so much, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub minimum_order_minor: u64,
}

/// What became of a friend's invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FriendView {
    /// Where it is in its life.
    pub state: ReferralState,
    /// When the friend followed.
    pub followed_at: Timestamp,
    /// What it gave the member, less what was taken back.
    pub points: Points,
}

/// An invitation in the copy of everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationView {
    /// Names it.
    pub id: ReferralId,
    /// On which side of it the member is.
    pub side: ReferralSide,
    /// Where it is in its life.
    pub state: ReferralState,
    /// When the friend followed.
    pub followed_at: Timestamp,
}

/// Says that a member follows an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewReferral {
    /// The host shop's own id of the friend, as enrolled.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 128, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub friend_reference: String,
    /// The code of who invited them; capitals make no difference.
    pub code: ReferralCode,
}

/// An invitation as the merchant sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferralView {
    /// Names it.
    pub id: ReferralId,
    /// Where it is in its life.
    pub state: ReferralState,
    /// Who invited; only in the list, and none once they are erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advocate_reference: Option<String>,
    /// Who was invited; only in the list, and none once they are erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub friend_reference: Option<String>,
    /// When the friend followed.
    pub followed_at: Timestamp,
    /// Why it does not stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<ReferralFault>,
    /// The friend's order that rewarded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// When that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rewarded_at: Option<Timestamp>,
    /// The code of the [`crate::Refusal`] that kept the advocate from their reward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<String>,
    /// When the order came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back_at: Option<Timestamp>,
}

answers! {
    MyReferral { code, link, rewards, friends }
    ReferralReward { rule_id, title, advocate, friend, minimum_order_minor = 0 }
    FriendView { state, followed_at, points }
    InvitationView { id, side, state, followed_at }
}
