//! The door for a host without glue: memory to put texts into, and one function.
#![allow(unsafe_code, reason = "a wasm module without glue passes texts as places in its memory")]

use std::{cell::RefCell, mem};

thread_local! {
    static ANSWER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Makes room for a text; the host fills it and passes it on to [`stampcard_run`].
#[unsafe(no_mangle)]
pub extern "C" fn stampcard_room(length: usize) -> *mut u8 {
    let mut room = Vec::<u8>::with_capacity(length);
    let place = room.as_mut_ptr();
    mem::forget(room);
    place
}

/// Runs the cases; the answer, one line of JSON a case or else what is wrong, lies at [`stampcard_answer`] and is as long
/// as what this returns.
///
/// # Safety
/// Both texts come from [`stampcard_room`] with these lengths and were filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stampcard_run(
    plain: *mut u8,
    plain_length: usize,
    cases: *mut u8,
    length: usize,
) -> usize {
    // SAFETY: so the caller promises.
    let (plain, cases) = unsafe {
        (Vec::from_raw_parts(plain, plain_length, plain_length), Vec::from_raw_parts(cases, length, length))
    };
    let (plain, cases) = (String::from_utf8_lossy(&plain), String::from_utf8_lossy(&cases));
    let answer = match super::run(&plain, &cases) {
        Ok(came) => came.iter().filter_map(|one| Some(serde_json::to_string(one).ok()? + "\n")).collect(),
        Err(error) => error,
    };
    ANSWER.with_borrow_mut(|kept| *kept = answer);
    ANSWER.with_borrow(String::len)
}

/// Where the last answer lies.
#[unsafe(no_mangle)]
pub extern "C" fn stampcard_answer() -> *const u8 {
    ANSWER.with_borrow(|answer| answer.as_ptr())
}
