//! A server without its socket: settings become programs, a store and a router.

use std::{sync::Arc, time::Duration};

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
            SqliteStore::open(&settings.database, &settings.limits, &seams, programs.all(), on_commit)?;
        let cursor_key = store.cursor_key();
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

    /// A program of this server as it is in force.
    pub fn program(&self, id: &ProgramId) -> Option<&Arc<ProgramInForce>> {
        self.0.programs.get(id)
    }

    /// Every program of this server.
    pub fn programs(&self) -> impl Iterator<Item = &Arc<ProgramInForce>> {
        self.0.programs.all()
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

    pub(crate) fn sweep_every(&self) -> Duration {
        Duration::from_millis(self.0.limits.sweep_every_ms)
    }
}
