//! What is kept beside the ledger.

use stampcard_model::{Timestamp, WebhookId, api::Topic};

use super::{Webhook, WebhookSecret};

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
    /// Tell an address no more.
    RemoveWebhook {
        /// Which.
        id: WebhookId,
    },
}

/// What was kept beside the ledger.
#[derive(Clone, Debug)]
pub enum Recorded {
    /// An address as it is now.
    Webhook(Webhook),
    /// An address is gone.
    WebhookRemoved,
}
