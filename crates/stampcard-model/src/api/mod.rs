//! Bodies of the reference API, one file a resource. Texts are resolved to the language of the request.

mod activities;
mod earning;
mod entries;
mod me;
mod members;
mod offers;
mod orders;
mod page;
mod privacy;
mod problem;
mod program;
mod redemptions;
mod referrals;
mod reviews;
mod rewards;
mod stream;
mod vouchers;
mod ways;
mod webhooks;

pub use activities::{BookedActivity, NewActivity, NewMemberActivity};
pub use earning::{
    EarningView, FactorView, GivenView, MissedView, OrderMultiplier, OrderOffer, OrderRule, Preview,
    TierFactor,
};
pub use entries::EntryView;
pub use me::{BirthdayView, ExpiringPoints, Me, MemberView, NewBirthday, TierKeep, TierNext, TierStanding};
pub use members::{Adjusted, EnrolledMember, NewAdjustment, NewMember};
pub use offers::{
    ActivatedOffer, MemberOffer, NewMemberOffer, NewOfferActivation, OfferGivesView, OfferState, OfferView,
};
pub use orders::{BookedOrder, Fulfillment, NewFulfillment, NewOrder, NewRefund, Refund};
pub use page::{LIMIT_DEFAULT, LIMIT_MAX, Page};
pub use privacy::{
    ConsentProof, ConsentView, FeedbackView, MemberExport, NewConsent, NewFeedback, NudgeRecord, Purpose,
    Purposes, ReviewRecord,
};
pub use problem::{Problem, ProblemCode, ProblemError, Told};
pub use program::{
    BenefitView, DowngradeView, EarnRuleView, EarnView, ExpiryView, MeasureView, ProgramView, TierView,
    ValidityView, WindowView,
};
pub use redemptions::{Cancellation, NewCancellation, NewRedemption, RedemptionStatus, RedemptionView};
pub use referrals::{FriendView, InvitationView, MyReferral, NewReferral, ReferralReward, ReferralView};
pub use reviews::{NewApproval, NewRejection, ReviewView};
pub use rewards::{MyReward, RewardView};
pub use stream::{Change, ChangeKind};
pub use vouchers::{NewVoucherUse, VoucherView};
pub use ways::{GoalProgress, LimitLeft, StreakView, WayToEarn};
pub use webhooks::{
    NewRedelivery, NewWebhook, NewWebhookSecret, Topic, WebhookData, WebhookMessage, WebhookMessageView,
    WebhookSettings, WebhookView, WebhookWithSecret,
};

/// The header that carries the publishable key (`pk_…`) with every request of a page. It names the program and is no
/// secret; a member is proven by `Authorization: Bearer` alone.
pub const KEY_HEADER: &str = "stampcard-key";
