//! Line icons on a 24 by 24 grid, one path each; the sheet gives them color and weight.

use stampcard_model::{BenefitKind, RewardKind};

use crate::markup::{El, el};

/// Paths that no kind of reward or benefit stands for.
pub(crate) mod shape {
    pub(crate) const CHECK: &str = "m5 12.5 4.5 4.5L19 7.5";
    pub(crate) const CLOCK: &str = "M12 3.5a8.5 8.5 0 1 0 .01 0M12 7.5V12l3 2";
    pub(crate) const INCOMING: &str = "M12 4v10m-4-4 4 4 4-4M4.5 16v3.5h15V16";
    pub(crate) const LOCK: &str = "M8 10.5V8a4 4 0 0 1 8 0v2.5M5.5 10.5h13v9h-13z";
    pub(crate) const STAMP: &str =
        "M12 3.5a8.5 8.5 0 1 0 .01 0M12 7.8l1.3 2.7 2.9.4-2.1 2.1.5 3-2.6-1.4-2.6 1.4.5-3-2.1-2.1 2.9-.4z";
    pub(crate) const PLUS: &str = "M12 6v12m-6-6h12";
    pub(crate) const MINUS: &str = "M6 12h12";
    pub(crate) const BAG: &str = "M5 8.5h14l1 11.5H4zM8.5 8.5V7a3.5 3.5 0 0 1 7 0v1.5";
    pub(crate) const FLAG: &str = "M6 20.5V4m0 .5h11.5l-2.5 4 2.5 4H6";
    pub(crate) const FRIENDS: &str = "M9 11.5a3.5 3.5 0 1 0-.01 0m-6.5 8c0-4 2.5-6 6.5-6s6.5 2 6.5 6M16 4.8a3.5 3.5 0 0 1 0 6.5m2 2.7c2.3.8 3.5 2.6 3.5 5.5";
    pub(crate) const PEN: &str = "m4.5 19.5 1-4.5L16 4.5 19.5 8 9 18.5zM13.5 7l3.5 3.5";
    pub(crate) const CALENDAR: &str = "M4.5 6h15v13.5h-15zm0 4.5h15M8.5 3.5v4m7-4v4m-6.5 7 2 2 4-4";
    pub(crate) const SPARKS: &str = super::SPARK;
    pub(crate) const PRESENT: &str = super::GIFT;
    pub(crate) const TAG: &str = super::TAG;
    pub(crate) const TICKET: &str = super::TICKET;
    pub(crate) const CHEVRON: &str = "m7 10 5 5 5-5";
}

const TAG: &str = "M4 4.5h7.5l8.5 8.5-7 7L4.5 12zM8.5 8.5h.01";
const TRUCK: &str =
    "M9 17.5h5.5V6.5h-12v11H5m9.5-7.5h3.5l3.5 3.5v4H19M7 15.5a2 2 0 1 0 .01 0m10 0a2 2 0 1 0 .01 0";
const GIFT: &str = "M4 8.5h16v4H4zm1.5 4h13v7.5h-13zM12 8.5V20m0-11.5C8 8.5 7 4 9.5 4s2.5 4.5 2.5 4.5S12 4 14.5 4 16 8.5 12 8.5";
const SPARK: &str =
    "M11 4c.8 4.7 2.3 6.2 7 7-4.7.8-6.2 2.3-7 7-.8-4.7-2.3-6.2-7-7 4.7-.8 6.2-2.3 7-7m7.5 11v5m-2.5-2.5h5";
const TICKET: &str = "M3.5 7h17v3.2a2 2 0 0 0 0 3.6V17h-17v-3.2a2 2 0 0 0 0-3.6zM14.5 7v2m0 2v2m0 2v2";

/// An icon that says nothing by itself.
pub(crate) fn icon(path: &'static str) -> El {
    el("svg|class=icon|viewBox=0 0 24 24|aria-hidden=true").child(el("path").attr("d", path))
}

pub(crate) const fn kind_icon(kind: &RewardKind) -> &'static str {
    match kind {
        RewardKind::Discount { .. } | RewardKind::PercentageDiscount { .. } => TAG,
        RewardKind::FreeShipping => TRUCK,
        RewardKind::Product { .. } => GIFT,
        RewardKind::GiftCard { .. } | RewardKind::StoreCredit { .. } | RewardKind::CashPayout { .. } => {
            "M3.5 6h17v12h-17zm0 5h17M8.5 6v12M8.5 11c-3-3.5-4 0 0 0 4 0 3-3.5 0 0"
        }
        RewardKind::Experience => TICKET,
        RewardKind::Donation { .. } => {
            "M12 19.5S4 15 4 9.3C4 4.8 9.8 3.4 12 7.5c2.2-4.1 8-2.7 8 1.8 0 5.7-8 10.2-8 10.2"
        }
        RewardKind::Service | RewardKind::BusinessService | RewardKind::Custom | RewardKind::Unrecognized => {
            SPARK
        }
    }
}

pub(crate) const fn benefit_icon(kind: BenefitKind) -> &'static str {
    match kind {
        BenefitKind::Multiplier => "M12 3.5a8.5 8.5 0 1 0 .01 0M12 8v8m-4-4h8",
        BenefitKind::Discount => TAG,
        BenefitKind::FreeShipping => TRUCK,
        BenefitKind::EarlyAccess => shape::CLOCK,
        BenefitKind::Event => TICKET,
        BenefitKind::BirthdayGift => GIFT,
        BenefitKind::DedicatedService => "M4 5h16v11h-9l-4 4v-4H4zm4.5 5.5h.01m3.5 0h.01m3.5 0h.01",
        BenefitKind::Custom | BenefitKind::Unrecognized => SPARK,
    }
}
