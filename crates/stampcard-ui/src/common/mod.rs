//! Pieces that several components are made of.

mod effect;
mod icon;
mod index;
mod notice;
mod stage;
mod status;
mod sums;

pub use effect::each_time;
pub(crate) use icon::{benefit_icon, icon, kind_icon, shape};
pub(crate) use index::Index;
pub(crate) use notice::{failure, failure_key, stale};
pub(crate) use stage::{Stage, stage};
pub(crate) use status::{announce, status};
pub(crate) use sums::why;
