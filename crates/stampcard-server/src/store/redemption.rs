//! A redemption, and what it issued.

use stampcard_model::{
    Deal, MemberId, Points, RedemptionId, RewardId, Timestamp, VoucherCode, VoucherState,
    api::RedemptionStatus,
};

/// A redemption, with its voucher as soon as it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// Names it.
    pub id: RedemptionId,
    /// Whose it is.
    pub member: MemberId,
    /// Its place in the member's ledger.
    pub seq: u64,
    /// The version of the program that it was under.
    pub program_version: u32,
    /// What was redeemed.
    pub reward_id: RewardId,
    /// What it took.
    pub price: Points,
    /// When.
    pub redeemed_at: Timestamp,
    /// Available points right after it.
    pub balance_after: Points,
    /// Where it is in its life.
    pub status: RedemptionStatus,
    /// What was agreed on it besides the price.
    pub deal: Deal,
    /// What it issued.
    pub voucher: Option<Voucher>,
}

impl Redemption {
    /// Where a voucher of it is in its life at `now`.
    pub fn state_of(&self, voucher: &Voucher, now: Timestamp) -> VoucherState {
        match self.status {
            RedemptionStatus::Cancelled | RedemptionStatus::Rejected => VoucherState::Cancelled,
            RedemptionStatus::Completed | RedemptionStatus::UnderReview | RedemptionStatus::Unrecognized => {
                voucher.state_at(now)
            }
        }
    }
}

/// A voucher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voucher {
    /// What to show or type.
    pub code: VoucherCode,
    /// From this instant on it cannot be used; none means never.
    pub expires_at: Option<Timestamp>,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

impl Voucher {
    /// Where it is in its life at `now`.
    pub fn state_at(&self, now: Timestamp) -> VoucherState {
        if self.used_at.is_some() {
            VoucherState::Used
        } else if self.expires_at.is_some_and(|expires_at| expires_at <= now) {
            VoucherState::Expired
        } else {
            VoucherState::Active
        }
    }
}
