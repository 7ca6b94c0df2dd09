//! Everything that JavaScript can call.

use std::{any::Any, rc::Rc};

use js_sys::{Function, Promise};
use leptos::prelude::*;
use stampcard_client::Error;
use stampcard_model::{Refusal, RewardId};
use stampcard_ui::{Asker, Locale};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::{
    elements,
    feed::Viewer,
    host::{Host, set, to_js},
    redeem::NotRedeemed,
    session,
    spec::ELEMENTS,
};

thread_local! {
    static PANICKED: std::cell::RefCell<Option<Function>> = const { std::cell::RefCell::new(None) };
}

/// Calls `panicked` with the place in the source when this instance panics; after that it must not be used any more.
#[wasm_bindgen]
pub fn watch(panicked: Function) {
    PANICKED.with(|known| known.replace(Some(panicked)));
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| [at.file(), ":", &at.line().to_string()].concat());
        PANICKED.with(|known| {
            if let Ok(known) = known.try_borrow()
                && let Some(panicked) = &*known
            {
                // There is nobody left to tell.
                let _ = panicked.call1(&JsValue::UNDEFINED, &place.unwrap_or_default().into());
            }
        });
    }));
}

/// One program in one language on this page.
#[wasm_bindgen]
pub struct Session(Rc<session::Session>);

/// An element that is drawn. Freeing it takes it off the page.
#[wasm_bindgen]
pub struct Mount {
    session: Rc<session::Session>,
    asker: Asker,
    compact: ArcRwSignal<bool>,
    _drawn: Box<dyn Any>,
    _viewer: Viewer,
}

#[wasm_bindgen]
impl Session {
    /// Makes a session. Nothing is sent before something is mounted or asked for.
    ///
    /// # Errors
    /// Throws `not_configured` when endpoint or key cannot be one.
    #[wasm_bindgen(constructor)]
    pub fn new(
        host: Host,
        endpoint: &str,
        key: &str,
        locale: &str,
        catalogue: JsValue,
    ) -> Result<Session, JsValue> {
        let language = Locale::new(locale, Some(catalogue));
        let session = session::Session::new(host.clone(), endpoint, key, language)
            .map_err(|error| host.error("not_configured", false, &error.to_string()))?;
        session.client.set_locale(locale);
        Ok(Self(session))
    }

    /// Draws an element into `base`; nothing for a name that is none. `order` is what it previews, as JSON, or empty.
    pub fn mount(
        &self,
        element: &str,
        base: HtmlElement,
        compact: bool,
        order: &str,
        origin: JsValue,
    ) -> Option<Mount> {
        let spec = ELEMENTS.iter().find(|spec| spec.name == element)?;
        let compact = ArcRwSignal::new(compact);
        let viewer = Viewer::default();
        let asker = self.0.new_asker();
        let seat = elements::Seat {
            session: Rc::clone(&self.0),
            viewer: Rc::clone(&viewer),
            compact: compact.clone(),
            asker,
            origin,
        };
        self.0.ask_preview(asker, order);
        let drawn = seat.draw(base, spec.component, spec.shows);
        self.0.serve(spec.shows_rewards, spec.shows_previews);
        let session = Rc::clone(&self.0);
        Some(Mount { session, asker, compact, _drawn: drawn, _viewer: viewer })
    }

    /// Changes the language of sentences and answers.
    pub fn set_locale(&self, locale: &str, catalogue: JsValue) {
        self.0.client.set_locale(locale);
        self.0.state.locale.set(Locale::new(locale, Some(catalogue)));
        self.0.read();
    }

    /// Another member is here, or none any more.
    pub fn identify(&self) {
        self.0.identify();
    }

    /// Reads everything anew.
    pub fn refresh(&self) -> Promise {
        let session = Rc::clone(&self.0);
        self.0.promise(Box::pin(async move {
            session.read_to_end().await;
            Ok(JsValue::UNDEFINED)
        }))
    }

    /// Reads the program.
    pub fn program(&self) -> Promise {
        let session = Rc::clone(&self.0);
        self.0.promise(Box::pin(async move {
            session.read_program().await.map_err(|error| session.host.error_of(&error))?;
            Ok(JsValue::UNDEFINED)
        }))
    }

    /// Reads the member; null for a guest.
    pub fn me(&self) -> Promise {
        let session = Rc::clone(&self.0);
        self.0.promise(Box::pin(async move {
            session.read_me().await.map_err(|error| session.host.error_of(&error))?;
            Ok(session.state.known.with(|known| known.me.value.as_deref().map_or(JsValue::NULL, to_js)))
        }))
    }

    /// Reads the catalogue.
    pub fn rewards(&self) -> Promise {
        let session = Rc::clone(&self.0);
        self.0.promise(Box::pin(async move {
            session.read_items().await.map_err(|error| session.host.error_of(&error))?;
            let list = js_sys::Array::new();
            session.state.known.with(|known| {
                for item in known.items.value.iter().flat_map(|items| items.iter()) {
                    list.push(&listed(item));
                }
            });
            Ok(list.into())
        }))
    }

    /// Previews an order, told as JSON.
    pub fn preview(&self, order: String) -> Promise {
        let session = Rc::clone(&self.0);
        self.0.promise(Box::pin(async move {
            session.read_earning().await.map_err(|error| session.host.error_of(&error))?;
            session.preview(&order).await
        }))
    }

    /// Redeems a reward at its price of now.
    pub fn redeem(&self, reward_id: &str) -> Promise {
        let session = Rc::clone(&self.0);
        let reward_id = RewardId::new(reward_id);
        self.0.promise(Box::pin(async move {
            let host = &session.host;
            session.read_me().await.map_err(|error| host.error_of(&error))?;
            session.read_items().await.map_err(|error| host.error_of(&error))?;
            let known = session.state.known.with(|known| {
                let items = known.items.value.as_ref()?;
                let item = items.iter().find(|item| Ok(&item.reward.id) == reward_id.as_ref())?;
                Some((item.reward.id.clone(), item.reward.price))
            });
            let Some((reward_id, price)) = known else {
                return Err(host.error_of(&Error::Refused(Refusal::RewardNotFound)));
            };
            match session.redeem(reward_id, price, JsValue::UNDEFINED).await {
                Ok(redemption) => {
                    session.dismiss();
                    Ok(to_js(&*redemption))
                }
                Err(NotRedeemed::Busy) => Err(host.error("busy", true, "")),
                Err(NotRedeemed::Cancelled) => Err(host.error("cancelled", false, "")),
                Err(NotRedeemed::Error(error)) => Err(host.error_of(&error)),
            }
        }))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.0.end();
    }
}

#[wasm_bindgen]
impl Mount {
    /// Takes the element's attributes and its order of now.
    pub fn update(&self, compact: bool, order: &str) {
        if self.compact.get_untracked() != compact {
            self.compact.set(compact);
        }
        self.session.ask_preview(self.asker, order);
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        self.session.ask_preview(self.asker, "");
    }
}

/// A reward of the catalogue as JavaScript reads it.
fn listed(item: &stampcard_ui::CatalogItem) -> JsValue {
    let reward = to_js(&item.reward);
    if let Some(mine) = &item.mine {
        let standing = js_sys::Object::new().into();
        set(&standing, "missing", &(mine.missing.get() as f64).into());
        if let Some(refusal) = &mine.refusal {
            set(&standing, "refusal", &refusal.into());
        }
        if let Some(left) = mine.member_left {
            set(&standing, "left", &(left as f64).into());
        }
        set(&reward, "mine", &standing);
    }
    reward
}
