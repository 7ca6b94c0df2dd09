//! A typed client of a loyalty backend, in the browser and outside.
//!
//! [`Backend`] is the port in domain words; [`Native`] speaks the reference contract over any [`Transport`]. A request
//! is data until a transport sends it, so everything but the sending is the same in a browser, in a server and in a
//! test.
//!
//! **Invariant:** a write is sent with an idempotency key or it is never sent twice; a token is in memory and in the
//! `Authorization` header, nowhere else; nothing a backend answers can make this crate panic.

#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod adapter;
mod backend;
mod error;
mod race;
pub mod retry;
mod token;
mod transport;

pub use adapter::Native;
pub use backend::{Backend, Capabilities, PageRequest};
pub use error::{Error, SetupError, Unreachable};
pub use token::{Guest, Token, TokenError, TokenSource};
#[cfg(target_arch = "wasm32")]
pub use transport::fetch::FetchTransport;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub use transport::native::NativeTransport;
pub use transport::{Method, Request, Response, Transport, TransportError};

/// The README's Rust is compiled with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
