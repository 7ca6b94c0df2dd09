//! `<stampcard-tier>`: the tier, the way to the next one, and what each gives.

use std::any::Any;

use leptos::prelude::*;
use stampcard_ui::TierMeter;

use super::{Seat, retry, watch};

pub(crate) fn mount(seat: Seat) -> Box<dyn Any> {
    let first = seat.session.state.me.clone();
    seat.draw(first, |session, held, _| {
        let state = &session.state;
        view! {
            <TierMeter
                program=watch(&state.program)
                me=watch(&state.me)
                as_of=watch(&state.as_of)
                on_retry=retry(held)
            />
        }
    })
}
