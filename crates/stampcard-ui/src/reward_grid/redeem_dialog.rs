//! The dialog in which a member confirms, waits, and gets the voucher, or reads that the shop reviews it.

use leptos::prelude::*;
use stampcard_model::{RewardId, VoucherCode, api::ProgramView};
use wasm_bindgen::JsCast;

use super::{
    card::fine_print,
    cells::Cell,
    outcome::{self, refusal_key},
};
use crate::{
    Act, CatalogItem, I18n, Known, Locale, RedeemState, common,
    locale::Key,
    markup::{El, Markup, el, live},
};

/// The one dialog of a catalogue, and which reward lies on it.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    known: ReadSignal<Known>,
    on_act: Callback<Act>,
    chosen: RwSignal<Option<ArcRwSignal<CatalogItem>>>,
    /// The card that it was taken from.
    card: StoredValue<Option<web_sys::HtmlElement>, LocalStorage>,
    dialog: StoredValue<Option<web_sys::HtmlDialogElement>, LocalStorage>,
    is_open: RwSignal<bool>,
    /// What the dialog's live region says.
    said: RwSignal<String>,
}

impl Desk {
    pub(crate) fn new(known: ReadSignal<Known>, on_act: Callback<Act>) -> Self {
        Self {
            known,
            on_act,
            chosen: RwSignal::new(None),
            card: StoredValue::new_local(None),
            dialog: StoredValue::new_local(None),
            is_open: RwSignal::new(false),
            said: RwSignal::new(String::new()),
        }
    }

    /// Lays a reward on the desk and opens the dialog. `event` is the click on a control of the reward's card.
    pub(crate) fn open(self, item: ArcRwSignal<CatalogItem>, event: &web_sys::Event) {
        let card = event_target::<web_sys::Element>(event).closest(".reward").ok().flatten();
        self.card.set_value(card.and_then(|card| card.dyn_into().ok()));
        self.chosen.set(Some(item));
        self.show();
    }

    fn show(self) {
        let Some(dialog) = self.dialog() else { return };
        // A dialog that is open already refuses to open, and that is all that can be wrong.
        if dialog.show_modal().is_ok() {
            self.is_open.set(true);
            self.begin_at_heading();
        }
    }

    /// What the dialog shows begins at its heading, which a screen reader then reads.
    fn begin_at_heading(self) {
        let before = self.first(":focus");
        // The heading is there once all that is due has been redrawn. Focus that the member has moved by then is left alone.
        request_animation_frame(move || {
            let now = self.first(":focus");
            if now.is_none() || now == before {
                focus(self.first("h2"));
            }
        });
    }

    fn dialog(self) -> Option<web_sys::HtmlDialogElement> {
        self.dialog.try_get_value().flatten()
    }

    /// The first of the dialog's elements that `selector` names.
    fn first(self, selector: &str) -> Option<web_sys::HtmlElement> {
        self.dialog()?.query_selector(selector).ok().flatten()?.dyn_into().ok()
    }

    pub(super) fn close(self) {
        if let Some(dialog) = self.dialog() {
            dialog.close();
        }
    }

    /// The dialog was closed, by whatever means.
    fn closed(self) {
        self.is_open.set(false);
        self.said.set(String::new());
        // The browser gives focus back to the button; where that is gone, the card takes it.
        let card = self.card.get_value();
        focus(card.filter(|card| matches!(card.query_selector("button"), Ok(None))));
        let seen = self.known.with_untracked(|known| {
            matches!(known.redeem, RedeemState::Done { .. } | RedeemState::Refused { .. })
        });
        if seen {
            self.on_act.run(Act::Dismiss);
        }
    }

    /// Asks for the reward on the desk at the price that is shown, unless an answer is still to come.
    pub(super) fn submit(self) {
        if self.known.with_untracked(|known| known.redeem.is_under_way()) {
            return;
        }
        if let Some(item) = self.chosen.get_untracked() {
            let act = item.with_untracked(|item| Act::Redeem {
                reward_id: item.reward.id.clone(),
                price: item.reward.price,
            });
            self.on_act.run(act);
        }
    }

    pub(super) fn copied(self, code: VoucherCode) {
        self.on_act.run(Act::Copy { code });
    }

    pub(super) fn say(self, sentence: String) {
        self.said.try_set(sentence);
    }
}

/// What the dialog shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Confirm,
    Done,
    Refused,
    Failed,
}

impl Step {
    /// An end that belongs to another reward than the one on the desk is of no interest here.
    fn of(redeem: &RedeemState, chosen: Option<&RewardId>) -> Self {
        match redeem {
            RedeemState::Done { .. } => Self::Done,
            RedeemState::Refused { reward_id, .. } if Some(reward_id) == chosen => Self::Refused,
            RedeemState::Failed { reward_id, .. } if Some(reward_id) == chosen => Self::Failed,
            RedeemState::Idle
            | RedeemState::Sending { .. }
            | RedeemState::Waiting { .. }
            | RedeemState::Refused { .. }
            | RedeemState::Failed { .. } => Self::Confirm,
        }
    }
}

pub(super) fn view(i18n: I18n, desk: Desk) -> Markup {
    let step = move || {
        let chosen = desk.chosen.get().map(|item| item.with(|item| item.reward.id.clone()));
        desk.known.with(|known| Step::of(&known.redeem, chosen.as_ref()))
    };
    let mut before = None;
    common::each_time(move || {
        let now = step();
        let changed = before.replace(now).is_some_and(|before| before != now);
        let is_open = desk.is_open.get_untracked();
        if changed && is_open {
            desk.begin_at_heading();
        } else if now == Step::Done && !is_open {
            desk.show();
        }
    });
    let body = live(move || {
        let locale = i18n.get();
        let step = step();
        let chosen = desk.chosen.get();
        desk.known.with(|known| {
            let program = known.program.value.as_deref()?;
            match (step, &known.redeem) {
                (Step::Done, RedeemState::Done { redemption }) => {
                    let title = known.title_of(&redemption.reward_id);
                    Some(outcome::done(&locale, program, redemption, title, desk))
                }
                (Step::Refused, RedeemState::Refused { code, .. }) => {
                    Some(outcome::refused(&locale, program, code, chosen?.get().reward.price, desk))
                }
                (Step::Failed, RedeemState::Failed { failure, .. }) => {
                    Some(outcome::failed(&locale, program, *failure, desk))
                }
                _ => Some(chosen?.with(|item| confirm(&locale, program, item, known, desk))),
            }
        })
    });
    el("dialog|class=dialog|part=dialog|aria-labelledby=dialog-title")
        .created(move |dialog| desk.dialog.set_value(dialog.clone().dyn_into().ok()))
        .on("close", move |_| desk.closed())
        .on("cancel", move |event| {
            if desk.known.with_untracked(|known| matches!(known.redeem, RedeemState::Sending { .. })) {
                event.prevent_default();
            }
        })
        .child(body)
        .child(common::status(desk.said))
        .into()
}

fn focus(element: Option<web_sys::HtmlElement>) {
    if let Some(element) = element {
        // Focus that a browser refuses stays where it is.
        let _ = element.focus();
    }
}

fn confirm(locale: &Locale, program: &ProgramView, item: &CatalogItem, known: &Known, desk: Desk) -> El {
    let words = &program.terminology;
    let price = item.reward.price;
    let busy = known.redeem.is_under_way();
    let waiting = matches!(known.redeem, RedeemState::Waiting { .. });
    let refusal = item.mine.as_ref().and_then(|mine| mine.refusal.as_deref()).filter(|_| !busy);
    let sums = known.me.value.as_ref().map(|me| {
        let available = me.balance.available;
        [
            (Key::RedeemBalanceNow, locale.amount(available, words)),
            (Key::RedeemPrice, ["−", &locale.amount(price, words)].concat()),
            (Key::RedeemBalanceAfter, locale.amount(available.saturating_sub(price), words)),
        ]
        .map(|(key, amount)| el("div").child(el("dt").child(locale.text(key))).child(el("dd").child(amount)))
    });
    let note = match refusal {
        Some(code) => Some(refusal_key(stampcard_model::Refusal::from_code(code))),
        None => waiting.then_some(Key::RedeemWaiting),
    };
    let note =
        note.map(|key| el("p|class=note|part=notice").child(locale.say(key, &[("words", &words.other)])));
    let submit = match busy {
        true => locale.text(Key::RedeemSending),
        false => locale.say(Key::RedeemSubmit, &[("amount", &locale.amount(price, words))]),
    };
    let off = busy || refusal.is_some();
    let cancel = locale.text(if busy { Key::Close } else { Key::RedeemCancel });
    let sending = busy && !waiting;
    let print = fine_print(locale, &item.reward).map(|print| el("p|class=print").child(print));
    let cancel = el("button|type=button|class=button quiet|part=button")
        .attr_if(sending, "aria-disabled", "true")
        .on("click", move |_| {
            if !sending {
                desk.close()
            }
        })
        .child(cancel);
    let submit = el("button|type=button|part=button redeem")
        .attr("class", if busy { "button busy" } else { "button" })
        .attr_if(off, "aria-disabled", "true")
        .attr_if(busy, "aria-busy", "true")
        .on("click", move |_| {
            if !off {
                desk.submit()
            }
        })
        .child(submit);
    el("div|data-step=confirm")
        .child(outcome::title(locale, Key::RedeemConfirm))
        .child(el("p|class=dialog-reward").child(item.reward.title.as_str()))
        .child(el("dl|class=sums").each(sums.into_iter().flatten()))
        .child(print)
        .child(note)
        .child(el("div|class=actions").child(cancel).child(submit))
}

/// What is said above the catalogue of a redemption that has no dialog: one that a reload or the member left behind.
pub(super) fn background(i18n: I18n, desk: Desk, cells: Memo<Vec<Cell>>) -> Option<El> {
    let locale = i18n.get();
    if desk.is_open.get() {
        return None;
    }
    let (key, reward_id) = desk.known.with(|known| match &known.redeem {
        RedeemState::Idle | RedeemState::Done { .. } => None,
        RedeemState::Sending { reward_id } | RedeemState::Waiting { reward_id } => {
            Some((Key::RedeemUnderWay, reward_id.clone()))
        }
        RedeemState::Refused { reward_id, .. } => Some((Key::RedeemRefused, reward_id.clone())),
        RedeemState::Failed { reward_id, .. } => Some((Key::RedeemFailed, reward_id.clone())),
    })?;
    let open = move |event| {
        let cell = cells.with_untracked(|cells| cells.iter().find(|cell| cell.id == reward_id).cloned());
        if let Some(cell) = cell {
            desk.open(cell.item, &event);
        }
    };
    let button = el("button|type=button|class=button quiet|part=button")
        .on("click", open)
        .child(locale.text(Key::RedeemOpen));
    Some(el("div|class=notice|part=notice").child(el("p").child(locale.text(key))).child(button))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_of_another_reward_does_not_lie_on_the_desk() {
        let (a, b) = (RewardId::new("a").unwrap(), RewardId::new("b").unwrap());
        let refused = RedeemState::Refused { reward_id: a.clone(), code: "out_of_stock".to_owned() };
        assert_eq!(Step::of(&refused, Some(&a)), Step::Refused);
        assert_eq!(Step::of(&refused, Some(&b)), Step::Confirm);
        assert_eq!(Step::of(&refused, None), Step::Confirm);
        assert_eq!(Step::of(&RedeemState::Waiting { reward_id: a }, Some(&b)), Step::Confirm);
    }
}
