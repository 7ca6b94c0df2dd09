//! The shop's own books: orders and sessions, in a database of their own beside the ledger.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use stampcard_model::{OrderId, Points, RewardId, Timestamp, VoucherCode};

use crate::pricing::{Priced, Wanted};

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, member TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS orders (
        id TEXT PRIMARY KEY,
        attempt TEXT NOT NULL UNIQUE,
        member TEXT,
        placed_at INTEGER NOT NULL,
        document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS orders_of_member ON orders (member, placed_at);
    CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY) STRICT;
";
const SEEDED: &str = "seeded";

/// The shop's own books.
pub(crate) struct Book(Mutex<Connection>);

/// An order as the shop keeps it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct StoredOrder {
    pub(crate) id: OrderId,
    /// Names the attempt to check out: the session and the page's key.
    pub(crate) attempt: String,
    /// None is a guest.
    pub(crate) member: Option<String>,
    pub(crate) placed_at: Timestamp,
    /// What was asked for, to tell a repetition from another order.
    pub(crate) wanted: Vec<Wanted>,
    pub(crate) priced: Priced,
    pub(crate) voucher: Option<StoredVoucher>,
    pub(crate) state: OrderState,
    /// What the loyalty program made of it; none until it answered.
    pub(crate) earned: Option<Earned>,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub(crate) struct StoredVoucher {
    pub(crate) code: VoucherCode,
    pub(crate) reward_id: RewardId,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub(crate) struct Earned {
    pub(crate) points: Points,
    pub(crate) balance_after: Points,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrderState {
    /// Its voucher is not taken yet.
    Open,
    /// Sold.
    Placed,
    /// Taken back.
    Returned,
}

impl Book {
    /// Opens the books, or starts them.
    ///
    /// # Errors
    /// Fails when the file cannot be written or is no database.
    pub(crate) fn open(file: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(file)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Mutex::new(connection)))
    }

    pub(crate) fn is_seeded(&self) -> rusqlite::Result<bool> {
        let found =
            self.db().query_row("SELECT 1 FROM marks WHERE name = ?1", [SEEDED], |_| Ok(())).optional()?;
        Ok(found.is_some())
    }

    pub(crate) fn mark_seeded(&self) -> rusqlite::Result<()> {
        self.db().execute("INSERT OR IGNORE INTO marks (name) VALUES (?1)", [SEEDED]).map(drop)
    }

    /// The id of the member of a session; `None` for a guest.
    pub(crate) fn member_of(&self, session: &str) -> rusqlite::Result<Option<String>> {
        let found = self
            .db()
            .query_row("SELECT member FROM sessions WHERE id = ?1", [session], |row| row.get(0))
            .optional()?;
        Ok(found.flatten())
    }

    pub(crate) fn put_session(&self, session: &str, member: Option<&str>) -> rusqlite::Result<()> {
        let sql =
            "INSERT INTO sessions (id, member) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET member = ?2";
        self.db().execute(sql, params![session, member]).map(drop)
    }

    /// Keeps an order, in place of what was kept of it before.
    pub(crate) fn put(&self, order: &StoredOrder) -> rusqlite::Result<()> {
        let document = serde_json::to_string(order)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        let sql = "INSERT INTO orders (id, attempt, member, placed_at, document) VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (id) DO UPDATE SET document = ?5";
        let placed_at = order.placed_at.as_millis();
        self.db()
            .execute(sql, params![order.id.as_str(), order.attempt, order.member, placed_at, document])
            .map(drop)
    }

    pub(crate) fn remove(&self, id: &OrderId) -> rusqlite::Result<()> {
        self.db().execute("DELETE FROM orders WHERE id = ?1", [id.as_str()]).map(drop)
    }

    pub(crate) fn by_attempt(&self, attempt: &str) -> rusqlite::Result<Option<StoredOrder>> {
        self.one("SELECT document FROM orders WHERE attempt = ?1", attempt)
    }

    pub(crate) fn by_id(&self, id: &OrderId) -> rusqlite::Result<Option<StoredOrder>> {
        self.one("SELECT document FROM orders WHERE id = ?1", id.as_str())
    }

    /// A member's orders, newest first.
    pub(crate) fn of_member(&self, member: &str) -> rusqlite::Result<Vec<StoredOrder>> {
        self.many(
            "SELECT document FROM orders WHERE member = ?1 ORDER BY placed_at DESC, id",
            params![member],
        )
    }

    /// Every order.
    pub(crate) fn all(&self) -> rusqlite::Result<Vec<StoredOrder>> {
        self.many("SELECT document FROM orders ORDER BY placed_at, id", params![])
    }

    fn one(&self, sql: &str, key: &str) -> rusqlite::Result<Option<StoredOrder>> {
        Ok(self.many(sql, params![key])?.pop())
    }

    fn many(&self, sql: &str, key: impl rusqlite::Params) -> rusqlite::Result<Vec<StoredOrder>> {
        let db = self.db();
        let mut statement = db.prepare_cached(sql)?;
        let documents = statement.query_map(key, |row| row.get::<_, String>(0))?;
        documents.map(|document| read(&document?)).collect()
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        // A statement that panicked was rolled back; the connection is as good as before.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(document: &str) -> rusqlite::Result<StoredOrder> {
    serde_json::from_str(document).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}
