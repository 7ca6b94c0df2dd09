//! For how long what is not the ledger is kept.

use serde::Deserialize;

use crate::store::Perishable;

/// For how many days what is not the ledger is kept. Whatever names a member goes with the member, sooner or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Answers, for a repetition of their key; 1 to 365.
    pub answers_days: u16,
    /// Messages of webhooks that were given up, to be sent again; 1 to 365.
    pub given_up_days: u16,
    /// Comments of members; the score stays. 1 to 3,660, and 0 for as long as the member is one.
    pub comments_days: u16,
    /// That a member was reminded; 367 to 3,660. The longest notice is 365 days: a row that went sooner would let the
    /// reminder be told again.
    pub nudges_days: u16,
    /// Reasons that the merchant gave for rejecting a redemption. 1 to 3,660, and 0 for as long as the member is one.
    pub review_notes_days: u16,
}

impl Retention {
    /// For how many days something is kept; none means that no time ends it.
    pub(crate) fn days(&self, what: Perishable) -> Option<u16> {
        let days = match what {
            Perishable::Answer => self.answers_days,
            Perishable::GivenUp => self.given_up_days,
            Perishable::Comment => self.comments_days,
            Perishable::Nudge => self.nudges_days,
            Perishable::ReviewNote => self.review_notes_days,
        };
        (days > 0).then_some(days)
    }

    /// The first that is out of its range, as a sentence.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let checks = [
            ((1..=365).contains(&self.answers_days), "answers_days is not 1 to 365"),
            ((1..=365).contains(&self.given_up_days), "given_up_days is not 1 to 365"),
            (self.comments_days <= 3_660, "comments_days is not 0 to 3660"),
            ((367..=3_660).contains(&self.nudges_days), "nudges_days is not 367 to 3660"),
            (self.review_notes_days <= 3_660, "review_notes_days is not 0 to 3660"),
        ];
        checks.into_iter().find_map(|(fits, fault)| (!fits).then_some(fault))
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            answers_days: 7,
            given_up_days: 30,
            comments_days: 0,
            nudges_days: 400,
            review_notes_days: 1_095,
        }
    }
}
