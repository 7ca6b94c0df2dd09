//! The ledger's lines.

use serde::{Deserialize, Serialize};

use crate::{
    BasisPoints, Category, OrderId, Points, Ratio, RedemptionId, RewardId, Rounding, RuleId, Timestamp,
    VoucherCode,
};

/// One immutable line of a member's ledger.
///
/// The entries of a member are numbered from 1 without gaps. Everything that is true of a member follows from the
/// entries in that order; nothing else is a source of truth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The place in the member's ledger, from 1. A lot is named by the entry that opened it.
    pub seq: u64,
    /// When it took effect. Never earlier than the entry before.
    pub occurred_at: Timestamp,
    /// The version of the program that booked it.
    pub program_version: u32,
    /// What moved between accounts; the sum is zero.
    pub postings: Vec<Posting>,
    /// What happened.
    pub body: EntryBody,
}

/// A movement on one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The account.
    pub account: Account,
    /// Points added to it; negative when taken from it.
    pub delta: i64,
}

/// The accounts of a program. The first three exist once a member, the others once a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// The member's spendable points.
    Available,
    /// The member's points not yet spendable.
    Pending,
    /// The member's points reserved for a redemption under way.
    Held,
    /// The source of all points.
    Issued,
    /// Where spent points go.
    Redeemed,
    /// Where expired points go.
    Expired,
    /// The other side of corrections.
    Adjusted,
}

/// What an entry says happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryBody {
    /// Points were earned; it opens the lot of its own `seq`.
    Accrual {
        /// The order that earned them.
        order_id: OrderId,
        /// Why these points: one a rule and category.
        accruals: Vec<Accrual>,
        /// All of them together.
        points: Points,
        /// When the lot expires; none means never.
        expires_at: Option<Timestamp>,
    },
    /// Points were spent.
    Redemption {
        /// The redemption.
        redemption_id: RedemptionId,
        /// What they were spent on.
        reward_id: RewardId,
        /// The voucher that was issued.
        voucher_code: VoucherCode,
        /// When the voucher expires; none means never.
        voucher_expires_at: Option<Timestamp>,
        /// The price.
        points: Points,
        /// The lots that paid it.
        draws: Vec<Draw>,
    },
    /// Points expired.
    Expiry {
        /// All of them together.
        points: Points,
        /// The lots that expired, each with all that was left in it.
        draws: Vec<Draw>,
    },
    /// The merchant gave or took points by hand.
    Adjustment {
        /// Points given; negative when taken.
        delta: i64,
        /// Why, in the merchant's words; the member reads it.
        reason: String,
        /// The lots that paid when points were taken. Points given open the lot of this entry's `seq`.
        draws: Vec<Draw>,
        /// When points that were given expire; none means never.
        expires_at: Option<Timestamp>,
    },
    /// An accrual was taken back because its order was.
    Reversal {
        /// The `seq` of the accrual; it is reversed once.
        reverses: u64,
        /// The order.
        order_id: OrderId,
        /// Points taken back.
        points: Points,
        /// The lots that gave them: the accrual's own first.
        draws: Vec<Draw>,
        /// Points that could not be taken back because they were spent or had expired.
        shortfall: Points,
    },
}

/// Kinds of entries, as the member sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EntryKind {
    /// Points were earned.
    Accrual,
    /// Points were spent.
    Redemption,
    /// Points expired.
    Expiry,
    /// The merchant gave or took points by hand.
    Adjustment,
    /// An accrual was taken back.
    Reversal,
    /// A kind this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl EntryBody {
    /// The kind alone.
    pub const fn kind(&self) -> EntryKind {
        match self {
            Self::Accrual { .. } => EntryKind::Accrual,
            Self::Redemption { .. } => EntryKind::Redemption,
            Self::Expiry { .. } => EntryKind::Expiry,
            Self::Adjustment { .. } => EntryKind::Adjustment,
            Self::Reversal { .. } => EntryKind::Reversal,
        }
    }
}

/// Points taken from one lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// The `seq` of the entry that opened the lot.
    pub lot: u64,
    /// How many.
    pub points: Points,
}

/// Why points were earned: `points = round(base_minor × ratio × multiplier)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accrual {
    /// The rule that gave them.
    pub rule_id: RuleId,
    /// The category whose own ratio applied; none means the rule's ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The money that counted, in minor units.
    pub base_minor: u64,
    /// Points for an amount of money.
    pub ratio: Ratio,
    /// The tier's multiplier; 10,000 is one times.
    pub multiplier: BasisPoints,
    /// How the result became a whole number.
    pub rounding: Rounding,
    /// The result.
    pub points: Points,
}
