//! Ways to earn.

use serde::{Deserialize, Serialize};

use super::{Condition, Limit, Lines, Period, Span};
use crate::{
    ActivityCode, ActivityKind, BasisPoints, Category, LocalizedText, MultiplierId, Points, ProductId,
    RuleId, Sku,
    answer::{fields, words},
    wire::{is_default, is_yes, yes},
};

/// One way to earn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EarnRule {
    /// Names the rule inside the program.
    pub id: RuleId,
    /// What the member reads.
    pub title: LocalizedText,
    /// What earns.
    pub earn: EarnRuleKind,
    /// For whom and when.
    #[serde(default, skip_serializing_if = "Condition::is_empty")]
    pub when: Condition,
    /// Which lines of an order count; only spending and its bonuses look at lines.
    #[serde(default, skip_serializing_if = "Lines::is_empty")]
    pub lines: Lines,
    /// An order with goods for less gives nothing, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub minimum_order_minor: u64,
    /// The most that one member may get from this rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limit>,
    /// Whether its points count where a tier is measured by points earned.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub counts_for_tier: bool,
}

/// What earns. Only points for money spent are multiplied; all others are given as they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EarnRuleKind {
    /// Points for money spent. A line's ratio is that of its product variant, else of its product, else of its
    /// category, else the rule's.
    Spend {
        /// The ratio for lines that none of the lists names.
        ratio: Ratio,
        /// Categories with a ratio of their own; `points: 0` excludes a category.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        categories: Vec<CategoryRatio>,
        /// Products with a ratio of their own; `points: 0` excludes a product.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        products: Vec<ProductRatio>,
        /// Product variants with a ratio of their own; `points: 0` excludes a variant.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skus: Vec<SkuRatio>,
        /// What of an order's money counts.
        #[serde(default, skip_serializing_if = "is_default")]
        counts: Counts,
    },
    /// Points for each order, however large.
    Visit {
        /// So many.
        points: Points,
    },
    /// Points for an order with goods for so much: the highest step that it reaches.
    Bonus {
        /// At least one, rising.
        steps: Vec<BonusStep>,
    },
    /// Points for so many orders, or goods for so much, in a period.
    Goal {
        /// What is counted.
        measure: GoalMeasure,
        /// So many orders, or minor units of money; at least 1.
        target: u64,
        /// In which period.
        period: Period,
        /// What reaching it gives.
        points: Points,
        /// Whether each further `target` in the same period gives them again.
        #[serde(default, skip_serializing_if = "is_default")]
        repeats: bool,
    },
    /// Points for something a member does.
    Activity {
        /// What.
        activity: ActivityKind,
        /// Which one of its sort; none means any. A custom activity needs one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<ActivityCode>,
        /// Points each time.
        points: Points,
        /// Points on top for a check-in on so many days without a gap. After the last step the count begins again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        streak: Vec<StreakStep>,
        /// How close to the day a birthday or anniversary may be claimed.
        #[serde(default, skip_serializing_if = "is_default")]
        span: Span,
    },
    /// Points for both sides of an invitation, on the friend's first order that is large enough.
    Referral {
        /// For who invited.
        advocate: Points,
        /// For who was invited.
        friend: Points,
    },
}

/// Points for an amount of money: `points` for each `per_minor` minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ratio {
    /// Points given; at most 1,000,000.
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub points: u32,
    /// For this many minor units of money; at least 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub per_minor: u32,
}

/// A category with a ratio of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CategoryRatio {
    /// The category of the host shop.
    pub category: Category,
    /// Its ratio.
    pub ratio: Ratio,
}

/// A product with a ratio of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductRatio {
    /// The product of the host shop.
    pub product: ProductId,
    /// Its ratio.
    pub ratio: Ratio,
}

/// A product variant with a ratio of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SkuRatio {
    /// The product variant of the host shop.
    pub sku: Sku,
    /// Its ratio.
    pub ratio: Ratio,
}

/// What of an order's money counts besides what its lines cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Tax counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tax: bool,
    /// Shipping counts, by the rule's own ratio.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shipping: bool,
    /// What discounts took off counts all the same.
    #[serde(default, skip_serializing_if = "is_default")]
    pub discounts: bool,
    /// What was paid with gift cards counts.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub gift_card_payments: bool,
    /// Lines that are gift cards count.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub gift_card_lines: bool,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            tax: false,
            shipping: false,
            discounts: false,
            gift_card_payments: true,
            gift_card_lines: true,
        }
    }
}

/// One step of a bonus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BonusStep {
    /// Goods for at least so much, in minor units.
    pub at_least_minor: u64,
    /// What it gives.
    pub points: Points,
}

/// What a goal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum GoalMeasure {
    /// Orders.
    Orders,
    /// What goods cost after discounts and without tax and shipping.
    Spend,
}

/// One step of a streak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StreakStep {
    /// On the day that makes so many without a gap; at least 2.
    pub days: u32,
    /// What it gives on top.
    pub points: Points,
}

/// More points for money spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Multiplier {
    /// Names the multiplier inside the program.
    pub id: MultiplierId,
    /// What the member reads.
    pub title: LocalizedText,
    /// What points are multiplied by; 10,000 is one times.
    pub factor: BasisPoints,
    /// For whom and when.
    #[serde(default, skip_serializing_if = "Condition::is_empty")]
    pub when: Condition,
    /// Which lines of an order it is for.
    #[serde(default, skip_serializing_if = "Lines::is_empty")]
    pub lines: Lines,
    /// Only for an order with goods for at least so much, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub minimum_order_minor: u64,
}

/// What becomes of several multipliers that apply at once, the tier's among them. The result is at most a hundred times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Stacking {
    /// The highest applies alone: of 1.5 and 2 times, 2 times.
    #[default]
    Best,
    /// What each adds is added: 1.5 and 2 times are 2.5 times.
    SumOfBonuses,
    /// They multiply one another: 1.5 and 2 times are 3 times. From the tier's on in the program's order, each product
    /// rounded down to a hundredth of a percent.
    Product,
}

// A program's are read by serde, which refuses fields that it does not know.
fields! {
    Ratio { points, per_minor }
    CategoryRatio { category, ratio }
    ProductRatio { product, ratio }
    SkuRatio { sku, ratio }
    BonusStep { at_least_minor, points }
    StreakStep { days, points }
}

words! {
    GoalMeasure { "orders" Orders, "spend" Spend }
    Stacking { "best" Best, "sum_of_bonuses" SumOfBonuses, "product" Product }
}
