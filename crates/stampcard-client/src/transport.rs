//! The seam between a request as data and the network.

#[cfg(target_arch = "wasm32")]
pub(crate) mod fetch;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub(crate) mod native;

use core::fmt;

use serde::{Serialize, de::DeserializeOwned};

/// Sends requests, waits, and reads and writes JSON the way its surroundings do it best.
///
/// It decides nothing: whom to ask, with which token, and whether to try again is settled above it. Dropping the future
/// of [`Transport::send`] gives the request up.
#[allow(async_fn_in_trait, reason = "a browser's futures are not Send, and the trait is used generically")]
pub trait Transport {
    /// JSON as it arrived: text outside a browser, a JavaScript value inside.
    type Body;

    /// Sends a request once and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// Fails when no complete answer came; never because of what the answer says.
    async fn send(&self, request: &Request) -> Result<Response<Self::Body>, TransportError>;

    /// Waits this many milliseconds.
    async fn wait(&self, ms: u32);

    /// A random number from 0 to 1,000, to keep many clients from trying again at the same moment.
    fn jitter(&self) -> u16;

    /// Reads a body; `None` when it is not a `D`.
    fn decode<D: DeserializeOwned>(body: Self::Body) -> Option<D>;

    /// Writes a body; `None` when `value` has no form in JSON.
    fn encode<E: Serialize>(value: &E) -> Option<String>;
}

/// A request that nobody has sent yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// The absolute address, with path and query percent-encoded. It never holds a secret.
    pub url: String,
    /// Lower-case names with values of visible ASCII and spaces.
    pub headers: Vec<(&'static str, String)>,
    /// JSON to send.
    pub body: Option<String>,
    /// How long the answer may take, body included, in milliseconds.
    pub timeout_ms: u32,
    /// Whether a stored answer must be confirmed by the backend before it is used: so for everything of a member.
    pub revalidate: bool,
}

/// The methods of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Writes.
    Post,
    /// Decides anew.
    Put,
    /// Takes away.
    Delete,
}

/// A complete answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response<B> {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After` in milliseconds, when it was given in seconds.
    pub retry_after_ms: Option<u32>,
    /// The body; none when it is empty, too large, or does not say that it is JSON.
    pub body: Option<B>,
}

/// Why no complete answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// No connection, or it broke.
    Offline,
    /// Not in time.
    Timeout,
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// Tells the names of the headers only: a token is among the values.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.headers.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}

impl Method {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// The largest answer a transport reads, in bytes.
#[cfg_attr(not(any(target_arch = "wasm32", feature = "native")), allow(dead_code))]
pub(crate) const BODY_BYTES_MAX: usize = 4 << 20;

/// Whether a `Content-Type` says JSON: `application/json`, `application/problem+json`, with or without parameters.
#[cfg_attr(not(any(target_arch = "wasm32", feature = "native")), allow(dead_code))]
pub(crate) fn says_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = essence.split_once('/').unwrap_or_default();
    let ends_in_json = subtype.len() >= 4
        && subtype.get(subtype.len() - 4..).is_some_and(|end| end.eq_ignore_ascii_case("json"));
    kind.eq_ignore_ascii_case("application") && ends_in_json
}

/// `Retry-After` in milliseconds; a calendar date is not understood, as there is no clock here.
#[cfg_attr(not(any(target_arch = "wasm32", feature = "native")), allow(dead_code))]
pub(crate) fn retry_after_ms(value: &str) -> Option<u32> {
    value.trim().parse::<u32>().ok().map(|seconds| seconds.saturating_mul(1_000))
}
