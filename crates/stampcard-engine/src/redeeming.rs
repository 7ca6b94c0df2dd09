//! May this member have this reward now, and at what price.

use stampcard_model::{Points, Program, Refusal, Reward, Timestamp};

use crate::{MemberState, available, standing};

/// What all members share of a reward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RewardState {
    /// Units redeemed so far, by all members.
    pub taken: u64,
}

/// Why a redemption would be refused now; `None` when it would succeed.
///
/// `price` is what the member confirmed: pass the reward's own to ask before confirming. Where several refusals apply
/// it is the first in the order of [`Refusal`].
pub fn refusal_now(
    program: &Program,
    member: &MemberState,
    reward: &Reward,
    shared: RewardState,
    price: Points,
    now: Timestamp,
) -> Option<Refusal> {
    let rank = standing(program, member, now).and_then(|standing| program.tier_rank(&standing.tier.id));
    let tier_reached = reward.tier.as_ref().is_none_or(|needed| {
        // A tier that the program does not know is one that nobody has.
        program.tier_rank(needed).is_some_and(|needed| rank.is_some_and(|rank| rank >= needed))
    });
    let redeemed = member.redeemed.get(&reward.id).copied().unwrap_or_default();
    let reasons = [
        (Refusal::TierRequired, !tier_reached),
        (Refusal::MemberLimitReached, reward.per_member_limit.is_some_and(|limit| redeemed >= limit)),
        (Refusal::OutOfStock, reward.stock.is_some_and(|stock| shared.taken >= stock)),
        (Refusal::PriceChanged, price != reward.price),
        (Refusal::InsufficientPoints, available(member, now) < reward.price),
    ];
    reasons.into_iter().find_map(|(refusal, applies)| applies.then_some(refusal))
}
