//! The engine as a wasm of its own: what an order would earn, said in the page by the code that books it.
//!
//! Text in, text out, and no imports: pages that preview nothing never fetch it, and it needs no glue.
//!
//! **Invariant:** nothing that comes in makes it panic; what it does not know in full it does not compute with.

#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

#[cfg(target_arch = "wasm32")]
mod wasm;

use serde::Serialize;
use stampcard_engine::preview;
use stampcard_model::{
    Order,
    api::{EarningView, Preview},
};

/// The longest text that is read, in bytes: a program with hundreds of rules, or 200 lines with names of full length.
const LENGTH_MAX: usize = 1 << 20;

/// What is answered.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    /// What the order would earn.
    Preview(Preview),
    /// The order is none: what is wrong with it.
    Invalid(String),
    /// A rule of the program said no; its code.
    Refused(String),
    /// The server told of something that this version has not heard of, so that no number would be right.
    NotUnderstood(String),
}

/// What an order would earn by an [`EarningView`], all as JSON.
pub fn answer(earning: &str, order: &str) -> String {
    // What is written has a JSON form, whatever it says.
    serde_json::to_string(&answered(earning, order)).unwrap_or_default()
}

fn answered(earning: &str, order: &str) -> Answer {
    if earning.len() > LENGTH_MAX || order.len() > LENGTH_MAX {
        return Answer::Invalid("it is longer than a mebibyte".to_owned());
    }
    let earning: EarningView = match serde_json::from_str(earning) {
        Ok(earning) => earning,
        Err(error) => return Answer::NotUnderstood(error.to_string()),
    };
    let order: Order = match serde_json::from_str(order) {
        Ok(order) => order,
        Err(error) => return Answer::Invalid(error.to_string()),
    };
    if let Some(fault) = order.faults("").into_iter().next() {
        return Answer::Invalid([&*fault.pointer, " ", &fault.detail].concat());
    }
    match preview(&earning, &order) {
        Ok(preview) => Answer::Preview(preview),
        Err(refusal) => Answer::Refused(refusal.code().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn earning() -> Value {
        json!({
            "program_id": "lantern", "version": 1, "money": "EUR",
            "tier": {"id": "silver", "name": "Silver Leaf", "multiplier": 12_500},
            "rules": [
                {"id": "spend", "title": "Shop", "earn": {"type": "spend", "ratio": {"points": 1, "per_minor": 100},
                    "categories": [{"category": "tea", "ratio": {"points": 2, "per_minor": 100}}]}},
                {"id": "big", "title": "A large order", "earn": {"type": "bonus",
                    "steps": [{"at_least_minor": 5_000, "points": 50}]}},
            ],
            "occasion": {"tier": "silver"},
        })
    }

    fn order(amount_minor: u64) -> Value {
        json!({"id": "preview", "money": "EUR", "lines": [
            {"sku": "TEA", "category": "tea", "quantity": 1, "amount_minor": amount_minor}]})
    }

    fn said(earning: &Value, order: &Value) -> Value {
        serde_json::from_str(&answer(&earning.to_string(), &order.to_string())).unwrap()
    }

    #[test]
    fn an_order_is_previewed_with_names_and_with_what_is_lacking() {
        let said = said(&earning(), &order(2_400));
        assert_eq!(said["preview"]["points"], 60);
        let given = &said["preview"]["given"][0];
        assert_eq!((&given["title"], &given["money_minor"]), (&json!("Shop"), &json!(2_400)));
        assert_eq!(given["factors"], json!([{"title": "Silver Leaf", "factor": 12_500}]));
        assert_eq!(
            said["preview"]["missed"],
            json!([{"rule_id": "big", "title": "A large order", "in_money": true,
                "reason": {"type": "too_small", "missing_minor": 2_600}}])
        );
    }

    #[test]
    fn what_is_not_known_in_full_is_not_computed_with() {
        let mut newer = earning();
        newer["rules"][0]["earn"]["type"] = json!("teleport");
        assert!(said(&newer, &order(100))["not_understood"].is_string());
        let mut newer = earning();
        newer["moon"] = json!("full");
        assert!(said(&newer, &order(100))["not_understood"].is_string());
    }

    #[test]
    fn an_order_that_is_none_is_told_as_that() {
        let mut none = order(100);
        none["lines"] = json!([]);
        assert!(said(&earning(), &none)["invalid"].is_string());
        let mut none = order(100);
        none["lines"][0]["quantity"] = json!(0);
        assert_eq!(said(&earning(), &none)["invalid"], "/lines/0/quantity is not at least 1");
        let mut none = order(100);
        none["money"] = json!("SEK");
        assert_eq!(said(&earning(), &none)["refused"], "money_mismatch");
        assert!(said(&earning(), &json!("<b>"))["invalid"].is_string());
        let huge = " ".repeat(LENGTH_MAX + 1);
        assert!(answer(&huge, "{}").contains("invalid"));
    }
}
