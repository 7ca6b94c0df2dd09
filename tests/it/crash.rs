//! `kill -9` in the middle of a load of every command that writes: what was acknowledged is there once, and the ledger
//! adds up.

use std::{collections::BTreeMap, env, fs, path::Path, process::Command};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::{
    http_process::{Process, binary, enroll, token_now, write_settings},
    http_server::{MERCHANT_KEY, http_client, order_body},
};

/// Rounds where `CRASH_ROUNDS` asks for no other number.
const ROUNDS: u64 = 20;
const MEMBERS: usize = 8;
/// Commands before the first comes again.
const COMMANDS: usize = 16;

/// A write and its key.
#[derive(Clone)]
struct Asked {
    method: Method,
    path: String,
    /// Whether the member asks, or the merchant.
    by_member: bool,
    key: String,
    body: Value,
}

/// What a client knows from the answers so far.
#[derive(Default)]
struct Known {
    redemption: String,
    voucher: String,
    webhook: String,
}

/// The next write of a member's life; the first ones of a round name some things that are not there.
fn next(round: u64, member: usize, turn: usize, known: &Known) -> Asked {
    // All commands are under way at any moment.
    let at = turn + member * 3;
    let name = format!("{round}-{member}-{}", at / COMMANDS);
    let reference = member_name(member);
    let Known { redemption, voucher, webhook } = known;
    let redeem = json!({"reward_id": "tote-bag", "price": 100});
    let topics = json!(["member.erased"]);
    let mut order = order_body(&reference, &format!("order-{name}"), 9_999);
    order["order"]["lines"][0]["quantity"] = json!(3);
    let part = json!({"returned": {"lines": [{"sku": "TEA-1", "quantity": 1, "amount_minor": 3_333}]}});
    let act = |kind: &str| json!({"id": format!("{kind}-{name}"), "kind": kind});
    let consent = json!({"purpose": "news", "granted": turn.is_multiple_of(2), "version": "1", "text": "May we?", "locale": "en"});
    let hook = json!({"url": "https://hooks.example/one", "topics": topics, "enabled": true});
    let (path, by_member, body) = match at % COMMANDS {
        0 => ("/v1/orders".to_owned(), false, order),
        1 => {
            let body = json!({"member_reference": reference, "activity": act("review")});
            ("/v1/activities".to_owned(), false, body)
        }
        2 => (format!("/v1/orders/order-{name}/refunds"), false, part),
        3 => (format!("/v1/orders/order-{name}/fulfilled"), false, json!({})),
        4 | 7 => ("/v1/me/redemptions".to_owned(), true, redeem),
        5 => (format!("/v1/me/redemptions/{redemption}/cancel"), true, json!({})),
        6 => ("/v1/me/activities".to_owned(), true, json!({"activity": act("check_in")})),
        8 => (format!("/v1/vouchers/{voucher}/use"), false, json!({"order_id": format!("order-{name}")})),
        9 => (format!("/v1/orders/order-{name}/refunds"), false, json!({})),
        10 => ("/v1/me/consents".to_owned(), true, consent),
        11 => ("/v1/me/feedback".to_owned(), true, json!({"survey_id": format!("s-{name}"), "score": 5})),
        12 => ("/v1/members".to_owned(), false, json!({"reference": format!("guest-{name}")})),
        13 => {
            ("/v1/webhooks".to_owned(), false, json!({"url": "https://hooks.example/one", "topics": topics}))
        }
        14 if turn.is_multiple_of(2) => (format!("/v1/webhooks/{webhook}"), false, hook),
        14 => (format!("/v1/webhooks/{webhook}/rotate"), false, json!({})),
        _ => (format!("/v1/webhooks/{webhook}"), false, Value::Null),
    };
    let method = match at % COMMANDS {
        10 => Method::PUT,
        14 if turn.is_multiple_of(2) => Method::PUT,
        15 => Method::DELETE,
        _ => Method::POST,
    };
    Asked { method, path, by_member, key: format!("round-{round}-member-{member}-turn-{turn}"), body }
}

/// Status and body of the answer; `None` when the server is gone.
async fn ask(client: &Client, address: &str, member: usize, asked: &Asked) -> Option<(u16, String)> {
    let bearer = if asked.by_member { token_now(&member_name(member)) } else { MERCHANT_KEY.to_owned() };
    let request = client
        .request(asked.method.clone(), format!("{address}{}", asked.path))
        .bearer_auth(bearer)
        .header("idempotency-key", &asked.key);
    let request = if asked.body.is_null() { request } else { request.json(&asked.body) };
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    let body = answer.text().await.ok()?;
    let expected = matches!(status, 200 | 201 | 204 | 404 | 409 | 422);
    assert!(expected, "{} {}: {status} {body}", asked.method, asked.path);
    assert!(!body.contains("invalid_body"), "{} {}: {body}", asked.method, asked.path);
    Some((status, body))
}

type Acknowledged = Vec<(Asked, (u16, String))>;

/// Writes one thing after the other until the server is gone: what was acknowledged, and what was not.
async fn load(
    address: String,
    round: u64,
    member: usize,
    tell: mpsc::UnboundedSender<()>,
) -> (Acknowledged, Asked) {
    let client = http_client();
    let (mut acknowledged, mut known) = (Vec::new(), Known::default());
    known.redemption = "r_never".to_owned();
    known.voucher = "AAAA-BBBB-CCCC".to_owned();
    known.webhook = "w_never".to_owned();
    for turn in 0.. {
        let asked = next(round, member, turn, &known);
        let Some((status, body)) = ask(&client, &address, member, &asked).await else {
            return (acknowledged, asked);
        };
        let value: Value = serde_json::from_str(&body).unwrap_or_default();
        match (asked.path.as_str(), status) {
            ("/v1/me/redemptions", 201) => {
                known.redemption = text(&value["id"]);
                known.voucher = text(&value["voucher"]["code"]);
            }
            ("/v1/webhooks", 201) => known.webhook = text(&value["webhook"]["id"]),
            _ => {}
        }
        acknowledged.push((asked, (status, body)));
        // Nobody listens any more once the server is to be killed.
        let _ = tell.send(());
    }
    unreachable!("a server that is killed goes away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_it_has_every_acknowledged_write_once() {
    let rounds = env::var("CRASH_ROUNDS");
    let rounds = rounds.map_or(ROUNDS, |rounds| rounds.parse().expect("CRASH_ROUNDS is a number"));
    let seed = u64::from(std::process::id()) * 2_654_435_761 + 1;
    println!("seed {seed}");
    let mut chance = seed;
    let folder = tempfile::tempdir().unwrap();
    let settings = write_settings(folder.path());
    let program = program(&folder.path().join("program.json"));
    fs::write(folder.path().join("program.json"), program.to_string()).unwrap();
    let database = folder.path().join("ledger.db");
    let client = http_client();
    let mut redeemed: Vec<String> = Vec::new();
    let (mut written, mut resolved) = (BTreeMap::new(), 0);

    let mut process = Process::start(&settings);
    for member in 0..MEMBERS {
        let name = member_name(member);
        enroll(&client, &process.address, &name).await;
        let path = format!("/v1/orders/first-of-{name}/fulfilled");
        let key = format!("first-of-{name}");
        let asked = Asked { method: Method::POST, path, by_member: false, key, body: json!({}) };
        assert_eq!(ask(&client, &process.address, member, &asked).await.unwrap().0, 200);
    }
    for round in 0..rounds {
        let (tell, mut told) = mpsc::unbounded_channel();
        let racers: Vec<_> = (0..MEMBERS)
            .map(|member| tokio::spawn(load(process.address.clone(), round, member, tell.clone())))
            .collect();
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        for _ in 0..1 + (chance >> 33) % 200 {
            told.recv().await.expect("clients run");
        }
        process.kill();

        process = Process::start(&settings);
        for (member, racer) in racers.into_iter().enumerate() {
            let (mut acknowledged, unknown) = racer.await.unwrap();
            // Each key still has the answer that was given, to the byte.
            for (asked, answer) in acknowledged.iter().filter(|(asked, _)| asked.method != Method::DELETE) {
                let again = ask(&client, &process.address, member, asked).await;
                assert_eq!(again.as_ref(), Some(answer), "round {round}, {}", asked.key);
            }
            // The one without an answer is carried out now, if it was not then.
            let answer = ask(&client, &process.address, member, &unknown).await.unwrap();
            acknowledged.push((unknown, answer));
            resolved += 1;
            for (asked, (status, body)) in acknowledged {
                *written.entry((asked.method.to_string(), kind(&asked.path), status)).or_insert(0) += 1;
                redeemed.extend((asked.path == "/v1/me/redemptions" && status == 201).then_some(body));
            }
        }
        let verified =
            Command::new(binary()).arg("verify").arg("--database").arg(&database).output().unwrap();
        assert!(verified.status.success(), "round {round}\n{}", String::from_utf8_lossy(&verified.stdout));
    }
    process.kill();
    assert_redeemed_once(&database, &redeemed);
    println!("{rounds} rounds, {resolved} writes without a first answer; of all:");
    written.iter().for_each(|((method, path, status), times)| println!("{times:6} {method} {path} {status}"));
}

/// Every redemption that a client was told of is there, and no other.
#[track_caller]
fn assert_redeemed_once(database: &Path, redeemed: &[String]) {
    let connection = rusqlite::Connection::open(database).unwrap();
    let mut kept = connection
        .prepare("SELECT redemption_id, code FROM redemption JOIN voucher USING (program_id, redemption_id)")
        .unwrap();
    let kept: BTreeMap<String, String> =
        kept.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let told: BTreeMap<String, String> = redeemed
        .iter()
        .map(|body| serde_json::from_str::<Value>(body).unwrap())
        .map(|body| (text(&body["id"]), text(&body["voucher"]["code"])))
        .collect();
    assert_eq!(told.len(), redeemed.len(), "two keys got one redemption");
    assert_eq!(kept, told);
}

/// A program in which every command does something.
fn program(file: &Path) -> Value {
    let mut program: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let activity = |id: &str, points: u64| json!({"id": id, "title": {"en": id}, "earn": {"type": "activity", "activity": id, "points": points}});
    program["earn_rules"].as_array_mut().unwrap().extend([activity("review", 3), activity("check_in", 1)]);
    program["pending"] = json!({"type": "fulfilled"});
    program["rewards"][0]["cancel_hours"] = json!(24);
    program
}

/// A path without its names.
fn kind(path: &str) -> String {
    let parts = path
        .trim_start_matches("/v1")
        .split('/')
        .map(|part| if part.contains(|c: char| "-_0123456789".contains(c)) { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn member_name(member: usize) -> String {
    format!("member-{member}")
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is text").to_owned()
}
