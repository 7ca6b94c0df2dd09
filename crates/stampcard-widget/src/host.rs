//! What the shell does for the wasm.

use std::cell::Cell;

use js_sys::{Function, Promise, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use stampcard_client::{Error, Token, TokenError, TokenSource};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The shell's side of a session; `npm/src/modules.d.ts` says what each function does. None of them throws.
    #[derive(Clone)]
    pub type Host;
    #[wasm_bindgen(method, getter)]
    pub fn fetch(this: &Host) -> Function;
    #[wasm_bindgen(method)]
    pub fn token(this: &Host, refresh: bool) -> Promise;
    #[wasm_bindgen(method)]
    pub fn ask(this: &Host, reward: &JsValue, origin: &JsValue) -> Promise;
    #[wasm_bindgen(method)]
    pub fn preview(this: &Host, earning: &JsValue, order: &str) -> Promise;
    #[wasm_bindgen(method)]
    pub fn tell(this: &Host, name: &str, detail: &JsValue, origin: &JsValue);
    #[wasm_bindgen(method)]
    pub fn apply(this: &Host, voucher: &JsValue, origin: &JsValue) -> bool;
    #[wasm_bindgen(method)]
    pub fn save(this: &Host, table: bool) -> Promise;
    #[wasm_bindgen(method)]
    pub fn shown(this: &Host, origin: &JsValue, guest: bool);
    #[wasm_bindgen(method)]
    pub fn settled(this: &Host, ok: bool);
    #[wasm_bindgen(method)]
    pub fn error(this: &Host, code: &str, retryable: bool, hint: &str) -> JsValue;
    #[wasm_bindgen(method, js_name = newKey)]
    pub fn new_key(this: &Host) -> String;
}

impl Host {
    /// An error of the client as the shell's.
    pub(crate) fn error_of(&self, error: &Error) -> JsValue {
        self.error(error.code(), error.retryable(), "")
    }
}

/// The page's token source. It remembers whether the last answer was that there is no member.
pub(crate) struct HostTokens {
    host: Host,
    is_guest: Cell<bool>,
}

impl HostTokens {
    pub(crate) const fn new(host: Host) -> Self {
        Self { host, is_guest: Cell::new(false) }
    }

    /// Whether the page has said that there is no member.
    pub(crate) const fn is_guest(&self) -> bool {
        self.is_guest.get()
    }
}

impl TokenSource for HostTokens {
    async fn token(&self, refresh: bool) -> Result<Option<Token>, TokenError> {
        let answer = JsFuture::from(self.host.token(refresh)).await.map_err(|_| TokenError)?;
        self.is_guest.set(answer.is_null());
        if answer.is_null() {
            return Ok(None);
        }
        Token::new(answer.as_string().ok_or(TokenError)?).map(Some)
    }
}

/// A value as a plain JavaScript object with the names of the wire.
pub(crate) fn to_js<T: Serialize>(value: &T) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// Sets a property of a plain object.
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Only a frozen object refuses, and none of ours is.
    let _ = Reflect::set(object, &name.into(), value);
}
