//! What a way to earn gives, in words.

use stampcard_model::{
    ActivityKind, Period,
    api::{EarnRuleView, EarnView, ProgramView},
};

use crate::{
    Locale,
    common::{self, shape},
    locale::Key,
};

/// A sentence each.
pub(super) fn sentences(locale: &Locale, program: &ProgramView, rule: &EarnRuleView) -> Vec<String> {
    let amount = |points| locale.amount(points, &program.terminology);
    let money = |minor: u64| locale.money(minor, &program.money);
    let mut all = match &rule.earn {
        EarnView::Spend { ratio, .. } => vec![common::ratio(locale, program, *ratio)],
        EarnView::Visit { points } => vec![locale.say(Key::EarnVisit, &[("amount", &amount(*points))])],
        EarnView::Bonus { steps } => steps
            .iter()
            .map(|step| {
                let args = [("amount", &*amount(step.points)), ("money", &money(step.at_least_minor))];
                locale.say(Key::EarnBonus, &args)
            })
            .collect(),
        EarnView::Goal { measure, target, period, points, repeats: _ } => {
            let goal = common::goal(locale, program, *measure, *target);
            let key = match period {
                Period::Day => Key::EarnGoalDay,
                Period::Month => Key::EarnGoalMonth,
                Period::Year => Key::EarnGoalYear,
                Period::Lifetime => Key::EarnGoal,
            };
            vec![locale.say(key, &[("amount", &amount(*points)), ("goal", &goal)])]
        }
        EarnView::Activity { points, streak, .. } => {
            let each = (!points.is_zero()).then(|| locale.signed("+", &amount(*points)));
            let steps = streak.iter().map(|step| {
                locale.count(Key::EarnStreakStep, u64::from(step.days), &[("amount", &amount(step.points))])
            });
            each.into_iter().chain(steps).collect()
        }
        EarnView::Referral { advocate, friend } => {
            let args = [("advocate", &*amount(*advocate)), ("friend", &amount(*friend))];
            vec![locale.say(Key::EarnReferral, &args)]
        }
        EarnView::Unrecognized => Vec::new(),
    };
    if rule.minimum_order_minor > 0 {
        all.push(locale.say(Key::EarnMinimum, &[("money", &money(rule.minimum_order_minor))]));
    }
    all
}

pub(super) const fn icon_of(earn: &EarnView) -> &'static str {
    match earn {
        EarnView::Spend { .. } | EarnView::Visit { .. } | EarnView::Bonus { .. } => shape::BAG,
        EarnView::Goal { .. } => shape::FLAG,
        EarnView::Referral { .. } => shape::FRIENDS,
        EarnView::Activity { activity, .. } => match activity {
            ActivityKind::CheckIn => shape::CALENDAR,
            ActivityKind::Birthday | ActivityKind::Anniversary => shape::PRESENT,
            ActivityKind::Review
            | ActivityKind::PhotoReview
            | ActivityKind::Survey
            | ActivityKind::ProfileCompleted => shape::PEN,
            ActivityKind::SocialFollow | ActivityKind::SocialShare => shape::FRIENDS,
            ActivityKind::SignUp
            | ActivityKind::Newsletter
            | ActivityKind::Custom
            | ActivityKind::Unrecognized => shape::SPARKS,
        },
        EarnView::Unrecognized => shape::SPARKS,
    }
}
