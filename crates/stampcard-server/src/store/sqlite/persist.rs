//! Entries to rows: the entry itself, and all that is kept because it follows from it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};
use stampcard_engine::{Counted, Lot, MemberState};
use stampcard_model::{Draw, Entry, EntryBody, LotEnd, Points, Timestamp, Wait};

use super::{
    kept::{Counts, Facts},
    load::{Kept, Key},
    redemptions, rows, sources,
};
use crate::store::StoreError;

/// Writes an entry with what it opens, draws and issues; what it changes is written by [`state`].
pub(super) fn entry(
    connection: &Connection,
    key: Key<'_>,
    entry: &Entry,
    balance_after: Points,
    recorded_at: Timestamp,
) -> Result<(), StoreError> {
    let (reverses, part_of) = match &entry.body {
        EntryBody::Reversal { reverses, rest: None, .. } | EntryBody::Cancellation { reverses, .. } => {
            (Some(*reverses), None)
        }
        EntryBody::Reversal { reverses, rest: Some(_), .. } => (None, Some(*reverses)),
        EntryBody::Accrual { .. }
        | EntryBody::Activation { .. }
        | EntryBody::Redemption { .. }
        | EntryBody::Hold { .. }
        | EntryBody::Release { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Adjustment { .. }
        | EntryBody::Settlement { .. }
        | EntryBody::TierChange { .. }
        | EntryBody::OfferActivation { .. } => (None, None),
    };
    connection
        .prepare_cached(
            "INSERT INTO entry (program_id, member_id, seq, kind, occurred_at, recorded_at, program_version,
                 postings, body, balance_after, reverses, part_of)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            key.program.as_str(),
            key.member.as_str(),
            entry.seq,
            // People may search by it.
            entry.body.kind().name(),
            entry.occurred_at.as_millis(),
            recorded_at.as_millis(),
            entry.program_version,
            serde_json::to_string(&entry.postings)?,
            serde_json::to_string(&entry.body)?,
            balance_after.get(),
            reverses,
            part_of,
        ])?;
    opened(connection, key, entry)?;
    draws(connection, key, entry)?;
    issued(connection, key, entry, balance_after)?;
    Ok(())
}

/// Points that an entry puts into a lot of its own.
pub(super) fn put_in(entry: &Entry) -> Points {
    match &entry.body {
        EntryBody::Accrual { points, .. } => *points,
        EntryBody::Adjustment { delta, .. } => {
            u128::try_from(*delta).map(Points::saturating_from).unwrap_or_default()
        }
        EntryBody::Activation { .. }
        | EntryBody::Redemption { .. }
        | EntryBody::Hold { .. }
        | EntryBody::Release { .. }
        | EntryBody::Cancellation { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Reversal { .. }
        | EntryBody::Settlement { .. }
        | EntryBody::TierChange { .. }
        | EntryBody::OfferActivation { .. } => Points::ZERO,
    }
}

/// What an entry took out of lots; points that can be spent now stay where they are.
pub(super) fn drawn(body: &EntryBody) -> &[Draw] {
    if matches!(body, EntryBody::Activation { .. }) { &[] } else { body.draws() }
}

/// Opens the entry's own lot; what it waits for and when it ends comes with the state.
fn opened(connection: &Connection, key: Key<'_>, entry: &Entry) -> rusqlite::Result<()> {
    let points = put_in(entry);
    if points.is_zero() {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO lot (program_id, member_id, seq, points, remaining, expires_at)
             VALUES (?1, ?2, ?3, ?4, 0, ?5)",
        )?
        .execute(params![
            key.program.as_str(),
            key.member.as_str(),
            entry.seq,
            points.get(),
            rows::lot_end_millis(None),
        ])
        .map(drop)
}

fn draws(connection: &Connection, key: Key<'_>, entry: &Entry) -> rusqlite::Result<()> {
    for draw in drawn(&entry.body) {
        connection
            .prepare_cached(
                "INSERT INTO draw (program_id, member_id, entry_seq, lot_seq, points) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                key.program.as_str(),
                key.member.as_str(),
                entry.seq,
                draw.lot,
                draw.points.get()
            ])?;
    }
    Ok(())
}

/// Writes the redemption that an entry is, with its voucher.
fn issued(
    connection: &Connection,
    key: Key<'_>,
    entry: &Entry,
    balance_after: Points,
) -> rusqlite::Result<()> {
    let EntryBody::Redemption { redemption_id, reward_id, voucher_code, voucher_expires_at, points, .. } =
        &entry.body
    else {
        return Ok(());
    };
    connection
        .prepare_cached(
            "INSERT INTO redemption (program_id, redemption_id, member_id, seq, program_version,
                 reward_id, price, redeemed_at, balance_after)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            key.program.as_str(),
            redemption_id.as_str(),
            key.member.as_str(),
            entry.seq,
            entry.program_version,
            reward_id.as_str(),
            points.get(),
            entry.occurred_at.as_millis(),
            balance_after.get(),
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO voucher (program_id, code, redemption_id, expires_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            key.program.as_str(),
            voucher_code.as_str(),
            redemption_id.as_str(),
            voucher_expires_at.map(Timestamp::as_millis),
        ])
        .map(drop)
}

/// Writes all that is another after some entries. Both states hold the same part of the member: what a command looked at.
pub(super) fn state(
    connection: &Connection,
    key: Key<'_>,
    before: &MemberState,
    after: &MemberState,
) -> Result<(), StoreError> {
    lots(connection, key, before, after)?;
    for (source, earned) in &after.sources {
        if before.sources.get(source) != Some(earned) {
            sources::keep(connection, key, source, earned)?;
        }
    }
    counted(connection, key, &before.counted, &after.counted)?;
    for (id, redemption) in &after.redemptions {
        if before.redemptions.get(id) != Some(redemption) {
            redemptions::keep(connection, key, id, redemption)?;
        }
    }
    Ok(units(connection, key, before, after)?)
}

/// Keeps the balance after the last entry with all that is of one size, sums of what counts, and when time
/// alone may change the tier.
pub(super) fn balance(
    connection: &Connection,
    key: Key<'_>,
    after: &MemberState,
    kept: &Kept,
    tier_due_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let inactive_at =
        after.active_until.filter(|_| after.lots.iter().any(|lot| lot.end == LotEnd::Inactivity));
    connection
        .prepare_cached(
            "INSERT INTO balance (program_id, member_id, last_seq, last_at, available, pending, held, owed,
                 active_until, inactive_at, tier_due_at, facts, sums, turns_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
             ON CONFLICT DO UPDATE SET last_seq = ?3, last_at = ?4, available = ?5, pending = ?6, held = ?7,
                 owed = ?8, active_until = ?9, inactive_at = ?10, tier_due_at = ?11, facts = ?12, sums = ?13,
                 turns_at = ?14",
        )?
        .execute(params![
            key.program.as_str(),
            key.member.as_str(),
            after.last_seq,
            after.last_at.unwrap_or(Timestamp::MIN).as_millis(),
            after.balance.available.get(),
            after.balance.pending.get(),
            after.balance.held.get(),
            after.balance.owed.get(),
            after.active_until.map(Timestamp::as_millis),
            inactive_at.map(Timestamp::as_millis),
            tier_due_at.map(Timestamp::as_millis),
            serde_json::to_string(&Facts::of(after))?,
            kept.sums.write()?,
            kept.turns_at.map(Timestamp::as_millis),
        ])?;
    Ok(())
}

/// Notes that time did nothing to the tier.
pub(super) fn tier_not_due(connection: &Connection, key: Key<'_>) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE balance SET tier_due_at = NULL WHERE program_id = ?1 AND member_id = ?2")?
        .execute([key.program.as_str(), key.member.as_str()])
        .map(drop)
}

/// Adds points to those that all members earned in the period that the program caps.
pub(super) fn issue(
    connection: &Connection,
    key: Key<'_>,
    starts_at: Timestamp,
    points: Points,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO issued (program_id, starts_at, points) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET points = ?3",
        )?
        .execute(params![key.program.as_str(), starts_at.as_millis(), points.get()])
        .map(drop)
}

fn lots(
    connection: &Connection,
    key: Key<'_>,
    before: &MemberState,
    after: &MemberState,
) -> rusqlite::Result<()> {
    let by_seq = |state: &MemberState| -> BTreeMap<u64, Lot> {
        state.lots.iter().map(|lot| (lot.seq, *lot)).collect()
    };
    let (before, after) = (by_seq(before), by_seq(after));
    for seq in before.keys().chain(after.keys()).copied().collect::<BTreeSet<_>>() {
        match (before.get(&seq), after.get(&seq)) {
            (before, Some(lot)) if before != Some(lot) => {
                let (expires_at, by_inactivity) = match lot.end {
                    LotEnd::Never => (None, false),
                    LotEnd::At { expires_at } => (Some(expires_at), false),
                    LotEnd::Inactivity => (None, true),
                };
                let waits = lot.waits.map(|wait| match wait {
                    Wait::Until { at } => at.as_millis(),
                    Wait::Fulfilled => rows::lot_end_millis(None),
                });
                connection
                    .prepare_cached(
                        "UPDATE lot SET remaining = ?4, waits = ?5, expires_at = ?6, by_inactivity = ?7
                         WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3",
                    )?
                    .execute(params![
                        key.program.as_str(),
                        key.member.as_str(),
                        seq,
                        lot.remaining.get(),
                        waits,
                        rows::lot_end_millis(expires_at),
                        by_inactivity,
                    ])?;
            }
            // When it would have ended is told by its entry.
            (Some(_), None) => {
                connection
                    .prepare_cached(
                        "UPDATE lot SET remaining = 0, waits = NULL, expires_at = ?4, by_inactivity = 0
                         WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3",
                    )?
                    .execute(params![
                        key.program.as_str(),
                        key.member.as_str(),
                        seq,
                        rows::lot_end_millis(None)
                    ])?;
            }
            (_, _) => {}
        }
    }
    Ok(())
}

/// What accruals count for, one by one; what was given in sums is under numbers that no entry has.
fn counted(
    connection: &Connection,
    key: Key<'_>,
    before: &BTreeMap<u64, Counted>,
    after: &BTreeMap<u64, Counted>,
) -> Result<(), StoreError> {
    let is_entry = |seq: &&u64| i64::try_from(**seq).is_ok();
    for seq in before.keys().chain(after.keys()).filter(is_entry).copied().collect::<BTreeSet<_>>() {
        let (was, is) = (before.get(&seq), after.get(&seq));
        let (program, member) = (key.program.as_str(), key.member.as_str());
        if let Some(counted) = is.filter(|_| was != is) {
            connection
                .prepare_cached(
                    "INSERT INTO counted (program_id, member_id, at, seq, counts) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT DO UPDATE SET counts = ?5",
                )?
                .execute(params![
                    program,
                    member,
                    counted.at.as_millis(),
                    seq,
                    serde_json::to_string(&Counts::of(counted))?
                ])?;
        } else if let (Some(counted), None) = (was, is) {
            connection
                .prepare_cached(
                    "DELETE FROM counted WHERE program_id = ?1 AND member_id = ?2 AND at = ?3 AND seq = ?4",
                )?
                .execute(params![program, member, counted.at.as_millis(), seq])?;
        }
    }
    Ok(())
}

/// Units of rewards, the member's and those of all.
fn units(
    connection: &Connection,
    key: Key<'_>,
    before: &MemberState,
    after: &MemberState,
) -> rusqlite::Result<()> {
    let (program, member) = (key.program.as_str(), key.member.as_str());
    for reward in before.redeemed.keys().chain(after.redeemed.keys()).collect::<BTreeSet<_>>() {
        let units = |state: &MemberState| state.redeemed.get(reward).copied().unwrap_or_default();
        let (was, is) = (units(before), units(after));
        if was == is {
            continue;
        }
        let change = i128::from(is) - i128::from(was);
        let change = i64::try_from(change).unwrap_or_default();
        if is == 0 {
            connection
                .prepare_cached(
                    "DELETE FROM redeemed WHERE program_id = ?1 AND member_id = ?2 AND reward_id = ?3",
                )?
                .execute([program, member, reward.as_str()])?;
        } else {
            connection
                .prepare_cached(
                    "INSERT INTO redeemed (program_id, member_id, reward_id, units) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET units = ?4",
                )?
                .execute(params![program, member, reward.as_str(), is])?;
        }
        if change < 0 {
            connection
                .prepare_cached(
                    "DELETE FROM reward_state WHERE program_id = ?1 AND reward_id = ?2 AND taken + ?3 = 0",
                )?
                .execute(params![program, reward.as_str(), change])?;
            connection
                .prepare_cached(
                    "UPDATE reward_state SET taken = taken + ?3 WHERE program_id = ?1 AND reward_id = ?2",
                )?
                .execute(params![program, reward.as_str(), change])?;
        } else {
            connection
                .prepare_cached(
                    "INSERT INTO reward_state (program_id, reward_id, taken) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET taken = taken + ?3",
                )?
                .execute(params![program, reward.as_str(), change])?;
        }
    }
    Ok(())
}
