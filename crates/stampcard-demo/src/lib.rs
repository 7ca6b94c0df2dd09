//! The demo shop: a tiny real shop with a loyalty program, in one process and on two origins.
//!
//! [`Demo::start`] opens the loyalty API ([`stampcard_server::App`]) and the shop's own backend, seeds both with
//! members who have a history, and listens; [`Demo::serve`] answers until it is told to stop.
//!
//! **Invariant:** the shop speaks to the loyalty API as any merchant would: HTTP requests with a secret key, an
//! idempotency key for every write, and member tokens that it signs. It writes no table of the ledger.
//! **Invariant:** prices come from the shop's own list, never from a page.

mod book;
mod catalog;
mod checkout;
mod demo;
mod fault;
mod http;
mod loyalty;
mod members;
mod pricing;
mod problem;
mod secrets;
mod seed;
mod session;
mod shop;
mod spec;
mod template;
mod words;

pub use demo::{Demo, Options};
pub use fault::Fault;
pub use members::{MEMBERS, ShopMember};

use stampcard_model::Program;

/// The program of the demo shop.
///
/// # Panics
/// Never: a test reads the same text.
pub fn program() -> Program {
    serde_json::from_str(include_str!("../program.json"))
        .expect("the demo's program has the shape of a program")
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;
    use crate::catalog::Catalog;
    use stampcard_model::{LocalizedText, RewardKind};

    #[test]
    fn the_program_has_no_fault() {
        assert_eq!(program().faults(), []);
    }

    #[test]
    fn every_text_of_the_program_is_there_in_both_languages() {
        let program = program();
        let mut texts: Vec<&LocalizedText> = vec![&program.name];
        texts.extend(program.earn_rules.iter().map(|rule| &rule.title));
        for tier in &program.tiers.tiers {
            texts.push(&tier.name);
            texts.extend(tier.benefits.iter().map(|benefit| &benefit.title));
        }
        for reward in &program.rewards {
            texts.extend([&reward.title, &reward.description, &reward.terms]);
        }
        let languages: Vec<Vec<&str>> =
            texts.iter().map(|text| text.0.keys().map(String::as_str).collect()).collect();
        assert!(languages.iter().all(|tags| *tags == ["en", "zh-CN"]), "{texts:?}");
    }

    #[test]
    fn the_catalogue_of_rewards_shows_every_kind() {
        let kinds: BTreeSet<String> = program()
            .rewards
            .iter()
            .map(|reward| serde_json::to_value(&reward.kind).expect("a kind is JSON")["type"].to_string())
            .collect();
        assert_eq!(kinds.len(), 8, "{kinds:?}");
    }

    #[test]
    fn what_the_program_names_is_there() {
        let www = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www");
        let catalog = Catalog::own();
        for reward in program().rewards {
            let image = reward.image_url.expect("every reward has a picture");
            assert!(www.join(image.trim_start_matches('/')).is_file(), "{image}");
            if let RewardKind::Product { sku } = &reward.kind {
                assert!(catalog.product(sku).is_some(), "{sku} is not in the catalog");
            }
        }
    }
}
