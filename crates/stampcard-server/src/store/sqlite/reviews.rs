//! The queue of what the merchant is to approve, beside the ledger that says what became of it.

use rusqlite::{Connection, Row, params};
use stampcard_engine::{Command, Context, review_reasons};
use stampcard_model::{
    Entry, EntryBody, HoldReason, ProgramId, RedemptionId, Refusal, ReleaseReason, ReviewReason, Timestamp,
};

use super::{
    SqliteStore,
    commands::Ledger,
    load::{Account, Key, Lots},
    queries, redemptions, rows,
};
use crate::store::{Answering, Effect, Outcome, Reviewed, Reviews, StoreError, UnderReview};

/// Notes forgotten at a time.
const FORGET_MAX: u32 = 1_000;

impl Reviews for SqliteStore {
    fn reviews(
        &self,
        program: &ProgramId,
        after: Option<u64>,
        limit: u16,
    ) -> Answering<'_, Vec<UnderReview>> {
        let program = program.clone();
        self.readers.read(move |connection| waiting(connection, &program, after, limit))
    }
}

/// What a merchant says to a redemption.
pub(super) struct Decision {
    pub(super) by: String,
    pub(super) note: Option<String>,
}

/// Completes a redemption that is under review, or gives it up, and notes who did.
pub(super) fn decide(
    ledger: &Ledger<'_>,
    id: &RedemptionId,
    decision: &Decision,
    command: impl FnOnce(RedemptionId) -> Command,
) -> Result<Outcome, StoreError> {
    let (connection, program) = (ledger.connection, &ledger.program().id);
    let Some((member, redemption)) = redemptions::one(connection, program, id)? else {
        return Ok(Err(Refusal::RedemptionNotFound));
    };
    let key = Key { program, member: &member };
    let outcome = ledger.book(&member, Lots::All, |account| {
        let reward = redemption.reward_id.clone();
        queries::units(connection, key, Some(&reward), &mut account.state.redeemed)?;
        account.state.redemptions.insert(id.clone(), redemption);
        Ok(command(id.clone()))
    })?;
    let Ok(Effect::Booked(mut booked)) = outcome else { return Ok(outcome) };
    connection
        .prepare_cached(
            "UPDATE review SET decided_by = ?3, note = ?4 WHERE program_id = ?1 AND redemption_id = ?2",
        )?
        .execute(params![program.as_str(), id.as_str(), decision.by, decision.note])?;
    // As it is now, whether it was completed or given up.
    booked.redemption = queries::redemption_of(connection, program, id)?;
    Ok(Ok(Effect::Booked(booked)))
}

/// Lets the queue follow an entry: what is to be reviewed is put at its end, what was decided leaves it.
pub(super) fn follow(
    connection: &Connection,
    key: Key<'_>,
    account: &Account,
    context: &Context<'_>,
    entry: &Entry,
) -> Result<(), StoreError> {
    let (redemption_id, decision) = match &entry.body {
        EntryBody::Hold { redemption_id, reward_id, reason: HoldReason::Review, points, .. } => {
            let reward = context.program.reward(reward_id);
            let reasons = reward.map(|reward| review_reasons(context, &account.state, reward, *points));
            let reasons: Vec<ReviewReason> =
                reasons.into_iter().flatten().chain(account.reviewed_for).collect();
            return keep(connection, key, &Reviewed::new(redemption_id.clone(), entry.occurred_at, reasons));
        }
        EntryBody::Redemption { redemption_id, hold: Some(_), .. } => (redemption_id, "approved"),
        EntryBody::Release { redemption_id, reason: ReleaseReason::Rejected, .. } => {
            (redemption_id, "rejected")
        }
        EntryBody::Release {
            redemption_id, reason: ReleaseReason::Withdrawn | ReleaseReason::Ended, ..
        } => (redemption_id, "withdrawn"),
        EntryBody::Hold { reason: HoldReason::Reserved, .. }
        | EntryBody::Redemption { hold: None, .. }
        | EntryBody::Accrual { .. }
        | EntryBody::Activation { .. }
        | EntryBody::Cancellation { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Adjustment { .. }
        | EntryBody::Reversal { .. }
        | EntryBody::Settlement { .. }
        | EntryBody::TierChange { .. }
        | EntryBody::OfferActivation { .. } => return Ok(()),
    };
    connection
        .prepare_cached(
            "UPDATE review SET decision = ?3, decided_at = ?4 WHERE program_id = ?1 AND redemption_id = ?2",
        )?
        .execute(params![
            key.program.as_str(),
            redemption_id.as_str(),
            decision,
            entry.occurred_at.as_millis()
        ])?;
    Ok(())
}

/// Keeps a row of the queue; one without a place takes that at the end.
pub(super) fn keep(connection: &Connection, key: Key<'_>, reviewed: &Reviewed) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO review (program_id, redemption_id, member_id, place, held_at, reasons, decision,
                 decided_at, decided_by, note)
             VALUES (?1, ?2, ?3, ifnull(?4, (SELECT ifnull(max(place), 0) + 1 FROM review WHERE program_id = ?1)),
                 ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            key.program.as_str(),
            reviewed.redemption_id.as_str(),
            key.member.as_str(),
            reviewed.place,
            reviewed.held_at.as_millis(),
            serde_json::to_string(&reviewed.reasons)?,
            reviewed.decision,
            reviewed.decided_at.map(Timestamp::as_millis),
            reviewed.decided_by,
            reviewed.note,
        ])?;
    Ok(())
}

/// Everything that was ever to be reviewed of a member, oldest first.
pub(super) fn of_member(connection: &Connection, key: Key<'_>) -> rusqlite::Result<Vec<Reviewed>> {
    connection
        .prepare_cached(
            "SELECT redemption_id, place, held_at, reasons, decision, decided_at, decided_by, note FROM review
             WHERE program_id = ?1 AND member_id = ?2 ORDER BY place",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], |row| {
            Ok(Reviewed {
                redemption_id: rows::word(row, "redemption_id")?,
                place: row.get("place")?,
                held_at: rows::instant(row, "held_at")?,
                reasons: reasons(row)?,
                decision: row.get("decision")?,
                decided_at: rows::instant_if_any(row, "decided_at")?,
                decided_by: row.get("decided_by")?,
                note: row.get("note")?,
            })
        })?
        .collect()
}

/// Forgets some notes of decisions before `before`; says how many.
pub(super) fn forget_notes(connection: &Connection, before: Timestamp) -> Result<u64, StoreError> {
    let forgotten = connection
        .prepare_cached(
            "UPDATE review SET note = NULL WHERE (program_id, redemption_id) IN
                 (SELECT program_id, redemption_id FROM review
                  WHERE note IS NOT NULL AND decided_at < ?1 LIMIT ?2)",
        )?
        .execute(params![before.as_millis(), FORGET_MAX])?;
    Ok(u64::try_from(forgotten).unwrap_or_default())
}

fn waiting(
    connection: &Connection,
    program: &ProgramId,
    after: Option<u64>,
    limit: u16,
) -> Result<Vec<UnderReview>, StoreError> {
    let after = i64::try_from(after.unwrap_or_default()).unwrap_or(i64::MAX);
    let waiting = connection
        .prepare_cached(
            "SELECT redemption_id, place, held_at, reasons, redemption_state.member_id, state, program_version,
                 reference FROM review
             JOIN redemption_state USING (program_id, redemption_id)
             JOIN entry ON entry.program_id = review.program_id AND entry.member_id = review.member_id
                 AND entry.seq = redemption_state.seq
             LEFT JOIN person ON person.program_id = review.program_id AND person.member_id = review.member_id
             WHERE review.program_id = ?1 AND decision IS NULL AND place > ?2 ORDER BY place LIMIT ?3",
        )?
        .query_map(params![program.as_str(), after, limit], |row| {
            let state = rows::redemption_state(row)?;
            Ok(UnderReview {
                place: row.get("place")?,
                id: rows::word(row, "redemption_id")?,
                member: rows::word(row, "member_id")?,
                reference: row.get("reference")?,
                program_version: row.get("program_version")?,
                reward_id: state.reward_id,
                price: state.points,
                money_minor: state.deal.money_minor,
                held_at: rows::instant(row, "held_at")?,
                reasons: reasons(row)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(waiting)
}

fn reasons(row: &Row<'_>) -> rusqlite::Result<Vec<ReviewReason>> {
    serde_json::from_str(row.get_ref("reasons")?.as_str()?).map_err(rows::not_json)
}
