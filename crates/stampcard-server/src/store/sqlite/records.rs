//! Writes beside the ledger.

use rusqlite::Connection;
use stampcard_engine::Command;
use stampcard_model::{ProgramId, Refusal};

use super::{
    commands::Ledger,
    given_up,
    load::{Key, Lots},
    once, outbox, people, personal, queries, redemptions, referrals,
};
use crate::store::{Effect, Member, Outcome, Record, Recorded, StoreError, Webhook};

/// The reason of the last entry of a member who is forgotten.
const WRITTEN_OFF: &str = "erasure";
/// Addresses of one program at most.
const WEBHOOKS_MAX: usize = 20;

/// Keeps something beside the ledger; `known` is the member that it is about.
pub(super) fn keep(
    ledger: &Ledger<'_>,
    record: Record,
    known: Option<&Member>,
) -> Result<Outcome, StoreError> {
    let (connection, program, now) = (ledger.connection, &ledger.program().id, ledger.now);
    let key = known.map(|member| Key { program, member: &member.id });
    let recorded = match record {
        Record::Decide { consent, .. } => {
            let Some(key) = key else { return Ok(Err(Refusal::MemberNotFound)) };
            personal::decide(connection, key, &consent)?;
            ledger.look_at(key.member)?;
            Recorded::Decided(consent)
        }
        Record::Tell { feedback, .. } => {
            let Some(key) = key else { return Ok(Err(Refusal::MemberNotFound)) };
            if !personal::tell(connection, key, &feedback)? {
                return Ok(Err(Refusal::FeedbackAlreadyGiven));
            }
            Recorded::Told(feedback)
        }
        Record::TellBirthday { birthday, .. } => {
            return by_member(known, |member| people::tell_birthday(ledger, member, birthday));
        }
        Record::GiveOffer { offer_id, given, .. } => {
            return by_member(known, |member| people::give_offer(ledger, member, offer_id, given));
        }
        Record::MakeReferralCode { code, .. } => {
            return by_member(known, |member| people::make_code(ledger, member, code).map(Ok));
        }
        Record::Follow { code, id, .. } => {
            return by_member(known, |friend| referrals::follow(ledger, friend, &code, id));
        }
        Record::Erase { principal, .. } => {
            once::use_up(connection, program, &principal, now)?;
            match key {
                Some(key) => return erase(ledger, key),
                None => Recorded::NobodyErased,
            }
        }
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
                failing_since: None,
            };
            outbox::add(connection, program, &webhook)?;
            Recorded::Webhook(Box::new(webhook))
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
        Record::Redeliver { id, message } => {
            let Some(webhook) = outbox::webhook(connection, program, &id)? else {
                return Ok(Err(Refusal::WebhookNotFound));
            };
            if !webhook.enabled {
                return Ok(Err(Refusal::WebhookDisabled));
            }
            match given_up::redeliver(connection, program, &id, &message, now)? {
                Some(waiting) => Recorded::Redelivering(waiting),
                None => return Ok(Err(Refusal::MessageNotFound)),
            }
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

/// What somebody who is enrolled does; nobody else does anything.
fn by_member(
    known: Option<&Member>,
    act: impl FnOnce(&Member) -> Result<Result<Recorded, Refusal>, StoreError>,
) -> Result<Outcome, StoreError> {
    let Some(member) = known else { return Ok(Err(Refusal::MemberNotFound)) };
    Ok(act(member)?.map(Effect::Recorded))
}

/// Writes off what is left and forgets who it belonged to.
fn erase(ledger: &Ledger<'_>, key: Key<'_>) -> Result<Outcome, StoreError> {
    let written_off = ledger.book(key.member, Lots::All, |account| {
        account.state.redemptions.extend(redemptions::held(ledger.connection, key)?);
        queries::units(ledger.connection, key, None, &mut account.state.redeemed)?;
        Ok(Command::WriteOff { reason: WRITTEN_OFF.to_owned() })
    })?;
    let booked = match written_off {
        Ok(Effect::Booked(booked)) => booked,
        // What is there can always be taken.
        Ok(Effect::Enrolled { .. } | Effect::VoucherUsed(_) | Effect::Recorded(_)) | Err(_) => {
            return Err(StoreError::Broken);
        }
    };
    personal::forget(ledger.connection, key, ledger.now)?;
    Ok(Ok(Effect::Recorded(Recorded::Erased(Box::new(booked)))))
}

/// The address as it is now.
fn after(
    connection: &Connection,
    program: &ProgramId,
    id: &stampcard_model::WebhookId,
) -> Result<Outcome, StoreError> {
    let webhook = outbox::webhook(connection, program, id)?;
    Ok(webhook
        .map(|webhook| Effect::Recorded(Recorded::Webhook(Box::new(webhook))))
        .ok_or(Refusal::WebhookNotFound))
}
