//! The custom elements' inside: components of `stampcard-ui` with a client behind them, for the shell in `npm/`.
//!
//! **Invariant:** this is the only crate that exports to JavaScript, and all that it exports is declared in
//! `npm/src/modules.d.ts`. What it mounts it unmounts; a task of a session that is freed ends with it.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod bridge;
mod elements;
mod feed;
mod host;
mod intent;
mod life;
mod redeem;
mod session;
mod spec;
