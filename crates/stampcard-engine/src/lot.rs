//! Lots: who is spent first, what expires when.

use stampcard_model::{Points, Timestamp};

use crate::{Lot, MemberState};

/// Points that can be spent at `now`: the sum of what is left in lots that are usable then.
pub fn available(member: &MemberState, now: Timestamp) -> Points {
    let _ = (member, now);
    todo!()
}

/// The usable points that expire next, and when; `None` when none ever does.
pub fn expiring_next(member: &MemberState, now: Timestamp) -> Option<(Points, Timestamp)> {
    let _: (&MemberState, Timestamp, Option<Lot>) = (member, now, None);
    todo!()
}
