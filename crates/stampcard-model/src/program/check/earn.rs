//! Faults of earn rules, multipliers, limits and conditions.

use super::{Faults, MINOR_MAX, POINTS_MAX};
use crate::{
    ActivityKind, Points,
    program::{Bought, Condition, EarnRule, EarnRuleKind, Limit, Lines, Program, Span},
};

impl Program {
    pub(super) fn earn_faults(&self, faults: &mut Faults) {
        faults.unique("/earn_rules", self.earn_rules.iter().map(|rule| &rule.id));
        for (index, rule) in self.earn_rules.iter().enumerate() {
            let at = format!("/earn_rules/{index}");
            faults.text(&format!("{at}/title"), &rule.title);
            rule_faults(faults, &at, rule);
            self.condition_faults(faults, &format!("{at}/when"), &rule.when);
            limit_faults(faults, &format!("{at}/limits"), &rule.limits);
        }
        faults.unique("/multipliers", self.multipliers.iter().map(|multiplier| &multiplier.id));
        for (index, multiplier) in self.multipliers.iter().enumerate() {
            let at = format!("/multipliers/{index}");
            faults.text(&format!("{at}/title"), &multiplier.title);
            faults.factor(format_args!("{at}/factor"), multiplier.factor);
            self.condition_faults(faults, &format!("{at}/when"), &multiplier.when);
            line_faults(faults, &format!("{at}/lines"), &multiplier.lines);
            faults.within(
                multiplier.minimum_order_minor,
                0..=MINOR_MAX,
                format_args!("{at}/minimum_order_minor"),
            );
        }
        limit_faults(faults, "/limits/per_member", &self.limits.per_member);
        if let Some(cap) = self.limits.issued {
            faults.check(!cap.points.is_zero(), "/limits/issued/points", "is not at least 1");
        }
        faults.within(self.limits.minimum_order_minor, 0..=MINOR_MAX, "/limits/minimum_order_minor");
    }

    pub(super) fn condition_faults(&self, faults: &mut Faults, at: &str, when: &Condition) {
        faults.unique(&format!("{at}/tiers"), &when.tiers);
        for (index, tier) in when.tiers.iter().enumerate() {
            let known = self.tier_rank(tier).is_some();
            faults.check(known, format_args!("{at}/tiers/{index}"), "names no tier of the program");
        }
        faults.unique(&format!("{at}/segments"), &when.segments);
        faults.unique(&format!("{at}/stages"), &when.stages);
        faults.unique(&format!("{at}/consents"), &when.consents);
        faults.unique(&format!("{at}/weekdays"), &when.weekdays);
        if let Some(Bought { days, orders, spend_minor }) = when.bought {
            faults.within(days, 1..=3_660, format_args!("{at}/bought/days"));
            let given = orders.is_some() || spend_minor.is_some();
            faults.check(given, format_args!("{at}/bought"), "states neither orders nor spend_minor");
            faults.check(orders != Some(0), format_args!("{at}/bought/orders"), "is not at least 1");
            let spend = spend_minor.is_none_or(|minor| (1..=MINOR_MAX).contains(&minor));
            faults.check(
                spend,
                format_args!("{at}/bought/spend_minor"),
                format_args!("is not between 1 and {MINOR_MAX}"),
            );
        }
        let in_order =
            when.starts_on.zip(when.ends_on).is_none_or(|(starts_on, ends_on)| starts_on <= ends_on);
        faults.check(in_order, format_args!("{at}/ends_on"), "is before its starts_on");
    }
}

fn rule_faults(faults: &mut Faults, at: &str, rule: &EarnRule) {
    let earn = format!("{at}/earn");
    let (looks_at_lines, looks_at_orders) = match &rule.earn {
        EarnRuleKind::Spend { .. } | EarnRuleKind::Bonus { .. } => (true, true),
        EarnRuleKind::Visit { .. } | EarnRuleKind::Goal { .. } | EarnRuleKind::Referral { .. } => {
            (false, true)
        }
        EarnRuleKind::Activity { .. } => (false, false),
    };
    match &rule.earn {
        EarnRuleKind::Spend { ratio, categories, products, skus, counts: _ } => {
            faults.ratio(&format!("{earn}/ratio"), *ratio);
            faults.unique(&format!("{earn}/categories"), categories.iter().map(|own| &own.category));
            faults.unique(&format!("{earn}/products"), products.iter().map(|own| &own.product));
            faults.unique(&format!("{earn}/skus"), skus.iter().map(|own| &own.sku));
            let ratios = categories.iter().map(|own| own.ratio);
            own_ratio_faults(faults, &format!("{earn}/categories"), ratios);
            own_ratio_faults(faults, &format!("{earn}/products"), products.iter().map(|own| own.ratio));
            own_ratio_faults(faults, &format!("{earn}/skus"), skus.iter().map(|own| own.ratio));
        }
        EarnRuleKind::Visit { points } => points_faults(faults, format_args!("{earn}/points"), *points),
        EarnRuleKind::Bonus { steps } => {
            faults.check(
                (1..=20).contains(&steps.len()),
                format_args!("{earn}/steps"),
                "is not 1 to 20 steps",
            );
            for (index, pair) in steps.windows(2).enumerate() {
                let rises = matches!(pair, [low, high] if low.at_least_minor < high.at_least_minor && low.points < high.points);
                faults.check(
                    rises,
                    format_args!("{earn}/steps/{}", index + 1),
                    "does not rise above the step before",
                );
            }
            for (index, step) in steps.iter().enumerate() {
                points_faults(faults, format_args!("{earn}/steps/{index}/points"), step.points);
                faults.within(
                    step.at_least_minor,
                    0..=MINOR_MAX,
                    format_args!("{earn}/steps/{index}/at_least_minor"),
                );
            }
        }
        EarnRuleKind::Goal { measure: _, target, period: _, points, repeats: _ } => {
            faults.within(*target, 1..=MINOR_MAX, format_args!("{earn}/target"));
            points_faults(faults, format_args!("{earn}/points"), *points);
        }
        EarnRuleKind::Activity { activity, code, points, streak, span } => {
            let known = *activity != ActivityKind::Unrecognized;
            faults.check(known, format_args!("{earn}/activity"), "is no activity");
            let told = *activity != ActivityKind::Custom || code.is_some();
            faults.check(told, format_args!("{earn}/code"), "is missing for a custom activity");
            faults.within(points.get(), 0..=POINTS_MAX, format_args!("{earn}/points"));
            let gives = !points.is_zero() || !streak.is_empty();
            faults.check(gives, format_args!("{earn}/points"), "is not at least 1");
            let spans = matches!(activity, ActivityKind::Birthday | ActivityKind::Anniversary);
            let span = spans || *span == Span::default();
            faults.check(span, format_args!("{earn}/span"), "is for birthdays and anniversaries only");
            let streaks = *activity == ActivityKind::CheckIn || streak.is_empty();
            faults.check(streaks, format_args!("{earn}/streak"), "is for check-ins only");
            let mut before = 1;
            for (index, step) in streak.iter().enumerate() {
                let rises = step.days > before && step.days <= 366;
                let detail = "is neither above the step before nor at most 366, or less than 2";
                faults.check(rises, format_args!("{earn}/streak/{index}/days"), detail);
                points_faults(faults, format_args!("{earn}/streak/{index}/points"), step.points);
                before = step.days;
            }
        }
        EarnRuleKind::Referral { advocate, friend } => {
            faults.within(advocate.get(), 0..=POINTS_MAX, format_args!("{earn}/advocate"));
            faults.within(friend.get(), 0..=POINTS_MAX, format_args!("{earn}/friend"));
            let gives = !advocate.is_zero() || !friend.is_zero();
            faults.check(gives, &earn, "gives nothing to either side");
        }
    }
    let lines = looks_at_lines || rule.lines.is_empty();
    faults.check(lines, format_args!("{at}/lines"), "is for spending and its bonuses only");
    line_faults(faults, &format!("{at}/lines"), &rule.lines);
    let minimum = looks_at_orders || rule.minimum_order_minor == 0;
    faults.check(minimum, format_args!("{at}/minimum_order_minor"), "is for orders only");
    faults.within(rule.minimum_order_minor, 0..=MINOR_MAX, format_args!("{at}/minimum_order_minor"));
}

pub(super) fn points_faults(faults: &mut Faults, pointer: impl core::fmt::Display, points: Points) {
    faults.within(points.get(), 1..=POINTS_MAX, pointer);
}

pub(super) fn line_faults(faults: &mut Faults, at: &str, lines: &Lines) {
    faults.unique(&format!("{at}/categories"), &lines.categories);
    faults.unique(&format!("{at}/products"), &lines.products);
    faults.unique(&format!("{at}/skus"), &lines.skus);
}

fn own_ratio_faults(faults: &mut Faults, at: &str, ratios: impl Iterator<Item = crate::Ratio>) {
    for (index, ratio) in ratios.enumerate() {
        faults.ratio(&format!("{at}/{index}/ratio"), ratio);
    }
}

fn limit_faults(faults: &mut Faults, at: &str, limits: &[Limit]) {
    faults.unique(at, limits.iter().map(|limit| limit.period));
    for (index, limit) in limits.iter().enumerate() {
        let given = limit.points.is_some() || limit.times.is_some();
        faults.check(given, format_args!("{at}/{index}"), "states neither points nor times");
        let points = limit.points.is_none_or(|points| !points.is_zero());
        faults.check(points, format_args!("{at}/{index}/points"), "is not at least 1");
        faults.check(limit.times != Some(0), format_args!("{at}/{index}/times"), "is not at least 1");
    }
}
