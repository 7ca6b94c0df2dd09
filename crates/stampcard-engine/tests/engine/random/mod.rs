//! The ledger under random commands.

mod hostile;
mod invariants;
mod oracle;
mod programs;
mod steps;
mod world;

use std::{
    cell::RefCell,
    collections::BTreeSet,
    hash::{BuildHasher, RandomState},
};

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngAlgorithm, RngSeed, TestCaseResult, TestRunner},
};

use stampcard_model::Nudges;

use self::{
    programs::{calendars, programs},
    steps::steps,
    world::World,
};

#[test]
fn every_invariant_holds_and_a_purse_of_coins_agrees_after_any_commands() {
    let worlds = (programs(), calendars(), steps());
    for_all(cases_or(10_000), &worlds, |(program, calendar, steps)| {
        World::new(program, calendar).run(&steps)
    });
}

#[test]
fn reminders_are_the_same_for_whoever_looks_seldom_and_whoever_looks_often() {
    for_all(cases_or(500), &(programs(), calendars(), steps()), |(program, calendar, steps)| {
        let mut world = World::new(program, calendar);
        world.run(&steps)?;
        world.check_reminders(Nudges {
            expiry_days: vec![1, 7, 40],
            tier_at_risk_days: Some(20),
            win_back_days: Some(10),
            birthday: true,
            ..Nudges::default()
        })
    });
}

#[test]
fn entries_are_read_from_storage_as_they_were_written() {
    for_all(cases_or(500), &(programs(), calendars(), steps()), |(program, calendar, steps)| {
        let mut world = World::new(program, calendar);
        world.run(&steps)?;
        world.ledgers().try_for_each(|entries| invariants::entries_survive_storage(entries))
    });
}

#[test]
fn random_commands_meet_everything_that_can_happen() {
    let met = RefCell::new(BTreeSet::new());
    for_all(1_000, &(programs(), calendars(), steps()), |(program, calendar, steps)| {
        let mut world = World::new(program, calendar);
        world.run(&steps)?;
        met.borrow_mut().extend(world.met().map(str::to_owned));
        Ok(())
    });
    let expected = [
        "Accrual",
        "Adjustment",
        "Expiry",
        "Redemption",
        "Reversal",
        "insufficient_points",
        "member_limit_reached",
        "money_mismatch",
        "order without points",
        "order_already_booked",
        "order_already_refunded",
        "order_not_found",
        "out_of_stock",
        "points taken by hand",
        "points_out_of_range",
        "price_changed",
        "reward_not_found",
        "several lots expired together",
        "several lots paid",
        "shortfall",
        "tier_required",
    ];
    assert_eq!(met.into_inner(), expected.map(str::to_owned).into());
}

/// How many cases `PROPTEST_CASES` asks for, else so many.
pub fn cases_or(cases: u32) -> u32 {
    if std::env::var_os("PROPTEST_CASES").is_some() { Config::default().cases } else { cases }
}

/// Runs a check on random values. A failure is shrunk and printed with its seed; `PROPTEST_RNG_SEED` runs a seed again.
pub fn for_all<S: Strategy>(cases: u32, values: &S, check: impl Fn(S::Value) -> TestCaseResult) {
    // The default generator of randomness costs more than the whole engine when neither is optimized.
    let rng_algorithm = RngAlgorithm::XorShift;
    let mut config = Config { cases, failure_persistence: None, rng_algorithm, ..Config::default() };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(RandomState::new().hash_one(()));
    }
    let seed = config.rng_seed;
    println!("{cases} cases, PROPTEST_RNG_SEED={seed}");
    if let Err(error) = TestRunner::new(config).run(values, check) {
        panic!("{error}\nrun it again with PROPTEST_RNG_SEED={seed}");
    }
}
