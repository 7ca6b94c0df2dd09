//! From a member's "yes" to a voucher, or to the shop's review: once, whatever happens on the way.
//!
//! **Invariant:** the key is made and written down before anything is sent, and goes with every repetition. Only an
//! answer that settles the matter removes it.

use std::{rc::Rc, sync::Arc};

use js_sys::Date;
use stampcard_client::{Backend, Error};
use stampcard_model::{
    IdempotencyKey, Points, RewardId,
    api::{NewRedemption, RedemptionView, VoucherView},
};
use stampcard_ui::{Failure, Known, Phase, RedeemState, price_moved};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::{
    host::{set, to_js},
    intent::{Intent, Intents, Store},
    parts::Part,
    session::{Session, failure_of},
};

/// Why there is no voucher.
pub(crate) enum NotRedeemed {
    /// Another redemption is under way.
    Busy,
    /// The page said no before anything was sent.
    Cancelled,
    /// The backend said no, or nothing.
    Error(Error),
}

/// The browser's storage of this tab.
struct TabStore(Option<web_sys::Storage>);

impl Session {
    /// Redeems what the member confirmed. What is still unanswered is sent again with its key.
    pub(crate) async fn redeem(
        self: &Rc<Self>,
        wish: NewRedemption,
        origin: JsValue,
    ) -> Result<Arc<RedemptionView>, NotRedeemed> {
        if self.state.known.with(|known| known.redeem.is_under_way()) {
            return Err(NotRedeemed::Busy);
        }
        let Some(intents) = self.intents() else {
            return Err(NotRedeemed::Error(Error::Unauthorized));
        };
        let member = self.member.get();
        let NewRedemption { reward_id, price, money_minor } = wish;
        self.show_redeem(RedeemState::Sending { reward_id: reward_id.clone() });
        intents.forget(now_ms(), |intent| intent.is_done);
        let unanswered = intents.all(now_ms()).into_iter().find(|intent| intent.reward_id == reward_id);
        let intent = match unanswered {
            Some(intent) => intent,
            None => {
                let is_allowed = self.ask_page(&reward_id, price, &origin).await;
                if member != self.member.get() {
                    return Err(NotRedeemed::Cancelled);
                }
                let key = IdempotencyKey::new(self.host.new_key());
                let (true, Ok(key)) = (is_allowed, key) else {
                    self.show_redeem(RedeemState::Idle);
                    return Err(NotRedeemed::Cancelled);
                };
                Intent { key, reward_id, price, money_minor, at_ms: now_ms(), is_done: false }
            }
        };
        intents.put(&intent, now_ms());
        self.send(&intents, intent, &origin).await.map_err(NotRedeemed::Error)
    }

    /// Sends again what a reload or a lost network left unanswered, and shows again what was not seen.
    pub(crate) fn resume(self: &Rc<Self>) {
        let is_free = self.state.known.with(|known| match known.redeem {
            RedeemState::Idle | RedeemState::Waiting { .. } | RedeemState::Failed { .. } => true,
            RedeemState::Sending { .. } | RedeemState::Done { .. } | RedeemState::Refused { .. } => false,
        });
        let is_known = self.state.known.with(|known| known.me.phase == Phase::Ready);
        if !is_free || !is_known || !self.shown().has(Part::Rewards) {
            return;
        }
        let Some(intents) = self.intents() else { return };
        let Some(intent) = intents.all(now_ms()).into_iter().next() else { return };
        self.show_redeem(RedeemState::Sending { reward_id: intent.reward_id.clone() });
        let session = Rc::clone(self);
        self.spawn(Box::pin(async move {
            // What comes of it is in the state.
            let _ = session.send(&intents, intent, &JsValue::UNDEFINED).await;
        }));
    }

    /// The member has seen how it ended. What may have been carried out stays to be asked for again.
    pub(crate) fn dismiss(self: &Rc<Self>) {
        let ended = self.state.known.with(|known| known.redeem.clone());
        if ended.is_under_way() {
            return;
        }
        self.show_redeem(RedeemState::Idle);
        if matches!(ended, RedeemState::Done { .. }) {
            self.forget_done();
        }
    }

    /// The voucher of the redemption that is shown.
    pub(crate) fn voucher_shown(&self) -> Option<VoucherView> {
        self.state.known.with(|known| match &known.redeem {
            RedeemState::Done { redemption, .. } => redemption.voucher.clone(),
            RedeemState::Idle
            | RedeemState::Sending { .. }
            | RedeemState::Waiting { .. }
            | RedeemState::Refused { .. }
            | RedeemState::Failed { .. } => None,
        })
    }

    /// What was redeemed and seen, or cancelled, is not shown again after a reload.
    pub(crate) fn forget_done(&self) {
        if let Some(intents) = self.intents() {
            intents.forget(now_ms(), |intent| intent.is_done);
        }
    }

    async fn send(
        self: &Rc<Self>,
        intents: &Intents<TabStore>,
        intent: Intent,
        origin: &JsValue,
    ) -> Result<Arc<RedemptionView>, Error> {
        let member = self.member.get();
        let Intent { key, reward_id, price, money_minor, is_done: was_done, .. } = intent.clone();
        let asked = NewRedemption { reward_id: reward_id.clone(), price, money_minor };
        let is_first = !was_done && self.state.known.with(Known::has_redeemed_nothing);
        let answer = self.client.redeem(&key, &asked).await.map(Arc::new);
        // Written down first: it is true whoever is looking at the page by now.
        match &answer {
            Ok(_) => {
                let at_ms = if was_done { intent.at_ms } else { now_ms() };
                intents.put(&Intent { is_done: true, at_ms, ..intent }, now_ms());
            }
            Err(error) if settles(error) => intents.forget(now_ms(), |known| known.key == key),
            Err(_) => {}
        }
        if member != self.member.get() {
            return answer;
        }
        match &answer {
            Ok(redemption) => {
                self.show_redeem(RedeemState::Done { redemption: redemption.clone(), is_first });
                if !was_done {
                    self.know_available(redemption.balance_after);
                    self.host.tell("redeemed", &to_js(&**redemption), origin);
                }
                self.read();
            }
            Err(error @ (Error::Refused(_) | Error::RefusedUnrecognized { .. })) => {
                let code = error.code().to_owned();
                if price_moved(&code) {
                    // The member is asked again for the price of now, so that is read first; if it cannot be, the
                    // catalogue says so.
                    let _ = self.read_part(Part::Rewards).await;
                }
                if member == self.member.get() {
                    self.show_redeem(RedeemState::Refused { reward_id, code });
                }
                self.read();
            }
            Err(error) => {
                let failure = failure_of(error);
                self.show_redeem(if failure == Failure::Offline {
                    // Reading comes back with the network, and resumes this.
                    self.host.settled(false);
                    RedeemState::Waiting { reward_id }
                } else {
                    RedeemState::Failed { reward_id, failure }
                });
                self.tell_error(error);
            }
        }
        answer
    }

    /// Whether the page lets it go on.
    async fn ask_page(&self, reward_id: &RewardId, price: Points, origin: &JsValue) -> bool {
        let title = self
            .state
            .known
            .with(|known| known.reward(reward_id).map(|reward| reward.title.clone()).unwrap_or_default());
        let reward = js_sys::Object::new().into();
        set(&reward, "id", &reward_id.as_str().into());
        set(&reward, "title", &title.into());
        set(&reward, "price", &(price.get() as f64).into());
        JsFuture::from(self.host.ask(&reward, origin)).await.is_ok_and(|answer| answer == JsValue::TRUE)
    }

    /// The intents of the member of now; none for a guest.
    fn intents(&self) -> Option<Intents<TabStore>> {
        let id = self.state.known.with(|known| known.me.value.as_ref().map(|me| me.member.id.clone()))?;
        Some(Intents::new(TabStore::open(), &self.endpoint, &self.publishable_key, &id))
    }
}

/// Whether it is known for certain that this key has redeemed nothing and never will.
fn settles(error: &Error) -> bool {
    match error {
        Error::Refused(_) | Error::RefusedUnrecognized { .. } => true,
        Error::Rejected { .. } => !error.leaves_doubt() && !error.retryable(),
        // An earlier try may have come through before this one was turned away at the door.
        Error::Unauthorized | Error::RateLimited { .. } | Error::Unreachable(_) | Error::Malformed { .. } => {
            false
        }
    }
}

fn now_ms() -> u64 {
    Date::now() as u64
}

impl TabStore {
    /// A page in a sandbox has no storage, and asking for it throws.
    fn open() -> Self {
        Self(web_sys::window().and_then(|window| window.session_storage().ok().flatten()))
    }
}

impl Store for TabStore {
    fn read(&self, place: &str) -> Option<String> {
        self.0.as_ref()?.get_item(place).ok().flatten()
    }

    fn write(&self, place: &str, text: &str) {
        if let Some(storage) = &self.0 {
            // Full: the intent lives as long as the page.
            let _ = storage.set_item(place, text);
        }
    }

    fn remove(&self, place: &str) {
        if let Some(storage) = &self.0 {
            let _ = storage.remove_item(place);
        }
    }
}
