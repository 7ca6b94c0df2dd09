//! What is kept beside the ledger.

use stampcard_model::{MemberId, Nudge, Timestamp, WebhookId, api::Topic};

use super::{Booked, Consent, Feedback, Principal, Waiting, Webhook, WebhookSecret};

/// Something to keep beside the ledger.
#[derive(Clone, Debug)]
pub enum Record {
    /// Tell an address.
    AddWebhook {
        /// Names it.
        id: WebhookId,
        /// Where.
        url: String,
        /// What of.
        topics: Vec<Topic>,
        /// Signs the messages.
        secret: WebhookSecret,
    },
    /// Say anew where and of what is told.
    SetWebhook {
        /// Which.
        id: WebhookId,
        /// Where.
        url: String,
        /// What of.
        topics: Vec<Topic>,
        /// Whether.
        enabled: bool,
    },
    /// Sign with another secret; the one before signs, too, until then.
    RotateWebhook {
        /// Which.
        id: WebhookId,
        /// Signs the messages from now on.
        secret: WebhookSecret,
        /// Until when the one before does.
        previous_until: Timestamp,
    },
    /// Send a message once more that was given up.
    Redeliver {
        /// To which address.
        id: WebhookId,
        /// Which.
        message: String,
    },
    /// Keep a decision.
    Decide {
        /// Whose.
        reference: String,
        /// Which.
        consent: Consent,
    },
    /// Keep what a member thinks.
    Tell {
        /// Who.
        reference: String,
        /// What.
        feedback: Feedback,
    },
    /// Forget who a member is.
    Erase {
        /// Whom.
        reference: String,
        /// Who asks: a token for one write is used up, although there is no key.
        principal: Principal,
    },
    /// Tell an address no more.
    RemoveWebhook {
        /// Which.
        id: WebhookId,
    },
}

impl Record {
    /// The reference of the member that it is about, if it is about one.
    pub(crate) fn reference(&self) -> Option<&str> {
        match self {
            Self::Decide { reference, .. } | Self::Tell { reference, .. } | Self::Erase { reference, .. } => {
                Some(reference)
            }
            Self::AddWebhook { .. }
            | Self::SetWebhook { .. }
            | Self::RotateWebhook { .. }
            | Self::Redeliver { .. }
            | Self::RemoveWebhook { .. } => None,
        }
    }
}

/// What was kept beside the ledger.
#[derive(Clone, Debug)]
pub enum Recorded {
    /// An address as it is now.
    Webhook(Box<Webhook>),
    /// A message is to be sent once more.
    Redelivering(Waiting),
    /// A decision.
    Decided(Consent),
    /// What a member thinks.
    Told(Feedback),
    /// A member is forgotten; their last points were written off.
    Erased(Box<Booked>),
    /// There was nobody to forget.
    NobodyErased,
    /// A member was told something, or there was nothing to tell.
    Nudged {
        /// Who.
        member: MemberId,
        /// What.
        nudges: Vec<Nudge>,
    },
    /// An address is gone.
    WebhookRemoved,
}
