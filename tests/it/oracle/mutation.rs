//! One rule of the server's program is changed behind the model's back: whatever it is, the model must notice.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use stampcard_model::Program;

use super::{
    run::{Server, run},
    script::Script,
    writing::script,
};

/// Scripts that may pass before a change is noticed, for each sort of place.
const SCRIPTS: u64 = 150;
/// Words that stand for one another.
const WORDS: [&[&str]; 9] = [
    &["day", "month", "year", "lifetime"],
    &["floor", "half_up", "ceil"],
    &["best", "sum_of_bonuses", "product"],
    &["only_pending", "within_balance", "unlimited"],
    &["points_earned", "spend", "orders", "points_held"],
    &["at_once", "next_period"],
    &["none", "one_level", "requalify"],
    &["month", "quarter", "year"],
    &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
];

/// A place of a program, by its path; and its sort, in which lists have no numbers and rules have their type.
struct Place {
    path: String,
    sort: String,
}

/// Every number, flag and word of a program that decides something.
fn places(program: &Value) -> Vec<Place> {
    let mut places = Vec::new();
    let mut open = vec![(String::new(), String::new(), program)];
    while let Some((path, sort, value)) = open.pop() {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    if !["id", "title", "name", "version", "currency/terminology"].contains(&name.as_str()) {
                        open.push((format!("{path}/{name}"), format!("{sort}/{name}"), value));
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let kind = item.pointer("/earn/type").or(item.pointer("/gives/type"));
                    let kind = kind.and_then(Value::as_str).unwrap_or_default();
                    open.push((format!("{path}/{index}"), format!("{sort}/{kind}"), item));
                }
            }
            Value::Number(_) | Value::Bool(_) | Value::String(_) => places.push(Place { path, sort }),
            Value::Null => {}
        }
    }
    places
}

/// The program with something else at a place, in each way that leaves it without faults.
fn changed(program: &Value, path: &str) -> Vec<Value> {
    let others: Vec<Value> = match program.pointer(path) {
        Some(Value::Bool(flag)) => vec![json!(!flag)],
        Some(Value::Number(number)) => {
            let number = number.as_u64().unwrap();
            [number * 2, number + 1, number / 2]
                .into_iter()
                .filter(|other| *other != number)
                .map(|n| json!(n))
                .collect()
        }
        Some(Value::String(word)) => {
            let sets = WORDS.iter().filter(|set| set.contains(&word.as_str()));
            sets.flat_map(|set| set.iter()).filter(|other| *other != word).map(|other| json!(other)).collect()
        }
        _ => Vec::new(),
    };
    let with = |other: Value| {
        let mut changed = program.clone();
        *changed.pointer_mut(path)? = other;
        let whole: Program = serde_json::from_value(changed.clone()).ok()?;
        whole.faults().is_empty().then_some(changed)
    };
    others.into_iter().filter_map(with).collect()
}

#[test]
fn a_server_with_any_one_rule_changed_is_caught_by_the_model() {
    let mut open: BTreeMap<String, u64> = BTreeMap::new();
    let mut caught: BTreeSet<String> = BTreeSet::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for seed in 0..SCRIPTS {
        let one = script(1_000_000 + seed);
        let mut told: Vec<(String, Script)> = Vec::new();
        for Place { path, sort } in places(&one.program) {
            if caught.contains(&sort) {
                continue;
            }
            let all = changed(&one.program, &path);
            told.extend(all.into_iter().map(|program| (sort.clone(), Script { program, ..one.clone() })));
        }
        if told.is_empty() {
            continue;
        }
        let scripts: Vec<Script> = told.iter().map(|(_, script)| script.clone()).collect();
        runtime.block_on(async {
            let server = Server::open(&scripts).unwrap_or_else(|error| panic!("{error}"));
            for (index, (sort, _)) in told.iter().enumerate() {
                // The model goes by the program as it was.
                if !caught.contains(sort) && run(&server, index, &one).await.is_err() {
                    caught.insert(sort.clone());
                }
            }
            server.close().await.unwrap_or_else(|error| panic!("{error}"));
        });
        for (sort, _) in told {
            *open.entry(sort).or_default() += 1;
        }
    }
    let missed: Vec<_> = open.into_iter().filter(|(sort, _)| !caught.contains(sort)).collect();
    println!("{} sorts of places were changed and caught", caught.len());
    assert!(missed.is_empty(), "nobody noticed, in so many programs: {missed:#?}");
}
