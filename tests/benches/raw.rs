//! The statements of a store without the store: recorded while it works, and carried out again on a copy of its file as
//! fast as SQLite can. What a store adds to them is what is left between its rate and this one.

#![expect(unsafe_code, reason = "SQLite tells its statements to a C function")]

use std::{
    ffi::{CStr, c_char, c_int, c_uint, c_void},
    path::Path,
    ptr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::{Connection, auto_extension::register_auto_extension, config::DbConfig, ffi, types::Value};

/// A statement as it was carried out.
struct Step {
    sql: String,
    values: Vec<Value>,
}

/// Statements and what they were with their values in place.
static RECORDED: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());
static RECORDING: AtomicBool = AtomicBool::new(false);

/// Has every connection that is opened from now on tell its statements, as long as they are recorded.
pub fn listen() {
    // SAFETY: the function has the signature of an entry point, and stays for as long as the program does.
    unsafe { register_auto_extension(opened) }.expect("SQLite takes it");
}

/// Records the statements of everything that is written from now on.
pub fn record() {
    RECORDED.lock().unwrap_or_else(PoisonError::into_inner).clear();
    RECORDING.store(true, Ordering::Relaxed);
}

/// Ends the record.
pub fn stop() {
    RECORDING.store(false, Ordering::Relaxed);
}

/// A copy of the file as it is now, also while it is in use.
pub fn copy(from: &Path, to: &Path) {
    let connection = Connection::open(from).expect("the file can be read");
    connection.execute("VACUUM INTO ?1", [to.to_str()]).expect("there is room");
}

/// Carries out on a copy what was recorded, grouped into transactions as it was. Returns how many commands that were, and how
/// long it took.
pub fn again(file: &Path) -> (usize, Duration) {
    let recorded = std::mem::take(&mut *RECORDED.lock().unwrap_or_else(PoisonError::into_inner));
    // It began and ended somewhere in a transaction.
    let first = recorded.iter().position(|(sql, _)| sql.starts_with("BEGIN")).unwrap_or_default();
    let last = recorded.iter().rposition(|(sql, _)| sql.starts_with("COMMIT")).unwrap_or_default();
    let whole = recorded.get(first..=last).unwrap_or_default();
    let steps: Vec<Step> =
        whole.iter().map(|(sql, told)| Step { sql: sql.clone(), values: values(sql, told) }).collect();
    let commands = steps.iter().filter(|step| step.sql.starts_with("SAVEPOINT")).count();
    let connection = Connection::open(file).expect("the copy can be written");
    for (pragma, value) in [("journal_mode", "WAL"), ("synchronous", "FULL"), ("foreign_keys", "ON")] {
        connection.pragma_update(None, pragma, value).expect("SQLite knows it");
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).expect("SQLite knows it");
    connection.set_prepared_statement_cache_capacity(128);
    let began = Instant::now();
    for Step { sql, values } in &steps {
        let mut statement = connection.prepare_cached(sql).expect("it was carried out before");
        for (index, value) in values.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value).expect("it has as many parameters");
        }
        let mut rows = statement.raw_query();
        while rows.next().expect("it went well before").is_some() {}
    }
    (commands, began.elapsed())
}

unsafe extern "C" fn opened(
    database: *mut ffi::sqlite3,
    _: *mut *mut c_char,
    _: *const ffi::sqlite3_api_routines,
) -> c_int {
    // SAFETY: SQLite hands over a connection that is open, and the function is there for as long.
    unsafe { ffi::sqlite3_trace_v2(database, ffi::SQLITE_TRACE_STMT as c_uint, Some(told), ptr::null_mut()) }
}

unsafe extern "C" fn told(_: c_uint, _: *mut c_void, statement: *mut c_void, text: *mut c_void) -> c_int {
    let writes = std::thread::current().name() == Some("stampcard-writer");
    // SAFETY: SQLite hands over a statement and a text that live during the call; what it expands is ours to free.
    unsafe {
        // What a trigger does comes by itself.
        let by_trigger = CStr::from_ptr(text.cast()).to_bytes().starts_with(b"--");
        if RECORDING.load(Ordering::Relaxed) && writes && !by_trigger {
            let sql = CStr::from_ptr(ffi::sqlite3_sql(statement.cast())).to_string_lossy().into_owned();
            let expanded = ffi::sqlite3_expanded_sql(statement.cast());
            let with_values = CStr::from_ptr(expanded).to_string_lossy().into_owned();
            ffi::sqlite3_free(expanded.cast());
            RECORDED.lock().unwrap_or_else(PoisonError::into_inner).push((sql, with_values));
        }
    }
    0
}

/// The values of the parameters `?1`, `?2`, …, read from the statement with the values in their places.
fn values(sql: &str, mut told: &str) -> Vec<Value> {
    let mut values = Vec::new();
    let mut rest = sql;
    while let Some(place) = rest.find('?') {
        let (before, after) = rest.split_at(place);
        told = told.get(before.len()..).unwrap_or_default();
        let digits = after[1..].bytes().take_while(u8::is_ascii_digit).count();
        let number: usize = after[1..=digits].parse().expect("parameters are numbered");
        let (value, end) = literal(told);
        told = &told[end..];
        if values.len() < number {
            values.resize(number, Value::Null);
        }
        values[number - 1] = value;
        rest = &after[1 + digits..];
    }
    values
}

/// A literal of SQL, and where it ends.
fn literal(text: &str) -> (Value, usize) {
    if text.starts_with("NULL") {
        return (Value::Null, 4);
    }
    if let Some(quoted) = text.strip_prefix('\'') {
        let mut end = 0;
        while let Some(quote) = quoted[end..].find('\'') {
            end += quote;
            if !quoted[end + 1..].starts_with('\'') {
                break;
            }
            end += 2;
        }
        return (Value::Text(quoted[..end].replace("''", "'")), end + 2);
    }
    if let Some(hex) = text.strip_prefix("x'") {
        let end = hex.find('\'').expect("it ends");
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("it is hexadecimal");
        return (Value::Blob((0..end).step_by(2).map(byte).collect()), end + 3);
    }
    let end = text.find(|c: char| c != '-' && !c.is_ascii_digit()).unwrap_or(text.len());
    (Value::Integer(text[..end].parse().expect("money, points and instants are whole numbers")), end)
}
