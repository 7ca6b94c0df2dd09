//! A transport over `fetch`, for pages.

use gloo::{net::http, timers::future::TimeoutFuture};
use js_sys::{Function, JSON, Math, Object, Promise, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect};

use super::{
    BODY_BYTES_MAX, Method, Request, Response, Transport, TransportError, retry_after_ms, says_json,
};
use crate::race::race;

/// How deep an answer may be. The program is the deepest of the contract, with 7.
const DEPTH_MAX: usize = 32;

/// A transport over `fetch`.
///
/// No cookie is sent, no redirect followed, and a request is aborted when its time is up or its future is dropped.
#[derive(Clone, Debug)]
pub struct FetchTransport {
    fetch: Option<Function>,
}

impl FetchTransport {
    /// Sends with the page's own `fetch`, looked up at every request.
    pub const fn new() -> Self {
        Self { fetch: None }
    }

    /// Sends with a function `(request: Request) => Promise<Response>`. It may answer with a response that was started
    /// before it was asked for; its body must not have been read.
    pub const fn with_fetch(fetch: Function) -> Self {
        Self { fetch: Some(fetch) }
    }

    /// Calls `fetch`. Whatever is thrown, and whatever comes that is no response, means that nothing came.
    async fn fetch(&self, request: &web_sys::Request) -> Option<web_sys::Response> {
        let promise = match &self.fetch {
            Some(fetch) => fetch.call1(&JsValue::UNDEFINED, request),
            None => Reflect::get(&js_sys::global(), &"fetch".into())
                .and_then(|fetch| fetch.dyn_into::<Function>()?.call1(&JsValue::UNDEFINED, request)),
        };
        settled(promise).await?.dyn_into().ok()
    }

    async fn exchange(&self, request: &web_sys::Request) -> Option<Response<JsValue>> {
        let answer = self.fetch(request).await?;
        let header = |name| answer.headers().get(name).ok().flatten();
        let is_json = header("content-type").is_some_and(|value| says_json(&value));
        let is_small = header("content-length")
            .is_none_or(|length| length.parse::<usize>().is_ok_and(|length| length <= BODY_BYTES_MAX));
        let retry_after_ms = header("retry-after").and_then(|value| retry_after_ms(&value));
        let body = if is_json && is_small { settled(answer.json()).await } else { None };
        Some(Response { status: answer.status(), retry_after_ms, body })
    }
}

impl Default for FetchTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for FetchTransport {
    type Body = JsValue;

    async fn send(&self, request: &Request) -> Result<Response<JsValue>, TransportError> {
        let abort = Abort::new().ok_or(TransportError::Offline)?;
        let built = build(request, &abort).ok_or(TransportError::Offline)?;
        // An early response does not listen to the signal, so time is kept here as well.
        match race(self.exchange(&built), TimeoutFuture::new(request.timeout_ms)).await {
            Some(answer) => answer.ok_or(TransportError::Offline),
            None => Err(TransportError::Timeout),
        }
    }

    async fn wait(&self, ms: u32) {
        TimeoutFuture::new(ms).await;
    }

    fn jitter(&self) -> u16 {
        (Math::random() * 1_000.0) as u16
    }

    fn decode<D: DeserializeOwned>(body: JsValue) -> Option<D> {
        if is_shallow(&body) { serde_wasm_bindgen::from_value(body).ok() } else { None }
    }

    fn encode<E: Serialize>(value: &E) -> Option<String> {
        let value = value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).ok()?;
        JSON::stringify(&value).ok()?.as_string()
    }
}

/// Aborts when dropped; an answer that is complete by then stays whole.
struct Abort(AbortController);

impl Abort {
    fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn build(request: &Request, abort: &Abort) -> Option<web_sys::Request> {
    let cache = if request.revalidate { RequestCache::NoCache } else { RequestCache::Default };
    let mut builder = match request.method {
        Method::Get => http::Request::get(&request.url),
        Method::Post => http::Request::post(&request.url),
        Method::Put => http::Request::put(&request.url),
        Method::Delete => http::Request::delete(&request.url),
    }
    .cache(cache)
    .credentials(RequestCredentials::Omit)
    .redirect(RequestRedirect::Error)
    .referrer_policy(ReferrerPolicy::StrictOriginWhenCrossOrigin)
    .abort_signal(Some(&abort.0.signal()));
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let built = match &request.body {
        Some(body) => builder.body(body.as_str()),
        None => builder.build(),
    };
    built.ok().map(Into::into)
}

/// Whether arrays and objects are at most [`DEPTH_MAX`] deep inside one another. The decoder puts what it did not
/// expect into words, by calling itself for what is inside, and a hostile answer is deeper than the stack.
fn is_shallow(body: &JsValue) -> bool {
    let mut level = vec![body.clone()];
    for _ in 0..DEPTH_MAX {
        let objects = level.iter().filter_map(JsCast::dyn_ref::<Object>);
        level =
            objects.flat_map(|object| Object::values(object).to_vec()).filter(JsValue::is_object).collect();
        if level.is_empty() {
            return true;
        }
    }
    false
}

/// What a promise settles to; `None` when it is rejected, or is none.
async fn settled(promise: Result<impl JsCast, JsValue>) -> Option<JsValue> {
    JsFuture::from(promise.ok()?.dyn_into::<Promise>().ok()?).await.ok()
}
