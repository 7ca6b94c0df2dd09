//! Opening the file: the lock, the pragmas, the tables.

use std::{
    ffi::OsString,
    fmt,
    fs::{File, OpenOptions, TryLockError},
    path::Path,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension, config::DbConfig};

use super::rebuild;
use crate::{Seams, StartError};

/// Each brings the tables from the version of its place to the next.
const MIGRATIONS: [&str; 8] = [
    include_str!("../../../migrations/0001_ledger.sql"),
    include_str!("../../../migrations/0002_tokens.sql"),
    include_str!("../../../migrations/0003_webhooks.sql"),
    include_str!("../../../migrations/0004_privacy.sql"),
    include_str!("../../../migrations/0010_program.sql"),
    include_str!("../../../migrations/0011_facts.sql"),
    include_str!("../../../migrations/0012_jobs.sql"),
    include_str!("../../../migrations/0014_turning.sql"),
];

/// "Stam": tells our files from other SQLite files.
const APPLICATION_ID: i64 = 0x5374_616D;

/// How often a lock that somebody else holds is asked for, and how long after each time.
const LOCK_TRIES: u32 = 20;
const LOCK_WAIT: Duration = Duration::from_millis(25);

/// How long a statement waits for a lock of another process, such as a backup.
const BUSY_TIMEOUT_MS: u32 = 5_000;

/// Keeps other servers from the file until the returned handle is dropped, or the process ends in whatever way.
pub(super) fn lock(file: &Path) -> Result<File, StartError> {
    let mut path = OsString::from(file);
    path.push(".lock");
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let lock = lock.map_err(|error| failed(file, &error))?;
    // A server that is just ending holds it for a moment longer, and so does a process that is just being started by one.
    for _ in 0..LOCK_TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_WAIT),
            Err(TryLockError::Error(error)) => return Err(failed(file, &error)),
        }
    }
    Err(StartError::DatabaseLocked(file.to_owned()))
}

/// The connection of the writer, with the tables up to date, and the key that cursors are signed with.
pub(super) fn open_to_write(file: &Path, seams: &Seams) -> Result<(Connection, [u8; 32]), StartError> {
    let open = || {
        let mut connection = Connection::open(file)?;
        set_up(&connection)?;
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // What is forgotten is overwritten, not only left out.
        connection.pragma_update(None, "secure_delete", true)?;
        migrate(&mut connection, seams).map(|migrated| (connection, migrated, mode))
    };
    let (connection, migrated, mode) = open().map_err(|error| failed(file, &error))?;
    if mode != "wal" {
        return Err(failed(file, &"its file system has no shared memory, which write-ahead logging needs"));
    }
    match migrated {
        Migrated::Done(cursor_key) => Ok((connection, cursor_key)),
        Migrated::TooNew(version) => Err(StartError::DatabaseTooNew { file: file.to_owned(), version }),
        Migrated::Foreign => Err(failed(file, &"it is a database of something else")),
    }
}

/// A connection that only reads; the file must be there.
pub(super) fn open_to_read(file: &Path) -> Result<Connection, StartError> {
    let open = || {
        let connection = Connection::open_with_flags(
            file,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        set_up(&connection)?;
        Ok::<_, rusqlite::Error>(connection)
    };
    open().map_err(|error| failed(file, &error))
}

/// Refuses what is no ledger, and a ledger of another version.
pub(super) fn require_present_version(connection: &Connection, file: &Path) -> Result<(), StartError> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let read = || Ok((pragma("application_id")?, pragma("user_version")?));
    let (application_id, version) = read().map_err(|error: rusqlite::Error| failed(file, &error))?;
    let present = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if application_id != APPLICATION_ID {
        Err(failed(file, &"it is a database of something else"))
    } else if version > present {
        Err(StartError::DatabaseTooNew { file: file.to_owned(), version })
    } else if version < present {
        Err(failed(file, &"its tables are of an older version; start the server once"))
    } else {
        Ok(())
    }
}

pub(super) fn failed(file: &Path, reason: &dyn fmt::Display) -> StartError {
    StartError::Database { file: file.to_owned(), reason: reason.to_string() }
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS.into()))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.set_prepared_statement_cache_capacity(128);
    // Otherwise SQLite plans a prepared statement anew whenever a value it looks at changes: a fifth of the writer's time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

enum Migrated {
    Done([u8; 32]),
    TooNew(i64),
    Foreign,
}

fn migrate(connection: &mut Connection, seams: &Seams) -> rusqlite::Result<Migrated> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (version, application_id) = (pragma("user_version")?, pragma("application_id")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application_id != APPLICATION_ID && (tables > 0 || application_id != 0) {
        return Ok(Migrated::Foreign);
    }
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    if done > MIGRATIONS.len() {
        return Ok(Migrated::TooNew(version));
    }
    if done < MIGRATIONS.len() {
        let transaction = connection.transaction()?;
        MIGRATIONS.iter().skip(done).try_for_each(|migration| transaction.execute_batch(migration))?;
        // With the tables as they are in the end: that is what this version knows to fill.
        rebuild::everything(&transaction).map_err(|_| rusqlite::Error::InvalidQuery)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", MIGRATIONS.len())?;
        transaction.commit()?;
    }
    let kept = connection.query_row("SELECT cursor_key FROM meta", [], |row| row.get(0)).optional()?;
    let cursor_key = match kept {
        Some(key) => key,
        None => {
            let mut key = [0; 32];
            (seams.chance)(&mut key);
            connection.execute("INSERT INTO meta (only_row, cursor_key) VALUES (1, ?1)", [key])?;
            key
        }
    };
    // A file that can only be read is found out now, not by the first member who redeems.
    connection.execute("UPDATE meta SET cursor_key = cursor_key", [])?;
    Ok(Migrated::Done(cursor_key))
}
