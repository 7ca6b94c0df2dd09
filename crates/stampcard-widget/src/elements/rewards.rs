//! `<stampcard-rewards>`: the catalogue, and the way from a card to a voucher.

use std::{any::Any, rc::Rc};

use leptos::prelude::*;
use stampcard_ui::RewardGrid;
use web_sys::HtmlElement;

use super::{Seat, draw, retry};
use crate::session::Session;

pub(crate) fn mount(seat: Seat, base: HtmlElement) -> Box<dyn Any> {
    draw(seat, base, |seat, held| {
        let state = &seat.session.state;
        let items = seat.watch(&state.items);
        seat.tell_first(items);
        let origin = StoredValue::new_local(seat.origin.clone());
        let on_redeem = Callback::new(move |(reward_id, price)| {
            held.try_with_value(|session| {
                let at = Rc::clone(session);
                let origin = origin.try_get_value().unwrap_or_default();
                session.spawn(Box::pin(async move {
                    // What comes of it is in the state.
                    let _ = at.redeem(reward_id, price, origin).await;
                }));
            });
        });
        let on_dismiss = Callback::new(move |()| {
            held.try_with_value(Session::dismiss);
        });
        view! {
            <RewardGrid
                program=seat.watch(&state.program)
                me=seat.watch(&state.me)
                items=items
                as_of=seat.watch(&state.as_of)
                redeem=seat.watch(&state.redeem)
                on_redeem=on_redeem
                on_dismiss=on_dismiss
                on_copied=Callback::new(|_| ())
                on_retry=retry(held)
            />
        }
    })
}
