//! What all members of a program have together.

use std::collections::BTreeMap;

use rusqlite::Connection;
use stampcard_model::{Account, Posting};

use super::{Invariant, Report};
use crate::store::sqlite::referrals;

pub(super) fn check(connection: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    sums(connection, report)?;
    units(connection, report)?;
    let unexplained = referrals::unexplained(connection)?;
    report.check(Invariant::ReferralsKnown, unexplained == 0, || format!("{unexplained} invitations"));
    vouchers(connection, report)?;
    reviews(connection, report)
}

/// The four accounts of a program hold exactly what its members lack.
fn sums(connection: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut all: BTreeMap<String, i128> = BTreeMap::new();
    let mut outside: BTreeMap<String, i128> = BTreeMap::new();
    let mut statement = connection.prepare("SELECT program_id, postings FROM entry")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let program: String = row.get(0)?;
        // One that cannot be read is reported with its member.
        let postings: Vec<Posting> = serde_json::from_str(row.get_ref(1)?.as_str()?).unwrap_or_default();
        for posting in postings {
            *all.entry(program.clone()).or_default() += i128::from(posting.delta);
            match posting.account {
                Account::Available | Account::Pending | Account::Held | Account::Owed => {}
                Account::Issued | Account::Redeemed | Account::Expired | Account::Adjusted => {
                    *outside.entry(program.clone()).or_default() += i128::from(posting.delta);
                }
            }
        }
    }
    let has: BTreeMap<String, i64> = connection
        .prepare(
            "SELECT program_id, sum(available + pending + held - owed) FROM balance GROUP BY program_id",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let programs: Vec<String> = connection
        .prepare("SELECT DISTINCT program_id FROM program")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for program in programs {
        let sum = all.get(&program).copied().unwrap_or_default();
        let lacking = -outside.get(&program).copied().unwrap_or_default();
        let members = i128::from(has.get(&program).copied().unwrap_or_default());
        report.check(Invariant::ProgramBalances, sum == 0 && lacking == members, || {
            format!(
                "{program}: the postings sum to {sum}; members have {members}, the program gave {lacking}"
            )
        });
    }
    Ok(())
}

fn units(connection: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(
        "SELECT program_id, reward_id, sum(taken), sum(redeemed) FROM (
             SELECT program_id, reward_id, taken, 0 AS redeemed FROM reward_state
             UNION ALL SELECT program_id, reward_id, 0, 1 FROM redemption_state WHERE phase <> 'closed')
         GROUP BY program_id, reward_id",
    )?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let (taken, redeemed): (i64, i64) = (row.get(2)?, row.get(3)?);
        let (program, reward): (String, String) = (row.get(0)?, row.get(1)?);
        report.check(Invariant::UnitsCounted, taken == redeemed, || {
            format!("{reward} of {program}: {taken} taken, {redeemed} redeemed")
        });
    }
    Ok(())
}

/// What is held for review, and what waits in the queue.
fn reviews(connection: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(
        "SELECT program_id, redemption_id, sum(held), sum(queued) FROM (
             SELECT program_id, redemption_id, 1 AS held, 0 AS queued FROM redemption_state
                 WHERE phase = 'held' AND state ->> '$.phase.held.reason' = 'review'
             UNION ALL SELECT program_id, redemption_id, 0, 1 FROM review WHERE decision IS NULL)
         GROUP BY program_id, redemption_id",
    )?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let (held, queued): (i64, i64) = (row.get(2)?, row.get(3)?);
        let (program, redemption): (String, String) = (row.get(0)?, row.get(1)?);
        report.check(Invariant::ReviewsQueued, held == queued, || {
            format!("{redemption} of {program} is held {held} times and waits {queued} times")
        });
    }
    Ok(())
}

/// No voucher and no redemption without an entry that says so: the entries were looked at one by one, so counting is
/// enough.
fn vouchers(connection: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let entries = count("SELECT count(*) FROM entry WHERE kind = 'redemption'")?;
    let redemptions = count("SELECT count(*) FROM redemption")?;
    let vouchers = count("SELECT count(*) FROM voucher")?;
    report.check(Invariant::RedemptionsExact, entries == redemptions && entries == vouchers, || {
        format!("there are {entries} entries, {redemptions} redemptions and {vouchers} vouchers")
    });
    Ok(())
}
