//! A few connections that read, each read in one transaction: one instant of the ledger.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::{
    StartError,
    store::{Answering, StoreError},
};

use super::open;

pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    /// One for each idle connection; closed together with the store.
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn open(file: &Path, count: usize) -> Result<Self, StartError> {
        let idle = (0..count).map(|_| open::open_to_read(file)).collect::<Result<_, _>>()?;
        Ok(Self { idle: Mutex::new(idle), permits: Arc::new(Semaphore::new(count)) })
    }

    /// Reads in one transaction, off the runtime's threads.
    pub(super) fn read<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answering<'static, T> {
        let readers = Arc::clone(self);
        Box::pin(async move {
            let permits = Arc::clone(&readers.permits);
            let permit = permits.acquire_owned().await.map_err(|_| StoreError::Unavailable)?;
            let read = move || {
                // Held until the connection is back.
                let _permit = permit;
                let mut connection = readers.idle().pop().ok_or(StoreError::Unavailable)?;
                let result = in_transaction(&mut connection, query);
                readers.idle().push(connection);
                result
            };
            tokio::task::spawn_blocking(read).await.unwrap_or(Err(StoreError::Broken))
        })
    }

    pub(super) fn close(&self) {
        self.permits.close();
        self.idle().clear();
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn in_transaction<T>(
    connection: &mut Connection,
    query: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection.transaction()?;
    let result = query(&transaction)?;
    transaction.finish()?;
    Ok(result)
}
