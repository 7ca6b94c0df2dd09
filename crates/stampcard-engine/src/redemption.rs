//! The life of a redemption: redeemed or held, captured or released, cancelled.

use stampcard_model::{
    Deal, EntryBody, HoldReason, Points, RedemptionId, Refusal, ReleaseReason, RewardId, Timestamp,
    VoucherCode, VoucherState,
};

use crate::{
    Context, MemberState, Phase, RedemptionState, RewardState,
    book::restores,
    conditions::Moment,
    expiry::active_until,
    giving::addable,
    lot,
    redeeming::{price_of, refusal_of, reviewed_for},
};

/// What a member asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeem {
    /// What to redeem.
    pub reward_id: RewardId,
    /// The price that the member confirmed, or chose where it is variable.
    pub price: Points,
    /// What the member confirmed to pay on top, in minor units.
    pub money_minor: u64,
    /// The reward's shared state.
    pub reward: RewardState,
    /// The id of the redemption, made by the caller.
    pub redemption_id: RedemptionId,
}

/// Who cancels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canceller {
    /// The member: as long as they may.
    Member,
    /// The merchant: as long as the voucher was not used.
    Merchant,
}

/// How far a redemption is to go at once.
pub(crate) enum Goal<'a> {
    /// To the end, unless the merchant is to approve.
    Complete(&'a VoucherCode),
    /// To the reservation of its points.
    Reserve {
        /// When the hold ends by itself.
        ends_at: Option<Timestamp>,
    },
    /// To the merchant's approval.
    Review,
}

/// A redemption, or a hold.
pub(crate) fn redeem(
    context: &Context<'_>,
    member: &MemberState,
    redeem: &Redeem,
    goal: &Goal<'_>,
) -> Result<EntryBody, Refusal> {
    let Redeem { reward_id, price, money_minor, reward: shared, redemption_id } = redeem;
    let reward = context.program.reward(reward_id).ok_or(Refusal::RewardNotFound)?;
    let moment = Moment::new(context, member);
    if let Some(refusal) = refusal_of(&moment, reward, *shared, *price, *money_minor) {
        return Err(refusal);
    }
    let due = price_of(&moment, context.program, reward, Some(*price));
    let stated = reward.variable.is_some() || due.event.is_some();
    let deal = Deal {
        money_minor: due.money_minor,
        value: due.value.filter(|_| stated),
        price_event: due.event.map(|event| event.id.clone()),
        cancel_until: cancel_until(context, reward_id),
        restore_grace_days: context.program.refunds.restore_grace_days,
    };
    let (redemption_id, reward_id, points) = (redemption_id.clone(), reward_id.clone(), due.points);
    let draws = lot::draw(member, context.now, None, points);
    let active_until = active_until(context);
    let reviewed = !reviewed_for(context, member, reward, points).is_empty();
    let (reason, ends_at) = match goal {
        Goal::Complete(voucher_code) if !reviewed => {
            let (voucher_code, hold) = ((*voucher_code).clone(), None);
            let voucher_expires_at = voucher_expires_at(context, &reward_id);
            return Ok(EntryBody::Redemption {
                redemption_id,
                reward_id,
                voucher_code,
                voucher_expires_at,
                points,
                draws,
                hold,
                deal,
                active_until,
            });
        }
        Goal::Reserve { ends_at } if !reviewed => (HoldReason::Reserved, *ends_at),
        Goal::Complete(_) | Goal::Reserve { .. } | Goal::Review => (HoldReason::Review, None),
    };
    Ok(EntryBody::Hold { redemption_id, reward_id, reason, points, draws, ends_at, deal, active_until })
}

/// Completes a redemption that was held. What was held is honored, whatever became of the reward or of its points' expiry.
pub(crate) fn capture(
    context: &Context<'_>,
    member: &MemberState,
    redemption_id: &RedemptionId,
    voucher_code: &VoucherCode,
) -> Result<EntryBody, Refusal> {
    let held = held(member, redemption_id)?;
    let cancel_until = cancel_until(context, &held.reward_id);
    Ok(EntryBody::Redemption {
        redemption_id: redemption_id.clone(),
        reward_id: held.reward_id.clone(),
        voucher_code: voucher_code.clone(),
        voucher_expires_at: voucher_expires_at(context, &held.reward_id),
        points: held.points,
        draws: Vec::new(),
        hold: Some(held.seq),
        deal: Deal { cancel_until, ..held.deal.clone() },
        active_until: None,
    })
}

/// Gives up a redemption that was held.
pub(crate) fn release(
    context: &Context<'_>,
    member: &MemberState,
    redemption_id: &RedemptionId,
    reason: ReleaseReason,
) -> Result<EntryBody, Refusal> {
    let held = held(member, redemption_id)?;
    Ok(EntryBody::Release {
        redemption_id: redemption_id.clone(),
        reward_id: held.reward_id.clone(),
        hold: held.seq,
        reason,
        points: held.points,
        restores: restores(member, held, context.now),
    })
}

/// Cancels a redemption; one that is only held is given up.
pub(crate) fn cancel(
    context: &Context<'_>,
    member: &MemberState,
    redemption_id: &RedemptionId,
    by: Canceller,
    voucher: VoucherState,
) -> Result<EntryBody, Refusal> {
    let redemption = member.redemptions.get(redemption_id).ok_or(Refusal::RedemptionNotFound)?;
    match redemption.phase {
        Phase::Held { .. } => return release(context, member, redemption_id, ReleaseReason::Withdrawn),
        Phase::Closed => return Err(Refusal::RedemptionAlreadyCancelled),
        Phase::Completed => {}
    }
    let open = redemption.deal.cancel_until.is_some_and(|until| context.now < until);
    match (by, voucher) {
        (_, VoucherState::Used) => return Err(Refusal::VoucherUsed),
        (Canceller::Member, VoucherState::Expired) => return Err(Refusal::VoucherExpired),
        (Canceller::Member, VoucherState::Active | VoucherState::Unrecognized) if !open => {
            return Err(Refusal::CancellationClosed);
        }
        (Canceller::Member | Canceller::Merchant, _) => {}
    }
    addable(member, u128::from(redemption.points.get()))?;
    Ok(EntryBody::Cancellation {
        redemption_id: redemption_id.clone(),
        reward_id: redemption.reward_id.clone(),
        reverses: redemption.seq,
        points: redemption.points,
        restores: restores(member, redemption, context.now),
    })
}

fn held<'a>(member: &'a MemberState, redemption_id: &RedemptionId) -> Result<&'a RedemptionState, Refusal> {
    let redemption = member.redemptions.get(redemption_id).ok_or(Refusal::RedemptionNotFound)?;
    match redemption.phase {
        Phase::Held { .. } => Ok(redemption),
        Phase::Completed | Phase::Closed => Err(Refusal::RedemptionNotHeld),
    }
}

fn voucher_expires_at(context: &Context<'_>, reward_id: &RewardId) -> Option<Timestamp> {
    let days = context.program.reward(reward_id)?.voucher_days?;
    Some(context.now.plus_days(i64::from(days)))
}

fn cancel_until(context: &Context<'_>, reward_id: &RewardId) -> Option<Timestamp> {
    const HOUR_MS: i64 = 3_600_000;
    let hours = context.program.reward(reward_id)?.cancel_hours?;
    Some(context.now.plus_millis(i64::from(hours) * HOUR_MS))
}
