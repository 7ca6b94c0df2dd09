//! Which rewards are shown, and in which order.

use std::collections::BinaryHeap;

use crate::CatalogItem;

/// What the member chose to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Arrangement {
    /// Only what can be redeemed now.
    pub(super) within_reach: bool,
    pub(super) order: Order,
    /// Words that a title or description has, in any order and case.
    pub(super) query: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// The program's own.
    #[default]
    Program,
    LowestPrice,
    HighestPrice,
}

impl Order {
    /// Every order with its value in the form control.
    pub(super) const ALL: [(Self, &'static str); 3] =
        [(Self::Program, "program"), (Self::LowestPrice, "low"), (Self::HighestPrice, "high")];

    pub(super) fn from_value(value: &str) -> Self {
        Self::ALL.into_iter().find(|(_, name)| *name == value).map_or(Self::Program, |(order, _)| order)
    }
}

/// Whether the member could redeem it now.
pub(super) fn is_within_reach(item: &CatalogItem) -> bool {
    item.mine.as_ref().is_some_and(|mine| mine.refusal.is_none())
}

/// The indexes of the items to show, in order.
pub(super) fn arrange<'a>(
    items: impl Iterator<Item = &'a CatalogItem>,
    arrangement: &Arrangement,
) -> Vec<usize> {
    let query = lower_case(&arrangement.query);
    let shown = items
        .enumerate()
        .filter(|(_, item)| !arrangement.within_reach || is_within_reach(item))
        .filter(|(_, item)| query.is_empty() || matches(item, &query))
        .map(|(index, item)| {
            let price = item.reward.price.get();
            let rank = match arrangement.order {
                Order::Program => 0,
                Order::LowestPrice => price,
                Order::HighestPrice => u64::MAX - price,
            };
            (rank, index)
        });
    // Of all ways to sort the one with the least code.
    let sorted = shown.collect::<BinaryHeap<_>>().into_sorted_vec();
    sorted.into_iter().map(|(_, index)| index).collect()
}

fn matches(item: &CatalogItem, query: &str) -> bool {
    let text = lower_case(&[item.reward.title.as_str(), " ", &item.reward.description].concat());
    query.split_whitespace().all(|word| text.contains(word))
}

/// As the browser does it, which has the tables for that.
#[cfg(target_arch = "wasm32")]
fn lower_case(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

#[cfg(not(target_arch = "wasm32"))]
fn lower_case(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{item, within_reach};
    use super::*;

    fn check(within_reach_only: bool, order: Order, query: &str, expected: &[usize]) {
        let items =
            [item("Tea tin", 300), within_reach("Free shipping", 60), within_reach("茶样 Sampler", 300)];
        let arrangement = Arrangement { within_reach: within_reach_only, order, query: query.to_owned() };
        assert_eq!(arrange(items.iter(), &arrangement), expected, "{arrangement:?}");
    }

    #[test]
    fn filter_search_and_order_work_together() {
        check(false, Order::Program, "", &[0, 1, 2]);
        check(true, Order::Program, "", &[1, 2]);
        check(false, Order::LowestPrice, "", &[1, 0, 2]);
        check(false, Order::HighestPrice, "", &[0, 2, 1]);
        check(true, Order::HighestPrice, "", &[2, 1]);
        check(false, Order::Program, " TIN  tea ", &[0]);
        check(false, Order::Program, "茶样", &[2]);
        check(true, Order::Program, "tin", &[]);
        check(false, Order::Program, "   ", &[0, 1, 2]);
    }
}
