//! The member's language: sentences from a catalogue, numbers and days through the browser's `Intl`.
//!
//! One catalogue file a language; `build.rs` checks them against the English one. English is built in, any other language
//! is handed in at run time, so that the widget carries one language and not all of them.

mod intl;
mod phrase;

use std::rc::Rc;

use js_sys::Reflect;
use leptos::prelude::*;
use stampcard_model::{BasisPoints, Date, MoneyCode, Points, Terminology, Timestamp};
use wasm_bindgen::JsValue;

use intl::Intl;
pub(crate) use phrase::Key;
use phrase::Phrases;

/// A language with its sentences and formatters. Cloning is cheap.
#[derive(Clone)]
pub struct Locale(Rc<Inner>);

struct Inner {
    tag: String,
    phrases: Phrases,
    intl: Intl,
}

impl Locale {
    /// Makes a locale from a BCP 47 tag and the parsed catalogue of its language: the object in `src/locale/<tag>.json`.
    ///
    /// English needs no catalogue. What a catalogue lacks is said in English; without a readable catalogue a language
    /// other than English becomes English altogether. A tag that the browser refuses formats as English.
    pub fn new(tag: &str, catalogue: Option<JsValue>) -> Self {
        let is_english = tag == "en" || tag.starts_with("en-");
        let catalogue = catalogue.filter(JsValue::is_object);
        let tag = if is_english || catalogue.is_some() { tag } else { "en" };
        let phrases = catalogue.map_or_else(Phrases::english, |catalogue| {
            Phrases::read(|name| Reflect::get(&catalogue, &name.into()).ok()?.as_string())
        });
        Self(Rc::new(Inner { tag: tag.to_owned(), phrases, intl: Intl::new(tag) }))
    }

    /// The tag of the language that is spoken, for the `lang` attribute of the base element.
    pub fn tag(&self) -> &str {
        &self.0.tag
    }

    /// The direction of its script, `ltr` or `rtl`, for the `dir` attribute of the base element.
    pub fn direction(&self) -> &'static str {
        const RIGHT_TO_LEFT: [&str; 8] = ["ar", "ckb", "dv", "fa", "he", "ps", "ur", "yi"];
        let language = self.tag().split('-').next().unwrap_or_default();
        if RIGHT_TO_LEFT.contains(&language) { "rtl" } else { "ltr" }
    }

    /// A sentence without placeholders.
    pub(crate) fn text(&self, key: Key) -> String {
        self.say(key, &[])
    }

    /// A sentence with its placeholders filled in.
    pub(crate) fn say(&self, key: Key, args: &[(&str, &str)]) -> String {
        self.fill(self.0.phrases.text(key), args)
    }

    /// A sentence about `count` things; `{number}` is the count.
    pub(crate) fn count(&self, key: Key, count: u64, args: &[(&str, &str)]) -> String {
        let category = self.0.intl.plural(count);
        let counted =
            phrase::fill(self.0.phrases.variant(key, &category), &[("number", &self.number(count))]);
        self.fill(&counted, args)
    }

    /// A text from outside that may run the other way, for a place among our own words. An element that holds
    /// nothing else has `dir=auto` instead.
    pub(crate) fn apart(&self, text: &str) -> String {
        phrase::isolated(text, self.direction() == "rtl")
    }

    /// Fills a sentence, and keeps what may run the other way, such as a name, to itself.
    fn fill(&self, text: &str, args: &[(&str, &str)]) -> String {
        let apart: Vec<String> = args.iter().map(|(_, value)| self.apart(value)).collect();
        let args: Vec<(&str, &str)> =
            args.iter().zip(&apart).map(|((name, _), value)| (*name, value.as_str())).collect();
        phrase::fill(text, &args)
    }

    /// A whole number, grouped.
    pub(crate) fn number(&self, number: u64) -> String {
        self.0.intl.number(number)
    }

    /// An amount in the program's own word: `120 stars`.
    pub(crate) fn amount(&self, points: Points, words: &Terminology) -> String {
        self.say(Key::Amount, &[("number", &self.number(points.get())), ("word", word(points, words))])
    }

    /// A text with a sign before it, which stays there where the language runs from right to left.
    pub(crate) fn signed(&self, sign: &str, text: &str) -> String {
        const LEFT_TO_RIGHT_MARK: &str = "\u{200e}";
        [if self.direction() == "rtl" { LEFT_TO_RIGHT_MARK } else { "" }, sign, text].concat()
    }

    /// Money, without decimals when there are none to show.
    pub(crate) fn money(&self, minor: u64, code: &MoneyCode) -> String {
        self.0.intl.money(minor, code)
    }

    /// A share in hundredths of a percent, as a percentage.
    pub(crate) fn percent(&self, basis_points: u32) -> String {
        self.0.intl.percent(basis_points)
    }

    /// The last day before `end`, in the program's time zone: points that expire and vouchers that end at midnight are
    /// good for the whole day before it.
    pub(crate) fn last_day(&self, end: Timestamp, time_zone: &str) -> String {
        self.0.intl.day(end.plus_millis(-1), time_zone)
    }

    /// A day, in the program's time zone.
    pub(crate) fn day(&self, at: Timestamp, time_zone: &str) -> String {
        self.0.intl.day(at, time_zone)
    }

    /// A calendar day.
    pub(crate) fn date(&self, date: Date) -> String {
        let (year, month, day) = date.parts();
        self.0.intl.day(Timestamp::from_civil_date(year, month, day), "UTC")
    }

    /// How many times something is taken, from hundredths of a percent: `1.25`.
    pub(crate) fn times(&self, factor: BasisPoints) -> String {
        self.0.intl.factor(factor.0)
    }

    /// A time of day where the member is, with the day unless it is recent.
    pub(crate) fn clock(&self, at_ms: f64) -> String {
        self.0.intl.clock(at_ms)
    }
}

impl Default for Locale {
    fn default() -> Self {
        Self::new("en", None)
    }
}

/// What members call this many points.
pub(crate) fn word(points: Points, words: &Terminology) -> &str {
    if points.get() == 1 { &words.one } else { &words.other }
}

/// The locale of everything below in the tree; a change redraws texts in place.
#[derive(Clone, Copy)]
pub struct I18n(ReadSignal<Locale, LocalStorage>);

impl I18n {
    /// Gives every component created under the current owner this locale.
    pub fn provide(locale: ReadSignal<Locale, LocalStorage>) {
        provide_context(Self(locale));
    }

    /// The locale of the tree; English where none was provided.
    pub(crate) fn current() -> Self {
        use_context().unwrap_or_else(|| Self(RwSignal::new_local(Locale::default()).read_only()))
    }

    /// The locale now, tracked.
    pub(crate) fn get(self) -> Locale {
        self.0.try_get().unwrap_or_default()
    }
}
