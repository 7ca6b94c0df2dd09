//! Lists whose rows are told apart by a key.

use leptos::{prelude::Owner, reactive::effect::RenderEffect};
use web_sys::Element;

use super::{
    Markup, Rows,
    draw::{Drawn, draw},
};
use crate::common::Index;

/// A row that is to be seen.
pub(crate) struct Row {
    /// Tells it apart; no other row of the list has it.
    pub(crate) key: String,
    /// What it is, asked for when it was not there before.
    pub(crate) say: Box<dyn FnOnce() -> Markup>,
}

/// A row that is there.
pub(super) struct DrawnRow {
    key: String,
    drawn: Drawn,
    /// Of all that the row made; it ends with it.
    _owner: Owner,
}

impl Rows {
    /// Keeps the children of `node` to the list.
    pub(super) fn watch(self, node: &Element, before: Option<Drawn>) -> RenderEffect<Drawn> {
        let node = node.clone();
        let draw = move |drawn: Option<Drawn>| {
            let before = match drawn {
                Some(Drawn::Rows(rows)) => rows,
                _ => Vec::new(),
            };
            Drawn::Rows(arrange(&node, &self.owner, before, (self.list)()))
        };
        RenderEffect::new_with_value(draw, before)
    }
}

/// The rows of now: known ones are moved, new ones drawn, the others taken away.
fn arrange(node: &Element, owner: &Owner, before: Vec<DrawnRow>, now: Vec<Row>) -> Vec<DrawnRow> {
    let mut wanted = Index::with_room(now.len());
    for row in &now {
        wanted.insert(&row.key);
    }
    let mut known: Vec<Option<DrawnRow>> = now.iter().map(|_| None).collect();
    for row in before {
        match wanted.place(&row.key).and_then(|place| known.get_mut(place)) {
            Some(free) => *free = Some(row),
            None => row.drawn.remove(),
        }
    }
    drop(wanted);
    let mut next = node.first_child();
    let mut rows = Vec::with_capacity(now.len());
    for (row, known) in now.into_iter().zip(known) {
        let row = known.unwrap_or_else(|| {
            let owner = owner.with(Owner::new);
            DrawnRow { key: row.key, drawn: owner.with(|| draw((row.say)())), _owner: owner }
        });
        if next.is_some() && row.drawn.node() == next {
            next = next.and_then(|next| next.next_sibling());
        } else {
            row.drawn.insert(node, next.as_ref());
        }
        rows.push(row);
    }
    rows
}
