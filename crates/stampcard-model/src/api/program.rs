//! `GET /v1/program`.

use serde::{Deserialize, Serialize};

use crate::{
    BasisPoints, BenefitKind, EarnRuleKind, Expiry, MoneyCode, Points, ProgramId, RuleId, Terminology,
    TierId, Window,
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
    /// Which points count towards a tier.
    pub window: Window,
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
    pub earn: EarnRuleKind,
}

/// A tier as the member sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierView {
    /// Names the tier.
    pub id: TierId,
    /// What the member reads.
    pub name: String,
    /// The fewest qualifying points that reach it.
    pub threshold: Points,
    /// What accruals are multiplied by.
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
}
