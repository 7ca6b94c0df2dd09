//! What stands on the launcher: the balance in short, or an invitation, and how much is new.

use leptos::prelude::*;
use stampcard_model::api::Me;

use super::{Told, news::news};
use crate::{
    I18n, Known, Locale,
    common::{Stage, icon, shape, stage},
    locale::{self, Key},
    markup::{Drawing, El, el, live},
};

/// The inside of the launcher.
#[component]
pub fn Launcher(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// What the shell says, as [`Told`] reads it.
    told: ReadSignal<String>,
) -> Drawing {
    let i18n = I18n::current();
    let label = live(move || {
        let locale = i18n.get();
        known.with(|known| label(&locale, &stage(&known.program, &known.me)))
    });
    let badge = live(move || {
        let locale = i18n.get();
        let count = told.with(|told| {
            known.with(|known| {
                let news = news(known, Told::read(told).survey);
                news.iter().filter(|(_, name)| !known.seen.contains(name)).count()
            })
        });
        (count > 0).then(|| {
            let number = el("span|aria-hidden=true").child(locale.number(count as u64));
            let words = el("span|class=unseen").child(locale.count(Key::PanelNew, count as u64, &[]));
            el("span|class=badge|part=badge").child(number).child(words)
        })
    });
    let mark = el("span|class=crest|part=mark").child(icon(shape::STAMP));
    Drawing(vec![mark.into(), label, " ".into(), badge])
}

fn label(locale: &Locale, stage: &Stage<'_, Me>) -> El {
    let label = el("span|part=label");
    match stage {
        Stage::Loading | Stage::Failed(_) => {
            label.attr("class", "unseen").child(locale.text(Key::RewardsLabel))
        }
        Stage::Guest(program) => {
            let words = [("words", program.terminology.other.as_str())];
            label.attr("class", "words").child(locale.say(Key::BalanceInvite, &words))
        }
        Stage::Shown(program, me, stale) => {
            let points = me.balance.available;
            let class = if stale.is_some() { "words faint" } else { "words" };
            let number = el("strong").child(locale.number(points.get()));
            label
                .attr("class", class)
                .child(number)
                .child(" ")
                .child(locale::word(points, &program.terminology))
        }
    }
}
