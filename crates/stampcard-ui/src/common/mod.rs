//! Pieces that several components are made of.

mod copy;
mod deed;
mod effect;
mod icon;
mod index;
mod list;
mod missed;
mod notice;
mod stage;
mod status;

pub(crate) use copy::copy;
pub(crate) use deed::{deed_button, deed_note, deed_sentence, refusal_key};
pub use effect::each_time;
pub(crate) use icon::{benefit_icon, icon, kind_icon, shape};
pub(crate) use index::Index;
pub(crate) use list::{Card, List, ListState};
pub(crate) use missed::{goal, missed, period, ratio};
pub(crate) use notice::{failure, failure_key, stale};
pub(crate) use stage::{Stage, stage};
pub(crate) use status::{announce, status};
