//! Where the member stands among the tiers.
//!
//! Parts: `card`, `label`, `name`, `ladder`, `rung`, `distance`, `standing`, `keep`, `benefits`, `summary`, `tier`,
//! `tier-name`, `benefit`, `notice`, `button`, `retry`. Slots: `guest` (join and log-in links), `footer`.

mod benefits;
mod ladder;

use leptos::prelude::*;
use stampcard_model::{
    MemberId, Points, TierId,
    api::{Me, MeasureView, ProgramView, TierView},
};

use crate::{
    Act, Failure, I18n, Known, Locale,
    common::{self, Stage, icon, shape, stage},
    locale::Key,
    markup::{Drawing, El, el, live},
};

/// The tier, the way to the next one, what keeps it, and what each tier gives.
#[component]
pub fn TierMeter(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let tier = move || known.with(|known| known.me.value.as_ref().map(|me| me.tier.tier.clone()));
    let changed = common::announce(tier, move |tier| {
        let name = known.with(|known| Some(find(known.program.value.as_ref()?, tier)?.name.clone()))?;
        Some(i18n.get().say(Key::TierChanged, &[("tier", &name)]))
    });
    let has_risen = RwSignal::new(false);
    let mut before = None;
    common::each_time(move || {
        let Some((member, rank)) = known.with(rank) else { return };
        // Another member has not risen, whatever their tier is.
        let from =
            before.replace((member.clone(), rank)).filter(|(was, _)| *was == member).map(|(_, from)| from);
        if from.is_none_or(|from| from < rank) {
            has_risen.set(from.is_some());
        }
    });
    let body = live(move || {
        let locale = i18n.get();
        known.with(|known| match stage(&known.program, &known.me) {
            Stage::Loading => el("div|class=tier skeleton|aria-hidden=true"),
            Stage::Failed(failure) => {
                sheet(locale.text(Key::TierLabel)).child(common::failure(&locale, failure, on_act))
            }
            Stage::Guest(program) => guest(&locale, program),
            Stage::Shown(program, me, stale) => {
                let notice = stale.map(|failure| common::stale(&locale, failure, known.as_of, on_act));
                standing(&locale, program, me, stale, notice)
                    .attr("class", if has_risen.get() { "tier risen" } else { "tier" })
            }
        })
    });
    Drawing(vec![el("div|class=frame").child(body).into(), common::status(changed)])
}

pub(crate) fn find<'a>(program: &'a ProgramView, id: &TierId) -> Option<&'a TierView> {
    program.tiers.iter().find(|tier| tier.id == *id)
}

/// The member, and the place of their tier from the lowest.
fn rank(known: &Known) -> Option<(MemberId, usize)> {
    let (program, me) = (known.program.value.as_ref()?, known.me.value.as_ref()?);
    let rank = program.tiers.iter().position(|tier| tier.id == me.tier.tier)?;
    Some((me.member.id.clone(), rank))
}

/// An amount of what counts towards a tier.
fn measured(locale: &Locale, program: &ProgramView, amount: Points) -> String {
    match program.measure {
        MeasureView::PointsEarned | MeasureView::PointsHeld | MeasureView::Unrecognized => {
            locale.amount(amount, &program.terminology)
        }
        MeasureView::Spend => locale.money(amount.get(), &program.money),
        MeasureView::Orders => locale.count(Key::TierOrders, amount.get(), &[]),
    }
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
        .child(el("p|class=name|part=name|dir=auto").child(tier.name.as_str()))
        .child(ladder::view(el("div").attr("class", class), locale, program, me, tier))
        .child(keep(locale, program, me))
        .child(notice)
        .child(benefits::view(locale, program, Some(&tier.id)))
        .child(el("slot|name=footer"))
}

fn keep(locale: &Locale, program: &ProgramView, me: &Me) -> Option<El> {
    let (sentence, is_kept) = how_long(locale, program, me)?;
    let class = if is_kept { "keep" } else { "keep warning" };
    Some(el("p|part=keep").attr("class", class).child(icon(shape::CLOCK)).child(el("span").child(sentence)))
}

/// How long the member keeps the tier, and whether it takes nothing more.
pub(crate) fn how_long(locale: &Locale, program: &ProgramView, me: &Me) -> Option<(String, bool)> {
    let (keep, tier) = (me.tier.keep?, find(program, &me.tier.tier)?);
    let date = locale.last_day(keep.until, &program.time_zone);
    let amount = measured(locale, program, keep.missing);
    let args = [("tier", tier.name.as_str()), ("date", &date), ("amount", &amount)];
    let is_kept = keep.missing.is_zero();
    Some((locale.say(if is_kept { Key::TierKept } else { Key::TierKeep }, &args), is_kept))
}
