//! `<stampcard-balance>`: available, pending, and what expires next.

use std::any::Any;

use leptos::prelude::*;
use stampcard_ui::BalanceCard;

use super::{Seat, retry, watch};

pub(crate) fn mount(seat: Seat) -> Box<dyn Any> {
    let first = seat.session.state.me.clone();
    seat.draw(first, |session, held, compact| {
        let state = &session.state;
        view! {
            <BalanceCard
                program=watch(&state.program)
                me=watch(&state.me)
                as_of=watch(&state.as_of)
                compact=watch(&compact)
                on_retry=retry(held)
            />
        }
    })
}
