//! The rules and the ledger of a loyalty program as pure functions.
//!
//! A command is decided against a member's state and yields entries ([`decide`]); an entry is applied to a state
//! ([`apply`]); a state is nothing but all entries applied in order ([`replay`]). The same code previews in the
//! browser and books on the server.
//!
//! **Invariant:** no store, no HTTP, no clock, no randomness. Instants and new ids are arguments; the calendar of a
//! time zone is behind [`Zone`].

#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod activity;
mod book;
mod calendar;
mod command;
mod conditions;
mod context;
mod cuts;
mod earn;
mod expiry;
mod giving;
mod lot;
mod measure;
mod nudging;
mod occasion;
mod offering;
mod opening;
mod postings;
mod preview;
mod redeeming;
mod redemption;
mod refund;
mod replay;
mod state;
mod tier_state;
mod tiering;
mod ways;
mod write_off;
mod zone;

pub use activity::earn_activity;
pub use command::{Command, decide};
pub use context::{Context, Profile};
pub use cuts::{Cuts, cuts, kept_by, tier_due_at};
pub use earn::{Earning, earn};
pub use lot::{activating_next, available, balance, expiring_next};
pub use nudging::{next_nudge_at, nudges_due, threshold_reached};
pub use occasion::occasion;
pub use offering::{Offered, gift_due, next_gift_at, offers, unasked};
pub use opening::opens_at;
pub use preview::{earn_by_view, earning_view, preview};
pub use redeeming::{
    Price, RewardState, price_now, refusal_now, review_reasons, starts_at, valued, voucher_fits,
};
pub use redemption::{Canceller, Redeem};
pub use refund::{Return, without};
pub use replay::{apply, replay};
pub use state::{Counted, Earned, Lot, MemberState, Phase, RedemptionState, Streak, Tally, TierState};
pub use tiering::{Opportunity, Risk, Standing, opportunities, standing};
pub use ways::{Left, StreakNow, Way, ways};
pub use zone::{Utc, Zone};

pub(crate) use tiering::standing_of;
