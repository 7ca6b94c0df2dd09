//! May this member have this reward now, and at what price.

use stampcard_model::{Points, Program, Refusal, Reward, Timestamp};

use crate::MemberState;

/// What all members share of a reward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RewardState {
    /// Units redeemed so far, by all members.
    pub taken: u64,
}

/// Why a redemption would be refused now; `None` when it would succeed.
///
/// `price` is what the member confirmed: pass the reward's own to ask before confirming.
pub fn refusal_now(
    program: &Program,
    member: &MemberState,
    reward: &Reward,
    shared: RewardState,
    price: Points,
    now: Timestamp,
) -> Option<Refusal> {
    let _ = (program, member, reward, shared, price, now);
    todo!()
}
