//! A server without its socket: settings become programs, a store and a router.

use std::{sync::Arc, time::Duration};

use axum::Router;
use stampcard_model::{ProgramId, Timestamp};

use crate::{
    ProgramInForce, Seams, Settings, StartError, http,
    programs::Programs,
    settings::Limits,
    store::{Store, StoreError, sqlite::SqliteStore},
};

/// A server without its socket. Clones share everything.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) programs: Programs,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) seams: Seams,
    pub(crate) limits: Limits,
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
        let programs = Programs::open(&settings.programs)?;
        let store = SqliteStore::open(&settings.database, &settings.limits, &seams, programs.all())?;
        let cursor_key = store.cursor_key();
        Ok(Self(Arc::new(Parts {
            programs,
            store: Arc::new(store),
            seams,
            limits: settings.limits,
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
        self.0.store.close().await
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }

    pub(crate) fn sweep_every(&self) -> Duration {
        Duration::from_millis(self.0.limits.sweep_every_ms)
    }
}
