//! The JSON Schema (2020-12) of a program's document: the types that read it, and every bound that a program is checked for
//! by itself. What only the whole can say, such as a tier that a reward names, is left to `program check`.

use serde_json::{Map, Value, json};
use stampcard_model::Program;
use utoipa::{PartialSchema, ToSchema};

/// The largest number of points.
const POINTS: u64 = (1 << 53) - 1;
/// The most points that a rule may give at once.
const GIVEN: u64 = 1_000_000;
/// The most minor units of money that a program may name.
const MINOR: u64 = 1_000_000_000_000;
/// The highest multiplier in basis points, and one times.
const FACTOR: u64 = 1_000_000;
const ONE: u64 = 10_000;
const U16: u64 = u16::MAX as u64;
const U32: u64 = u32::MAX as u64;

/// A type or one of its kinds, a field, and the least and most that stands there.
const NUMBERS: &[(&str, &str, u64, u64)] = &[
    ("", "version", 1, U32),
    ("Ratio", "points", 0, GIVEN),
    ("Ratio", "per_minor", 1, U32),
    ("EarnRule", "minimum_order_minor", 0, MINOR),
    ("EarnRuleKind/visit", "points", 1, GIVEN),
    ("EarnRuleKind/goal", "target", 1, MINOR),
    ("EarnRuleKind/goal", "points", 1, GIVEN),
    ("EarnRuleKind/activity", "points", 0, GIVEN),
    ("EarnRuleKind/referral", "advocate", 0, GIVEN),
    ("EarnRuleKind/referral", "friend", 0, GIVEN),
    ("BonusStep", "at_least_minor", 0, MINOR),
    ("BonusStep", "points", 1, GIVEN),
    ("StreakStep", "days", 2, 366),
    ("StreakStep", "points", 1, GIVEN),
    ("Multiplier", "factor", 1, FACTOR),
    ("Multiplier", "minimum_order_minor", 0, MINOR),
    ("Limits", "minimum_order_minor", 0, MINOR),
    ("IssueCap", "points", 1, POINTS),
    ("Limit", "points", 1, POINTS),
    ("Limit", "times", 1, U32),
    ("UnitLimit", "units", 1, u64::MAX),
    ("Bought", "days", 1, 3_660),
    ("Bought", "orders", 1, U32),
    ("Bought", "spend_minor", 1, MINOR),
    ("Lifecycle", "new_days", 1, U16),
    ("Lifecycle", "at_risk_days", 1, U16),
    ("Lifecycle", "lapsed_days", 2, U16),
    ("Pending/days", "days", 1, 365),
    ("Expiry/after_months", "months", 1, 120),
    ("Expiry/inactivity", "months", 1, 120),
    ("Expiry/on_dates", "least_months", 0, 120),
    ("Window/rolling", "days", 1, 3_660),
    ("Window/since_joining", "months", 1, 120),
    ("Validity/months", "months", 1, 120),
    ("TierProgram", "grace_days", 0, 365),
    ("Tier", "threshold", 0, POINTS),
    ("Tier", "multiplier", 1, FACTOR),
    ("Reward", "price", 1, POINTS),
    ("Reward", "money_minor", 0, MINOR),
    ("Reward", "stock", 0, u64::MAX),
    ("Reward", "per_member_limit", 1, u64::MAX),
    ("Reward", "cooldown_hours", 1, 87_600),
    ("Reward", "cancel_hours", 1, 87_600),
    ("Reward", "minimum_order_minor", 0, MINOR),
    ("Reward", "voucher_days", 1, 3_660),
    ("RewardKind/discount", "amount_minor", 1, MINOR),
    ("RewardKind/gift_card", "amount_minor", 1, MINOR),
    ("RewardKind/store_credit", "amount_minor", 1, MINOR),
    ("RewardKind/cash_payout", "amount_minor", 1, MINOR),
    ("RewardKind/donation", "amount_minor", 1, MINOR),
    ("RewardKind/percentage_discount", "share", 1, ONE),
    ("VariablePrice", "step", 1, POINTS),
    ("VariablePrice", "least", 1, POINTS),
    ("VariablePrice", "most", 1, POINTS),
    ("Worth", "points", 1, U32),
    ("Worth", "minor", 1, U32),
    ("PriceEvent", "price_share", 1, ONE),
    ("PriceEvent", "value_share", ONE, 100 * ONE),
    ("Review", "above_points", 0, POINTS),
    ("Often", "times", 1, U32),
    ("Often", "days", 1, 3_660),
    ("Refunds", "restore_grace_days", 0, 365),
    ("Offer", "uses", 1, U32),
    ("OfferGives/points", "points", 1, GIVEN),
    ("OfferGives/bonus", "points", 1, GIVEN),
    ("OfferGives/bonus", "minimum_order_minor", 0, MINOR),
    ("OfferGives/multiplier", "factor", 1, FACTOR),
    ("OfferGives/multiplier", "minimum_order_minor", 0, MINOR),
    ("Nudges", "expiry_days/items", 1, 365),
    ("Nudges", "thresholds/items", 1, POINTS),
    ("Nudges", "tier_at_risk_days", 1, 365),
    ("Nudges", "win_back_days", 1, 3_660),
];

/// Texts that each language must have words for.
const TEXTS: &[(&str, &str)] = &[
    ("", "name"),
    ("EarnRule", "title"),
    ("Multiplier", "title"),
    ("Tier", "name"),
    ("Benefit", "title"),
    ("Reward", "title"),
    ("PriceEvent", "title"),
    ("Offer", "title"),
];

/// Lists in which nothing stands twice.
const SETS: &[(&str, &str)] = &[
    ("Condition", "tiers"),
    ("Condition", "segments"),
    ("Condition", "stages"),
    ("Condition", "consents"),
    ("Condition", "weekdays"),
    ("Lines", "categories"),
    ("Lines", "products"),
    ("Lines", "skus"),
    ("PriceEvent", "rewards"),
    ("Expiry/on_dates", "dates"),
    ("Nudges", "expiry_days"),
    ("Nudges", "thresholds"),
];

/// Types of which at least one of two fields is given.
const EITHER: &[(&str, [&str; 2])] = &[
    ("Bought", ["orders", "spend_minor"]),
    ("Limit", ["points", "times"]),
    ("Review", ["above_points", "after"]),
];

const ADDRESS: &str = r"^(?:https://[^\s\\\u0000-\u001f\u007f-\u009f]*|/(?:[^/\s\\\u0000-\u001f\u007f-\u009f][^\s\\\u0000-\u001f\u007f-\u009f]*)?)$";
const MONTH_DAY: &str = "^(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))$";

/// The schema.
pub fn program_schema() -> Value {
    let mut schemas = Vec::new();
    Program::schemas(&mut schemas);
    // Objects of strings always have a JSON form.
    let mut definitions: Map<String, Value> = schemas
        .into_iter()
        .map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default()))
        .collect();
    definitions.insert(String::new(), serde_json::to_value(Program::schema()).unwrap_or_default());
    definitions.values_mut().for_each(tidy);
    bound(&mut definitions);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:stampcard:program",
        "title": "A loyalty program of Stampcard",
    });
    let whole = definitions.remove("").unwrap_or_default();
    if let (Some(schema), Value::Object(whole)) = (schema.as_object_mut(), whole) {
        schema.extend(whole);
        schema.insert("$defs".to_owned(), Value::Object(definitions));
    }
    schema
}

fn bound(definitions: &mut Map<String, Value>) {
    for (of, field, least, most) in NUMBERS {
        add(definitions, of, field, &json!({"minimum": least, "maximum": most}));
    }
    for (of, field) in TEXTS {
        let words = json!({"minProperties": 1, "additionalProperties": {"minLength": 1}});
        add(definitions, of, field, &words);
    }
    for (of, field) in SETS {
        add(definitions, of, field, &json!({"uniqueItems": true}));
    }
    let is_given =
        |field: &str| json!({"required": [field], "properties": {field: {"not": {"type": "null"}}}});
    for (of, fields) in EITHER {
        if let Some(schema) = found(definitions, of) {
            schema["anyOf"] = json!(fields.map(is_given));
        }
    }
    if let Some(activity) = found(definitions, "EarnRuleKind/activity") {
        activity["anyOf"] = json!([
            {"properties": {"points": {"minimum": 1}}},
            {"required": ["streak"], "properties": {"streak": {"minItems": 1}}},
        ]);
    }
    for (of, field, rest) in [
        ("", "default_locale", json!({"minLength": 1})),
        ("Currency", "terminology", json!({"minProperties": 1})),
        ("Terminology", "one", json!({"minLength": 1})),
        ("Terminology", "other", json!({"minLength": 1})),
        ("EarnRuleKind/bonus", "steps", json!({"minItems": 1, "maxItems": 20})),
        ("Expiry/on_dates", "dates", json!({"minItems": 1, "maxItems": 20})),
        ("TierProgram", "tiers", json!({"minItems": 1})),
        ("Reward", "image_url", json!({"pattern": ADDRESS, "maxLength": 2_048})),
        ("Benefit", "url", json!({"pattern": ADDRESS, "maxLength": 2_048})),
    ] {
        add(definitions, of, field, &rest);
    }
    definitions["LocalizedText"]["additionalProperties"]["maxLength"] = json!(2_000);
    definitions["MonthDay"]["pattern"] = json!(MONTH_DAY);
}

/// Adds to what is said of a field of a type, or of one kind of it.
fn add(definitions: &mut Map<String, Value>, of: &str, field: &str, more: &Value) {
    let field = found(definitions, of).and_then(|schema| schema.pointer_mut(&format!("/properties/{field}")));
    if let (Some(Value::Object(field)), Value::Object(more)) = (field, more) {
        field.extend(more.clone());
    }
}

/// A type, or one kind of it.
fn found<'a>(definitions: &'a mut Map<String, Value>, of: &str) -> Option<&'a mut Value> {
    let Some((name, kind)) = of.split_once('/') else { return definitions.get_mut(of) };
    let kinds = definitions.get_mut(name)?["oneOf"].as_array_mut()?;
    kinds.iter_mut().find(|one| one["properties"]["type"]["const"] == kind)
}

/// Turns what utoipa says for OpenAPI into JSON Schema that is written once: references into the document itself, one
/// word where there is one, no formats of numbers, nothing besides the fields that are named.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("format").is_some_and(|format| format == "int32" || format == "int64") {
                fields.remove("format");
            }
            if let Some(example) = fields.remove("example") {
                fields.insert("examples".to_owned(), json!([example]));
            }
            if let Some(Value::String(to)) = fields.get_mut("$ref") {
                *to = to.replace("#/components/schemas/", "#/$defs/");
            }
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`");
            }
            if let Some([one]) = fields.get("enum").and_then(Value::as_array).map(Vec::as_slice) {
                let one = one.clone();
                fields.remove("enum");
                fields.remove("type");
                fields.insert("const".to_owned(), one);
            }
            if fields.contains_key("properties") {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
            fields.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
