//! The dialog in which a member confirms, waits, and gets the voucher, or reads that the shop reviews it.

use std::time::Duration;

use leptos::prelude::*;
use stampcard_model::{Points, RedemptionId, Refusal, RewardId, VoucherCode};
use wasm_bindgen::JsCast;

use super::{cells::Cell, choice::Choice, confirm, outcome};
use crate::{
    Act, CatalogItem, Deed, I18n, Known, Outcome, RedeemState, common,
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
    /// The price as the member typed or chose it, where there is a choice.
    pub(super) typed: RwSignal<String>,
    /// Whether the member has asked to cancel, and is asked whether they mean it.
    pub(super) asks: RwSignal<bool>,
    /// Whether the page takes vouchers into its cart.
    pub(super) can_apply: ReadSignal<bool>,
    /// What the dialog's live region says.
    said: RwSignal<String>,
}

impl Desk {
    pub(crate) fn new(known: ReadSignal<Known>, can_apply: ReadSignal<bool>, on_act: Callback<Act>) -> Self {
        Self {
            known,
            on_act,
            chosen: RwSignal::new(None),
            card: StoredValue::new_local(None),
            dialog: StoredValue::new_local(None),
            is_open: RwSignal::new(false),
            typed: RwSignal::new(String::new()),
            asks: RwSignal::new(false),
            can_apply,
            said: RwSignal::new(String::new()),
        }
    }

    /// Lays a reward on the desk and opens the dialog. `event` is the click on a control of the reward's card.
    pub(crate) fn open(self, item: ArcRwSignal<CatalogItem>, event: &web_sys::Event) {
        let card = event_target::<web_sys::Element>(event).closest("li[tabindex]").ok().flatten();
        self.card.set_value(card.and_then(|card| card.dyn_into().ok()));
        self.typed.set(item.with_untracked(|item| item.reward.price.get().to_string()));
        self.chosen.set(Some(item));
        self.show();
    }

    /// Opens the dialog in a task of its own: the browser looks at the whole page then, as all around it becomes inert.
    fn show(self) {
        set_timeout(
            move || {
                // A dialog that is open already refuses to open, and that is all that can be wrong.
                if self.dialog().is_some_and(|dialog| dialog.show_modal().is_ok()) {
                    self.is_open.try_set(true);
                    self.begin_at_heading();
                }
            },
            Duration::ZERO,
        );
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
        self.asks.set(false);
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

    /// The price that is shown for a reward; `None` while the one that is typed is none of those to choose from.
    pub(super) fn price(self, item: &CatalogItem, known: &Known) -> Option<Points> {
        let available = known.me.value.as_ref().map(|me| me.balance.available);
        match Choice::of(&item.reward, available) {
            Some(choice) => self.typed.with(|typed| choice.price(typed)),
            None => Some(item.reward.price),
        }
    }

    /// Asks for the reward on the desk at the price that is shown, unless an answer is still to come.
    pub(super) fn submit(self) {
        let Some(item) = self.chosen.get_untracked() else { return };
        let act = self.known.with_untracked(|known| {
            item.with_untracked(|item| {
                let price = untrack(|| self.price(item, known)).filter(|_| !known.redeem.is_under_way())?;
                let CatalogItem { reward, .. } = item;
                Some(Act::Redeem { reward_id: reward.id.clone(), price, money_minor: reward.money_minor })
            })
        });
        if let Some(act) = act {
            self.on_act.run(act);
        }
    }

    /// Hands a voucher to the shop's cart.
    pub(super) fn apply(self, code: VoucherCode) {
        self.on_act.run(Act::Apply { code });
    }

    /// Cancels a redemption, after the member was asked twice.
    pub(super) fn cancel(self, redemption_id: RedemptionId) {
        self.on_act.run(Act::Do(Deed::Cancel { redemption_id }));
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
    Cancelled,
    /// It could not be cancelled.
    Kept,
    Refused,
    Failed,
}

impl Step {
    /// An end that belongs to another reward than the one on the desk is of no interest here. A price that moved is
    /// shown and asked for again.
    fn of(known: &Known, chosen: Option<&RewardId>) -> Self {
        match &known.redeem {
            RedeemState::Done { redemption, .. } => match known.cancelling(&redemption.id) {
                Some(Outcome::Done { .. }) => Self::Cancelled,
                Some(Outcome::Refused { .. }) => Self::Kept,
                Some(Outcome::Sending | Outcome::Failed(_)) | None => Self::Done,
            },
            RedeemState::Refused { code, .. } if price_moved(code) => Self::Confirm,
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

/// Whether a refusal means that the price is another one by now.
pub fn price_moved(code: &str) -> bool {
    matches!(Refusal::from_code(code), Some(Refusal::PriceChanged | Refusal::PriceNotOffered))
}

/// Whether the page has taken the voucher on the desk.
fn is_applied(known: &Known) -> bool {
    let RedeemState::Done { redemption, .. } = &known.redeem else { return false };
    let code = redemption.voucher.as_ref().map(|voucher| &voucher.code);
    code.is_some() && known.applied.as_ref() == code
}

pub(super) fn view(i18n: I18n, desk: Desk) -> Markup {
    let step = move || {
        let chosen = desk.chosen.get().map(|item| item.with(|item| item.reward.id.clone()));
        desk.known.with(|known| Step::of(known, chosen.as_ref()))
    };
    let (mut before, mut spoken) = (None, String::new());
    common::each_time(move || {
        let now = step();
        let changed = before.replace(now).is_some_and(|before| before != now);
        let is_open = desk.is_open.get_untracked();
        let sentence = untrack(|| desk.known.with(|known| outcome::spoken(&i18n.get(), known)));
        if spoken != sentence {
            spoken.clone_from(&sentence);
            desk.say(sentence);
        }
        if is_open && desk.known.with_untracked(is_applied) {
            // It is in the page's cart now.
            desk.close();
        } else if changed && is_open {
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
                (Step::Done | Step::Cancelled | Step::Kept, RedeemState::Done { redemption, is_first }) => {
                    let ended = outcome::Ended {
                        redemption,
                        reward: known.reward(&redemption.reward_id),
                        is_first: *is_first,
                        cancelling: known.cancelling(&redemption.id),
                    };
                    Some(outcome::done(&locale, program, &ended, known, desk))
                }
                (Step::Refused, RedeemState::Refused { code, .. }) => {
                    Some(outcome::refused(&locale, program, code, desk))
                }
                (Step::Failed, RedeemState::Failed { failure, .. }) => {
                    Some(outcome::failed(&locale, program, *failure, desk))
                }
                _ => Some(chosen?.with(|item| confirm::view(&locale, program, item, known, desk))),
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

    fn known(redeem: RedeemState) -> Known {
        Known { redeem, ..Known::loading() }
    }

    #[test]
    fn a_price_that_moved_is_asked_for_again_where_the_member_is() {
        let id = RewardId::new("a").unwrap();
        for (code, step) in [
            ("price_changed", Step::Confirm),
            ("price_not_offered", Step::Confirm),
            ("out_of_stock", Step::Refused),
            ("not_yet_invented", Step::Refused),
        ] {
            let refused = known(RedeemState::Refused { reward_id: id.clone(), code: code.to_owned() });
            assert_eq!(Step::of(&refused, Some(&id)), step, "{code}");
        }
    }

    #[test]
    fn an_end_of_another_reward_does_not_lie_on_the_desk() {
        let (a, b) = (RewardId::new("a").unwrap(), RewardId::new("b").unwrap());
        let refused = known(RedeemState::Refused { reward_id: a.clone(), code: "out_of_stock".to_owned() });
        assert_eq!(Step::of(&refused, Some(&a)), Step::Refused);
        assert_eq!(Step::of(&refused, Some(&b)), Step::Confirm);
        assert_eq!(Step::of(&refused, None), Step::Confirm);
        assert_eq!(Step::of(&known(RedeemState::Waiting { reward_id: a }), Some(&b)), Step::Confirm);
    }
}
