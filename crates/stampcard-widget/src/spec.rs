//! What each element is called and which component it is, in one table.

use stampcard_ui::{Drawing, Known, Phase};

use crate::elements::{Props, balance, rewards, tier};

/// An element.
pub(crate) struct ElementSpec {
    /// The tag without the prefix.
    pub(crate) name: &'static str,
    /// Whether it shows the catalogue, and so needs it read.
    pub(crate) shows_rewards: bool,
    /// Its component.
    pub(crate) component: fn(Props) -> Drawing,
    /// Where that is which it shows above all.
    pub(crate) shows: fn(&Known) -> Phase,
}

/// Every element that shows something.
pub(crate) const ELEMENTS: [ElementSpec; 3] = [
    ElementSpec { name: "balance", shows_rewards: false, component: balance, shows: |known| known.me.phase },
    ElementSpec { name: "tier", shows_rewards: false, component: tier, shows: |known| known.me.phase },
    ElementSpec {
        name: "rewards",
        shows_rewards: true,
        component: rewards,
        shows: |known| known.items.phase,
    },
];
