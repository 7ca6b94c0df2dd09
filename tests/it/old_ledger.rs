//! A ledger of an earlier version is brought up to date, and says the same.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use rusqlite::Connection;
use stampcard_model::Program;
use stampcard_server::{ProgramInForce, Seams, settings::Limits, store::sqlite::SqliteStore, verify};

/// The tables as they were, and what was in them.
const OLD: [&str; 5] = [
    include_str!("../../crates/stampcard-server/migrations/0001_ledger.sql"),
    include_str!("../../crates/stampcard-server/migrations/0002_tokens.sql"),
    include_str!("../../crates/stampcard-server/migrations/0003_webhooks.sql"),
    include_str!("../../crates/stampcard-server/migrations/0004_privacy.sql"),
    include_str!("../fixtures/ledger-4.sql"),
];

fn balances(connection: &Connection) -> BTreeMap<String, (i64, i64, i64, i64)> {
    connection
        .prepare("SELECT member_id, last_seq, available, pending, held FROM balance")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn open(file: &Path, document: &str) -> SqliteStore {
    let program: Program = serde_json::from_str(document).unwrap();
    let program = Arc::new(ProgramInForce::new(program).unwrap());
    SqliteStore::open(
        file,
        &Limits::default(),
        &Seams::default(),
        [&program].into_iter(),
        Arc::new(|_, _| ()),
    )
    .unwrap()
}

#[test]
fn a_ledger_of_the_fourth_version_keeps_every_balance_and_every_invariant() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    let old = Connection::open(&file).unwrap();
    for part in OLD {
        old.execute_batch(part).unwrap();
    }
    let document: String = old.query_row("SELECT document FROM program", [], |row| row.get(0)).unwrap();
    let before = balances(&old);
    let reversed = "SELECT count(*) FROM order_accrual WHERE reversed = 1";
    assert_ne!(
        old.query_row(reversed, [], |row| row.get(0)),
        Ok(0),
        "an order that came back is looked at too"
    );
    drop(old);

    for _ in 0..2 {
        drop(open(&file, &document));
        assert_eq!(balances(&Connection::open(&file).unwrap()), before);
        let report = verify(&file).unwrap();
        assert!(report.holds(), "{report}");
    }
}
