//! What is kept of redemptions so that they can be completed, given up, cancelled and counted.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use stampcard_engine::{Context, Phase, RedemptionState, RewardState, starts_at};
use stampcard_model::{
    Entry, EntryBody, MemberId, Points, ProgramId, RedemptionId, Reward, RewardId, Timestamp,
    api::RedemptionStatus,
};

use super::{kept::KeptRedemption, load::Key, rows};
use crate::store::{Redemption, Voucher};

type Redemptions = BTreeMap<RedemptionId, RedemptionState>;

/// Holds that have ended by themselves.
pub(super) fn ending(connection: &Connection, key: Key<'_>, now: Timestamp) -> rusqlite::Result<Redemptions> {
    connection
        .prepare_cached(
            "SELECT redemption_id, state FROM redemption_state
             WHERE program_id = ?1 AND ends_at <= ?3 AND member_id = ?2 AND phase = 'held'",
        )?
        .query_map(params![key.program.as_str(), key.member.as_str(), now.as_millis()], read)?
        .collect()
}

/// A member's redemptions since an instant.
pub(super) fn since(
    connection: &Connection,
    key: Key<'_>,
    since: Timestamp,
) -> rusqlite::Result<Redemptions> {
    connection
        .prepare_cached(
            "SELECT redemption_id, state FROM redemption_state
             WHERE program_id = ?1 AND member_id = ?2 AND at >= ?3",
        )?
        .query_map(params![key.program.as_str(), key.member.as_str(), since.as_millis()], read)?
        .collect()
}

/// A member's redemptions that are held.
pub(super) fn held(connection: &Connection, key: Key<'_>) -> rusqlite::Result<Redemptions> {
    connection
        .prepare_cached(
            "SELECT redemption_id, state FROM redemption_state
             WHERE program_id = ?1 AND member_id = ?2 AND phase = 'held'",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], read)?
        .collect()
}

/// A redemption, and whose it is.
pub(super) fn one(
    connection: &Connection,
    program: &ProgramId,
    id: &RedemptionId,
) -> rusqlite::Result<Option<(MemberId, RedemptionState)>> {
    connection
        .prepare_cached(
            "SELECT member_id, redemption_id, state FROM redemption_state
             WHERE program_id = ?1 AND redemption_id = ?2",
        )?
        .query_row([program.as_str(), id.as_str()], |row| {
            Ok((rows::word(row, "member_id")?, read(row).map(|(_, redemption)| redemption)?))
        })
        .optional()
}

/// Since when a member's redemptions matter for redeeming some rewards; none when they do not.
pub(super) fn matter_since<'a>(
    context: &Context<'_>,
    rewards: impl Iterator<Item = &'a Reward>,
) -> Option<Timestamp> {
    let of_one = |reward: &Reward| {
        let cap = reward.per_member_cap.map(|cap| starts_at(context, cap.period));
        let cooldown =
            reward.cooldown_hours.map(|hours| context.now.plus_millis(-i64::from(hours) * 3_600_000));
        let review = reward.review.or(context.program.review).and_then(|review| review.after);
        let often = review.map(|often| context.now.plus_days(-i64::from(often.days)));
        [cap, cooldown, often].into_iter().flatten().min()
    };
    rewards.filter_map(of_one).min()
}

/// Units of a reward that all members have redeemed.
pub(super) fn reward_state(
    connection: &Connection,
    context: &Context<'_>,
    id: &RewardId,
) -> rusqlite::Result<RewardState> {
    let program = context.program.id.as_str();
    let taken = connection
        .prepare_cached("SELECT taken FROM reward_state WHERE program_id = ?1 AND reward_id = ?2")?
        .query_row([program, id.as_str()], |row| row.get(0))
        .optional()?;
    let cap = context.program.reward(id).and_then(|reward| reward.period_cap);
    let taken_in_period = match cap {
        None => 0,
        Some(cap) => connection
            .prepare_cached(
                "SELECT count(*) FROM redemption_state
                 WHERE program_id = ?1 AND reward_id = ?2 AND at >= ?3 AND phase <> 'closed'",
            )?
            .query_row(params![program, id.as_str(), starts_at(context, cap.period).as_millis()], |row| {
                row.get(0)
            })?,
    };
    Ok(RewardState { taken: taken.unwrap_or_default(), taken_in_period })
}

/// Keeps a redemption as it is now.
pub(super) fn keep(
    connection: &Connection,
    key: Key<'_>,
    id: &RedemptionId,
    redemption: &RedemptionState,
) -> Result<(), crate::store::StoreError> {
    let (phase, ends_at) = match redemption.phase {
        Phase::Held { reason: _, ends_at } => ("held", ends_at),
        Phase::Completed => ("completed", None),
        Phase::Closed => ("closed", None),
    };
    connection
        .prepare_cached(
            "INSERT INTO redemption_state (program_id, redemption_id, member_id, reward_id, at, phase, ends_at, state, seq)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT DO UPDATE SET phase = ?6, ends_at = ?7, state = ?8, seq = ?9",
        )?
        .execute(params![
            key.program.as_str(),
            id.as_str(),
            key.member.as_str(),
            redemption.reward_id.as_str(),
            redemption.at.as_millis(),
            phase,
            ends_at.map(Timestamp::as_millis),
            serde_json::to_string(&KeptRedemption::of(redemption))?,
            redemption.seq,
        ])?;
    Ok(())
}

/// The redemption that an entry completes, or begins.
pub(super) fn begun(entry: &Entry, member: &MemberId, balance_after: Points) -> Option<Redemption> {
    let (id, reward_id, price, deal, status, voucher) = match &entry.body {
        EntryBody::Redemption {
            redemption_id,
            reward_id,
            points,
            deal,
            voucher_code,
            voucher_expires_at,
            ..
        } => {
            let code = voucher_code.clone();
            let voucher = Voucher { code, expires_at: *voucher_expires_at, used_at: None };
            (redemption_id, reward_id, points, deal, RedemptionStatus::Completed, Some(voucher))
        }
        EntryBody::Hold { redemption_id, reward_id, points, deal, .. } => {
            (redemption_id, reward_id, points, deal, RedemptionStatus::UnderReview, None)
        }
        EntryBody::Accrual { .. }
        | EntryBody::Activation { .. }
        | EntryBody::Release { .. }
        | EntryBody::Cancellation { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Adjustment { .. }
        | EntryBody::Reversal { .. }
        | EntryBody::Settlement { .. }
        | EntryBody::TierChange { .. }
        | EntryBody::OfferActivation { .. } => return None,
    };
    Some(Redemption {
        id: id.clone(),
        member: member.clone(),
        seq: entry.seq,
        program_version: entry.program_version,
        reward_id: reward_id.clone(),
        price: *price,
        redeemed_at: entry.occurred_at,
        balance_after,
        status,
        deal: deal.clone(),
        voucher,
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<(RedemptionId, RedemptionState)> {
    Ok((rows::word(row, "redemption_id")?, rows::redemption_state(row)?))
}
