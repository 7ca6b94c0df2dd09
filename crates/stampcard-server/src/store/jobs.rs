//! What a sweep looks for, and what it forgets.

use std::sync::Arc;

use stampcard_model::{MemberId, ProgramId, Timestamp};

use super::Answering;
use crate::ProgramInForce;

/// The part of a store that knows what time alone is to do.
pub trait Jobs: Send + Sync {
    /// Members to whom time has done something by `now` that is not written down, `limit` at most.
    fn due(&self, program: &ProgramId, now: Timestamp, limit: u16) -> Answering<'_, Vec<MemberId>>;

    /// Lets every member be looked at once a version of the program is in force that may remind of other things.
    fn remind_anew(&self, program: &Arc<ProgramInForce>) -> Answering<'_, ()>;

    /// Members who are to be looked at for reminders by `now`, `limit` at most.
    fn to_nudge(&self, program: &ProgramId, now: Timestamp, limit: u16) -> Answering<'_, Vec<MemberId>>;

    /// Forgets what was kept since before `before`, some at a time; says how many it forgot.
    fn forget(&self, what: Perishable, before: Timestamp) -> Answering<'_, u64>;
}

/// What is kept for a while only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Perishable {
    /// An answer, for a repetition of its key.
    Answer,
    /// A webhook's message that was given up, to be sent again.
    GivenUp,
    /// What a member wrote to a score.
    Comment,
    /// That a member was reminded.
    Nudge,
    /// Why the merchant rejected a redemption.
    ReviewNote,
}

impl Perishable {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Answer, Self::GivenUp, Self::Comment, Self::Nudge, Self::ReviewNote];
}
