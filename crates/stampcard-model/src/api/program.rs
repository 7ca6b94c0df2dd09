//! `GET /v1/program`.

use serde::{Deserialize, Serialize};

use crate::{
    ActivityCode, ActivityKind, BasisPoints, BenefitKind, BonusStep, CategoryRatio, Downgrade, EarnRuleKind,
    Expiry, GoalMeasure, Limit, Measure, MoneyCode, Period, Points, ProductRatio, ProgramId, Ratio, RuleId,
    SkuRatio, Span, StreakStep, Terminology, TierId, Validity, Window, wire::is_default,
};

/// What anybody may know of a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProgramView {
    /// Names the program.
    pub id: ProgramId,
    /// Counts up with every change.
    pub version: u32,
    /// The program's name.
    pub name: String,
    /// What members call the points.
    pub terminology: Terminology,
    /// The money that orders are in.
    pub money: MoneyCode,
    /// The IANA time zone to show days in.
    pub time_zone: String,
    /// How points are earned.
    pub earn_rules: Vec<EarnRuleView>,
    /// When points expire.
    pub expiry: Expiry,
    /// In which stretch of time it counts towards a tier.
    pub window: Window,
    /// What counts towards a tier; thresholds are in its unit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub measure: Measure,
    /// How long a tier is kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub validity: Validity,
    /// What becomes of a tier that is no longer qualified for when its validity ends.
    #[serde(default, skip_serializing_if = "is_default")]
    pub downgrade: Downgrade,
    /// From the lowest to the highest.
    pub tiers: Vec<TierView>,
}

/// One way to earn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EarnRuleView {
    /// Names the rule.
    pub id: RuleId,
    /// What the member reads.
    pub title: String,
    /// What earns.
    pub earn: EarnView,
    /// The most that one member may get from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limit>,
    /// An order with goods for less gives nothing, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub minimum_order_minor: u64,
}

/// What earns, as [`EarnRuleKind`] says; an older reader takes a kind it has never heard of as
/// [`EarnView::Unrecognized`] and shows the title alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EarnView {
    /// Points for money spent.
    Spend {
        /// The ratio for lines that none of the lists names.
        ratio: Ratio,
        /// Categories with a ratio of their own.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        categories: Vec<CategoryRatio>,
        /// Products with a ratio of their own.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        products: Vec<ProductRatio>,
        /// Product variants with a ratio of their own.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skus: Vec<SkuRatio>,
    },
    /// Points for each order, however large.
    Visit {
        /// So many.
        points: Points,
    },
    /// Points for an order with goods for so much.
    Bonus {
        /// The highest that is reached counts.
        steps: Vec<BonusStep>,
    },
    /// Points for so many orders, or goods for so much, in a period.
    Goal {
        /// What is counted.
        measure: GoalMeasure,
        /// So many orders, or minor units of money.
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
        /// Which one of its sort; none means any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<ActivityCode>,
        /// Points each time.
        points: Points,
        /// Points on top for so many days without a gap.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        streak: Vec<StreakStep>,
        /// How close to the day a birthday or anniversary may be claimed.
        #[serde(default, skip_serializing_if = "is_default")]
        span: Span,
    },
    /// Points for both sides of an invitation.
    Referral {
        /// For who invited.
        advocate: Points,
        /// For who was invited.
        friend: Points,
    },
    /// A kind this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl From<&EarnRuleKind> for EarnView {
    fn from(earn: &EarnRuleKind) -> Self {
        match earn.clone() {
            EarnRuleKind::Spend { ratio, categories, products, skus, counts: _ } => {
                Self::Spend { ratio, categories, products, skus }
            }
            EarnRuleKind::Visit { points } => Self::Visit { points },
            EarnRuleKind::Bonus { steps } => Self::Bonus { steps },
            EarnRuleKind::Goal { measure, target, period, points, repeats } => {
                Self::Goal { measure, target, period, points, repeats }
            }
            EarnRuleKind::Activity { activity, code, points, streak, span } => {
                Self::Activity { activity, code, points, streak, span }
            }
            EarnRuleKind::Referral { advocate, friend } => Self::Referral { advocate, friend },
        }
    }
}

/// A tier as the member sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierView {
    /// Names the tier.
    pub id: TierId,
    /// What the member reads.
    pub name: String,
    /// What reaches it, in the measure's unit: points, minor units of money, or orders.
    pub threshold: Points,
    /// What points for money spent are multiplied by.
    pub multiplier: BasisPoints,
    /// What it gives without points.
    pub benefits: Vec<BenefitView>,
}

/// Something a tier gives without points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BenefitView {
    /// What sort of benefit it is.
    pub kind: BenefitKind,
    /// What the member reads.
    pub title: String,
    /// Where to find it: an `https` or root-relative address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
