//! The ledger's lines.

use serde::{Deserialize, Serialize};

use crate::{
    Accrual, ActivityId, Booking, Missed, OfferId, OrderId, Points, PriceEventId, RedemptionId, ReferralId,
    RewardId, TierId, Timestamp, VoucherCode, answer::words, wire::is_default,
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

/// The accounts of a program. The first four exist once a member, the others once a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// The member's spendable points.
    Available,
    /// The member's points not yet spendable.
    Pending,
    /// The member's points reserved for a redemption under way.
    Held,
    /// What the member owes, as a negative sum.
    Owed,
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
        /// What earned them.
        #[serde(flatten)]
        source: Source,
        /// Why these points.
        accruals: Vec<Accrual>,
        /// Which rules gave nothing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        missed: Vec<Missed>,
        /// All of them together.
        points: Points,
        /// How many of them count where a tier is measured by points earned; none means all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        qualifying: Option<Points>,
        /// What they wait for; none means that they can be spent at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waits: Option<Wait>,
        /// When the lot expires; none means never, or with the member's other points if there is `active_until`.
        expires_at: Option<Timestamp>,
        /// When all points expire that expire by inactivity, this lot among them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        active_until: Option<Timestamp>,
        /// What an order's accruals were computed from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        booking: Option<Box<Booking>>,
    },
    /// Points that waited can be spent.
    Activation {
        /// All of them together.
        points: Points,
        /// The lots, each with all that is in it.
        draws: Vec<Draw>,
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
        /// The lots that paid it; none when they were held.
        draws: Vec<Draw>,
        /// The `seq` of the hold that this ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold: Option<u64>,
        /// What else was agreed.
        #[serde(flatten)]
        deal: Deal,
        /// When all points expire that expire by inactivity.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        active_until: Option<Timestamp>,
    },
    /// Points were reserved for a redemption.
    Hold {
        /// The redemption.
        redemption_id: RedemptionId,
        /// What they are to be spent on.
        reward_id: RewardId,
        /// Why the redemption was not completed.
        reason: HoldReason,
        /// The price.
        points: Points,
        /// The lots that pay it.
        draws: Vec<Draw>,
        /// When the hold ends by itself; none means never.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ends_at: Option<Timestamp>,
        /// What else was agreed.
        #[serde(flatten)]
        deal: Deal,
        /// When all points expire that expire by inactivity.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        active_until: Option<Timestamp>,
    },
    /// Reserved points went back.
    Release {
        /// The redemption.
        redemption_id: RedemptionId,
        /// What they were to be spent on.
        reward_id: RewardId,
        /// The `seq` of the hold that this ends.
        hold: u64,
        /// Why.
        reason: ReleaseReason,
        /// All of them together.
        points: Points,
        /// The lots they went back to.
        restores: Vec<Restore>,
    },
    /// A redemption was cancelled and its points went back.
    Cancellation {
        /// The redemption.
        redemption_id: RedemptionId,
        /// What they were spent on.
        reward_id: RewardId,
        /// The `seq` of the redemption; it is cancelled once.
        reverses: u64,
        /// All of them together.
        points: Points,
        /// The lots they went back to.
        restores: Vec<Restore>,
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
        /// When points that were given expire; none means never, or with the member's other points if there is
        /// `active_until`.
        expires_at: Option<Timestamp>,
        /// When all points expire that expire by inactivity, this lot among them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        active_until: Option<Timestamp>,
    },
    /// An accrual was taken back, or a part of it, because what earned it was.
    Reversal {
        /// The `seq` of the accrual. It may be taken back in parts, and as a whole once.
        reverses: u64,
        /// What had earned it.
        #[serde(flatten)]
        source: Source,
        /// Points taken back.
        points: Points,
        /// How many of them had been pending.
        #[serde(default, skip_serializing_if = "is_default")]
        pending: Points,
        /// The lots that gave them: the accrual's own first.
        draws: Vec<Draw>,
        /// Points that the member owes now because they were spent or had expired.
        #[serde(default, skip_serializing_if = "is_default")]
        owed: Points,
        /// Points that could not be taken back because they were spent or had expired.
        shortfall: Points,
        /// What is left of the accrual; none when it was taken back as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rest: Option<Box<Rest>>,
    },
    /// Points paid what the member owed.
    Settlement {
        /// How many.
        points: Points,
        /// The lots that paid.
        draws: Vec<Draw>,
    },
    /// The member's tier changed, or was confirmed.
    TierChange {
        /// The tier they have.
        tier: TierId,
        /// The tier they had; none for the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<TierId>,
        /// Why.
        reason: TierReason,
        /// When it is looked at again; none means never.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// What counted, in the measure's unit.
        qualifying: u64,
    },
    /// The member took up an offer that gives something later.
    OfferActivation {
        /// Which.
        offer_id: OfferId,
    },
}

/// What earned points. It earns once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Source {
    /// An order.
    Order {
        /// Which.
        order_id: OrderId,
    },
    /// Something the member did.
    Activity {
        /// Which.
        activity_id: ActivityId,
    },
    /// A friend whom the member invited.
    Referral {
        /// Which.
        referral_id: ReferralId,
    },
    /// An offer.
    Offer {
        /// Which.
        offer_id: OfferId,
    },
}

/// What points wait for before they can be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Wait {
    /// An instant.
    Until {
        /// When.
        at: Timestamp,
    },
    /// That what earned them is fulfilled.
    Fulfilled,
}

/// What was agreed on a redemption besides its price in points.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// What the member pays on top, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub money_minor: u64,
    /// What the reward is worth, where that is not what the program says of it: minor units of money, or hundredths of a
    /// percent of an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<u64>,
    /// The price event that made it so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_event: Option<PriceEventId>,
    /// Until when the member may cancel; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_until: Option<Timestamp>,
    /// How many times 24 hours its points can be spent when they come back after they would have expired.
    #[serde(default, skip_serializing_if = "is_default")]
    pub restore_grace_days: u16,
}

/// Why a redemption was not completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The host asked to reserve it first.
    Reserved,
    /// The merchant is to approve it.
    Review,
}

/// Why reserved points went back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseReason {
    /// The member or the host gave it up.
    Withdrawn,
    /// The merchant did not approve.
    Rejected,
    /// The hold ended by itself.
    Ended,
}

/// What is left of an accrual after a part of it was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// Why it is still worth these points.
    pub accruals: Vec<Accrual>,
    /// All of them together.
    pub points: Points,
    /// How many of them count where a tier is measured by points earned.
    pub qualifying: Points,
    /// What they were computed from.
    pub booking: Booking,
}

/// Why a tier changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierReason {
    /// The member reached it.
    Reached,
    /// The member had reached it in the period that ended.
    Promoted,
    /// The member keeps it: they qualified for it again.
    Kept,
    /// Its validity ended and the member did not qualify for the one before.
    Fell,
    /// What had reached the one before came back.
    Undone,
}

/// Kinds of entries, as the member sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EntryKind {
    /// Points were earned.
    Accrual,
    /// Points that waited can be spent.
    Activation,
    /// Points were spent.
    Redemption,
    /// Points were reserved for a redemption.
    Hold,
    /// Reserved points went back.
    Release,
    /// A redemption was cancelled and its points went back.
    Cancellation,
    /// Points expired.
    Expiry,
    /// The merchant gave or took points by hand.
    Adjustment,
    /// An accrual was taken back, or a part of it.
    Reversal,
    /// Points paid what the member owed.
    Settlement,
    /// The member's tier changed, or was confirmed.
    TierChange,
    /// The member took up an offer.
    OfferActivation,
    /// A kind this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl EntryKind {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accrual => "accrual",
            Self::Activation => "activation",
            Self::Redemption => "redemption",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Cancellation => "cancellation",
            Self::Expiry => "expiry",
            Self::Adjustment => "adjustment",
            Self::Reversal => "reversal",
            Self::Settlement => "settlement",
            Self::TierChange => "tier_change",
            Self::OfferActivation => "offer_activation",
            Self::Unrecognized => "unrecognized",
        }
    }
}

impl EntryBody {
    /// The kind alone.
    pub const fn kind(&self) -> EntryKind {
        match self {
            Self::Accrual { .. } => EntryKind::Accrual,
            Self::Activation { .. } => EntryKind::Activation,
            Self::Redemption { .. } => EntryKind::Redemption,
            Self::Hold { .. } => EntryKind::Hold,
            Self::Release { .. } => EntryKind::Release,
            Self::Cancellation { .. } => EntryKind::Cancellation,
            Self::Expiry { .. } => EntryKind::Expiry,
            Self::Adjustment { .. } => EntryKind::Adjustment,
            Self::Reversal { .. } => EntryKind::Reversal,
            Self::Settlement { .. } => EntryKind::Settlement,
            Self::TierChange { .. } => EntryKind::TierChange,
            Self::OfferActivation { .. } => EntryKind::OfferActivation,
        }
    }

    /// The lots that the entry took points from.
    pub const fn draws(&self) -> &[Draw] {
        match self {
            Self::Activation { draws, .. }
            | Self::Redemption { draws, .. }
            | Self::Hold { draws, .. }
            | Self::Expiry { draws, .. }
            | Self::Adjustment { draws, .. }
            | Self::Reversal { draws, .. }
            | Self::Settlement { draws, .. } => draws.as_slice(),
            Self::Accrual { .. }
            | Self::Release { .. }
            | Self::Cancellation { .. }
            | Self::TierChange { .. }
            | Self::OfferActivation { .. } => &[],
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

/// Points that went back to one lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restore {
    /// The `seq` of the entry that opened the lot.
    pub lot: u64,
    /// How many.
    pub points: Points,
    /// When they expire.
    #[serde(flatten)]
    pub end: LotEnd,
}

/// When a lot expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum LotEnd {
    /// Never.
    Never,
    /// At an instant: from it on the lot cannot be spent.
    At {
        /// When.
        expires_at: Timestamp,
    },
    /// With all the member's points that expire by inactivity.
    Inactivity,
}

words! {
    EntryKind else Unrecognized {
        "accrual" Accrual, "activation" Activation, "redemption" Redemption, "hold" Hold, "release" Release,
        "cancellation" Cancellation, "expiry" Expiry, "adjustment" Adjustment, "reversal" Reversal,
        "settlement" Settlement, "tier_change" TierChange, "offer_activation" OfferActivation,
    }
}
