//! One thread that writes: it drains its queue into one transaction, a savepoint a command, and answers after the commit.
//!
//! **Invariant:** nobody hears of success before the disk has it.

use std::{
    fmt,
    fs::File,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    thread::JoinHandle,
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::store::StoreError;

/// Commands that share one commit at most.
const BATCH_MAX: usize = 256;

/// The writing thread. Dropping it finishes what was accepted.
pub(super) struct Writer {
    /// None once nothing more is taken.
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<Result<(), StoreError>>>,
}

/// Works inside a savepoint and answers with what to tell, which depends on the commit.
type Job = Box<dyn FnOnce(&Connection) -> Worked + Send>;

struct Worked {
    /// Whether the savepoint stays.
    keep: bool,
    /// Tells whether the transaction was committed.
    tell: Box<dyn FnOnce(bool) + Send>,
}

impl Writer {
    /// Starts the thread. It holds the lock until it ends.
    pub(super) fn start(connection: Connection, lock: File, queue: usize) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel(queue);
        let thread = std::thread::Builder::new().name("stampcard-writer".to_owned()).spawn(move || {
            let result = run(&connection, receiver);
            drop(connection);
            drop(lock);
            result
        })?;
        Ok(Self { queue: Some(sender), thread: Some(thread) })
    }

    /// Hands work to the thread; it is refused as unavailable when the queue is full. What it did is handed to
    /// `committed` as soon as it is durable, also when nobody waits for it any more.
    pub(super) fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
        committed: impl FnOnce(&T) + Send + 'static,
    ) -> Pending<T> {
        let (answer, pending) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = catch_unwind(AssertUnwindSafe(|| work(connection))).unwrap_or_else(|_| {
                tracing::error!("a write panicked");
                Err(StoreError::Broken)
            });
            let keep = result.is_ok();
            let tell = move |durable: bool| {
                let uncommitted = keep && !durable;
                if let (Ok(done), true) = (&result, durable)
                    && catch_unwind(AssertUnwindSafe(|| committed(done))).is_err()
                {
                    tracing::error!("telling of a write panicked");
                }
                // Whoever asked may have gone away; what was accepted is done all the same.
                let _ = answer.send(if uncommitted { Err(StoreError::Unavailable) } else { result });
            };
            Worked { keep, tell: Box::new(tell) }
        });
        match self.queue.as_ref().map(|queue| queue.try_send(job)) {
            Some(Ok(())) => Pending(Some(pending)),
            Some(Err(_)) | None => Pending::refused(),
        }
    }

    /// Takes nothing more, does what was accepted, and closes the file.
    pub(super) fn finish(mut self) -> Result<(), StoreError> {
        self.join()
    }

    fn join(&mut self) -> Result<(), StoreError> {
        drop(self.queue.take());
        self.thread.take().map_or(Ok(()), |thread| thread.join().unwrap_or(Err(StoreError::Broken)))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Errors were logged where they happened.
        let _ = self.join();
    }
}

/// An answer that is on its way.
pub(super) struct Pending<T>(Option<oneshot::Receiver<Result<T, StoreError>>>);

impl<T> Pending<T> {
    pub(super) fn refused() -> Self {
        Self(None)
    }

    pub(super) async fn wait(self) -> Result<T, StoreError> {
        match self.0 {
            Some(pending) => pending.await.unwrap_or(Err(StoreError::Unavailable)),
            None => Err(StoreError::Unavailable),
        }
    }
}

fn run(connection: &Connection, mut queue: mpsc::Receiver<Job>) -> Result<(), StoreError> {
    let mut last = Ok(());
    while let Some(first) = queue.blocking_recv() {
        let mut worked = Vec::new();
        let committed = batch(connection, first, &mut queue, &mut worked);
        if let Err(error) = &committed {
            tracing::error!(%error, commands = worked.len(), "nothing of a batch was kept");
            if !connection.is_autocommit() {
                // After a failed rollback the next BEGIN fails, and with it the next batch.
                let _ = connection.execute_batch("ROLLBACK");
            }
        }
        for one in worked {
            (one.tell)(committed.is_ok());
        }
        last = committed.map_err(|_| StoreError::Unavailable);
    }
    last
}

/// Works off `first` and what else waits, in one transaction. A job that is dropped instead is answered as unavailable.
fn batch(
    connection: &Connection,
    first: Job,
    queue: &mut mpsc::Receiver<Job>,
    worked: &mut Vec<Worked>,
) -> Result<(), BatchError> {
    let step = |sql: &str| connection.prepare_cached(sql)?.execute([]).map(drop);
    step("BEGIN IMMEDIATE")?;
    let mut next = Some(first);
    while let Some(job) = next {
        step("SAVEPOINT command")?;
        let one = job(connection);
        let keep = one.keep;
        worked.push(one);
        if connection.is_autocommit() {
            // A full disk ends the whole transaction by itself; whoever shared it is told so.
            return Err(BatchError::Ended);
        }
        if !keep {
            step("ROLLBACK TO command")?;
        }
        step("RELEASE command")?;
        next = if worked.len() < BATCH_MAX { queue.try_recv().ok() } else { None };
    }
    Ok(step("COMMIT")?)
}

/// Why nothing of a batch was kept.
enum BatchError {
    /// SQLite ended the transaction by itself.
    Ended,
    Sqlite(rusqlite::Error),
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => f.write_str("the transaction was ended by the database"),
            Self::Sqlite(error) => error.fmt(f),
        }
    }
}

impl From<rusqlite::Error> for BatchError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}
