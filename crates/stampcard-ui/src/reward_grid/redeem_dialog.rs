//! The dialog in which a member confirms, waits, and gets the voucher.

use leptos::{html, prelude::*};
use stampcard_model::{
    Points, RewardId, VoucherCode,
    api::{Me, ProgramView},
};
use wasm_bindgen::JsCast;

use super::{
    card::fine_print,
    cells::Cell,
    outcome::{self, refusal_key},
};
use crate::{CatalogItem, I18n, Locale, RedeemState, Remote, common, locale::Key};

/// What the dialog asks its host for.
#[derive(Clone, Copy)]
pub(super) struct Callbacks {
    pub(super) on_redeem: Callback<(RewardId, Points)>,
    pub(super) on_dismiss: Callback<()>,
    pub(super) on_copied: Callback<VoucherCode>,
}

/// The one dialog of a catalogue, and which reward lies on it.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) program: Memo<Option<ProgramView>>,
    me: Signal<Remote<Me>>,
    redeem: Signal<RedeemState>,
    calls: Callbacks,
    chosen: RwSignal<Option<ArcRwSignal<CatalogItem>>>,
    /// The card that it was taken from.
    card: StoredValue<Option<web_sys::HtmlElement>, LocalStorage>,
    dialog: NodeRef<html::Dialog>,
    is_open: RwSignal<bool>,
    /// What the dialog's live region says.
    said: RwSignal<String>,
}

impl Desk {
    pub(super) fn new(
        program: Memo<Option<ProgramView>>,
        me: Signal<Remote<Me>>,
        redeem: Signal<RedeemState>,
        calls: Callbacks,
    ) -> Self {
        Self {
            program,
            me,
            redeem,
            calls,
            chosen: RwSignal::new(None),
            card: StoredValue::new_local(None),
            dialog: NodeRef::new(),
            is_open: RwSignal::new(false),
            said: RwSignal::new(String::new()),
        }
    }

    /// Lays a reward on the desk and opens the dialog. `event` is the click on a control of the reward's card.
    pub(super) fn open(self, item: ArcRwSignal<CatalogItem>, event: &web_sys::MouseEvent) {
        let card = event_target::<web_sys::Element>(event).closest(".reward").ok().flatten();
        self.card.set_value(card.and_then(|card| card.dyn_into().ok()));
        self.chosen.set(Some(item));
        self.show();
    }

    fn show(self) {
        let Some(dialog) = self.dialog.get_untracked() else { return };
        // A dialog that is open already refuses to open, and that is all that can be wrong.
        if dialog.show_modal().is_ok() {
            self.is_open.set(true);
            self.begin_at_heading();
        }
    }

    /// What the dialog shows begins at its heading, which a screen reader then reads.
    fn begin_at_heading(self) {
        // The heading is there once all that is due has been redrawn.
        request_animation_frame(move || {
            let dialog = self.dialog.try_get_untracked().flatten();
            let heading = dialog.and_then(|dialog| dialog.query_selector("h2").ok().flatten());
            focus(heading.and_then(|heading| heading.dyn_into().ok()));
        });
    }

    pub(super) fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
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
        let seen = self.redeem.with_untracked(|redeem| {
            matches!(redeem, RedeemState::Done { .. } | RedeemState::Refused { .. })
        });
        if seen {
            self.calls.on_dismiss.run(());
        }
    }

    /// Asks for the reward on the desk at the price that is shown, unless an answer is still to come.
    pub(super) fn submit(self) {
        if self.redeem.with_untracked(RedeemState::is_under_way) {
            return;
        }
        if let Some(item) = self.chosen.get_untracked() {
            let (id, price) = item.with_untracked(|item| (item.reward.id.clone(), item.reward.price));
            self.calls.on_redeem.run((id, price));
        }
    }

    pub(super) fn copied(self, code: VoucherCode) {
        self.calls.on_copied.run(code);
    }

    pub(super) fn say(self, sentence: String) {
        self.said.try_set(sentence);
    }
}

/// What the dialog shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Confirm,
    Voucher,
    Refused,
    Failed,
}

impl Step {
    /// An end that belongs to another reward than the one on the desk is of no interest here.
    fn of(redeem: &RedeemState, chosen: Option<&RewardId>) -> Self {
        match redeem {
            RedeemState::Done { .. } => Self::Voucher,
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

pub(super) fn view(i18n: I18n, desk: Desk) -> impl IntoView {
    let step = Memo::new(move |_| {
        let chosen = desk.chosen.get().map(|item| item.with(|item| item.reward.id.clone()));
        desk.redeem.with(|redeem| Step::of(redeem, chosen.as_ref()))
    });
    Effect::new(move |before: Option<Step>| {
        let step = step.get();
        if before.is_some_and(|before| before != step) && desk.is_open.get_untracked() {
            desk.begin_at_heading();
        } else if step == Step::Voucher && !desk.is_open.get_untracked() {
            desk.show();
        }
        step
    });
    let body = move || {
        let locale = i18n.get();
        let step = step.get();
        let chosen = desk.chosen.get();
        desk.program.with(|program| {
            let program = program.as_ref()?;
            desk.redeem.with(|redeem| match (step, redeem) {
                (Step::Voucher, RedeemState::Done { redemption }) => {
                    Some(outcome::voucher(&locale, program, redemption, desk))
                }
                (Step::Refused, RedeemState::Refused { code, .. }) => {
                    Some(outcome::refused(&locale, program, code, chosen?.get().reward.price, desk))
                }
                (Step::Failed, RedeemState::Failed { failure, .. }) => {
                    Some(outcome::failed(&locale, program, *failure, desk))
                }
                _ => Some(chosen?.with(|item| confirm(&locale, program, item, redeem, desk))),
            })
        })
    };
    view! {
        <dialog
            class="dialog"
            part="dialog"
            aria-labelledby="dialog-title"
            node_ref=desk.dialog
            on:close=move |_| desk.closed()
            on:cancel=move |event: web_sys::Event| {
                if desk.redeem.with_untracked(|redeem| matches!(redeem, RedeemState::Sending { .. })) {
                    event.prevent_default();
                }
            }
        >
            {body}
            {common::status(desk.said)}
        </dialog>
    }
}

fn focus(element: Option<web_sys::HtmlElement>) {
    if let Some(element) = element {
        // Focus that a browser refuses stays where it is.
        let _ = element.focus();
    }
}

fn confirm(
    locale: &Locale,
    program: &ProgramView,
    item: &CatalogItem,
    redeem: &RedeemState,
    desk: Desk,
) -> AnyView {
    let words = &program.terminology;
    let price = item.reward.price;
    let busy = redeem.is_under_way();
    let waiting = matches!(redeem, RedeemState::Waiting { .. });
    let refusal = item.mine.as_ref().and_then(|mine| mine.refusal.as_deref()).filter(|_| !busy);
    let sums = desk.me.with(|me| me.value.as_ref().map(|me| me.balance.available)).map(|available| {
        [
            (Key::RedeemBalanceNow, locale.amount(available, words)),
            (Key::RedeemPrice, ["−", &locale.amount(price, words)].concat()),
            (Key::RedeemBalanceAfter, locale.amount(available.saturating_sub(price), words)),
        ]
        .map(|(key, amount)| view! { <div><dt>{locale.text(key)}</dt><dd>{amount}</dd></div> })
        .collect_view()
    });
    let note = match refusal {
        Some(code) => Some(refusal_key(stampcard_model::Refusal::from_code(code))),
        None => waiting.then_some(Key::RedeemWaiting),
    };
    let note = note.map(|key| {
        view! { <p class="note" part="notice">{locale.say(key, &[("words", &words.other)])}</p> }
    });
    let submit = match busy {
        true => locale.text(Key::RedeemSending),
        false => locale.say(Key::RedeemSubmit, &[("amount", &locale.amount(price, words))]),
    };
    let off = busy || refusal.is_some();
    let cancel = locale.text(if busy { Key::Close } else { Key::RedeemCancel });
    let sending = busy && !waiting;
    view! {
        <h2 class="dialog-title" id="dialog-title" part="dialog-title" tabindex="-1">{locale.text(Key::RedeemConfirm)}</h2>
        <p class="dialog-reward">{item.reward.title.clone()}</p>
        <dl class="sums">{sums}</dl>
        {fine_print(locale, &item.reward).map(|print| view! { <p class="print">{print}</p> })}
        {note}
        <div class="actions">
            <button
                type="button"
                class="button quiet"
                part="button"
                aria-disabled=sending.then_some("true")
                on:click=move |_| if !sending { desk.close() }
            >
                {cancel}
            </button>
            <button
                type="button"
                class=if busy { "button busy" } else { "button" }
                part="button redeem"
                aria-disabled=off.then_some("true")
                aria-busy=busy.then_some("true")
                on:click=move |_| if !off { desk.submit() }
            >
                {submit}
            </button>
        </div>
    }
    .into_any()
}

/// What is said above the catalogue of a redemption that has no dialog: one that a reload or the member left behind.
pub(super) fn background(i18n: I18n, desk: Desk, cells: Memo<Vec<Cell>>) -> impl IntoView {
    move || {
        let locale = i18n.get();
        if desk.is_open.get() {
            return None;
        }
        let (key, reward_id) = desk.redeem.with(|redeem| match redeem {
            RedeemState::Idle | RedeemState::Done { .. } => None,
            RedeemState::Sending { reward_id } | RedeemState::Waiting { reward_id } => {
                Some((Key::RedeemUnderWay, reward_id.clone()))
            }
            RedeemState::Refused { reward_id, .. } => Some((Key::RedeemRefused, reward_id.clone())),
            RedeemState::Failed { reward_id, .. } => Some((Key::RedeemFailed, reward_id.clone())),
        })?;
        let open = move |event: web_sys::MouseEvent| {
            let cell = cells.with_untracked(|cells| cells.iter().find(|cell| cell.id == reward_id).cloned());
            if let Some(cell) = cell {
                desk.open(cell.item, &event);
            }
        };
        Some(view! {
            <div class="notice" part="notice">
                <p>{locale.text(key)}</p>
                <button type="button" class="button quiet" part="button" on:click=open>
                    {locale.text(Key::RedeemOpen)}
                </button>
            </div>
        })
    }
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
