//! A disk that is full, cannot sync, cannot be written or is locked by another: a clear answer, and all is well when
//! the disk is.

use rusqlite::Connection;
use serde_json::Value;
use stampcard_server::StartError;

use crate::{
    disk::{Disk, Fault},
    http_server::Server,
};

async fn a_member_redeems_while(fault: Fault) {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::watch(folder.path());
    let server = Server::open_on(folder);
    server.enroll_with("ada", 500).await;

    disk.fail(fault);
    let answer = server.redeem("ada", "one-key-for-it", "tote-bag", 100).await;
    assert_eq!(answer.problem(), (503, "unavailable".to_owned()));
    assert!(answer.header("retry-after").is_some());
    assert_eq!(server.available("ada").await, 500, "what can be read is read");

    disk.fail(None);
    let redeemed = server.redeem("ada", "one-key-for-it", "tote-bag", 100).await.ok();
    assert_eq!(redeemed["balance_after"], 400);
    let again = server.redeem("ada", "one-key-for-it", "tote-bag", 100).await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.ok(), redeemed);
    server.assert_verified();
}

#[tokio::test]
async fn a_full_disk_refuses_a_redemption_and_forgets_nothing() {
    a_member_redeems_while(Fault::Full).await;
}

#[tokio::test]
async fn a_disk_that_cannot_sync_acknowledges_nothing() {
    a_member_redeems_while(Fault::NoSync).await;
}

#[tokio::test]
async fn a_ledger_that_can_only_be_read_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::watch(folder.path());
    let server = Server::open_on(folder);
    server.enroll_with("ada", 500).await;
    server.app.shutdown().await.unwrap();
    let Server { app, router, folder, .. } = server;
    drop((app, router));

    disk.fail(Fault::ReadOnly);
    let Err(error) = Server::try_open_on(&folder) else { panic!("it started") };
    assert!(matches!(error, StartError::Database { .. }), "{error:?}");
    assert!(error.to_string().contains("readonly"), "{error}");

    disk.fail(None);
    let server = Server::open_on(folder);
    assert_eq!(server.available("ada").await, 500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_that_another_process_locks_waits_and_then_says_so() {
    let server = Server::open();
    server.enroll_with("ada", 500).await;
    let other = Connection::open(server.folder.path().join("ledger.db")).unwrap();

    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let redeem = server.redeem("ada", "while-it-is-locked", "tote-bag", 100);
    let (answer, ()) = tokio::join!(redeem, async {
        assert_eq!(server.available("ada").await, 500, "readers do not wait");
        other.execute_batch("ROLLBACK").unwrap();
    });
    assert_eq!(answer.ok()["balance_after"], 400);

    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = server.redeem("ada", "while-it-stays-locked", "tote-bag", 100).await;
    assert_eq!(answer.problem(), (503, "unavailable".to_owned()));
    other.execute_batch("ROLLBACK").unwrap();
    let answer = server.redeem("ada", "while-it-stays-locked", "tote-bag", 100).await;
    assert_eq!(answer.ok()["balance_after"], 300);
    server.assert_verified();
}

#[tokio::test]
async fn a_clock_that_goes_back_changes_no_order_of_entries() {
    let server = Server::open();
    server.enroll_with("ada", 500).await;
    server.let_pass(0, -180);
    server.redeem("ada", &server.fresh_key(), "tote-bag", 100).await.ok();
    server.let_pass(0, 60);
    server.book("ada", "later", 30).await.ok();

    let entries = server.get("ada", "/v1/me/entries").await.ok();
    let instants: Vec<&Value> =
        entries["items"].as_array().unwrap().iter().map(|entry| &entry["occurred_at"]).collect();
    assert_eq!(instants.len(), 3);
    assert!(instants.iter().all(|instant| *instant == instants[2]), "no entry is older than the one before");
    server.assert_verified();
}
