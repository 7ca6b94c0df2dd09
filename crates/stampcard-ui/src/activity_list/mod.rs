//! The member's ledger, newest first, and why each line is what it is.
//!
//! Parts: `list`, `entries`, `entry`, `title`, `date`, `delta`, `after`, `why`, `summary`, `reason`, `more`, `button`,
//! `notice`, `retry`, `invite`, `hint`. Slots: `guest` (join and log-in links), `empty` (when nothing happened yet),
//! `footer`.

mod line;
mod why;

use std::sync::Arc;

use leptos::prelude::*;
use stampcard_model::api::{EntryView, ProgramView};

use crate::{
    Act, History, I18n, Known, Phase,
    common::{self, List, ListState, failure_key},
    locale::Key,
    markup::{Drawing, Row, el, live},
};

/// What came and went, line by line.
#[component]
pub fn ActivityList(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let list = List {
        known,
        on_act,
        label: Key::ActivityLabel,
        guest: Key::ActivityGuest,
        empty: Key::ActivityEmpty,
        section: "section|class=list|part=list",
        skeleton: ("div|class=activity skeleton|aria-hidden=true", 5),
        state: |known| ListState::of(known, &known.history, |history: &History| history.entries.is_empty()),
        is_deed: |_| false,
    };
    // Lines read the program through this, so that a refresh that changes nothing redraws nothing.
    let program = Memo::new(move |_| known.with(|known| known.program.value.clone()));
    let count = move || known.with(|known| known.history.value.as_ref().map(|all| all.entries.len()));
    let said =
        common::announce(count, move |count| Some(i18n.get().count(Key::ActivityShown, *count as u64, &[])));
    let owner = Owner::current().unwrap_or_default();
    let body = move || {
        let lines = move || {
            let history = known.with(|known| known.history.value.clone());
            history.iter().flat_map(|all| &all.entries).map(|line| row(i18n, program, line)).collect()
        };
        let more = live(move || {
            let locale = i18n.get();
            let (has_more, phase) = known.with(|known| {
                let history = known.history.value.as_ref();
                history.map_or((false, Phase::Ready), |all| (all.next.is_some(), all.more))
            });
            let is_busy = phase == Phase::Loading;
            let note = match phase {
                Phase::Failed(failure) => Some(el("p").child(locale.text(failure_key(failure)))),
                Phase::Guest | Phase::Loading | Phase::Ready => None,
            };
            has_more.then(|| {
                let button = el("button|type=button|part=button more")
                    .attr("class", if is_busy { "button quiet busy" } else { "button quiet" })
                    .attr_if(is_busy, "aria-busy", "true")
                    .on("click", move |_| on_act.run(Act::More))
                    .child(locale.text(Key::ActivityMore));
                el("div|class=more").child(note).child(button)
            })
        });
        el("div|class=ledger")
            .child(el("ol|class=activity|part=entries").rows(owner.clone(), lines))
            .child(more)
    };
    list.draw(i18n, said, Box::new(body), |_, _| None)
}

/// A line never changes but for the language of its title.
fn row(i18n: I18n, program: Memo<Option<Arc<ProgramView>>>, line: &Arc<EntryView>) -> Row {
    let line = Arc::clone(line);
    let key = [line.seq.to_string().as_str(), " ", line.title.as_deref().unwrap_or_default()].concat();
    Row { key, say: Box::new(move || line::view(i18n, program, line)) }
}
