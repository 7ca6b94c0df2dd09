//! The ledger under random commands.

mod hostile;
mod invariants;
mod oracle;
mod programs;
mod steps;
mod world;

use std::hash::{BuildHasher, RandomState};

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngSeed, TestCaseResult, TestRunner},
};

#[test]
fn every_invariant_holds_and_a_purse_of_coins_agrees_after_any_commands() {
    let worlds = (programs::programs(), programs::calendars(), steps::steps());
    for_all(10_000, &worlds, |(program, calendar, steps)| world::World::new(program, calendar).run(&steps));
}

/// Runs a check on random values. A failure is shrunk and printed with its seed; `PROPTEST_RNG_SEED` runs a seed again
/// and `PROPTEST_CASES` chooses how many cases there are.
pub fn for_all<S: Strategy>(cases: u32, values: &S, check: impl Fn(S::Value) -> TestCaseResult) {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(RandomState::new().hash_one(()));
    }
    let (cases, seed) = (config.cases, config.rng_seed);
    println!("{cases} cases, PROPTEST_RNG_SEED={seed}");
    if let Err(error) = TestRunner::new(config).run(values, check) {
        panic!("{error}\nrun it again with PROPTEST_RNG_SEED={seed}");
    }
}
