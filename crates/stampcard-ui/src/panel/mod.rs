//! What a panel shows: a launcher outside of it; inside, a home with what is new and the way to every section.
//!
//! The sections are the other elements themselves. They are drawn as custom elements, which start when they come and
//! end when they go; the dialog around all of it is the shell's.
//!
//! Parts: `mark`, `label`, `badge`, `bar`, `back`, `title`, `body`, `news`, `tiles`, `tile`, `section`, `link`, `button`,
//! `notice`, `retry`. Slots: `guest` (join and log-in links), `question` (what the survey asks).

mod home;
mod launcher;
mod news;
mod sections;

use leptos::prelude::*;

pub use launcher::Launcher;

use self::news::news;
use crate::{
    Act, I18n, Known, Locale, Phase, common,
    locale::Key,
    markup::{Drawing, El, el, live},
};

/// What the shell says to a panel, line by line.
pub(crate) struct Told<'a> {
    /// The section that is open; empty at home.
    pub(crate) section: &'a str,
    /// The sections that the page wants, in its order; all of them where it names none.
    pub(crate) wanted: &'a str,
    /// The id of the survey.
    pub(crate) survey: &'a str,
    /// Where to join and to log in; empty where the page says neither.
    pub(crate) links: [&'a str; 2],
    /// Whether the page says what the survey asks.
    pub(crate) has_question: bool,
}

impl<'a> Told<'a> {
    pub(crate) fn read(text: &'a str) -> Self {
        let mut lines = text.split('\n');
        let mut line = || lines.next().unwrap_or_default();
        Self {
            section: line(),
            wanted: line(),
            survey: line(),
            links: [line(), line()],
            has_question: !line().is_empty(),
        }
    }
}

/// The inside of a panel.
#[component]
pub fn Panel(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// What the shell says, as [`Told`] reads it.
    told: ReadSignal<String>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    // Whoever looks inside has seen what is new.
    common::each_time(move || {
        let names = told.with(|told| known.with(|known| news(known, Told::read(told).survey)));
        let names: Vec<String> = names.into_iter().map(|(_, name)| name).collect();
        if known.with(|known| names.iter().any(|name| !known.seen.contains(name))) {
            on_act.run(Act::See { names });
        }
    });
    let bar = live(move || {
        let locale = i18n.get();
        told.with(|told| known.with(|known| bar(&locale, known, &Told::read(told))))
    });
    let body = live(move || {
        let locale = i18n.get();
        told.with(|told| {
            known.with(|known| {
                let told = Told::read(told);
                match sections::open(known, &told) {
                    Some(section) => {
                        el("div|class=open").child(sections::view(section, &locale, known, &told))
                    }
                    None => home::view(&locale, known, &told, on_act),
                }
            })
        })
    });
    Drawing(vec![bar, el("div|class=body|part=body").child(el("div|class=frame").child(body)).into()])
}

/// The heading, and the way back to the home.
fn bar(locale: &Locale, known: &Known, told: &Told<'_>) -> El {
    let open = sections::open(known, told);
    let title = match (open, known.program.value.as_deref()) {
        (Some(section), program) => section.title(locale, program),
        (None, Some(program)) => program.name.clone(),
        (None, None) => locale.text(Key::RewardsLabel),
    };
    let back = open.map(|_| {
        el("button|type=button|class=round way-back|part=button back|data-go=")
            .attr("aria-label", locale.text(Key::PanelBack))
            .child(common::icon(common::shape::CHEVRON))
    });
    el("div|class=bar|part=bar")
        .child(back)
        .child(el("h2|class=title|part=title|id=title|tabindex=-1|dir=auto").child(title))
}

/// Whether there is a member, as far as is known.
fn is_member(known: &Known) -> bool {
    known.me.value.is_some() || known.me.phase != Phase::Guest
}
