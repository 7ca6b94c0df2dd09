//! Pieces that several components are made of.

mod copy;
mod deed;
mod effect;
mod give_back;
mod icon;
mod index;
mod list;
mod missed;
mod notice;
mod stage;
mod status;
mod sums;

pub(crate) use copy::copy;
pub(crate) use deed::{deed_button, deed_note, deed_sentence, refusal_key};
pub use effect::each_time;
pub(crate) use give_back::give_back;
pub(crate) use icon::{benefit_icon, icon, kind_icon, shape};
pub(crate) use index::Index;
pub(crate) use list::{Card, List, ListState, Place, rows, say_deeds};
pub(crate) use missed::{goal, measure, missed, period, ratio};
pub(crate) use notice::{failure, failure_key, stale};
pub(crate) use stage::{Stage, stage};
pub(crate) use status::{announce, status};
pub(crate) use sums::why;
