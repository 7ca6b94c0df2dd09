//! A ledger as text and back.

use std::{io::Cursor, path::Path, process::Command};

use axum::http::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stampcard_model::{ProgramId, Timestamp};
use stampcard_server::{
    Seams,
    store::sqlite::{Fault, Format, Imported, TransferError, export, import},
    verify,
};

use super::ground::{Ground, OTHER_KEY, Place, get, new_key, write};
use crate::http_process::binary;

/// A ledger in which everything has happened that can.
async fn lived_in() -> Ground {
    let ground = Ground::new();
    for (member, points) in [("mei", 2_000), ("lin", 120), ("ann", 0), ("bo", 700)] {
        ground.member(member, points).await;
    }
    ground.order("mei", "2", 333).await;
    ground.clock.pass(86_400_000);
    let redeemed = ground.redeem("mei").await;
    assert_eq!(redeemed.status, 201, "{}", redeemed.text);
    ground.redeem("mei").await;
    let code = redeemed.body["voucher"]["code"].as_str().expect("a code");
    let used = ground.post(&format!("/v1/vouchers/{code}/use"), json!({"order_id": "77"})).await;
    assert_eq!(used.status, 200, "{}", used.text);
    ground.post("/v1/orders/first-of-lin/refunds", json!({})).await;
    ground.order("ann", "of-nothing", 0).await;
    // Points expire after a year.
    ground.clock.pass(400 * 86_400_000);
    ground.order("lin", "4", 40).await;
    stampcard_server::sweep::sweep(&ground.app, ground.clock.now()).await.expect("it sweeps");
    let foreign = write(Method::POST, "/v1/members", OTHER_KEY, &new_key(), &json!({"reference": "mei"}));
    assert_eq!(ground.send(foreign).await.status, 201);
    ground
}

pub(super) fn exported(file: &Path, format: Format, program: Option<&str>) -> String {
    let mut text = Vec::new();
    let program = program.map(|id| ProgramId::new(id).expect("an id"));
    export(file, format, program.as_ref(), Timestamp::from_millis(0), &mut text).expect("it is written");
    String::from_utf8(text).expect("text")
}

pub(super) fn imported(file: &Path, text: &str) -> Result<Imported, TransferError> {
    import(file, Cursor::new(text.as_bytes()), &Seams::default())
}

#[tokio::test]
async fn a_ledger_that_goes_over_to_another_server_is_the_same_there() {
    let ground = lived_in().await;
    let here = ground.folder().join("ledger.db");
    let text = exported(&here, Format::Jsonl, None);
    let there = Place::new();
    let file = there.folder().join("ledger.db");
    let done = imported(&file, &text).expect("it is imported");
    assert_eq!(done.members, 5);
    assert!(done.entries >= 10, "{done:?}");
    assert_eq!(exported(&file, Format::Jsonl, None), text, "and would go on as it came");
    assert!(verify(&file).expect("it is looked at").holds());
    let there = there.open(ground.clock.clone());
    for member in ["mei", "lin", "ann", "bo"] {
        for path in ["/v1/me", "/v1/me/entries", "/v1/me/vouchers", "/v1/me/rewards"] {
            assert_eq!(
                there.get(path, member).await.body,
                ground.get(path, member).await.body,
                "{path} of {member}"
            );
        }
    }
    // And life goes on: what was known is known.
    assert_eq!(there.order("mei", "2", 1).await.told(), (409, "order_already_booked"));
    assert_eq!(there.order("mei", "new", 100).await.status, 201);
    assert_eq!(there.post("/v1/orders/new/refunds", json!({})).await.status, 201);
    assert!(verify(&file).expect("it is looked at").holds());
    assert!(matches!(imported(&file, &text), Err(TransferError::Start(_))), "the server has it open");
}

#[tokio::test]
async fn one_program_goes_over_alone() {
    let ground = lived_in().await;
    let text = exported(&ground.folder().join("ledger.db"), Format::Jsonl, Some("comet"));
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        for id in [&line["program_id"], &line["document"]["id"]] {
            assert!(*id == json!("comet") || id.is_null(), "{line}");
        }
    }
    let there = Place::new();
    let file = there.folder().join("ledger.db");
    assert_eq!(imported(&file, &text).expect("it is imported"), Imported { members: 1, entries: 0 });
    let again = imported(&file, &text);
    assert!(matches!(again, Err(TransferError::NotEmpty)), "{again:?}");
}

#[tokio::test]
async fn a_text_that_was_tampered_with_is_refused_whole() {
    let ground = lived_in().await;
    let text = exported(&ground.folder().join("ledger.db"), Format::Jsonl, None);
    let there = Place::new();
    let file = there.folder().join("ledger.db");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    // One that earned something and is followed by another entry of its member.
    let is_entry = |line: &Value| line["record"] == "entry";
    let earned =
        |line: &Value| line["entry"]["body"]["kind"] == "accrual" && line["balance_after"] != json!(0);
    let accrual = lines.windows(2).position(|two| earned(&two[0]) && is_entry(&two[1])).expect("one");
    let redemption =
        lines.iter().position(|line| line["entry"]["body"]["kind"] == "redemption").expect("one");
    let member = lines
        .windows(2)
        .position(|two| two[0]["record"] == "member" && is_entry(&two[1]))
        .expect("one with entries");
    type Tamper = fn(&mut Vec<Value>, usize);
    type Expected = fn(&TransferError) -> bool;
    let cases: [(&str, usize, Tamper, Expected); 9] = [
        (
            "a point more in the balance",
            accrual,
            |lines, at| bump(&mut lines[at]["balance_after"]),
            |e| is(e, |f| matches!(f, Fault::Balance { .. })),
        ),
        (
            "a point more in the lot",
            accrual,
            |lines, at| bump(&mut lines[at]["entry"]["body"]["points"]),
            |e| is(e, |f| matches!(f, Fault::Lots)),
        ),
        (
            "a point more in one posting",
            accrual,
            |lines, at| bump(&mut lines[at]["entry"]["postings"][0]["delta"]),
            |e| is(e, |f| matches!(f, Fault::Unbalanced)),
        ),
        (
            "a point more drawn",
            redemption,
            |lines, at| bump(&mut lines[at]["entry"]["body"]["draws"][0]["points"]),
            |e| is(e, |f| matches!(f, Fault::Lots | Fault::Table)),
        ),
        (
            "another price",
            redemption,
            |lines, at| bump(&mut lines[at]["entry"]["body"]["points"]),
            |e| matches!(e, TransferError::Unproven(_)),
        ),
        (
            "an entry left out",
            accrual,
            |lines, at| drop(lines.remove(at)),
            |e| is(e, |f| matches!(f, Fault::Order)),
        ),
        (
            "an entry twice",
            accrual,
            |lines, at| lines.insert(at, lines[at].clone()),
            |e| is(e, |f| matches!(f, Fault::Order)),
        ),
        (
            "a member left out",
            member,
            |lines, at| drop(lines.remove(at)),
            |e| is(e, |f| matches!(f, Fault::Place | Fault::Unknown)),
        ),
        (
            "an unknown field",
            accrual,
            |lines, at| lines[at]["extra"] = json!(1),
            |e| is(e, |f| matches!(f, Fault::Shape(_))),
        ),
    ];
    for (what, at, tamper, expected) in cases {
        let mut tampered = lines.clone();
        tamper(&mut tampered, at);
        let error = imported(&file, &closed_again(tampered)).expect_err(what);
        assert!(expected(&error), "{what}: {error}");
    }
    // Without making the end fit, any change at all is noticed, and so is a text that was cut.
    let other_name = text.replacen("\"Mei\"", "\"May\"", 1);
    for (what, text) in [
        ("another name", other_name.as_str()),
        ("cut", &text[..text.floor_char_boundary(text.len() / 2)]),
        ("nothing", ""),
    ] {
        let error = imported(&file, text).expect_err(what);
        assert!(is(&error, |fault| matches!(fault, Fault::Cut | Fault::Shape(_))), "{what}: {error}");
    }
    let connection = Connection::open(&file).expect("it opens");
    let members: i64 =
        connection.query_row("SELECT count(*) FROM member", [], |row| row.get(0)).expect("a number");
    assert_eq!(members, 0, "nothing of it was kept");
    drop(connection);
    assert!(imported(&file, &text).is_ok(), "and the whole text still goes in");
}

fn bump(value: &mut Value) {
    *value = json!(value.as_i64().expect("a number") + 1);
}

fn is(error: &TransferError, fits: impl Fn(&Fault) -> bool) -> bool {
    matches!(error, TransferError::Line { fault, .. } if fits(fault))
}

/// The lines as text, with an end that fits them.
fn closed_again(mut lines: Vec<Value>) -> String {
    lines.pop();
    let mut text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let sha256: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    text.push_str(&json!({"record": "end", "lines": lines.len(), "sha256": sha256}).to_string());
    text.push('\n');
    text
}

#[tokio::test]
async fn hledger_finds_the_journal_sound_and_a_point_too_many() {
    let ground = lived_in().await;
    let file = ground.folder().join("ledger.db");
    let journal = exported(&file, Format::Hledger, None);
    let Some(sound) = hledger(ground.folder(), &journal) else {
        println!("hledger: skipped, it is not installed");
        return;
    };
    assert_eq!(sound, "", "{journal}");
    // One point more in one posting, with its counterpart.
    let line = journal.lines().find(|line| line.contains(":available  2000 ")).expect("the first order");
    let tampered = journal.replacen(line, &line.replacen("2000", "2001", 1), 1).replacen(
        "issued  -2000",
        "issued  -2001",
        1,
    );
    assert_ne!(hledger(ground.folder(), &tampered).as_deref(), Some(""));
    // One point more in the database, behind the server's back.
    ground.app.shutdown().await.expect("it closes");
    let connection = Connection::open(&file).expect("it opens");
    connection
        .execute_batch(
            "UPDATE balance SET available = available + 1 WHERE member_id = (SELECT min(member_id) FROM balance)",
        )
        .expect("it is tampered with");
    drop(connection);
    assert_ne!(hledger(ground.folder(), &exported(&file, Format::Hledger, None)).as_deref(), Some(""));
    assert!(!verify(&file).expect("it is looked at").holds());
}

/// What hledger says about a journal: nothing when it is sound; none without hledger.
pub(super) fn hledger(folder: &Path, journal: &str) -> Option<String> {
    let file = folder.join("ledger.journal");
    std::fs::write(&file, journal).expect("it is written");
    let checked = Command::new("hledger")
        .arg("-f")
        .arg(&file)
        .args(["check", "accounts", "commodities", "assertions"])
        .output();
    let checked = match checked {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        checked => checked.expect("hledger runs"),
    };
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert_eq!(checked.status.success(), said.is_empty(), "{said}");
    Some(said)
}

#[tokio::test]
async fn the_commands_say_in_their_exit_code_whether_all_is_well() {
    let ground = lived_in().await;
    let (here, there) = (ground.folder().join("ledger.db"), Place::new());
    let place = |name: &str| there.folder().join(name).into_os_string().into_string().expect("text");
    let here = here.into_os_string().into_string().expect("text");
    let run = |arguments: &[&str]| {
        let ended = Command::new(binary()).args(arguments).output().expect("it runs");
        (ended.status.code(), String::from_utf8(ended.stderr).expect("text"))
    };
    let (text, new) = (place("ledger.jsonl"), place("new.db"));
    let export = run(&["export", "--format", "jsonl", "--database", &here, "--output", &text]);
    assert_eq!(export, (Some(0), String::new()), "a server has it open");
    assert_eq!(run(&["import", "--database", &new, &text]), (Some(0), String::new()));
    assert_eq!(run(&["verify", "--database", &new]), (Some(0), String::new()));
    let again = run(&["import", "--database", &new, &text]);
    assert_eq!(again.0, Some(2), "{}", again.1);
    assert!(again.1.contains("holds something already"), "{}", again.1);
    let cut = std::fs::read_to_string(&text).expect("text").replacen("\"end\"", "\"and\"", 1);
    std::fs::write(&text, cut).expect("it is written");
    let refused = run(&["import", "--database", &place("newer.db"), &text]);
    assert_eq!(refused.0, Some(1), "{}", refused.1);
    assert!(refused.1.contains("Nothing was imported"), "{}", refused.1);
    assert_eq!(run(&["export", "--format", "jsonl", "--database", &place("none.db")]).0, Some(2));
}

#[tokio::test]
async fn an_export_shows_what_is_there_while_the_server_writes_on() {
    let ground = lived_in().await;
    let file = ground.folder().join("ledger.db");
    let before = exported(&file, Format::Jsonl, None);
    assert_eq!(ground.send(get("/v1/me", &ground.token("mei"))).await.status, 200);
    ground.order("mei", "later", 10).await;
    assert_ne!(exported(&file, Format::Jsonl, None), before);
}
