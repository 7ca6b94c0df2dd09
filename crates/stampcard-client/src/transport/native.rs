//! A transport over TCP, for programs outside the browser.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use reqwest::{Client, header, redirect};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    BODY_BYTES_MAX, Method, Request, Response, Transport, TransportError, retry_after_ms, says_json,
};
use crate::SetupError;

/// A transport over TCP with a pool of connections; made inside or outside a Tokio runtime, used inside.
#[derive(Clone, Debug)]
pub struct NativeTransport {
    client: Client,
}

impl NativeTransport {
    /// Makes a transport. It follows no redirect, as one could carry the token elsewhere. `https` needs the feature
    /// `tls`; with it, ring becomes the process's rustls provider unless there is one.
    ///
    /// # Errors
    /// Fails when the system's trusted certificates cannot be read.
    pub fn new() -> Result<Self, SetupError> {
        #[cfg(feature = "tls")]
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Fails only when another thread was faster, and then there is one.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let client = Client::builder().redirect(redirect::Policy::none()).build();
        client.map(|client| Self { client }).map_err(|_| SetupError::Tls)
    }

    async fn exchange(&self, request: &Request) -> Result<Response<Vec<u8>>, reqwest::Error> {
        let mut builder = match request.method {
            Method::Get => self.client.get(&request.url),
            Method::Post => self.client.post(&request.url),
            Method::Put => self.client.put(&request.url),
            Method::Delete => self.client.delete(&request.url),
        };
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let timeout = Duration::from_millis(request.timeout_ms.into());
        let mut answer = builder.timeout(timeout).send().await?;
        let text = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let is_json = text(header::CONTENT_TYPE).is_some_and(says_json);
        let retry_after_ms = text(header::RETRY_AFTER).and_then(retry_after_ms);
        let mut body = is_json.then(Vec::new);
        while let Some(bytes) = &mut body {
            match answer.chunk().await? {
                Some(chunk) if bytes.len() + chunk.len() > BODY_BYTES_MAX => body = None,
                Some(chunk) => bytes.extend_from_slice(&chunk),
                None => break,
            }
        }
        Ok(Response { status: answer.status().as_u16(), retry_after_ms, body })
    }
}

impl Transport for NativeTransport {
    type Body = Vec<u8>;

    async fn send(&self, request: &Request) -> Result<Response<Vec<u8>>, TransportError> {
        self.exchange(request).await.map_err(|error| {
            if error.is_timeout() { TransportError::Timeout } else { TransportError::Offline }
        })
    }

    async fn wait(&self, ms: u32) {
        tokio::time::sleep(Duration::from_millis(ms.into())).await;
    }

    /// Every `RandomState` is keyed afresh, which is random enough to spread clients.
    fn jitter(&self) -> u16 {
        (RandomState::new().hash_one(0) % 1_001) as u16
    }

    fn decode<D: DeserializeOwned>(body: Vec<u8>) -> Option<D> {
        serde_json::from_slice(&body).ok()
    }

    fn encode<E: Serialize>(value: &E) -> Option<String> {
        serde_json::to_string(value).ok()
    }
}
