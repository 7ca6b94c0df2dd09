//! A merchant's server for webhooks, and what tests ask of it and of the addresses.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};
use stampcard_server::webhook::{Delivered, deliver};
use standardwebhooks::Webhook;

use super::ground::{Ground, SECRET_KEY, get};

/// A merchant's server that answers as it is told, 204 when it is not, and keeps what it was sent.
#[derive(Clone, Default)]
pub(super) struct Receiver(Arc<Mutex<Received>>);

#[derive(Default)]
struct Received {
    answers: VecDeque<(u16, Option<Duration>)>,
    calls: Vec<(HeaderMap, Bytes)>,
}

impl Receiver {
    pub(super) async fn start() -> (Self, String) {
        let receiver = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().route("/hooks", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (receiver, format!("http://{address}/hooks"))
    }

    pub(super) fn answer_next(&self, status: u16) {
        self.0.lock().expect("not poisoned").answers.push_back((status, None));
    }

    pub(super) fn answer_late(&self, wait: Duration) {
        self.0.lock().expect("not poisoned").answers.push_back((204, Some(wait)));
    }

    /// What was sent since the last look.
    pub(super) fn calls(&self) -> Vec<(HeaderMap, Bytes)> {
        std::mem::take(&mut self.0.lock().expect("not poisoned").calls)
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let (status, wait) = {
        let mut received = receiver.0.lock().expect("not poisoned");
        received.calls.push((headers, body));
        received.answers.pop_front().unwrap_or((204, None))
    };
    if let Some(wait) = wait {
        tokio::time::sleep(wait).await;
    }
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [("location", "/elsewhere")]).into_response()
}

pub(super) fn private(settings: &mut stampcard_server::Settings) {
    settings.limits.webhooks.private_targets = true;
    settings.limits.webhooks.timeout_ms = 300;
}

/// Adds an address; its id and its secret.
pub(super) async fn add(ground: &Ground, url: &str, topics: Value) -> (String, String) {
    let added = ground.post("/v1/webhooks", json!({"url": url, "topics": topics})).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (text(&added.body["webhook"]["id"]), text(&added.body["secret"]))
}

pub(super) async fn show(ground: &Ground, id: &str) -> Value {
    let shown = ground.send(get(&format!("/v1/webhooks/{id}"), SECRET_KEY)).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(!shown.text.contains("whsec_"), "the secret is shown once");
    shown.body
}

pub(super) async fn round(ground: &Ground) -> (u64, u64) {
    let Delivered { taken, failed } = deliver(&ground.app).await.expect("the store answers");
    (taken, failed)
}

/// Checks a call with a library that knows nothing of ours.
pub(super) fn verify(secret: &str, call: &(HeaderMap, Bytes)) -> Value {
    assert!(is_signed(secret, call), "no signature is of {secret}");
    serde_json::from_slice(&call.1).expect("JSON")
}

/// Whether one of a call's signatures is the library's by this secret.
pub(super) fn is_signed(secret: &str, (headers, body): &(HeaderMap, Bytes)) -> bool {
    let text = |name: &str| headers[name].to_str().expect("text");
    let timestamp = text("webhook-timestamp").parse().expect("seconds");
    let signature = Webhook::new(secret).expect("a secret").sign(text("webhook-id"), timestamp, body);
    text("webhook-signature").split(' ').any(|said| said == signature.as_deref().expect("a signature"))
}
