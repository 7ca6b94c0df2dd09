//! What the merchant is to approve.

use stampcard_model::{MemberId, Points, ProgramId, RedemptionId, ReviewReason, RewardId, Timestamp};

use super::Answering;

/// The part of a store that keeps what the merchant is to approve.
pub trait Reviews: Send + Sync {
    /// Redemptions that are under review and have a place after `after`, oldest first, `limit` at most.
    fn reviews(
        &self,
        program: &ProgramId,
        after: Option<u64>,
        limit: u16,
    ) -> Answering<'_, Vec<UnderReview>>;
}

/// A redemption that the merchant is to approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderReview {
    /// Its place in the queue.
    pub place: u64,
    /// Which.
    pub id: RedemptionId,
    /// Whose.
    pub member: MemberId,
    /// The host shop's own id of the customer.
    pub reference: Option<String>,
    /// The version of the program that it was asked for under.
    pub program_version: u32,
    /// What is to be redeemed.
    pub reward_id: RewardId,
    /// What it takes.
    pub price: Points,
    /// What the member pays on top, in minor units.
    pub money_minor: u64,
    /// Since when its points are held.
    pub held_at: Timestamp,
    /// Why it is reviewed.
    pub reasons: Vec<ReviewReason>,
}
