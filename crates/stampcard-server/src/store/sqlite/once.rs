//! Keys and the answers kept with them.

use rusqlite::{Connection, OptionalExtension, params};
use stampcard_model::{IdempotencyKey, MemberId, ProgramId, Timestamp};

use crate::store::{Answer, Principal, StoreError};

/// Answers forgotten at a time, so that no write waits long for it.
const FORGET_MAX: u32 = 1_000;

/// Who sent a key, in the words of the table.
pub(super) fn principal(principal: &Principal, member: Option<&MemberId>) -> Option<String> {
    match principal {
        // Without a member there is nobody to keep an answer for.
        Principal::Member => member.map(|member| format!("member:{member}")),
        Principal::Merchant(key) => Some(format!("merchant:{key}")),
    }
}

/// The answer kept with a key.
///
/// # Errors
/// [`StoreError::KeyReused`] when the key was used with other content.
pub(super) fn kept(
    connection: &Connection,
    program: &ProgramId,
    principal: &str,
    key: &IdempotencyKey,
    fingerprint: &[u8; 32],
) -> Result<Option<Answer>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT fingerprint, status, language, body FROM idempotency
             WHERE program_id = ?1 AND principal = ?2 AND key = ?3",
        )?
        .query_row([program.as_str(), principal, key.as_str()], |row| {
            let answer = Answer { status: row.get(1)?, language: row.get(2)?, body: row.get(3)? };
            Ok((row.get::<_, [u8; 32]>(0)?, answer))
        })
        .optional()?;
    match found {
        Some((known, _)) if known != *fingerprint => Err(StoreError::KeyReused),
        Some((_, answer)) => Ok(Some(answer)),
        None => Ok(None),
    }
}

/// Keeps an answer with its key.
pub(super) fn keep(
    connection: &Connection,
    program: &ProgramId,
    principal: &str,
    key: &IdempotencyKey,
    fingerprint: &[u8; 32],
    answer: &Answer,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO idempotency (program_id, principal, key, fingerprint, status, language, body, kept_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            program.as_str(),
            principal,
            key.as_str(),
            fingerprint,
            answer.status,
            answer.language,
            answer.body,
            now.as_millis(),
        ])?;
    Ok(())
}

/// Forgets some answers kept since before `before`; says how many.
pub(super) fn forget(connection: &Connection, before: Timestamp) -> Result<u64, StoreError> {
    let forgotten = connection
        .prepare_cached(
            "DELETE FROM idempotency WHERE (program_id, principal, key) IN
                 (SELECT program_id, principal, key FROM idempotency WHERE kept_at < ?1 LIMIT ?2)",
        )?
        .execute(params![before.as_millis(), FORGET_MAX])?;
    Ok(u64::try_from(forgotten).unwrap_or_default())
}
