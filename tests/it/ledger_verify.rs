//! `verify` finds what is wrong: each check is tried on a ledger that was damaged for it.

use std::path::Path;

use rusqlite::Connection;
use serde_json::json;
use stampcard_server::{store::sqlite::Invariant, verify};

use crate::http_server::{Server, program};

/// A ledger with every kind of entry that the server books by itself, closed.
async fn ledger() -> tempfile::TempDir {
    let mut lantern = program("lantern");
    lantern["review"] = json!({"after": {"times": 2, "days": 3660}});
    let server = Server::open_with(lantern);
    for member in ["ada", "bea"] {
        server.enroll_with(member, 150).await;
        server.redeem(member, "first-redemption", "tote-bag", 100).await.ok();
        server.book(member, &format!("refunded-{member}"), 30).await.ok();
        server.merchant(&format!("/v1/orders/refunded-{member}/refunds"), json!({})).await.ok();
        server.let_pass(366, 0);
        server.book(member, &format!("later-{member}"), 100).await.ok();
        server.redeem(member, "second-redemption", "mug", 30).await.ok();
        server.book(member, &format!("last-{member}"), 100).await.ok();
        let held = server.redeem(member, "third-redemption", "tote-bag", 100).await;
        assert_eq!(held.status, 202);
    }
    server.app.shutdown().await.unwrap();
    server.folder
}

#[track_caller]
fn check(ledger: &Path, damage: &str, expected: Invariant) {
    let copy = tempfile::tempdir().unwrap();
    let file = copy.path().join("copy.db");
    std::fs::copy(ledger, &file).unwrap();
    let connection = Connection::open(&file).unwrap();
    // What damages a ledger does not ask its guards.
    connection
        .execute_batch(
            "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
             DROP TRIGGER entry_is_never_changed; DROP TRIGGER entry_is_never_removed;
             DROP TRIGGER draw_is_never_changed; DROP TRIGGER draw_is_never_removed;",
        )
        .unwrap();
    connection.execute_batch(damage).unwrap();
    drop(connection);
    let report = verify(&file).unwrap();
    let failed: Vec<Invariant> =
        report.findings().iter().filter(|found| found.wrong > 0).map(|found| found.invariant).collect();
    assert!(failed.contains(&expected), "{damage} was not seen by {expected:?}\n{report}");
}

#[tokio::test]
async fn a_sound_ledger_has_every_check_done_and_none_failed() {
    let folder = ledger().await;
    let report = verify(&folder.path().join("ledger.db")).unwrap();
    assert!(report.holds(), "{report}");
    for found in report.findings() {
        assert!(found.checked > 0, "{:?} was checked on nothing", found.invariant);
    }
}

#[tokio::test]
async fn each_check_sees_its_damage() {
    let folder = ledger().await;
    let file = folder.path().join("ledger.db");
    let first = "(SELECT member_id FROM member LIMIT 1)";
    for (damage, expected) in [
        (String::new(), Invariant::Guarded),
        (format!("DELETE FROM member WHERE member_id = {first}"), Invariant::Sound),
        ("UPDATE balance SET available = -1".to_owned(), Invariant::Readable),
        ("UPDATE entry SET body = '{}' WHERE seq = 2".to_owned(), Invariant::Readable),
        ("UPDATE entry SET postings = replace(postings, '-100', '-101')".to_owned(), Invariant::PostingsBalance),
        ("UPDATE entry SET postings = replace(postings, '-100', '-101')".to_owned(), Invariant::ProgramBalances),
        (format!("DELETE FROM entry WHERE member_id = {first} AND seq = 2"), Invariant::Gapless),
        ("UPDATE entry SET occurred_at = 0 WHERE seq = 3".to_owned(), Invariant::Gapless),
        (format!("UPDATE balance SET available = available + 1 WHERE member_id = {first}"), Invariant::BalanceExplained),
        (format!("UPDATE balance SET available = available + 1 WHERE member_id = {first}"), Invariant::ProgramBalances),
        ("UPDATE entry SET balance_after = balance_after + 1 WHERE seq = 1".to_owned(), Invariant::BalanceExplained),
        ("UPDATE lot SET remaining = remaining - 1 WHERE remaining > 0".to_owned(), Invariant::LotsExplainBalance),
        ("UPDATE lot SET remaining = remaining - 1 WHERE remaining > 0".to_owned(), Invariant::DrawsExplainLots),
        ("DELETE FROM draw WHERE entry_seq = 2".to_owned(), Invariant::DrawsExplainLots),
        ("UPDATE entry SET body = replace(body, '\"reverses\":3', '\"reverses\":2')".to_owned(), Invariant::ReversedOnce),
        ("UPDATE redemption SET price = 99 WHERE price = 100".to_owned(), Invariant::RedemptionsExact),
        ("DELETE FROM voucher WHERE expires_at IS NULL".to_owned(), Invariant::RedemptionsExact),
        ("UPDATE voucher SET expires_at = 1".to_owned(), Invariant::RedemptionsExact),
        (
            "INSERT INTO redemption SELECT program_id, 'r_forged', member_id, 1, program_version, reward_id, price,
                 redeemed_at, balance_after FROM redemption LIMIT 1"
                .to_owned(),
            Invariant::RedemptionsExact,
        ),
        ("DELETE FROM review".to_owned(), Invariant::ReviewsQueued),
        ("UPDATE review SET decision = 'approved', decided_at = 1".to_owned(), Invariant::ReviewsQueued),
        ("UPDATE redemption_state SET phase = 'closed' WHERE phase = 'held'".to_owned(), Invariant::ReviewsQueued),
        ("UPDATE reward_state SET taken = taken + 1".to_owned(), Invariant::UnitsCounted),
        (format!("UPDATE redeemed SET units = 2 WHERE member_id = {first}"), Invariant::UnitsCounted),
        ("UPDATE order_accrual SET reversed = 0".to_owned(), Invariant::OrdersKnown),
        ("DELETE FROM order_accrual WHERE reversed = 1".to_owned(), Invariant::OrdersKnown),
        ("UPDATE balance SET owed = owed + 1".to_owned(), Invariant::BalanceExplained),
        (
            format!(
                "INSERT INTO referral (program_id, seq, referral_id, advocate_id, friend_id, followed_at, order_id, rewarded_at)
                 SELECT program_id, 1, 'f_forged', {first}, member_id, 0, order_id, 0 FROM order_accrual LIMIT 1"
            ),
            Invariant::ReferralsKnown,
        ),
        (
            format!(
                "INSERT INTO referral (program_id, seq, referral_id, advocate_id, friend_id, followed_at, order_id, rewarded_at, withheld)
                 SELECT program_id, 1, 'f_forged', {first}, member_id, 0, 'never-booked', 0, 'member_not_found' FROM order_accrual LIMIT 1"
            ),
            Invariant::ReferralsKnown,
        ),
        ("UPDATE balance SET facts = '{}'".to_owned(), Invariant::Replayed),
        ("UPDATE balance SET sums = replace(sums, '\"q\":', '\"q\":1')".to_owned(), Invariant::Replayed),
        ("UPDATE lot SET expires_at = expires_at + 1 WHERE remaining > 0".to_owned(), Invariant::Replayed),
        ("DELETE FROM counted".to_owned(), Invariant::Replayed),
        ("UPDATE redemption_state SET state = replace(state, '\"points\":100', '\"points\":99')".to_owned(), Invariant::Replayed),
        ("UPDATE lot SET waits = 1 WHERE remaining > 0".to_owned(), Invariant::LotsExplainBalance),
    ] {
        check(&file, &damage, expected);
    }
}

#[tokio::test]
async fn the_guards_refuse_what_would_change_history() {
    let folder = ledger().await;
    let connection = Connection::open(folder.path().join("ledger.db")).unwrap();
    for change in [
        "UPDATE entry SET kind = 'gift'",
        "DELETE FROM entry",
        "UPDATE draw SET points = 1",
        "DELETE FROM draw",
    ] {
        let refused = connection.execute_batch(change).unwrap_err().to_string();
        assert!(refused.contains("never"), "{change}: {refused}");
    }
}

#[tokio::test]
async fn a_ledger_in_use_can_be_verified() {
    let server = Server::open();
    server.enroll_with("ada", 100).await;
    assert!(verify(&server.database()).unwrap().holds());
    server.redeem("ada", "after-the-check", "tote-bag", 100).await.ok();
    server.assert_verified();
}

#[test]
fn what_is_no_ledger_is_not_verified() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.db");
    assert!(verify(&file).unwrap_err().to_string().contains("other.db"));
    Connection::open(&file).unwrap().execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
    assert!(verify(&file).unwrap_err().to_string().contains("something else"));
}
