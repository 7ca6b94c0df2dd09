//! One voucher: a ticket with its code on the stub.

use leptos::prelude::*;
use stampcard_model::{
    VoucherState,
    api::{ProgramView, VoucherView},
};

use super::{Counter, button};
use crate::{
    Act, Deed, Known, Locale,
    common::{deed_note, give_back, icon, kind_icon, shape},
    locale::Key,
    markup::{El, el},
    reward_grid::kind_key,
};

pub(super) fn view(
    locale: &Locale,
    program: &ProgramView,
    known: &Known,
    voucher: &VoucherView,
    counter: Counter,
) -> El {
    let is_active = voucher.state == VoucherState::Active;
    let kind = el("p|class=label|part=kind")
        .child(icon(kind_icon(&voucher.kind)))
        .child(el("span").child(locale.text(kind_key(&voucher.kind))));
    let terms = (!voucher.terms.is_empty()).then(|| {
        let summary = el("summary").child(locale.text(Key::RewardTerms)).child(icon(shape::CHEVRON));
        el("details|class=terms|part=terms")
            .child(summary)
            .child(el("p|dir=auto").child(voucher.terms.as_str()))
    });
    let is_mine = |deed: &Deed| deed.cancels(&voucher.redemption_id);
    let back = || give_back(locale, program, known, voucher, counter.asked, counter.on_act);
    let main = el("div|class=main|part=main")
        .child(kind)
        .child(el("h3|class=title|part=title|dir=auto").child(voucher.title.as_str()))
        .child(life(locale, program, voucher).map(|life| el("p|class=hint|part=date").child(life)))
        .child(terms)
        .child(is_active.then(back).flatten())
        .child(deed_note(locale, &program.terminology, known, is_mine));
    let stub = el("div|class=stub|part=stub")
        .child(el("code|class=code|part=code").child(voucher.code.as_str()))
        .child(is_active.then(|| actions(locale, known, voucher, counter)));
    el("div").attr("class", if is_active { "paper" } else { "paper over" }).child(main).child(stub)
}

/// Until when it is good, or what became of it.
fn life(locale: &Locale, program: &ProgramView, voucher: &VoucherView) -> Option<String> {
    let zone = &program.time_zone;
    let (key, date) = match voucher.state {
        VoucherState::Active => (Key::RedeemValidUntil, locale.last_day(voucher.expires_at?, zone)),
        VoucherState::Used => (Key::VoucherUsed, locale.day(voucher.used_at?, zone)),
        VoucherState::Expired => (Key::VoucherExpired, locale.last_day(voucher.expires_at?, zone)),
        VoucherState::Cancelled => return Some(locale.text(Key::VoucherCancelled)),
        VoucherState::Unrecognized => return None,
    };
    Some(locale.say(key, &[("date", &date)]))
}

fn actions(locale: &Locale, known: &Known, voucher: &VoucherView, counter: Counter) -> El {
    let title = [("title", voucher.title.as_str())];
    let code = voucher.code.clone();
    let is_copied = counter.copied.with(|copied| copied.as_ref() == Some(&code));
    let (copied, selected) = (locale.text(Key::RedeemCopied), locale.text(Key::RedeemSelected));
    let label = if is_copied { copied.clone() } else { locale.text(Key::RedeemCopy) };
    let apply = counter.apply.get().then(|| {
        let is_applied = known.applied.as_ref() == Some(&code);
        let code = code.clone();
        let label = locale.text(if is_applied { Key::VoucherApplied } else { Key::VoucherApply });
        let name = locale.say(Key::VoucherNamed, &[("what", &label), title[0]]);
        button("button|type=button|class=button|part=button apply", label, name)
            .on("click", move |_| counter.on_act.run(Act::Apply { code: code.clone() }))
    });
    let name = locale.say(Key::VoucherNamed, &[("what", &label), title[0]]);
    let copy = button("button|type=button|class=button quiet|part=button copy", label, name)
        .on("click", move |event| counter.copy(&event, code.clone(), copied.clone(), selected.clone()));
    el("div|class=actions").child(copy).child(apply)
}
