//! One client and one shared state for all elements of a program on the page: they subscribe, it reads.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
    sync::Arc,
};

use js_sys::{Function, Promise};
use stampcard_client::{Error, FetchTransport, Native, SetupError, Unreachable};
use stampcard_model::{IdempotencyKey, api::Me};
use stampcard_ui::{Asker, Deed, Failure, Known, Locale, Phase, RedeemState, Remote};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    feed::{Feed, Viewer},
    host::{Host, HostTokens, set, to_js},
    life::{Life, Task},
    parts::Parts,
};

/// What the elements of a program share.
pub(crate) struct Session {
    pub(crate) host: Host,
    pub(crate) client: Native<FetchTransport, HostTokens>,
    pub(crate) endpoint: String,
    pub(crate) publishable_key: String,
    pub(crate) state: State,
    /// Counts the members: what was asked for one is not shown to the next.
    pub(crate) member: Cell<u32>,
    /// The elements that show something, and which parts they show.
    showing: RefCell<Vec<(Weak<()>, Parts)>>,
    pub(crate) reading: Reading,
    /// The keys of deeds that may have been done and may not.
    pub(crate) deed_keys: RefCell<Vec<(Deed, IdempotencyKey)>>,
    /// The orders that elements ask about, as JSON.
    pub(crate) orders: RefCell<Vec<(Asker, String)>>,
    /// What orders earn, as the backend told it.
    pub(crate) earning: RefCell<Option<JsValue>>,
    /// Why that is not what it is now, where it could not be read.
    pub(crate) earning_failure: Cell<Option<Failure>>,
    next_asker: Cell<Asker>,
    life: Life,
}

/// How far reading is.
#[derive(Default)]
pub(crate) struct Reading {
    /// Whether it has begun.
    pub(crate) has_begun: Cell<bool>,
    /// The parts that the last round read, and what was asked for since.
    pub(crate) asked: Cell<Parts>,
    /// The parts that are to be read in the next round.
    pub(crate) due: Cell<Parts>,
    /// The member that a round is under way for.
    pub(crate) of: Cell<Option<u32>>,
    pub(crate) is_failing: Cell<bool>,
    /// Who waits for the end of reading.
    pub(crate) waiting: RefCell<Vec<Function>>,
}

/// What elements show.
pub(crate) struct State {
    pub(crate) known: Feed<Known>,
    pub(crate) locale: Feed<Locale>,
}

impl Session {
    /// Makes a session; nothing is sent.
    ///
    /// # Errors
    /// Fails when endpoint or key cannot be one.
    pub(crate) fn new(
        host: Host,
        endpoint: &str,
        publishable_key: &str,
        locale: Locale,
    ) -> Result<Rc<Self>, SetupError> {
        let transport = FetchTransport::with_fetch(host.fetch());
        let client = Native::new(endpoint, publishable_key, transport, HostTokens::new(host.clone()))?;
        Ok(Rc::new(Self {
            host,
            client,
            endpoint: endpoint.to_owned(),
            publishable_key: publishable_key.to_owned(),
            state: State { known: Feed::new(Known::loading()), locale: Feed::new(locale) },
            member: Cell::new(0),
            showing: RefCell::default(),
            reading: Reading::default(),
            deed_keys: RefCell::default(),
            orders: RefCell::default(),
            earning: RefCell::default(),
            earning_failure: Cell::default(),
            next_asker: Cell::new(0),
            life: Life::default(),
        }))
    }

    /// Runs `work` for as long as the session is there.
    pub(crate) fn spawn(&self, work: Task<()>) {
        let bound = self.life.bind(work);
        spawn(Box::pin(async move {
            bound.await;
        }));
    }

    /// Runs `work` as a promise, which is rejected when the session ends first.
    pub(crate) fn promise(&self, work: Task<Result<JsValue, JsValue>>) -> Promise {
        let host = self.host.clone();
        let bound = self.life.bind(work);
        let mut settle = None;
        let promise = Promise::new(&mut |resolve, reject| settle = Some((resolve, reject)));
        spawn(Box::pin(async move {
            let outcome = bound.await.unwrap_or_else(|| Err(host.error("destroyed", false, "")));
            if let Some((resolve, reject)) = settle {
                // A promise's own functions do not throw.
                let _ = match outcome {
                    Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
                    Err(error) => reject.call1(&JsValue::UNDEFINED, &error),
                };
            }
        }));
        promise
    }

    /// Ends all tasks. Requests under way are given up.
    pub(crate) fn end(&self) {
        self.life.end();
        self.wake_waiting();
    }

    /// A name that no element has had.
    pub(crate) fn new_asker(&self) -> Asker {
        self.next_asker.replace(self.next_asker.get().wrapping_add(1))
    }

    /// Reads what an element shows and nobody has read yet.
    pub(crate) fn serve(self: &Rc<Self>, viewer: &Viewer, parts: Parts) {
        let mut showing = self.showing.borrow_mut();
        showing.retain(|(viewer, _)| viewer.strong_count() > 0);
        showing.push((Rc::downgrade(viewer), parts));
        drop(showing);
        if !self.reading.has_begun.replace(true) {
            return self.read();
        }
        if !parts.without(self.reading.asked.get()).is_empty() {
            let session = Rc::clone(self);
            self.spawn(Box::pin(async move {
                // What began to read at the same moment may have seen that it is shown.
                let missing = parts.without(session.reading.asked.get());
                if !missing.is_empty() {
                    let outcome = session.read_parts(missing).await;
                    session.has_read(outcome);
                }
            }));
        }
    }

    /// The parts that elements show now.
    pub(crate) fn shown(&self) -> Parts {
        let showing = self.showing.borrow();
        let alive = showing.iter().filter(|(viewer, _)| viewer.strong_count() > 0);
        alive.fold(Parts::BASIC, |all, (_, parts)| all.and(*parts))
    }

    /// Another member is here, or none any more: nothing of the last one stays.
    pub(crate) fn identify(self: &Rc<Self>) {
        self.client.forget();
        self.member.set(self.member.get().wrapping_add(1));
        self.deed_keys.take();
        self.earning.take();
        self.earning_failure.take();
        let program = self.state.known.with(|known| known.program.clone());
        let asked = self.orders.borrow().iter().map(|(asker, _)| (*asker, Remote::loading())).collect();
        self.state.known.set(Known { program, previews: asked, ..Known::loading() });
        self.read();
    }

    /// The member asks to try again: what could not be had is shown as being asked for.
    pub(crate) fn retry(self: &Rc<Self>) {
        let mut known = self.state.known.get();
        for phase in known.phases() {
            if matches!(phase, Phase::Failed(_)) {
                *phase = Phase::Loading;
            }
        }
        self.state.known.set(known);
        self.read();
    }

    /// Puts the points that are left into the balance at once; reading comes after.
    pub(crate) fn know_available(&self, available: stampcard_model::Points) {
        let mut known = self.state.known.get();
        let before = known.me.value.clone();
        if let Some(me) = known.me.value.as_mut().filter(|me| me.balance.available != available) {
            Arc::make_mut(me).balance.available = available;
            self.state.known.set(known);
            self.tell_changes(before);
        }
    }

    /// Shows where the redemption is.
    pub(crate) fn show_redeem(&self, redeem: RedeemState) {
        self.state.known.set(Known { redeem, ..self.state.known.get() });
    }

    /// Remembers what the member has seen, on this page and in memory only.
    pub(crate) fn see(&self, names: Vec<String>) {
        self.state.known.set(Known { seen: names, ..self.state.known.get() });
    }

    /// Tells the page how the same member's balance and tier differ from `before`.
    pub(crate) fn tell_changes(&self, before: Option<Arc<Me>>) {
        let Some((before, now)) = before.zip(self.state.known.with(|known| known.me.value.clone())) else {
            return;
        };
        if before.member.id != now.member.id {
            return;
        }
        if before.balance != now.balance {
            let detail = to_js(&now.balance);
            set(&detail, "previous", &to_js(&before.balance));
            self.host.tell("balanceChanged", &detail, &JsValue::UNDEFINED);
        }
        if before.tier.tier != now.tier.tier {
            let detail = js_sys::Object::new().into();
            set(&detail, "tier", &now.tier.tier.as_str().into());
            set(&detail, "previous", &before.tier.tier.as_str().into());
            self.host.tell("tierChanged", &detail, &JsValue::UNDEFINED);
        }
    }

    /// Takes an answer. What did not change is not told to anybody; after a failure the last value stays.
    pub(crate) fn take<T: PartialEq>(
        &self,
        place: fn(&mut Known) -> &mut Remote<T>,
        answer: Result<Remote<T>, Error>,
    ) -> Result<(), Error> {
        let mut known = self.state.known.get();
        let old = place(&mut known);
        let (new, outcome) = match answer {
            Ok(new) => (new, Ok(())),
            Err(error) => (old.clone().failed(failure_of(&error)), Err(error)),
        };
        if *old != new {
            *old = new;
            self.state.known.set(known);
        }
        outcome
    }

    pub(crate) fn tell_error(&self, error: &Error) {
        self.host.tell("error", &self.host.error_of(error), &JsValue::UNDEFINED);
    }

    pub(crate) fn wake_waiting(&self) {
        for resolve in self.reading.waiting.take() {
            // A promise's own function does not throw.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Why something could not be had, as far as a member needs to know.
pub(crate) fn failure_of(error: &Error) -> Failure {
    match error {
        Error::Unauthorized => Failure::Unauthorized,
        Error::Malformed { .. } => Failure::Malformed,
        Error::Unreachable(Unreachable::Offline) if !is_online() => Failure::Offline,
        Error::Unreachable(_)
        | Error::RateLimited { .. }
        | Error::Refused(_)
        | Error::RefusedUnrecognized { .. }
        | Error::Rejected { .. } => Failure::Unavailable,
    }
}

/// Whether the browser believes that there is a network. It may be wrong; only its "no" is used.
fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Runs a task; boxed as those of Leptos are, so that one runner serves all.
fn spawn(task: Task<()>) {
    spawn_local(task);
}
