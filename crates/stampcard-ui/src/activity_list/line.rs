//! One line of the ledger.

use std::sync::Arc;

use leptos::prelude::*;
use stampcard_model::{
    EntryKind, Points,
    api::{EntryView, ProgramView},
};
use wasm_bindgen::JsCast;

use super::why;
use crate::{
    I18n, Locale,
    common::{icon, shape},
    locale::Key,
    markup::{El, Markup, el, live},
    tier_meter,
};

pub(super) fn view(i18n: I18n, program: Memo<Option<Arc<ProgramView>>>, line: Arc<EntryView>) -> Markup {
    let has_reasons = why::has_any(&line);
    let of = Arc::clone(&line);
    let head = live(move || {
        let locale = i18n.get();
        program.with(|program| program.as_ref().map(|program| head(&locale, program, &of)))
    });
    let entry = el("li|class=line|part=entry").child(head);
    if !has_reasons {
        return entry.into();
    }
    // The reasons of a line are drawn when somebody asks for them.
    let is_open = RwSignal::new(false);
    let reasons = live(move || {
        let locale = i18n.get();
        let draw = |program: &Option<Arc<ProgramView>>| Some(why::view(&locale, program.as_ref()?, &line));
        if is_open.get() { program.with(draw) } else { None }
    });
    let summary = el("summary|part=summary")
        .child(live(move || i18n.get().text(Key::ActivityWhy)))
        .child(icon(shape::CHEVRON));
    let fold = el("details|class=why|part=why")
        .on("toggle", move |event| {
            let details = event.target().and_then(|at| at.dyn_into::<web_sys::Element>().ok());
            is_open.set(details.is_some_and(|details| details.has_attribute("open")));
        })
        .child(summary)
        .child(reasons);
    entry.child(fold).into()
}

fn head(locale: &Locale, program: &ProgramView, line: &EntryView) -> El {
    let moved = if line.delta == 0 { line.pending_delta } else { line.delta };
    let (class, path) = match moved {
        _ if line.kind == EntryKind::TierChange => ("mark", shape::STAMP),
        _ if line.delta == 0 && line.pending_delta > 0 => ("mark", shape::CLOCK),
        1.. => ("mark in", shape::PLUS),
        0 => ("mark", shape::CHECK),
        _ => ("mark", shape::MINUS),
    };
    let date = el("span|part=date").child(locale.day(line.occurred_at, &program.time_zone));
    let waits = (line.delta == 0 && line.pending_delta > 0).then(|| {
        let amount = amount(locale, program, line.pending_delta);
        el("span").child(locale.say(Key::BalancePending, &[("amount", &amount)]))
    });
    let delta = (line.delta != 0).then(|| {
        let signed = signed(locale, program, line.delta);
        let after = locale.amount(line.balance_after, &program.terminology);
        let after = locale.say(Key::ActivityAfter, &[("amount", &after)]);
        let class = if line.delta > 0 { "sum in" } else { "sum" };
        el("p")
            .attr("class", class)
            .child(el("b|part=delta").child(signed))
            .child(el("span|class=after|part=after").child(after))
    });
    el("div|class=line-head")
        .child(el("span|aria-hidden=true").attr("class", class).child(icon(path)))
        .child(
            el("div|class=what")
                .child(el("h3|class=line-title|part=title").child(title(locale, program, line)))
                .child(el("p|class=when").child(date).child(waits)),
        )
        .child(delta)
}

fn amount(locale: &Locale, program: &ProgramView, delta: i64) -> String {
    let points = Points::saturating_from(u128::from(delta.unsigned_abs()));
    locale.amount(points, &program.terminology)
}

/// With its sign, as a bank statement has it.
pub(super) fn signed(locale: &Locale, program: &ProgramView, delta: i64) -> String {
    let sign = if delta < 0 { "−" } else { "+" };
    locale.signed(sign, &amount(locale, program, delta))
}

/// What happened, in a few words.
fn title(locale: &Locale, program: &ProgramView, line: &EntryView) -> String {
    let named = |key: Key| locale.say(key, &[("title", line.title.as_deref().unwrap_or_default())]);
    let order = |key: Key| Some(locale.say(key, &[("order", line.order_id.as_ref()?.as_str())]));
    match line.kind {
        EntryKind::Accrual => order(Key::EntryOrder)
            .or_else(|| line.accruals.first().map(|accrual| why::title(locale, program, accrual)))
            .unwrap_or_else(|| locale.text(Key::EntryAccrual)),
        EntryKind::Activation => locale.text(Key::EntryActivation),
        EntryKind::Redemption => named(Key::EntryRedemption),
        EntryKind::Hold => named(Key::EntryHold),
        EntryKind::Release => named(Key::EntryRelease),
        EntryKind::Cancellation => named(Key::EntryCancellation),
        EntryKind::Expiry => locale.text(Key::EntryExpiry),
        EntryKind::Adjustment => line
            .title
            .as_deref()
            .map_or_else(|| locale.text(Key::EntryAdjustment), |title| locale.apart(title)),
        EntryKind::Reversal => order(Key::EntryReturn).unwrap_or_else(|| locale.text(Key::EntryReversal)),
        EntryKind::Settlement => locale.text(Key::EntrySettlement),
        EntryKind::TierChange => {
            let tier = line.tier.as_ref().and_then(|tier| tier_meter::find(program, tier));
            locale.say(Key::EntryTier, &[("tier", tier.map_or("", |tier| &tier.name))])
        }
        EntryKind::OfferActivation => locale.text(Key::EntryOffer),
        EntryKind::Unrecognized => locale.text(Key::EntryUnrecognized),
    }
}
