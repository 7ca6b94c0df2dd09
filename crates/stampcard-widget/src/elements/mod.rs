//! One file an element: which component it is, and which part of the session it looks at.

pub(crate) mod balance;
pub(crate) mod rewards;
pub(crate) mod tier;

use std::{any::Any, rc::Rc};

use leptos::{mount::mount_to, prelude::*};
use stampcard_ui::{I18n, Phase, Remote};
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use crate::session::Session;

/// A place on the page for an element.
pub(crate) struct Seat {
    pub(crate) session: Rc<Session>,
    pub(crate) base: HtmlElement,
    pub(crate) compact: ArcRwSignal<bool>,
    /// The element, as the shell knows it.
    pub(crate) origin: JsValue,
}

/// The session as a component's callbacks can hold it.
pub(crate) type Held = StoredValue<Rc<Session>, LocalStorage>;

impl Seat {
    /// Draws `view` into the place. The first time that `first` is answered the page is told.
    fn draw<T, V>(
        self,
        first: ArcRwSignal<Remote<T>>,
        view: impl FnOnce(&Session, Held, ArcRwSignal<bool>) -> V + 'static,
    ) -> Box<dyn Any>
    where
        T: Send + Sync + 'static,
        V: IntoView + 'static,
    {
        let Self { session, base, compact, origin } = self;
        Box::new(mount_to(base.clone(), move || {
            let locale: RwSignal<_, LocalStorage> = RwSignal::from_local(session.state.locale.clone());
            I18n::provide(locale);
            Effect::new(move |_| base.set_lang(&locale.try_get().unwrap_or_default().tag()));
            let held = StoredValue::new_local(Rc::clone(&session));
            Effect::new(move |is_told: Option<bool>| {
                if is_told == Some(true) {
                    return true;
                }
                let phase = first.with(|remote| remote.phase);
                let is_answered = matches!(phase, Phase::Ready | Phase::Guest);
                if is_answered {
                    let is_guest = session.state.me.with_untracked(|me| me.phase == Phase::Guest);
                    session.host.shown(&origin, is_guest);
                }
                is_answered
            });
            held.try_with_value(|session| view(session, held, compact))
        }))
    }
}

/// A signal that a component can look at.
pub(crate) fn watch<T: Send + Sync + 'static>(signal: &ArcRwSignal<T>) -> Signal<T> {
    RwSignal::from(signal).into()
}

/// The member asks to try again.
pub(crate) fn retry(held: Held) -> Callback<()> {
    Callback::new(move |()| {
        held.try_with_value(Session::retry);
    })
}
