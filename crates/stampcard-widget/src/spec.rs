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

#[cfg(test)]
mod tests {
    use super::ELEMENTS;

    #[test]
    fn the_shell_registers_every_element_and_the_types_know_its_tag() {
        let shell = include_str!("../npm/src/elements.ts");
        let types = include_str!("../npm/types/stampcard.d.ts");
        for spec in ELEMENTS {
            let name = spec.name;
            assert!(shell.contains(&format!("{name}: view(\"{name}\"")), "{name} is not registered");
            assert!(types.contains(&format!("\"stampcard-{name}\": Stampcard")), "{name} has no type");
        }
        let named = types.lines().find(|line| line.starts_with("export type StampcardElementName"));
        assert_eq!(named.map(|line| line.matches('"').count() / 2), Some(ELEMENTS.len()));
    }

    #[test]
    fn every_event_that_the_shell_sends_has_a_type() {
        let shell = include_str!("../npm/src/view.ts");
        let types = include_str!("../npm/types/stampcard.d.ts");
        let sent = shell.split("this.#send(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let sent = sent.collect::<std::collections::BTreeSet<_>>();
        assert_eq!(sent.len(), 6);
        for event in sent {
            assert!(types.contains(&format!("\"stampcard-{event}\": CustomEvent<")), "{event} has no type");
        }
    }
}
