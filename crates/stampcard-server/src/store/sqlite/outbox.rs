//! Addresses, and messages that wait for them.

use rusqlite::{Connection, OptionalExtension, Row, params};
use stampcard_model::{ProgramId, Timestamp, WebhookId, api::Topic};

use super::rows;
use crate::{
    ProgramInForce, events,
    store::{Attempt, Effect, FAILING_DAYS_MAX, Message, StoreError, Then, Webhook, WebhookSecret},
};

/// Writes down what an effect tells, for each address that wants to hear it. Nothing is kept when there is none.
pub(super) fn write(
    connection: &Connection,
    program: &ProgramInForce,
    effect: &Effect,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = &program.program.id;
    let listening: Vec<(WebhookId, Vec<Topic>)> = connection
        .prepare_cached(
            "SELECT webhook_id, topics FROM webhook WHERE program_id = ?1 AND enabled = 1 ORDER BY created_at",
        )?
        .query_map([id.as_str()], |row| Ok((rows::word(row, "webhook_id")?, topics(row)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if listening.is_empty() {
        return Ok(());
    }
    for happened in events::of(program, effect, now) {
        let wanted = |topics: &[Topic]| topics.is_empty() || topics.contains(&happened.topic);
        let mut listeners = listening.iter().filter(|(_, topics)| wanted(topics)).peekable();
        if listeners.peek().is_none() {
            continue;
        }
        let message = happened.id(id);
        connection
            .prepare_cached(
                "INSERT INTO outbox (program_id, message_id, topic, member_id, occurred_at, data)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                id.as_str(),
                message,
                happened.topic.name(),
                happened.data.member_id.as_str(),
                happened.occurred_at.as_millis(),
                serde_json::to_string(&happened.data)?,
            ])?;
        for (webhook, _) in listeners {
            connection
                .prepare_cached(
                    "INSERT INTO delivery (program_id, webhook_id, message_id, attempts, next_at)
                     VALUES (?1, ?2, ?3, 0, ?4)",
                )?
                .execute(params![id.as_str(), webhook.as_str(), message, now.as_millis()])?;
        }
    }
    Ok(())
}

const COLUMNS: &str = "webhook_id, url, topics, enabled, created_at, secret, previous_secret, previous_until,
    last_attempt_at, last_status, failing_since,
    (SELECT count(*) FROM delivery WHERE delivery.program_id = webhook.program_id
        AND delivery.webhook_id = webhook.webhook_id AND next_at IS NOT NULL) AS waiting,
    (SELECT count(*) FROM delivery WHERE delivery.program_id = webhook.program_id
        AND delivery.webhook_id = webhook.webhook_id AND next_at IS NULL) AS given_up";

/// The addresses of a program.
pub(super) fn webhooks(connection: &Connection, program: &ProgramId) -> Result<Vec<Webhook>, StoreError> {
    let webhooks = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM webhook WHERE program_id = ?1 ORDER BY created_at, webhook_id"
        ))?
        .query_map([program.as_str()], read)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(webhooks)
}

/// One address.
pub(super) fn webhook(
    connection: &Connection,
    program: &ProgramId,
    id: &WebhookId,
) -> rusqlite::Result<Option<Webhook>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM webhook WHERE program_id = ?1 AND webhook_id = ?2"))?
        .query_row([program.as_str(), id.as_str()], read)
        .optional()
}

/// Enabled addresses that a message is due for.
pub(super) fn due(
    connection: &Connection,
    now: Timestamp,
) -> Result<Vec<(ProgramId, WebhookId)>, StoreError> {
    let due = connection
        .prepare_cached(
            "SELECT program_id, webhook_id FROM webhook WHERE enabled = 1 AND EXISTS
                 (SELECT 1 FROM delivery WHERE delivery.program_id = webhook.program_id
                      AND delivery.webhook_id = webhook.webhook_id AND next_at <= ?1)",
        )?
        .query_map([now.as_millis()], |row| {
            Ok((rows::word(row, "program_id")?, rows::word(row, "webhook_id")?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(due)
}

/// An enabled address with messages that are due for it.
pub(super) fn due_messages(
    connection: &Connection,
    program: &ProgramId,
    id: &WebhookId,
    now: Timestamp,
    limit: u16,
) -> Result<Option<(Webhook, Vec<Message>)>, StoreError> {
    let Some(webhook) = webhook(connection, program, id)?.filter(|webhook| webhook.enabled) else {
        return Ok(None);
    };
    let messages = connection
        .prepare_cached(
            "SELECT message_id, attempts, topic, occurred_at, data, reference FROM delivery
             JOIN outbox USING (program_id, message_id) LEFT JOIN person USING (program_id, member_id)
             WHERE delivery.program_id = ?1 AND webhook_id = ?2 AND next_at <= ?3 ORDER BY next_at LIMIT ?4",
        )?
        .query_map(params![program.as_str(), id.as_str(), now.as_millis(), limit], |row| {
            Ok(Message {
                id: row.get("message_id")?,
                attempts: row.get("attempts")?,
                topic: topic(&row.get::<_, String>("topic")?)?,
                occurred_at: rows::instant(row, "occurred_at")?,
                data: row.get("data")?,
                reference: row.get("reference")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some((webhook, messages)))
}

/// Writes down what came of sending a message.
pub(super) fn attempted(connection: &Connection, attempt: &Attempt) -> Result<(), StoreError> {
    let Attempt { program, webhook, message, at, status, then } = attempt;
    connection
        .prepare_cached(
            "UPDATE webhook SET last_attempt_at = ?3, last_status = ?4,
                 failing_since = iif(?5, NULL, ifnull(failing_since, ?3))
             WHERE program_id = ?1 AND webhook_id = ?2",
        )?
        .execute(params![program.as_str(), webhook.as_str(), at.as_millis(), status, *then == Then::Done])?;
    let key = [program.as_str(), webhook.as_str(), message];
    match then {
        Then::Done => {
            connection
                .prepare_cached(
                    "DELETE FROM delivery WHERE program_id = ?1 AND webhook_id = ?2 AND message_id = ?3",
                )?
                .execute(key)?;
            forget_told(connection, program, message)?;
        }
        Then::Again(next_at) => {
            connection
                .prepare_cached(
                    "UPDATE delivery SET attempts = attempts + 1, next_at = ?4
                     WHERE program_id = ?1 AND webhook_id = ?2 AND message_id = ?3",
                )?
                .execute(params![program.as_str(), webhook.as_str(), message, next_at.as_millis()])?;
        }
        Then::GiveUp | Then::Disable => {
            connection
                .prepare_cached(
                    "UPDATE delivery SET attempts = attempts + 1, next_at = NULL, given_up_at = ?4
                     WHERE program_id = ?1 AND webhook_id = ?2 AND message_id = ?3",
                )?
                .execute(params![program.as_str(), webhook.as_str(), message, at.as_millis()])?;
            let too_long = at.plus_days(-FAILING_DAYS_MAX);
            let disabled = connection
                .prepare_cached(
                    "UPDATE webhook SET enabled = 0
                     WHERE program_id = ?1 AND webhook_id = ?2 AND (?3 OR failing_since <= ?4)",
                )?
                .execute(params![
                    program.as_str(),
                    webhook.as_str(),
                    *then == Then::Disable,
                    too_long.as_millis()
                ])?;
            if disabled > 0 {
                give_up_waiting(connection, program, webhook, *at)?;
            }
        }
    }
    Ok(())
}

/// Gives up all that waits for an address. It is sent after all if the address is enabled before it is forgotten.
fn give_up_waiting(
    connection: &Connection,
    program: &ProgramId,
    id: &WebhookId,
    at: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE delivery SET next_at = NULL, given_up_at = ?3
             WHERE program_id = ?1 AND webhook_id = ?2 AND next_at IS NOT NULL",
        )?
        .execute(params![program.as_str(), id.as_str(), at.as_millis()])
        .map(drop)
}

/// Forgets a message that nobody is to be told any more.
pub(super) fn forget_told(
    connection: &Connection,
    program: &ProgramId,
    message: &str,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM outbox WHERE program_id = ?1 AND message_id = ?2 AND NOT EXISTS
                 (SELECT 1 FROM delivery WHERE program_id = ?1 AND message_id = ?2)",
        )?
        .execute([program.as_str(), message])
        .map(drop)
}

/// Adds an address.
pub(super) fn add(connection: &Connection, program: &ProgramId, webhook: &Webhook) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO webhook (program_id, webhook_id, url, topics, enabled, created_at, secret)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            program.as_str(),
            webhook.id.as_str(),
            webhook.url,
            serde_json::to_string(&webhook.topics)?,
            webhook.enabled,
            webhook.created_at.as_millis(),
            webhook.secret.0,
        ])?;
    Ok(())
}

/// Says anew where and of what is told. Enabling sends again what was given up, disabling gives up what waits.
pub(super) fn set(
    connection: &Connection,
    program: &ProgramId,
    webhook: &Webhook,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (id, topics) = (webhook.id.as_str(), serde_json::to_string(&webhook.topics)?);
    connection
        .prepare_cached(
            "UPDATE webhook SET url = ?3, topics = ?4, enabled = ?5, failing_since = NULL
             WHERE program_id = ?1 AND webhook_id = ?2",
        )?
        .execute(params![program.as_str(), id, webhook.url, topics, webhook.enabled])?;
    if webhook.enabled {
        connection
            .prepare_cached(
                "UPDATE delivery SET attempts = 0, next_at = ?3, given_up_at = NULL
                 WHERE program_id = ?1 AND webhook_id = ?2 AND next_at IS NULL",
            )?
            .execute(params![program.as_str(), id, now.as_millis()])?;
    } else {
        give_up_waiting(connection, program, &webhook.id, now)?;
    }
    Ok(())
}

/// Signs with another secret.
pub(super) fn rotate(
    connection: &Connection,
    program: &ProgramId,
    id: &WebhookId,
    secret: &WebhookSecret,
    previous_until: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE webhook SET previous_secret = secret, previous_until = ?4, secret = ?3
             WHERE program_id = ?1 AND webhook_id = ?2",
        )?
        .execute(params![program.as_str(), id.as_str(), secret.0, previous_until.as_millis()])?;
    Ok(())
}

/// Removes an address with all that waits for it; says whether there was one.
pub(super) fn remove(
    connection: &Connection,
    program: &ProgramId,
    id: &WebhookId,
) -> Result<bool, StoreError> {
    let removed = connection
        .prepare_cached("DELETE FROM webhook WHERE program_id = ?1 AND webhook_id = ?2")?
        .execute([program.as_str(), id.as_str()])?;
    connection
        .prepare_cached(
            "DELETE FROM outbox WHERE program_id = ?1 AND NOT EXISTS
                 (SELECT 1 FROM delivery WHERE delivery.program_id = outbox.program_id
                      AND delivery.message_id = outbox.message_id)",
        )?
        .execute([program.as_str()])?;
    Ok(removed > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Webhook> {
    let previous = row.get::<_, Option<Vec<u8>>>("previous_secret")?.map(WebhookSecret);
    Ok(Webhook {
        id: rows::word(row, "webhook_id")?,
        url: row.get("url")?,
        topics: topics(row)?,
        enabled: row.get("enabled")?,
        created_at: rows::instant(row, "created_at")?,
        secret: WebhookSecret(row.get("secret")?),
        previous: previous.zip(rows::instant_if_any(row, "previous_until")?),
        waiting: row.get("waiting")?,
        given_up: row.get("given_up")?,
        last_attempt_at: rows::instant_if_any(row, "last_attempt_at")?,
        last_status: row.get("last_status")?,
        failing_since: rows::instant_if_any(row, "failing_since")?,
    })
}

fn topics(row: &Row<'_>) -> rusqlite::Result<Vec<Topic>> {
    serde_json::from_str(row.get_ref("topics")?.as_str()?).map_err(rows::not_json)
}

pub(super) fn topic(name: &str) -> rusqlite::Result<Topic> {
    serde_json::from_value(serde_json::Value::from(name)).map_err(rows::not_json)
}
