//! Commands as cases write them.

use std::sync::Arc;

use serde_json::{Value, json};
use stampcard_engine::{Canceller, Command, MemberState, Redeem, Return, RewardState};
use stampcard_model::{Order, Program, ReleaseReason, Returned, Source, VoucherState};

/// The names of commands.
const COMMANDS: [&str; 13] = [
    "adjust",
    "approve",
    "cancel",
    "does",
    "friend_ordered",
    "fulfilled",
    "order",
    "redeem",
    "refund",
    "reject",
    "reserve",
    "takes_up",
    "time_passes",
];

/// Reads a command: an object with one field that is named as the command, and perhaps others.
pub(crate) fn read(program: &Arc<Program>, member: &MemberState, command: &Value) -> Result<Command, String> {
    let fields = command.as_object().ok_or("no command")?;
    let (name, what) =
        fields.iter().find(|(name, _)| COMMANDS.contains(&name.as_str())).ok_or("no command")?;
    let wrong = |error: serde_json::Error| error.to_string();
    Ok(match name.as_str() {
        "order" => Command::Earn(order(what)?),
        "does" => Command::Act(serde_json::from_value(what.clone()).map_err(wrong)?),
        "friend_ordered" => Command::Refer { referral_id: word(what)? },
        "takes_up" => {
            Command::TakeUp { offer_id: word(what)?, code: command.get("code").map(word).transpose()? }
        }
        "fulfilled" => Command::Fulfill { source: order_source(what)? },
        "redeem" | "reserve" => {
            let reward_id = word(what)?;
            let reward = program.reward(&reward_id);
            let number = |field: &str| command.get(field).and_then(Value::as_u64);
            let price = number("price").map(|price| stampcard_model::Points::saturating_from(price.into()));
            let price = price.or_else(|| reward.map(|reward| reward.price)).unwrap_or_default();
            let taken = number("taken").unwrap_or_default();
            let reward = RewardState { taken, taken_in_period: number("taken_in_period").unwrap_or(taken) };
            let money_minor = number("money").unwrap_or_default();
            let redemption_id =
                word(&command.get("as").cloned().unwrap_or(json!(format!("r{}", member.last_seq))))?;
            let redeem = Redeem { reward_id, price, money_minor, reward, redemption_id };
            if name == "redeem" {
                Command::Redeem { redeem, voucher_code: word(&json!("CODE"))? }
            } else {
                let ends_at = command.get("until").map(|at| serde_json::from_value(at.clone()));
                Command::Hold { redeem, ends_at: ends_at.transpose().map_err(wrong)? }
            }
        }
        "approve" => Command::Capture { redemption_id: word(what)?, voucher_code: word(&json!("CODE"))? },
        "reject" => Command::Release { redemption_id: word(what)?, reason: ReleaseReason::Rejected },
        "cancel" => {
            let by = if command.get("by") == Some(&json!("merchant")) {
                Canceller::Merchant
            } else {
                Canceller::Member
            };
            let used = command.get("used") == Some(&json!(true));
            let voucher = if used { VoucherState::Used } else { VoucherState::Active };
            Command::Cancel { redemption_id: word(what)?, by, voucher }
        }
        "refund" => {
            let returned = command.get("returned").map(|returned| returns(program, returned)).transpose()?;
            Command::Reverse { source: source(command, what)?, returned }
        }
        "adjust" => {
            Command::Adjust { delta: what.as_i64().ok_or("no amount")?, reason: "by hand".to_owned() }
        }
        "time_passes" => Command::CatchUp,
        other => return Err(format!("{other} is no command")),
    })
}

/// An order: its id, its lines as [category, amount] or whole, and whatever else it has.
fn order(what: &Value) -> Result<Order, String> {
    let mut order = what.clone();
    let fields = order.as_object_mut().ok_or("no order")?;
    fields.entry("money").or_insert(json!("EUR"));
    let lines = fields.get_mut("lines").and_then(Value::as_array_mut).ok_or("no lines")?;
    for line in lines {
        if let Some([category, amount]) = line.as_array().map(Vec::as_slice) {
            let mut whole = json!({"sku": "SKU", "quantity": 1, "amount_minor": amount});
            if *category != json!("") {
                whole["category"] = category.clone();
            }
            *line = whole;
        }
    }
    serde_json::from_value(order).map_err(|error| error.to_string())
}

fn returns(program: &Arc<Program>, returned: &Value) -> Result<Return, String> {
    let returned: Returned = serde_json::from_value(returned.clone()).map_err(|error| error.to_string())?;
    Ok(Return { returned, booked_under: Arc::clone(program) })
}

fn source(command: &Value, what: &Value) -> Result<Source, String> {
    match command.get("of").and_then(Value::as_str) {
        None => order_source(what),
        Some("activity") => Ok(Source::Activity { activity_id: word(what)? }),
        Some("friend") => Ok(Source::Referral { referral_id: word(what)? }),
        Some("offer") => Ok(Source::Offer { offer_id: word(what)? }),
        Some(other) => Err(format!("{other} earns nothing")),
    }
}

fn order_source(what: &Value) -> Result<Source, String> {
    Ok(Source::Order { order_id: word(what)? })
}

fn word<T: TryFrom<String, Error: ToString>>(value: &Value) -> Result<T, String> {
    T::try_from(value.as_str().ok_or("no word")?.to_owned()).map_err(|error| error.to_string())
}
