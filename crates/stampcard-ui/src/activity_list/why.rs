//! Why a line of the ledger gave these points, in words: what was counted, and which rules gave nothing.

use stampcard_model::{
    Accrual, ActivityKind, Basis, LimitOf, MultiplierSource, ReferralSide, Rounding, RuleId, Stacking,
    api::{EarnRuleView, EntryView, ProgramView},
};

use super::line::signed;
use crate::{
    Locale,
    common::{self, icon, shape},
    locale::Key,
    markup::{El, el},
    tier_meter,
};

/// Whether there is anything to explain.
pub(super) fn has_any(line: &EntryView) -> bool {
    !line.accruals.is_empty() || !line.missed.is_empty()
}

pub(super) fn view(locale: &Locale, program: &ProgramView, line: &EntryView) -> El {
    let given = line.accruals.iter().map(|accrual| {
        let head = el("p|class=reason-head")
            .child(el("span").child(title(locale, program, accrual)))
            .child(el("b").child(signed(locale, program, accrual.points.signed())));
        let sentences = sentences(locale, program, accrual);
        let list = (!sentences.is_empty())
            .then(|| el("ul").each(sentences.into_iter().map(|sentence| el("li").child(sentence))));
        el("li|part=reason").child(head).child(list)
    });
    let missed = line.missed.iter().map(|missed| {
        let rule = rule(program, &missed.rule_id);
        let name = rule.map_or_else(|| locale.text(Key::WhyOffer), |rule| rule.title.clone());
        let measure = rule.and_then(|rule| common::measure(&rule.earn));
        let reason = common::missed(locale, program, &missed.reason, measure);
        let sentence = locale.say(Key::WhyMissed, &[("title", &name), ("reason", &reason)]);
        el("li|class=nothing|part=reason").child(sentence)
    });
    let until = line.expires_at.filter(|_| line.delta > 0).map(|end| {
        let date = locale.last_day(end, &program.time_zone);
        let sentence = el("span").child(locale.say(Key::WhyUntil, &[("date", &date)]));
        el("p|class=fact").child(icon(shape::CLOCK)).child(sentence)
    });
    let nothing = (!line.missed.is_empty()).then(|| el("p|class=label").child(locale.text(Key::WhyNothing)));
    el("div|class=reasons")
        .child(el("ul").each(given))
        .child(nothing)
        .child(el("ul").each(missed))
        .child(until)
}

/// What gave them: the rule as the program calls it, as long as it has it.
pub(super) fn title(locale: &Locale, program: &ProgramView, accrual: &Accrual) -> String {
    if let Some(rule) = rule(program, &accrual.rule_id) {
        return locale.apart(&rule.title);
    }
    locale.text(match &accrual.basis {
        Basis::Offer { .. } => Key::WhyOffer,
        Basis::Activity { activity, .. } => activity_key(*activity),
        Basis::Referral { .. } => Key::WhyReferral,
        Basis::Spend | Basis::Visit | Basis::Bonus { .. } | Basis::Goal { .. } | Basis::Unrecognized => {
            Key::EntryAccrual
        }
    })
}

fn rule<'a>(program: &'a ProgramView, id: &RuleId) -> Option<&'a EarnRuleView> {
    program.earn_rules.iter().find(|rule| rule.id == *id)
}

/// From what was counted to what came of it, a sentence a step.
fn sentences(locale: &Locale, program: &ProgramView, accrual: &Accrual) -> Vec<String> {
    let mut all = basis(locale, program, accrual);
    for applied in &accrual.multipliers {
        let factor = locale.times(applied.factor);
        let tier = match &applied.from {
            MultiplierSource::Tier { tier_id } => tier_meter::find(program, tier_id),
            MultiplierSource::Multiplier { .. }
            | MultiplierSource::Offer { .. }
            | MultiplierSource::Unrecognized => None,
        };
        let key = match &applied.from {
            MultiplierSource::Tier { .. } if tier.is_some() => Key::WhyTier,
            MultiplierSource::Offer { .. } => Key::WhyTimesOffer,
            MultiplierSource::Tier { .. }
            | MultiplierSource::Multiplier { .. }
            | MultiplierSource::Unrecognized => Key::WhyTimes,
        };
        all.push(locale.say(key, &[("factor", &factor), ("tier", tier.map_or("", |tier| &tier.name))]));
    }
    if accrual.multipliers.len() > 1 {
        all.push(locale.text(match accrual.stacking {
            Stacking::Best => Key::WhyBest,
            Stacking::SumOfBonuses => Key::WhySum,
            Stacking::Product => Key::WhyProduct,
        }));
    }
    if !is_whole(accrual) {
        all.push(locale.text(match accrual.rounding {
            Rounding::Floor => Key::WhyFloor,
            Rounding::HalfUp => Key::WhyHalfUp,
            Rounding::Ceil => Key::WhyCeil,
        }));
    }
    if let Some(cap) = accrual.cap {
        let uncut = locale.amount(cap.uncut, &program.terminology);
        let period = locale.text(common::period(cap.period));
        let key = match cap.by {
            LimitOf::Rule | LimitOf::Member => Key::WhyCap,
            LimitOf::Program => Key::WhyCapAll,
        };
        all.push(locale.say(key, &[("amount", &uncut), ("period", &period)]));
    }
    all
}

/// What was counted.
fn basis(locale: &Locale, program: &ProgramView, accrual: &Accrual) -> Vec<String> {
    let money = |minor: u64| locale.money(minor, &program.money);
    match &accrual.basis {
        Basis::Spend => {
            let ratio = common::ratio(locale, program, accrual.ratio);
            let money = money(accrual.base_minor);
            vec![locale.say(Key::WhySpend, &[("money", &money), ("ratio", &ratio)])]
        }
        Basis::Visit => vec![locale.text(Key::WhyVisit)],
        Basis::Bonus { at_least_minor } => {
            vec![locale.say(Key::WhyBonus, &[("money", &money(*at_least_minor))])]
        }
        Basis::Goal { measure, target, times, .. } => {
            let goal = common::goal(locale, program, *measure, *target);
            vec![locale.count(Key::WhyGoal, *times, &[("goal", &goal)])]
        }
        Basis::Activity { streak: Some(days), .. } => {
            vec![locale.count(Key::WhyStreak, u64::from(*days), &[])]
        }
        Basis::Referral { side: ReferralSide::Advocate, .. } => vec![locale.text(Key::WhyAdvocate)],
        Basis::Referral { side: ReferralSide::Friend, .. } => vec![locale.text(Key::WhyFriend)],
        Basis::Activity { .. } | Basis::Offer { .. } | Basis::Unrecognized => Vec::new(),
    }
}

/// Whether money, ratio and multiplier made a whole number by themselves.
fn is_whole(accrual: &Accrual) -> bool {
    let amount = u128::from(accrual.base_minor) * u128::from(accrual.ratio.points);
    let unit = u128::from(accrual.ratio.per_minor.max(1)) * 10_000;
    accrual.basis != Basis::Spend || amount.saturating_mul(accrual.multiplier.0.into()).is_multiple_of(unit)
}

/// What members do, in a word or two.
pub(crate) const fn activity_key(activity: ActivityKind) -> Key {
    match activity {
        ActivityKind::SignUp => Key::ActivitySignUp,
        ActivityKind::Newsletter => Key::ActivityNewsletter,
        ActivityKind::Birthday => Key::ActivityBirthday,
        ActivityKind::Anniversary => Key::ActivityAnniversary,
        ActivityKind::Review => Key::ActivityReview,
        ActivityKind::PhotoReview => Key::ActivityPhotoReview,
        ActivityKind::SocialFollow => Key::ActivityFollow,
        ActivityKind::SocialShare => Key::ActivityShare,
        ActivityKind::ProfileCompleted => Key::ActivityProfile,
        ActivityKind::Survey => Key::ActivitySurvey,
        ActivityKind::CheckIn => Key::ActivityCheckIn,
        ActivityKind::Custom | ActivityKind::Unrecognized => Key::EntryAccrual,
    }
}

#[cfg(test)]
mod tests {
    use stampcard_model::{BasisPoints, Points, Ratio};

    use super::*;

    fn accrual(base_minor: u64, multiplier: u32) -> Accrual {
        Accrual {
            rule_id: RuleId::new("spend").unwrap(),
            basis: Basis::Spend,
            category: None,
            product: None,
            sku: None,
            base_minor,
            ratio: Ratio { points: 1, per_minor: 100 },
            multiplier: BasisPoints(multiplier),
            multipliers: Vec::new(),
            stacking: Stacking::Best,
            rounding: Rounding::Floor,
            cap: None,
            points: Points::ZERO,
        }
    }

    #[test]
    fn rounding_is_told_only_where_there_was_something_to_round() {
        for (base_minor, multiplier, whole) in [
            (4_200, 10_000, true),
            (4_250, 10_000, false),
            (4_000, 12_500, true),
            (4_100, 12_500, false),
            (u64::MAX, u32::MAX, false),
            (0, 10_000, true),
        ] {
            assert_eq!(is_whole(&accrual(base_minor, multiplier)), whole, "{base_minor} × {multiplier}");
        }
        let visit = Accrual { basis: Basis::Visit, ..accrual(4_250, 10_000) };
        assert!(is_whole(&visit));
    }
}
