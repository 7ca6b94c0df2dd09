//! Clients of the server in this process: without a network, or over TCP.

use std::{
    future::ready,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    http::{Request as HttpRequest, header},
};
use http_body_util::BodyExt;
use serde::{Serialize, de::DeserializeOwned};
use stampcard_client::{
    Native, NativeTransport, Request, Response, Token, TokenError, TokenSource, Transport, TransportError,
};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::http_server::{PAGE_KEY, Server};

/// A client that needs no network, and its transport.
pub fn client<S: TokenSource>(server: &Server, source: S) -> (Native<InProcess, S>, InProcess) {
    let network = InProcess { router: server.router.clone(), ..InProcess::default() };
    (Native::new("http://server.test", PAGE_KEY, network.clone(), source).unwrap(), network)
}

/// A client that speaks TCP.
pub fn tcp_client<S: TokenSource>(address: SocketAddr, source: S) -> Native<NativeTransport, S> {
    Native::new(&format!("http://{address}"), PAGE_KEY, NativeTransport::new().unwrap(), source).unwrap()
}

/// Serves on a free port.
pub async fn listen(router: Router) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A token of the member, good for five minutes.
pub fn token(server: &Server, member: &str) -> Token {
    Token::new(server.token(&server.claims(member))).unwrap()
}

/// Gives the member a token of now, and counts how often it was asked.
pub fn source(server: &Server, member: &str) -> (impl TokenSource, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&asked);
    let source = move |_refresh: bool| {
        counter.fetch_add(1, Ordering::SeqCst);
        ready(Ok::<_, TokenError>(Some(token(server, member))))
    };
    (source, asked)
}

/// A transport without a network. It can lose answers, as a network does.
#[derive(Clone, Default)]
pub struct InProcess {
    router: Router,
    lose: Arc<AtomicU32>,
    sent: Arc<AtomicU32>,
}

impl InProcess {
    /// Lets the next requests reach the server, and loses their answers.
    pub fn lose_answers(&self, count: u32) {
        self.lose.store(count, Ordering::SeqCst);
    }

    /// How many requests were sent.
    pub fn sent(&self) -> u32 {
        self.sent.load(Ordering::SeqCst)
    }
}

impl Transport for InProcess {
    type Body = Vec<u8>;

    async fn send(&self, request: &Request) -> Result<Response<Vec<u8>>, TransportError> {
        self.sent.fetch_add(1, Ordering::SeqCst);
        let mut asked = HttpRequest::builder().method(request.method.as_str()).uri(&request.url);
        for (name, value) in &request.headers {
            asked = asked.header(*name, value);
        }
        let asked = asked.body(request.body.clone().map_or_else(Body::empty, Body::from)).unwrap();
        let answer = self.router.clone().oneshot(asked).await.unwrap();
        if self.lose.try_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Err(TransportError::Timeout);
        }
        let text = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let is_json = text(header::CONTENT_TYPE).is_some_and(|kind| kind.ends_with("json"));
        let retry_after = text(header::RETRY_AFTER).and_then(|seconds| seconds.parse::<u32>().ok());
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        Ok(Response {
            status,
            retry_after_ms: retry_after.map(|seconds| seconds * 1_000),
            body: is_json.then(|| body.to_vec()),
        })
    }

    async fn wait(&self, _ms: u32) {}

    fn jitter(&self) -> u16 {
        0
    }

    fn decode<D: DeserializeOwned>(body: Vec<u8>) -> Option<D> {
        serde_json::from_slice(&body).ok()
    }

    fn encode<E: Serialize>(value: &E) -> Option<String> {
        serde_json::to_string(value).ok()
    }
}
