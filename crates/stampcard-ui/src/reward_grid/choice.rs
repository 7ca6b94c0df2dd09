//! The price of a reward, where the member chooses it.

use leptos::prelude::*;
use stampcard_model::{
    Points, VariablePrice,
    api::{ProgramView, RewardView},
};

use super::redeem_dialog::Desk;
use crate::{
    Locale,
    locale::Key,
    markup::{El, el},
};

/// The prices to choose from: `least`, and each `step` from there to `most`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    least: u64,
    step: u64,
    most: u64,
    /// Whether it is the balance that ends it, not the reward.
    is_short: bool,
}

impl Choice {
    /// What a member with `available` points may choose from; `None` for a reward of one price.
    pub(super) fn of(reward: &RewardView, available: Option<Points>) -> Option<Self> {
        let VariablePrice { step, most, .. } = reward.variable?;
        let (least, step) = (reward.price.get(), step.get().max(1));
        let most = most.get().max(least);
        let reach = available.map_or(most, |available| available.get().clamp(least, most));
        let whole = |end: u64| end - (end - least) % step;
        Some(Self { least, step, most: whole(reach), is_short: whole(reach) < whole(most) })
    }

    /// The price that was typed, if it is one of these.
    pub(super) fn price(self, typed: &str) -> Option<Points> {
        let price = typed.trim().parse::<u64>().ok()?;
        let fits =
            (self.least..=self.most).contains(&price) && (price - self.least).is_multiple_of(self.step);
        Points::new(price).ok().filter(|_| fits)
    }

    /// The nearest of these to what was typed; the least to what is no number.
    fn nearest(self, typed: &str) -> u64 {
        // As far as it is digits: reading all that a browser calls a number would weigh more than the slider.
        let digits = typed.trim().chars().map_while(|digit| digit.to_digit(10));
        let price = digits.fold(0_u64, |price, digit| price.saturating_mul(10).saturating_add(digit.into()));
        let above = price.clamp(self.least, self.most) - self.least;
        let steps = (above + self.step / 2) / self.step;
        self.least + (steps * self.step).min(self.most - self.least)
    }

    /// The neighbor of what was typed.
    fn moved(self, typed: &str, up: bool) -> u64 {
        let price = self.nearest(typed);
        let moved = if up { price.saturating_add(self.step) } else { price.saturating_sub(self.step) };
        moved.clamp(self.least, self.most)
    }
}

/// What so many points are worth, in minor units.
fn worth(reward: &RewardView, points: u64) -> Option<u64> {
    let rate = reward.variable?.rate;
    points.checked_mul(rate.minor.into())?.checked_div(rate.points.into())
}

/// Buttons, a number and a slider for the one price, with what it is worth.
pub(super) fn view(
    locale: &Locale,
    program: &ProgramView,
    reward: &RewardView,
    choice: Choice,
    busy: bool,
    desk: Desk,
) -> El {
    let words = &program.terminology;
    let typed = desk.typed.get();
    let price = choice.nearest(&typed);
    let amount = |points: u64| locale.amount(Points::new(points).unwrap_or(Points::ZERO), words);
    let money = worth(reward, price).map(|minor| locale.money(minor, &program.money));
    let [least, most, step] = [choice.least, choice.most, choice.step].map(|points| points.to_string());
    let button = |up: bool, sign: &'static str, key: Key, end: u64| {
        el("button|type=button|class=button quiet step|part=button step")
            .attr("aria-label", locale.say(key, &[("amount", &amount(choice.step))]))
            .attr_if(busy || price == end, "aria-disabled", "true")
            .on("click", move |_| {
                if !busy {
                    desk.typed.update(|typed| *typed = choice.moved(typed, up).to_string());
                }
            })
            .child(sign)
    };
    let label = locale.say(Key::RedeemAmount, &[("words", &words.other)]);
    let number =
        el("input|type=number|inputmode=numeric|class=field|part=amount|aria-describedby=choice-hint")
            .attr("aria-label", label.clone())
            .attr("min", least.clone())
            .attr("max", most.clone())
            .attr("step", step.clone())
            .attr_if(busy, "disabled", "")
            .attr(".value", typed)
            .on("input", move |event| desk.typed.set(event_target_value(&event)))
            .on("change", move |_| desk.typed.update(|typed| *typed = choice.nearest(typed).to_string()));
    let spoken = [Some(amount(price)), money.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let slider = el("input|type=range|class=slider|part=slider")
        .attr("aria-label", label)
        .attr("aria-valuetext", spoken)
        .attr("--fill", fill(choice, price))
        .attr("min", least)
        .attr("max", most)
        .attr("step", step)
        .attr_if(busy, "disabled", "")
        .attr(".value", price.to_string())
        .on("input", move |event| desk.typed.set(event_target_value(&event)));
    let [from, apart] = [choice.least, choice.step].map(|points| locale.number(points));
    let to = amount(choice.most);
    let ends = [("least", from.as_str()), ("most", to.as_str()), ("step", apart.as_str())];
    let hint = if choice.is_short { Key::RedeemRangeShort } else { Key::RedeemRange };
    el("div|class=choice|part=choice")
        .child(
            el("div|class=dial")
                .child(button(false, "−", Key::RedeemLess, choice.least))
                .child(number)
                .child(button(true, "+", Key::RedeemMore, choice.most))
                .child(money.map(|money| el("span|class=value|part=worth").child(money))),
        )
        .child(slider)
        .child(el("p|class=print|id=choice-hint").child(locale.say(hint, &ends)))
}

/// How far along the slider a price is.
fn fill(choice: Choice, price: u64) -> String {
    let way = (choice.most - choice.least).max(1) as f64;
    let percent = ((price - choice.least) as f64 / way * 100.0) as u32;
    [&percent.to_string(), "%"].concat()
}

#[cfg(test)]
mod tests {
    use stampcard_model::Worth;

    use super::{super::tests::item, *};

    fn slider(least: u64, step: u64, most: u64) -> RewardView {
        let points = |value| Points::new(value).unwrap();
        let rate = Worth { points: 20, minor: 100 };
        let variable = VariablePrice { rate, step: points(step), least: points(least), most: points(most) };
        RewardView { variable: Some(variable), ..item("a", least).reward }
    }

    fn choice(available: u64) -> Choice {
        Choice::of(&slider(100, 20, 600), Some(Points::new(available).unwrap())).unwrap()
    }

    #[test]
    fn a_price_is_one_of_those_that_the_reward_has_and_the_balance_reaches() {
        for (available, typed, price, nearest) in [
            (1_000, "100", Some(100), 100),
            (1_000, " 240 ", Some(240), 240),
            (1_000, "250", None, 260),
            (1_000, "249", None, 240),
            (1_000, "620", None, 600),
            (1_000, "99", None, 100),
            (1_000, "", None, 100),
            (1_000, "-5", None, 100),
            (1_000, "1e3", None, 100),
            (1_000, "99999999999999999999999", None, 600),
            (1_000, "120.5", None, 120),
            (1_000, "many", None, 100),
            (333, "600", None, 320),
            (333, "320", Some(320), 320),
            (100, "600", None, 100),
            (3, "100", Some(100), 100),
        ] {
            let choice = choice(available);
            assert_eq!(choice.price(typed).map(Points::get), price, "{typed} with {available}");
            assert_eq!(choice.nearest(typed), nearest, "{typed} with {available}");
        }
    }

    #[test]
    fn steps_end_where_the_prices_end() {
        assert_eq!(choice(333).moved("300", true), 320);
        assert_eq!(choice(333).moved("320", true), 320);
        assert_eq!(choice(333).moved("100", false), 100);
        assert_eq!(choice(333).moved("rubbish", true), 120);
    }

    #[test]
    fn only_a_balance_that_is_too_small_is_called_that() {
        assert!(choice(333).is_short);
        assert!(!choice(600).is_short);
        let uneven = Choice::of(&slider(100, 30, 185), Some(Points::new(180).unwrap())).unwrap();
        assert_eq!((uneven.most, uneven.is_short), (160, false));
    }

    #[test]
    fn absurd_prices_are_one_price() {
        for (least, step, most) in [(100, 0, 50), (100, 7, 100), (100, 1_000, 600)] {
            let choice = Choice::of(&slider(least, step, most), None).unwrap();
            assert_eq!((choice.least, choice.most), (100, 100));
            assert_eq!(choice.moved("100", true), 100);
        }
        assert_eq!(Choice::of(&item("a", 100).reward, None), None);
    }

    #[test]
    fn points_are_worth_what_the_server_says_of_them() {
        assert_eq!(worth(&slider(100, 20, 600), 120), Some(600));
        let mut odd = slider(100, 20, 600);
        odd.variable.as_mut().unwrap().rate = Worth { points: 3, minor: 40 };
        assert_eq!(worth(&odd, 110), Some(1_466));
        odd.variable.as_mut().unwrap().rate = Worth { points: 0, minor: 40 };
        assert_eq!(worth(&odd, 110), None);
    }
}
