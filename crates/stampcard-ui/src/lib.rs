//! Leptos components that show what a member has and may do: signals and data in, callbacks out.
//!
//! **Invariant:** no network, no storage, no clock. What a component knows it was given, and what a member asks for it
//! hands to a callback. Nothing reaches outside the root it is mounted in, and no text from outside becomes markup.
//!
//! A host mounts a component into a `<div part="base">` inside a shadow root that has adopted the style sheets listed
//! in `styles.txt`, joined in that order. Before the first component is created it calls [`I18n::provide`], and it
//! gives the base element the `lang` and `dir` of the [`Locale`].

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod activity_list;
mod balance_card;
mod cart_points;
// The build's own, for its tests: the gate that every language passes.
#[cfg(test)]
#[path = "../catalogue.rs"]
mod catalogue;
mod common;
mod data;
mod earn_list;
mod feedback;
pub mod locale;
mod markup;
mod offer_list;
mod panel;
mod privacy;
mod product_points;
mod referral;
mod reward_grid;
pub mod theme;
mod tier_meter;
mod voucher_list;

pub use activity_list::ActivityList;
pub use balance_card::BalanceCard;
pub use cart_points::CartPoints;
pub use common::each_time;
pub use data::{
    Act, Asker, CatalogItem, Deed, Failure, History, Known, MyStanding, Outcome, Phase, RedeemState, Remote,
};
pub use earn_list::EarnList;
pub use feedback::Feedback;
pub use locale::{I18n, Locale};
pub use markup::Drawing;
pub use offer_list::OfferList;
pub use panel::{Launcher, Panel};
pub use privacy::Privacy;
pub use product_points::ProductPoints;
pub use referral::Referral;
pub use reward_grid::{RewardGrid, price_moved};
pub use tier_meter::TierMeter;
pub use voucher_list::VoucherList;
