//! What each element is called and which component it is, in one table.

use stampcard_ui::{Drawing, Known, Phase};

use crate::elements::{Props, balance, cart, product, rewards, tier};

/// An element.
pub(crate) struct ElementSpec {
    /// The tag without the prefix.
    pub(crate) name: &'static str,
    /// Whether it shows the catalogue, and so needs it read.
    pub(crate) shows_rewards: bool,
    /// Whether it shows what an order would earn, and so needs read what orders earn.
    pub(crate) shows_previews: bool,
    /// Its component.
    pub(crate) component: fn(Props) -> Drawing,
    /// Where that is which it shows above all.
    pub(crate) shows: fn(&Known) -> Phase,
}

/// Every element that shows something.
pub(crate) const ELEMENTS: [ElementSpec; 5] = [
    ElementSpec { component: balance, ..OF_MEMBER },
    ElementSpec { name: "tier", component: tier, ..OF_MEMBER },
    ElementSpec {
        name: "rewards",
        shows_rewards: true,
        component: rewards,
        shows: |known| known.items.phase,
        ..OF_MEMBER
    },
    ElementSpec { name: "product", shows_previews: true, component: product, ..OF_MEMBER },
    ElementSpec { name: "cart", shows_rewards: true, shows_previews: true, component: cart, ..OF_MEMBER },
];

/// An element that shows the member.
const OF_MEMBER: ElementSpec = ElementSpec {
    name: "balance",
    shows_rewards: false,
    shows_previews: false,
    component: balance,
    shows: |known| known.me.phase,
};
