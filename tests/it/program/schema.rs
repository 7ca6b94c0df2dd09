//! The published schema says what the reader says: a validator that is not ours reads it.

use jsonschema::Validator;
use serde_json::{Value, json};
use stampcard_server::program_schema;

use super::{assert_kept, everything, faults, of_every_kind, programs, put, run};
use crate::http_server::{Server, get};

fn validator() -> Validator {
    let schema = program_schema();
    assert!(jsonschema::meta::is_valid(&schema), "it is a schema of 2020-12");
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[tokio::test]
async fn the_schema_is_the_one_committed_printed_and_served() {
    let present = format!("{:#}\n", program_schema());
    assert_kept("tests/golden/program.schema.json", &present);
    assert_eq!(run(&["schema"]), (Some(0), present.clone()));
    let served =
        Server::open().send(get("/v1/program.schema.json").body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(served.header("content-type"), Some("application/schema+json"));
    assert_eq!(served.text(), present);
}

#[test]
fn every_program_there_is_fits_the_schema() {
    let validator = validator();
    let of_every_kind = of_every_kind().into_iter().map(|program| ("a kind".to_owned(), program));
    let all: Vec<_> = programs().into_iter().chain(of_every_kind).collect();
    assert!(all.len() > 50, "{} programs", all.len());
    for (name, program) in all {
        assert_eq!(faults(&program), [], "{name}");
        if let Err(error) = validator.validate(&program) {
            panic!("{name}: {error} at {}", error.instance_path());
        }
    }
}

#[test]
fn what_the_schema_refuses_the_reader_refuses_in_the_same_place() {
    let validator = validator();
    for (pointer, value) in broken() {
        let mut program = everything();
        put(&mut program, pointer, value.clone());
        let places: Vec<String> =
            validator.iter_errors(&program).map(|error| error.instance_path().to_string()).collect();
        assert!(!places.is_empty(), "{pointer}: {value} fits the schema");
        let faults = faults(&program);
        // Which of several types was meant the schema cannot say: it names the place of the choice.
        let near = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
        let same = |(said, _): &(String, String)| {
            near(said, pointer) && places.iter().any(|place| near(said, place))
        };
        assert!(faults.iter().any(same), "{pointer}: {value}: {faults:?}, by the schema {places:?}");
    }
}

fn broken() -> Vec<(&'static str, Value)> {
    vec![
        ("/version", json!(0)),
        ("/version", json!("1")),
        ("/id", json!("two words")),
        ("/id", json!("x".repeat(65))),
        ("/money", json!("euro")),
        ("/name", json!({})),
        ("/name", json!({"en": ""})),
        ("/name/en", json!("x".repeat(2_001))),
        ("/default_locale", json!("")),
        ("/effective_at", json!("tomorrow")),
        ("/currency/rounding", json!("up")),
        ("/currency/terminology", json!({})),
        ("/colour", json!("red")),
        ("/earn_rules/0/earn/type", json!("barter")),
        ("/earn_rules/0/earn/ratio/per_minor", json!(0)),
        ("/earn_rules/0/earn/ratio/points", json!(1_000_001)),
        ("/earn_rules/0/limits/0", json!({"period": "day"})),
        ("/earn_rules/0/limits/0", json!({"period": "week", "points": 1})),
        ("/earn_rules/0/title/en", json!("")),
        ("/earn_rules/0", json!(["spend"])),
        ("/earn_rules/1/earn/points", json!(0)),
        ("/earn_rules/1/earn/points", json!(-1)),
        ("/earn_rules/1/earn/points", json!(1.5)),
        ("/earn_rules/2/earn/steps", json!([])),
        ("/earn_rules/2/when/starts_on", json!("2026-02-30")),
        ("/earn_rules/15/earn/streak/0/days", json!(1)),
        ("/multipliers/0/factor", json!(1_000_001)),
        ("/multipliers/0/when/weekdays", json!(["tuesday", "tuesday"])),
        ("/multipliers/0/when/weekdays/0", json!("someday")),
        ("/multipliers/3/when/bought", json!({"days": 30})),
        ("/pending/days", json!(366)),
        ("/pending", json!({"type": "none", "days": 3})),
        ("/expiry/months", json!(121)),
        ("/expiry", json!({"type": "on_dates", "dates": ["02-30"]})),
        ("/expiry", json!({"type": "on_dates", "dates": []})),
        ("/expiry", json!({"type": "never", "weeks": 3})),
        ("/tiers/window", json!({"type": "rolling"})),
        ("/tiers/grace_days", json!(366)),
        ("/tiers/tiers/1/benefits/0/kind", json!("crown")),
        ("/tiers/tiers/2/benefits/1/url", json!("javascript:alert(1)")),
        ("/rewards/0/price", json!(0)),
        ("/rewards/0/kind", json!({"type": "discount"})),
        ("/rewards/0/kind", json!({"type": "discount", "amount_minor": 1_000, "sku": "A"})),
        ("/rewards/0/kind/type", json!("yacht")),
        ("/rewards/0/variable/rate/minor", json!(0)),
        ("/rewards/1/kind/share", json!(10_001)),
        ("/rewards/3/image_url", json!("http://images.example/tote.svg")),
        ("/rewards/3/per_member_limit", json!(0)),
        ("/rewards/9/period_cap/units", json!(0)),
        ("/price_events/0/price_share", json!(10_001)),
        ("/price_events/1/value_share", json!(9_999)),
        ("/review/after/days", json!(3_661)),
        ("/review", json!({})),
        ("/refunds/policy", json!("never")),
        ("/offers/0/activation/type", json!("nobody")),
        ("/offers/1/gives/points", json!(0)),
        ("/offers/2/uses", json!(0)),
        ("/nudges/expiry_days/0", json!(366)),
        ("/nudges/thresholds/0", json!(0)),
        ("/nudges/win_back_days", json!(0)),
    ]
}

/// Numbers on both sides of every bound there is, and what is no number.
fn numbers() -> Vec<Value> {
    let bounds = [
        1,
        2,
        120,
        365,
        366,
        3_660,
        10_000,
        87_600,
        1_000_000,
        1_000_000_000_000,
        (1 << 53) - 1,
        u64::from(u16::MAX),
        u64::from(u32::MAX),
    ];
    let sides = bounds.into_iter().flat_map(|bound: u64| [bound, bound + 1]).map(Value::from);
    sides
        .chain([
            json!(0),
            json!(-1),
            json!(1.5),
            json!("7"),
            json!(null),
            json!(u64::MAX),
            json!([]),
            json!({}),
        ])
        .collect()
}

#[test]
fn for_every_number_of_a_program_the_schema_and_the_reader_have_the_same_bounds() {
    let validator = validator();
    let mut looked_at = std::collections::BTreeSet::new();
    for program in of_every_kind() {
        let mut places = Vec::new();
        leaves(&program, String::new(), &mut places);
        for place in places {
            if !looked_at.insert(kind(&program, &place)) {
                continue;
            }
            let (program, place) = alone(&program, &place);
            assert_eq!(faults(&program), []);
            for number in numbers() {
                let mut program = program.clone();
                put(&mut program, &place, number.clone());
                let (fits, faults) = (validator.is_valid(&program), faults(&program));
                assert!(fits || !faults.is_empty(), "{place}: {number} is read and does not fit the schema");
                let local = |(said, detail): &(String, String)| {
                    let bound = ["is not between", "is not at least", "is more than"];
                    detail.starts_with("is not what stands there")
                        || *said == place && bound.iter().any(|bound| detail.starts_with(bound))
                };
                assert!(!fits || !faults.iter().any(local), "{place}: {number} fits the schema: {faults:?}");
            }
        }
    }
    assert!(looked_at.len() > 60, "{looked_at:?}");
}

/// What a place is: the same field of the same type elsewhere in the same list is of the same kind.
fn kind(program: &Value, place: &str) -> (String, Option<String>) {
    let parts = place.split('/').map(|part| if part.parse::<u8>().is_ok() { "*" } else { part });
    let parent = place.rsplit_once('/').map_or("", |(parent, _)| parent);
    let types = [place, parent].map(|of| program.pointer(&format!("{of}/type")).map(Value::to_string));
    (parts.collect::<Vec<_>>().join("/"), types.into_iter().flatten().next())
}

/// The program with nothing in its lists but what the place lies in, and the place in it: less to read.
fn alone(program: &Value, place: &str) -> (Value, String) {
    let mut parts = place.splitn(4, '/').skip(1);
    let (list, index, rest) = (parts.next(), parts.next(), parts.next());
    let index = index.and_then(|index| index.parse::<usize>().ok());
    let mut program = program.clone();
    for other in ["earn_rules", "multipliers", "rewards", "price_events", "offers"] {
        let items = program[other].as_array_mut().expect("a list");
        match index.filter(|_| list == Some(other)) {
            Some(index) => *items = vec![items[index].clone()],
            // Price events name rewards.
            None if other == "rewards" && list == Some("price_events") => {}
            None => items.clear(),
        }
    }
    match (index, list, rest) {
        (Some(_), Some(list), Some(rest)) => (program, format!("/{list}/0/{rest}")),
        (Some(_), Some(list), None) => (program, format!("/{list}/0")),
        _ => (program, place.to_owned()),
    }
}

/// Every place of a number.
pub(super) fn leaves(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Number(_) => places.push(place),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| leaves(item, format!("{place}/{index}"), places));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| leaves(field, format!("{place}/{name}"), places));
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[test]
fn a_field_that_no_program_has_and_one_that_is_missing_are_refused_by_both() {
    let validator = validator();
    let mut looked_at = std::collections::BTreeSet::new();
    for program in of_every_kind() {
        let mut places = Vec::new();
        objects(&program, String::new(), &mut places);
        for place in places {
            // Texts have whatever language they like.
            if ["name", "title", "description", "terms", "terminology"].iter().any(|map| place.ends_with(map))
            {
                continue;
            }
            // What a kind leaves out, another of it may have.
            let names =
                program.pointer(&place).unwrap().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
            if !looked_at.insert((kind(&program, &place), names.clone())) {
                continue;
            }
            let (program, place) = alone(&program, &place);
            let mut more = program.clone();
            put(&mut more, &format!("{place}/no_such_field"), json!(1));
            assert!(!validator.is_valid(&more), "{place} takes any field by the schema");
            assert!(!faults(&more).is_empty(), "{place} takes any field");
            for name in names {
                let mut less = program.clone();
                less.pointer_mut(&place).unwrap().as_object_mut().unwrap().remove(&name);
                let faults = faults(&less);
                assert!(validator.is_valid(&less) || !faults.is_empty(), "{place}/{name} may be left out");
                let missing = faults.iter().any(|(_, detail)| detail.contains("missing field"));
                assert!(
                    !missing || !validator.is_valid(&less),
                    "{place}/{name} may be left out by the schema"
                );
            }
        }
    }
}

fn objects(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| objects(field, format!("{place}/{name}"), places));
            places.push(place);
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| objects(item, format!("{place}/{index}"), places));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
