//! `GET /v1/me/ways-to-earn`.

use serde::Serialize;

use super::EarnRuleView;
use crate::{LimitOf, MissedReason, Period, Points, answer::answers};

/// A way to earn with what it means for this member now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WayToEarn {
    /// The rule.
    pub rule: EarnRuleView,
    /// Whether the member may claim it with `POST /v1/me/activities`.
    pub claimable: bool,
    /// Why it gives nothing now; none when it is open. What an order must be like is not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<MissedReason>,
    /// What limits leave the member: the rule's own, then those over all rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LimitLeft>,
    /// Days without a gap so far, where they count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streak: Option<StreakView>,
    /// How far the goal is, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<GoalProgress>,
}

/// What a limit leaves in its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LimitLeft {
    /// Whose limit.
    pub by: LimitOf,
    /// In which period.
    pub period: Period,
    /// Points; none when they are not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// Times; none when they are not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
}

/// Days without a gap so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StreakView {
    /// How many; 0 when there was a gap, or when the count begins again.
    pub days: u32,
    /// Whether today is among them.
    pub today: bool,
}

/// How far a goal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GoalProgress {
    /// Orders, or minor units of money, in the period so far.
    pub done: u64,
    /// So many reach it.
    pub target: u64,
    /// How often it was rewarded in the period.
    pub rewarded: u64,
}

answers! {
    WayToEarn { rule, claimable, closed, left = Vec::new(), streak, progress }
    LimitLeft { by, period, points, times }
    StreakView { days, today }
    GoalProgress { done, target, rewarded }
}
