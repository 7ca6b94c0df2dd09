//! A long history costs no more than a short one, counted in steps of SQLite's machine.

#![expect(unsafe_code, reason = "SQLite tells what a statement took to a C function")]

use std::{
    ffi::{CStr, c_char, c_int, c_uint, c_void},
    ptr,
    sync::{
        Mutex, Once,
        atomic::{AtomicI64, Ordering},
    },
};

use rusqlite::{auto_extension::register_auto_extension, ffi};

use super::ground::Ground;

/// Orders of the member with the long history.
const MANY: usize = 3_000;
const SIX_HOURS_MS: i64 = 6 * 3_600_000;

/// The file that is watched, as other tests have theirs open in this process.
static WATCHED: Mutex<String> = Mutex::new(String::new());
static STEPS: AtomicI64 = AtomicI64::new(0);

fn listen() {
    static ONCE: Once = Once::new();
    // SAFETY: the function has the signature of an entry point, and stays for as long as the program does.
    ONCE.call_once(|| unsafe { register_auto_extension(opened) }.expect("SQLite takes it"));
}

unsafe extern "C" fn opened(
    database: *mut ffi::sqlite3,
    _: *mut *mut c_char,
    _: *const ffi::sqlite3_api_routines,
) -> c_int {
    let profile = ffi::SQLITE_TRACE_PROFILE as c_uint;
    // SAFETY: SQLite hands over a connection that is open, and the function is there for as long.
    unsafe { ffi::sqlite3_trace_v2(database, profile, Some(took), ptr::null_mut()) }
}

unsafe extern "C" fn took(_: c_uint, _: *mut c_void, statement: *mut c_void, _: *mut c_void) -> c_int {
    let statement: *mut ffi::sqlite3_stmt = statement.cast();
    // SAFETY: SQLite hands over a statement that lives during the call; a connection to a file has its name.
    unsafe {
        let name = ffi::sqlite3_db_filename(ffi::sqlite3_db_handle(statement), c"main".as_ptr());
        let steps = ffi::sqlite3_stmt_status(statement, ffi::SQLITE_STMTSTATUS_VM_STEP as c_int, 1);
        let watched = WATCHED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !name.is_null() && CStr::from_ptr(name).to_string_lossy() == watched.as_str() {
            STEPS.fetch_add(steps.into(), Ordering::SeqCst);
        }
    }
    0
}

/// What it takes to do something now.
async fn steps<T>(what: impl Future<Output = T>) -> i64 {
    STEPS.store(0, Ordering::SeqCst);
    what.await;
    STEPS.load(Ordering::SeqCst)
}

#[tokio::test]
async fn a_member_costs_the_same_after_thousands_of_orders_as_after_ten() {
    listen();
    let ground = Ground::new();
    let file = ground.folder().join("ledger.db").canonicalize().expect("it is there");
    *WATCHED.lock().expect("nobody panicked") = file.display().to_string();
    for member in ["long", "short"] {
        ground.member(member, 0).await;
    }
    for number in 0..MANY {
        ground.clock.pass(SIX_HOURS_MS);
        ground.order("long", &format!("l-{number}"), 30).await;
        if number >= MANY - 10 {
            ground.order("short", &format!("s-{number}"), 30).await;
        }
    }
    let mut took = Vec::new();
    for member in ["short", "long"] {
        // The first time writes down what time has done.
        ground.redeem(member).await;
        let read = steps(ground.get("/v1/me", member)).await;
        let rewards = steps(ground.get("/v1/me/rewards", member)).await;
        let entries = steps(ground.get("/v1/me/entries", member)).await;
        let order = steps(ground.order(member, &format!("last-{member}"), 30)).await;
        let redeem = steps(ground.redeem(member)).await;
        took.push([read, rewards, entries, order, redeem]);
    }
    println!("steps after 10 orders and after {MANY}: {took:?}");
    for (short, long) in took[0].iter().zip(&took[1]) {
        assert!(*short > 0 && *long < 2 * short, "{took:?}");
    }
}
