//! `cargo xtask bench`.

use crate::{
    fault::Fault,
    sh::{self, cargo, say},
};

/// Runs the benchmarks; they print their own tables.
pub fn run() -> Result<(), Fault> {
    say("building the benchmark");
    sh::run(cargo(&["bench", "--package", "stampcard-tests", "--bench", "redeem"]))
}
