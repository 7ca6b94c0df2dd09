//! Reading: what elements show, again when it may have changed, and never for a member who has left.

use std::{rc::Rc, sync::Arc};

use js_sys::{Date, Promise};
use stampcard_client::{Backend, Error, PageRequest};
use stampcard_model::{Refusal, api::Page};
use stampcard_ui::{CatalogItem, History, Known, Phase, Remote};
use wasm_bindgen_futures::JsFuture;

use crate::{
    life::{Task, all},
    parts::{Part, Parts},
    session::{Session, failure_of},
};

/// The most pages of a list that are read: 2,000 rewards, vouchers or offers.
const PAGES_MAX: usize = 20;

/// How many lines of the ledger are read at a time.
pub(crate) const LINES: u16 = 20;

impl Session {
    /// Reads everything that is shown.
    pub(crate) fn read(self: &Rc<Self>) {
        self.read_soon(Parts::ALL);
    }

    /// Reads those of the parts that are shown. While a round is under way, right after it: two answers for one part
    /// could come in the wrong order.
    pub(crate) fn read_soon(self: &Rc<Self>, parts: Parts) {
        self.reading.due.set(self.reading.due.get().and(parts));
        let member = self.member.get();
        if self.reading.of.get() == Some(member) {
            return;
        }
        self.reading.of.set(Some(member));
        let session = Rc::clone(self);
        self.spawn(Box::pin(async move {
            while !session.reading.due.get().is_empty() {
                let due = session.reading.due.take();
                session.read_once(due).await;
                if session.member.get() != member {
                    return;
                }
            }
            session.reading.of.set(None);
            session.wake_waiting();
        }));
    }

    /// Reads everything that is shown, and waits for it.
    pub(crate) async fn read_to_end(self: &Rc<Self>) {
        self.read();
        let done = Promise::new(&mut |resolve, _| self.reading.waiting.borrow_mut().push(resolve));
        // It is never rejected.
        let _ = JsFuture::from(done).await;
    }

    async fn read_once(self: &Rc<Self>, due: Parts) {
        let member = self.member.get();
        let shown = self.shown();
        let parts = due.among(shown);
        self.reading.asked.set(if parts == shown { shown } else { self.reading.asked.get().and(parts) });
        let outcome = self.read_parts(parts).await;
        if member != self.member.get() {
            return;
        }
        if outcome.is_ok() && parts == shown {
            self.state.known.set(Known { as_of: Some(Date::now()), ..self.state.known.get() });
        }
        self.has_read(outcome);
    }

    /// Reads parts side by side. Of several failures the first in the order of the parts is told.
    pub(crate) async fn read_parts(self: &Rc<Self>, parts: Parts) -> Result<(), Error> {
        let wanted = Part::EVERY.into_iter().filter(|part| parts.has(*part));
        let tasks = wanted.map(|part| {
            let session = Rc::clone(self);
            Box::pin(async move { session.read_part(part).await }) as Task<Result<(), Error>>
        });
        all(tasks.collect()).await.into_iter().collect()
    }

    /// Reads one part.
    pub(crate) async fn read_part(&self, part: Part) -> Result<(), Error> {
        self.reading.asked.set(self.reading.asked.get().and(Parts::of(&[part])));
        let member = self.member.get();
        let client = &self.client;
        match part {
            Part::Program => {
                let answer = client.program().await.map(Remote::ready);
                self.take(|known| &mut known.program, answer)
            }
            Part::Me => {
                let answer = client.me().await;
                let before = self.state.known.with(|known| known.me.value.clone());
                let outcome = self.take_mine(member, |known| &mut known.me, answer);
                if member == self.member.get() {
                    self.tell_changes(before);
                }
                outcome
            }
            Part::Rewards => self.read_rewards(member).await,
            Part::Vouchers => {
                let answer = pages(async |page| client.vouchers(&page).await).await;
                self.take_mine(member, |known| &mut known.vouchers, answer)
            }
            Part::History => self.read_history(member).await,
            Part::Ways => {
                let answer = pages(async |page| client.ways(&page).await).await;
                self.take_mine(member, |known| &mut known.ways, answer)
            }
            Part::Offers => {
                let answer = pages(async |page| client.offers(&page).await).await;
                self.take_mine(member, |known| &mut known.offers, answer)
            }
            Part::Earning => self.read_earning(member).await,
            Part::Feedback => {
                let answer = client.feedback().await.map(|page| page.items);
                self.take_mine(member, |known| &mut known.feedback, answer)
            }
            Part::Consents => {
                let answer = client.consents().await.map(|page| page.items);
                self.take_mine(member, |known| &mut known.consents, answer)
            }
            Part::Referral => {
                let answer = match client.referral().await {
                    Err(Error::Refused(Refusal::ReferralNotFound)) => Ok(None),
                    answer => answer.map(Some),
                };
                self.take_mine(member, |known| &mut known.referral, answer)
            }
        }
    }

    /// The catalogue, as it is for the member or for anybody.
    async fn read_rewards(&self, member: u32) -> Result<(), Error> {
        let mine = pages(async |page| self.client.my_rewards(&page).await).await;
        let answer = match mine {
            Err(error) if self.is_nobody(&error) => {
                let all = pages(async |page| self.client.rewards(&page).await).await;
                all.map(|all| all.into_iter().map(CatalogItem::from).collect())
            }
            mine => mine.map(|mine| mine.into_iter().map(CatalogItem::from).collect()),
        };
        if member != self.member.get() {
            return Ok(());
        }
        self.take(|known| &mut known.items, answer.map(Remote::ready))
    }

    /// The newest lines of the ledger, so many that none is missing before those that are known.
    async fn read_history(&self, member: u32) -> Result<(), Error> {
        let language = self.state.locale.with(|locale| locale.tag().to_owned());
        let mut newest = Vec::new();
        let mut page = PageRequest { limit: Some(LINES), cursor: None };
        for _ in 0..PAGES_MAX {
            let part = match self.client.entries(&page).await {
                Ok(part) => part,
                Err(error) => return self.take_mine(member, |known| &mut known.history, Err(error)),
            };
            let next = page.after(&part);
            newest.extend(part.items.into_iter().map(Arc::new));
            let read = History {
                entries: newest.clone(),
                next: part.next,
                language: language.clone(),
                more: Phase::Ready,
            };
            let joined = self.state.known.with(|known| read.joined(known.history.value.as_deref()));
            if let Some(history) = joined {
                return self.take_mine(member, |known| &mut known.history, Ok(history));
            }
            let Some(after) = next else { break };
            page = after;
        }
        // So much has happened since that what was known is of no use.
        let history = History { entries: newest, next: page.cursor, language, more: Phase::Ready };
        self.take_mine(member, |known| &mut known.history, Ok(history))
    }

    /// Reads further back in the ledger.
    pub(crate) fn read_more(self: &Rc<Self>) {
        let Some(before) = self.history().filter(|history| history.more != Phase::Loading) else { return };
        let Some(cursor) = before.next.clone() else { return };
        self.show_history(History { more: Phase::Loading, ..before.clone() });
        let member = self.member.get();
        let session = Rc::clone(self);
        self.spawn(Box::pin(async move {
            let page = PageRequest { limit: Some(LINES), cursor: Some(cursor.clone()) };
            let answer = session.client.entries(&page).await;
            // Lines in another language, or of another member, do not belong to these.
            let now = session.history().filter(|now| now.next.as_deref() == Some(&*cursor));
            let Some(now) = now.filter(|_| member == session.member.get()) else { return };
            session.show_history(match answer {
                Ok(Page { items, next }) => now.with_older(items, next),
                Err(error) => History { more: Phase::Failed(failure_of(&error)), ..now },
            });
        }));
    }

    fn history(&self) -> Option<History> {
        self.state.known.with(|known| known.history.value.as_deref().cloned())
    }

    fn show_history(&self, history: History) {
        let mut known = self.state.known.get();
        known.history.value = Some(Arc::new(history));
        self.state.known.set(known);
    }

    /// Takes an answer that is about the member; a guest has none.
    fn take_mine<T: PartialEq>(
        &self,
        member: u32,
        place: fn(&mut Known) -> &mut Remote<T>,
        answer: Result<T, Error>,
    ) -> Result<(), Error> {
        if member != self.member.get() {
            return Ok(());
        }
        let answer = match answer {
            Err(error) if self.is_nobody(&error) => Ok(Remote::guest()),
            answer => answer.map(Remote::ready),
        };
        self.take(place, answer)
    }

    /// Whether that is because there is no member: the page has none, or the program does not know them (any more).
    fn is_nobody(&self, error: &Error) -> bool {
        match error {
            Error::Unauthorized => self.client.source().is_guest(),
            Error::Refused(refusal) => *refusal == Refusal::MemberNotFound,
            Error::RefusedUnrecognized { .. }
            | Error::RateLimited { .. }
            | Error::Unreachable(_)
            | Error::Malformed { .. }
            | Error::Rejected { .. } => false,
        }
    }

    pub(crate) fn has_read(self: &Rc<Self>, outcome: Result<(), Error>) {
        let was_failing = self.reading.is_failing.replace(outcome.is_err());
        if let (Err(error), false) = (&outcome, was_failing) {
            self.tell_error(error);
        }
        // What would not change by itself is not asked for again by itself.
        self.host.settled(outcome.err().is_none_or(|error| !error.retryable()));
        self.resume();
    }
}

/// A whole list.
async fn pages<T>(ask: impl AsyncFn(PageRequest) -> Result<Page<T>, Error>) -> Result<Vec<T>, Error> {
    let mut page = PageRequest::largest();
    let mut all = Vec::new();
    for _ in 0..PAGES_MAX {
        let part = ask(page.clone()).await?;
        let next = page.after(&part);
        all.extend(part.items);
        match next {
            Some(after) => page = after,
            None => break,
        }
    }
    Ok(all)
}
