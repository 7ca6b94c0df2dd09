//! `GET /v1/program/earning` and `GET /v1/me/earning`: all that the engine needs to say what an order would earn, and
//! what it says.

use serde::{Deserialize, Serialize};

use crate::{
    BasisPoints, Cap, EarnRuleKind, Lines, MissedReason, MoneyCode, MultiplierId, Occasion, OfferGives,
    OfferId, Points, ProgramId, Rounding, RuleId, Stacking, TierId, answer::answers, wire::is_default,
};

/// What orders earn now, and what that takes from the member and the instant. For whom and when something holds is
/// decided already: the occasion says what does. Who does not know all of it cannot compute with any of it, so readers
/// refuse fields and kinds that they have never heard of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EarningView {
    /// Names the program.
    pub program_id: ProgramId,
    /// Its version.
    pub version: u32,
    /// The money that orders are in.
    pub money: MoneyCode,
    /// How an accrual becomes a whole number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rounding: Rounding,
    /// What becomes of several multipliers at once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stacking: Stacking,
    /// Goods for less than this earn nothing, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub minimum_order_minor: u64,
    /// The tier that the occasion names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierFactor>,
    /// The rules that look at orders.
    pub rules: Vec<OrderRule>,
    /// The multipliers that are on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub multipliers: Vec<OrderMultiplier>,
    /// The offers that are on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<OrderOffer>,
    /// What it takes from the member and the instant.
    pub occasion: Occasion,
}

/// What a tier does to points for money spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierFactor {
    /// Names the tier.
    pub id: TierId,
    /// What the member reads.
    pub name: String,
    /// What points for money spent are multiplied by.
    pub multiplier: BasisPoints,
}

/// A rule that looks at orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderRule {
    /// Names the rule.
    pub id: RuleId,
    /// What the member reads.
    pub title: String,
    /// What earns.
    pub earn: EarnRuleKind,
    /// Which lines of an order count.
    #[serde(default, skip_serializing_if = "Lines::is_empty")]
    pub lines: Lines,
    /// An order with goods for less gives nothing, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub minimum_order_minor: u64,
}

/// A multiplier that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderMultiplier {
    /// Names the multiplier.
    pub id: MultiplierId,
    /// What the member reads.
    pub title: String,
    /// What points are multiplied by.
    pub factor: BasisPoints,
    /// Which lines of an order it is for.
    #[serde(default, skip_serializing_if = "Lines::is_empty")]
    pub lines: Lines,
    /// Only for an order with goods for at least so much, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub minimum_order_minor: u64,
}

/// An offer that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderOffer {
    /// Names the offer.
    pub id: OfferId,
    /// What the member reads.
    pub title: String,
    /// What it gives with an order.
    pub gives: OfferGives,
}

/// What an order would earn, and why. It is made beside the page, by the engine, and travels over no network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// All of it together.
    pub points: Points,
    /// What the goods cost, in minor units.
    pub goods_minor: u64,
    /// What shipping costs, in minor units.
    pub shipping_minor: u64,
    /// What each rule or offer gives, in the order of the program.
    pub given: Vec<GivenView>,
    /// Which give nothing, and what is lacking.
    pub missed: Vec<MissedView>,
}

/// Points that a rule or an offer gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GivenView {
    /// The rule, or the offer.
    pub rule_id: RuleId,
    /// What the member reads.
    pub title: String,
    /// So many.
    pub points: Points,
    /// The money that counted, in minor units; nothing when they are not for money.
    #[serde(default, skip_serializing_if = "is_default")]
    pub money_minor: u64,
    /// Each multiplier that applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<FactorView>,
    /// The limit that cut them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Cap>,
}

/// A multiplier that applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FactorView {
    /// What the member reads: of the tier, of the multiplier or of the offer.
    pub title: String,
    /// What points were multiplied by.
    pub factor: BasisPoints,
}

/// A rule or an offer that gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissedView {
    /// The rule, or the offer.
    pub rule_id: RuleId,
    /// What the member reads.
    pub title: String,
    /// Why.
    pub reason: MissedReason,
    /// Whether what is missing is money, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub in_money: bool,
}

answers! {
    Preview { points, goods_minor, shipping_minor, given, missed }
    GivenView { rule_id, title, points, money_minor = 0, factors = Vec::new(), cap }
    FactorView { title, factor }
    MissedView { rule_id, title, reason, in_money = false }
}
