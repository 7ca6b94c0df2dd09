//! What a cart would earn, and what can be used in it.
//!
//! Parts: `cart`, `label`, `figure`, `number`, `word`, `invite`, `hint`, `why`, `why-summary`, `why-line`,
//! `why-detail`, `why-points`, `usable`, `usable-title`, `voucher`, `reward`, `title`, `price`, `best`, `button`,
//! `apply`, `cancel`, `do`, `note`, `redeem`, `notice`, `retry`, and those of the dialog in `rewards`.
//! Slots: `guest` (join and log-in links), `empty` (while the cart is), `footer`.

mod usable;

use leptos::prelude::*;
use stampcard_model::api::{Preview, ProgramView};

use crate::{
    Act, Asker, Deed, I18n, Known, Locale, Phase,
    common::{self, Place, Stage, stage},
    locale::{self, Key},
    markup::{Drawing, El, el, live},
    reward_grid::{self, Desk},
};
use usable::Shelf;

/// The points that a cart would earn, with how they add up, and what the member could use in it.
#[component]
pub fn CartPoints(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// Whose cart it is.
    asker: Asker,
    /// Whether the page takes vouchers into its cart.
    can_apply: ReadSignal<bool>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let desk = Desk::new(known, can_apply, on_act);
    let shelf = Shelf::new(known, asker, can_apply, on_act, desk);
    let place = Place::new(known);
    let owner = Owner::current().unwrap_or_default();
    // What is inside looks for itself.
    let is_there = Memo::new(move |_| known.with(|known| is_there(known, asker)));
    let body = live(move || {
        if !is_there.get() {
            return el("div|class=cart skeleton|aria-hidden=true");
        }
        let head = live(move || {
            let locale = i18n.get();
            known.with(|known| head(&locale, known, asker, on_act))
        });
        place
            .at(el("section|class=cart|part=cart|tabindex=-1"))
            .child(head)
            .child(usable::view(i18n, shelf, owner.clone()))
            .child(el("slot|name=footer"))
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
    common::say_deeds(i18n, known, |deed| matches!(deed, Deed::Cancel { .. }), said);
    Drawing(vec![
        el("div|class=frame").child(body).into(),
        reward_grid::dialog(i18n, desk),
        common::status(said),
    ])
}

/// Whether there is anything to say of the cart yet; whoever is no member is previewed, too.
fn is_there(known: &Known, asker: Asker) -> bool {
    known.preview(asker).is_none_or(|preview| match stage(&known.program, preview) {
        Stage::Loading | Stage::Guest(_) => false,
        Stage::Failed(_) | Stage::Shown(..) => true,
    })
}

/// What the cart earns, or why that is not said.
fn head(locale: &Locale, known: &Known, asker: Asker, on_act: Callback<Act>) -> Option<El> {
    let Some(preview) = known.preview(asker) else {
        return Some(empty(locale, known));
    };
    match stage(&known.program, preview) {
        Stage::Loading | Stage::Guest(_) => None,
        Stage::Failed(failure) => Some(common::failure(locale, failure, on_act)),
        Stage::Shown(program, preview, failure) => {
            let stale = failure.map(|failure| common::stale(locale, failure, known.as_of, on_act));
            Some(points(locale, program, preview, known).child(stale))
        }
    }
}

/// Nothing is in the cart yet.
fn empty(locale: &Locale, known: &Known) -> El {
    let sentence = known.program.value.as_ref().map(|program| {
        let words = [("words", program.terminology.other.as_str())];
        el("p|class=hint|part=hint").child(locale.say(Key::PreviewCartEmpty, &words))
    });
    el("slot|name=empty").child(sentence)
}

fn points(locale: &Locale, program: &ProgramView, preview: &Preview, known: &Known) -> El {
    let words = &program.terminology;
    let is_guest = known.me.phase == Phase::Guest;
    let label = locale.text(Key::PreviewCartLabel);
    let number =
        el("span|class=number|part=number").child(locale.signed("+", &locale.number(preview.points.get())));
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
