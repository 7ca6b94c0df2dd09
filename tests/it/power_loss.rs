//! The plug is pulled at the moment of every success: whoever was told of one finds it when the power is back.

use std::{path::Path, sync::Arc};

use rusqlite::Connection;
use stampcard_server::verify;

use crate::{
    disk::{Disk, Fault},
    http_server::Server,
};

const MEMBERS: usize = 8;
const TURNS: usize = 12;

/// Redemptions by several members at once on a disk that is watched; each is written down as soon as it is answered.
async fn redeem_on(disk: &Arc<Disk>, server: Server) {
    for member in 0..MEMBERS {
        server.enroll_with(&format!("member-{member}"), 10_000).await;
    }
    let server = Arc::new(server);
    let members: Vec<_> = (0..MEMBERS)
        .map(|member| {
            let (server, disk) = (Arc::clone(&server), Arc::clone(disk));
            tokio::spawn(async move {
                for _ in 0..TURNS {
                    let answer = server
                        .redeem(&format!("member-{member}"), &server.fresh_key(), "tote-bag", 100)
                        .await;
                    disk.told(answer.ok()["id"].as_str().unwrap());
                }
            })
        })
        .collect();
    for member in members {
        member.await.unwrap();
    }
}

/// How many of those who were told until a moment find nothing after a power cut at that moment.
fn lost(disk: &Disk, moment: usize, survives: impl FnMut() -> bool, query: &str, check: fn(&Path)) -> usize {
    let folder = tempfile::tempdir().unwrap();
    disk.cut(moment, folder.path(), survives);
    let file = folder.path().join("ledger.db");
    let told = disk.told_until(moment);
    let Ok(kept) = kept(&file, query) else { return told.len() };
    check(&file);
    told.iter().filter(|id| !kept.contains(id)).count()
}

fn kept(file: &Path, query: &str) -> rusqlite::Result<Vec<String>> {
    let connection = Connection::open(file)?;
    let mut statement = connection.prepare(query)?;
    statement.query_map([], |row| row.get(0))?.collect()
}

const REDEMPTIONS: &str = "SELECT redemption_id FROM redemption";

fn sound(file: &Path) {
    let report = verify(file).unwrap();
    assert!(report.holds(), "{report}");
}

/// Yes or no by a seed.
fn chance(seed: u64) -> impl FnMut() -> bool {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 63 == 1
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_acknowledged_redemption_survives_a_power_cut_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::watch(folder.path());
    redeem_on(&disk, Server::open_on(folder)).await;
    let moments = disk.moments();
    assert_eq!(moments.len(), MEMBERS * TURNS);
    for (seed, moment) in moments.into_iter().enumerate() {
        assert_eq!(
            lost(&disk, moment, || false, REDEMPTIONS, sound),
            0,
            "at event {moment}, nothing else kept"
        );
        let survives = chance(seed as u64);
        assert_eq!(lost(&disk, moment, survives, REDEMPTIONS, sound), 0, "at event {moment}, seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_a_disk_that_lies_about_its_log_redemptions_are_lost_and_that_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::watch(folder.path());
    let server = Server::open_on(folder);
    disk.fail(Fault::LyingAboutTheLog);
    redeem_on(&disk, server).await;
    let last = disk.moments().pop().unwrap();
    assert!(lost(&disk, last, || false, REDEMPTIONS, |_| ()) > 0);
}

/// The same cuts on plain commits show what `synchronous` is for.
#[test]
fn commits_without_full_durability_are_lost_where_those_with_it_are_not() {
    for (synchronous, expected) in [("FULL", 0), ("NORMAL", 20)] {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::watch(folder.path());
        let connection = Connection::open(folder.path().join("ledger.db")).unwrap();
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
        connection.execute_batch("CREATE TABLE note (id TEXT NOT NULL); PRAGMA wal_checkpoint").unwrap();
        connection.pragma_update(None, "synchronous", synchronous).unwrap();
        for id in 0..20 {
            connection.execute("INSERT INTO note VALUES (?1)", [id.to_string()]).unwrap();
            disk.told(&id.to_string());
        }
        let last = disk.moments().pop().unwrap();
        assert_eq!(lost(&disk, last, || false, "SELECT id FROM note", |_| ()), expected, "{synchronous}");
    }
}
