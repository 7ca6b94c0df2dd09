//! Every case comes to what it says, and to the bytes that are kept.

use std::{env, fs, path::PathBuf};

use stampcard_cases::{Came, Case, run};

#[test]
fn every_case_brings_what_it_says() {
    let mut wrong = Vec::new();
    for (file, plain, cases) in files() {
        let came = run(&plain, &cases).unwrap_or_else(|error| panic!("{file}: {error}"));
        let cases: Vec<Case> = serde_json::from_str(&cases).unwrap();
        for (case, came) in cases.iter().zip(came) {
            for ((at, _, said), told) in case.steps.iter().zip(&came.told) {
                if said != told {
                    wrong.push(format!("{file}: {} at {at}\n  said {said}\n  came {told}", case.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} steps came otherwise\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_sixty_cases_or_more_with_names_of_their_own() {
    let mut names: Vec<String> = answers().into_iter().map(|came| came.name).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert!(all >= 60 && names.len() == all, "{all} cases, {} names", names.len());
}

#[test]
fn the_answers_are_the_bytes_that_are_kept() {
    let place = folder().join("answers.jsonl");
    let lines: String = answers().iter().map(|came| serde_json::to_string(came).unwrap() + "\n").collect();
    if env::var_os("STAMPCARD_WRITE_GOLDEN").is_some() {
        fs::write(&place, &lines).unwrap();
    }
    let kept = fs::read_to_string(&place).unwrap_or_default();
    let differs = kept.lines().zip(lines.lines()).position(|(kept, present)| kept != present);
    assert!(
        kept == lines,
        "the answers have changed (first at line {differs:?}); look at the difference after\n  \
         STAMPCARD_WRITE_GOLDEN=1 cargo test -p stampcard-cases"
    );
}

fn answers() -> Vec<Came> {
    files()
        .into_iter()
        .flat_map(|(file, plain, cases)| {
            run(&plain, &cases).unwrap_or_else(|error| panic!("{file}: {error}"))
        })
        .collect()
}

/// Files of cases, each with its name and the plain program, in the order of their names.
fn files() -> Vec<(String, String, String)> {
    let plain = fs::read_to_string(folder().join("plain.program.json")).unwrap();
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.ends_with(".cases.json"))
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|name| {
            let cases = fs::read_to_string(folder().join(&name)).unwrap();
            (name, plain.clone(), cases)
        })
        .collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../golden/engine")
}
