//! Filter, search and order of the catalogue.

use leptos::prelude::*;

use super::{
    arrange::{Arrangement, Order, is_within_reach},
    distinct,
};
use crate::{
    CatalogItem, I18n,
    locale::Key,
    markup::{El, el},
};

/// From this many rewards on it is worth searching.
const SEARCH_FROM: usize = 13;

/// What the toolbar counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Totals {
    all: usize,
    within_reach: usize,
    /// Whether there is a member for whom something can be within reach.
    member: bool,
}

impl Totals {
    pub(super) fn of(items: &[CatalogItem]) -> Self {
        Self {
            all: distinct(items).count(),
            within_reach: distinct(items).filter(|item| is_within_reach(item)).count(),
            member: items.iter().any(|item| item.mine.is_some()),
        }
    }
}

pub(super) fn view(i18n: I18n, totals: Totals, arrangement: RwSignal<Arrangement>) -> El {
    let locale = i18n.get();
    let now = arrangement.get();
    let chip = |within_reach: bool, key: Key, count: usize| {
        el("button|type=button|class=chip|part=filter")
            .attr("aria-pressed", if now.within_reach == within_reach { "true" } else { "false" })
            .on("click", move |_| arrangement.update(|a| a.within_reach = within_reach))
            .child(locale.text(key))
            .child(" ")
            .child(el("span|class=count").child(locale.number(count as u64)))
    };
    let chips = totals.member.then(|| {
        el("div|class=chips|role=group")
            .attr("aria-label", locale.text(Key::RewardsFilter))
            .child(chip(false, Key::RewardsAll, totals.all))
            .child(chip(true, Key::RewardsWithinReach, totals.within_reach))
    });
    let search = (totals.all >= SEARCH_FROM).then(|| {
        let label = locale.text(Key::RewardsSearch);
        el("input|type=search|class=field|part=search")
            .attr("aria-label", label.clone())
            .attr("placeholder", label)
            .attr(".value", now.query.clone())
            .on("input", move |event| arrangement.update(|a| a.query = event_target_value(&event)))
    });
    let options = Order::ALL.map(|(order, value)| {
        let key = match order {
            Order::Program => Key::RewardsSortProgram,
            Order::LowestPrice => Key::RewardsSortLow,
            Order::HighestPrice => Key::RewardsSortHigh,
        };
        el("option").attr("value", value).attr_if(order == now.order, "selected", "").child(locale.text(key))
    });
    let sort = el("select|class=field|part=sort")
        .attr("aria-label", locale.text(Key::RewardsSort))
        .on("change", move |event| {
            arrangement.update(|a| a.order = Order::from_value(&event_target_value(&event)));
        })
        .each(options);
    el("div|class=toolbar|part=toolbar").child(chips).child(search).child(el("span|class=select").child(sort))
}

/// What is said when filter and search leave nothing.
pub(super) fn none_match(i18n: I18n, arrangement: RwSignal<Arrangement>) -> El {
    let locale = i18n.get();
    el("div|class=notice|part=notice").child(el("p").child(locale.text(Key::RewardsNoneMatch))).child(
        el("button|type=button|class=button quiet|part=button")
            .on("click", move |_| arrangement.set(Arrangement::default()))
            .child(locale.text(Key::RewardsShowAll)),
    )
}
