//! A ledger of a size that few shops have: what it takes on disk, how soon a server is there, and whether anything is slower.
//!
//! Ten entries a member come from one member who is booked through the store and then written down again under other
//! names, table by table. Numbers follow each other, so that the file is made in order, as no real one is.

use std::{path::Path, time::Instant};

use rusqlite::Connection;
use stampcard_model::MemberId;
use stampcard_server::store::Action;

use crate::{enroll_one, execute_at, measure, open, order, read_me, redeem_once, row, serve};

/// Stands in every name of the member who is copied, and nowhere else.
const NOBODY: &str = "7070707";
/// Entries of the member with a long history.
const LONG: usize = 100_000;
const DAY_MS: i64 = 86_400_000;

pub async fn run(folder: &Path, members: usize) {
    let file = folder.join("large.db");
    prepare(&file).await;
    let began = Instant::now();
    let entries = multiply(&file, members);
    let bytes = std::fs::metadata(&file).expect("it is there").len();
    println!("\nA ledger of {members} members and {entries} entries, made in {:.0?}.", began.elapsed());
    println!("On disk: {:.2} GB, {} bytes an entry.", bytes as f64 / 1e9, bytes / entries);
    let began = Instant::now();
    let app = open(&file);
    println!("A server is there after {:.0?}.\n", began.elapsed());

    let names = move |number: usize| format!("member-{:07}", 1 + number * 7_919 % members);
    for clients in [1, 64] {
        let app = app.clone();
        let measured =
            measure(clients, move |client, turn| redeem_once(app.clone(), names(client * 100_003 + turn)))
                .await;
        row("redeem, anybody of them", clients, &measured, None);
    }
    for (what, member) in [("redeem, ten entries", "ten"), ("redeem, 100,000 entries", "long")] {
        let app = app.clone();
        let measured = measure(1, move |_, _| redeem_once(app.clone(), member.to_owned())).await;
        row(what, 1, &measured, None);
    }
    let (address, stop) = serve(&app).await;
    let ten = read_me(&address, |_| "ten".to_owned()).await;
    let long = read_me(&address, |_| "long".to_owned()).await;
    let anybody = read_me(&address, names).await;
    row("GET /v1/me, ten entries", 1, &ten, None);
    row("GET /v1/me, 100,000 entries", 1, &long, None);
    row("GET /v1/me, anybody of them", 1, &anybody, None);
    stop().await;
}

/// One member with ten entries to copy, one more to compare with, and one with a long history.
async fn prepare(file: &Path) {
    let app = open(file);
    let now = app.now();
    for (reference, id) in [(format!("member-{NOBODY}"), format!("m_{NOBODY}")), ("ten".into(), "ten".into())]
    {
        enroll_one(&app, &reference, MemberId::new(id).expect("it is an id")).await;
        for number in 0..8_i64 {
            let at = now.plus_millis((number - 9) * 30 * DAY_MS);
            let order =
                order(&format!("order-{reference}-{number}"), 420_000 + 10_000 * number.unsigned_abs());
            execute_at(&app, at, Action::Book { reference: reference.clone(), order }).await;
        }
        for number in 0..2_i64 {
            let at = now.plus_millis((number - 2) * DAY_MS);
            execute_at(&app, at, redemption(&reference, number)).await;
        }
    }
    enroll_one(&app, "long", MemberId::new("long").expect("it is an id")).await;
    let ten_years = 10 * 365 * DAY_MS;
    let at = |number: usize| now.plus_millis(ten_years / LONG as i64 * (number as i64 - LONG as i64));
    for number in 0..LONG / 256 {
        let booked = (number * 256..(number + 1) * 256).map(|number| {
            let order = order(&format!("long-{number}"), 1_000);
            execute_at(&app, at(number), Action::Book { reference: "long".to_owned(), order })
        });
        // The writer takes them in this order, as they are handed over in it.
        futures_util::future::join_all(booked).await;
    }
    app.store().close().await.expect("it closes");
}

fn redemption(reference: &str, number: i64) -> Action {
    let name = format!("{reference}-{number}");
    crate::redemption(
        reference,
        stampcard_model::RedemptionId::new(format!("r-{name}")).expect("it is an id"),
        stampcard_model::VoucherCode::new(format!("v-{name}")).expect("it is a code"),
    )
}

/// Writes each row of the member down again for as many members as asked for; returns how many entries there are.
fn multiply(file: &Path, members: usize) -> u64 {
    let connection = Connection::open(file).expect("the file can be written");
    connection
        .execute_batch(
            "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN",
        )
        .expect("SQLite knows them");
    let tables: Vec<String> = strings(&connection, "SELECT name FROM sqlite_schema WHERE type = 'table'");
    for table in tables {
        let columns = strings(&connection, &format!("SELECT name FROM pragma_table_info('{table}')"));
        let texts = strings(
            &connection,
            &format!("SELECT name FROM pragma_table_info('{table}') WHERE type = 'TEXT'"),
        );
        if texts.is_empty() {
            continue;
        }
        let renamed: Vec<String> = columns
            .iter()
            .map(|name| match texts.contains(name) {
                true => format!("replace({name}, '{NOBODY}', printf('%07d', number))"),
                false => name.clone(),
            })
            .collect();
        let named: Vec<String> = texts.iter().map(|name| format!("instr({name}, '{NOBODY}')")).collect();
        connection
            .execute_batch(&format!(
                "CREATE TEMP TABLE one AS SELECT * FROM main.{table} WHERE {};
                 WITH RECURSIVE numbers(number) AS
                     (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {members})
                 INSERT INTO main.{table} ({}) SELECT {} FROM numbers CROSS JOIN one;
                 DROP TABLE one",
                named.join(" OR "),
                columns.join(", "),
                renamed.join(", "),
            ))
            .expect("the names are new");
    }
    let taken = format!("UPDATE reward_state SET taken = taken + 2 * {members}; COMMIT; ANALYZE");
    connection.execute_batch(&taken).expect("the tables are there");
    connection.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).expect("it can be counted")
}

fn strings(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect("it is SQL");
    let rows = statement.query_map([], |row| row.get(0)).expect("it can be read");
    rows.collect::<Result<_, _>>().expect("it is text")
}
