//! What the merchant is told of: addresses, and messages that wait for them.

use std::fmt;

use stampcard_model::{MemberId, ProgramId, Timestamp, WebhookId, api::Topic};

use super::Answering;

/// An address that has taken nothing for so many days is disabled with the next message that is given up.
pub const FAILING_DAYS_MAX: i64 = 3;

/// The part of a store that keeps what is still to be told. Messages are written by [`super::Store::execute`], in the
/// transaction of what they tell.
pub trait Outbox: Send + Sync {
    /// The addresses of a program, oldest first.
    fn webhooks(&self, program: &ProgramId) -> Answering<'_, Vec<Webhook>>;

    /// The enabled addresses of all programs that a message is due for.
    fn due_webhooks(&self, now: Timestamp) -> Answering<'_, Vec<(ProgramId, WebhookId)>>;

    /// An enabled address with messages that are due for it, `limit` at most.
    fn due_messages(
        &self,
        program: &ProgramId,
        id: &WebhookId,
        now: Timestamp,
        limit: u16,
    ) -> Answering<'_, Option<(Webhook, Vec<Message>)>>;

    /// Messages for an address that were given up, after the place `after`, `limit` at most, those given up first first;
    /// `None` without such an address.
    fn given_up(
        &self,
        program: &ProgramId,
        id: &WebhookId,
        after: Option<u128>,
        limit: u16,
    ) -> Answering<'_, Option<Vec<Waiting>>>;

    /// Writes down what came of sending a message. When it disables the address, all that waits for it is given up.
    fn attempted(&self, attempt: Attempt) -> Answering<'_, ()>;
}

/// A secret that messages are signed with. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(pub Vec<u8>);

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

/// An address of the merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Names it.
    pub id: WebhookId,
    /// Where.
    pub url: String,
    /// What it is told of; everything when there is none.
    pub topics: Vec<Topic>,
    /// Whether it is told anything.
    pub enabled: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// Signs its messages.
    pub secret: WebhookSecret,
    /// Signs them, too, until then.
    pub previous: Option<(WebhookSecret, Timestamp)>,
    /// Messages that wait.
    pub waiting: u64,
    /// Messages that were given up.
    pub given_up: u64,
    /// When a message was last sent.
    pub last_attempt_at: Option<Timestamp>,
    /// The status it answered with.
    pub last_status: Option<u16>,
    /// Since when it has taken nothing that was sent.
    pub failing_since: Option<Timestamp>,
}

/// A message that waits for an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Names it, the same at every attempt.
    pub id: String,
    /// How often it was sent in vain.
    pub attempts: u8,
    /// What it is about.
    pub topic: Topic,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What happened, as JSON of [`stampcard_model::api::WebhookData`] without the reference.
    pub data: String,
    /// The member's reference, unless they were erased.
    pub reference: Option<String>,
}

/// A message as its address has it to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Names it.
    pub id: String,
    /// What it is about.
    pub topic: Topic,
    /// Whom it is about.
    pub member: MemberId,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// How often it was sent in vain since it last began.
    pub attempts: u8,
    /// When it was given up; none when it is to be sent.
    pub given_up_at: Option<Timestamp>,
}

impl Waiting {
    /// Its place among those that were given up: by when, and then by the first 16 digits of its name.
    pub(crate) fn place(&self) -> u128 {
        let at = self.given_up_at.map_or(0, Timestamp::as_millis);
        let digits = self.id.get(4..20).and_then(|digits| u64::from_str_radix(digits, 16).ok());
        u128::from(at.cast_unsigned()) << 64 | u128::from(digits.unwrap_or_default())
    }
}

/// What came of sending a message.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The program.
    pub program: ProgramId,
    /// Where it was sent.
    pub webhook: WebhookId,
    /// The message.
    pub message: String,
    /// When it was sent.
    pub at: Timestamp,
    /// The status of the answer; none without one.
    pub status: Option<u16>,
    /// What follows.
    pub then: Then,
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It was taken: nothing.
    Done,
    /// It is sent again at this instant.
    Again(Timestamp),
    /// It is given up; so is the address if it has taken nothing for [`FAILING_DAYS_MAX`].
    GiveUp,
    /// It is given up, and the address wants no more.
    Disable,
}
