//! What each element is called and which component it is, in one table.

use std::any::Any;

use web_sys::HtmlElement;

use crate::elements::{Seat, balance, rewards, tier};

/// An element.
pub(crate) struct ElementSpec {
    /// The tag without the prefix.
    pub(crate) name: &'static str,
    /// Whether it shows the catalogue, and so needs it read.
    pub(crate) shows_rewards: bool,
    /// Draws it into a base; dropping the answer takes it off again.
    pub(crate) mount: fn(Seat, HtmlElement) -> Box<dyn Any>,
}

/// Every element that shows something.
pub(crate) const ELEMENTS: [ElementSpec; 3] = [
    ElementSpec { name: "balance", shows_rewards: false, mount: balance::mount },
    ElementSpec { name: "tier", shows_rewards: false, mount: tier::mount },
    ElementSpec { name: "rewards", shows_rewards: true, mount: rewards::mount },
];
