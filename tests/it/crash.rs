//! `kill -9` in the middle of a load of redemptions: what was acknowledged is there once, and the ledger adds up.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;
use tokio::sync::mpsc;

use crate::{
    http_process::{Process, binary, enroll, redeem, write_settings},
    http_server::http_client,
};

const ROUNDS: u64 = 20;
const MEMBERS: usize = 8;

/// Redeems under one key after another until the server is gone: what was acknowledged, and the key that was not.
async fn load(
    address: String,
    round: u64,
    member: usize,
    tell: mpsc::UnboundedSender<()>,
) -> (BTreeMap<String, String>, String) {
    let client = http_client();
    let mut acknowledged = BTreeMap::new();
    for turn in 0_u64.. {
        let key = format!("round-{round}-member-{member}-turn-{turn}");
        match redeem(&client, &address, &member_name(member), &key).await {
            Some((201, body)) => {
                acknowledged.insert(key, body);
                // Nobody listens any more once the server is to be killed.
                let _ = tell.send(());
            }
            Some((status, body)) => panic!("{status} {body}"),
            None => return (acknowledged, key),
        }
    }
    unreachable!("a server that is killed goes away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_times_killed_it_has_every_acknowledged_redemption_once() {
    let seed = u64::from(std::process::id()) * 2_654_435_761 + 1;
    println!("seed {seed}");
    let mut chance = seed;
    let folder = tempfile::tempdir().unwrap();
    let settings = write_settings(folder.path());
    let database = folder.path().join("ledger.db");
    let client = http_client();
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    let mut resolved = 0;

    let mut process = Process::start(&settings);
    for member in 0..MEMBERS {
        enroll(&client, &process.address, &member_name(member)).await;
    }
    for round in 0..ROUNDS {
        let (tell, mut told) = mpsc::unbounded_channel();
        let racers: Vec<_> = (0..MEMBERS)
            .map(|member| tokio::spawn(load(process.address.clone(), round, member, tell.clone())))
            .collect();
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        for _ in 0..1 + (chance >> 33) % 60 {
            told.recv().await.expect("clients run");
        }
        process.kill();

        process = Process::start(&settings);
        for (member, racer) in racers.into_iter().enumerate() {
            let (acknowledged, unknown) = racer.await.unwrap();
            let name = member_name(member);
            // Each key still has the answer that was given, to the byte.
            for (key, body) in &acknowledged {
                let again = redeem(&client, &process.address, &name, key).await;
                assert_eq!(again, Some((201, body.clone())), "round {round}, {key}");
            }
            all.extend(acknowledged);
            // The one without an answer is carried out now, if it was not then.
            let (status, body) = redeem(&client, &process.address, &name, &unknown).await.unwrap();
            assert_eq!(status, 201, "{body}");
            all.insert(unknown, body);
            resolved += 1;
        }
        let verified =
            Command::new(binary()).arg("verify").arg("--database").arg(&database).output().unwrap();
        assert!(verified.status.success(), "round {round}\n{}", String::from_utf8_lossy(&verified.stdout));
    }
    process.kill();

    let connection = rusqlite::Connection::open(&database).unwrap();
    let mut kept = connection
        .prepare("SELECT redemption_id, code FROM redemption JOIN voucher USING (program_id, redemption_id)")
        .unwrap();
    let kept: BTreeMap<String, String> =
        kept.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let told: BTreeMap<String, String> = all
        .values()
        .map(|body| serde_json::from_str::<Value>(body).unwrap())
        .map(|body| (text(&body["id"]), text(&body["voucher"]["code"])))
        .collect();
    assert_eq!(told.len(), all.len(), "two keys got one redemption");
    assert_eq!(kept, told);
    println!("{ROUNDS} rounds, {} redemptions, {resolved} of them without a first answer", all.len());
}

fn member_name(member: usize) -> String {
    format!("member-{member}")
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is text").to_owned()
}
