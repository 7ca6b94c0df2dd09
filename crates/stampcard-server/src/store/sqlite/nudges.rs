//! What members get without asking, points and reminders: who is to be looked at when, and what was told.

use rusqlite::{Connection, params};
use stampcard_engine::{
    Command, MemberState, gift_due, next_gift_at, next_nudge_at, nudges_due, threshold_reached, unasked,
};
use stampcard_model::{Entry, MemberId, Nudge, Nudges, Points, Program, ProgramId, Timestamp};

use super::{
    commands::Ledger,
    load::{self, Key, Lots},
    rows,
};
use crate::store::{Effect, Outcome, Recorded, StoreError, Told};

/// Rows forgotten at a time.
const FORGET_MAX: u32 = 1_000;

/// Members who are to be looked at by `now`.
pub(super) fn due(
    connection: &Connection,
    program: &ProgramId,
    now: Timestamp,
    limit: u16,
) -> Result<Vec<MemberId>, StoreError> {
    let due = connection
        .prepare_cached(
            "SELECT member_id FROM member WHERE program_id = ?1 AND nudge_at IS NOT NULL AND nudge_at <= ?2
             ORDER BY nudge_at LIMIT ?3",
        )?
        .query_map(params![program.as_str(), now.as_millis(), limit], |row| rows::word(row, "member_id"))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(due)
}

/// Whether a program gives or tells members anything without being asked.
pub(super) fn looks_at_members(program: &Program) -> bool {
    program.nudges != Nudges::default() || unasked(program).next().is_some()
}

/// Gives a member the first of the points that are due without being asked for; no entry when there are none.
pub(super) fn give(
    ledger: &Ledger<'_>,
    program: &crate::ProgramInForce,
    member: &MemberId,
) -> Result<Outcome, StoreError> {
    let key = Key { program: &ledger.program().id, member };
    let known = is_known(ledger.connection, key)?;
    ledger.book(member, Lots::None, |account| {
        let due = gift_due(&account.context(program), &account.state).filter(|_| known);
        Ok(due.map_or(Command::CatchUp, |offer| Command::TakeUp { offer_id: offer.id.clone(), code: None }))
    })
}

/// Tells a member what is due and was not told, and notes when to look again.
pub(super) fn tell(
    ledger: &Ledger<'_>,
    program: &crate::ProgramInForce,
    member: &MemberId,
) -> Result<Outcome, StoreError> {
    let (connection, now) = (ledger.connection, ledger.now);
    let key = Key { program: &ledger.program().id, member };
    let (mut nudges, mut next) = (Vec::new(), None);
    if is_known(connection, key)? && looks_at_members(ledger.program()) {
        let mut account = load::account(connection, program, key, None, now, Lots::All)?;
        load::tell_apart(connection, program, key, &mut account)?;
        let context = account.context(program);
        for nudge in nudges_due(&context, &account.state) {
            if keep(connection, key, &Told::now(&nudge, now))? {
                nudges.push(nudge);
            }
        }
        let instants = [next_nudge_at(&context, &account.state), next_gift_at(&context, &account.state)];
        next = instants.into_iter().flatten().min();
    }
    set_next(connection, key, next)?;
    Ok(Ok(Effect::Recorded(Recorded::Nudged { member: member.clone(), nudges })))
}

/// Lets a member who has changed be looked at with the next sweep, and tells what the change itself has reached.
pub(super) fn follow(
    connection: &Connection,
    key: Key<'_>,
    program: &Program,
    before: &MemberState,
    entries: &[Entry],
    now: Timestamp,
) -> Result<Vec<Nudge>, StoreError> {
    if !looks_at_members(program) || entries.is_empty() || !is_known(connection, key)? {
        return Ok(Vec::new());
    }
    set_next(connection, key, Some(now))?;
    let mut state = before.clone();
    let mut lowest = state.balance.available;
    for entry in entries {
        stampcard_engine::apply(&mut state, entry);
        lowest = lowest.min(state.balance.available);
    }
    let available = state.balance.available;
    let reached: Option<Points> = threshold_reached(program, lowest, available);
    let nudge =
        reached.map(|threshold| Nudge::ThresholdReached { threshold, available, seq: state.last_seq });
    match nudge {
        Some(nudge) if keep(connection, key, &Told::now(&nudge, now))? => Ok(vec![nudge]),
        Some(_) | None => Ok(Vec::new()),
    }
}

/// Lets a member be looked at.
pub(super) fn set_next(connection: &Connection, key: Key<'_>, at: Option<Timestamp>) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE member SET nudge_at = ?3 WHERE program_id = ?1 AND member_id = ?2")?
        .execute(params![key.program.as_str(), key.member.as_str(), at.map(Timestamp::as_millis)])
        .map(drop)
}

/// Lets all members be looked at, the first time that this version of the program is in force: it may remind of other
/// things.
pub(super) fn remind_anew(connection: &Connection, program: &Program) -> rusqlite::Result<()> {
    let first = connection
        .prepare_cached(
            "UPDATE program SET reminds = 1 WHERE program_id = ?1 AND version = ?2 AND reminds = 0",
        )?
        .execute(params![program.id.as_str(), program.version])?;
    if first > 0 {
        let at = looks_at_members(program).then_some(Timestamp::MIN.as_millis());
        connection.execute(
            "UPDATE member SET nudge_at = ?2 WHERE program_id = ?1",
            params![program.id.as_str(), at],
        )?;
    }
    Ok(())
}

/// Keeps that something was told; says whether it was not before.
pub(super) fn keep(connection: &Connection, key: Key<'_>, told: &Told) -> rusqlite::Result<bool> {
    let kept = connection
        .prepare_cached(
            "INSERT INTO nudge (program_id, member_id, kind, occasion, told_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            key.program.as_str(),
            key.member.as_str(),
            told.kind,
            told.occasion,
            told.told_at.as_millis()
        ])?;
    Ok(kept > 0)
}

/// Everything that a member was told, in a fixed order.
pub(super) fn of_member(connection: &Connection, key: Key<'_>) -> rusqlite::Result<Vec<Told>> {
    connection
        .prepare_cached(
            "SELECT kind, occasion, told_at FROM nudge WHERE program_id = ?1 AND member_id = ?2
             ORDER BY told_at, kind, occasion",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], |row| {
            Ok(Told {
                kind: row.get("kind")?,
                occasion: row.get("occasion")?,
                told_at: rows::instant(row, "told_at")?,
            })
        })?
        .collect()
}

/// Forgets some that were told before `before`; says how many.
pub(super) fn forget(connection: &Connection, before: Timestamp) -> Result<u64, StoreError> {
    let forgotten = connection
        .prepare_cached(
            "DELETE FROM nudge WHERE (program_id, member_id, kind, occasion) IN
                 (SELECT program_id, member_id, kind, occasion FROM nudge WHERE told_at < ?1 LIMIT ?2)",
        )?
        .execute(params![before.as_millis(), FORGET_MAX])?;
    Ok(u64::try_from(forgotten).unwrap_or_default())
}

/// Whether somebody is behind the member: nobody is who was erased.
fn is_known(connection: &Connection, key: Key<'_>) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM person WHERE program_id = ?1 AND member_id = ?2")?
        .exists([key.program.as_str(), key.member.as_str()])
}
