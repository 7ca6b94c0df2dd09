//! What a program does, in words.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stampcard_model::Program;
use stampcard_server::{Language, explain};

use super::{assert_kept, everything, of_every_kind, programs, put, root, run, schema::leaves};

fn told(document: &Value, language: Language) -> String {
    explain(&serde_json::from_value::<Program>(document.clone()).expect("a program"), language)
}

#[test]
fn what_the_programs_do_is_told_as_committed() {
    let demo: Value =
        serde_json::from_str(include_str!("../../../crates/stampcard-demo/program.json")).unwrap();
    for language in Language::ALL {
        for (name, program) in [("everything", everything()), ("demo", demo.clone())] {
            assert_kept(
                &format!("tests/golden/explain/{name}.{}.md", language.tag()),
                &told(&program, language),
            );
        }
        let rest: Vec<String> = of_every_kind()[1..].iter().map(|program| told(program, language)).collect();
        assert_kept(&format!("tests/golden/explain/kinds.{}.md", language.tag()), &rest.join("\n"));
    }
}

#[test]
fn the_command_tells_it_in_the_language_that_is_asked_for() {
    let file = root().join("tests/fixtures/programs/everything.json");
    let file = file.to_str().unwrap();
    for (arguments, language) in [
        (vec!["explain", file], Language::English),
        (vec!["explain", file, "--locale", "en"], Language::English),
        (vec!["explain", "--locale", "zh-CN", file], Language::Chinese),
        (vec!["explain", "--locale", "zh", file], Language::Chinese),
    ] {
        assert_eq!(run(&arguments), (Some(0), told(&everything(), language)), "{arguments:?}");
    }
    let (code, said) = run(&["explain", file, "--locale", "tlh"]);
    assert!(code == Some(2) && said.contains("zh-CN"), "{said}");
    let (code, said) = run(&["explain", "/absent.json"]);
    assert!(code == Some(2) && said.contains("absent.json"), "{said}");
}

#[test]
fn every_sentence_is_whole_in_every_language() {
    for (name, program) in
        programs().into_iter().chain(of_every_kind().into_iter().map(|p| (String::new(), p)))
    {
        for (language, end) in [(Language::English, "."), (Language::Chinese, "。")] {
            for line in told(&program, language).lines() {
                let heading = line.starts_with('#');
                assert!(heading || line.is_empty() || line.ends_with(end), "{name}: {line}");
                let odd = ["{", "}", "  -  ", "。。", "..", " .", " ,", "“”", "（）", "，。"];
                // The link of an invitation says where its code goes.
                let line = line.replace("{code}", "");
                let found = odd.iter().find(|odd| line.contains(**odd));
                assert_eq!(found, None, "{name}: {line}");
            }
        }
    }
}

/// What means nothing is not told: where everybody is, a stage that nothing asks for, for how much money there is nothing.
const UNTOLD: [&str; 3] =
    ["/tiers/tiers/0/threshold", "/lifecycle/new_days", "/earn_rules/0/earn/categories/1/ratio/per_minor"];

#[test]
fn every_number_of_a_program_is_told() {
    for program in of_every_kind() {
        let mut places = Vec::new();
        leaves(&program, String::new(), &mut places);
        for language in Language::ALL {
            let before = told(&program, language);
            let silent: BTreeSet<&String> = places
                .iter()
                .filter(|place| !UNTOLD.contains(&place.as_str()))
                .filter(|place| {
                    let mut other = program.clone();
                    let number = program.pointer(place).and_then(Value::as_u64).expect("a number");
                    put(&mut other, place, json!(number + 1));
                    told(&other, language) == before
                })
                .collect();
            assert!(silent.is_empty(), "{language:?} says nothing of {silent:?}");
        }
    }
}

#[test]
fn a_text_that_would_break_the_lines_stays_on_its_own() {
    let mut program = everything();
    program["earn_rules"][0]["title"]["en"] = json!("Shop\n# Not a heading\r\n- and no item");
    let text = told(&program, Language::English);
    assert!(text.contains("- **Shop # Not a heading - and no item**: 1 shell"), "{text}");
}
