//! `cargo xtask shots`.

use crate::{
    build, demo,
    fault::Fault,
    sh::{self, say},
    tools,
};

/// Takes the screenshots of the demo shop that the documents show, into `www/screenshots/`.
pub fn run() -> Result<(), Fault> {
    build::run(false)?;
    demo::program()?;
    let chromium = tools::chromium()?;
    tools::npm_packages("tests/browser")?;
    say("taking screenshots");
    let mut shots = sh::command("node", &["shots.mjs"], "tests/browser");
    shots.env("STAMPCARD_CHROMIUM", chromium).env("STAMPCARD_TARGET", sh::target());
    sh::run(shots)
}
