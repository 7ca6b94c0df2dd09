//! Writes beside the ledger.

use rusqlite::Connection;
use stampcard_model::{ProgramId, Refusal, Timestamp};

use super::outbox;
use crate::store::{Effect, Outcome, Record, Recorded, StoreError, Webhook};

/// Addresses of one program at most.
const WEBHOOKS_MAX: usize = 20;

/// Keeps something beside the ledger.
pub(super) fn keep(
    connection: &Connection,
    program: &ProgramId,
    now: Timestamp,
    record: Record,
) -> Result<Outcome, StoreError> {
    let recorded = match record {
        Record::AddWebhook { id, url, topics, secret } => {
            if outbox::webhooks(connection, program)?.len() >= WEBHOOKS_MAX {
                return Ok(Err(Refusal::TooManyWebhooks));
            }
            let webhook = Webhook {
                id,
                url,
                topics,
                enabled: true,
                created_at: now,
                secret,
                previous: None,
                waiting: 0,
                given_up: 0,
                last_attempt_at: None,
                last_status: None,
            };
            outbox::add(connection, program, &webhook)?;
            Recorded::Webhook(webhook)
        }
        Record::SetWebhook { id, url, topics, enabled } => {
            let Some(webhook) = outbox::webhook(connection, program, &id)? else {
                return Ok(Err(Refusal::WebhookNotFound));
            };
            outbox::set(connection, program, &Webhook { url, topics, enabled, ..webhook }, now)?;
            return after(connection, program, &id);
        }
        Record::RotateWebhook { id, secret, previous_until } => {
            outbox::rotate(connection, program, &id, &secret, previous_until)?;
            return after(connection, program, &id);
        }
        Record::RemoveWebhook { id } => {
            if !outbox::remove(connection, program, &id)? {
                return Ok(Err(Refusal::WebhookNotFound));
            }
            Recorded::WebhookRemoved
        }
    };
    Ok(Ok(Effect::Recorded(recorded)))
}

/// The address as it is now.
fn after(
    connection: &Connection,
    program: &ProgramId,
    id: &stampcard_model::WebhookId,
) -> Result<Outcome, StoreError> {
    let webhook = outbox::webhook(connection, program, id)?;
    Ok(webhook.map(|webhook| Effect::Recorded(Recorded::Webhook(webhook))).ok_or(Refusal::WebhookNotFound))
}
