//! `GET /v1/rewards` for anybody, `GET /v1/me/rewards` for a member.

use serde::Serialize;

use crate::{
    Points, RewardId, RewardKind, TierId, Timestamp, VariablePrice, answer::answers, wire::is_default,
};

/// A reward as anybody sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RewardView {
    /// Names the reward.
    pub id: RewardId,
    /// What the member gets.
    pub kind: RewardKind,
    /// What the member reads first.
    pub title: String,
    /// One or two sentences more; may be empty.
    pub description: String,
    /// The fine print; may be empty.
    pub terms: String,
    /// An `https` or root-relative address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// The points one redemption takes now; the fewest, when the price is variable.
    pub price: Points,
    /// What it takes at other times, when a price event is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_price: Option<Points>,
    /// Lets the member choose the price; its `rate` is what points are worth now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<VariablePrice>,
    /// What the member pays on top, in minor units of the program's money.
    #[serde(default, skip_serializing_if = "is_default")]
    pub money_minor: u64,
    /// Units left for all members; none means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock_left: Option<u64>,
    /// The lowest tier that may redeem it; none means everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierId>,
    /// Units one member may redeem; none means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_member_limit: Option<u64>,
    /// Days from redemption until the voucher expires; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher_days: Option<u32>,
}

/// A reward with what it means for this member now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyReward {
    /// The reward.
    pub reward: RewardView,
    /// Points missing for it; 0 when the member has enough.
    pub missing: Points,
    /// The code of the [`crate::Refusal`] that a redemption would meet now; none when it would succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// From this instant on that refusal is over by itself; none when time alone changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Timestamp>,
    /// Units this member may still redeem; none means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_left: Option<u64>,
    /// Units this member has redeemed and not given back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub redeemed: u64,
}

answers! {
    RewardView {
        id, kind, title, description, terms, image_url, price, usual_price, variable, money_minor = 0, stock_left, tier,
        per_member_limit, voucher_days,
    }
    MyReward { reward, missing, refusal, opens_at, member_left, redeemed = 0 }
}
