//! Messages that were given up: listed, sent once more, and forgotten.

use rusqlite::{Connection, Row, params};
use stampcard_model::{ProgramId, Timestamp, WebhookId};

use super::{outbox, rows};
use crate::store::{StoreError, Waiting};

/// Messages forgotten at a time.
const FORGET_MAX: u32 = 1_000;

/// Messages for an address that were given up, those given up first first.
pub(super) fn listed(
    connection: &Connection,
    program: &ProgramId,
    id: &WebhookId,
    after: Option<u128>,
    limit: u16,
) -> Result<Option<Vec<Waiting>>, StoreError> {
    if outbox::webhook(connection, program, id)?.is_none() {
        return Ok(None);
    }
    let after = after.unwrap_or_default();
    let (at, digits) = ((after >> 64) as u64, format!("{:016x}", after as u64));
    let waiting = connection
        .prepare_cached(
            "SELECT message_id, topic, member_id, occurred_at, attempts, given_up_at FROM delivery
             JOIN outbox USING (program_id, message_id)
             WHERE program_id = ?1 AND webhook_id = ?2 AND given_up_at IS NOT NULL
                 AND (given_up_at, substr(message_id, 5, 16)) > (?3, ?4)
             ORDER BY given_up_at, message_id LIMIT ?5",
        )?
        .query_map(params![program.as_str(), id.as_str(), at.cast_signed(), digits, limit], waiting)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(waiting))
}

/// Lets a message be sent once more that was given up; `None` when there is none of this name.
pub(super) fn redeliver(
    connection: &Connection,
    program: &ProgramId,
    id: &WebhookId,
    message: &str,
    now: Timestamp,
) -> Result<Option<Waiting>, StoreError> {
    let again = connection
        .prepare_cached(
            "UPDATE delivery SET attempts = 0, next_at = ?4, given_up_at = NULL
             WHERE program_id = ?1 AND webhook_id = ?2 AND message_id = ?3 AND given_up_at IS NOT NULL",
        )?
        .execute(params![program.as_str(), id.as_str(), message, now.as_millis()])?;
    if again == 0 {
        return Ok(None);
    }
    let found = connection
        .prepare_cached(
            "SELECT message_id, topic, member_id, occurred_at, attempts, given_up_at FROM delivery
             JOIN outbox USING (program_id, message_id)
             WHERE program_id = ?1 AND webhook_id = ?2 AND message_id = ?3",
        )?
        .query_row([program.as_str(), id.as_str(), message], waiting)?;
    Ok(Some(found))
}

/// Forgets some messages that were given up before `before`; says how many.
pub(super) fn forget(connection: &Connection, before: Timestamp) -> Result<u64, StoreError> {
    let forgotten: Vec<(ProgramId, String)> = connection
        .prepare_cached(
            "DELETE FROM delivery WHERE (program_id, webhook_id, message_id) IN
                 (SELECT program_id, webhook_id, message_id FROM delivery
                  WHERE given_up_at IS NOT NULL AND given_up_at < ?1 LIMIT ?2)
             RETURNING program_id, message_id",
        )?
        .query_map(params![before.as_millis(), FORGET_MAX], |row| {
            Ok((rows::word(row, "program_id")?, row.get("message_id")?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for (program, message) in &forgotten {
        outbox::forget_told(connection, program, message)?;
    }
    Ok(u64::try_from(forgotten.len()).unwrap_or_default())
}

fn waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    Ok(Waiting {
        id: row.get("message_id")?,
        topic: outbox::topic(&row.get::<_, String>("topic")?)?,
        member: rows::word(row, "member_id")?,
        occurred_at: rows::instant(row, "occurred_at")?,
        attempts: row.get("attempts")?,
        given_up_at: rows::instant_if_any(row, "given_up_at")?,
    })
}
