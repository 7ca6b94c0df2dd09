//! From what was drawn to what is to be seen now.

use wasm_bindgen::JsCast;
use web_sys::{CharacterData, Element};

use super::{
    El, Markup, Parts,
    draw::{Drawn, DrawnElement, draw, set_attribute, watch},
};

impl Drawn {
    /// Changes what differs, in place; what is something else takes its place.
    pub(super) fn patch(&mut self, markup: Markup) {
        match (&mut *self, markup) {
            (Self::Text { node, text }, Markup::Text(now)) => {
                // Setting the same text again would make a live region speak.
                if *text != now {
                    node.unchecked_ref::<CharacterData>().set_data(&now);
                    *text = now;
                }
            }
            (Self::Element(drawn), Markup::Element(El(parts))) if is_same(&drawn.parts, &parts, drawn) => {
                drawn.patch(parts);
            }
            (Self::Live(effect), Markup::Live(say)) => {
                let before = effect.take_value();
                *effect = watch(say, before);
            }
            (_, markup) => {
                let new = draw(markup);
                if let (Some(old), Some(new)) = (self.node(), new.node()) {
                    // What is not in a document has no place to give.
                    let _ = old.unchecked_ref::<Element>().replace_with_with_node_1(&new);
                }
                *self = new;
            }
        }
    }
}

/// Whether both are one element in two states.
fn is_same(old: &Parts, new: &Parts, drawn: &DrawnElement) -> bool {
    old.sketch == new.sketch
        && drawn.rows.is_some() == new.rows.is_some()
        && old.attributes.iter().map(|(name, _)| name).eq(new.attributes.iter().map(|(name, _)| name))
        && drawn.listeners.iter().map(|ear| ear.event).eq(new.listeners.iter().map(|(event, _)| *event))
}

impl DrawnElement {
    fn patch(&mut self, mut now: Box<Parts>) {
        for ((name, old), (_, new)) in self.parts.attributes.iter().zip(&now.attributes) {
            if old != new {
                set_attribute(&self.node, name, new.as_deref());
            }
        }
        for (ear, (_, listener)) in self.listeners.iter().zip(std::mem::take(&mut now.listeners)) {
            if let Ok(mut known) = ear.listener.try_borrow_mut() {
                *known = listener;
            }
        }
        let children = std::mem::take(&mut now.children);
        for gone in self.children.drain(children.len().min(self.children.len())..) {
            gone.remove();
        }
        for (place, child) in children.into_iter().enumerate() {
            match self.children.get_mut(place) {
                Some(drawn) => drawn.patch(child),
                None => {
                    let drawn = draw(child);
                    drawn.insert(&self.node, None);
                    self.children.push(drawn);
                }
            }
        }
        if let (Some(effect), Some(rows)) = (&mut self.rows, now.rows.take()) {
            let before = effect.take_value();
            *effect = rows.watch(&self.node, before);
        }
        self.parts = now;
    }
}
