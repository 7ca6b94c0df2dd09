//! Filter, search and order of the catalogue.

use leptos::prelude::*;

use super::{
    arrange::{Arrangement, Order, is_within_reach},
    distinct,
};
use crate::{CatalogItem, I18n, locale::Key};

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

pub(super) fn view(i18n: I18n, totals: Memo<Totals>, arrangement: RwSignal<Arrangement>) -> impl IntoView {
    move || {
        let locale = i18n.get();
        let totals = totals.get();
        let now = arrangement.get();
        let chip = |within_reach: bool, key: Key, count: usize| {
            view! {
                <button
                    type="button"
                    class="chip"
                    part="filter"
                    aria-pressed=if now.within_reach == within_reach { "true" } else { "false" }
                    on:click=move |_| arrangement.update(|a| a.within_reach = within_reach)
                >
                    {locale.text(key)}
                    " "
                    <span class="count">{locale.number(count as u64)}</span>
                </button>
            }
        };
        let chips = totals.member.then(|| {
            view! {
                <div class="chips" role="group" aria-label=locale.text(Key::RewardsFilter)>
                    {chip(false, Key::RewardsAll, totals.all)}
                    {chip(true, Key::RewardsWithinReach, totals.within_reach)}
                </div>
            }
        });
        let search = (totals.all >= SEARCH_FROM).then(|| {
            let label = locale.text(Key::RewardsSearch);
            view! {
                <input
                    type="search"
                    class="field"
                    part="search"
                    aria-label=label.clone()
                    placeholder=label
                    prop:value=now.query.clone()
                    on:input=move |event| arrangement.update(|a| a.query = event_target_value(&event))
                />
            }
        });
        let options = Order::ALL.map(|(order, value)| {
            let key = match order {
                Order::Program => Key::RewardsSortProgram,
                Order::LowestPrice => Key::RewardsSortLow,
                Order::HighestPrice => Key::RewardsSortHigh,
            };
            view! { <option value=value selected=order == now.order>{locale.text(key)}</option> }
        });
        view! {
            <div class="toolbar" part="toolbar">
                {chips}
                {search}
                <span class="select">
                    <select
                        class="field"
                        part="sort"
                        aria-label=locale.text(Key::RewardsSort)
                        on:change=move |event| {
                            arrangement.update(|a| a.order = Order::from_value(&event_target_value(&event)));
                        }
                    >
                        {options.collect_view()}
                    </select>
                </span>
            </div>
        }
    }
}

/// What is said when filter and search leave nothing.
pub(super) fn none_match(
    i18n: I18n,
    count: Memo<Option<usize>>,
    arrangement: RwSignal<Arrangement>,
) -> impl IntoView {
    move || {
        let locale = i18n.get();
        (count.get() == Some(0)).then(|| {
            view! {
                <div class="notice" part="notice">
                    <p>{locale.text(Key::RewardsNoneMatch)}</p>
                    <button
                        type="button"
                        class="button quiet"
                        part="button"
                        on:click=move |_| arrangement.set(Arrangement::default())
                    >
                        {locale.text(Key::RewardsShowAll)}
                    </button>
                </div>
            }
        })
    }
}
