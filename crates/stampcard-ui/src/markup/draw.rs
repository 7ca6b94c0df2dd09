//! From markup to nodes.

use std::{cell::RefCell, rc::Rc};

use leptos::{prelude::document, reactive::effect::RenderEffect};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, Node};

use super::{El, Listener, Markup, Parts, rows::DrawnRow};

/// What was drawn, and what it was drawn from.
pub(super) enum Drawn {
    Text {
        node: Node,
        text: String,
    },
    Element(Box<DrawnElement>),
    Live(RenderEffect<Drawn>),
    /// The value of the effect behind an element's rows; never a child.
    Rows(Vec<DrawnRow>),
}

pub(super) struct DrawnElement {
    pub(super) node: Element,
    /// All of it but what is drawn: children, rows and listeners are empty.
    pub(super) parts: Box<Parts>,
    pub(super) listeners: Vec<Ear>,
    pub(super) children: Vec<Drawn>,
    pub(super) rows: Option<RenderEffect<Drawn>>,
}

/// A listener at its element. It is exchanged without the document noticing.
pub(super) struct Ear {
    node: Element,
    pub(super) event: &'static str,
    pub(super) listener: Rc<RefCell<Listener>>,
    heard: Closure<dyn FnMut(Event)>,
}

pub(super) fn draw(markup: Markup) -> Drawn {
    match markup {
        Markup::Text(text) => Drawn::Text { node: document().create_text_node(&text).into(), text },
        Markup::Element(El(parts)) => Drawn::Element(Box::new(draw_element(parts))),
        Markup::Live(say) => Drawn::Live(watch(say, None)),
    }
}

/// Draws what `say` says, over what was drawn `before`, now and with every change.
pub(super) fn watch(say: Box<dyn Fn() -> Markup + Send>, before: Option<Drawn>) -> RenderEffect<Drawn> {
    let draw = move |drawn: Option<Drawn>| {
        let markup = say();
        match drawn {
            Some(mut drawn) => {
                drawn.patch(markup);
                drawn
            }
            None => draw(markup),
        }
    };
    RenderEffect::new_with_value(draw, before)
}

fn draw_element(mut parts: Box<Parts>) -> DrawnElement {
    let mut sketch = parts.sketch.split('|');
    let node = create(sketch.next().unwrap_or_default());
    for (name, value) in sketch.filter_map(|attribute| attribute.split_once('=')) {
        set_attribute(&node, name, Some(value));
    }
    for (name, value) in &parts.attributes {
        set_attribute(&node, name, value.as_deref());
    }
    let listeners = std::mem::take(&mut parts.listeners)
        .into_iter()
        .map(|(event, listener)| Ear::new(&node, event, listener))
        .collect();
    let children: Vec<Drawn> = std::mem::take(&mut parts.children).into_iter().map(draw).collect();
    for child in &children {
        child.insert(&node, None);
    }
    let rows = parts.rows.take().map(|rows| rows.watch(&node, None));
    if let Some(created) = parts.created.take() {
        created(&node);
    }
    DrawnElement { node, parts, listeners, children, rows }
}

fn create(tag: &str) -> Element {
    let made = match tag {
        "svg" | "path" => document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag),
        _ => document().create_element(tag),
    };
    // Only a name that is none is refused, and ours are in the source.
    made.unwrap_or_else(|refused| refused.unchecked_into())
}

/// Brings a value to the document. What a browser refuses stays as it was.
pub(super) fn set_attribute(node: &Element, name: &str, value: Option<&str>) {
    let _ = if name.starts_with("--") {
        node.unchecked_ref::<HtmlElement>().style().set_property(name, value.unwrap_or_default())
    } else if let Some(property) = name.strip_prefix('.') {
        js_sys::Reflect::set(node, &property.into(), &value.unwrap_or_default().into()).map(|_| ())
    } else {
        match value {
            Some(value) => node.set_attribute(name, value),
            None => node.remove_attribute(name),
        }
    };
}

impl Drawn {
    /// Its one node; none for rows.
    pub(super) fn node(&self) -> Option<Node> {
        match self {
            Self::Text { node, .. } => Some(node.clone()),
            Self::Element(element) => Some(element.node.clone().into()),
            Self::Live(effect) => effect.with_value_mut(|drawn| drawn.node()).flatten(),
            Self::Rows(_) => None,
        }
    }

    /// Puts it into `parent`, before `next` or at the end.
    pub(super) fn insert(&self, parent: &Node, next: Option<&Node>) {
        if let Some(node) = self.node() {
            // Refused only where the document forbids it, which no place of ours does.
            let _ = parent.insert_before(&node, next);
        }
    }

    /// Takes it off the document.
    pub(super) fn remove(&self) {
        if let Some(node) = self.node() {
            node.unchecked_ref::<Element>().remove();
        }
    }
}

impl Ear {
    fn new(node: &Element, event: &'static str, listener: Listener) -> Self {
        let listener = Rc::new(RefCell::new(listener));
        let hears = Rc::clone(&listener);
        let heard = Closure::new(move |event| {
            if let Ok(hear) = hears.try_borrow() {
                hear(event);
            }
        });
        let ear = Self { node: node.clone(), event, listener, heard };
        // It throws for names that are none, and ours are in the source.
        let _ = ear.node.add_event_listener_with_callback(event, ear.heard.as_ref().unchecked_ref());
        ear
    }
}

/// An event may still be under way to an element that is gone.
impl Drop for Ear {
    fn drop(&mut self) {
        let _ =
            self.node.remove_event_listener_with_callback(self.event, self.heard.as_ref().unchecked_ref());
    }
}
