//! Where the member stands among the tiers.
//!
//! Parts: `card`, `label`, `name`, `ladder`, `rung`, `distance`, `standing`, `keep`, `benefits`, `summary`, `tier`,
//! `tier-name`, `benefit`, `notice`, `button`, `retry`. Slots: `guest` (join and log-in links), `footer`.

mod benefits;
mod ladder;

use leptos::prelude::*;
use stampcard_model::{
    Points, TierId,
    api::{Me, MeasureView, ProgramView, TierView},
};

use crate::{
    Failure, I18n, Locale, Remote,
    common::{self, Stage, icon, shape, stage},
    locale::Key,
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
    let body = move || {
        let locale = i18n.get();
        program.with(|program| {
            me.with(|me| match stage(program, me) {
                Stage::Loading => view! { <div class="tier skeleton" aria-hidden="true"></div> }.into_any(),
                Stage::Failed(failure) => {
                    sheet(locale.text(Key::TierLabel), common::failure(&locale, failure, on_retry))
                }
                Stage::Guest(program) => guest(&locale, program),
                Stage::Shown(program, me, stale) => {
                    let notice = stale.map(|failure| common::stale(&locale, failure, as_of.get(), on_retry));
                    standing(&locale, program, me, stale, notice)
                }
            })
        })
    };
    view! {
        <div class="frame">{body}</div>
        {common::status(changed)}
    }
}

pub(crate) fn find<'a>(program: &'a ProgramView, id: &TierId) -> Option<&'a TierView> {
    program.tiers.iter().find(|tier| tier.id == *id)
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

fn sheet(label: String, content: AnyView) -> AnyView {
    view! { <div class="tier" part="card" role="group" aria-label=label>{content}</div> }.into_any()
}

fn guest(locale: &Locale, program: &ProgramView) -> AnyView {
    let (Some(first), Some(last)) = (program.tiers.first(), program.tiers.last()) else {
        return empty(locale, program);
    };
    let names =
        [("program", program.name.as_str()), ("first", first.name.as_str()), ("last", last.name.as_str())];
    let content = view! {
        <p class="label" part="label">{locale.text(Key::TierLabelGuest)}</p>
        <p class="invite" part="invite">{locale.say(Key::TierGuest, &names)}</p>
        <slot name="guest"></slot>
        {benefits::view(locale, program, None)}
    };
    sheet(locale.text(Key::TierLabelGuest), content.into_any())
}

fn empty(locale: &Locale, program: &ProgramView) -> AnyView {
    let sentence = locale.say(Key::TierEmpty, &[("program", &program.name)]);
    let content = view! { <slot name="empty"><p class="hint" part="hint">{sentence}</p></slot> };
    sheet(locale.text(Key::TierLabelGuest), content.into_any())
}

fn standing(
    locale: &Locale,
    program: &ProgramView,
    me: &Me,
    stale: Option<Failure>,
    notice: Option<AnyView>,
) -> AnyView {
    // A tier that the program no longer has can only come from a program that changed in between.
    let Some(tier) = find(program, &me.tier.tier) else {
        return empty(locale, program);
    };
    let class = if stale.is_some() { "standing faint" } else { "standing" };
    let content = view! {
        <p class="label" part="label">{locale.text(Key::TierLabel)}</p>
        <p class="name" part="name">{tier.name.clone()}</p>
        <div class=class>{ladder::view(locale, program, me, tier)}</div>
        {keep(locale, program, me, tier)}
        {notice}
        {benefits::view(locale, program, Some(&tier.id))}
        <slot name="footer"></slot>
    };
    sheet(locale.text(Key::TierLabel), content.into_any())
}

fn keep(locale: &Locale, program: &ProgramView, me: &Me, tier: &TierView) -> Option<AnyView> {
    let keep = me.tier.keep?;
    let date = locale.last_day(keep.until, &program.time_zone);
    let amount = measured(locale, program, keep.missing);
    let args = [("tier", tier.name.as_str()), ("date", &date), ("amount", &amount)];
    let (key, class) = match keep.missing.is_zero() {
        true => (Key::TierKept, "keep"),
        false => (Key::TierKeep, "keep warning"),
    };
    let sentence = locale.say(key, &args);
    Some(view! { <p class=class part="keep">{icon(shape::CLOCK)}<span>{sentence}</span></p> }.into_any())
}
