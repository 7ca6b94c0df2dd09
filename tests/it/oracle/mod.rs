//! A plain ledger beside the real server: both are told the same, and must say the same.
//!
//! **Invariant:** the model computes nothing with the engine, and knows programs only by what their documentation says.
//!
//! `ORACLE_SCRIPTS=5000` runs ten times as many, `ORACLE_SEED` the same again. What differs is printed as a short script.

mod calendar;
mod chance;
mod earning;
mod member;
mod model;
mod previewing;
mod program;
mod run;
mod script;
mod shortening;
mod spending;
mod tiers;
mod writing;

use std::{
    env,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use self::{
    run::{Server, run},
    script::Script,
    shortening::{difference, shortened},
    writing::script,
};

/// Scripts on one server.
const TOGETHER: u64 = 40;
/// Scripts where `ORACLE_SCRIPTS` asks for no other number.
const SCRIPTS: u64 = 500;
/// Each run of the tests sees these, and as many that nobody saw before.
const SEED: u64 = 1;

#[test]
fn a_plain_model_and_the_server_say_the_same_whatever_happens() {
    let number = |name: &str, usual: u64| {
        env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
    };
    let scripts = number("ORACLE_SCRIPTS", SCRIPTS);
    let fresh = number("ORACLE_SEED", u64::from(std::process::id()) << 32);
    println!("{scripts} scripts from ORACLE_SEED={fresh}, and as many from {SEED}");
    let seeds: Vec<u64> = (0..scripts).flat_map(|n| [SEED + n, fresh + n]).collect();
    let batches: Vec<&[u64]> = seeds.chunks(usize::try_from(TOGETHER).unwrap()).collect();
    let next = AtomicU64::new(0);
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(batch) =
                    batches.get(usize::try_from(next.fetch_add(1, Ordering::SeqCst)).unwrap())
                {
                    check(batch);
                }
            });
        }
    });
}

/// Runs the scripts of some seeds on one server.
fn check(seeds: &[u64]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let scripts: Vec<Script> = seeds.iter().map(|seed| script(*seed)).collect();
        let server = Server::open(&scripts).unwrap_or_else(|error| panic!("{error}"));
        for (index, one) in scripts.iter().enumerate() {
            if let Err(told) = run(&server, index, one).await {
                println!("seed {}: {told}\nmaking it short", seeds[index]);
                let short = shortened(one.clone()).await;
                let difference = difference(&short).await.unwrap_or(told);
                panic!("seed {} {difference}\n{short}", seeds[index]);
            }
        }
        server.close().await.unwrap_or_else(|error| panic!("seeds {seeds:?}: {error}"));
    });
}
