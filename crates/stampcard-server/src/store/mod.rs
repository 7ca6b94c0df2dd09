//! The port to the ledger on disk: what a store is asked, in domain words.
//!
//! **Invariant:** a store decides nothing. What a command does follows from the engine; a store loads what the engine
//! looks at, and keeps what it answers in one transaction with the key that asked for it.

mod jobs;
mod outbox;
mod personal;
mod records;
mod redemption;
mod referrals;
mod reviews;
pub mod sqlite;

use std::{collections::BTreeMap, fmt, future::Future, pin::Pin, sync::Arc};

use stampcard_engine::{Context, MemberState, Profile, RewardState};
use stampcard_model::{
    Activity, Entry, IdempotencyKey, MemberId, Nudge, OfferId, Order, OrderId, Points, ProgramId,
    RedemptionId, Refusal, Returned, RewardId, TierId, Timestamp, VoucherCode,
};

use crate::{ProgramInForce, settings::Velocity};

pub use jobs::{Jobs, Perishable};
pub use outbox::{Attempt, FAILING_DAYS_MAX, Message, Outbox, Then, Waiting, Webhook, WebhookSecret};
pub use personal::{Birthday, Consent, Everything, Feedback, Member, Personal, Said, Told};
pub use records::{Record, Recorded};
pub use redemption::{Redemption, Voucher};
pub use referrals::{Invitations, Invited, Referral, ReferralReward, Referrals, Referred};
pub use reviews::{Reviewed, Reviews, UnderReview};

/// What a store promises to answer.
pub type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A ledger on disk. Every method is about one program; what another program holds is as good as absent.
pub trait Store: Jobs + Outbox + Personal + Referrals + Reviews + Send + Sync {
    /// Carries out a write once, whole or not at all, and answers when it is durable.
    fn execute(&self, write: Write) -> Answering<'_, Executed>;

    /// A member with all that a page shows of them; `None` when nobody is enrolled under the reference.
    fn member(
        &self,
        program: &Arc<ProgramInForce>,
        reference: &str,
        now: Timestamp,
    ) -> Answering<'_, Option<MemberSnapshot>>;

    /// Units taken of each reward that was ever redeemed.
    fn taken(
        &self,
        program: &Arc<ProgramInForce>,
        now: Timestamp,
    ) -> Answering<'_, BTreeMap<RewardId, RewardState>>;

    /// Points that all members together earned in the period that the program caps; zero without such a cap.
    fn issued(&self, program: &Arc<ProgramInForce>, now: Timestamp) -> Answering<'_, Points>;

    /// Lines of a member's ledger below `before`, newest first, `limit` at most; `None` without such a member.
    fn lines(
        &self,
        program: &ProgramId,
        reference: &str,
        before: Option<u64>,
        limit: u16,
    ) -> Answering<'_, Option<(MemberId, Vec<Line>)>>;

    /// A redemption of this member.
    fn redemption(
        &self,
        program: &ProgramId,
        reference: &str,
        id: &RedemptionId,
    ) -> Answering<'_, Option<(MemberId, Option<Redemption>)>>;

    /// A member's redemptions below `before` in the ledger, newest first, `limit` at most: all, or those that issued a
    /// voucher.
    fn redemptions(
        &self,
        program: &ProgramId,
        reference: &str,
        issued: bool,
        before: Option<u64>,
        limit: u16,
    ) -> Answering<'_, Option<(MemberId, Vec<Redemption>)>>;

    /// Whether reading and writing work.
    fn check(&self) -> Answering<'_, ()>;

    /// Finishes what it accepted and takes nothing more.
    fn close(&self) -> Answering<'_, ()>;
}

/// Is told of every effect of a write when it is durable, before who asked for it is. It must not wait for anything.
pub type OnCommit = Arc<dyn Fn(&ProgramId, &Effect) + Send + Sync>;

/// Something to be carried out in one transaction.
pub struct Write {
    /// The program.
    pub program: Arc<ProgramInForce>,
    /// The instant it happens at.
    pub now: Timestamp,
    /// What to do.
    pub action: Action,
    /// The key it is carried out once under; none for what is harmless to repeat.
    pub once: Option<Once>,
}

/// A key, and the answer to keep with it.
pub struct Once {
    /// Who sent the key.
    pub principal: Principal,
    /// The key.
    pub key: IdempotencyKey,
    /// Tells the content apart: the SHA-256 of method, path and body.
    pub fingerprint: [u8; 32],
    /// Puts the outcome into the words that a repetition is answered with.
    pub answer: Box<dyn FnOnce(&Outcome) -> Answer + Send>,
}

/// Who sent a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// The member that the action is about.
    Member {
        /// The token, if it is for one write.
        one_time: Option<OneTimeToken>,
    },
    /// The merchant's server with this key.
    Merchant(String),
}

/// A token that carries out one write. Repeating that write is the same write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimeToken {
    /// Its `jti`.
    pub id: String,
    /// From this instant on it is refused for its age.
    pub expires_at: Timestamp,
}

/// An answer as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The BCP 47 tag of its texts.
    pub language: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What to do. Ids of new things are made by the caller.
#[derive(Clone, Debug)]
pub enum Action {
    /// Enroll a member, or find the one under this reference.
    Enroll {
        /// The id if the member is new.
        id: MemberId,
        /// The host shop's own id of the customer.
        reference: String,
        /// What the merchant says of them.
        said: Said,
    },
    /// Book an order.
    Book {
        /// Whose.
        reference: String,
        /// Which.
        order: Order,
    },
    /// Book something that a member did.
    Act {
        /// Who.
        reference: String,
        /// What.
        activity: Activity,
    },
    /// Take up an offer.
    TakeUp {
        /// Who.
        reference: String,
        /// Which.
        offer_id: OfferId,
        /// The code that the member typed.
        code: Option<VoucherCode>,
    },
    /// Take an order back.
    Refund {
        /// Which.
        order_id: OrderId,
        /// What of it came back; none means all.
        returned: Option<Returned>,
    },
    /// Let points be spent that wait for an order to be fulfilled.
    Fulfill {
        /// Which.
        order_id: OrderId,
    },
    /// Redeem a reward.
    Redeem {
        /// Who.
        reference: String,
        /// What.
        reward_id: RewardId,
        /// The price that the member confirmed.
        price: Points,
        /// What the member confirmed to pay on top, in minor units.
        money_minor: u64,
        /// The id of the redemption.
        redemption_id: RedemptionId,
        /// The code of the voucher.
        voucher_code: VoucherCode,
        /// How often one member may redeem.
        velocity: Velocity,
    },
    /// Cancel a redemption for the member.
    Cancel {
        /// Whose.
        reference: String,
        /// Which.
        redemption_id: RedemptionId,
    },
    /// Complete a redemption that is under review.
    Approve {
        /// Which.
        redemption_id: RedemptionId,
        /// The code of the voucher.
        voucher_code: VoucherCode,
        /// The short name of the merchant's key.
        by: String,
    },
    /// Give up a redemption that is under review.
    Reject {
        /// Which.
        redemption_id: RedemptionId,
        /// Why, for the merchant.
        note: String,
        /// The short name of the merchant's key.
        by: String,
    },
    /// Give points by hand, or take them when negative.
    Adjust {
        /// Whose.
        reference: String,
        /// How many.
        delta: i64,
        /// Why; the member reads it.
        reason: String,
    },
    /// Take a voucher.
    UseVoucher {
        /// Which.
        code: VoucherCode,
        /// What it was used for.
        order_id: Option<OrderId>,
        /// What the order's goods cost, in minor units.
        goods_minor: Option<u64>,
    },
    /// Write down what time has done.
    Expire {
        /// Whose.
        member_id: MemberId,
    },
    /// Give a member the first of the points that are due without being asked for.
    Give {
        /// Whom.
        member_id: MemberId,
    },
    /// Tell a member what is due and was not told.
    Nudge {
        /// Whom.
        member_id: MemberId,
    },
    /// Keep something beside the ledger.
    Record(Record),
}

/// What became of a write.
pub type Outcome = Result<Effect, Refusal>;

/// What a write did.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly every one is the large variant, and none is kept")]
pub enum Effect {
    /// A member is enrolled.
    Enrolled {
        /// Who.
        member: Member,
        /// Whether they were not before.
        new: bool,
    },
    /// Entries were booked.
    Booked(Booked),
    /// A voucher was used.
    VoucherUsed(Redemption),
    /// Something was kept beside the ledger.
    Recorded(Recorded),
}

/// What a command did to a member's ledger.
#[derive(Clone, Debug)]
pub struct Booked {
    /// Whose.
    pub member: MemberId,
    /// The new entries, oldest first.
    pub entries: Vec<Entry>,
    /// The member after them. It holds the balance, the tier and what the command looked at; not every lot.
    pub after: MemberState,
    /// The redemption that the command began or ended.
    pub redemption: Option<Redemption>,
    /// What is known of the member besides the ledger.
    pub profile: Profile,
    /// The tier after them, if it was another one before.
    pub new_tier: Option<TierId>,
    /// What followed from it in the ledgers of other members, in the same transaction.
    pub then: Vec<Self>,
    /// What they have reached that the member is to be told.
    pub nudges: Vec<Nudge>,
}

impl Booked {
    /// What the engine answers with at `now`.
    pub fn context<'a>(&'a self, program: &'a ProgramInForce, now: Timestamp) -> Context<'a> {
        let profile = &self.profile;
        Context { profile, ..Context::new(&program.program, &program.zone, now) }
    }
}

/// What [`Store::execute`] did.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly every one is the large variant, and none is kept")]
pub enum Executed {
    /// It carried the write out.
    Now(Outcome, Option<Answer>),
    /// It had carried it out before, and this was the answer.
    Before(Answer),
}

/// A member with all that a page shows of them, as of one instant.
#[derive(Clone, Debug)]
pub struct MemberSnapshot {
    /// Who.
    pub member: Member,
    /// All but what earned.
    pub state: MemberState,
    /// What is known of them besides the ledger.
    pub profile: Profile,
    /// Points that all members together earned in the period that the program caps.
    pub issued: Points,
    /// Units taken of each reward, by all members.
    pub taken: BTreeMap<RewardId, RewardState>,
}

impl MemberSnapshot {
    /// What the engine answers with at `now`.
    pub fn context<'a>(&'a self, program: &'a ProgramInForce, now: Timestamp) -> Context<'a> {
        let Self { profile, issued, .. } = self;
        Context { profile, issued: *issued, ..Context::new(&program.program, &program.zone, now) }
    }
}

/// A line of a member's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The entry.
    pub entry: Entry,
    /// Available points after it.
    pub balance_after: Points,
}

/// Why a store did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// It cannot now; nothing was changed, or the same key will tell.
    Unavailable,
    /// The key was used before with other content.
    KeyReused,
    /// The token was for one write and has done another.
    TokenUsed,
    /// Something broke; it is in the log.
    Broken,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unavailable => "the store cannot answer now",
            Self::KeyReused => "the key was used before with other content",
            Self::TokenUsed => "the token was for one write and has done another",
            Self::Broken => "the store broke",
        })
    }
}

impl std::error::Error for StoreError {}
