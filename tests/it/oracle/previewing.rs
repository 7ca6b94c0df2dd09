//! What a page says that an order would earn, and what the server books.

use serde_json::{Value, json};

/// What a page said of an order.
pub struct Previewed {
    earning: String,
    order: String,
    answer: String,
    /// The rules and offers that it knew of: those that look at orders.
    known: Vec<Value>,
}

impl Previewed {
    /// By the very code that pages run, from what the server tells pages.
    pub fn of(earning: Value, order: Value) -> Self {
        let lists = ["rules", "offers"].map(|name| earning[name].as_array().cloned().unwrap_or_default());
        let known = lists.concat().iter().map(|one| one["id"].clone()).collect();
        let (earning, order) = (earning.to_string(), order.to_string());
        let answer = stampcard_preview::answer(&earning, &order);
        Self { earning, order, answer, known }
    }

    /// What was booked is what was previewed, to the last reason. A line for `tests/cases/previews.mjs`.
    pub fn came_true(self, body: &Value) -> Result<String, String> {
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
        let missed =
            list(&body["missed"]).into_iter().filter(|missed| self.known.contains(&missed["rule_id"]));
        let missed: Vec<Value> = missed.map(|missed| json!([missed["rule_id"], missed["reason"]])).collect();
        let booked = json!([body["points"], given, missed]);

        let answer: Value = serde_json::from_str(&self.answer).unwrap();
        let preview = &answer["preview"];
        let given: Vec<Value> = list(&preview["given"])
            .iter()
            .map(|given| {
                let factors: Vec<Value> =
                    list(&given["factors"]).iter().map(|f| f["factor"].clone()).collect();
                let money = given.get("money_minor").cloned().unwrap_or(json!(0));
                json!([given["rule_id"], given["points"], money, factors, given["cap"]])
            })
            .collect();
        let missed: Vec<Value> = list(&preview["missed"])
            .iter()
            .map(|missed| json!([missed["rule_id"], missed["reason"]]))
            .collect();
        if json!([preview["points"], given, missed]) == booked {
            Ok(json!([self.earning, self.order, self.answer]).to_string())
        } else {
            Err(format!("previewed {}\nand booked {body}", self.answer))
        }
    }
}
