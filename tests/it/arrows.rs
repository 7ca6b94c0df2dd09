//! Which crate may know which.

use std::{collections::BTreeSet, process::Command};

use serde_json::Value;

/// Every arrow between crates of the workspace, development included. A new one is a decision: write it into
/// `crates/README.md` and here.
const ARROWS: &[(&str, &str)] = &[
    ("rust-client", "stampcard-client"),
    ("rust-client", "stampcard-model"),
    ("stampcard-cases", "stampcard-engine"),
    ("stampcard-cases", "stampcard-model"),
    ("stampcard-client", "stampcard-model"),
    ("stampcard-demo", "stampcard-model"),
    ("stampcard-demo", "stampcard-server"),
    ("stampcard-engine", "stampcard-model"),
    ("stampcard-preview", "stampcard-engine"),
    ("stampcard-preview", "stampcard-model"),
    ("stampcard-server", "stampcard-engine"),
    ("stampcard-server", "stampcard-model"),
    ("stampcard-tests", "stampcard-client"),
    ("stampcard-tests", "stampcard-demo"),
    ("stampcard-tests", "stampcard-engine"),
    ("stampcard-tests", "stampcard-model"),
    ("stampcard-tests", "stampcard-preview"),
    ("stampcard-tests", "stampcard-server"),
    ("stampcard-ui", "stampcard-model"),
    ("stampcard-widget", "stampcard-client"),
    ("stampcard-widget", "stampcard-model"),
    ("stampcard-widget", "stampcard-ui"),
];

#[test]
fn crates_know_only_the_crates_that_the_code_map_says() {
    let written: BTreeSet<_> =
        ARROWS.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
    let found = arrows();
    let new: Vec<_> = found.difference(&written).collect();
    let gone: Vec<_> = written.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "arrows not written down: {new:?}; written down and gone: {gone:?}"
    );
}

/// The arrows that Cargo sees.
fn arrows() -> BTreeSet<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let name = |value: &Value| value["name"].as_str().expect("a package has a name").to_owned();
    let ours: BTreeSet<String> = packages.iter().map(name).collect();
    packages
        .iter()
        .flat_map(|package| {
            let dependencies = package["dependencies"].as_array().expect("a package lists its dependencies");
            dependencies.iter().map(move |dependency| (name(package), name(dependency)))
        })
        .filter(|(_, to)| ours.contains(to))
        .collect()
}
