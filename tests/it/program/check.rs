//! `stampcard-server program check` and `new`.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{put, run};
use crate::http_server::program;

/// Checks documents that lie in files of these names.
fn check(documents: &[(&str, String)]) -> (Option<i32>, String) {
    let folder = TempDir::new().unwrap();
    let files: Vec<String> = documents.iter().map(|(name, text)| write(folder.path(), name, text)).collect();
    let arguments: Vec<&str> = ["check"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let (code, said) = run(&arguments);
    (code, said.replace(&format!("{}/", folder.path().display()), ""))
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

fn changed(changes: &[(&str, Value)]) -> String {
    let mut program = program("lantern");
    for (pointer, value) in changes {
        put(&mut program, pointer, value.clone());
    }
    program.to_string()
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let (code, said) = check(&[("good.json", changed(&[]))]);
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "good.json: the program lantern in version 1 has no faults.\n")
    );
    for (text, expected) in [
        (changed(&[("/rewards/0/price", json!(0))]), "\n  /rewards/0/price is not at least 1\n"),
        (
            changed(&[("/time_zone", json!("Mars/Olympus"))]),
            "\n  /time_zone is no time zone of the IANA database\n",
        ),
        (
            changed(&[("/rewards/0/price", json!("a lot"))]),
            "\n  /rewards/0/price is not what stands there: invalid type",
        ),
        (
            changed(&[("/rewards/0/prise", json!(1))]),
            "\n  /rewards/0/prise is not what stands there: unknown field",
        ),
        (
            changed(&[("/earn_rules/0/earn", json!({"type": "visit"}))]),
            "\n  /earn_rules/0/earn/points is not what stands there: missing field",
        ),
        (
            changed(&[("/expiry", json!({"type": "never", "months": 3}))]),
            "\n  /expiry/months is no field of this type\n",
        ),
        (
            changed(&[("/rewards/0/kind", json!({"type": "yacht"}))]),
            "\n  /rewards/0/kind is no kind of reward\n",
        ),
        (
            changed(&[("/rewards/0/kind", json!({"type": "service", "sku": "A"}))]),
            "\n  /rewards/0/kind/sku is no field of this type\n",
        ),
        ("{\"id\": ".to_owned(), "is no JSON: EOF"),
        (String::new(), "is no JSON: EOF"),
        ("[]".to_owned(), "is not what stands there: "),
        (format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)), "is no JSON: recursion limit"),
        (changed(&[]) + "x", "is no JSON: trailing characters"),
    ] {
        let (code, said) = check(&[("bad.json", text)]);
        assert!(
            code == Some(1) && said.starts_with("bad.json: the program has") && said.contains(expected),
            "{said}"
        );
    }
    let (code, said) =
        check(&[("two.json", changed(&[("/rewards/0/price", json!(0)), ("/version", json!(0))]))]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("/version counts from 1") && said.contains("/rewards/0/price"),
        "all of it: {said}"
    );
}

#[test]
fn of_several_versions_it_says_what_becomes_different() {
    let second = |changes: &[(&str, Value)]| {
        let dated = [("/version", json!(2)), ("/effective_at", json!("2027-01-01T00:00:00+01:00"))];
        changed(&[&dated, changes].concat())
    };
    let mut tiers = program("lantern")["tiers"]["tiers"].clone();
    tiers.as_array_mut().unwrap().remove(1);
    tiers[1]["threshold"] = json!(300);
    let mut rewards = program("lantern")["rewards"].clone();
    rewards.as_array_mut().unwrap().retain(|reward| reward["id"] != "tasting");
    rewards[0]["price"] = json!(120);
    rewards.as_array_mut().unwrap().swap(1, 2);
    let later = second(&[
        ("/tiers/tiers", tiers),
        ("/rewards", rewards),
        (
            "/earn_rules",
            json!([{"id": "visit", "title": {"en": "Visit"}, "earn": {"type": "visit", "points": 5}}]),
        ),
        ("/expiry", json!({"type": "never"})),
        ("/money", json!("CHF")),
    ]);
    let (code, said) = check(&[("later.json", later.clone()), ("first.json", changed(&[]))]);
    assert_eq!(code, Some(0), "{said}");
    for expected in [
        "Version 2 takes the place of version 1 at 2026-12-31T23:00:00Z:",
        "  /money is CHF instead of EUR.",
        "  /earn_rules/0 spend is gone. What it gave stays.",
        "  /earn_rules/0 visit is new.",
        "  /expiry changes. Points keep the end that they were earned with.",
        "  /tiers/tiers/1 silver is gone. Who has it falls to the highest tier that is left",
        "  /tiers/tiers/1/threshold of gold is 300 instead of 500.",
        "  /rewards/2 tasting is gone. It is redeemed no more; vouchers stay good",
        "  /rewards/0 tote-bag changes.",
        "  /rewards stands in another order.",
        "  What was booked before stays as it was booked.",
    ] {
        assert!(said.contains(expected), "{expected} is not in {said}");
    }
    let (code, said) = check(&[("first.json", changed(&[])), ("same.json", second(&[]))]);
    assert!(code == Some(0) && said.contains("  nothing changes."), "{said}");
    for (other, expected) in [
        (changed(&[("/version", json!(2))]), "/effective_at is missing from version 2"),
        (changed(&[]), "/version stands twice: there are two versions 1"),
        (second(&[("/id", json!("comet"))]), "/id is not lantern, which version 1 has"),
    ] {
        let (code, said) = check(&[("first.json", changed(&[])), ("other.json", other)]);
        assert!(code == Some(1) && said.contains(expected), "{said}");
    }
    let faulty = second(&[("/rewards/0/price", json!(0))]);
    let (code, said) = check(&[("first.json", changed(&[])), ("faulty.json", faulty)]);
    assert!(
        code == Some(1) && said.contains("/rewards/0/price") && !said.contains("takes the place"),
        "{said}"
    );
}

#[test]
fn a_program_that_is_begun_has_no_fault() {
    for arguments in [
        vec!["new", "--name", "Lantern Circle"],
        vec!["new", "--name", "灯笼会", "--locale", "zh-CN"],
        vec!["new", "--name", "灯笼会", "--locale", "zh", "--point", "星"],
        vec![
            "new",
            "--name",
            "Kaffee",
            "--money",
            "JPY",
            "--point",
            "bean",
            "--points",
            "beans",
            "--time-zone",
            "Asia/Tokyo",
        ],
        vec!["new", "--name", "Dinar", "--money", "KWD", "--id", "dinar"],
    ] {
        let (code, printed) = run(&arguments);
        assert_eq!(code, Some(0), "{printed}");
        let (code, said) = check(&[("new.json", printed.clone())]);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(serde_json::from_str::<Value>(&printed).unwrap()["version"], 1);
    }
    let begun = |arguments: &[&str]| serde_json::from_str::<Value>(&run(arguments).1).unwrap();
    assert_eq!(begun(&["new", "--name", "Lantern Circle"])["id"], "lantern-circle");
    assert_eq!(begun(&["new", "--name", "灯笼会"])["id"], "program");
    let yen = begun(&["new", "--name", "Yen", "--money", "JPY"]);
    assert_eq!(yen["earn_rules"][0]["earn"]["ratio"]["per_minor"], 1, "a yen has no minor unit");
    for (arguments, expected) in [
        (vec!["new"], "--name"),
        (vec!["new", "--name", ""], "/name is empty"),
        (vec!["new", "--name", "X", "--money", "euro"], "ISO 4217"),
        (vec!["new", "--name", "X", "--time-zone", "Mars/Olympus"], "/time_zone"),
        (vec!["new", "--name", "X", "--id", "two words"], "identifier"),
    ] {
        let (code, said) = run(&arguments);
        assert!(code == Some(2) && said.contains(expected) && !said.contains("panicked"), "{said}");
    }
}
