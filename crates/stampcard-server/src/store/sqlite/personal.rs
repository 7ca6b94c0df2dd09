//! What members decide and think, and how they are forgotten.

use rusqlite::{Connection, params};
use stampcard_model::{ProgramId, Timestamp};

use super::{load::Key, nudges, people, queries, referrals, reviews, rows};
use crate::store::{Consent, Everything, Feedback, StoreError};

/// A limit that no member reaches.
const ALL: u32 = u32::MAX;

/// Comments forgotten at a time.
const FORGET_MAX: u32 = 1_000;

/// Every decision of a member.
pub(super) fn consents(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
) -> Result<Option<Vec<Consent>>, StoreError> {
    let Some(member) = people::member(connection, program, reference)? else { return Ok(None) };
    Ok(Some(decisions(connection, Key { program, member: &member.id })?))
}

/// Everything that a member told.
pub(super) fn feedback(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
) -> Result<Option<Vec<Feedback>>, StoreError> {
    let Some(member) = people::member(connection, program, reference)? else { return Ok(None) };
    Ok(Some(thoughts(connection, Key { program, member: &member.id })?))
}

/// Everything that is known of a member.
pub(super) fn everything(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
) -> Result<Option<Everything>, StoreError> {
    let Some(member) = people::member(connection, program, reference)? else { return Ok(None) };
    let key = Key { program, member: &member.id };
    let (consents, feedback) = (decisions(connection, key)?, thoughts(connection, key)?);
    let referrals = referrals::all(connection, program, Some(member.id.as_str()))?;
    let (nudges, reviews) = (nudges::of_member(connection, key)?, reviews::of_member(connection, key)?);
    let lines = queries::lines(connection, program, reference, None, ALL)?;
    let redemptions = queries::redemptions(connection, program, reference, false, None, ALL)?;
    Ok(lines.zip(redemptions).map(|((_, lines), (_, redemptions))| Everything {
        member,
        referrals,
        lines,
        redemptions,
        consents,
        feedback,
        nudges,
        reviews,
    }))
}

/// The decisions of a member, oldest first.
pub(super) fn decisions(connection: &Connection, key: Key<'_>) -> rusqlite::Result<Vec<Consent>> {
    connection
        .prepare_cached(
            "SELECT purpose, granted, version, text, locale, decided_at, origin, token_id FROM consent
             WHERE program_id = ?1 AND member_id = ?2 ORDER BY seq",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], |row| {
            Ok(Consent {
                purpose: row.get("purpose")?,
                granted: row.get("granted")?,
                version: row.get("version")?,
                text: row.get("text")?,
                locale: row.get("locale")?,
                decided_at: rows::instant(row, "decided_at")?,
                origin: row.get("origin")?,
                token_id: row.get("token_id")?,
            })
        })?
        .collect()
}

/// What a member told, oldest first.
pub(super) fn thoughts(connection: &Connection, key: Key<'_>) -> rusqlite::Result<Vec<Feedback>> {
    connection
        .prepare_cached(
            "SELECT survey_id, score, comment, told_at FROM feedback
             WHERE program_id = ?1 AND member_id = ?2 ORDER BY told_at, survey_id",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], |row| {
            Ok(Feedback {
                survey_id: rows::word(row, "survey_id")?,
                score: row.get("score")?,
                comment: row.get("comment")?,
                told_at: rows::instant(row, "told_at")?,
            })
        })?
        .collect()
}

/// Keeps a decision.
pub(super) fn decide(connection: &Connection, key: Key<'_>, consent: &Consent) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO consent (program_id, member_id, seq, purpose, granted, version, text, locale, decided_at,
                 origin, token_id)
             SELECT ?1, ?2, ifnull(max(seq), 0) + 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM consent
             WHERE program_id = ?1 AND member_id = ?2",
        )?
        .execute(params![
            key.program.as_str(),
            key.member.as_str(),
            consent.purpose,
            consent.granted,
            consent.version,
            consent.text,
            consent.locale,
            consent.decided_at.as_millis(),
            consent.origin,
            consent.token_id,
        ])
        .map(drop)
}

/// Keeps what a member thinks; says whether it is the first of its survey.
pub(super) fn tell(connection: &Connection, key: Key<'_>, feedback: &Feedback) -> rusqlite::Result<bool> {
    let kept = connection
        .prepare_cached(
            "INSERT INTO feedback (program_id, member_id, survey_id, score, comment, told_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            key.program.as_str(),
            key.member.as_str(),
            feedback.survey_id.as_str(),
            feedback.score,
            feedback.comment,
            feedback.told_at.as_millis(),
        ])?;
    Ok(kept > 0)
}

/// Forgets some comments that were told before `before`; says how many.
pub(super) fn forget_comments(connection: &Connection, before: Timestamp) -> Result<u64, StoreError> {
    let forgotten = connection
        .prepare_cached(
            "UPDATE feedback SET comment = NULL WHERE (program_id, member_id, survey_id) IN
                 (SELECT program_id, member_id, survey_id FROM feedback
                  WHERE comment IS NOT NULL AND told_at < ?1 LIMIT ?2)",
        )?
        .execute(params![before.as_millis(), FORGET_MAX])?;
    Ok(u64::try_from(forgotten).unwrap_or_default())
}

/// Forgets who a member is: everything that leads from the ledger to a person.
pub(super) fn forget(connection: &Connection, key: Key<'_>, now: Timestamp) -> rusqlite::Result<()> {
    let names = [key.program.as_str(), key.member.as_str()];
    for forgotten in [
        "DELETE FROM person WHERE program_id = ?1 AND member_id = ?2",
        "UPDATE consent SET origin = NULL, token_id = NULL WHERE program_id = ?1 AND member_id = ?2",
        "UPDATE feedback SET comment = NULL WHERE program_id = ?1 AND member_id = ?2",
        "UPDATE review SET note = NULL WHERE program_id = ?1 AND member_id = ?2",
        "UPDATE member SET nudge_at = NULL WHERE program_id = ?1 AND member_id = ?2",
        "DELETE FROM nudge WHERE program_id = ?1 AND member_id = ?2",
        // Nobody is reminded any more.
        "DELETE FROM delivery WHERE program_id = ?1 AND message_id IN
             (SELECT message_id FROM outbox
              WHERE program_id = ?1 AND member_id = ?2 AND topic LIKE 'nudge.%')",
        "DELETE FROM outbox WHERE program_id = ?1 AND member_id = ?2 AND topic LIKE 'nudge.%'",
        "DELETE FROM idempotency WHERE program_id = ?1 AND principal = 'member:' || ?2",
        "DELETE FROM idempotency WHERE program_id = ?1 AND names_member = ?2",
    ] {
        connection.prepare_cached(forgotten)?.execute(names)?;
    }
    connection
        .prepare_cached("INSERT INTO erasure (program_id, member_id, erased_at) VALUES (?1, ?2, ?3)")?
        .execute(params![names[0], names[1], now.as_millis()])
        .map(drop)
}
