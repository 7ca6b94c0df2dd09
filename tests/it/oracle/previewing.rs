//! What a page says that an order would earn, and what the server books.

use serde_json::{Value, json};

use super::run::Said;

/// What a page said of an order.
pub struct Previewed {
    answer: Value,
    /// The rules and offers that it knew of: those that look at orders.
    known: Vec<Value>,
}

impl Previewed {
    /// By the very code that pages run, from what the server tells pages.
    pub fn of(earning: &Value, order: &Value) -> Self {
        let answer = stampcard_preview::answer(&earning.to_string(), &order.to_string());
        let lists = ["rules", "offers"].map(|name| earning[name].as_array().cloned().unwrap_or_default());
        let known = lists.concat().iter().map(|one| one["id"].clone()).collect();
        Self { answer: serde_json::from_str(&answer).unwrap(), known }
    }
}

/// What was booked is what was previewed, to the last reason.
pub fn as_previewed(previewed: Option<Previewed>, said: &Said) -> Result<(), String> {
    let Some(Previewed { answer, known }) = previewed.filter(|_| said.status == 201) else { return Ok(()) };
    let body = &said.body;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let given = list(&body["accruals"]).into_iter().filter(|accrual| accrual["points"] != json!(0));
    let given: Vec<Value> = given
        .map(|accrual| {
            let factors: Vec<Value> =
                list(&accrual["multipliers"]).iter().map(|m| m["factor"].clone()).collect();
            json!([accrual["rule_id"], accrual["points"], accrual["base_minor"], factors, accrual["cap"]])
        })
        .collect();
    // An order also says of activities that it was too small for them, which no page needs to know.
    let missed = list(&body["missed"]).into_iter().filter(|missed| known.contains(&missed["rule_id"]));
    let missed: Vec<Value> = missed.map(|missed| json!([missed["rule_id"], missed["reason"]])).collect();
    let booked = json!([body["points"], given, missed]);

    let preview = &answer["preview"];
    let given: Vec<Value> = list(&preview["given"])
        .iter()
        .map(|given| {
            let factors: Vec<Value> = list(&given["factors"]).iter().map(|f| f["factor"].clone()).collect();
            let money = given.get("money_minor").cloned().unwrap_or(json!(0));
            json!([given["rule_id"], given["points"], money, factors, given["cap"]])
        })
        .collect();
    let missed: Vec<Value> =
        list(&preview["missed"]).iter().map(|missed| json!([missed["rule_id"], missed["reason"]])).collect();
    let shown = json!([preview["points"], given, missed]);
    if shown == booked { Ok(()) } else { Err(format!("previewed {answer}\nand booked {body}")) }
}
