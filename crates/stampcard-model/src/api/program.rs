//! `GET /v1/program`.

use serde::Serialize;

use crate::{
    ActivityCode, ActivityKind, BasisPoints, BenefitKind, BonusStep, CategoryRatio, Downgrade, EarnRuleKind,
    Expiry, GoalMeasure, Limit, Measure, MoneyCode, MonthDay, Period, Points, ProductRatio, ProgramId, Ratio,
    RoundUp, RuleId, SkuRatio, Span, StreakStep, Terminology, TierId, Validity, Window,
    answer::{answers, words},
    wire::is_default,
};

/// What anybody may know of a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    pub expiry: ExpiryView,
    /// In which stretch of time it counts towards a tier.
    pub window: WindowView,
    /// What counts towards a tier; thresholds are in its unit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub measure: MeasureView,
    /// How long a tier is kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub validity: ValidityView,
    /// What becomes of a tier that is no longer qualified for when its validity ends.
    #[serde(default, skip_serializing_if = "is_default")]
    pub downgrade: DowngradeView,
    /// From the lowest to the highest.
    pub tiers: Vec<TierView>,
}

/// One way to earn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

/// When points expire, as [`Expiry`] says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ExpiryView {
    /// Never.
    Never,
    /// At the end of the day, in the program's time zone, that lies this many months after earning.
    AfterMonths {
        /// 1 to 120.
        months: u16,
        /// Moves the end to the end of the month, quarter or year that it lies in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        round_up: Option<RoundUp>,
    },
    /// At the end of the first of these days that lies far enough ahead.
    OnDates {
        /// Days of the year.
        dates: Vec<MonthDay>,
        /// Points live at least so many months.
        #[serde(default, skip_serializing_if = "is_default")]
        least_months: u16,
    },
    /// All together, at the end of the day that lies this many months after the member last earned or redeemed.
    Inactivity {
        /// 1 to 120.
        months: u16,
    },
    /// In a way this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl From<&Expiry> for ExpiryView {
    fn from(expiry: &Expiry) -> Self {
        match expiry.clone() {
            Expiry::Never => Self::Never,
            Expiry::AfterMonths { months, round_up } => Self::AfterMonths { months, round_up },
            Expiry::OnDates { dates, least_months } => Self::OnDates { dates, least_months },
            Expiry::Inactivity { months } => Self::Inactivity { months },
        }
    }
}

/// What counts towards a tier, as [`Measure`] says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MeasureView {
    /// Points earned, less those taken back.
    #[default]
    PointsEarned,
    /// What goods cost, in minor units.
    Spend,
    /// Orders.
    Orders,
    /// Points that can be spent now.
    PointsHeld,
    /// Something this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl From<Measure> for MeasureView {
    fn from(measure: Measure) -> Self {
        match measure {
            Measure::PointsEarned => Self::PointsEarned,
            Measure::Spend => Self::Spend,
            Measure::Orders => Self::Orders,
            Measure::PointsHeld => Self::PointsHeld,
        }
    }
}

/// What becomes of a tier that is no longer qualified for, as [`Downgrade`] says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DowngradeView {
    /// It is kept for good.
    None,
    /// The member falls to the tier below, and no further.
    OneLevel,
    /// The member falls to the tier that they qualify for.
    #[default]
    Requalify,
    /// Something this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl From<Downgrade> for DowngradeView {
    fn from(downgrade: Downgrade) -> Self {
        match downgrade {
            Downgrade::None => Self::None,
            Downgrade::OneLevel => Self::OneLevel,
            Downgrade::Requalify => Self::Requalify,
        }
    }
}

/// In which stretch of time it counts towards a tier, as [`Window`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WindowView {
    /// In the last `days` times 24 hours.
    Rolling {
        /// 1 to 3,660.
        days: u16,
    },
    /// Ever.
    Lifetime,
    /// In the calendar year.
    CalendarYear,
    /// In the running period of so many months, counted from the day the member joined.
    SinceJoining {
        /// 1 to 120.
        months: u16,
    },
    /// In a stretch this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl From<Window> for WindowView {
    fn from(window: Window) -> Self {
        match window {
            Window::Rolling { days } => Self::Rolling { days },
            Window::Lifetime => Self::Lifetime,
            Window::CalendarYear => Self::CalendarYear,
            Window::SinceJoining { months } => Self::SinceJoining { months },
        }
    }
}

/// How long a tier is kept, as [`Validity`] says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ValidityView {
    /// As long as the window says so.
    #[default]
    WhileQualified,
    /// To the end of the day that lies so many months after.
    Months {
        /// 1 to 120.
        months: u16,
        /// Moves the end to the end of the month, quarter or year that it lies in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        round_up: Option<RoundUp>,
    },
    /// To the end of the window's period after the one that it was earned in.
    NextPeriod,
    /// For a time this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl From<Validity> for ValidityView {
    fn from(validity: Validity) -> Self {
        match validity {
            Validity::WhileQualified => Self::WhileQualified,
            Validity::Months { months, round_up } => Self::Months { months, round_up },
            Validity::NextPeriod => Self::NextPeriod,
        }
    }
}

/// A tier as the member sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

answers! {
    ProgramView {
        id, version, name, terminology, money, time_zone, earn_rules, expiry, window, measure = MeasureView::default(),
        validity = ValidityView::default(), downgrade = DowngradeView::default(), tiers,
    }
    TierView { id, name, threshold, multiplier, benefits }
    BenefitView { kind, title, url }
}

words! {
    MeasureView else Unrecognized {
        "points_earned" PointsEarned, "spend" Spend, "orders" Orders, "points_held" PointsHeld,
    }
    DowngradeView else Unrecognized { "none" None, "one_level" OneLevel, "requalify" Requalify }
}
