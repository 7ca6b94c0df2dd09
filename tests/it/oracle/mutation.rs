//! One rule of the server's program is changed behind the model's back: whatever it is, the model must notice.
//!
//! Most scripts say nothing of most rules. So the model is asked first, which is quick: does it say something else under
//! the changed program? A script that tells the two apart is then run on a server that has the change.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use stampcard_model::Program;
use stampcard_server::settings::Velocity;

use super::{
    TOGETHER,
    chance::Chance,
    model::Model,
    number,
    run::{Server, run},
    script::{Act, Script},
    writing::script,
};

/// Where the scripts begin: none of them is among the others.
const SEED: u64 = 1 << 21;
/// Scripts where `ORACLE_SCRIPTS` asks for no other number; then every sort of changes must be told.
const SCRIPTS: u64 = 60;
/// Sorts of changes that so many scripts tell at least.
const TOLD: usize = 200;
/// Ways to change a script's program that are tried for each sort.
const TRIES: usize = 4;
/// Changes of a sort, one after the other, that leave no sound program: then none does.
const HOPELESS: usize = 60;
/// What only words depend on.
const TEXTS: [&str; 11] = [
    "id",
    "version",
    "title",
    "name",
    "description",
    "default_locale",
    "terminology",
    "terms",
    "image_url",
    "invitation_link",
    "benefits",
];
/// Words that stand for one another.
const WORDS: [&[&str]; 16] = [
    &["day", "month", "year", "lifetime"],
    &["floor", "half_up", "ceil"],
    &["best", "sum_of_bonuses", "product"],
    &["only_pending", "within_balance", "unlimited"],
    &["points_earned", "spend", "orders", "points_held"],
    &["at_once", "next_period"],
    &["none", "one_level", "requalify"],
    &["month", "quarter", "year"],
    &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    &["basic", "silver", "gold"],
    &["prospect", "new", "active", "at_risk", "lapsed"],
    &["spring", "autumn"],
    &["WORD", "OTHER"],
    &["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Beirut"],
    &["tea", "mugs", "gift-cards", "oolong", "cup", "bag"],
    &["TEA-1", "TEA-2", "CUP-1", "BAG-1", "CARD"],
];

/// A way to change a program: what is at a path instead of what is there, or nothing.
type Change = (String, Option<Value>);

/// The ways to change a program, by their sort: those of one sort differ in nothing but the rule that they are in.
fn changes(program: &Value) -> BTreeMap<String, Vec<Change>> {
    let mut changes: BTreeMap<String, Vec<Change>> = BTreeMap::new();
    let mut open = vec![(String::new(), String::new(), program)];
    while let Some((path, sort, value)) = open.pop() {
        changes.entry(format!("{sort} removed")).or_default().push((path.clone(), None));
        let others = others(value).into_iter().map(|other| (path.clone(), Some(other)));
        changes.entry(sort.clone()).or_default().extend(others);
        match value {
            Value::Object(fields) => {
                for (name, value) in fields.iter().filter(|(name, _)| !TEXTS.contains(&name.as_str())) {
                    // Whatever has conditions or limits has the same ones.
                    let owner = if ["when", "limits"].contains(&name.as_str()) { "" } else { &sort };
                    open.push((format!("{path}/{name}"), format!("{owner}/{name}"), value));
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let kind = item.pointer("/earn/type").or(item.pointer("/gives/type"));
                    let kind = kind.and_then(Value::as_str).unwrap_or_default();
                    open.push((format!("{path}/{index}"), format!("{sort}/{kind}"), item));
                }
            }
            Value::Number(_) | Value::Bool(_) | Value::String(_) | Value::Null => {}
        }
    }
    changes
}

/// What might be there instead of a number, a flag or a word.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(flag) => vec![json!(!flag)],
        Value::Number(number) => {
            let number = number.as_u64().unwrap();
            let others = [number * 2, number + 1, number / 2].into_iter().filter(|other| *other != number);
            others.map(|other| json!(other)).collect()
        }
        Value::String(word) => {
            let sets = WORDS.iter().filter(|set| set.contains(&word.as_str()));
            sets.flat_map(|set| set.iter()).filter(|other| *other != word).map(|other| json!(other)).collect()
        }
        Value::Null | Value::Array(_) | Value::Object(_) => Vec::new(),
    }
}

/// The program with a change; none when it has a fault then, or says the same.
fn changed(program: &Value, before: &Program, (path, other): &Change) -> Option<Value> {
    let mut changed = program.clone();
    if let Some(other) = other {
        *changed.pointer_mut(path)? = other.clone();
    } else {
        let (owner, name) = path.rsplit_once('/')?;
        match changed.pointer_mut(owner)? {
            Value::Object(fields) => drop(fields.remove(name)),
            Value::Array(items) => drop(items.remove(name.parse().ok()?)),
            _ => return None,
        }
    }
    let whole: Program = serde_json::from_value(changed.clone()).ok()?;
    (whole.faults().is_empty() && whole != *before).then_some(changed)
}

/// All that the model says to a script, step by step.
fn said(script: &Script) -> impl Iterator<Item = Value> {
    let mut model = Model::new(script);
    script.steps.iter().map(move |step| {
        let answer = model.carry_out(step).map(|answer| match answer {
            Ok(places) => json!(places),
            Err(refusal) => json!(refusal.code()),
        });
        let seen: Vec<Value> = (0..model.present.len()).map(|who| model.seen(who, step.at)).collect();
        let who = model.present[step.member].filter(|_| matches!(step.act, Act::Look));
        let catalogue = who.map(|who| (model.catalogue(who, step.at), model.friends(who)));
        json!([answer, seen, catalogue])
    })
}

/// Scripts that tell a change of each sort, with the script as it is on the changed server; and the sorts that none tells.
fn telling(scripts: u64) -> (BTreeMap<String, (Script, Script)>, BTreeSet<String>) {
    let mut telling = BTreeMap::new();
    let mut open = BTreeSet::new();
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    let mut chance = Chance::seeded(SEED);
    for number in 0..scripts {
        let one = script(SEED + number, Velocity::UNLIMITED);
        let program: Program = serde_json::from_value(one.program.clone()).unwrap();
        let mut before = None;
        for (sort, ways) in changes(&one.program) {
            let is_hopeless = refused.get(&sort).is_some_and(|times| *times > HOPELESS);
            if telling.contains_key(&sort) || ways.is_empty() || is_hopeless {
                continue;
            }
            for _ in 0..TRIES {
                let Some(program) = changed(&one.program, &program, chance.of(&ways)) else {
                    *refused.entry(sort.clone()).or_default() += 1;
                    continue;
                };
                refused.remove(&sort);
                let other = Script { program, ..one.clone() };
                let before = before.get_or_insert_with(|| said(&one).collect::<Vec<_>>());
                if said(&other).ne(before.iter().cloned()) {
                    open.remove(&sort);
                    telling.insert(sort, (one.clone(), other));
                    break;
                }
                open.insert(sort.clone());
            }
        }
    }
    (telling, open)
}

#[test]
fn a_server_with_any_one_rule_changed_is_caught_by_the_model() {
    let scripts = number("ORACLE_SCRIPTS", SCRIPTS);
    let (telling, untold) = telling(scripts);
    println!("{} sorts of changes are told, but in {scripts} scripts not {untold:#?}", telling.len());
    assert!(telling.len() >= TOLD, "the scripts say too little");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let telling: Vec<(String, (Script, Script))> = telling.into_iter().collect();
    for batch in telling.chunks(usize::try_from(TOGETHER).unwrap()) {
        let changed: Vec<Script> = batch.iter().map(|(_, (_, changed))| changed.clone()).collect();
        runtime.block_on(async {
            let server = Server::open(&changed).unwrap_or_else(|error| panic!("{error}"));
            for (index, (sort, (one, changed))) in batch.iter().enumerate() {
                let caught = run(&server, index, one).await.is_err();
                assert!(caught, "nobody noticed another {sort}\n{one}\n{}", changed.program);
            }
            server.close().await.unwrap_or_else(|error| panic!("{error}"));
        });
    }
    assert!(
        scripts <= SCRIPTS || untold.is_empty(),
        "no script tells whether these are as they were: {untold:#?}"
    );
}
