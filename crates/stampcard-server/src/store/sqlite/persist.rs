//! Entries to rows: the entry itself, and all that is kept because it follows from it.

use rusqlite::{Connection, params};
use stampcard_engine::MemberState;
use stampcard_model::{Draw, Entry, EntryBody, EntryKind, Points, Timestamp};

use super::{load::Key, rows};
use crate::store::StoreError;

/// Writes an entry with its effects, except for the balance ([`balance`]).
pub(super) fn entry(
    connection: &Connection,
    key: Key<'_>,
    entry: &Entry,
    balance_after: Points,
    recorded_at: Timestamp,
) -> Result<(), StoreError> {
    let reverses = match &entry.body {
        EntryBody::Reversal { reverses, .. } => Some(*reverses),
        EntryBody::Accrual { .. }
        | EntryBody::Redemption { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Adjustment { .. } => None,
    };
    connection
        .prepare_cached(
            "INSERT INTO entry (program_id, member_id, seq, kind, occurred_at, recorded_at, program_version,
                 postings, body, balance_after, reverses)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            key.program.as_str(),
            key.member.as_str(),
            entry.seq,
            kind(entry.body.kind()),
            entry.occurred_at.as_millis(),
            recorded_at.as_millis(),
            entry.program_version,
            serde_json::to_string(&entry.postings)?,
            serde_json::to_string(&entry.body)?,
            balance_after.get(),
            reverses,
        ])?;
    effects(connection, key, entry, balance_after)
}

fn effects(
    connection: &Connection,
    key: Key<'_>,
    entry: &Entry,
    balance_after: Points,
) -> Result<(), StoreError> {
    let (program, member) = (key.program.as_str(), key.member.as_str());
    match &entry.body {
        EntryBody::Accrual { order_id, accruals: _, points, expires_at } => {
            lot(connection, key, entry, *points, *expires_at)?;
            connection
                .prepare_cached(
                    "INSERT INTO order_accrual (program_id, order_id, member_id, seq, points, reversed)
                     VALUES (?1, ?2, ?3, ?4, ?5, 0)",
                )?
                .execute(params![program, order_id.as_str(), member, entry.seq, points.get()])?;
            if !points.is_zero() {
                connection
                    .prepare_cached(
                        "INSERT INTO qualifying (program_id, member_id, earned_at, seq, points)
                         VALUES (?1, ?2, ?3, ?4, ?5)",
                    )?
                    .execute(params![
                        program,
                        member,
                        entry.occurred_at.as_millis(),
                        entry.seq,
                        points.get()
                    ])?;
            }
        }
        EntryBody::Redemption {
            redemption_id,
            reward_id,
            voucher_code,
            voucher_expires_at,
            points,
            draws: drawn,
        } => {
            draws(connection, key, entry, drawn)?;
            connection
                .prepare_cached(
                    "INSERT INTO redemption (program_id, redemption_id, member_id, seq, program_version,
                         reward_id, price, redeemed_at, balance_after)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                )?
                .execute(params![
                    program,
                    redemption_id.as_str(),
                    member,
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
                    program,
                    voucher_code.as_str(),
                    redemption_id.as_str(),
                    voucher_expires_at.map(Timestamp::as_millis),
                ])?;
            connection
                .prepare_cached(
                    "INSERT INTO redeemed (program_id, member_id, reward_id, units) VALUES (?1, ?2, ?3, 1)
                     ON CONFLICT DO UPDATE SET units = units + 1",
                )?
                .execute(params![program, member, reward_id.as_str()])?;
            connection
                .prepare_cached(
                    "INSERT INTO reward_state (program_id, reward_id, taken) VALUES (?1, ?2, 1)
                     ON CONFLICT DO UPDATE SET taken = taken + 1",
                )?
                .execute(params![program, reward_id.as_str()])?;
        }
        EntryBody::Expiry { points: _, draws: drawn } => draws(connection, key, entry, drawn)?,
        EntryBody::Adjustment { delta, reason: _, draws: drawn, expires_at } => {
            draws(connection, key, entry, drawn)?;
            let given = u128::try_from(*delta).map(Points::saturating_from).unwrap_or_default();
            lot(connection, key, entry, given, *expires_at)?;
        }
        EntryBody::Reversal { reverses, order_id, points: _, draws: drawn, shortfall: _ } => {
            draws(connection, key, entry, drawn)?;
            connection
                .prepare_cached(
                    "UPDATE order_accrual SET reversed = 1 WHERE program_id = ?1 AND order_id = ?2",
                )?
                .execute(params![program, order_id.as_str()])?;
            connection
                .prepare_cached(
                    "DELETE FROM qualifying WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3 AND earned_at =
                         (SELECT occurred_at FROM entry WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3)",
                )?
                .execute(params![program, member, reverses])?;
        }
    }
    Ok(())
}

/// Keeps the balance after the last entry, and the sum of what counts towards the tier.
pub(super) fn balance(
    connection: &Connection,
    key: Key<'_>,
    after: &MemberState,
    qualifying_after: Timestamp,
) -> Result<(), StoreError> {
    let qualifying: Points = after.qualifying.values().map(|qualifying| qualifying.points).sum();
    connection
        .prepare_cached(
            "INSERT INTO balance (program_id, member_id, last_seq, last_at, available, pending, held,
                 qualifying, qualifying_after)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT DO UPDATE SET last_seq = ?3, last_at = ?4, available = ?5, pending = ?6, held = ?7,
                 qualifying = ?8, qualifying_after = ?9",
        )?
        .execute(params![
            key.program.as_str(),
            key.member.as_str(),
            after.last_seq,
            after.last_at.unwrap_or(Timestamp::MIN).as_millis(),
            after.balance.available.get(),
            after.balance.pending.get(),
            after.balance.held.get(),
            qualifying.get(),
            qualifying_after.as_millis(),
        ])?;
    Ok(())
}

fn lot(
    connection: &Connection,
    key: Key<'_>,
    entry: &Entry,
    points: Points,
    expires_at: Option<Timestamp>,
) -> rusqlite::Result<()> {
    if points.is_zero() {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO lot (program_id, member_id, seq, points, remaining, starts_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
        )?
        .execute(params![
            key.program.as_str(),
            key.member.as_str(),
            entry.seq,
            points.get(),
            entry.occurred_at.as_millis(),
            rows::lot_end_millis(expires_at),
        ])
        .map(drop)
}

fn draws(connection: &Connection, key: Key<'_>, entry: &Entry, draws: &[Draw]) -> rusqlite::Result<()> {
    let (program, member) = (key.program.as_str(), key.member.as_str());
    for draw in draws {
        connection
            .prepare_cached(
                "INSERT INTO draw (program_id, member_id, entry_seq, lot_seq, points) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![program, member, entry.seq, draw.lot, draw.points.get()])?;
        connection
            .prepare_cached(
                "UPDATE lot SET remaining = remaining - ?4 WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3",
            )?
            .execute(params![program, member, draw.lot, draw.points.get()])?;
    }
    Ok(())
}

/// The word for a kind in the `kind` column, which people may search by.
fn kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Accrual => "accrual",
        EntryKind::Redemption => "redemption",
        EntryKind::Expiry => "expiry",
        EntryKind::Adjustment => "adjustment",
        EntryKind::Reversal => "reversal",
        EntryKind::Unrecognized => "unrecognized",
    }
}
