//! The words of a loyalty program: what a program says, what a ledger holds, what travels over HTTP.
//!
//! **Invariant:** no I/O, no clock, no randomness, no locale database, no floating point. Every amount of points or
//! money is an integer; every instant is an argument that somebody else read from a clock.

#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod accrual;
mod activity;
mod answer;
pub mod api;
mod balance;
mod date;
mod entry;
mod flat;
mod id;
mod idempotency;
mod nudge;
mod order;
mod points;
mod program;
mod referral;
mod refusal;
mod review;
mod reward;
mod text;
mod tier;
mod timestamp;
mod voucher;
mod wire;

pub use accrual::{
    Accrual, AppliedMultiplier, Basis, Booking, Cap, LimitOf, Missed, MissedReason, MultiplierSource,
    Occasion, Progress, ReferralSide, Room,
};
pub use activity::{Activity, ActivityKind};
pub use balance::Balance;
pub use date::{Date, DateError, MonthDay};
pub use entry::{
    Account, Deal, Draw, Entry, EntryBody, EntryKind, HoldReason, LotEnd, Posting, ReleaseReason, Rest,
    Restore, Source, TierReason, Wait,
};
pub use id::{
    ActivityCode, ActivityId, Category, HouseholdId, IdError, MemberId, MultiplierId, OfferId, OrderId,
    PriceEventId, ProductId, ProgramId, PurposeId, RedemptionId, ReferralCode, ReferralId, RewardId, RuleId,
    SegmentId, Sku, SurveyId, TierId, VoucherCode, WebhookId,
};
pub use idempotency::{IdempotencyKey, IdempotencyKeyError};
pub use nudge::Nudge;
pub use order::{Line, Order, Returned, ReturnedLine};
pub use points::{BasisPoints, Points, PointsError};
pub use program::{
    Activation, BonusStep, Bought, CategoryRatio, Condition, Counts, Currency, Downgrade, EarnRule,
    EarnRuleKind, Expiry, GoalMeasure, IssueCap, Lifecycle, Limit, Limits, Lines, Measure, Multiplier,
    Nudges, Offer, OfferGives, Often, Pending, Period, PriceEvent, ProductRatio, Program, ProgramFault,
    Ratio, RefundPolicy, Refunds, Review, RoundUp, Rounding, SkuRatio, Span, Stacking, Stage, StreakStep,
    TierProgram, UnitLimit, Upgrade, Validity, VariablePrice, Weekday, Window, Worth,
};
pub use referral::{ReferralFault, ReferralState};
pub use refusal::Refusal;
pub use review::ReviewReason;
pub use reward::{Reward, RewardKind};
pub use text::{LocalizedText, MoneyCode, Terminology};
pub use tier::{Benefit, BenefitKind, Tier};
pub use timestamp::{Timestamp, TimestampError};
pub use voucher::VoucherState;
