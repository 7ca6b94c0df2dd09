//! What is kept beside the ledger.

use stampcard_model::{
    MemberId, MonthDay, Nudge, OfferId, ReferralCode, ReferralId, Timestamp, WebhookId, api::Topic,
};

use super::{Booked, Consent, Feedback, Principal, Referral, Waiting, Webhook, WebhookSecret};

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
    /// Keep the birthday that a member tells.
    TellBirthday {
        /// Whose.
        reference: String,
        /// Which.
        birthday: MonthDay,
    },
    /// Give an offer to one member, or take it away.
    GiveOffer {
        /// Whom.
        reference: String,
        /// Which.
        offer_id: OfferId,
        /// Whether they have it from now on.
        given: bool,
    },
    /// Give a member a code to invite friends with, unless they have one.
    MakeReferralCode {
        /// Whom.
        reference: String,
        /// Which.
        code: ReferralCode,
    },
    /// Note that a member follows an invitation.
    Follow {
        /// Who.
        reference: String,
        /// The code of who invited them.
        code: ReferralCode,
        /// Names the invitation.
        id: ReferralId,
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
            Self::Decide { reference, .. }
            | Self::Tell { reference, .. }
            | Self::TellBirthday { reference, .. }
            | Self::GiveOffer { reference, .. }
            | Self::MakeReferralCode { reference, .. }
            | Self::Follow { reference, .. }
            | Self::Erase { reference, .. } => Some(reference),
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
    /// A birthday.
    BirthdayTold(MonthDay),
    /// Whether a member has an offer.
    OfferGiven {
        /// Which.
        offer_id: OfferId,
        /// Whether they have it.
        given: bool,
    },
    /// What a member invites friends with.
    ReferralCode(ReferralCode),
    /// A member follows an invitation, or tried to.
    Followed(Referral),
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
