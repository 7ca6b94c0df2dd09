//! `kill -9` in the middle of a load of redemptions: what was acknowledged is there once, and the ledger adds up.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jsonwebtoken::Header;
use reqwest::Client;
use serde_json::{Value, json};
use stampcard_server::settings::SecretKeyHash;

use crate::http_server::{MERCHANT_KEY, ORIGIN, PAGE_KEY, SECRET, order_body, program, token};

const ROUNDS: u64 = 20;
const MEMBERS: usize = 8;

/// A server process and where it listens.
struct Process {
    child: Child,
    address: String,
}

/// Builds the real binary, in the profile of this test, and says where it is.
fn binary() -> PathBuf {
    let mut build = Command::new(env!("CARGO"));
    build.args([
        "build",
        "--quiet",
        "--locked",
        "--package",
        "stampcard-server",
        "--bin",
        "stampcard-server",
    ]);
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    assert!(build.status().expect("cargo runs").success(), "the server does not build");
    // This test is in the folder `deps` beside it.
    let deps = std::env::current_exe().expect("this test is a file");
    deps.parent().and_then(Path::parent).expect("it is in a target folder").join("stampcard-server")
}

fn start(binary: &Path, settings: &Path) -> Process {
    let mut child = Command::new(binary)
        .args(["serve", "--config"])
        .arg(settings)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the server starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its log is a pipe")).lines();
    let address = lines
        .by_ref()
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str::<Value>(&line).ok())
        .find_map(|line| line["address"].as_str().map(str::to_owned))
        .expect("it says where it listens");
    // Somebody must read on, or the server waits for its log.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    Process { child, address: format!("http://{address}") }
}

fn write_settings(folder: &Path) -> PathBuf {
    std::fs::write(folder.join("program.json"), program("lantern").to_string()).unwrap();
    // What `printf %s sk_lantern_backend | sha256sum` prints.
    let hash = "0df70af0e40536ceb02c27079d61961fe829d27c30607285382924f13bfbee73";
    assert_eq!(SecretKeyHash::try_from(hash.to_owned()), Ok(SecretKeyHash::of(MERCHANT_KEY)));
    let settings = folder.join("stampcard.toml");
    let text = format!(
        r#"listen = "127.0.0.1:0"
        database = "ledger.db"
        [[programs]]
        program = {{ file = "program.json" }}
        secret_keys = ["{hash}"]
        publishable_keys = [{{ key = "{PAGE_KEY}", origins = ["{ORIGIN}"] }}]
        member_tokens = {{ secret = {{ value = "{SECRET}" }} }}"#
    );
    std::fs::write(&settings, text).unwrap();
    settings
}

/// One redemption under a key; `None` when the server is gone.
async fn redeem(client: &Client, address: &str, member: usize, key: &str) -> Option<(u16, String)> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({"sub": format!("member-{member}"), "aud": "lantern", "iat": now, "exp": now + 300});
    let answer = client
        .post(format!("{address}/v1/me/redemptions"))
        .bearer_auth(token(&Header::default(), &claims, SECRET))
        .header("idempotency-key", key)
        .json(&json!({"reward_id": "tote-bag", "price": 100}))
        .send()
        .await
        .ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.text().await.ok()?))
}

/// Redeems under one key after another until the server is gone: what was acknowledged, and the key that was not.
async fn load(address: String, round: u64, member: usize) -> (BTreeMap<String, String>, String) {
    let client = Client::new();
    let mut acknowledged = BTreeMap::new();
    for turn in 0_u64.. {
        let key = format!("round-{round}-member-{member}-turn-{turn}");
        match redeem(&client, &address, member, &key).await {
            Some((201, body)) => drop(acknowledged.insert(key, body)),
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
    let binary = binary();
    let folder = tempfile::tempdir().unwrap();
    let settings = write_settings(folder.path());
    let database = folder.path().join("ledger.db");
    let client = Client::new();
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    let mut resolved = 0;

    let mut process = start(&binary, &settings);
    for member in 0..MEMBERS {
        let member = format!("member-{member}");
        for (path, body) in [
            ("/v1/members", json!({"reference": member})),
            ("/v1/orders", order_body(&member, &format!("first-of-{member}"), 100_000_000_000)),
        ] {
            let request = client
                .post(format!("{}{path}", process.address))
                .bearer_auth(MERCHANT_KEY)
                .header("idempotency-key", format!("{path}-{member}"))
                .json(&body);
            assert_eq!(request.send().await.unwrap().status(), 201);
        }
    }
    for round in 0..ROUNDS {
        let racers: Vec<_> =
            (0..MEMBERS).map(|member| tokio::spawn(load(process.address.clone(), round, member))).collect();
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis(30 + (chance >> 33) % 150)).await;
        process.child.kill().expect("it is killed");
        process.child.wait().expect("it is gone");

        process = start(&binary, &settings);
        for (member, racer) in racers.into_iter().enumerate() {
            let (acknowledged, unknown) = racer.await.unwrap();
            // Each key still has the answer that was given, to the byte.
            for (key, body) in &acknowledged {
                let again = redeem(&client, &process.address, member, key).await;
                assert_eq!(again, Some((201, body.clone())), "round {round}, {key}");
            }
            all.extend(acknowledged);
            // The one without an answer is carried out now, if it was not then.
            let (status, body) = redeem(&client, &process.address, member, &unknown).await.unwrap();
            assert_eq!(status, 201, "{body}");
            all.insert(unknown, body);
            resolved += 1;
        }
        let verified = Command::new(&binary).arg("verify").arg("--database").arg(&database).output().unwrap();
        assert!(verified.status.success(), "round {round}\n{}", String::from_utf8_lossy(&verified.stdout));
    }
    process.child.kill().expect("it is killed");
    process.child.wait().expect("it is gone");

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

fn text(value: &Value) -> String {
    value.as_str().expect("it is text").to_owned()
}
