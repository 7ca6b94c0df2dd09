//! What the merchant is to approve.

use stampcard_model::{MemberId, Points, ProgramId, RedemptionId, ReviewReason, RewardId, Timestamp};

use super::Answering;

/// The part of a store that keeps what the merchant is to approve.
pub trait Reviews: Send + Sync {
    /// Redemptions that are under review and have a place after `after`, oldest first, `limit` at most.
    fn reviews(&self, program: &ProgramId, after: Option<u64>, limit: u16)
    -> Answering<'_, Vec<UnderReview>>;
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

/// A redemption that was to be reviewed, and what became of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    /// Which.
    pub redemption_id: RedemptionId,
    /// Its place in the queue; none before it is kept.
    pub place: Option<u64>,
    /// Since when its points were held.
    pub held_at: Timestamp,
    /// Why it was reviewed.
    pub reasons: Vec<ReviewReason>,
    /// `approved`, `rejected` or `withdrawn`; none as long as it waits.
    pub decision: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// The short name of the merchant's key; none when the member decided.
    pub decided_by: Option<String>,
    /// Why it was rejected.
    pub note: Option<String>,
}

impl Reviewed {
    /// One that is to be reviewed.
    pub(crate) fn new(redemption_id: RedemptionId, held_at: Timestamp, reasons: Vec<ReviewReason>) -> Self {
        Self {
            redemption_id,
            place: None,
            held_at,
            reasons,
            decision: None,
            decided_at: None,
            decided_by: None,
            note: None,
        }
    }
}
