//! `cargo xtask shots`, `long-tasks` and `accessibility`: a browser at the demo shop, whose findings are for people.

use crate::{
    build, demo,
    fault::Fault,
    sh::{self, say},
    tools,
};

/// Takes the screenshots of the demo shop that the documents show, into `www/screenshots/`.
pub fn shots() -> Result<(), Fault> {
    run("shots.mjs", "taking screenshots")
}

/// Prints how long a page is busy at a time while a member does something, at a quarter of this processor's speed.
pub fn long_tasks() -> Result<(), Fault> {
    run("long-tasks.mjs", "measuring long tasks")
}

/// Runs the tests that show a criterion of WCAG 2.2, and writes the report that they are.
pub fn accessibility() -> Result<(), Fault> {
    run("wcag.mjs", "writing the accessibility report")
}

/// Runs a script of the browser tests that starts a demo shop of its own.
fn run(script: &str, what: &str) -> Result<(), Fault> {
    build::run(false)?;
    demo::program()?;
    let chromium = tools::chromium()?;
    tools::npm_packages("tests/browser")?;
    say(what);
    let mut node = sh::command("node", &[script], "tests/browser");
    node.env("STAMPCARD_CHROMIUM", chromium).env("STAMPCARD_TARGET", sh::target());
    sh::run(node)
}
