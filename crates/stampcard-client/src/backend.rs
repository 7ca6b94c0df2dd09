//! The port: what a member and a page may ask of any loyalty backend.

use stampcard_model::{
    IdempotencyKey, OfferId, RedemptionId,
    api::{
        ActivatedOffer, BookedActivity, Cancellation, ConsentView, EarningView, EntryView, FeedbackView,
        LIMIT_MAX, Me, MyReferral, MyReward, NewConsent, NewFeedback, NewMemberActivity, NewOfferActivation,
        NewRedemption, OfferView, Page, ProgramView, RedemptionView, RewardView, VoucherView, WayToEarn,
    },
};

use crate::Error;

/// A loyalty backend in domain words.
///
/// Used generically, never as `dyn`. In a browser the futures are not `Send`; elsewhere they are whenever transport and
/// token source are. Dropping a future gives the request up.
///
/// # Errors
/// Every call may answer any [`Error`]. All but `program` and `rewards` need a member and answer
/// [`Error::Unauthorized`] without one.
///
/// A write happens once, however often it is called with its key: the same key answers the same. After an error that
/// [leaves doubt](Error::leaves_doubt) it may have happened; call again with the same key to find out.
#[allow(async_fn_in_trait, reason = "a browser's futures are not Send, and the trait is used generically")]
pub trait Backend {
    /// What this backend can do at all; what it cannot is not drawn.
    fn capabilities(&self) -> Capabilities;

    /// What anybody may know of the program.
    async fn program(&self) -> Result<ProgramView, Error>;

    /// The rewards as anybody sees them, in the merchant's order.
    async fn rewards(&self, page: &PageRequest) -> Result<Page<RewardView>, Error>;

    /// The member with balance and tier.
    async fn me(&self) -> Result<Me, Error>;

    /// The rewards with what they mean for the member now, in the merchant's order.
    async fn my_rewards(&self, page: &PageRequest) -> Result<Page<MyReward>, Error>;

    /// What orders would earn somebody who joins now; the engine previews orders with it.
    async fn earning(&self) -> Result<EarningView, Error>;

    /// What orders earn the member now.
    async fn my_earning(&self) -> Result<EarningView, Error>;

    /// The lines of the member's ledger, newest first.
    async fn entries(&self, page: &PageRequest) -> Result<Page<EntryView>, Error>;

    /// The member's vouchers, newest first.
    async fn vouchers(&self, page: &PageRequest) -> Result<Page<VoucherView>, Error>;

    /// The ways to earn with what they mean for the member now, in the program's order.
    async fn ways(&self, page: &PageRequest) -> Result<Page<WayToEarn>, Error>;

    /// The member's offers with what became of each, in the program's order.
    async fn offers(&self, page: &PageRequest) -> Result<Page<OfferView>, Error>;

    /// What the member invites friends with; [`Error::Refused`] with `ReferralNotFound` where nothing rewards it.
    async fn referral(&self) -> Result<MyReferral, Error>;

    /// What the member told, oldest first.
    async fn feedback(&self) -> Result<Page<FeedbackView>, Error>;

    /// Tells what the member thinks, once for each survey.
    async fn tell(&self, key: &IdempotencyKey, feedback: &NewFeedback) -> Result<FeedbackView, Error>;

    /// The decision in force for each purpose.
    async fn consents(&self) -> Result<Page<ConsentView>, Error>;

    /// Gives a consent or takes it back.
    async fn decide(&self, key: &IdempotencyKey, consent: &NewConsent) -> Result<ConsentView, Error>;

    /// Forgets the member, for good. Asking again changes nothing.
    async fn erase(&self) -> Result<(), Error>;

    /// Redeems a reward.
    async fn redeem(&self, key: &IdempotencyKey, redemption: &NewRedemption)
    -> Result<RedemptionView, Error>;

    /// A redemption of the member.
    async fn redemption(&self, id: &RedemptionId) -> Result<RedemptionView, Error>;

    /// Cancels a redemption: its points go back.
    async fn cancel(&self, key: &IdempotencyKey, id: &RedemptionId) -> Result<Cancellation, Error>;

    /// Takes an offer up.
    async fn activate(
        &self,
        key: &IdempotencyKey,
        id: &OfferId,
        activation: &NewOfferActivation,
    ) -> Result<ActivatedOffer, Error>;

    /// Claims something that the member did, of the sorts that a member may claim.
    async fn claim(
        &self,
        key: &IdempotencyKey,
        activity: &NewMemberActivity,
    ) -> Result<BookedActivity, Error>;
}

/// What a backend can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Members have a tier.
    pub tiers: bool,
    /// There is a catalogue of rewards.
    pub rewards: bool,
    /// A member may redeem.
    pub redeem: bool,
    /// Vouchers can be listed.
    pub vouchers: bool,
    /// The ledger can be listed.
    pub entries: bool,
    /// The backend says which points expire next.
    pub expiring: bool,
    /// Ways to earn can be listed.
    pub ways: bool,
    /// There are offers, and a member may take them up.
    pub offers: bool,
    /// Members can invite friends.
    pub referral: bool,
    /// Members can be asked what they think.
    pub feedback: bool,
    /// A member may decide what happens with their data, and have it deleted.
    pub privacy: bool,
    /// A member may cancel a redemption.
    pub cancel: bool,
    /// A member may claim what they did.
    pub claim: bool,
    /// Orders can be previewed.
    pub previews: bool,
}

impl Capabilities {
    /// Everything.
    pub const ALL: Self = Self {
        tiers: true,
        rewards: true,
        redeem: true,
        vouchers: true,
        entries: true,
        expiring: true,
        ways: true,
        offers: true,
        referral: true,
        feedback: true,
        privacy: true,
        cancel: true,
        claim: true,
        previews: true,
    };
}

/// Which part of a list to answer; the default is the first part in the backend's own size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// How many items at most, 1 to 100; none leaves it to the backend.
    pub limit: Option<u16>,
    /// The `next` of the part before; none asks for the first.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// The first part, as large as a backend gives.
    pub const fn largest() -> Self {
        Self { limit: Some(LIMIT_MAX), cursor: None }
    }

    /// The part after `page`; `None` at the end.
    pub fn after<T>(&self, page: &Page<T>) -> Option<Self> {
        page.next.clone().map(|cursor| Self { limit: self.limit, cursor: Some(cursor) })
    }
}
