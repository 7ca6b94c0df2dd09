//! The reference backend: the engine behind HTTP, with a ledger in SQLite.
//!
//! [`Settings`] become an [`App`]; an app has a [router](App::router) and a [store](App::store), and [`serve()`] puts
//! it on a socket. Tests and the demo shop use it in process, with their own time and chance ([`Seams`]).
//!
//! **Invariant:** a member comes from a token, never from a path, a query or a body of the member plane.
//! **Invariant:** every write, its entries and the answer kept for its key are one transaction.

mod app;
mod changes;
pub mod cli;
mod definition;
mod events;
mod explain;
mod http;
mod limiter;
mod live;
mod openapi;
mod programs;
mod schema;
mod seams;
mod serve;
pub mod settings;
mod start_error;
mod starter;
pub mod store;
pub mod sweep;
mod token_keys;
pub mod webhook;
mod zone;

pub use app::App;
pub use definition::read_program;
pub use explain::{Language, explain};
pub use openapi::document;
pub use programs::ProgramInForce;
pub use schema::program_schema;
pub use seams::{Chance, Clock, Seams};
pub use serve::{listen, serve};
pub use settings::Settings;
pub use start_error::StartError;
pub use store::sqlite::{Report, verify};
pub use zone::IanaZone;
