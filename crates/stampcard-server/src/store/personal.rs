//! What is kept of a person beside their ledger.

use std::collections::BTreeSet;

use stampcard_model::{
    HouseholdId, MemberId, MonthDay, Nudge, OfferId, ProgramId, ReferralCode, SegmentId, SurveyId, Timestamp,
};

use super::{Answering, Line, Redemption, Referral, Reviewed};

/// The part of a store that keeps what members decide and think.
pub trait Personal: Send + Sync {
    /// Every decision of a member, oldest first; `None` without such a member.
    fn consents(&self, program: &ProgramId, reference: &str) -> Answering<'_, Option<Vec<Consent>>>;

    /// What a member told, oldest first; `None` without such a member.
    fn feedback(&self, program: &ProgramId, reference: &str) -> Answering<'_, Option<Vec<Feedback>>>;

    /// Everything that is known of a member, as of one instant; `None` without such a member.
    fn everything(&self, program: &ProgramId, reference: &str) -> Answering<'_, Option<Everything>>;
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The surrogate that the ledger knows.
    pub id: MemberId,
    /// The host shop's own id of the customer.
    pub reference: String,
    /// A name to greet with.
    pub display_name: Option<String>,
    /// When they enrolled.
    pub enrolled_at: Timestamp,
    /// Their birthday.
    pub birthday: Option<Birthday>,
    /// The segments that they belong to.
    pub segments: BTreeSet<SegmentId>,
    /// The offers that the merchant gave them.
    pub offers: BTreeSet<OfferId>,
    /// Whom they live with.
    pub household: Option<HouseholdId>,
    /// What they invite friends with; none before they ask for it.
    pub referral_code: Option<ReferralCode>,
}

impl Member {
    /// Somebody of whom nothing else is known.
    pub fn new(id: MemberId, reference: String, enrolled_at: Timestamp) -> Self {
        Self {
            id,
            reference,
            display_name: None,
            enrolled_at,
            birthday: None,
            segments: BTreeSet::new(),
            offers: BTreeSet::new(),
            household: None,
            referral_code: None,
        }
    }
}

/// For how long a birthday that replaces another does not count. A year, so that moving it about never brings more birthdays
/// than leaving it.
const CHANGED_BIRTHDAY_DAYS: i64 = 365;

/// A birthday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Birthday {
    /// The day.
    pub day: MonthDay,
    /// From this instant on it counts.
    pub counts_at: Timestamp,
}

impl Birthday {
    /// The birthday of somebody who had `before` when `day` is said at `now`.
    pub fn said(before: Option<Self>, day: MonthDay, now: Timestamp) -> Self {
        match before {
            None => Self { day, counts_at: now },
            Some(before) if before.day == day => before,
            Some(_) => Self { day, counts_at: now.plus_days(CHANGED_BIRTHDAY_DAYS) },
        }
    }
}

/// What the merchant says of a member; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// A name to greet with.
    pub display_name: Option<String>,
    /// The birthday.
    pub birthday: Option<MonthDay>,
    /// The segments that they belong to, all of them.
    pub segments: Option<BTreeSet<SegmentId>>,
    /// Whom they live with.
    pub household: Option<HouseholdId>,
}

/// A decision about a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// What for.
    pub purpose: String,
    /// Whether it is given.
    pub granted: bool,
    /// The version of the text.
    pub version: String,
    /// The text that the member was shown.
    pub text: String,
    /// The BCP 47 tag of the text.
    pub locale: String,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The page it was decided on.
    pub origin: Option<String>,
    /// The `jti` of the token that proved who decided.
    pub token_id: Option<String>,
}

/// What a member thinks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// The survey.
    pub survey_id: SurveyId,
    /// 1 to 5.
    pub score: u8,
    /// In the member's words.
    pub comment: Option<String>,
    /// When it was told.
    pub told_at: Timestamp,
}

/// Everything that is known of a member.
#[derive(Clone, Debug)]
pub struct Everything {
    /// Who.
    pub member: Member,
    /// Invitations on either side, oldest first.
    pub referrals: Vec<Referral>,
    /// Their ledger, newest first.
    pub lines: Vec<Line>,
    /// Their redemptions, newest first.
    pub redemptions: Vec<Redemption>,
    /// Their decisions, oldest first.
    pub consents: Vec<Consent>,
    /// What they told, oldest first.
    pub feedback: Vec<Feedback>,
    /// What they were reminded of, oldest first.
    pub nudges: Vec<Told>,
    /// Their redemptions that were to be reviewed, oldest first.
    pub reviews: Vec<Reviewed>,
}

/// That a member was reminded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Of what: [`Nudge::kind`].
    pub kind: String,
    /// On which occasion: [`Nudge::occasion`].
    pub occasion: String,
    /// When.
    pub told_at: Timestamp,
}

impl Told {
    /// A reminder that is told now.
    pub(crate) fn now(nudge: &Nudge, now: Timestamp) -> Self {
        Self { kind: nudge.kind().to_owned(), occasion: nudge.occasion(), told_at: now }
    }
}
