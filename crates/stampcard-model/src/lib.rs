//! The words of a loyalty program: what a program says, what a ledger holds, what travels over HTTP.
//!
//! **Invariant:** no I/O, no clock, no randomness, no locale database, no floating point. Every amount of points or
//! money is an integer; every instant is an argument that somebody else read from a clock.

#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

pub mod api;
mod balance;
mod entry;
mod flat;
mod id;
mod idempotency;
mod order;
mod points;
mod program;
mod refusal;
mod reward;
mod text;
mod tier;
mod timestamp;
mod voucher;

pub use balance::Balance;
pub use entry::{Account, Accrual, Draw, Entry, EntryBody, EntryKind, Posting};
pub use id::{
    Category, IdError, MemberId, OrderId, ProgramId, RedemptionId, RewardId, RuleId, Sku, SurveyId, TierId,
    VoucherCode, WebhookId,
};
pub use idempotency::{IdempotencyKey, IdempotencyKeyError};
pub use order::{Line, Order};
pub use points::{BasisPoints, Points, PointsError};
pub use program::{
    CategoryRatio, Currency, EarnRule, EarnRuleKind, Expiry, Program, ProgramFault, Ratio, Rounding,
    TierProgram, Window,
};
pub use refusal::Refusal;
pub use reward::{Reward, RewardKind};
pub use text::{LocalizedText, MoneyCode, Terminology};
pub use tier::{Benefit, BenefitKind, Tier};
pub use timestamp::{Timestamp, TimestampError};
pub use voucher::VoucherState;
