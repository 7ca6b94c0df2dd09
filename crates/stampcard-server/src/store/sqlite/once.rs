//! Keys and the answers kept with them.

use rusqlite::{Connection, OptionalExtension, params};
use stampcard_model::{IdempotencyKey, MemberId, ProgramId, Timestamp};

use crate::store::{Answer, OneTimeToken, Principal, StoreError};

/// Answers forgotten at a time, so that no write waits long for it.
const FORGET_MAX: u32 = 1_000;

/// A key and who sent it.
#[derive(Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) program: &'a ProgramId,
    /// In the words of the table.
    pub(super) principal: &'a str,
    pub(super) key: &'a IdempotencyKey,
}

/// Who sent a key, in the words of the table.
pub(super) fn principal(principal: &Principal, member: Option<&MemberId>) -> Option<String> {
    match principal {
        // Without a member there is nobody to keep an answer for.
        Principal::Member { .. } => member.map(|member| format!("member:{member}")),
        Principal::Merchant(key) => Some(format!("merchant:{key}")),
    }
}

/// The answer kept with a key.
///
/// # Errors
/// [`StoreError::KeyReused`] when the key was used with other content.
pub(super) fn kept(
    connection: &Connection,
    Sent { program, principal, key }: Sent<'_>,
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

/// Uses a one-time token up. Each that is kept lets two that have expired be forgotten, so that they never pile up.
///
/// # Errors
/// [`StoreError::TokenUsed`] when it was used before.
pub(super) fn use_up(
    connection: &Connection,
    program: &ProgramId,
    principal: &Principal,
    now: Timestamp,
) -> Result<(), StoreError> {
    let OneTimeToken { id, expires_at } = match principal {
        Principal::Member { one_time: Some(token) } => token,
        Principal::Member { one_time: None } | Principal::Merchant(_) => return Ok(()),
    };
    connection
        .prepare_cached(
            "DELETE FROM used_token WHERE (program_id, token_id) IN
                 (SELECT program_id, token_id FROM used_token WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 2)",
        )?
        .execute([now.as_millis()])?;
    let new = connection
        .prepare_cached(
            "INSERT INTO used_token (program_id, token_id, expires_at) VALUES (?1, ?2, ?3)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![program.as_str(), id, expires_at.as_millis()])?;
    if new == 0 { Err(StoreError::TokenUsed) } else { Ok(()) }
}

/// Keeps an answer with its key. An answer with somebody's name in it says whom it `names`.
pub(super) fn keep(
    connection: &Connection,
    Sent { program, principal, key }: Sent<'_>,
    fingerprint: &[u8; 32],
    answer: &Answer,
    names: Option<&MemberId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO idempotency
                 (program_id, principal, key, fingerprint, status, language, body, kept_at, names_member)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
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
            names.map(MemberId::as_str),
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
