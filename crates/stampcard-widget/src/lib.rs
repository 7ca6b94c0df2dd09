//! The custom elements' inside: components of `stampcard-ui` with a client behind them, for the shell in `npm/`.
//!
//! **Invariant:** this is the only crate that exports to JavaScript, and all that it exports is declared in
//! `npm/src/modules.d.ts`. What it mounts it unmounts; a task of a session that is freed ends with it.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]
// What decides without a browser is compiled, and tested, outside one too.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

#[cfg(target_arch = "wasm32")]
mod bridge;
#[cfg(target_arch = "wasm32")]
mod deeds;
#[cfg(target_arch = "wasm32")]
mod elements;
mod feed;
#[cfg(target_arch = "wasm32")]
mod host;
mod intent;
mod life;
#[cfg(test)]
mod manifest;
mod parts;
#[cfg(target_arch = "wasm32")]
mod preview;
#[cfg(target_arch = "wasm32")]
mod read;
#[cfg(target_arch = "wasm32")]
mod redeem;
#[cfg(target_arch = "wasm32")]
mod session;
#[cfg(target_arch = "wasm32")]
mod spec;
