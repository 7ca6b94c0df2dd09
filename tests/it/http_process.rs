//! The real server in a process of its own: how it starts, what it logs, how it stops.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{
        OnceLock,
        mpsc::{Receiver, channel},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use jsonwebtoken::Header;
use reqwest::Client;
use serde_json::{Value, json};
use stampcard_server::settings::SecretKeyHash;

use crate::http_server::{MERCHANT_KEY, ORIGIN, PAGE_KEY, SECRET, http_client, order_body, program, token};

/// A server process and where it listens.
pub struct Process {
    child: Child,
    pub address: String,
    log: Receiver<String>,
}

impl Process {
    /// Starts the server and waits until it listens.
    pub fn start(settings: &Path) -> Self {
        let mut child = Command::new(binary())
            .args(["serve", "--config"])
            .arg(settings)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let lines = BufReader::new(child.stdout.take().expect("its log is a pipe")).lines();
        let (sender, log) = channel();
        // Somebody must read on, or the server waits for its log.
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let address = log
            .iter()
            .filter_map(|line| serde_json::from_str::<Value>(&line).ok())
            .find_map(|line| line["address"].as_str().map(str::to_owned))
            .expect("it says where it listens");
        Self { child, address: format!("http://{address}"), log }
    }

    /// Ends it as a power cut would end it.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it is gone");
    }

    /// Asks it to stop, and waits until it has: how it ended, and what it had logged since it listened.
    pub fn stop(&mut self) -> (ExitStatus, String) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(asked.expect("kill runs").success());
        let ended = self.child.wait().expect("it ends");
        (ended, self.log.iter().collect::<Vec<_>>().join("\n"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Builds the real binary once, in the profile of this test, and says where it is.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
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
    })
}

/// Settings for a server with one program and a ledger in this folder.
pub fn write_settings(folder: &Path) -> PathBuf {
    std::fs::write(folder.join("program.json"), program("lantern").to_string()).unwrap();
    // What `printf %s sk_lantern_backend | sha256sum` prints.
    let hash = "0df70af0e40536ceb02c27079d61961fe829d27c30607285382924f13bfbee73";
    assert_eq!(SecretKeyHash::try_from(hash.to_owned()), Ok(SecretKeyHash::of(MERCHANT_KEY)));
    let settings = folder.join("stampcard.toml");
    let text = format!(
        r#"listen = "127.0.0.1:0"
        database = "ledger.db"
        limits.rates.member = {{ per_minute = 0, burst = 1 }}
        limits.velocity = {{ redemptions = 0, hours = 24 }}
        [[programs]]
        program = {{ file = "program.json" }}
        secret_keys = ["{hash}"]
        publishable_keys = [{{ key = "{PAGE_KEY}", origins = ["{ORIGIN}"] }}]
        member_tokens = {{ secret = {{ value = "{SECRET}" }} }}"#
    );
    std::fs::write(&settings, text).unwrap();
    settings
}

/// A token that is good now.
pub fn token_now(member: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({"sub": member, "aud": "lantern", "iat": now, "exp": now + 300});
    token(&Header::default(), &claims, SECRET)
}

/// Enrolls a member with a billion points.
pub async fn enroll(client: &Client, address: &str, member: &str) {
    for (path, body) in [
        ("/v1/members", json!({"reference": member, "display_name": "Ada Lovelace"})),
        ("/v1/orders", order_body(member, &format!("first-of-{member}"), 100_000_000_000)),
    ] {
        let request = client
            .post(format!("{address}{path}"))
            .bearer_auth(MERCHANT_KEY)
            .header("idempotency-key", format!("{path}-{member}"))
            .json(&body);
        assert_eq!(request.send().await.unwrap().status(), 201);
    }
}

/// One redemption under a key; `None` when the server is gone.
pub async fn redeem(client: &Client, address: &str, member: &str, key: &str) -> Option<(u16, String)> {
    let answer = client
        .post(format!("{address}/v1/me/redemptions"))
        .bearer_auth(token_now(member))
        .header("idempotency-key", key)
        .json(&json!({"reward_id": "tote-bag", "price": 100}))
        .send()
        .await
        .ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.text().await.ok()?))
}

fn run(arguments: &[&str]) -> Output {
    Command::new(binary()).args(arguments).output().expect("it runs")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_tells_what_happened_and_nothing_about_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(&write_settings(folder.path()));
    let client = http_client();
    enroll(&client, &process.address, "member-of-the-test").await;
    let (_, body) =
        redeem(&client, &process.address, "member-of-the-test", "the-key-of-the-test").await.unwrap();
    let redeemed: Value = serde_json::from_str(&body).unwrap();
    let code = redeemed["voucher"]["code"].as_str().unwrap();
    let id = redeemed["id"].as_str().unwrap();
    let address = &process.address;
    let used = client
        .post(format!("{address}/v1/vouchers/{code}/use"))
        .bearer_auth(MERCHANT_KEY)
        .header("idempotency-key", "the-other-key")
        .json(&json!({}));
    let used = used.send().await.unwrap();
    let request_id = used.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(used.status(), 200);
    let bearer = token_now("member-of-the-test");
    for (path, status) in [
        (format!("/v1/me/redemptions/{id}"), 200),
        ("/v1/me?token=in-the-query".to_owned(), 200),
        ("/Ada".to_owned(), 404),
    ] {
        let answer = client.get(format!("{address}{path}")).bearer_auth(&bearer).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    let (ended, log) = process.stop();
    assert!(ended.success(), "{ended}");
    for secret in [
        code,
        id,
        "member-of-the-test",
        "Ada",
        "the-key-of-the-test",
        MERCHANT_KEY,
        SECRET,
        "Bearer",
        "eyJ",
        "in-the-query",
        "tote-bag",
    ] {
        assert!(!log.contains(secret), "the log holds {secret}:\n{log}");
    }
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let line =
        lines.iter().find(|line| line["request_id"] == request_id.as_str()).expect("the request is logged");
    assert_eq!(line["route"], "/v1/vouchers/{code}/use");
    assert_eq!((&line["method"], &line["status"]), (&json!("POST"), &json!(200)));
    assert!(line["duration_ms"].is_u64());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_told_to_stop_finishes_what_it_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let settings = write_settings(folder.path());
    let mut process = Process::start(&settings);
    let client = http_client();
    enroll(&client, &process.address, "ada").await;
    let racers: Vec<_> = (0..64)
        .map(|turn| {
            let (client, address) = (client.clone(), process.address.clone());
            tokio::spawn(
                async move { redeem(&client, &address, "ada", &format!("turn-number-{turn}")).await },
            )
        })
        .collect();
    let (ended, log) = tokio::task::spawn_blocking(move || process.stop()).await.unwrap();
    assert!(ended.success(), "{ended}\n{log}");
    let mut acknowledged = Vec::new();
    for racer in racers {
        // Not accepted, or carried out: nothing in between.
        if let Some((status, body)) = racer.await.unwrap() {
            assert!(matches!(status, 201 | 503), "{body}");
            acknowledged.extend((status == 201).then_some(body));
        }
    }
    // A last connection closed well leaves no log of its own behind.
    assert!(!folder.path().join("ledger.db-wal").exists());
    let ledger = rusqlite::Connection::open(folder.path().join("ledger.db")).unwrap();
    for body in acknowledged {
        let id = serde_json::from_str::<Value>(&body).unwrap()["id"].as_str().unwrap().to_owned();
        let kept: i64 = ledger
            .query_row("SELECT count(*) FROM redemption WHERE redemption_id = ?1", [&id], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, 1, "{id}");
    }
}

#[test]
fn a_start_that_fails_is_a_sentence_and_the_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let settings = write_settings(folder.path());
    let config = settings.to_str().unwrap();
    let broken = std::fs::read_to_string(&settings).unwrap().replace("ledger.db", "absent/ledger.db");
    std::fs::write(&settings, broken).unwrap();
    for (arguments, part) in [
        (vec!["serve", "--config", config], "absent/ledger.db"),
        (vec!["serve", "--config", "/absent.toml"], "absent.toml"),
        (vec!["verify", "--config", config], "absent/ledger.db"),
        (vec!["program", "check", "/absent.json"], "absent.json"),
        (vec!["no-such-task"], "no-such-task"),
    ] {
        let output = run(&arguments);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(part) && !told.contains("panicked"), "{arguments:?}: {told}");
    }
}

#[test]
fn a_program_is_checked_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("program.json");
    let path = file.to_str().unwrap();
    std::fs::write(&file, program("lantern").to_string()).unwrap();
    let good = run(&["program", "check", path]);
    assert_eq!(good.status.code(), Some(0));
    let mut faulty = program("lantern");
    faulty["rewards"][0]["price"] = 0.into();
    std::fs::write(&file, faulty.to_string()).unwrap();
    let bad = run(&["program", "check", path]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(String::from_utf8(bad.stdout).unwrap().contains("/rewards/0/price is not at least 1"));
}

#[test]
fn the_openapi_task_prints_the_document() {
    let mut printed = String::new();
    run(&["openapi"]).stdout.as_slice().read_to_string(&mut printed).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), stampcard_server::document());
}
