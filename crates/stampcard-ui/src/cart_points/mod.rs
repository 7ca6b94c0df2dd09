//! What a cart would earn, and the rewards that can be used in it.
//!
//! Parts: `cart`, `label`, `figure`, `number`, `word`, `why`, `why-summary`, `why-line`, `why-detail`, `why-points`,
//! `usable`, `usable-title`, `choice`, `title`, `price`, `best`, `button`, `redeem`, `notice`, `retry`, and those of the
//! dialog in `rewards`. Slots: `guest` (join and log-in links), `empty` (while the cart is), `footer`.

mod usable;

use leptos::prelude::*;
use stampcard_model::api::{Preview, ProgramView};

use crate::{
    Act, Asker, I18n, Known, Locale, Phase,
    common::{self, Stage, stage},
    locale::{self, Key},
    markup::{Drawing, El, el, live},
    reward_grid::{self, Desk},
};

/// The points that a cart would earn, with how they add up, and what the member could redeem for it.
#[component]
pub fn CartPoints(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// Whose cart it is.
    asker: Asker,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let desk = Desk::new(known, on_act);
    let body = live(move || {
        let locale = i18n.get();
        known.with(|known| match known.preview(asker) {
            None => empty(&locale, known),
            Some(preview) => match stage(&known.program, preview) {
                // Whoever is no member is previewed, too.
                Stage::Loading | Stage::Guest(_) => el("div|class=cart skeleton|aria-hidden=true"),
                Stage::Failed(failure) => sheet(common::failure(&locale, failure, on_act)),
                Stage::Shown(program, preview, failure) => {
                    let stale = failure.map(|failure| common::stale(&locale, failure, known.as_of, on_act));
                    let is_stale = stale.is_some();
                    let points = points(&locale, program, preview, known).child(stale);
                    let usable = usable::view(&locale, program, known, preview, is_stale, desk);
                    sheet(points).child(usable).child(el("slot|name=footer"))
                }
            },
        })
    });
    let said = common::announce(
        move || known.with(|known| known.preview(asker)?.value.as_ref().map(|preview| preview.points)),
        move |points| {
            let locale = i18n.get();
            known.with(|known| {
                let amount = locale.amount(*points, &known.program.value.as_ref()?.terminology);
                Some(locale.say(Key::PreviewCartChanged, &[("amount", &amount)]))
            })
        },
    );
    Drawing(vec![
        el("div|class=frame").child(body).into(),
        reward_grid::dialog(i18n, desk),
        common::status(said),
    ])
}

fn sheet(main: El) -> El {
    el("section|class=cart|part=cart").child(main)
}

/// Nothing is in the cart yet.
fn empty(locale: &Locale, known: &Known) -> El {
    let sentence = known.program.value.as_ref().map(|program| {
        let words = [("words", program.terminology.other.as_str())];
        el("p|class=hint|part=hint").child(locale.say(Key::PreviewCartEmpty, &words))
    });
    sheet(el("slot|name=empty").child(sentence))
}

fn points(locale: &Locale, program: &ProgramView, preview: &Preview, known: &Known) -> El {
    let words = &program.terminology;
    let is_guest = known.me.phase == Phase::Guest;
    let label = locale.text(Key::PreviewCartLabel);
    let number =
        el("span|class=number|part=number").child(["+", &locale.number(preview.points.get())].concat());
    let word = el("span|class=word|part=word").child(locale::word(preview.points, words));
    let invite = is_guest.then(|| {
        let names = [("program", program.name.as_str()), ("words", &words.other)];
        el("div|class=cart-guest")
            .child(el("p|class=hint|part=invite").child(locale.say(Key::PreviewCartGuest, &names)))
            .child(el("slot|name=guest"))
    });
    el("div|class=cart-points")
        .child(el("h2|class=label|part=label").child(label))
        .child(el("p|class=figure|part=figure").child(number).child(" ").child(word))
        .child(invite)
        .child(common::why(locale, program, preview))
}
