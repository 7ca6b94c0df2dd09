//! One member's rows, checked against the member's entries.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};
use stampcard_engine::{MemberState, OrderAccrual, replay};
use stampcard_model::{Account, Draw, Entry, EntryBody, Points, Timestamp};

use super::{Invariant, Report};
use crate::store::{
    Line,
    sqlite::{
        load::{self, Key},
        rows,
    },
};

pub(super) fn check(connection: &Connection, key: Key<'_>, report: &mut Report) -> rusqlite::Result<()> {
    let Some(lines) = lines(connection, key, report)? else { return Ok(()) };
    let entries: Vec<&Entry> = lines.iter().map(|line| &line.entry).collect();
    chain(key, &lines, report);
    reversals(key, &entries, report);
    draws(connection, key, &entries, report)?;
    redemptions(connection, key, &entries, report)?;
    let replayed = replay(entries.iter().copied());
    orders(connection, key, &replayed, report)?;
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

fn reversals(key: Key<'_>, entries: &[&Entry], report: &mut Report) {
    let by_seq: BTreeMap<u64, &EntryBody> = entries.iter().map(|entry| (entry.seq, &entry.body)).collect();
    let mut reversed = BTreeSet::new();
    for entry in entries {
        if let EntryBody::Reversal { reverses, order_id, .. } = &entry.body {
            let is_accrual = matches!(by_seq.get(reverses), Some(EntryBody::Accrual { order_id: of, .. }) if of == order_id);
            let first = reversed.insert(*reverses);
            report.check(Invariant::ReversedOnce, is_accrual && first, || {
                at(key, entry.seq, &format!("reverses {reverses}"))
            });
        }
    }
}

/// What entries say they drew, what the table says, and what is left of each lot.
fn draws(
    connection: &Connection,
    key: Key<'_>,
    entries: &[&Entry],
    report: &mut Report,
) -> rusqlite::Result<()> {
    let (mut said, mut put_in, mut drawn) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for entry in entries {
        let (draws, opened) = lot_effects(entry);
        put_in.extend((!opened.is_zero()).then_some((entry.seq, opened)));
        for draw in draws {
            said.insert((entry.seq, draw.lot), draw.points);
            let sum: &mut Points = drawn.entry(draw.lot).or_default();
            *sum = sum.saturating_add(draw.points);
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
    for seq in put_in.keys().chain(lots.keys()).collect::<BTreeSet<_>>() {
        let drawn = drawn.get(seq).copied().unwrap_or_default();
        let expected = put_in.get(seq).and_then(|points| Some((*points, points.checked_sub(drawn)?)));
        report.check(Invariant::DrawsExplainLots, expected.as_ref() == lots.get(seq), || {
            format!("{}: the lot {seq} is not what was put in less what was drawn", name(key))
        });
    }
    Ok(())
}

/// What an entry draws, and what it puts into a lot of its own.
fn lot_effects(entry: &Entry) -> (&[Draw], Points) {
    match &entry.body {
        EntryBody::Accrual { points, .. } => (&[], *points),
        EntryBody::Redemption { draws, .. }
        | EntryBody::Expiry { draws, .. }
        | EntryBody::Reversal { draws, .. } => (draws, Points::ZERO),
        EntryBody::Adjustment { delta, draws, .. } => {
            (draws, u64::try_from(*delta).ok().and_then(|given| Points::new(given).ok()).unwrap_or_default())
        }
    }
}

fn redemptions(
    connection: &Connection,
    key: Key<'_>,
    entries: &[&Entry],
    report: &mut Report,
) -> rusqlite::Result<()> {
    let mut kept = connection.prepare_cached(
        "SELECT redemption_id, reward_id, price, redeemed_at, code, expires_at, program_version, balance_after, seq,
             used_at
         FROM redemption JOIN voucher USING (program_id, redemption_id)
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
        } = &entry.body
        else {
            continue;
        };
        let drawn: u128 = draws.iter().map(|draw| u128::from(draw.points.get())).sum();
        let paid = -on(entry, Account::Available);
        let exact = drawn == u128::from(points.get()) && paid == i128::from(points.get());
        report.check(Invariant::RedemptionsExact, exact, || {
            at(key, entry.seq, &format!("draws {drawn} and pays {paid} for a price of {points}"))
        });
        let found: Vec<_> = kept
            .query_map(params![key.program.as_str(), key.member.as_str(), entry.seq], rows::redemption)?
            .collect::<rusqlite::Result<_>>()?;
        let issued = match found.as_slice() {
            [one] => {
                one.id == *redemption_id
                    && one.reward_id == *reward_id
                    && one.price == *points
                    && one.redeemed_at == entry.occurred_at
                    && one.voucher.code == *voucher_code
                    && one.voucher.expires_at == *voucher_expires_at
            }
            _ => false,
        };
        report.check(Invariant::RedemptionsExact, issued, || {
            at(key, entry.seq, "has not issued exactly its voucher")
        });
    }
    Ok(())
}

fn orders(
    connection: &Connection,
    key: Key<'_>,
    replayed: &MemberState,
    report: &mut Report,
) -> rusqlite::Result<()> {
    let kept: BTreeMap<_, _> = connection
        .prepare_cached(
            "SELECT order_id, seq, points, reversed FROM order_accrual WHERE program_id = ?1 AND member_id = ?2",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], |row| {
            let accrual = OrderAccrual {
                seq: row.get("seq")?,
                points: rows::points(row, "points")?,
                reversed: row.get("reversed")?,
            };
            Ok((rows::word(row, "order_id")?, accrual))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for order in kept.keys().chain(replayed.orders.keys()).collect::<BTreeSet<_>>() {
        report.check(Invariant::OrdersKnown, kept.get(order) == replayed.orders.get(order), || {
            format!("{}: the order {order}", name(key))
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
    let (kept, qualifying) = load::balance(connection, key)?;
    let of = |account| entries.iter().map(|entry| on(entry, account)).sum::<i128>();
    let sums = [of(Account::Available), of(Account::Pending), of(Account::Held)];
    let has = [kept.balance.available, kept.balance.pending, kept.balance.held].map(|p| i128::from(p.get()));
    report.check(Invariant::BalanceExplained, has == sums, || {
        format!("{}: the balance is {has:?}, the entries sum to {sums:?}", name(key))
    });
    let lots = load::all_lots(connection, key)?;
    let left: u128 = lots.iter().map(|lot| u128::from(lot.remaining.get())).sum();
    let covered = u128::from(kept.balance.available.get()) == left && sums.iter().all(|sum| *sum >= 0);
    report.check(Invariant::LotsExplainBalance, covered, || {
        format!("{}: {} available, {left} left in lots", name(key), kept.balance.available)
    });
    let counts = load::qualifying(connection, key, Timestamp::MIN)?;
    let counted: u128 = counts
        .values()
        .filter(|counted| counted.earned_at > qualifying.after)
        .map(|counted| u128::from(counted.points.get()))
        .sum();
    let mut expected = replayed.lots.clone();
    expected.sort_by_key(|lot| (lot.expires_at.is_none(), lot.expires_at, lot.seq));
    let same = kept.last_seq == replayed.last_seq
        && (kept.last_seq == 0 || kept.last_at == replayed.last_at)
        && kept.balance == replayed.balance
        && lots == expected
        && counts == replayed.qualifying
        && counted == u128::try_from(qualifying.points).unwrap_or(u128::MAX);
    report.check(Invariant::Replayed, same, || format!("{}: the kept state is another", name(key)));
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
