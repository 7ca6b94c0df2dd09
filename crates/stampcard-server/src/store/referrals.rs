//! Who invited whom, and what became of it.

use stampcard_model::{
    MemberId, OrderId, Points, ProgramId, ReferralCode, ReferralFault, ReferralId, ReferralState, Refusal,
    Timestamp,
};

use super::Answering;

/// The part of a store that keeps invitations. They are made and rewarded by [`super::Store::execute`].
pub trait Referrals: Send + Sync {
    /// What a member invites with, and whom they invited; `None` without such a member.
    fn invited(&self, program: &ProgramId, reference: &str, limit: u16)
    -> Answering<'_, Option<Invitations>>;

    /// Invitations below `before`, newest first, `limit` at most: all, or only those that were refused or that stand.
    fn referrals(
        &self,
        program: &ProgramId,
        refused: Option<bool>,
        before: Option<u64>,
        limit: u16,
    ) -> Answering<'_, Vec<Referred>>;
}

/// An invitation that a friend followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Its place among all of the program, from 1.
    pub seq: u64,
    /// Names it.
    pub id: ReferralId,
    /// Who invited.
    pub advocate: MemberId,
    /// Who was invited.
    pub friend: MemberId,
    /// When the friend followed.
    pub followed_at: Timestamp,
    /// Why it does not stand.
    pub fault: Option<ReferralFault>,
    /// The order that rewarded it.
    pub reward: Option<ReferralReward>,
}

/// What rewarded an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralReward {
    /// The friend's order.
    pub order_id: OrderId,
    /// When.
    pub rewarded_at: Timestamp,
    /// Why the advocate got nothing.
    pub withheld: Option<Refusal>,
    /// When the order came back.
    pub taken_back_at: Option<Timestamp>,
}

impl Referral {
    /// Where it is in its life.
    pub fn state(&self) -> ReferralState {
        match (&self.fault, &self.reward) {
            (Some(_), _) => ReferralState::Refused,
            (None, None) => ReferralState::Open,
            (None, Some(ReferralReward { taken_back_at: Some(_), .. })) => ReferralState::TakenBack,
            (None, Some(ReferralReward { taken_back_at: None, .. })) => ReferralState::Rewarded,
        }
    }
}

/// What a member invites with, and whom they invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitations {
    /// The code; none before the member asked for it.
    pub code: Option<ReferralCode>,
    /// Who followed, newest first.
    pub invited: Vec<Invited>,
}

/// An invitation as its advocate sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The invitation.
    pub referral: Referral,
    /// What it gave the advocate, less what was taken back.
    pub points: Points,
}

/// An invitation as the merchant sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referred {
    /// The invitation.
    pub referral: Referral,
    /// Who invited, unless they are erased.
    pub advocate_reference: Option<String>,
    /// Who was invited, unless they are erased.
    pub friend_reference: Option<String>,
}
