//! Reads, each about one instant.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use stampcard_engine::RewardState;
use stampcard_model::{MemberId, Program, ProgramId, RedemptionId, RewardId, Timestamp, VoucherCode};

use super::{
    load::{self, Key},
    rows,
};
use crate::store::{Line, MemberSnapshot, Redemption, StoreError};

/// A member with all that a page shows of them.
pub(super) fn member(
    connection: &Connection,
    program: &Program,
    reference: &str,
    now: Timestamp,
) -> Result<Option<MemberSnapshot>, StoreError> {
    let Some(member) = load::member(connection, &program.id, reference)? else { return Ok(None) };
    let key = Key { program: &program.id, member: &member.id };
    let (mut state, _) = load::balance(connection, key)?;
    let now = state.last_at.map_or(now, |last_at| now.max(last_at));
    state.lots = load::all_lots(connection, key)?;
    state.qualifying = load::qualifying(connection, key, load::window_start(program, now))?;
    state.redeemed = connection
        .prepare_cached("SELECT reward_id, units FROM redeemed WHERE program_id = ?1 AND member_id = ?2")?
        .query_map([program.id.as_str(), member.id.as_str()], |row| {
            Ok((rows::word(row, "reward_id")?, row.get("units")?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let taken = taken(connection, &program.id)?;
    Ok(Some(MemberSnapshot { member, state, taken }))
}

/// Units taken of each reward.
pub(super) fn taken(
    connection: &Connection,
    program: &ProgramId,
) -> Result<BTreeMap<RewardId, RewardState>, StoreError> {
    let taken = connection
        .prepare_cached("SELECT reward_id, taken FROM reward_state WHERE program_id = ?1")?
        .query_map([program.as_str()], |row| {
            Ok((rows::word(row, "reward_id")?, RewardState { taken: row.get("taken")? }))
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(taken)
}

/// Lines of a member's ledger, newest first.
pub(super) fn lines(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
    before: Option<u64>,
    limit: u16,
) -> Result<Option<(MemberId, Vec<Line>)>, StoreError> {
    let Some(member) = load::member(connection, program, reference)? else { return Ok(None) };
    let lines = connection
        .prepare_cached(
            "SELECT seq, occurred_at, program_version, postings, body, balance_after FROM entry
             WHERE program_id = ?1 AND member_id = ?2 AND seq < ?3 ORDER BY seq DESC LIMIT ?4",
        )?
        .query_map(params![program.as_str(), member.id.as_str(), below(before), limit], rows::line)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some((member.id, lines)))
}

/// A member's redemption.
pub(super) fn redemption(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
    id: &RedemptionId,
) -> Result<Option<(MemberId, Option<Redemption>)>, StoreError> {
    let Some(member) = load::member(connection, program, reference)? else { return Ok(None) };
    let redemption = connection
        .prepare_cached(
            "SELECT * FROM redemption JOIN voucher USING (program_id, redemption_id)
             WHERE program_id = ?1 AND redemption_id = ?2 AND member_id = ?3",
        )?
        .query_row([program.as_str(), id.as_str(), member.id.as_str()], rows::redemption)
        .optional()?;
    Ok(Some((member.id, redemption)))
}

/// A member's redemptions, newest first.
pub(super) fn redemptions(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
    before: Option<u64>,
    limit: u16,
) -> Result<Option<(MemberId, Vec<Redemption>)>, StoreError> {
    let Some(member) = load::member(connection, program, reference)? else { return Ok(None) };
    let redemptions = connection
        .prepare_cached(
            "SELECT * FROM redemption JOIN voucher USING (program_id, redemption_id)
             WHERE program_id = ?1 AND member_id = ?2 AND seq < ?3 ORDER BY seq DESC LIMIT ?4",
        )?
        .query_map(params![program.as_str(), member.id.as_str(), below(before), limit], rows::redemption)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some((member.id, redemptions)))
}

/// The redemption that issued a voucher.
pub(super) fn redemption_of_voucher(
    connection: &Connection,
    program: &ProgramId,
    code: &VoucherCode,
) -> rusqlite::Result<Option<Redemption>> {
    connection
        .prepare_cached(
            "SELECT * FROM redemption JOIN voucher USING (program_id, redemption_id)
             WHERE program_id = ?1 AND code = ?2",
        )?
        .query_row([program.as_str(), code.as_str()], rows::redemption)
        .optional()
}

/// Members with a lot that has expired and is not written off.
pub(super) fn due(
    connection: &Connection,
    program: &ProgramId,
    now: Timestamp,
    limit: u16,
) -> Result<Vec<MemberId>, StoreError> {
    let due = connection
        .prepare_cached(
            "SELECT DISTINCT member_id FROM lot
             WHERE program_id = ?1 AND expires_at <= ?2 AND remaining > 0 LIMIT ?3",
        )?
        .query_map(params![program.as_str(), now.as_millis(), limit], |row| rows::word(row, "member_id"))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(due)
}

/// Whether reading works.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    connection.query_row("SELECT only_row FROM meta", [], |_| Ok(()))?;
    Ok(())
}

/// A page begins below this number; the first page below all.
fn below(before: Option<u64>) -> i64 {
    before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX))
}
