//! A ledger to JSON lines.

use std::io::Write;

use rusqlite::{Connection, OptionalExtension, params};
use stampcard_model::{MemberId, OrderId, ProgramId, Timestamp};

use super::{FORMAT, Lines, Person, Reward, Row, TransferError, entries, members};
use crate::store::{
    Consent, Feedback, Referral, Reviewed, Told,
    sqlite::{load::Key, nudges, people, personal, referrals, reviews, rows},
};

/// Writes every line; answers with the hash of all but the last.
pub(super) fn write(
    connection: &Connection,
    program: Option<&ProgramId>,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<String, TransferError> {
    let mut lines = Lines::new(out);
    lines.write(&Row::Ledger { format: FORMAT, exported_at: now })?;
    programs(connection, program, &mut lines)?;
    for (program, member) in members(connection, program)? {
        self::member(connection, &program, &member, &mut lines)?;
    }
    for program in programs_of(connection, program)? {
        referrals(connection, &program, &mut lines)?;
    }
    lines.end()
}

/// The programs of the ledger, or this one.
fn programs_of(
    connection: &Connection,
    program: Option<&ProgramId>,
) -> Result<Vec<ProgramId>, TransferError> {
    let found = connection
        .prepare("SELECT DISTINCT program_id FROM program WHERE ?1 IS NULL OR program_id = ?1 ORDER BY 1")?
        .query_map([program.map(ProgramId::as_str)], |row| rows::word(row, "program_id"))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

fn referrals(
    connection: &Connection,
    program: &ProgramId,
    lines: &mut Lines<'_>,
) -> Result<(), TransferError> {
    for referral in referrals::all(connection, program, None)? {
        let Referral { seq: _, id, advocate, friend, followed_at, fault, reward } = referral;
        lines.write(&Row::Referral {
            program_id: program.clone(),
            id,
            advocate_id: advocate,
            friend_id: friend,
            followed_at,
            fault,
            reward: reward.map(|reward| Reward {
                order_id: reward.order_id,
                rewarded_at: reward.rewarded_at,
                withheld: reward.withheld.map(|refusal| refusal.code().to_owned()),
                taken_back_at: reward.taken_back_at,
            }),
        })?;
    }
    Ok(())
}

fn programs(
    connection: &Connection,
    program: Option<&ProgramId>,
    lines: &mut Lines<'_>,
) -> Result<(), TransferError> {
    let mut statement = connection.prepare(
        "SELECT document, in_force_at FROM program WHERE ?1 IS NULL OR program_id = ?1
         ORDER BY program_id, version",
    )?;
    let mut found = statement.query([program.map(ProgramId::as_str)])?;
    while let Some(row) = found.next()? {
        let document =
            serde_json::from_str(row.get_ref("document")?.as_str().map_err(rusqlite::Error::from)?)
                .map_err(rows::not_json)?;
        lines.write(&Row::Program { in_force_at: rows::instant(row, "in_force_at")?, document })?;
    }
    Ok(())
}

fn member(
    connection: &Connection,
    program: &ProgramId,
    member: &MemberId,
    lines: &mut Lines<'_>,
) -> Result<(), TransferError> {
    let key = [program.as_str(), member.as_str()];
    let enrolled_at = connection
        .prepare_cached("SELECT enrolled_at FROM member WHERE program_id = ?1 AND member_id = ?2")?
        .query_row(key, |row| rows::instant(row, "enrolled_at"))?;
    let person = people::person(connection, Key { program, member })?.map(Person::of);
    let erased_at = connection
        .prepare_cached("SELECT erased_at FROM erasure WHERE program_id = ?1 AND member_id = ?2")?
        .query_row(key, |row| rows::instant(row, "erased_at"))
        .optional()?;
    lines.write(&Row::Member {
        program_id: program.clone(),
        id: member.clone(),
        enrolled_at,
        person,
        erased_at,
    })?;
    entries(connection, program, member, |entry, balance_after, recorded_at| {
        lines.write(&Row::Entry {
            program_id: program.clone(),
            member_id: member.clone(),
            recorded_at,
            balance_after,
            entry: Box::new(entry),
        })
    })?;
    voucher_uses(connection, program, member, lines)?;
    let key = Key { program, member };
    for Consent { purpose, granted, version, text, locale, decided_at, origin, token_id } in
        personal::decisions(connection, key)?
    {
        let row = Row::Consent { purpose, granted, version, text, locale, decided_at, origin, token_id };
        lines.write(&row)?;
    }
    for Feedback { survey_id, score, comment, told_at } in personal::thoughts(connection, key)? {
        lines.write(&Row::Feedback { survey_id, score, comment, told_at })?;
    }
    for Told { kind, occasion, told_at } in nudges::of_member(connection, key)? {
        lines.write(&Row::Nudge { kind, occasion, told_at })?;
    }
    for reviewed in reviews::of_member(connection, key)? {
        let Reviewed { redemption_id, place, held_at, reasons, decision, decided_at, decided_by, note } =
            reviewed;
        let place = place.unwrap_or_default();
        let row =
            Row::Review { redemption_id, place, held_at, reasons, decision, decided_at, decided_by, note };
        lines.write(&row)?;
    }
    Ok(())
}

fn voucher_uses(
    connection: &Connection,
    program: &ProgramId,
    member: &MemberId,
    lines: &mut Lines<'_>,
) -> Result<(), TransferError> {
    let mut statement = connection.prepare_cached(
        "SELECT code, used_at, used_for FROM redemption JOIN voucher USING (program_id, redemption_id)
         WHERE program_id = ?1 AND member_id = ?2 AND used_at IS NOT NULL ORDER BY seq",
    )?;
    let mut found = statement.query(params![program.as_str(), member.as_str()])?;
    while let Some(row) = found.next()? {
        let used_for: Option<String> = row.get("used_for")?;
        lines.write(&Row::VoucherUse {
            program_id: program.clone(),
            code: rows::word(row, "code")?,
            used_at: rows::instant(row, "used_at")?,
            used_for: used_for.and_then(|order| OrderId::new(order).ok()),
        })?;
    }
    Ok(())
}
