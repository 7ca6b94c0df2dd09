//! Pieces that several components are made of.

mod icon;
mod notice;
mod stage;
mod status;

pub(crate) use icon::{benefit_icon, icon, kind_icon, shape};
pub(crate) use notice::{failure, failure_key, stale};
pub(crate) use stage::{Stage, stage};
pub(crate) use status::{announce, status};
