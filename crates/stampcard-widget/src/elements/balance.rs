//! `<stampcard-balance>`: available, pending, and what expires next.

use std::any::Any;

use leptos::prelude::*;
use stampcard_ui::BalanceCard;
use web_sys::HtmlElement;

use super::{Seat, draw, retry};

pub(crate) fn mount(seat: Seat, base: HtmlElement) -> Box<dyn Any> {
    draw(seat, base, |seat, held| {
        let state = &seat.session.state;
        let me = seat.watch(&state.me);
        seat.tell_first(me);
        view! {
            <BalanceCard
                program=seat.watch(&state.program)
                me=me
                as_of=seat.watch(&state.as_of)
                compact=seat.compact()
                on_retry=retry(held)
            />
        }
    })
}
