//! A program's document: its schema, its checks, what it says in words.

mod check;
mod explain;
mod schema;

use std::{fs, path::PathBuf, process::Command};

use serde_json::{Value, json};
use stampcard_server::{StartError, read_program};

use crate::http_process::binary;

/// Every program of this project, by its name: those that are used and those of the engine's cases.
fn programs() -> Vec<(String, Value)> {
    let read = |path: &str| -> Value {
        let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let whole = [
        "tests/fixtures/program.json",
        "tests/fixtures/programs/everything.json",
        "crates/stampcard-demo/program.json",
        "crates/stampcard-engine/tests/engine/lantern.json",
        "tests/golden/engine/plain.program.json",
    ];
    let mut programs: Vec<_> = whole.iter().map(|path| ((*path).to_owned(), read(path))).collect();
    let plain = read("tests/golden/engine/plain.program.json");
    for file in fs::read_dir(root().join("tests/golden/engine")).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        if !file.ends_with(".cases.json") {
            continue;
        }
        for case in read(&format!("tests/golden/engine/{file}")).as_array().unwrap() {
            let mut program = plain.clone();
            for (place, value) in case["program"].as_object().into_iter().flatten() {
                put(&mut program, &format!("/{place}"), value.clone());
            }
            programs.push((format!("{file}: {}", case["name"]), program));
        }
    }
    programs
}

/// A program that uses everything a program can say.
fn everything() -> Value {
    serde_json::from_str(include_str!("../../fixtures/programs/everything.json")).unwrap()
}

/// Puts a value in a place, which may be a new field of an object that is there.
#[track_caller]
fn put(document: &mut Value, pointer: &str, value: Value) {
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer} is not there")) {
        Value::Array(items) => items[field.parse::<usize>().unwrap()] = value,
        parent => parent[field] = value,
    }
}

/// What is wrong with a document: where and what.
fn faults(document: &Value) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("program.json");
    fs::write(&file, document.to_string()).unwrap();
    match read_program(&file) {
        Ok(_) => Vec::new(),
        Err(StartError::ProgramMisshapen { fault, .. }) => vec![(fault.pointer, fault.detail)],
        Err(StartError::ProgramFaulty { faults, .. }) => {
            faults.into_iter().map(|fault| (fault.pointer, fault.detail)).collect()
        }
        Err(error) => panic!("{error}"),
    }
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Programs that together say all that one cannot say at once.
fn of_every_kind() -> Vec<Value> {
    let changed = |changes: &[(&str, Value)]| {
        let mut program = everything();
        for (pointer, value) in changes {
            put(&mut program, pointer, value.clone());
        }
        program
    };
    vec![
        everything(),
        changed(&[
            ("/tiers/window", json!({"type": "rolling", "days": 365})),
            ("/tiers/validity", json!({"type": "months", "months": 12, "round_up": "year"})),
            ("/expiry", json!({"type": "on_dates", "dates": ["06-30", "12-31"], "least_months": 3})),
            ("/pending", json!({"type": "fulfilled"})),
            ("/stacking", json!("product")),
            ("/refunds/policy", json!("only_pending")),
        ]),
        changed(&[
            ("/tiers/window", json!({"type": "since_joining", "months": 12})),
            ("/tiers/upgrade", json!("next_period")),
            ("/tiers/measure", json!("orders")),
            ("/expiry", json!({"type": "inactivity", "months": 6})),
            ("/pending", json!({"type": "none"})),
            ("/stacking", json!("best")),
        ]),
        changed(&[
            (
                "/tiers",
                json!({"window": {"type": "lifetime"}, "measure": "points_held",
                "tiers": everything()["tiers"]["tiers"]}),
            ),
            ("/expiry", json!({"type": "never"})),
        ]),
    ]
}

/// Runs `stampcard-server program` with these arguments: its code and what it said.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(binary()).arg("program").args(arguments).output().expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).expect("text"))
}

/// Compares a text with the one that is kept, or keeps it.
#[track_caller]
fn assert_kept(place: &str, present: &str) {
    let file = root().join(place);
    if std::env::var_os("STAMPCARD_WRITE_GOLDEN").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, present).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        present == kept,
        "{place} is another now; look at the difference after\n  \
         STAMPCARD_WRITE_GOLDEN=1 cargo test -p stampcard-tests --test it program::"
    );
}
