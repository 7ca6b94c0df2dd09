//! One client and one shared state for all elements of a program on the page: they subscribe, it reads.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::Arc,
};

use js_sys::{Date, Function, Promise};
use stampcard_client::{Backend, Error, FetchTransport, Native, PageRequest, SetupError, Unreachable};
use stampcard_model::api::Me;
use stampcard_ui::{Asker, CatalogItem, Failure, Known, Locale, Phase, RedeemState, Remote};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::{
    feed::Feed,
    host::{Host, HostTokens, set, to_js},
    life::{Life, both},
};

/// The most parts of a catalogue that are read: 2,000 rewards.
const PARTS_MAX: usize = 20;

/// Work to be done.
pub(crate) type Task<T> = Pin<Box<dyn Future<Output = T>>>;

/// What the elements of a program share.
pub(crate) struct Session {
    pub(crate) host: Host,
    pub(crate) client: Native<FetchTransport, HostTokens>,
    pub(crate) endpoint: String,
    pub(crate) publishable_key: String,
    pub(crate) state: State,
    /// Counts the members: what was asked for one is not shown to the next.
    pub(crate) member: Cell<u32>,
    /// Whether an element shows the catalogue, or has shown it.
    pub(crate) shows_rewards: Cell<bool>,
    /// The same of previews.
    pub(crate) shows_previews: Cell<bool>,
    /// The orders that elements ask about, as JSON.
    pub(crate) orders: RefCell<Vec<(Asker, String)>>,
    /// What orders earn, as the backend told it.
    pub(crate) earning: RefCell<Option<JsValue>>,
    next_asker: Cell<Asker>,
    life: Life,
    /// Whether reading has begun, at all and of the catalogue.
    is_read: Cell<bool>,
    is_catalogue_read: Cell<bool>,
    /// The member that is read for now.
    reading: Cell<Option<u32>>,
    reads_again: Cell<bool>,
    is_failing: Cell<bool>,
    /// Who waits for the end of reading.
    waiting: RefCell<Vec<Function>>,
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
            shows_rewards: Cell::new(false),
            shows_previews: Cell::new(false),
            orders: RefCell::default(),
            earning: RefCell::default(),
            next_asker: Cell::new(0),
            life: Life::default(),
            is_read: Cell::new(false),
            is_catalogue_read: Cell::new(false),
            reading: Cell::new(None),
            reads_again: Cell::new(false),
            is_failing: Cell::new(false),
            waiting: RefCell::default(),
        }))
    }

    /// Runs `work` for as long as the session is there. Boxed, as each sort of task would else bring a runner of its
    /// own into the wasm.
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

    /// Reads what an element needs and nobody has read yet.
    pub(crate) fn serve(self: &Rc<Self>, shows_rewards: bool, shows_previews: bool) {
        let needs_catalogue = shows_rewards && !self.shows_rewards.replace(true);
        let needs_earning = shows_previews && !self.shows_previews.replace(true);
        if !self.is_read.replace(true) {
            return self.read();
        }
        if needs_catalogue {
            let session = Rc::clone(self);
            self.spawn(Box::pin(async move {
                // What began to read at the same moment may have seen the catalogue to be needed.
                if !session.is_catalogue_read.get() {
                    let outcome = session.read_items().await;
                    session.has_read(outcome);
                }
            }));
        }
        if needs_earning {
            let session = Rc::clone(self);
            self.spawn(Box::pin(async move {
                if session.earning.borrow().is_none() {
                    let outcome = session.read_earning().await;
                    session.has_read(outcome);
                }
            }));
        }
    }

    /// Another member is here, or none any more: nothing of the last one stays.
    pub(crate) fn identify(self: &Rc<Self>) {
        self.client.forget();
        self.member.set(self.member.get().wrapping_add(1));
        self.earning.replace(None);
        let program = self.state.known.with(|known| known.program.clone());
        let asked = self.orders.borrow().iter().map(|(asker, _)| (*asker, Remote::loading())).collect();
        self.state.known.set(Known { program, previews: asked, ..Known::loading() });
        self.read();
    }

    /// The member asks to try again: what could not be had is shown as being asked for.
    pub(crate) fn retry(self: &Rc<Self>) {
        let mut known = self.state.known.get();
        for phase in [&mut known.program.phase, &mut known.me.phase, &mut known.items.phase] {
            if matches!(phase, Phase::Failed(_)) {
                *phase = Phase::Loading;
            }
        }
        for (_, preview) in &mut known.previews {
            if matches!(preview.phase, Phase::Failed(_)) {
                preview.phase = Phase::Loading;
            }
        }
        self.state.known.set(known);
        self.read();
    }

    /// Reads everything that is shown. While it is being read, once more right after.
    pub(crate) fn read(self: &Rc<Self>) {
        let member = self.member.get();
        if self.reading.get() == Some(member) {
            return self.reads_again.set(true);
        }
        self.reading.set(Some(member));
        let session = Rc::clone(self);
        self.spawn(Box::pin(async move {
            loop {
                session.reads_again.set(false);
                session.read_once().await;
                if session.member.get() != member {
                    return;
                }
                if !session.reads_again.get() {
                    break;
                }
            }
            session.reading.set(None);
            session.wake_waiting();
        }));
    }

    /// Reads everything that is shown, and waits for it.
    pub(crate) async fn read_to_end(self: &Rc<Self>) {
        self.read();
        let done = Promise::new(&mut |resolve, _| self.waiting.borrow_mut().push(resolve));
        // It is never rejected.
        let _ = JsFuture::from(done).await;
    }

    /// Reads the program.
    pub(crate) async fn read_program(&self) -> Result<(), Error> {
        let answer = self.client.program().await.map(Remote::ready);
        self.take(|known| &mut known.program, answer)
    }

    /// Reads the member.
    pub(crate) async fn read_me(&self) -> Result<(), Error> {
        let member = self.member.get();
        let answer = match self.client.me().await {
            Err(Error::Unauthorized) if self.client.source().is_guest() => Ok(Remote::guest()),
            answer => answer.map(Remote::ready),
        };
        if member != self.member.get() {
            return Ok(());
        }
        let before = self.state.known.with(|known| known.me.value.clone());
        let outcome = self.take(|known| &mut known.me, answer);
        self.tell_changes(before);
        outcome
    }

    /// Reads the catalogue.
    pub(crate) async fn read_items(&self) -> Result<(), Error> {
        self.is_catalogue_read.set(true);
        let member = self.member.get();
        let answer = match self.items(true).await {
            Err(Error::Unauthorized) if self.client.source().is_guest() => self.items(false).await,
            answer => answer,
        };
        if member != self.member.get() {
            return Ok(());
        }
        self.take(|known| &mut known.items, answer.map(Remote::ready))
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

    async fn read_once(self: &Rc<Self>) {
        let member = self.member.get();
        let items = async { if self.shows_rewards.get() { self.read_items().await } else { Ok(()) } };
        let earning = async { if self.shows_previews.get() { self.read_earning().await } else { Ok(()) } };
        let (program, (me, (items, earning))) =
            both(self.read_program(), both(self.read_me(), both(items, earning))).await;
        if member != self.member.get() {
            return;
        }
        let outcome = program.and(me).and(items).and(earning);
        if outcome.is_ok() {
            self.state.known.set(Known { as_of: Some(Date::now()), ..self.state.known.get() });
        }
        self.has_read(outcome);
    }

    fn has_read(self: &Rc<Self>, outcome: Result<(), Error>) {
        let was_failing = self.is_failing.replace(outcome.is_err());
        if let (Err(error), false) = (&outcome, was_failing) {
            self.tell_error(error);
        }
        // What would not change by itself is not asked for again by itself.
        self.host.settled(outcome.err().is_none_or(|error| !error.retryable()));
        self.resume();
    }

    /// The catalogue, as it is for the member or for anybody.
    async fn items(&self, mine: bool) -> Result<Vec<CatalogItem>, Error> {
        let mut page = PageRequest::largest();
        let mut all = Vec::new();
        for _ in 0..PARTS_MAX {
            let next = if mine {
                let part = self.client.my_rewards(&page).await?;
                let next = page.after(&part);
                all.extend(part.items.into_iter().map(CatalogItem::from));
                next
            } else {
                let part = self.client.rewards(&page).await?;
                let next = page.after(&part);
                all.extend(part.items.into_iter().map(CatalogItem::from));
                next
            };
            match next {
                Some(after) => page = after,
                None => break,
            }
        }
        Ok(all)
    }

    /// Tells the page how the same member's balance and tier differ from `before`.
    fn tell_changes(&self, before: Option<Arc<Me>>) {
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
    fn take<T: PartialEq>(
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

    fn wake_waiting(&self) {
        for resolve in self.waiting.take() {
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
