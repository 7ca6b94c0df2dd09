//! One file a backend.

mod native;

pub use native::Native;
