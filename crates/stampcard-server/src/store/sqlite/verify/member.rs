//! One member's rows, checked against the member's entries.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};
use stampcard_engine::{MemberState, replay};
use stampcard_model::{Account, Entry, EntryBody, LotEnd, Points, Restore, Timestamp};

use super::{Invariant, Report};
use crate::store::{
    Line,
    sqlite::{
        counted::{self, Sums},
        load::{self, Key},
        persist::{drawn, put_in},
        redemptions, rows,
        sources::{self, KeptSource},
    },
};

pub(super) fn check(connection: &Connection, key: Key<'_>, report: &mut Report) -> rusqlite::Result<()> {
    let Some(lines) = lines(connection, key, report)? else { return Ok(()) };
    let entries: Vec<&Entry> = lines.iter().map(|line| &line.entry).collect();
    chain(key, &lines, report);
    reversals(key, &entries, report);
    draws(connection, key, &entries, report)?;
    issues(connection, key, &entries, report)?;
    let replayed = replay(entries.iter().copied());
    known(connection, key, &replayed, report)?;
    units(connection, key, &replayed, report)?;
    state(connection, key, &entries, &replayed, report)
}

/// The member's ledger, oldest first; `None` when an entry cannot be read.
fn lines(connection: &Connection, key: Key<'_>, report: &mut Report) -> rusqlite::Result<Option<Vec<Line>>> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, occurred_at, program_version, postings, body, balance_after FROM entry
         WHERE program_id = ?1 AND member_id = ?2 ORDER BY seq",
    )?;
    let mut found = statement.query([key.program.as_str(), key.member.as_str()])?;
    let mut lines = Some(Vec::new());
    while let Some(row) = found.next()? {
        let line = rows::line(row);
        report.check(Invariant::Readable, line.is_ok(), || {
            at(key, row.get("seq").unwrap_or_default(), "cannot be read")
        });
        lines = lines.zip(line.ok()).map(|(mut lines, line)| {
            lines.push(line);
            lines
        });
    }
    Ok(lines)
}

/// Numbers, instants, postings and running balances.
fn chain(key: Key<'_>, lines: &[Line], report: &mut Report) {
    let (mut seq, mut last_at, mut available) = (0, Timestamp::MIN, 0_i128);
    for Line { entry, balance_after } in lines {
        seq += 1;
        let in_order = entry.seq == seq && entry.occurred_at >= last_at;
        report.check(Invariant::Gapless, in_order, || at(key, entry.seq, "is out of order"));
        (seq, last_at) = (entry.seq, entry.occurred_at);
        let sum: i128 = entry.postings.iter().map(|posting| i128::from(posting.delta)).sum();
        report.check(Invariant::PostingsBalance, sum == 0, || at(key, entry.seq, &format!("sums to {sum}")));
        available += on(entry, Account::Available);
        let said = i128::from(balance_after.get());
        report.check(Invariant::BalanceExplained, said == available, || {
            at(key, entry.seq, &format!("says {said} after it, the entries say {available}"))
        });
    }
}

/// An accrual is taken back in parts, and as a whole once; a redemption is cancelled once.
fn reversals(key: Key<'_>, entries: &[&Entry], report: &mut Report) {
    let by_seq: BTreeMap<u64, &EntryBody> = entries.iter().map(|entry| (entry.seq, &entry.body)).collect();
    let mut done = BTreeSet::new();
    for entry in entries {
        let (reverses, names) = match &entry.body {
            EntryBody::Reversal { reverses, source, .. } => (
                reverses,
                matches!(by_seq.get(reverses), Some(EntryBody::Accrual { source: of, .. }) if of == source),
            ),
            EntryBody::Cancellation { reverses, redemption_id, .. } => (
                reverses,
                matches!(by_seq.get(reverses),
                    Some(EntryBody::Redemption { redemption_id: of, .. }) if of == redemption_id),
            ),
            EntryBody::Accrual { .. }
            | EntryBody::Activation { .. }
            | EntryBody::Redemption { .. }
            | EntryBody::Hold { .. }
            | EntryBody::Release { .. }
            | EntryBody::Expiry { .. }
            | EntryBody::Adjustment { .. }
            | EntryBody::Settlement { .. }
            | EntryBody::TierChange { .. }
            | EntryBody::OfferActivation { .. } => continue,
        };
        let in_part = matches!(&entry.body, EntryBody::Reversal { rest: Some(_), .. });
        let first = if in_part { !done.contains(reverses) } else { done.insert(*reverses) };
        report.check(Invariant::ReversedOnce, names && first, || {
            at(key, entry.seq, &format!("reverses {reverses}"))
        });
    }
}

/// What entries say they drew, what the table says, and what is left of each lot.
fn draws(
    connection: &Connection,
    key: Key<'_>,
    entries: &[&Entry],
    report: &mut Report,
) -> rusqlite::Result<()> {
    let (mut said, mut opened, mut left) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for entry in entries {
        let points = put_in(entry);
        if !points.is_zero() {
            opened.insert(entry.seq, points);
            left.insert(entry.seq, i128::from(points.get()));
        }
        for draw in drawn(&entry.body) {
            said.insert((entry.seq, draw.lot), draw.points);
            *left.entry(draw.lot).or_default() -= i128::from(draw.points.get());
        }
        for restore in restored(&entry.body) {
            *left.entry(restore.lot).or_default() += i128::from(restore.points.get());
        }
    }
    let kept: BTreeMap<(u64, u64), Points> = connection
        .prepare_cached(
            "SELECT entry_seq, lot_seq, points FROM draw WHERE program_id = ?1 AND member_id = ?2",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], |row| {
            Ok(((row.get("entry_seq")?, row.get("lot_seq")?), rows::points(row, "points")?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    report.check(Invariant::DrawsExplainLots, kept == said, || {
        format!("{}: the draws are not those of the entries", name(key))
    });
    let lots: BTreeMap<u64, (Points, Points)> = connection
        .prepare_cached("SELECT seq, points, remaining FROM lot WHERE program_id = ?1 AND member_id = ?2")?
        .query_map([key.program.as_str(), key.member.as_str()], |row| {
            Ok((row.get("seq")?, (rows::points(row, "points")?, rows::points(row, "remaining")?)))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for seq in left.keys().chain(lots.keys()).collect::<BTreeSet<_>>() {
        let expected = opened.get(seq).zip(left.get(seq)).map(|(points, left)| (*points, *left));
        let kept = lots.get(seq).map(|(points, remaining)| (*points, i128::from(remaining.get())));
        report.check(Invariant::DrawsExplainLots, expected == kept, || {
            format!("{}: the lot {seq} is not what was put in less what was drawn", name(key))
        });
    }
    Ok(())
}

/// Points that an entry gave back to lots.
fn restored(body: &EntryBody) -> &[Restore] {
    match body {
        EntryBody::Release { restores, .. } | EntryBody::Cancellation { restores, .. } => restores,
        EntryBody::Accrual { .. }
        | EntryBody::Activation { .. }
        | EntryBody::Redemption { .. }
        | EntryBody::Hold { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Adjustment { .. }
        | EntryBody::Reversal { .. }
        | EntryBody::Settlement { .. }
        | EntryBody::TierChange { .. }
        | EntryBody::OfferActivation { .. } => &[],
    }
}

fn issues(
    connection: &Connection,
    key: Key<'_>,
    entries: &[&Entry],
    report: &mut Report,
) -> rusqlite::Result<()> {
    let mut kept = connection.prepare_cached(
        "SELECT redemption_id, reward_id, price, redeemed_at, code, expires_at FROM redemption
         JOIN voucher USING (program_id, redemption_id)
         WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3",
    )?;
    for entry in entries {
        let EntryBody::Redemption {
            redemption_id,
            reward_id,
            voucher_code,
            voucher_expires_at,
            points,
            draws,
            hold,
            ..
        } = &entry.body
        else {
            continue;
        };
        // What was held was drawn when it was.
        let held = hold.and_then(|hold| entries.iter().find(|entry| entry.seq == hold));
        let draws = held.map_or(draws.as_slice(), |held| held.body.draws());
        let drawn: u128 = draws.iter().map(|draw| u128::from(draw.points.get())).sum();
        let paid = -on(entry, if hold.is_some() { Account::Held } else { Account::Available });
        let exact = drawn == u128::from(points.get()) && paid == i128::from(points.get());
        report.check(Invariant::RedemptionsExact, exact, || {
            at(key, entry.seq, &format!("draws {drawn} and pays {paid} for a price of {points}"))
        });
        let found: Vec<_> = kept
            .query_map(params![key.program.as_str(), key.member.as_str(), entry.seq], |row| {
                Ok((
                    (rows::word(row, "redemption_id")?, rows::word(row, "reward_id")?),
                    (rows::points(row, "price")?, rows::instant(row, "redeemed_at")?),
                    (rows::word(row, "code")?, rows::instant_if_any(row, "expires_at")?),
                ))
            })?
            .collect::<rusqlite::Result<_>>()?;
        let issued = (
            (redemption_id.clone(), reward_id.clone()),
            (*points, entry.occurred_at),
            (voucher_code.clone(), *voucher_expires_at),
        );
        report.check(Invariant::RedemptionsExact, found == [issued], || {
            at(key, entry.seq, "has not issued exactly its voucher")
        });
    }
    Ok(())
}

fn known(
    connection: &Connection,
    key: Key<'_>,
    replayed: &MemberState,
    report: &mut Report,
) -> rusqlite::Result<()> {
    let kept: BTreeMap<String, KeptSource> = sources::all(connection, key)?.into_iter().collect();
    let earned = replayed.sources.iter();
    let expected: BTreeMap<String, KeptSource> =
        earned.map(|(source, earned)| (sources::full_name(source), KeptSource::of(earned))).collect();
    for name in kept.keys().chain(expected.keys()).collect::<BTreeSet<_>>() {
        report.check(Invariant::OrdersKnown, kept.get(name) == expected.get(name), || {
            format!("{}: the {}", self::name(key), name.replacen(':', " ", 1))
        });
    }
    Ok(())
}

fn units(
    connection: &Connection,
    key: Key<'_>,
    replayed: &MemberState,
    report: &mut Report,
) -> rusqlite::Result<()> {
    let kept: BTreeMap<_, u64> = connection
        .prepare_cached("SELECT reward_id, units FROM redeemed WHERE program_id = ?1 AND member_id = ?2")?
        .query_map([key.program.as_str(), key.member.as_str()], |row| {
            Ok((rows::word(row, "reward_id")?, row.get("units")?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    report.check(Invariant::UnitsCounted, kept == replayed.redeemed, || {
        format!("{}: the units of some reward", name(key))
    });
    Ok(())
}

/// The kept state against the entries.
fn state(
    connection: &Connection,
    key: Key<'_>,
    entries: &[&Entry],
    replayed: &MemberState,
    report: &mut Report,
) -> rusqlite::Result<()> {
    let (kept, load::Kept { sums, .. }) = load::balance(connection, key)?;
    let of = |account| entries.iter().map(|entry| on(entry, account)).sum::<i128>();
    let said = [of(Account::Available), of(Account::Pending), of(Account::Held), -of(Account::Owed)];
    let balance = kept.balance;
    let has = [balance.available, balance.pending, balance.held, balance.owed].map(|p| i128::from(p.get()));
    report.check(Invariant::BalanceExplained, has == said, || {
        format!("{}: the balance is {has:?}, the entries sum to {said:?}", name(key))
    });
    let lots = load::all_lots(connection, key)?;
    let left = |waiting: bool| {
        let lots = lots.iter().filter(|lot| lot.waits.is_some() == waiting);
        lots.map(|lot| u128::from(lot.remaining.get())).sum::<u128>()
    };
    let (usable, waiting) = (left(false), left(true));
    let covered = u128::from(balance.available.get()) == usable
        && u128::from(balance.pending.get()) == waiting
        && said.iter().all(|sum| *sum >= 0);
    report.check(Invariant::LotsExplainBalance, covered, || {
        format!(
            "{}: {} available and {} pending, {usable} and {waiting} left in lots",
            name(key),
            balance.available,
            balance.pending
        )
    });
    let counted = counted::rows(connection, key, Timestamp::MIN, None)?;
    let since: Vec<Timestamp> = sums.0.iter().map(|sum| sum.at).collect();
    let same_sums = sums == Sums::default() || sums == Sums::of(&counted, since.into_iter());
    let mut expected = replayed.lots.clone();
    let sorting = |lot: &stampcard_engine::Lot| match lot.end {
        LotEnd::At { expires_at } => (false, Some(expires_at), lot.seq),
        LotEnd::Never | LotEnd::Inactivity => (true, None, lot.seq),
    };
    expected.sort_by_key(sorting);
    let expected = MemberState {
        lots: expected,
        sources: BTreeMap::new(),
        last_at: replayed.last_at.or(kept.last_at),
        ..replayed.clone()
    };
    let kept = MemberState {
        lots,
        counted,
        redemptions: redemptions::since(connection, key, Timestamp::MIN)?,
        redeemed: replayed.redeemed.clone(),
        ..kept
    };
    report.check(Invariant::Replayed, same_sums && kept == expected, || {
        format!("{}: the kept state is another", name(key))
    });
    Ok(())
}

fn on(entry: &Entry, account: Account) -> i128 {
    entry.postings.iter().filter(|posting| posting.account == account).map(|p| i128::from(p.delta)).sum()
}

fn name(key: Key<'_>) -> String {
    format!("{} of {}", key.member, key.program)
}

fn at(key: Key<'_>, seq: u64, what: &str) -> String {
    format!("entry {seq} of {}: it {what}", name(key))
}
