//! Every test that crosses a crate border.

mod arrows;
mod documents;
mod service;
