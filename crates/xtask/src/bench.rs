//! `cargo xtask bench`.

use crate::{
    fault::Fault,
    sh::{self, cargo, say},
};

/// Runs the benchmarks; they print their own tables.
pub fn run(members: Option<u32>) -> Result<(), Fault> {
    say("building the benchmark");
    let mut bench = cargo(&["bench", "--package", "stampcard-tests", "--bench", "redeem"]);
    if let Some(members) = members {
        bench.env("STAMPCARD_BENCH_MEMBERS", members.to_string());
    }
    sh::run(bench)
}
