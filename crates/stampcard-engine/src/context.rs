//! What a decision is made with, besides the member's ledger.

use std::collections::BTreeSet;

use stampcard_model::{MonthDay, OfferId, Points, Program, PurposeId, ReferralId, SegmentId, Timestamp};

use crate::Zone;

/// What a decision is made with, besides the member's ledger.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The program in force.
    pub program: &'a Program,
    /// Its time zone.
    pub zone: &'a dyn Zone,
    /// The instant of the decision. A clock that went back is read as the member's last entry.
    pub now: Timestamp,
    /// What is known of the member.
    pub profile: &'a Profile,
    /// Points that all members together earned since the start of the period of the program's cap on them
    /// ([`crate::period_start`]); without such a cap it does not matter.
    pub issued: Points,
}

impl<'a> Context<'a> {
    /// A context in which nothing is known of the member and nothing was issued to others.
    pub fn new(program: &'a Program, zone: &'a dyn Zone, now: Timestamp) -> Self {
        Self { program, zone, now, profile: Profile::unknown(), issued: Points::ZERO }
    }
}

/// What the caller knows of a member besides the ledger. It never enters an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// When they joined; unknown means never.
    pub joined_at: Option<Timestamp>,
    /// Their birthday.
    pub birthday: Option<MonthDay>,
    /// Whether they want nothing that is chosen for them alone: they belong to no segment and were given no offer.
    pub impersonal: bool,
    /// The segments they belong to.
    pub segments: BTreeSet<SegmentId>,
    /// What they consent to.
    pub consents: BTreeSet<PurposeId>,
    /// The offers that the merchant gave them, one by one.
    pub offers: BTreeSet<OfferId>,
    /// The invitation that they followed, as long as it stands.
    pub referral: Option<ReferralId>,
}

impl Profile {
    /// Somebody of whom nothing is known.
    pub fn unknown() -> &'static Self {
        static UNKNOWN: Profile = Profile {
            joined_at: None,
            birthday: None,
            impersonal: false,
            segments: BTreeSet::new(),
            consents: BTreeSet::new(),
            offers: BTreeSet::new(),
            referral: None,
        };
        &UNKNOWN
    }
}
