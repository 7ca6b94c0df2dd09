//! `cargo xtask test`: everything, with totals.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Instant,
};

use crate::{
    build, demo,
    fault::Fault,
    sh::{self, cargo, command, say},
    size, tools,
};

/// What to leave out.
#[derive(clap::Args)]
pub struct Args {
    /// Only the steps whose name contains this.
    #[arg(long)]
    only: Option<String>,
}

/// One step: its name, and what gives its counts.
type Step = (&'static str, fn() -> Result<Counts, Fault>);

/// One after the other; those of a group together, because each of them keeps one processor busy.
const STEPS: &[&[Step]] = &[
    &[("format", || check(cargo(&["fmt", "--all", "--check"])))],
    &[("lints", lints)],
    &[("rust tests", rust_tests)],
    &[("wasm cases", wasm_cases)],
    &[
        ("widget build", || {
            build::run(false)?;
            Ok(Counts::one(true))
        }),
        ("openapi fuzzing", schemathesis),
    ],
    &[("sizes", || size::run(false).map(|()| Counts::one(true)))],
    &[("types", || check_npm("types"))],
    &[("browser", browser)],
];

/// Passed, failed and skipped tests. A step that only passes or fails counts as one test.
#[derive(Clone, Copy, Default)]
struct Counts {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Counts {
    fn one(passed: bool) -> Self {
        Self { passed: passed.into(), failed: (!passed).into(), skipped: 0 }
    }
}

/// Runs every step even when one fails, and prints a table and the totals.
pub fn run(args: &Args) -> Result<(), Fault> {
    tools::wasm_target()?;
    tools::node()?;
    // Those of another build would tell of that.
    let _ = fs::remove_file(carts());
    let chosen = |(name, _): &&Step| args.only.as_ref().is_none_or(|only| name.contains(only));
    let mut rows = Vec::new();
    let mut total = Counts::default();
    for group in STEPS {
        let ran = thread::scope(|scope| {
            let steps = group.iter().filter(chosen).map(|step| (step.0, scope.spawn(|| timed(step))));
            let steps: Vec<_> = steps.collect();
            steps.into_iter().map(|(name, step)| (name, step.join())).collect::<Vec<_>>()
        });
        for (name, step) in ran {
            let (counts, seconds) =
                step.unwrap_or_else(|_| (Err(Fault::Failed("it panicked".to_owned())), 0));
            let counts = match counts {
                Ok(counts) => counts,
                Err(fault @ Fault::Setup(_)) => return Err(fault),
                Err(Fault::Failed(why)) => {
                    eprintln!("{name}: {why}");
                    Counts::one(false)
                }
            };
            total.passed += counts.passed;
            total.failed += counts.failed;
            total.skipped += counts.skipped;
            rows.push((name, counts, seconds));
        }
    }
    println!("\n{:<18}{:>8}{:>8}{:>9}{:>7}", "step", "passed", "failed", "skipped", "s");
    for (name, counts, seconds) in rows {
        println!("{name:<18}{:>8}{:>8}{:>9}{seconds:>7}", counts.passed, counts.failed, counts.skipped);
    }
    println!("\n{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    match total {
        Counts { failed: 0, passed: 1.., .. } => Ok(()),
        Counts { failed: 0, .. } => Err(Fault::Failed("no test ran".to_owned())),
        Counts { failed, .. } => Err(Fault::Failed(format!("{failed} failed"))),
    }
}

/// Runs a step; its counts, and how many seconds it took.
fn timed((name, step): &Step) -> (Result<Counts, Fault>, u64) {
    say(name);
    let started = Instant::now();
    (step(), started.elapsed().as_secs())
}

fn check(command: std::process::Command) -> Result<Counts, Fault> {
    let (passed, _) = sh::tee(command)?;
    Ok(Counts::one(passed))
}

fn check_npm(script: &str) -> Result<Counts, Fault> {
    tools::npm_packages(build::NPM)?;
    check(command("npm", &["run", "--silent", script], build::NPM))
}

fn lints() -> Result<Counts, Fault> {
    let native = sh::tee(cargo(&["clippy", "--all-targets", "--", "-D", "warnings"]))?.0;
    let browser = sh::tee(cargo(&[
        "clippy",
        "--package=stampcard-widget",
        "--package=stampcard-ui",
        "--package=stampcard-client",
        "--package=stampcard-preview",
        "--target=wasm32-unknown-unknown",
        "--",
        "-D",
        "warnings",
    ]))?
    .0;
    Ok(Counts {
        passed: u64::from(native) + u64::from(browser),
        failed: u64::from(!native) + u64::from(!browser),
        skipped: 0,
    })
}

/// Cargo's tests of every crate, doc tests included; of the two that run in a browser, what needs none.
fn rust_tests() -> Result<Counts, Fault> {
    // A library that is not ours checks the tokens.
    tools::npm_packages("tests/independent")?;
    let outside = cargo_test(&[])?;
    let browser = cargo_test(&["--package=stampcard-ui", "--package=stampcard-widget", "--lib"])?;
    Ok(Counts {
        passed: outside.passed + browser.passed,
        failed: outside.failed + browser.failed,
        skipped: outside.skipped + browser.skipped,
    })
}

fn cargo_test(packages: &[&str]) -> Result<Counts, Fault> {
    let (passed, printed) = sh::tee(cargo(&[&["test", "--no-fail-fast"], packages].concat()))?;
    let mut counts = Counts::default();
    for line in printed.lines().filter(|line| line.starts_with("test result: ")) {
        let words: Vec<&str> = line.split([' ', ';']).collect();
        let number_before = |label: &str| {
            let at = words.iter().position(|word| *word == label)?;
            words.get(at.checked_sub(1)?)?.parse::<u64>().ok()
        };
        counts.passed += number_before("passed").unwrap_or(0);
        counts.failed += number_before("failed").unwrap_or(0);
        counts.skipped += number_before("ignored").unwrap_or(0);
    }
    // A crate that does not compile prints no result line.
    if !passed && counts.failed == 0 {
        counts.failed = 1;
    }
    Ok(counts)
}

/// Where the test that orders a thousand carts leaves them.
fn carts() -> PathBuf {
    sh::target().join("tmp/carts.jsonl")
}

/// The engine's cases and previews in wasm, which come to the same bytes as natively.
fn wasm_cases() -> Result<Counts, Fault> {
    sh::run(cargo(&["build", "--package", "stampcard-cases", "--target", "wasm32-unknown-unknown"]))?;
    let wasm = sh::target().join("wasm32-unknown-unknown/debug/stampcard_cases.wasm");
    let mut run = command("node", &["tests/cases/wasm.mjs"], ".");
    run.arg(wasm);
    let cases = check(run)?;
    sh::run(cargo(&["build", "--package", "stampcard-preview", "--target", "wasm32-unknown-unknown"]))?;
    let wasm = sh::target().join("wasm32-unknown-unknown/debug/stampcard_preview.wasm");
    let carts = carts();
    if !carts.exists() {
        let test = ["--package", "stampcard-tests", "--test", "it", "--", "a_thousand_random_carts"];
        sh::run(cargo(&[&["test"], &test[..]].concat()))?;
    }
    let mut run = command("node", &["tests/cases/previews.mjs"], ".");
    run.args([&wasm, Path::new("tests/golden/previews.jsonl"), &carts]);
    let previews = check(run)?;
    Ok(Counts { passed: cases.passed + previews.passed, failed: cases.failed + previews.failed, skipped: 0 })
}

/// The browser suite against the demo shop that it starts itself.
fn browser() -> Result<Counts, Fault> {
    let chromium = tools::chromium()?;
    tools::npm_packages("tests/browser")?;
    demo::program()?;
    let mut suite = command("npx", &["playwright", "test"], "tests/browser");
    suite.env("STAMPCARD_CHROMIUM", chromium).env("STAMPCARD_TARGET", sh::target());
    let (passed, printed) = sh::tee(suite)?;
    let number_of = |label: &str| -> u64 {
        printed
            .lines()
            .rev()
            .find_map(|line| {
                line.trim()
                    .split_once(' ')
                    .filter(|(_, rest)| *rest == label || rest.starts_with(&format!("{label} ")))
                    .and_then(|(number, _)| number.parse().ok())
            })
            .unwrap_or(0)
    };
    // A test that passed only at a second try did not pass.
    let mut counts = Counts {
        passed: number_of("passed"),
        failed: number_of("failed") + number_of("flaky"),
        skipped: number_of("skipped"),
    };
    if !passed && counts.failed == 0 {
        counts.failed = 1;
    }
    Ok(counts)
}

/// Schemathesis against the OpenAPI document, where it can be installed.
fn schemathesis() -> Result<Counts, Fault> {
    let skip = |why: &str| {
        println!("skipped: {why}");
        Ok(Counts { skipped: 1, ..Counts::default() })
    };
    if let Err(Fault::Setup(why) | Fault::Failed(why)) = tools::python() {
        return skip(&why);
    }
    sh::run(cargo(&["build", "--package", "stampcard-server"]))?;
    match sh::code(command("bash", &["schemathesis.sh"], "tests"))? {
        Some(2) => skip("Schemathesis cannot be installed here."),
        code => Ok(Counts::one(code == Some(0))),
    }
}
