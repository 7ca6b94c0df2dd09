//! The member's vouchers: those that are good for something, then those that were.
//!
//! Parts: `list`, `vouchers`, `past`, `summary`, `voucher`, `main`, `kind`, `title`, `date`, `terms`, `stub`, `code`,
//! `button`, `copy`, `apply`, `cancel`, `note`, `notice`, `retry`, `invite`, `hint`. Slots: `guest` (join and log-in
//! links), `empty` (when there are none), `footer`.

mod ticket;

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use stampcard_model::{VoucherCode, VoucherState, api::VoucherView};

use crate::{
    Act, Deed, I18n, Known,
    common::{self, Card, List, ListState, icon, shape},
    locale::Key,
    markup::{Drawing, El, el, live},
};

/// The vouchers, with their codes and what can be done with them.
#[component]
pub fn VoucherList(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// Whether the page takes vouchers.
    apply: ReadSignal<bool>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let list = List {
        known,
        on_act,
        label: Key::VouchersLabel,
        guest: Key::VouchersGuest,
        empty: Key::VouchersEmpty,
        section: "section|class=list|part=list",
        skeleton: ("div|class=vouchers skeleton|aria-hidden=true", 2),
        state: |known| ListState::of(known, &known.vouchers, Vec::is_empty),
        is_deed: |deed| matches!(deed, Deed::Cancel { .. }),
    };
    let counter = Counter {
        apply,
        on_act,
        copied: RwSignal::new(None),
        asked: RwSignal::new(None),
        said: RwSignal::new(String::new()),
    };
    let card: Card = Arc::new(move |locale, program, known, code| {
        let voucher = listed(known).iter().find(|voucher| voucher.code.as_str() == code)?;
        Some(ticket::view(locale, program, known, voucher, counter))
    });
    let owner = Owner::current().unwrap_or_default();
    let body = move || {
        let (some, past) = (card.clone(), card.clone());
        let rows = move |is_active: bool, card: &Card| {
            list.rows(
                i18n,
                "li|class=ticket|part=voucher|tabindex=-1",
                known.with(|k| codes(k, is_active)),
                card,
            )
        };
        let active = el("ul|class=vouchers|part=vouchers").rows(owner.clone(), move || rows(true, &some));
        let old = el("ul|class=vouchers").rows(owner.clone(), move || rows(false, &past));
        let none = live(move || {
            let is_none = known.with(|known| codes(known, true).is_empty());
            is_none.then(|| el("p|class=hint|part=hint").child(i18n.get().text(Key::VouchersNone)))
        });
        let summary = live(move || {
            let count = known.with(|known| codes(known, false).len());
            let text = i18n.get().count(Key::VouchersPast, count as u64, &[]);
            el("summary|part=summary")
                .attr_if(count == 0, "hidden", "")
                .child(text)
                .child(icon(shape::CHEVRON))
        });
        el("div|class=pile")
            .child(active)
            .child(none)
            .child(el("details|class=past|part=past").child(summary).child(old))
    };
    list.draw(i18n, counter.said, Box::new(body), |_, _| None)
}

/// What happens at the counter: what is asked, and what was done last.
#[derive(Clone, Copy)]
struct Counter {
    apply: ReadSignal<bool>,
    on_act: Callback<Act>,
    copied: RwSignal<Option<VoucherCode>>,
    /// The voucher that the member is asked about before it goes back.
    asked: RwSignal<Option<VoucherCode>>,
    said: RwSignal<String>,
}

impl Counter {
    /// Copies a voucher's code; `event` is the click in its card.
    fn copy(self, event: &web_sys::Event, code: VoucherCode, copied: String, selected: String) {
        let card = event_target::<web_sys::Element>(event).closest(".ticket").ok().flatten();
        let shown = card.and_then(|card| card.query_selector("code").ok().flatten());
        spawn_local(async move {
            if common::copy(code.as_str(), shown.map(Into::into)).await {
                self.said.try_set(copied);
                self.copied.try_set(Some(code.clone()));
                self.on_act.run(Act::Copy { code });
            } else {
                self.said.try_set(selected);
            }
        });
    }
}

fn listed(known: &Known) -> &[VoucherView] {
    known.vouchers.value.as_ref().map(|vouchers| vouchers.as_slice()).unwrap_or_default()
}

/// The codes of those that can be used, or of all others.
fn codes(known: &Known, active: bool) -> Vec<String> {
    let chosen = listed(known).iter().filter(|voucher| (voucher.state == VoucherState::Active) == active);
    let mut codes: Vec<String> = Vec::new();
    for voucher in chosen {
        codes.push(voucher.code.as_str().to_owned());
    }
    codes
}

/// A plain button of a card.
fn button(sketch: &'static str, label: String, name: String) -> El {
    el(sketch).attr("aria-label", name).child(label)
}
