//! One signal a reward, so that a change of one redraws one card.

use leptos::prelude::*;
use stampcard_model::RewardId;

use crate::{CatalogItem, common::Index};

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
    let mut seen = Index::with_room(items.len());
    items.iter().filter(move |item| seen.insert(item.reward.id.as_str()))
}

/// The cells for `items`: known rewards keep their cell and tell it only what changed.
pub(super) fn merge(known: Option<&Vec<Cell>>, items: &[CatalogItem]) -> Vec<Cell> {
    let known = known.map(Vec::as_slice).unwrap_or_default();
    let mut places = Index::with_room(known.len());
    for cell in known {
        places.insert(cell.id.as_str());
    }
    distinct(items)
        .map(|item| match places.place(item.reward.id.as_str()).and_then(|place| known.get(place)) {
            Some(cell) => {
                if cell.item.with_untracked(|was| was != item) {
                    cell.item.set(item.clone());
                }
                cell.clone()
            }
            None => Cell { id: item.reward.id.clone(), item: ArcRwSignal::new(item.clone()) },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::super::tests::item;
    use super::*;

    /// Draws a cell as a card does; answers with the price that is drawn and how often it was drawn.
    fn draw(cell: &Cell) -> impl Fn() -> (u64, usize) {
        let drawn = Arc::new(AtomicUsize::new(0));
        let (cell, count) = (cell.item.clone(), drawn.clone());
        let card = Memo::new(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            cell.with(|item| item.reward.price.get())
        });
        move || (card.get_untracked(), drawn.load(Ordering::Relaxed))
    }

    #[test]
    fn only_a_card_whose_reward_changed_is_drawn_again() {
        Owner::new().with(|| {
            let before = merge(None, &[item("a", 10), item("b", 20), item("a", 99)]);
            assert_eq!(before.len(), 2, "a reward that stands twice counts once");
            let (a, b) = (draw(&before[0]), draw(&before[1]));
            assert_eq!((a(), b()), ((10, 1), (20, 1)));
            let after = merge(Some(&before), &[item("c", 5), item("b", 21), item("a", 10)]);
            assert_eq!(after.iter().map(|cell| cell.id.as_str()).collect::<Vec<_>>(), ["c", "b", "a"]);
            assert_eq!((a(), b()), ((10, 1), (21, 2)));
        });
    }
}
