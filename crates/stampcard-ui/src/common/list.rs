//! What is around a list of a member's things: its heading, its states, and where focus goes.

use std::sync::Arc;

use leptos::prelude::*;
use stampcard_model::api::ProgramView;
use wasm_bindgen::JsCast;

use super::{Stage, announce, deed_sentence, each_time, failure, stage, stale, status};
use crate::{
    Act, Deed, Failure, I18n, Known, Locale, Outcome, Remote,
    locale::Key,
    markup::{Drawing, El, Markup, Row, el, live},
};

/// A list that a component shows.
#[derive(Clone, Copy)]
pub(crate) struct List {
    pub(crate) known: ReadSignal<Known>,
    pub(crate) on_act: Callback<Act>,
    pub(crate) label: Key,
    /// What is said to somebody who is not a member.
    pub(crate) guest: Key,
    pub(crate) empty: Key,
    /// The sketch of the section.
    pub(crate) section: &'static str,
    /// The sketch of what stands there while it loads, and of how many pieces it is.
    pub(crate) skeleton: (&'static str, usize),
    /// In which of its states it is.
    pub(crate) state: fn(&Known) -> ListState<'_>,
    /// Which deeds are done here.
    pub(crate) is_deed: fn(&Deed) -> bool,
}

/// In which of its states a list is.
pub(crate) enum ListState<'a> {
    Loading,
    Guest(&'a ProgramView),
    Failed(Failure),
    Empty,
    /// With a failure it is stale.
    Shown(Option<Failure>),
}

impl<'a> ListState<'a> {
    pub(crate) fn of<T>(known: &'a Known, value: &'a Remote<T>, is_empty: fn(&T) -> bool) -> Self {
        match stage(&known.program, value) {
            Stage::Loading => Self::Loading,
            Stage::Guest(program) => Self::Guest(program),
            Stage::Failed(failure) => Self::Failed(failure),
            Stage::Shown(_, shown, None) if is_empty(shown) => Self::Empty,
            Stage::Shown(_, _, stale) => Self::Shown(stale),
        }
    }
}

/// Where the member is in a list.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    section: StoredValue<Option<web_sys::HtmlElement>, LocalStorage>,
    /// The card whose button was pressed last.
    card: StoredValue<Option<web_sys::HtmlElement>, LocalStorage>,
}

impl Place {
    /// Keeps the focus from now on.
    pub(crate) fn new(known: ReadSignal<Known>) -> Self {
        let place = Self { section: StoredValue::new_local(None), card: StoredValue::new_local(None) };
        place.watch(known);
        place
    }

    /// Makes an element the list.
    pub(crate) fn at(self, list: El) -> El {
        list.created(move |made| self.section.set_value(made.clone().dyn_into().ok()))
            .on("click", move |event| self.pressed(&event))
    }

    /// When a deed is answered its button may be gone, at the latest once everything has been read anew.
    fn watch(self, known: ReadSignal<Known>) {
        let (mut was_sending, mut settles_after) = (false, None);
        each_time(move || {
            let (is_sending, as_of) = known.with(|known| (known.is_doing(), known.as_of));
            if std::mem::replace(&mut was_sending, is_sending) && !is_sending {
                settles_after = Some(as_of);
            }
            if settles_after.is_some() {
                self.keep();
            }
            if settles_after.is_some_and(|before| before != as_of) {
                settles_after = None;
            }
        });
    }

    fn pressed(self, event: &web_sys::Event) {
        let button = event_target::<web_sys::Element>(event).closest("button").ok().flatten();
        let card = button.and_then(|button| button.closest("li[tabindex]").ok().flatten());
        if let Some(card) = card.and_then(|card| card.dyn_into().ok()) {
            self.card.set_value(Some(card));
            self.keep();
        }
    }

    /// A button that is gone leaves its focus to its card, and a card to its list if that can have it, once all that is
    /// due has been redrawn.
    fn keep(self) {
        request_animation_frame(move || {
            let Some(list) = self.section.try_get_value().flatten() else { return };
            let is_lost = document().active_element().is_none_or(|at| at.tag_name() == "BODY");
            let pressed = self.card.try_get_value().flatten();
            if let (Ok(None), true, Some(card)) = (list.query_selector(":focus"), is_lost, pressed) {
                // Focus that a browser refuses stays where it is.
                let _ = if card.is_connected() { card.focus() } else { list.focus() };
            }
        });
    }
}

/// What a key stands for now; nothing when it stands for nothing any more.
pub(crate) type Card = Arc<dyn Fn(&Locale, &ProgramView, &Known, &str) -> Option<El> + Send + Sync>;

impl List {
    /// Draws it: `body` is there while there is something to show, `for_guests` for who is not a member.
    pub(crate) fn draw(
        self,
        i18n: I18n,
        said: RwSignal<String>,
        body: Box<dyn Fn() -> El + Send>,
        for_guests: fn(&Locale, &ProgramView) -> Option<El>,
    ) -> Drawing {
        let known = self.known;
        let head = live(move || {
            let locale = i18n.get();
            known.with(|known| self.head(&locale, known))
        });
        // What is inside looks for itself: it is drawn anew only when it comes, goes, or is stale.
        let shown = Memo::new(move |_| {
            known.with(|known| match (self.state)(known) {
                ListState::Shown(stale) => Some(stale.is_some()),
                ListState::Loading | ListState::Guest(_) | ListState::Failed(_) | ListState::Empty => None,
            })
        });
        let body = live(move || {
            if let Some(is_stale) = shown.get() {
                return Some(el("fieldset|class=shelf").attr_if(is_stale, "disabled", "").child(body()));
            }
            let locale = i18n.get();
            known.with(|known| match (self.state)(known) {
                ListState::Loading => Some(self.skeleton()),
                ListState::Guest(program) => for_guests(&locale, program),
                ListState::Failed(_) | ListState::Empty | ListState::Shown(_) => None,
            })
        });
        say_deeds(i18n, known, self.is_deed, said);
        let drawn = Place::new(known)
            .at(el(self.section))
            .child(el("h2|class=unseen").child(live(move || i18n.get().text(self.label))))
            .child(head)
            .child(body)
            .child(el("slot|name=footer"));
        Drawing(vec![el("div|class=frame").child(drawn).into(), status(said)])
    }

    fn skeleton(&self) -> El {
        let (sketch, pieces) = self.skeleton;
        el(sketch).each((0..pieces).map(|_| el("div")))
    }

    /// What is said above the list, or instead of it.
    fn head(&self, locale: &Locale, known: &Known) -> Option<El> {
        Some(match (self.state)(known) {
            ListState::Loading | ListState::Shown(None) => return None,
            ListState::Failed(why) => failure(locale, why, self.on_act),
            ListState::Shown(Some(why)) => stale(locale, why, known.as_of, self.on_act),
            ListState::Guest(program) => {
                let words =
                    [("program", program.name.as_str()), ("words", program.terminology.other.as_str())];
                el("div|class=welcome|part=invite")
                    .child(el("p|class=invite").child(locale.say(self.guest, &words)))
                    .child(el("slot|name=guest"))
            }
            ListState::Empty => {
                let words = known.program.value.as_ref().map(|program| program.terminology.other.as_str());
                let hint = locale.say(self.empty, &[("words", words.unwrap_or_default())]);
                el("slot|name=empty").child(el("p|class=hint|part=hint").child(hint))
            }
        })
    }

    /// Rows that stay where they are and are drawn anew in place.
    pub(crate) fn rows(self, i18n: I18n, sketch: &'static str, keys: Vec<String>, card: &Card) -> Vec<Row> {
        rows(i18n, self.known, sketch, keys, card)
    }
}

/// [`List::rows`] without a list around them.
pub(crate) fn rows(
    i18n: I18n,
    known: ReadSignal<Known>,
    sketch: &'static str,
    keys: Vec<String>,
    card: &Card,
) -> Vec<Row> {
    let row = |key: String| {
        let (card, of) = (Arc::clone(card), key.clone());
        let body = move || {
            let body = live(move || {
                let locale = i18n.get();
                known.with(|known| card(&locale, known.program.value.as_deref()?, known, &of))
            });
            Markup::from(el(sketch).child(body))
        };
        Row { key, say: Box::new(body) }
    };
    keys.into_iter().map(row).collect()
}

/// Says how deeds go that are done here, for those who do not see it.
pub(crate) fn say_deeds(
    i18n: I18n,
    known: ReadSignal<Known>,
    is_deed: fn(&Deed) -> bool,
    said: RwSignal<String>,
) {
    let deed = move || Some(known.with(|known| known.deed.clone()));
    let heard = announce(deed, move |deed: &Option<(Deed, Outcome)>| {
        let (deed, outcome) = deed.as_ref().filter(|(deed, _)| is_deed(deed))?;
        let locale = i18n.get();
        known.with(|known| {
            let words = &known.program.value.as_ref()?.terminology;
            Some(deed_sentence(&locale, words, deed, outcome))
        })
    });
    each_time(move || said.set(heard.get()));
}
