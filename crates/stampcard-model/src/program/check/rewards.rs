//! Faults of rewards, price events, reviews and refunds.

use super::{Faults, MINOR_MAX};
use crate::{
    BasisPoints, Reward, RewardKind,
    program::{Program, Review, UnitLimit, VariablePrice},
};

impl Program {
    pub(super) fn reward_faults(&self, faults: &mut Faults) {
        faults.unique("/rewards", self.rewards.iter().map(|reward| &reward.id));
        for (index, reward) in self.rewards.iter().enumerate() {
            let at = |field: &str| format!("/rewards/{index}/{field}");
            faults.text(&at("title"), &reward.title);
            faults.text_if_any(&at("description"), &reward.description);
            faults.text_if_any(&at("terms"), &reward.terms);
            kind_faults(faults, &at("kind"), &reward.kind);
            faults.check(!reward.price.is_zero(), at("price"), "is not at least 1");
            if let Some(variable) = &reward.variable {
                variable_faults(faults, &at("variable"), reward, variable);
            }
            let tier_known = reward.tier.as_ref().is_none_or(|tier| self.tier_rank(tier).is_some());
            faults.check(tier_known, at("tier"), "names no tier of the program");
            self.condition_faults(faults, &at("when"), &reward.when);
            faults.check(reward.per_member_limit != Some(0), at("per_member_limit"), "is not at least 1");
            unit_faults(faults, &at("per_member_cap"), reward.per_member_cap);
            unit_faults(faults, &at("period_cap"), reward.period_cap);
            let hours = |hours: Option<u32>| hours.is_none_or(|hours| (1..=87_600).contains(&hours));
            faults.check(hours(reward.cooldown_hours), at("cooldown_hours"), "is not between 1 and 87600");
            faults.check(hours(reward.cancel_hours), at("cancel_hours"), "is not between 1 and 87600");
            faults.within(reward.money_minor, 0..=MINOR_MAX, at("money_minor"));
            faults.within(reward.minimum_order_minor, 0..=MINOR_MAX, at("minimum_order_minor"));
            let days = reward.voucher_days.is_none_or(|days| (1..=3_660).contains(&days));
            faults.check(days, at("voucher_days"), "is not between 1 and 3660");
            faults.address(at("image_url"), reward.image_url.as_deref());
            review_faults(faults, &at("review"), reward.review);
        }
        review_faults(faults, "/review", self.review);
        faults.within(self.refunds.restore_grace_days, 0..=365, "/refunds/restore_grace_days");
        self.price_event_faults(faults);
    }

    fn price_event_faults(&self, faults: &mut Faults) {
        faults.unique("/price_events", self.price_events.iter().map(|event| &event.id));
        for (index, event) in self.price_events.iter().enumerate() {
            let at = |field: &str| format!("/price_events/{index}/{field}");
            faults.text(&at("title"), &event.title);
            self.condition_faults(faults, &at("when"), &event.when);
            faults.unique(&at("rewards"), &event.rewards);
            for (place, reward) in event.rewards.iter().enumerate() {
                let known = self.reward(reward).is_some();
                faults.check(
                    known,
                    format_args!("{}/{place}", at("rewards")),
                    "names no reward of the program",
                );
            }
            let one = u64::from(BasisPoints::ONE.0);
            faults.within(event.price_share.0, 1..=one, at("price_share"));
            faults.within(event.value_share.0, one..=100 * one, at("value_share"));
            let moves = event.price_share != BasisPoints::ONE || event.value_share != BasisPoints::ONE;
            faults.check(moves, format_args!("/price_events/{index}"), "changes neither price nor value");
        }
    }
}

fn kind_faults(faults: &mut Faults, at: &str, kind: &RewardKind) {
    faults.check(*kind != RewardKind::Unrecognized, at, "is no kind of reward");
    if let RewardKind::PercentageDiscount { share } = kind {
        faults.within(share.0, 1..=u64::from(BasisPoints::ONE.0), format_args!("{at}/share"));
    }
    if let Some(amount_minor) = kind.amount_minor() {
        faults.within(amount_minor, 1..=MINOR_MAX, format_args!("{at}/amount_minor"));
    }
}

fn variable_faults(faults: &mut Faults, at: &str, reward: &Reward, variable: &VariablePrice) {
    let VariablePrice { rate, step, least, most } = variable;
    faults.check(rate.points >= 1, format_args!("{at}/rate/points"), "is not at least 1");
    faults.check(rate.minor >= 1, format_args!("{at}/rate/minor"), "is not at least 1");
    faults.check(!step.is_zero(), format_args!("{at}/step"), "is not at least 1");
    faults.check(*least == reward.price, format_args!("{at}/least"), "is not the reward's price");
    let steps = most.checked_sub(*least).is_some_and(|way| way.get().checked_rem(step.get()) == Some(0));
    faults.check(steps, format_args!("{at}/most"), "is no whole number of steps above least");
    let amount = reward.kind.amount_minor();
    faults.check(amount.is_some(), at, "is for rewards with an amount of money only");
    let worth = u128::from(least.get()) * u128::from(rate.minor);
    let stated = worth.checked_div(u128::from(rate.points));
    let agrees = amount.is_none_or(|amount| stated == Some(u128::from(amount)));
    faults.check(agrees, format_args!("{at}/rate"), "does not give the reward's amount for the least price");
}

fn unit_faults(faults: &mut Faults, at: &str, limit: Option<UnitLimit>) {
    let units = limit.is_none_or(|limit| limit.units >= 1);
    faults.check(units, format_args!("{at}/units"), "is not at least 1");
}

fn review_faults(faults: &mut Faults, at: &str, review: Option<Review>) {
    let Some(Review { above_points, after }) = review else { return };
    let given = above_points.is_some() || after.is_some();
    faults.check(given, at, "states neither above_points nor after");
    if let Some(after) = after {
        faults.check(after.times >= 1, format_args!("{at}/after/times"), "is not at least 1");
        faults.within(after.days, 1..=3_660, format_args!("{at}/after/days"));
    }
}
