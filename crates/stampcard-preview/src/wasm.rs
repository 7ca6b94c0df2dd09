//! The door for a host without glue: memory to put texts into, and one function.
#![allow(unsafe_code, reason = "a wasm module without glue passes texts as places in its memory")]

use std::{cell::RefCell, mem};

thread_local! {
    static ANSWER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Makes room for a text; the host fills it and passes it on to [`stampcard_preview`].
#[unsafe(no_mangle)]
pub extern "C" fn stampcard_room(length: usize) -> *mut u8 {
    let mut room = Vec::<u8>::with_capacity(length);
    let place = room.as_mut_ptr();
    mem::forget(room);
    place
}

/// Previews an order; the answer lies at [`stampcard_answer`] and is as long as what this returns.
///
/// # Safety
/// Both texts come from [`stampcard_room`] with these lengths and were filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stampcard_preview(
    earning: *mut u8,
    earning_length: usize,
    order: *mut u8,
    order_length: usize,
) -> usize {
    // SAFETY: so the caller promises.
    let (earning, order) = unsafe {
        (
            Vec::from_raw_parts(earning, earning_length, earning_length),
            Vec::from_raw_parts(order, order_length, order_length),
        )
    };
    let (earning, order) = (String::from_utf8_lossy(&earning), String::from_utf8_lossy(&order));
    let answer = super::answer(&earning, &order);
    ANSWER.with_borrow_mut(|kept| *kept = answer);
    ANSWER.with_borrow(String::len)
}

/// Where the last answer lies.
#[unsafe(no_mangle)]
pub extern "C" fn stampcard_answer() -> *const u8 {
    ANSWER.with_borrow(|answer| answer.as_ptr())
}
