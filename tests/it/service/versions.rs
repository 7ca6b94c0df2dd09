//! Versions of a program that take one another's place at an instant.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{body::Body, http::Request};
use rusqlite::Connection;
use serde_json::{Value, json};
use stampcard_model::{Order, ProgramId, Timestamp};
use stampcard_server::{
    App, Seams, Settings,
    settings::ProgramSource,
    store::{Action, Effect, Executed, Write, sqlite::Format},
    sweep, verify,
};

use crate::{
    http_process::{Process, binary, enroll, token_now, write_settings},
    http_server::{PAGE_KEY as LANTERN_PAGE_KEY, http_client, program as program_of_tests},
};

use super::{
    ground::{Answer, BEGIN, Clock, Ground, PAGE_KEY, Place, lantern},
    transfer::{exported, imported},
};

const DAY: i64 = 86_400_000;

fn first() -> Value {
    serde_json::to_value(lantern()).expect("JSON")
}

/// From ten days after the beginning on: three leaves a euro, gold before silver, free shipping no more, new prices.
fn second() -> Value {
    let mut second = first();
    second["version"] = json!(2);
    second["effective_at"] = json!(Timestamp::from_millis(BEGIN + 10 * DAY));
    second["earn_rules"][0]["earn"]["ratio"]["points"] = json!(3);
    second["rewards"].as_array_mut().expect("a list").retain(|reward| reward["id"] != "free-shipping");
    second["rewards"][0]["price"] = json!(31);
    let tiers = second["tiers"]["tiers"].as_array_mut().expect("a list");
    tiers.swap(1, 2);
    tiers[1]["threshold"] = json!(300);
    tiers[2]["threshold"] = json!(1_200);
    second
}

/// Puts the versions into the folder as files.
fn files(folder: &Path, versions: &[Value]) -> ProgramSource {
    let write = |(index, version): (usize, &Value)| {
        let file = folder.join(format!("version-{index}.json"));
        std::fs::write(&file, version.to_string()).expect("it is written");
        file
    };
    ProgramSource::Files(versions.iter().enumerate().map(write).collect())
}

fn with(versions: &[Value]) -> impl FnOnce(&mut Settings) {
    let versions = versions.to_vec();
    move |settings| {
        let folder = settings.database.parent().expect("it lies in a folder").to_owned();
        settings.programs[0].program = files(&folder, &versions);
    }
}

fn ledger(ground: &Ground) -> Connection {
    Connection::open(ground.folder().join("ledger.db")).expect("it opens")
}

/// Each entry as it is kept, byte for byte, with the version that booked it.
fn entries(ground: &Ground) -> Vec<(u32, String)> {
    let connection = ledger(ground);
    let mut statement = connection
        .prepare(
            "SELECT program_version, member_id || ' ' || seq || postings || body || balance_after FROM entry
             ORDER BY occurred_at, member_id, seq",
        )
        .expect("a statement");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.collect::<Result<_, _>>().expect("entries")
}

async fn program(ground: &Ground, known: Option<&str>) -> Answer {
    let mut request = Request::get("/v1/program").header("stampcard-key", PAGE_KEY);
    if let Some(known) = known {
        request = request.header("if-none-match", known);
    }
    ground.send(request.body(Body::empty()).expect("a request")).await
}

/// The sentence that a start of the server with these versions ends with.
fn sentence(clock: &Clock, folder: &Path, versions: &[Value]) -> String {
    let clock = clock.clone();
    let seams = Seams { clock: Arc::new(move || clock.now()), ..Seams::default() };
    let mut settings = Settings { database: folder.join("ledger.db"), ..Settings::default() };
    let toml = format!(
        "[[programs]]\nprogram = {{ files = [] }}\nmember_tokens = {{ secret = {{ value = \"{}\" }} }}",
        "s".repeat(32)
    );
    let file = folder.join("settings.toml");
    std::fs::write(&file, toml).expect("it is written");
    settings.programs = Settings::read(Some(&file), []).expect("settings").programs;
    settings.programs[0].program = files(folder, versions);
    App::open_with(settings, seams).err().expect("it does not start").to_string()
}

#[tokio::test]
async fn an_order_earns_by_the_version_that_is_in_force_when_it_is_booked() {
    let ground = Ground::with(with(&[second(), first()]));
    ground.member("mei", 100).await;
    let shipping = json!({"reward_id": "free-shipping", "price": 60});
    let redeemed = ground.post_as("/v1/me/redemptions", "mei", shipping.clone()).await;
    assert_eq!(redeemed.status, 201, "{}", redeemed.text);
    ground.clock.pass(10 * DAY - 1);
    assert_eq!(ground.order("mei", "before", 100).await.body["points"], 100);
    let before = (program(&ground, None).await, entries(&ground));
    assert_eq!(before.0.body["version"], 1);
    let tag = before.0.header("etag").expect("a tag").to_owned();
    assert_eq!(program(&ground, Some(&tag)).await.status, 304);

    ground.clock.pass(1);
    let after = program(&ground, Some(&tag)).await;
    assert_eq!((after.status.as_u16(), &after.body["version"]), (200, &json!(2)), "without a restart");
    // The third order of the month brings 40 more.
    assert_eq!(ground.order("mei", "after", 100).await.body["points"], 300 + 40);
    assert_eq!(ground.get("/v1/me", "mei").await.body["balance"]["available"], 100 - 60 + 100 + 340);
    let refused = ground.post_as("/v1/me/redemptions", "mei", shipping).await;
    assert_eq!(refused.told(), (404, "reward_not_found"), "it is gone from the catalogue");
    let vouchers = ground.get("/v1/me/vouchers", "mei").await;
    assert_eq!(
        vouchers.body["items"][0]["title"], "Free shipping",
        "and stays what it was where it was bought"
    );
    let code = vouchers.body["items"][0]["code"].as_str().expect("a code").to_owned();
    assert_eq!(ground.post(&format!("/v1/vouchers/{code}/use"), json!({})).await.status, 200);

    // What came back is counted as it was earned.
    assert_eq!(ground.post("/v1/orders/before/refunds", json!({})).await.status, 201);
    assert_eq!(ground.get("/v1/me", "mei").await.body["balance"]["available"], 100 - 60 + 340);
    let now = entries(&ground);
    assert_eq!(now[..before.1.len()], before.1, "nothing is rewritten");
    let versions: Vec<u32> = now.iter().map(|(version, _)| *version).collect();
    assert_eq!(versions, [1, 1, 1, 2, 2]);
    assert!(verify(&ground.folder().join("ledger.db")).expect("it is looked at").holds());
}

#[tokio::test]
async fn tiers_that_change_places_change_no_entry_and_a_restart_in_between_changes_nothing() {
    let ground = Ground::with(with(&[first(), second()]));
    ground.member("mei", 500).await;
    ground.member("lin", 1_300).await;
    let tier = |ground: Answer| ground.body["tier"]["tier"].as_str().expect("a tier").to_owned();
    assert_eq!(tier(ground.get("/v1/me", "mei").await), "silver");
    assert_eq!(tier(ground.get("/v1/me", "lin").await), "gold");
    let before = entries(&ground);
    let ground = ground.again(with(&[first(), second()])).await;
    ground.clock.pass(10 * DAY);
    assert_eq!(tier(ground.get("/v1/me", "mei").await), "gold");
    assert_eq!(tier(ground.get("/v1/me", "lin").await), "silver");
    let ground = ground.again(with(&[first(), second()])).await;
    assert_eq!(tier(ground.get("/v1/me", "mei").await), "gold");
    assert_eq!(entries(&ground), before);
    let history = ground.get("/v1/me/entries", "mei").await;
    assert_eq!(history.body["items"][0]["delta"], 500, "{}", history.text);
    assert!(verify(&ground.folder().join("ledger.db")).expect("it is looked at").holds());
    // The version that was in force is kept, so that its file may go.
    let ground = ground.again(with(&[second()])).await;
    assert_eq!(program(&ground, None).await.body["version"], 2);
}

#[tokio::test]
async fn a_write_that_was_let_in_before_the_instant_is_decided_by_the_version_of_its_own_instant() {
    let ground = Ground::with(with(&[first(), second()]));
    ground.member("mei", 0).await;
    let id = ProgramId::new("lantern").expect("an id");
    let let_in = Arc::clone(ground.app.program(&id).expect("it is there"));
    let lines = json!([{"sku": "TEA", "quantity": 1, "amount_minor": 10_000}]);
    let order = |id: &str| -> Order {
        serde_json::from_value(json!({"id": id, "money": "EUR", "lines": lines})).expect("an order")
    };
    for (name, wait, points) in [("early", 0, 100), ("late", 10 * DAY, 300)] {
        ground.clock.pass(wait);
        let action = Action::Book { reference: "mei".to_owned(), order: order(name) };
        let write = Write { program: Arc::clone(&let_in), now: ground.clock.now(), action, once: None };
        let done = ground.app.store().execute(write).await.expect("it is written");
        let Executed::Now(Ok(Effect::Booked(booked)), _) = done else { panic!("it is booked") };
        let earned = booked.entries.iter().flat_map(|entry| &entry.postings).map(|p| p.delta).max();
        assert_eq!(earned, Some(points), "{name}");
    }
}

#[tokio::test]
async fn a_version_to_come_may_be_changed_and_taken_back_and_one_that_was_in_force_may_not() {
    let ground = Ground::with(with(&[first(), second()]));
    let mut other = second();
    other["rewards"][0]["price"] = json!(77);
    let ground = ground.again(with(&[first(), other.clone()])).await;
    let ground = ground.again(with(&[first()])).await;
    ground.clock.pass(11 * DAY);
    assert_eq!(program(&ground, None).await.body["version"], 1, "it was taken back");
    let ground = ground.again(with(&[first(), other.clone()])).await;
    assert_eq!(program(&ground, None).await.body["version"], 2, "its instant has passed");
    ground.app.shutdown().await.expect("it closes");
    let folder = ground.folder().to_owned();
    let says = |versions: &[Value]| sentence(&ground.clock, &folder, versions);
    assert!(says(&[first(), second()]).contains("version 3"), "its content is another");
    assert!(says(&[first()]).contains("version 3"), "back is no way");
    let mut changed = first();
    changed["rewards"][0]["price"] = json!(1);
    assert!(says(&[changed, other]).contains("version 3"), "the first was in force, too");
}

#[test]
fn versions_that_do_not_follow_one_another_are_refused_with_their_place() {
    let place = Place::new();
    let clock = Clock::at(BEGIN);
    let says = |versions: &[Value]| sentence(&clock, place.folder(), versions);
    let changed = |pointer: &str, value: Value| {
        let mut second = second();
        *second.pointer_mut(pointer).expect("it is there") = value;
        second
    };
    assert!(says(&[second()]).contains("in force from 2026-01-20"), "{}", says(&[second()]));
    assert!(says(&[]).contains("no version"));
    for (versions, expected) in [
        ([first(), changed("/effective_at", Value::Null)], "/effective_at is missing from version 2"),
        ([first(), changed("/version", json!(1))], "/version stands twice"),
        ([first(), changed("/id", json!("comet"))], "/id is not lantern"),
        ([second(), changed("/version", json!(3))], "/effective_at of version 3 is not after"),
        ([first(), changed("/rewards/0/price", json!(0))], "/rewards/0/price is not at least 1"),
        ([first(), changed("/time_zone", json!("Mars/Olympus_Mons"))], "/time_zone"),
    ] {
        let sentence = says(&versions);
        assert!(sentence.contains(expected), "{sentence}");
    }
}

#[tokio::test]
async fn an_export_takes_every_version_along() {
    let ground = Ground::with(with(&[first(), second()]));
    ground.member("mei", 500).await;
    let text = exported(&ground.folder().join("ledger.db"), Format::Jsonl, None);
    let kept: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .filter(|line| line["record"] == "program" && line["document"]["id"] == "lantern")
        .map(|line| json!([line["document"]["version"], line["in_force_at"]]))
        .collect();
    assert_eq!(kept, [json!([1, "2026-01-10T08:00:00Z"]), json!([2, "2026-01-20T08:00:00Z"])]);
    let there = Place::new();
    let file = there.folder().join("ledger.db");
    imported(&file, &text).expect("it is imported");
    assert_eq!(exported(&file, Format::Jsonl, None), text);
    let there = there.open(ground.clock.clone()).again(with(&[first(), second()])).await;
    there.clock.pass(10 * DAY);
    assert_eq!(there.order("mei", "after", 10).await.body["points"], 45, "three times one and a half");
}

#[tokio::test]
async fn open_pages_are_told_when_another_version_comes_into_force() {
    let ground = Ground::with(with(&[first(), second()]));
    ground.member("mei", 500).await;
    let mut pages = super::live::open(&ground, "mei", None).await;
    sweep::sweep(&ground.app, ground.clock.now()).await.expect("it sweeps");
    pages.expect_silence().await;
    ground.clock.pass(10 * DAY);
    sweep::sweep(&ground.app, ground.clock.now()).await.expect("it sweeps");
    pages.expect("tier_changed", 1).await;
    sweep::sweep(&ground.app, ground.clock.now()).await.expect("it sweeps");
    pages.expect_silence().await;
}

#[tokio::test]
async fn a_running_server_changes_the_version_and_tells_its_pages_by_itself() {
    let folder = Place::new();
    let settings = write_settings(folder.folder());
    // The server is there before the instant is chosen, which is soon.
    binary();
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs();
    let soon = Timestamp::from_millis(i64::try_from(seconds + 5).expect("a time") * 1_000);
    let mut later = program_of_tests("lantern");
    later["version"] = json!(2);
    later["effective_at"] = json!(soon);
    std::fs::write(folder.folder().join("later.json"), later.to_string()).expect("it is written");
    let text = std::fs::read_to_string(&settings).expect("settings");
    let both = text.replace("{ file = \"program.json\" }", "{ files = [\"program.json\", \"later.json\"] }");
    assert_ne!(both, text);
    std::fs::write(&settings, both).expect("it is written");

    let server = Process::start(&settings);
    let (client, address) = (http_client(), &server.address);
    enroll(&client, address, "mei").await;
    let version = async || -> Value {
        let asked = client.get(format!("{address}/v1/program")).header("stampcard-key", LANTERN_PAGE_KEY);
        asked.send().await.expect("an answer").json::<Value>().await.expect("JSON")["version"].clone()
    };
    let stream = client.get(format!("{address}/v1/me/stream")).bearer_auth(token_now("mei"));
    let mut stream = stream.send().await.expect("a stream");
    // The sweep comes once a minute: it is not what is waited for.
    let told = async {
        let mut text = String::new();
        while !text.contains("event: tier_changed") {
            let chunk = stream.chunk().await.expect("the stream goes on").expect("it does not end");
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.expect("its pages are told in time");
    assert_eq!(version().await, 2);
}
