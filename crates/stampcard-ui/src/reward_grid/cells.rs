//! One signal a reward, so that a change of one redraws one card.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use stampcard_model::RewardId;

use crate::CatalogItem;

/// A reward of the catalogue with a signal of its own. Two cells are equal when they are of the same reward.
#[derive(Clone)]
pub(super) struct Cell {
    pub(super) id: RewardId,
    pub(super) item: ArcRwSignal<CatalogItem>,
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// The rewards without those that stand twice; of these only the first counts.
pub(super) fn distinct(items: &[CatalogItem]) -> impl Iterator<Item = &CatalogItem> {
    let mut seen = BTreeSet::new();
    items.iter().filter(move |item| seen.insert(&item.reward.id))
}

/// The cells for `items`: known rewards keep their cell and tell it only what changed.
pub(super) fn merge(known: Option<&Vec<Cell>>, items: &[CatalogItem]) -> Vec<Cell> {
    let known: BTreeMap<&RewardId, &Cell> =
        known.into_iter().flatten().map(|cell| (&cell.id, cell)).collect();
    distinct(items)
        .map(|item| match known.get(&item.reward.id) {
            Some(cell) => {
                if cell.item.with_untracked(|was| was != item) {
                    cell.item.set(item.clone());
                }
                (*cell).clone()
            }
            None => Cell { id: item.reward.id.clone(), item: ArcRwSignal::new(item.clone()) },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::item;
    use super::*;

    #[test]
    fn only_a_cell_whose_reward_changed_is_told() {
        let owner = Owner::new();
        owner.with(|| {
            let before = merge(None, &[item("a", 10), item("b", 20), item("a", 99)]);
            assert_eq!(before.len(), 2);
            let told = |cell: &Cell| {
                let cell = cell.item.clone();
                Memo::new_with_compare(move |_| cell.with(|item| item.reward.price.get()), |_, _| true)
            };
            let (a, b) = (told(&before[0]), told(&before[1]));
            assert_eq!((a.get_untracked(), b.get_untracked()), (10, 20));
            let after = merge(Some(&before), &[item("c", 5), item("b", 21), item("a", 10)]);
            assert_eq!(after.iter().map(|cell| cell.id.as_str()).collect::<Vec<_>>(), ["c", "b", "a"]);
            assert_eq!((a.get_untracked(), b.get_untracked()), (10, 21));
        });
    }
}
