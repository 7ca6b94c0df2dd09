//! Where a member stands among the tiers.

use stampcard_model::{Points, Program, Tier, Timestamp};

use crate::MemberState;

/// Where a member stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The tier they have: the highest whose threshold is reached.
    pub tier: &'a Tier,
    /// The points in the window.
    pub qualifying: Points,
    /// The next tier and the points missing for it; `None` at the top.
    pub next: Option<(&'a Tier, Points)>,
    /// Until when the tier is kept if nothing more is earned, and how many points must be earned before then to
    /// keep it longer; `None` for the lowest tier.
    pub keep: Option<(Timestamp, Points)>,
}

/// Where the member stands at `now`; `None` when the program has no tier.
pub fn standing<'a>(program: &'a Program, member: &MemberState, now: Timestamp) -> Option<Standing<'a>> {
    let _ = (program, member, now);
    todo!()
}
