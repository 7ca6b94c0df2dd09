//! What a component draws, as data.
//!
//! Leptos has a type for every piece of a view, and the compiler writes code for every type: most of what a page would
//! fetch. Here every element is of one type. A signal that changes describes its piece anew, and [`draw`] brings to the
//! document what differs; nodes, and with them focus and scrolling, stay.
//!
//! **Invariant:** text from outside becomes text nodes and attribute values only. There is no way to write markup.

mod draw;
mod patch;
mod rows;
mod view;

use std::borrow::Cow;

use leptos::prelude::*;
use web_sys::Event;

pub(crate) use rows::Row;
pub use view::Drawing;

/// One node.
pub(crate) enum Markup {
    /// Text; the empty one keeps the place of something that is not there now.
    Text(String),
    Element(El),
    /// What a function says, and says anew when a signal that it read has changed.
    Live(Box<dyn Fn() -> Markup + Send>),
}

/// An element. Two with the same sketch are the same one in another state.
pub(crate) struct El(Box<Parts>);

struct Parts {
    /// The tag and all that never changes: `p|class=label|part=label`.
    sketch: &'static str,
    /// What may change. None takes the attribute away; `--name` is a style, `.name` a property.
    attributes: Vec<(&'static str, Option<Cow<'static, str>>)>,
    listeners: Vec<(&'static str, Listener)>,
    children: Vec<Markup>,
    rows: Option<Rows>,
    created: Option<Created>,
}

type Listener = Box<dyn Fn(Event) + Send>;
type Created = Box<dyn FnOnce(&web_sys::Element) + Send>;

/// Children that are told apart by a key, and keep what they are while the list changes around them.
struct Rows {
    /// What rows own lives as long as they do, at most as long as this.
    owner: Owner,
    list: Box<dyn Fn() -> Vec<Row> + Send>,
}

/// An element of a sketch: the tag, then attributes as `|name=value`.
pub(crate) fn el(sketch: &'static str) -> El {
    El(Box::new(Parts {
        sketch,
        attributes: Vec::new(),
        listeners: Vec::new(),
        children: Vec::new(),
        rows: None,
        created: None,
    }))
}

/// What `say` says now, and again when a signal that it read has changed.
pub(crate) fn live<M: Into<Markup>>(say: impl Fn() -> M + Send + 'static) -> Markup {
    Markup::Live(Box::new(move || say().into()))
}

impl El {
    /// An attribute with a value that may change.
    pub(crate) fn attr(self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.set(name, Some(value.into()))
    }

    /// An attribute that is there only `when` something is so.
    pub(crate) fn attr_if(self, when: bool, name: &'static str, value: &'static str) -> Self {
        self.set(name, when.then_some(Cow::Borrowed(value)))
    }

    fn set(mut self, name: &'static str, value: Option<Cow<'static, str>>) -> Self {
        self.0.attributes.push((name, value));
        self
    }

    pub(crate) fn on(mut self, event: &'static str, listener: impl Fn(Event) + Send + 'static) -> Self {
        self.0.listeners.push((event, Box::new(listener)));
        self
    }

    /// One more child; none keeps its place for when there is one.
    pub(crate) fn child(self, markup: impl Into<Markup>) -> Self {
        self.push(markup.into())
    }

    fn push(mut self, markup: Markup) -> Self {
        self.0.children.push(markup);
        self
    }

    pub(crate) fn each(mut self, elements: impl IntoIterator<Item = Self>) -> Self {
        self.0.children.extend(elements.into_iter().map(Markup::Element));
        self
    }

    /// The rows of `list` as its only children, now and whenever a signal that it read has changed.
    pub(crate) fn rows(mut self, owner: Owner, list: impl Fn() -> Vec<Row> + Send + 'static) -> Self {
        self.0.rows = Some(Rows { owner, list: Box::new(list) });
        self
    }

    /// Is told of the element once it is made.
    pub(crate) fn created(mut self, created: impl FnOnce(&web_sys::Element) + Send + 'static) -> Self {
        self.0.created = Some(Box::new(created));
        self
    }
}

impl From<El> for Markup {
    fn from(element: El) -> Self {
        Self::Element(element)
    }
}

impl From<Option<El>> for Markup {
    fn from(element: Option<El>) -> Self {
        element.map_or_else(|| Self::Text(String::new()), Self::Element)
    }
}

impl From<String> for Markup {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Markup {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
