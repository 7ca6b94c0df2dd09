//! What a product would earn, beside its price.
//!
//! Parts: `earns`, `figure`, `why`, `why-summary`, `why-line`, `why-detail`, `why-points`, `notice`, `button`, `retry`.
//! Slots: `guest` (join and log-in links), `footer`.

use leptos::prelude::*;
use stampcard_model::api::{Preview, ProgramView};

use crate::{
    Act, Asker, I18n, Known, Locale, Phase,
    common::{self, Stage, icon, shape, stage},
    locale::Key,
    markup::{Drawing, El, el, live},
};

/// The points that a product would earn, with how they add up.
#[component]
pub fn ProductPoints(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// Whose product it is.
    asker: Asker,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let body = live(move || {
        let locale = i18n.get();
        known.with(|known| {
            let preview = known.preview(asker)?;
            Some(match stage(&known.program, preview) {
                // Whoever is no member is previewed, too.
                Stage::Loading | Stage::Guest(_) => el("div|class=earns skeleton|aria-hidden=true"),
                Stage::Failed(failure) => common::failure(&locale, failure, on_act),
                Stage::Shown(program, preview, failure) => {
                    let stale = failure.map(|failure| common::stale(&locale, failure, known.as_of, on_act));
                    let is_guest = known.me.phase == Phase::Guest;
                    earns(&locale, program, preview, is_guest, stale)
                }
            })
        })
    });
    let said = common::announce(
        move || known.with(|known| known.preview(asker)?.value.as_ref().map(|preview| preview.points)),
        move |_| {
            known.with(|known| {
                let program = known.program.value.as_ref()?;
                let preview = known.preview(asker)?.value.as_ref()?;
                Some(sentence(&i18n.get(), program, preview, known.me.phase == Phase::Guest))
            })
        },
    );
    Drawing(vec![el("div|class=frame").child(body).into(), common::status(said)])
}

fn earns(locale: &Locale, program: &ProgramView, preview: &Preview, is_guest: bool, stale: Option<El>) -> El {
    let class = if stale.is_some() { "earns-figure faint" } else { "earns-figure" };
    let figure = el("p|part=figure")
        .attr("class", class)
        .child(icon(shape::STAMP))
        .child(el("span").child(sentence(locale, program, preview, is_guest)));
    el("div|class=earns|part=earns")
        .child(figure)
        .child(is_guest.then(|| el("slot|name=guest")))
        .child(stale)
        .child(common::why(locale, program, preview))
        .child(el("slot|name=footer"))
}

fn sentence(locale: &Locale, program: &ProgramView, preview: &Preview, is_guest: bool) -> String {
    let words = &program.terminology;
    if preview.points.is_zero() {
        return locale.say(Key::PreviewNothing, &[("words", &words.other)]);
    }
    let key = if is_guest { Key::PreviewProductGuest } else { Key::PreviewProduct };
    locale.say(key, &[("amount", &locale.amount(preview.points, words))])
}
