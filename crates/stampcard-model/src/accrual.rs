//! Why points were earned, and why not.

use serde::{Deserialize, Serialize};

use crate::{
    ActivityCode, ActivityKind, BasisPoints, Category, GoalMeasure, MultiplierId, OfferId, Order, Period,
    Points, ProductId, Ratio, ReferralId, Rounding, RuleId, Sku, Stacking, TierId,
    answer::{Fault, Read, Tree, fields, read_by_serde, words},
    wire::is_default,
};

/// Why points were earned. For money spent, `points = round(base_minor × ratio × multiplier)`, cut to the cap; for
/// anything else `basis` says what they were given for, and money, ratio and multiplier stand at nothing, nothing and one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accrual {
    /// The rule that gave them, or the offer.
    pub rule_id: RuleId,
    /// What they were given for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub basis: Basis,
    /// The category whose own ratio applied; none means another ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The product whose own ratio applied; none means another ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// The product variant whose own ratio applied; none means another ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<Sku>,
    /// The money that counted, in minor units.
    pub base_minor: u64,
    /// Points for an amount of money.
    pub ratio: Ratio,
    /// All multipliers together; 10,000 is one times.
    pub multiplier: BasisPoints,
    /// Each multiplier that applied and is not one times: the tier's, then in the program's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub multipliers: Vec<AppliedMultiplier>,
    /// What became of several multipliers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stacking: Stacking,
    /// How the result became a whole number.
    pub rounding: Rounding,
    /// The limit that cut the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Cap>,
    /// The result.
    pub points: Points,
}

/// What points were given for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Basis {
    /// Money spent.
    #[default]
    Spend,
    /// An order, however large.
    Visit,
    /// An order with goods for so much.
    Bonus {
        /// The step that it reached, in minor units.
        at_least_minor: u64,
    },
    /// Reaching a goal.
    Goal {
        /// What is counted.
        measure: GoalMeasure,
        /// So many orders, or minor units of money.
        target: u64,
        /// In which period.
        period: Period,
        /// How often it was reached with this order.
        times: u64,
    },
    /// Something the member did.
    Activity {
        /// What.
        activity: ActivityKind,
        /// Which one of its sort.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<ActivityCode>,
        /// On how many days without a gap, this one included.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        streak: Option<u32>,
    },
    /// An invitation that led to an order.
    Referral {
        /// The invitation.
        referral_id: ReferralId,
        /// On which side of it the member is.
        side: ReferralSide,
    },
    /// An offer.
    Offer {
        /// Which.
        offer_id: OfferId,
    },
    /// Something this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

/// The two sides of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReferralSide {
    /// Invited somebody.
    Advocate,
    /// Was invited.
    Friend,
}

/// A multiplier that applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppliedMultiplier {
    /// Where it came from.
    pub from: MultiplierSource,
    /// What points were multiplied by; 10,000 is one times.
    pub factor: BasisPoints,
}

/// Where a multiplier came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MultiplierSource {
    /// The member's tier.
    Tier {
        /// Which.
        tier_id: TierId,
    },
    /// A multiplier of the program.
    Multiplier {
        /// Which.
        multiplier_id: MultiplierId,
    },
    /// An offer.
    Offer {
        /// Which.
        offer_id: OfferId,
    },
    /// Something this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

/// A limit that cut points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cap {
    /// Whose limit.
    pub by: LimitOf,
    /// In which period.
    pub period: Period,
    /// What it would have been.
    pub uncut: Points,
}

/// Whose limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LimitOf {
    /// The rule's, for this member.
    Rule,
    /// The member's, over all rules.
    Member,
    /// The program's, over all members.
    Program,
}

/// A rule that gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Missed {
    /// The rule, or the offer.
    pub rule_id: RuleId,
    /// Why.
    pub reason: MissedReason,
}

/// Why a rule gave nothing. Where several reasons apply, the first in this order is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MissedReason {
    /// It is not on now: its days have not begun or are over, or it is another day of the week.
    NotNow,
    /// It is for birthdays or anniversaries, and this is none.
    OtherDay,
    /// It is for other tiers.
    OtherTier,
    /// It is for other members: their segment, their stage, or what they bought lately.
    OtherMembers,
    /// It needs a consent that the member has not given.
    ConsentMissing,
    /// The member has had all that a period allows.
    LimitReached {
        /// Whose limit.
        by: LimitOf,
        /// In which period.
        period: Period,
    },
    /// The member has used the offer as often as they may.
    Used,
    /// The order is too small.
    TooSmall {
        /// Goods for so much more would do, in minor units.
        missing_minor: u64,
    },
    /// The goal is further on.
    GoalAhead {
        /// So many more orders, or minor units of money.
        missing: u64,
    },
    /// The goal was reached before.
    GoalReached,
    /// Nothing in the order counts: all of it is excluded.
    NothingCounts,
    /// What counts makes no whole point.
    RoundedToNothing,
    /// Something this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

/// What an order's accruals are computed with besides the program and the order: all that is taken from the member and
/// the instant. Kept with the accrual, so that what is left of an order after a return is computed with the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Occasion {
    /// The tier before the order; none without tiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierId>,
    /// The multipliers that are on for the member.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub multipliers: Vec<MultiplierId>,
    /// The offers that are on for the member and not used up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<OfferId>,
    /// The rules and offers that are not on for the member, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<Missed>,
    /// How many points limits leave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<Room>,
    /// How far goals are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub progress: Vec<Progress>,
    /// The invitation that the member followed and that no order has rewarded yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral_id: Option<ReferralId>,
}

/// How many points a limit leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Room {
    /// The rule; none for a limit over all rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<RuleId>,
    /// Whose limit.
    pub by: LimitOf,
    /// In which period.
    pub period: Period,
    /// So many.
    pub points: Points,
}

/// How far a goal is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// The rule.
    pub rule_id: RuleId,
    /// Orders, or minor units of money, in the period before this order.
    pub before: u64,
    /// How often the goal was rewarded in the period.
    pub given: u64,
    /// How often limits let it be rewarded yet, at least 1; none means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u64>,
}

/// What an accrual was computed from, so that a part of it can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// The order, or what is left of it.
    pub order: Order,
    /// All else, without the rules that were not on.
    pub occasion: Occasion,
}

// The store reads these by serde, with the entries that they stand in.
fields! {
    Accrual {
        rule_id, basis = Basis::Spend, category, product, sku, base_minor, ratio, multiplier, multipliers = Vec::new(),
        stacking = Stacking::Best, rounding, cap, points,
    }
    AppliedMultiplier { from, factor }
    Cap { by, period, uncut }
    Missed { rule_id, reason }
}

words! {
    LimitOf { "rule" Rule, "member" Member, "program" Program }
    ReferralSide { "advocate" Advocate, "friend" Friend }
}

impl Read for Basis {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        match tree.kind(fault) {
            "spend" => Self::Spend,
            "visit" => Self::Visit,
            "bonus" => Self::Bonus { at_least_minor: tree.field("at_least_minor", fault) },
            "goal" => match (tree.known("measure", fault), tree.known("period", fault)) {
                (Some(measure), Some(period)) => Self::Goal {
                    measure,
                    target: tree.field("target", fault),
                    period,
                    times: tree.field("times", fault),
                },
                (_, _) => Self::Unrecognized,
            },
            "activity" => Self::Activity {
                activity: tree.field("activity", fault),
                code: tree.field("code", fault),
                streak: tree.field("streak", fault),
            },
            "referral" => match tree.known("side", fault) {
                Some(side) => Self::Referral { referral_id: tree.field("referral_id", fault), side },
                None => Self::Unrecognized,
            },
            "offer" => Self::Offer { offer_id: tree.field("offer_id", fault) },
            _ => Self::Unrecognized,
        }
    }
}

impl Read for MultiplierSource {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        match tree.kind(fault) {
            "tier" => Self::Tier { tier_id: tree.field("tier_id", fault) },
            "multiplier" => Self::Multiplier { multiplier_id: tree.field("multiplier_id", fault) },
            "offer" => Self::Offer { offer_id: tree.field("offer_id", fault) },
            _ => Self::Unrecognized,
        }
    }
}

impl Read for MissedReason {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        match tree.kind(fault) {
            "not_now" => Self::NotNow,
            "other_day" => Self::OtherDay,
            "other_tier" => Self::OtherTier,
            "other_members" => Self::OtherMembers,
            "consent_missing" => Self::ConsentMissing,
            "limit_reached" => match (tree.known("by", fault), tree.known("period", fault)) {
                (Some(by), Some(period)) => Self::LimitReached { by, period },
                (_, _) => Self::Unrecognized,
            },
            "used" => Self::Used,
            "too_small" => Self::TooSmall { missing_minor: tree.field("missing_minor", fault) },
            "goal_ahead" => Self::GoalAhead { missing: tree.field("missing", fault) },
            "goal_reached" => Self::GoalReached,
            "nothing_counts" => Self::NothingCounts,
            "rounded_to_nothing" => Self::RoundedToNothing,
            _ => Self::Unrecognized,
        }
    }
}

read_by_serde! { Basis MultiplierSource MissedReason }
