//! What a command looks at, loaded by index: a long history costs no more than a short one.

use rusqlite::{Connection, OptionalExtension, Row, params};
use stampcard_engine::{Lot, MemberState, OrderAccrual, Qualifying, RewardState};
use stampcard_model::{Balance, MemberId, OrderId, Points, Program, ProgramId, RewardId, Timestamp, Window};

use super::rows;
use crate::store::{Member, StoreError};

/// Names a member's rows.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) program: &'a ProgramId,
    pub(super) member: &'a MemberId,
}

/// Which lots a command looks at, besides all that have expired.
#[derive(Clone, Copy)]
pub(super) enum Lots {
    /// None: points are given.
    None,
    /// As many as pay this, in the order of spending.
    Paying(Points),
    /// One lot, and as many others as pay this.
    First(u64, Points),
}

/// The member under a reference.
pub(super) fn member(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
) -> rusqlite::Result<Option<Member>> {
    connection
        .prepare_cached(
            "SELECT member_id, reference, display_name, enrolled_at FROM person
             JOIN member USING (program_id, member_id) WHERE program_id = ?1 AND reference = ?2",
        )?
        .query_row([program.as_str(), reference], |row| {
            Ok(Member {
                id: rows::word(row, "member_id")?,
                reference: row.get("reference")?,
                display_name: row.get("display_name")?,
                enrolled_at: rows::instant(row, "enrolled_at")?,
            })
        })
        .optional()
}

/// A member's account as of the last entry, with what counts towards the tier at `now` in one sum.
pub(super) struct Account {
    pub(super) state: MemberState,
    /// `now`, or the last entry's instant when the clock went back.
    pub(super) now: Timestamp,
    /// Points earned after this instant are in the sum.
    pub(super) qualifying_after: Timestamp,
}

/// Loads a member's account; no lots, orders or redemptions yet.
pub(super) fn account(
    connection: &Connection,
    program: &Program,
    key: Key<'_>,
    now: Timestamp,
) -> Result<Account, StoreError> {
    let (mut state, kept) = balance(connection, key)?;
    let now = state.last_at.map_or(now, |last_at| now.max(last_at));
    let after = window_start(program, now);
    let sum = i128::from(kept.points) + moved(connection, key, kept.after, after)?;
    let points = Points::saturating_from(u128::try_from(sum).unwrap_or_default());
    if !points.is_zero() {
        // No entry has the number 0: it stands for all that count.
        state.qualifying.insert(0, Qualifying { earned_at: now, points });
    }
    Ok(Account { state, now, qualifying_after: after })
}

/// What counts towards the tier is earned after this instant.
pub(super) fn window_start(program: &Program, now: Timestamp) -> Timestamp {
    let Window::Rolling { days } = program.tiers.window;
    now.plus_days(-i64::from(days))
}

/// The kept sum of points earned after an instant.
pub(super) struct KeptQualifying {
    pub(super) points: i64,
    pub(super) after: Timestamp,
}

/// The balance as of the last entry.
pub(super) fn balance(
    connection: &Connection,
    key: Key<'_>,
) -> rusqlite::Result<(MemberState, KeptQualifying)> {
    let read = |row: &Row<'_>| {
        let balance = Balance {
            available: rows::points(row, "available")?,
            pending: rows::points(row, "pending")?,
            held: rows::points(row, "held")?,
        };
        let state = MemberState {
            last_seq: row.get("last_seq")?,
            last_at: Some(rows::instant(row, "last_at")?),
            balance,
            ..MemberState::default()
        };
        let kept =
            KeptQualifying { points: row.get("qualifying")?, after: rows::instant(row, "qualifying_after")? };
        Ok((state, kept))
    };
    let nothing = || (MemberState::default(), KeptQualifying { points: 0, after: Timestamp::MIN });
    let found = connection
        .prepare_cached(
            "SELECT last_seq, last_at, available, pending, held, qualifying, qualifying_after FROM balance
             WHERE program_id = ?1 AND member_id = ?2",
        )?
        .query_row([key.program.as_str(), key.member.as_str()], read)
        .optional()?;
    Ok(found.unwrap_or_else(nothing))
}

/// What a sum of points earned after `from` gains when it is to be of those earned after `to`. Every accrual leaves the
/// window once, so over a member's life this reads every accrual once.
fn moved(connection: &Connection, key: Key<'_>, from: Timestamp, to: Timestamp) -> rusqlite::Result<i128> {
    let (earlier, later, sign) = if from <= to { (from, to, -1) } else { (to, from, 1) };
    let mut statement = connection.prepare_cached(
        "SELECT points FROM qualifying
         WHERE program_id = ?1 AND member_id = ?2 AND earned_at > ?3 AND earned_at <= ?4",
    )?;
    let mut found = statement.query(params![
        key.program.as_str(),
        key.member.as_str(),
        earlier.as_millis(),
        later.as_millis()
    ])?;
    let mut sum = 0;
    while let Some(row) = found.next()? {
        sum += i128::from(row.get::<_, i64>(0)?);
    }
    Ok(sign * sum)
}

/// Loads lots in the order of spending: all that have expired, and as many as `which` asks for.
pub(super) fn lots(
    connection: &Connection,
    key: Key<'_>,
    account: &mut Account,
    which: Lots,
) -> rusqlite::Result<()> {
    let mut lots = Vec::new();
    let mut missing = match which {
        Lots::None => Points::ZERO,
        // What nobody can pay needs no reading.
        Lots::Paying(price) if price > account.state.balance.available => Points::ZERO,
        Lots::Paying(price) => price,
        Lots::First(seq, points) => {
            lots.extend(lot(connection, key, seq)?);
            points
        }
    };
    let mut statement = connection.prepare_cached(
        "SELECT seq, remaining, starts_at, expires_at FROM lot
         WHERE program_id = ?1 AND member_id = ?2 AND remaining > 0 ORDER BY expires_at, seq",
    )?;
    let mut found = statement.query([key.program.as_str(), key.member.as_str()])?;
    while let Some(row) = found.next()? {
        let lot = read_lot(row)?;
        let expired = lot.expires_at.is_some_and(|expires_at| expires_at <= account.now);
        if !expired {
            if missing.is_zero() {
                break;
            }
            missing = missing.saturating_sub(lot.remaining);
        }
        if !lots.iter().any(|known| known.seq == lot.seq) {
            lots.push(lot);
        }
    }
    account.state.lots = lots;
    Ok(())
}

/// Every lot with something left.
pub(super) fn all_lots(connection: &Connection, key: Key<'_>) -> rusqlite::Result<Vec<Lot>> {
    connection
        .prepare_cached(
            "SELECT seq, remaining, starts_at, expires_at FROM lot
             WHERE program_id = ?1 AND member_id = ?2 AND remaining > 0 ORDER BY expires_at, seq",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], read_lot)?
        .collect()
}

fn lot(connection: &Connection, key: Key<'_>, seq: u64) -> rusqlite::Result<Option<Lot>> {
    connection
        .prepare_cached(
            "SELECT seq, remaining, starts_at, expires_at FROM lot
             WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3 AND remaining > 0",
        )?
        .query_row(params![key.program.as_str(), key.member.as_str(), seq], read_lot)
        .optional()
}

fn read_lot(row: &Row<'_>) -> rusqlite::Result<Lot> {
    Ok(Lot {
        seq: row.get("seq")?,
        remaining: rows::points(row, "remaining")?,
        starts_at: rows::instant(row, "starts_at")?,
        expires_at: rows::lot_end(row.get("expires_at")?),
    })
}

/// What counts towards the tier now or later, by accrual.
pub(super) fn qualifying(
    connection: &Connection,
    key: Key<'_>,
    after: Timestamp,
) -> rusqlite::Result<std::collections::BTreeMap<u64, Qualifying>> {
    connection
        .prepare_cached(
            "SELECT seq, earned_at, points FROM qualifying
             WHERE program_id = ?1 AND member_id = ?2 AND earned_at > ?3",
        )?
        .query_map(params![key.program.as_str(), key.member.as_str(), after.as_millis()], |row| {
            let earned_at = rows::instant(row, "earned_at")?;
            Ok((row.get("seq")?, Qualifying { earned_at, points: rows::points(row, "points")? }))
        })?
        .collect()
}

/// Takes one accrual out of the sum of what counts, so that it can be reversed by itself.
pub(super) fn part_qualifying(
    connection: &Connection,
    key: Key<'_>,
    account: &mut Account,
    seq: u64,
) -> rusqlite::Result<()> {
    let own = connection
        .prepare_cached(
            "SELECT earned_at, points FROM qualifying
             WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3 AND earned_at =
                 (SELECT occurred_at FROM entry WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3)",
        )?
        .query_row(params![key.program.as_str(), key.member.as_str(), seq], |row| {
            Ok(Qualifying {
                earned_at: rows::instant(row, "earned_at")?,
                points: rows::points(row, "points")?,
            })
        })
        .optional()?;
    if let Some(own) = own.filter(|own| own.earned_at > account.qualifying_after) {
        if let Some(all) = account.state.qualifying.get_mut(&0) {
            all.points = all.points.saturating_sub(own.points);
        }
        account.state.qualifying.insert(seq, own);
    }
    Ok(())
}

/// An order that was booked in the program, and whose it is.
pub(super) fn order(
    connection: &Connection,
    program: &ProgramId,
    id: &OrderId,
) -> rusqlite::Result<Option<(MemberId, OrderAccrual)>> {
    connection
        .prepare_cached(
            "SELECT member_id, seq, points, reversed FROM order_accrual WHERE program_id = ?1 AND order_id = ?2",
        )?
        .query_row([program.as_str(), id.as_str()], |row| {
            let order = OrderAccrual {
                seq: row.get("seq")?,
                points: rows::points(row, "points")?,
                reversed: row.get("reversed")?,
            };
            Ok((rows::word(row, "member_id")?, order))
        })
        .optional()
}

/// Units of a reward that a member has redeemed.
pub(super) fn redeemed(connection: &Connection, key: Key<'_>, reward: &RewardId) -> rusqlite::Result<u64> {
    let units = connection
        .prepare_cached(
            "SELECT units FROM redeemed WHERE program_id = ?1 AND member_id = ?2 AND reward_id = ?3",
        )?
        .query_row([key.program.as_str(), key.member.as_str(), reward.as_str()], |row| row.get(0))
        .optional()?;
    Ok(units.unwrap_or_default())
}

/// Units of a reward that all members have redeemed.
pub(super) fn reward_state(
    connection: &Connection,
    program: &ProgramId,
    reward: &RewardId,
) -> rusqlite::Result<RewardState> {
    let taken = connection
        .prepare_cached("SELECT taken FROM reward_state WHERE program_id = ?1 AND reward_id = ?2")?
        .query_row([program.as_str(), reward.as_str()], |row| row.get(0))
        .optional()?;
    Ok(RewardState { taken: taken.unwrap_or_default() })
}
