//! A ledger in one SQLite file: one writer with group commit, a few readers, full durability.

mod commands;
mod counted;
mod given_up;
mod kept;
mod load;
mod nudges;
mod once;
mod open;
mod outbox;
mod people;
mod persist;
mod personal;
mod queries;
mod readers;
mod rebuild;
mod records;
mod redemptions;
mod referrals;
mod reviews;
mod rows;
mod sources;
mod transfer;
mod verify;
mod versions;
mod writer;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use stampcard_engine::{Context, RewardState};
use stampcard_model::{MemberId, Points, ProgramId, RedemptionId, RewardId, Timestamp, WebhookId};

use super::{
    Answering, Attempt, Consent, Everything, Executed, Feedback, Invitations, Jobs, Line, MemberSnapshot,
    Message, OnCommit, Outbox, Perishable, Personal, Redemption, Referrals, Referred, Store, StoreError,
    Waiting, Webhook, Write,
};
use crate::{ProgramInForce, Seams, StartError, settings::Limits};
use readers::Readers;
use writer::Writer;

pub use transfer::{Fault, Format, Imported, TransferError, export, import};
pub use verify::{Finding, Invariant, Report, verify};

/// A ledger in one SQLite file.
pub struct SqliteStore {
    writer: Mutex<Option<Writer>>,
    readers: Arc<Readers>,
    cursor_key: [u8; 32],
    on_commit: OnCommit,
}

impl SqliteStore {
    /// Opens the file, or creates it, brings its tables up to date, and puts the programs in force, each given
    /// by its first version. While it is open no other server can open it.
    ///
    /// # Errors
    /// [`StartError::DatabaseLocked`], [`StartError::DatabaseTooNew`], [`StartError::Database`],
    /// [`StartError::ProgramTooEarly`], or [`StartError::ProgramVersion`].
    pub fn open<'a>(
        file: &Path,
        limits: &Limits,
        seams: &Seams,
        programs: impl Iterator<Item = &'a Arc<ProgramInForce>>,
        on_commit: OnCommit,
    ) -> Result<Self, StartError> {
        let lock = open::lock(file)?;
        let (mut connection, cursor_key) = open::open_to_write(file, seams)?;
        for program in programs {
            versions::put_in_force(&mut connection, file, program, seams.now())?;
        }
        let readers = Readers::open(file, limits.readers)?;
        let writer = Writer::start(connection, lock, limits.write_queue)
            .map_err(|error| open::failed(file, &error))?;
        Ok(Self { writer: Mutex::new(Some(writer)), readers: Arc::new(readers), cursor_key, on_commit })
    }

    /// The key that cursors are signed with.
    pub(crate) fn cursor_key(&self) -> [u8; 32] {
        self.cursor_key
    }

    fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> writer::Pending<T> {
        self.submit_and_tell(work, |_| {})
    }

    fn submit_and_tell<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> Result<T, StoreError> + Send + 'static,
        committed: impl FnOnce(&T) + Send + 'static,
    ) -> writer::Pending<T> {
        match self.writer.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(writer) => writer.submit(work, committed),
            None => writer::Pending::refused(),
        }
    }
}

impl Store for SqliteStore {
    fn execute(&self, write: Write) -> Answering<'_, Executed> {
        let (program, on_commit) = (Arc::clone(&write.program), Arc::clone(&self.on_commit));
        let committed = move |executed: &Executed| match executed {
            Executed::Now(Ok(effect), _) => on_commit(&program.program.id, effect),
            Executed::Now(Err(_), _) | Executed::Before(_) => {}
        };
        Box::pin(
            self.submit_and_tell(move |connection| commands::execute(connection, write), committed).wait(),
        )
    }

    fn member(
        &self,
        program: &Arc<ProgramInForce>,
        reference: &str,
        now: Timestamp,
    ) -> Answering<'_, Option<MemberSnapshot>> {
        let (program, reference) = (Arc::clone(program), reference.to_owned());
        self.readers.read(move |connection| queries::member(connection, &program, &reference, now))
    }

    fn taken(
        &self,
        program: &Arc<ProgramInForce>,
        now: Timestamp,
    ) -> Answering<'_, BTreeMap<RewardId, RewardState>> {
        let program = Arc::clone(program);
        self.readers.read(move |connection| {
            queries::taken(connection, &Context::new(&program.program, &program.zone, now))
        })
    }

    fn issued(&self, program: &Arc<ProgramInForce>, now: Timestamp) -> Answering<'_, Points> {
        let program = Arc::clone(program);
        self.readers.read(move |connection| {
            Ok(load::issued(connection, &Context::new(&program.program, &program.zone, now))?)
        })
    }

    fn lines(
        &self,
        program: &ProgramId,
        reference: &str,
        before: Option<u64>,
        limit: u16,
    ) -> Answering<'_, Option<(MemberId, Vec<Line>)>> {
        let (program, reference) = (program.clone(), reference.to_owned());
        self.readers.read(move |connection| queries::lines(connection, &program, &reference, before, limit))
    }

    fn redemption(
        &self,
        program: &ProgramId,
        reference: &str,
        id: &RedemptionId,
    ) -> Answering<'_, Option<(MemberId, Option<Redemption>)>> {
        let (program, reference, id) = (program.clone(), reference.to_owned(), id.clone());
        self.readers.read(move |connection| queries::redemption(connection, &program, &reference, &id))
    }

    fn redemptions(
        &self,
        program: &ProgramId,
        reference: &str,
        issued: bool,
        before: Option<u64>,
        limit: u16,
    ) -> Answering<'_, Option<(MemberId, Vec<Redemption>)>> {
        let (program, reference) = (program.clone(), reference.to_owned());
        self.readers.read(move |connection| {
            queries::redemptions(connection, &program, &reference, issued, before, limit)
        })
    }

    fn check(&self) -> Answering<'_, ()> {
        Box::pin(async {
            self.submit(|_| Ok(())).wait().await?;
            self.readers.read(queries::check).await
        })
    }

    fn close(&self) -> Answering<'_, ()> {
        Box::pin(async {
            let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
            let readers = Arc::clone(&self.readers);
            let close = move || {
                readers.close();
                writer.map_or(Ok(()), Writer::finish)
            };
            tokio::task::spawn_blocking(close).await.unwrap_or(Err(StoreError::Broken))
        })
    }
}

impl Jobs for SqliteStore {
    fn due(&self, program: &ProgramId, now: Timestamp, limit: u16) -> Answering<'_, Vec<MemberId>> {
        let program = program.clone();
        self.readers.read(move |connection| queries::due(connection, &program, now, limit))
    }

    fn remind_anew(&self, program: &Arc<ProgramInForce>) -> Answering<'_, ()> {
        let program = Arc::clone(program);
        Box::pin(self.submit(move |connection| Ok(nudges::remind_anew(connection, &program.program)?)).wait())
    }

    fn to_nudge(&self, program: &ProgramId, now: Timestamp, limit: u16) -> Answering<'_, Vec<MemberId>> {
        let program = program.clone();
        self.readers.read(move |connection| nudges::due(connection, &program, now, limit))
    }

    fn forget(&self, what: Perishable, before: Timestamp) -> Answering<'_, u64> {
        let forget = match what {
            Perishable::Answer => once::forget,
            Perishable::GivenUp => given_up::forget,
            Perishable::Comment => personal::forget_comments,
            Perishable::Nudge => nudges::forget,
            Perishable::ReviewNote => reviews::forget_notes,
        };
        Box::pin(self.submit(move |connection| forget(connection, before)).wait())
    }
}

impl Outbox for SqliteStore {
    fn webhooks(&self, program: &ProgramId) -> Answering<'_, Vec<Webhook>> {
        let program = program.clone();
        self.readers.read(move |connection| outbox::webhooks(connection, &program))
    }

    fn due_webhooks(&self, now: Timestamp) -> Answering<'_, Vec<(ProgramId, WebhookId)>> {
        self.readers.read(move |connection| outbox::due(connection, now))
    }

    fn due_messages(
        &self,
        program: &ProgramId,
        id: &WebhookId,
        now: Timestamp,
        limit: u16,
    ) -> Answering<'_, Option<(Webhook, Vec<Message>)>> {
        let (program, id) = (program.clone(), id.clone());
        self.readers.read(move |connection| outbox::due_messages(connection, &program, &id, now, limit))
    }

    fn given_up(
        &self,
        program: &ProgramId,
        id: &WebhookId,
        after: Option<u128>,
        limit: u16,
    ) -> Answering<'_, Option<Vec<Waiting>>> {
        let (program, id) = (program.clone(), id.clone());
        self.readers.read(move |connection| given_up::listed(connection, &program, &id, after, limit))
    }

    fn attempted(&self, attempt: Attempt) -> Answering<'_, ()> {
        Box::pin(self.submit(move |connection| outbox::attempted(connection, &attempt)).wait())
    }
}

impl Personal for SqliteStore {
    fn consents(&self, program: &ProgramId, reference: &str) -> Answering<'_, Option<Vec<Consent>>> {
        let (program, reference) = (program.clone(), reference.to_owned());
        self.readers.read(move |connection| personal::consents(connection, &program, &reference))
    }

    fn feedback(&self, program: &ProgramId, reference: &str) -> Answering<'_, Option<Vec<Feedback>>> {
        let (program, reference) = (program.clone(), reference.to_owned());
        self.readers.read(move |connection| personal::feedback(connection, &program, &reference))
    }

    fn everything(&self, program: &ProgramId, reference: &str) -> Answering<'_, Option<Everything>> {
        let (program, reference) = (program.clone(), reference.to_owned());
        self.readers.read(move |connection| personal::everything(connection, &program, &reference))
    }
}

impl Referrals for SqliteStore {
    fn invited(
        &self,
        program: &ProgramId,
        reference: &str,
        limit: u16,
    ) -> Answering<'_, Option<Invitations>> {
        let (program, reference) = (program.clone(), reference.to_owned());
        self.readers.read(move |connection| referrals::invited(connection, &program, &reference, limit))
    }

    fn referrals(
        &self,
        program: &ProgramId,
        refused: Option<bool>,
        before: Option<u64>,
        limit: u16,
    ) -> Answering<'_, Vec<Referred>> {
        let program = program.clone();
        self.readers
            .read(move |connection| referrals::referrals(connection, &program, refused, before, limit))
    }
}
