//! Where the member stands among the tiers.
//!
//! Parts: `card`, `label`, `name`, `ladder`, `rung`, `distance`, `standing`, `keep`, `benefits`, `summary`, `tier`,
//! `tier-name`, `benefit`, `notice`, `button`, `retry`. Slots: `guest` (join and log-in links), `footer`.

mod benefits;
mod ladder;

use leptos::prelude::*;
use stampcard_model::{
    TierId,
    api::{Me, ProgramView, TierView},
};

use crate::{
    Failure, I18n, Locale, Remote,
    common::{self, Stage, icon, shape, stage},
    locale::Key,
    markup::{Drawing, El, el, live},
};

/// The tier, the way to the next one, what keeps it, and what each tier gives.
#[component]
pub fn TierMeter(
    /// The program, for its tiers, words and time zone.
    #[prop(into)]
    program: Signal<Remote<ProgramView>>,
    /// The member.
    #[prop(into)]
    me: Signal<Remote<Me>>,
    /// When the last known values were read, in milliseconds since 1970 UTC.
    #[prop(into)]
    as_of: Signal<Option<f64>>,
    /// The member asks to try again.
    on_retry: Callback<()>,
) -> impl IntoView {
    let i18n = I18n::current();
    let tier = Memo::new(move |_| me.with(|me| me.value.as_ref().map(|me| me.tier.tier.clone())));
    let changed = common::announce(tier, move |tier| {
        let name =
            program.with_untracked(|p| p.value.as_ref().and_then(|p| Some(find(p, &tier)?.name.clone())))?;
        Some(i18n.get().say(Key::TierChanged, &[("tier", &name)]))
    });
    let body = live(move || {
        let locale = i18n.get();
        program.with(|program| {
            me.with(|me| match stage(program, me) {
                Stage::Loading => el("div|class=tier skeleton|aria-hidden=true"),
                Stage::Failed(failure) => {
                    sheet(locale.text(Key::TierLabel)).child(common::failure(&locale, failure, on_retry))
                }
                Stage::Guest(program) => guest(&locale, program),
                Stage::Shown(program, me, stale) => {
                    let notice = stale.map(|failure| common::stale(&locale, failure, as_of.get(), on_retry));
                    standing(&locale, program, me, stale, notice)
                }
            })
        })
    });
    Drawing(vec![el("div|class=frame").child(body).into(), common::status(changed)])
}

pub(crate) fn find<'a>(program: &'a ProgramView, id: &TierId) -> Option<&'a TierView> {
    program.tiers.iter().find(|tier| tier.id == *id)
}

fn sheet(label: String) -> El {
    el("div|class=tier|part=card|role=group").attr("aria-label", label)
}

fn guest(locale: &Locale, program: &ProgramView) -> El {
    let (Some(first), Some(last)) = (program.tiers.first(), program.tiers.last()) else {
        return empty(locale, program);
    };
    let names =
        [("program", program.name.as_str()), ("first", first.name.as_str()), ("last", last.name.as_str())];
    sheet(locale.text(Key::TierLabelGuest))
        .child(el("p|class=label|part=label").child(locale.text(Key::TierLabelGuest)))
        .child(el("p|class=invite|part=invite").child(locale.say(Key::TierGuest, &names)))
        .child(el("slot|name=guest"))
        .child(benefits::view(locale, program, None))
}

fn empty(locale: &Locale, program: &ProgramView) -> El {
    let sentence = locale.say(Key::TierEmpty, &[("program", &program.name)]);
    let hint = el("p|class=hint|part=hint").child(sentence);
    sheet(locale.text(Key::TierLabelGuest)).child(el("slot|name=empty").child(hint))
}

fn standing(
    locale: &Locale,
    program: &ProgramView,
    me: &Me,
    stale: Option<Failure>,
    notice: Option<El>,
) -> El {
    // A tier that the program no longer has can only come from a program that changed in between.
    let Some(tier) = find(program, &me.tier.tier) else {
        return empty(locale, program);
    };
    let class = if stale.is_some() { "standing faint" } else { "standing" };
    sheet(locale.text(Key::TierLabel))
        .child(el("p|class=label|part=label").child(locale.text(Key::TierLabel)))
        .child(el("p|class=name|part=name").child(tier.name.as_str()))
        .child(ladder::view(el("div").attr("class", class), locale, program, me, tier))
        .child(keep(locale, program, me, tier))
        .child(notice)
        .child(benefits::view(locale, program, Some(&tier.id)))
        .child(el("slot|name=footer"))
}

fn keep(locale: &Locale, program: &ProgramView, me: &Me, tier: &TierView) -> Option<El> {
    let keep = me.tier.keep?;
    let date = locale.last_day(keep.until, &program.time_zone);
    let amount = locale.amount(keep.missing, &program.terminology);
    let args = [("tier", tier.name.as_str()), ("date", &date), ("amount", &amount)];
    let (key, class) = match keep.missing.is_zero() {
        true => (Key::TierKept, "keep"),
        false => (Key::TierKeep, "keep warning"),
    };
    let sentence = el("span").child(locale.say(key, &args));
    Some(el("p|part=keep").attr("class", class).child(icon(shape::CLOCK)).child(sentence))
}
