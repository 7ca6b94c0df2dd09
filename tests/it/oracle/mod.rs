//! A plain ledger beside the real server: both are told the same, and must say the same.
//!
//! **Invariant:** the model computes nothing with the engine, and knows programs only by what their documentation says.
//!
//! `ORACLE_SCRIPTS=10000` runs sixty times as many, from `ORACLE_SEED` on. What differs is printed as a short script.

mod activities;
mod calendar;
mod chance;
mod earning;
mod limits;
mod member;
mod model;
mod mutation;
mod people;
mod previewing;
mod program;
mod requests;
mod returns;
mod run;
mod script;
mod shortening;
mod spending;
mod tiers;
mod writing;

use std::{
    env, fs,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use stampcard_server::settings::{TooOften, Velocity};

use self::{
    run::{Server, run},
    script::Script,
    shortening::{difference, shortened},
    writing::script,
};

/// Scripts on one server.
const TOGETHER: u64 = 40;
/// Scripts where `ORACLE_SCRIPTS` asks for no other number.
const SCRIPTS: u64 = 160;
/// Each run of the tests sees these.
const SEED: u64 = 1;
/// How often a server lets a member redeem: by the first seed of its scripts.
const VELOCITIES: [Velocity; 3] = [
    Velocity::UNLIMITED,
    Velocity { redemptions: 2, hours: 30, then: TooOften::Refuse },
    Velocity { redemptions: 1, hours: 24, then: TooOften::Review },
];
/// Where the scripts of the carts begin: none of them is among the others.
const CARTS_SEED: u64 = 1 << 20;
/// Carts that are previewed and then ordered.
const CARTS: usize = 1_000;

/// A number of the environment.
fn number(name: &str, usual: u64) -> u64 {
    env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn a_plain_model_and_the_server_say_the_same_whatever_happens() {
    let scripts = number("ORACLE_SCRIPTS", SCRIPTS);
    let seed = number("ORACLE_SEED", SEED);
    println!("{scripts} scripts from ORACLE_SEED={seed} on");
    let seeds: Vec<u64> = (seed..seed + scripts).collect();
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

/// The engine as pages run it and the server, over HTTP. The carts are left where `xtask` has them previewed in wasm.
#[test]
fn a_thousand_random_carts_earn_what_pages_said_before() {
    let mut carts = Vec::new();
    for batch in 0.. {
        let begin = CARTS_SEED + batch * TOGETHER;
        carts.extend(check(&(begin..begin + TOGETHER).collect::<Vec<_>>()));
        if carts.len() >= CARTS {
            break;
        }
    }
    carts.truncate(CARTS);
    let earn_nothing = carts.iter().filter(|cart| cart.contains(r#"\"preview\":{\"points\":0,"#)).count();
    assert!(earn_nothing < CARTS / 2, "{earn_nothing} of {CARTS} carts earn nothing, which proves little");
    println!("{CARTS} carts, {earn_nothing} of which earn nothing");
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("carts.jsonl"), carts.join("\n")).unwrap();
}

/// Runs the scripts of some seeds on one server; each order as it was previewed.
fn check(seeds: &[u64]) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let velocity = VELOCITIES[usize::try_from(seeds[0] % 3).unwrap()];
        let scripts: Vec<Script> = seeds.iter().map(|seed| script(*seed, velocity)).collect();
        let server = Server::open(&scripts).unwrap_or_else(|error| panic!("{error}"));
        for (index, one) in scripts.iter().enumerate() {
            if let Err(told) = run(&server, index, one).await {
                println!("seed {}: {told}\nmaking it short", seeds[index]);
                let short = shortened(one.clone()).await;
                let difference = difference(&short).await.unwrap_or(told);
                panic!("seed {} {difference}\n{short}", seeds[index]);
            }
        }
        server.close().await.unwrap_or_else(|error| panic!("seeds {seeds:?}: {error}"))
    })
}
