//! What each element is called and which component it is, in one table.

use stampcard_ui::{Drawing, Known, Phase};

use crate::{
    elements::{
        Props, activity, balance, cart, earn, feedback, launcher, offers, panel, privacy, product, referral,
        rewards, tier, vouchers,
    },
    parts::{Part, Parts},
};

/// An element.
pub(crate) struct ElementSpec {
    /// The tag without the prefix.
    pub(crate) name: &'static str,
    /// The parts that it shows, besides the program and the member.
    pub(crate) parts: Parts,
    /// Its component.
    pub(crate) component: fn(Props) -> Drawing,
    /// Where that is which it shows above all.
    pub(crate) shows: fn(&Known) -> Phase,
}

/// What a panel tells news of.
const NEWS: Parts = Parts::of(&[Part::Offers, Part::Vouchers, Part::Feedback]);

/// Every element that shows something; the panel is two, its launcher and its inside.
pub(crate) const ELEMENTS: [ElementSpec; 14] = [
    ElementSpec { name: "balance", parts: Parts::of(&[]), component: balance, shows: |known| known.me.phase },
    ElementSpec { name: "tier", parts: Parts::of(&[]), component: tier, shows: |known| known.me.phase },
    ElementSpec {
        name: "rewards",
        parts: Parts::of(&[Part::Rewards]),
        component: rewards,
        shows: |known| known.items.phase,
    },
    ElementSpec {
        name: "vouchers",
        parts: Parts::of(&[Part::Vouchers]),
        component: vouchers,
        shows: |known| known.vouchers.phase,
    },
    ElementSpec {
        name: "activity",
        parts: Parts::of(&[Part::History]),
        component: activity,
        shows: |known| known.history.phase,
    },
    ElementSpec {
        name: "earn",
        parts: Parts::of(&[Part::Ways]),
        component: earn,
        shows: |known| known.ways.phase,
    },
    ElementSpec {
        name: "offers",
        parts: Parts::of(&[Part::Offers]),
        component: offers,
        shows: |known| known.offers.phase,
    },
    ElementSpec {
        name: "product",
        parts: Parts::of(&[Part::Earning]),
        component: product,
        shows: |known| known.me.phase,
    },
    ElementSpec {
        name: "cart",
        parts: Parts::of(&[Part::Earning, Part::Rewards, Part::Vouchers]),
        component: cart,
        shows: |known| known.me.phase,
    },
    ElementSpec {
        name: "referral",
        parts: Parts::of(&[Part::Referral]),
        component: referral,
        shows: |known| known.referral.phase,
    },
    ElementSpec {
        name: "feedback",
        parts: Parts::of(&[Part::Feedback]),
        component: feedback,
        shows: |known| known.feedback.phase,
    },
    ElementSpec {
        name: "privacy",
        parts: Parts::of(&[Part::Consents]),
        component: privacy,
        shows: |known| known.consents.phase,
    },
    ElementSpec { name: "launcher", parts: NEWS, component: launcher, shows: |known| known.me.phase },
    ElementSpec { name: "panel", parts: NEWS, component: panel, shows: |known| known.me.phase },
];
