//! One file an element: which component it is, and which part of the session it looks at.

pub(crate) mod balance;
pub(crate) mod rewards;
pub(crate) mod tier;

use std::{any::Any, rc::Rc};

use leptos::{mount::mount_to, prelude::*};
use stampcard_ui::{I18n, Phase, Remote};
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use crate::{
    feed::{Feed, Viewer},
    session::Session,
};

/// An element's place at a session.
pub(crate) struct Seat {
    pub(crate) session: Rc<Session>,
    pub(crate) viewer: Viewer,
    pub(crate) compact: ArcRwSignal<bool>,
    /// The element, as the shell knows it.
    pub(crate) origin: JsValue,
}

/// The session as callbacks of a component can hold it.
pub(crate) type Held = StoredValue<Rc<Session>, LocalStorage>;

/// Draws `view` into `base`.
pub(crate) fn draw<V>(
    seat: Seat,
    base: HtmlElement,
    view: impl FnOnce(&Seat, Held) -> V + 'static,
) -> Box<dyn Any>
where
    V: IntoView + 'static,
{
    Box::new(mount_to(base.clone(), move || {
        let locale: RwSignal<_, LocalStorage> =
            RwSignal::from_local(seat.session.state.locale.show(&seat.viewer));
        I18n::provide(locale);
        Effect::new(move |_| base.set_lang(locale.try_get().unwrap_or_default().tag()));
        view(&seat, StoredValue::new_local(Rc::clone(&seat.session)))
    }))
}

impl Seat {
    /// A signal that a component can look at.
    pub(crate) fn watch<T: Clone + Send + Sync + 'static>(&self, feed: &Feed<T>) -> Signal<T> {
        RwSignal::from(feed.show(&self.viewer)).into()
    }

    /// Whether to draw the small form.
    pub(crate) fn compact(&self) -> Signal<bool> {
        RwSignal::from(&self.compact).into()
    }

    /// Tells the page the first time that `remote` is answered.
    pub(crate) fn tell_first<T: Send + Sync + 'static>(&self, remote: Signal<Remote<T>>) {
        let (session, origin) = (Rc::clone(&self.session), self.origin.clone());
        Effect::new(move |is_told: Option<bool>| {
            if is_told == Some(true) {
                return true;
            }
            let phase = remote.with(|remote| remote.phase);
            let is_answered = matches!(phase, Phase::Ready | Phase::Guest);
            if is_answered {
                session.host.shown(&origin, session.state.me.with(|me| me.phase == Phase::Guest));
            }
            is_answered
        });
    }
}

/// The member asks to try again.
pub(crate) fn retry(held: Held) -> Callback<()> {
    Callback::new(move |()| {
        held.try_with_value(Session::retry);
    })
}
