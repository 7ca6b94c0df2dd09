//! Commands, and what becomes of them.

use stampcard_model::{
    Entry, Order, OrderId, Points, Program, RedemptionId, Refusal, RewardId, Timestamp, VoucherCode,
};

use crate::{MemberState, RewardState, Zone};

/// What a decision is made with, besides the member.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The program in force.
    pub program: &'a Program,
    /// Its time zone.
    pub zone: &'a dyn Zone,
    /// The instant of the decision. A clock that went back is read as the member's last entry.
    pub now: Timestamp,
}

/// What somebody asks of a member's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Book an order. Looks at `orders` for this order, `lots`, `qualifying`.
    Earn(Order),
    /// Spend points. Looks at `redeemed` for this reward, `lots`, `qualifying`.
    Redeem {
        /// What to redeem.
        reward_id: RewardId,
        /// The price that the member confirmed.
        price: Points,
        /// The reward's shared state.
        reward: RewardState,
        /// The id of the redemption, made by the caller.
        redemption_id: RedemptionId,
        /// The code of the voucher, made by the caller.
        voucher_code: VoucherCode,
    },
    /// Write down the expiry of every lot that has expired. Looks at `lots`.
    Expire,
    /// Give points, or take them when negative (never more than there are). Looks at `lots`.
    Adjust {
        /// How many.
        delta: i64,
        /// Why, in the merchant's words.
        reason: String,
    },
    /// Take an order back. Looks at `orders` for this order, `lots`, `qualifying`.
    Reverse {
        /// Which.
        order_id: OrderId,
    },
}

/// Decides a command: the entries to book, oldest first, or why not.
///
/// Lots that have expired by `now` are written off first, one expiry entry for each instant of expiry and dated with
/// it, so that the balance always equals the sum of the entries. A refused command yields no entry at all.
///
/// # Errors
/// The first [`Refusal`] that applies, in the order of the enum.
pub fn decide(context: &Context<'_>, member: &MemberState, command: &Command) -> Result<Vec<Entry>, Refusal> {
    let _ = (context, member, command);
    todo!()
}
