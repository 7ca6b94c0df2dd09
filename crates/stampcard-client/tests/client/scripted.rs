//! A network that answers what it was told and remembers what it was asked.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::pending,
    rc::Rc,
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use stampcard_client::{Native, Request, Response, Token, TokenSource, Transport, TransportError};

/// A transport whose answers are written down beforehand.
#[derive(Clone, Default)]
pub struct Scripted(Rc<Script>);

#[derive(Default)]
struct Script {
    answers: RefCell<VecDeque<Answer>>,
    sent: RefCell<Vec<Request>>,
    waited: RefCell<Vec<u32>>,
    is_late: Cell<bool>,
}

/// The limit for answers and tokens, in milliseconds. In a script it is over only when the script says so.
const LIMIT_MS: u32 = 10_000;

pub type Answer = Result<Response<String>, TransportError>;

impl Scripted {
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script = Self::default();
        script.0.answers.borrow_mut().extend(answers);
        script
    }

    /// Everything that was sent, in order.
    pub fn sent(&self) -> Vec<Request> {
        self.0.sent.borrow().clone()
    }

    /// The only request that was sent.
    pub fn only(&self) -> Request {
        let sent = self.sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        sent[0].clone()
    }

    /// From now on every limit is over.
    pub fn let_limits_pass(&self) {
        self.0.is_late.set(true);
    }

    /// The waits between the tries, in milliseconds.
    pub fn waited(&self) -> Vec<u32> {
        self.0.waited.borrow().clone()
    }

    /// The bearer tokens that were sent, in order.
    pub fn tokens(&self) -> Vec<String> {
        let bearer = |request: &Request| request.header("authorization").unwrap_or("none").to_owned();
        self.sent().iter().map(bearer).collect()
    }
}

impl Transport for Scripted {
    type Body = String;

    async fn send(&self, request: &Request) -> Answer {
        self.0.sent.borrow_mut().push(request.clone());
        tokio::task::yield_now().await;
        self.0.answers.borrow_mut().pop_front().expect("the script foresees the request")
    }

    async fn wait(&self, ms: u32) {
        if ms < LIMIT_MS {
            self.0.waited.borrow_mut().push(ms);
        } else if !self.0.is_late.get() {
            pending::<()>().await;
        }
        tokio::task::yield_now().await;
    }

    fn jitter(&self) -> u16 {
        500
    }

    fn decode<D: DeserializeOwned>(body: String) -> Option<D> {
        serde_json::from_str(&body).ok()
    }

    fn encode<E: Serialize>(value: &E) -> Option<String> {
        serde_json::to_string(value).ok()
    }
}

/// A client of the scripted network, and the network.
pub fn client<S: TokenSource>(
    source: S,
    answers: impl IntoIterator<Item = Answer>,
) -> (Native<Scripted, S>, Scripted) {
    let network = Scripted::new(answers);
    let client = Native::new("https://loyalty.example", "pk_test", network.clone(), source).unwrap();
    (client, network)
}

/// A member who keeps one token.
pub fn member() -> Token {
    token("first")
}

pub fn token(text: &str) -> Token {
    Token::new(text).unwrap()
}

pub fn ok(body: &Value) -> Answer {
    answer(200, body)
}

pub fn answer(status: u16, body: &Value) -> Answer {
    Ok(Response { status, retry_after_ms: None, body: Some(body.to_string()) })
}

/// An answer that does not say that it is JSON: a proxy's page.
pub fn page_of_html(status: u16) -> Answer {
    Ok(Response { status, retry_after_ms: None, body: None })
}

pub fn retry_after(status: u16, ms: u32) -> Answer {
    Ok(Response { status, retry_after_ms: Some(ms), body: None })
}

pub fn problem(status: u16, code: &str) -> Answer {
    let body = json!({
        "type": format!("about:blank#{code}"), "title": "No.", "status": status, "code": code,
        "request_id": "q_1", "retryable": false,
    });
    answer(status, &body)
}
