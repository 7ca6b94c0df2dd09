//! The rules and the ledger of a loyalty program as pure functions.
//!
//! A command is decided against a member's state and yields entries ([`decide`]); an entry is applied to a state
//! ([`apply`]); a state is nothing but all entries applied in order ([`replay`]). The same code previews in the
//! browser and books on the server.
//!
//! **Invariant:** no store, no HTTP, no clock, no randomness. Instants and new ids are arguments; the calendar of a
//! time zone is behind [`Zone`].

#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod command;
mod earn;
mod lot;
mod redeeming;
mod replay;
mod state;
mod tiering;
mod zone;

pub use command::{Command, Context, decide};
pub use earn::earn;
pub use lot::{available, expiring_next};
pub use redeeming::{RewardState, refusal_now};
pub use replay::{apply, replay};
pub use state::{Lot, MemberState, OrderAccrual, Qualifying};
pub use tiering::{Standing, standing};
pub use zone::{Utc, Zone};
