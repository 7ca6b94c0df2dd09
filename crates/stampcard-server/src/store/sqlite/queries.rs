//! Reads, each about one instant.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use stampcard_engine::{Context, RewardState};
use stampcard_model::{MemberId, ProgramId, RedemptionId, RewardId, Timestamp, VoucherCode};

use super::{
    load::{self, Key, Lots},
    people, redemptions, rows,
};
use crate::{
    ProgramInForce,
    store::{Line, MemberSnapshot, Redemption, StoreError},
};

/// A member with all that a page shows of them.
pub(super) fn member(
    connection: &Connection,
    program: &ProgramInForce,
    reference: &str,
    now: Timestamp,
) -> Result<Option<MemberSnapshot>, StoreError> {
    let id = &program.program.id;
    let Some(member) = people::member(connection, id, reference)? else { return Ok(None) };
    let key = Key { program: id, member: &member.id };
    let mut account = load::account(connection, program, key, Some(&member), now, Lots::Seen)?;
    load::tell_apart(connection, program, key, &mut account)?;
    let matter = redemptions::matter_since(&account.context(program), program.program.rewards.iter());
    if let Some(since) = matter {
        account.state.redemptions.extend(redemptions::since(connection, key, since)?);
    }
    units(connection, key, None, &mut account.state.redeemed)?;
    let taken = taken(connection, &account.context(program))?;
    let load::Account { state, profile, issued, .. } = account;
    Ok(Some(MemberSnapshot { member, state, profile, issued, taken }))
}

/// Units that a member has redeemed: of one reward, or of all.
pub(super) fn units(
    connection: &Connection,
    key: Key<'_>,
    reward: Option<&RewardId>,
    into: &mut BTreeMap<RewardId, u64>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT reward_id, units FROM redeemed
         WHERE program_id = ?1 AND member_id = ?2 AND (?3 IS NULL OR reward_id = ?3)",
    )?;
    let reward = reward.map(RewardId::as_str);
    let mut found = statement.query(params![key.program.as_str(), key.member.as_str(), reward])?;
    while let Some(row) = found.next()? {
        into.insert(rows::word(row, "reward_id")?, row.get("units")?);
    }
    Ok(())
}

/// Units taken of each reward.
pub(super) fn taken(
    connection: &Connection,
    context: &Context<'_>,
) -> Result<BTreeMap<RewardId, RewardState>, StoreError> {
    let rewards = context.program.rewards.iter();
    let of_one = |id: &RewardId| Ok((id.clone(), redemptions::reward_state(connection, context, id)?));
    rewards.map(|reward| of_one(&reward.id)).collect()
}

/// Lines of a member's ledger, newest first.
pub(super) fn lines(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
    before: Option<u64>,
    limit: impl Into<u32>,
) -> Result<Option<(MemberId, Vec<Line>)>, StoreError> {
    let limit: u32 = limit.into();
    let Some(member) = people::member(connection, program, reference)? else { return Ok(None) };
    let lines = connection
        .prepare_cached(
            "SELECT seq, occurred_at, program_version, postings, body, balance_after FROM entry
             WHERE program_id = ?1 AND member_id = ?2 AND seq < ?3 ORDER BY seq DESC LIMIT ?4",
        )?
        .query_map(params![program.as_str(), member.id.as_str(), below(before), limit], rows::line)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some((member.id, lines)))
}

/// Redemptions with all that [`rows::redemption`] reads.
macro_rules! redemptions {
    ($which:literal) => {
        concat!(
            "SELECT redemption_state.redemption_id, redemption_state.member_id, state, program_version, occurred_at,
                 balance_after, code, expires_at, used_at, decision FROM redemption_state
             JOIN entry USING (program_id, member_id, seq)
             LEFT JOIN voucher USING (program_id, redemption_id)
             LEFT JOIN review USING (program_id, redemption_id) ",
            $which
        )
    };
}

/// A member's redemption.
pub(super) fn redemption(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
    id: &RedemptionId,
) -> Result<Option<(MemberId, Option<Redemption>)>, StoreError> {
    let Some(member) = people::member(connection, program, reference)? else { return Ok(None) };
    let redemption = connection
        .prepare_cached(redemptions!(
            "WHERE program_id = ?1 AND redemption_id = ?2 AND redemption_state.member_id = ?3"
        ))?
        .query_row([program.as_str(), id.as_str(), member.id.as_str()], rows::redemption)
        .optional()?;
    Ok(Some((member.id, redemption)))
}

/// A member's redemptions, newest first: all, or those that issued a voucher.
pub(super) fn redemptions(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
    issued: bool,
    before: Option<u64>,
    limit: impl Into<u32>,
) -> Result<Option<(MemberId, Vec<Redemption>)>, StoreError> {
    let limit: u32 = limit.into();
    let Some(member) = people::member(connection, program, reference)? else { return Ok(None) };
    let redemptions = connection
        .prepare_cached(redemptions!(
            "WHERE program_id = ?1 AND redemption_state.member_id = ?2 AND redemption_state.seq < ?3
                 AND (code IS NOT NULL OR NOT ?4)
             ORDER BY redemption_state.seq DESC LIMIT ?5"
        ))?
        .query_map(
            params![program.as_str(), member.id.as_str(), below(before), issued, limit],
            rows::redemption,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some((member.id, redemptions)))
}

/// A redemption, whosever it is.
pub(super) fn redemption_of(
    connection: &Connection,
    program: &ProgramId,
    id: &RedemptionId,
) -> rusqlite::Result<Option<Redemption>> {
    connection
        .prepare_cached(redemptions!("WHERE program_id = ?1 AND redemption_id = ?2"))?
        .query_row([program.as_str(), id.as_str()], rows::redemption)
        .optional()
}

/// The redemption that issued a voucher.
pub(super) fn redemption_of_voucher(
    connection: &Connection,
    program: &ProgramId,
    code: &VoucherCode,
) -> rusqlite::Result<Option<Redemption>> {
    connection
        .prepare_cached(redemptions!("WHERE program_id = ?1 AND code = ?2"))?
        .query_row([program.as_str(), code.as_str()], rows::redemption)
        .optional()
}

/// Members to whom time has done something by now that is not written down.
pub(super) fn due(
    connection: &Connection,
    program: &ProgramId,
    now: Timestamp,
    limit: u16,
) -> Result<Vec<MemberId>, StoreError> {
    let due = connection
        .prepare_cached(
            "SELECT member_id FROM lot
                 WHERE program_id = ?1 AND expires_at <= ?2 AND remaining > 0 AND waits IS NULL
             UNION SELECT member_id FROM lot
                 WHERE program_id = ?1 AND waits <= ?2 AND remaining > 0 AND waits IS NOT NULL
             UNION SELECT member_id FROM balance
                 WHERE program_id = ?1 AND inactive_at <= ?2 AND inactive_at IS NOT NULL
             UNION SELECT member_id FROM balance
                 WHERE program_id = ?1 AND tier_due_at <= ?2 AND tier_due_at IS NOT NULL
             UNION SELECT member_id FROM redemption_state
                 WHERE program_id = ?1 AND ends_at <= ?2 AND phase = 'held' AND ends_at IS NOT NULL
             LIMIT ?3",
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
