//! How points are earned, and why not, in words that several components use.

use stampcard_model::{
    GoalMeasure, MissedReason, Period, Points, Ratio,
    api::{EarnView, ProgramView},
};

use crate::{Locale, locale::Key};

/// Points for an amount of money.
pub(crate) fn ratio(locale: &Locale, program: &ProgramView, ratio: Ratio) -> String {
    let points = Points::saturating_from(u128::from(ratio.points));
    let amount = locale.amount(points, &program.terminology);
    let money = locale.money(u64::from(ratio.per_minor), &program.money);
    locale.say(Key::EarnRatio, &[("amount", &amount), ("money", &money)])
}

/// So many orders, or goods for so much.
pub(crate) fn goal(locale: &Locale, program: &ProgramView, measure: GoalMeasure, amount: u64) -> String {
    match measure {
        GoalMeasure::Orders => locale.count(Key::TierOrders, amount, &[]),
        GoalMeasure::Spend => locale.money(amount, &program.money),
    }
}

/// What a goal counts; none for what is no goal.
pub(crate) const fn measure(earn: &EarnView) -> Option<GoalMeasure> {
    match earn {
        EarnView::Goal { measure, .. } => Some(*measure),
        EarnView::Spend { .. }
        | EarnView::Visit { .. }
        | EarnView::Bonus { .. }
        | EarnView::Activity { .. }
        | EarnView::Referral { .. }
        | EarnView::Unrecognized => None,
    }
}

/// A stretch of the calendar as a word before "limit".
pub(crate) const fn period(period: Period) -> Key {
    match period {
        Period::Day => Key::PeriodDay,
        Period::Month => Key::PeriodMonth,
        Period::Year => Key::PeriodYear,
        Period::Lifetime => Key::PeriodLifetime,
    }
}

/// Why a rule gives nothing. `measure` is what its goal counts, where it is a goal and known.
pub(crate) fn missed(
    locale: &Locale,
    program: &ProgramView,
    reason: &MissedReason,
    measure: Option<GoalMeasure>,
) -> String {
    let key = match reason {
        MissedReason::NotNow => Key::MissedNotNow,
        MissedReason::OtherDay => Key::MissedOtherDay,
        MissedReason::OtherTier => Key::MissedOtherTier,
        MissedReason::OtherMembers => Key::MissedOtherMembers,
        MissedReason::ConsentMissing => Key::MissedConsent,
        MissedReason::LimitReached { period: of, .. } => {
            return locale.say(Key::MissedLimit, &[("period", &locale.text(period(*of)))]);
        }
        MissedReason::Used => Key::MissedUsed,
        MissedReason::TooSmall { missing_minor } => {
            return locale
                .say(Key::MissedTooSmall, &[("money", &locale.money(*missing_minor, &program.money))]);
        }
        MissedReason::GoalAhead { missing } => {
            let goal = match measure {
                Some(measure) => goal(locale, program, measure, *missing),
                None => locale.number(*missing),
            };
            return locale.say(Key::MissedGoalAhead, &[("goal", &goal)]);
        }
        MissedReason::GoalReached => Key::MissedGoalReached,
        MissedReason::NothingCounts => Key::MissedNothingCounts,
        MissedReason::RoundedToNothing => {
            return locale.say(Key::MissedRounded, &[("word", &program.terminology.one)]);
        }
        MissedReason::Unrecognized => Key::MissedUnrecognized,
    };
    locale.text(key)
}
