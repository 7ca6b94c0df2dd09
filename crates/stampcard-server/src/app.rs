//! A server without its socket: settings become programs, a store and a router.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::Router;
use stampcard_model::{ProgramId, Timestamp};
use tokio::sync::Notify;

use crate::{
    ProgramInForce, Seams, Settings, StartError, http,
    limiter::Limiters,
    live::Hub,
    programs::Programs,
    settings::{Limits, Retention},
    store::{OnCommit, Store, StoreError, sqlite::SqliteStore},
    webhook::Courier,
};

/// A server without its socket. Clones share everything.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) programs: Programs,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) seams: Seams,
    pub(crate) limits: Limits,
    pub(crate) retention: Retention,
    pub(crate) limiters: Limiters,
    pub(crate) behind_proxy: bool,
    pub(crate) hub: Arc<Hub>,
    pub(crate) courier: Courier,
    /// That there may be something new in the outbox.
    pub(crate) outbox_news: Arc<Notify>,
    pub(crate) cursor_key: [u8; 32],
    /// When pages were last told of versions that had come into force, in milliseconds since 1970.
    told_of_versions_at: AtomicI64,
}

impl App {
    /// Opens the database, brings its tables up to date, and reads programs and secrets.
    ///
    /// # Errors
    /// A [`StartError`]: a sentence for the person who started the server.
    pub fn open(settings: Settings) -> Result<Self, StartError> {
        Self::open_with(settings, Seams::default())
    }

    /// [`App::open`] with a chosen time and chance.
    ///
    /// # Errors
    /// As [`App::open`].
    pub fn open_with(settings: Settings, seams: Seams) -> Result<Self, StartError> {
        if let Some(fault) = settings.limits.fault() {
            return Err(StartError::Settings(format!("In limits, {fault}.")));
        }
        if let Some(fault) = settings.retention.fault() {
            return Err(StartError::Settings(format!("In retention, {fault}.")));
        }
        let programs = Programs::open(&settings.programs)?;
        let courier = Courier::new(&settings.limits.webhooks, &settings.webhooks)?;
        let hub = Arc::new(Hub::new(&settings.limits));
        let outbox_news = Arc::new(Notify::new());
        let (told, news) = (Arc::clone(&hub), Arc::clone(&outbox_news));
        let on_commit: OnCommit = Arc::new(move |program, effect| {
            told.tell(program, effect);
            news.notify_one();
        });
        let store =
            SqliteStore::open(&settings.database, &settings.limits, &seams, programs.first(), on_commit)?;
        let cursor_key = store.cursor_key();
        let told_of_versions_at = AtomicI64::new(seams.now().as_millis());
        Ok(Self(Arc::new(Parts {
            programs,
            store: Arc::new(store),
            seams,
            limits: settings.limits,
            retention: settings.retention,
            limiters: Limiters::new(&settings.limits.rates),
            behind_proxy: settings.behind_proxy,
            hub,
            courier,
            outbox_news,
            cursor_key,
            told_of_versions_at,
        })))
    }

    /// Every route of the server.
    pub fn router(&self) -> Router {
        http::router(self)
    }

    /// The ledger.
    pub fn store(&self) -> &dyn Store {
        self.0.store.as_ref()
    }

    /// A program of this server as it is in force now.
    pub fn program(&self, id: &ProgramId) -> Option<&Arc<ProgramInForce>> {
        self.0.programs.get(id, self.now())
    }

    /// Every program of this server as it is in force now.
    pub fn programs(&self) -> impl Iterator<Item = &Arc<ProgramInForce>> {
        self.0.programs.all(self.now())
    }

    /// The time and chance that this server takes.
    pub fn seams(&self) -> &Seams {
        &self.0.seams
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.0.seams.now()
    }

    /// Finishes every write that was accepted and closes the database. Later writes are answered with 503.
    ///
    /// # Errors
    /// Fails when the last writes could not be made durable.
    pub async fn shutdown(&self) -> Result<(), StoreError> {
        self.0.hub.close();
        self.0.store.close().await
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }

    /// How long until the next sweep: a version that comes into force does not wait for it.
    pub(crate) fn until_next_sweep(&self) -> Duration {
        let now = self.now();
        let every = self.0.limits.sweep_every_ms;
        let next = self.programs().filter_map(|program| program.ends_at()).min();
        let until = next.map(|next| next.as_millis().saturating_sub(now.as_millis()).max(0));
        Duration::from_millis(until.and_then(|until| u64::try_from(until).ok()).unwrap_or(every).min(every))
    }

    /// Tells the open pages of every program whose version has changed since the last time.
    pub(crate) fn tell_of_versions(&self, now: Timestamp) {
        let before =
            Timestamp::from_millis(self.0.told_of_versions_at.swap(now.as_millis(), Ordering::SeqCst));
        for first in self.0.programs.first() {
            if first.at(before).program.version != first.at(now).program.version {
                tracing::info!(program = %first.program.id, version = first.at(now).program.version, "in force");
                self.0.hub.program_changed(&first.program.id);
            }
        }
    }
}
