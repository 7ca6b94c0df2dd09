//! `<stampcard-rewards>`: the catalogue, and the way from a card to a voucher.

use std::{any::Any, rc::Rc};

use leptos::prelude::*;
use stampcard_ui::RewardGrid;

use super::{Seat, retry, watch};
use crate::session::Session;

pub(crate) fn mount(seat: Seat) -> Box<dyn Any> {
    let first = seat.session.state.items.clone();
    let origin = StoredValue::new_local(seat.origin.clone());
    seat.draw(first, move |session, held, _| {
        let state = &session.state;
        let on_redeem = Callback::new(move |(reward_id, price)| {
            held.try_with_value(|session| {
                let at = Rc::clone(session);
                let origin = origin.try_get_value().unwrap_or_default();
                session.spawn(async move {
                    // What comes of it is in the state.
                    let _ = at.redeem(reward_id, price, origin).await;
                });
            });
        });
        let on_dismiss = Callback::new(move |()| {
            held.try_with_value(Session::dismiss);
        });
        view! {
            <RewardGrid
                program=watch(&state.program)
                me=watch(&state.me)
                items=watch(&state.items)
                as_of=watch(&state.as_of)
                redeem=watch(&state.redeem)
                on_redeem=on_redeem
                on_dismiss=on_dismiss
                on_copied=Callback::new(|_| ())
                on_retry=retry(held)
            />
        }
    })
}
