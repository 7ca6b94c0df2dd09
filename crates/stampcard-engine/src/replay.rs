//! Entries to state: the definition of a balance.

use std::collections::BTreeSet;

use stampcard_model::{
    Account, Accrual, Basis, Booking, Deal, Draw, Entry, EntryBody, LotEnd, MultiplierSource, Points,
    RedemptionId, ReferralSide, Restore, RewardId, RuleId, Source, TierId, TierReason, Timestamp, Wait,
};

use crate::{Counted, Earned, Lot, MemberState, Phase, RedemptionState, Streak, TierState};

/// Applies one entry. The entry is taken as true: it was decided before.
pub fn apply(member: &mut MemberState, entry: &Entry) {
    member.last_seq = entry.seq;
    member.last_at = Some(entry.occurred_at);
    for posting in &entry.postings {
        match posting.account {
            Account::Available => shift(&mut member.balance.available, posting.delta),
            Account::Pending => shift(&mut member.balance.pending, posting.delta),
            Account::Held => shift(&mut member.balance.held, posting.delta),
            // What is owed is kept as an amount, and posted as what it is: less than nothing.
            Account::Owed => shift(&mut member.balance.owed, posting.delta.saturating_neg()),
            Account::Issued | Account::Redeemed | Account::Expired | Account::Adjusted => {}
        }
    }
    let at = entry.occurred_at;
    match &entry.body {
        EntryBody::Accrual { expires_at, active_until, waits, points, .. } => {
            stay_active(member, *active_until);
            open(member, entry.seq, *points, *waits, *expires_at, active_until.is_some());
            accrue(member, entry);
        }
        EntryBody::Activation { points: _, draws } => {
            for draw in draws {
                if let Some(lot) = member.lots.iter_mut().find(|lot| lot.seq == draw.lot) {
                    lot.waits = None;
                }
            }
        }
        EntryBody::Redemption {
            redemption_id, reward_id, points, draws, hold, deal, active_until, ..
        } => {
            stay_active(member, *active_until);
            match (hold, member.redemptions.get_mut(redemption_id)) {
                (Some(_), Some(held)) => {
                    (held.seq, held.deal, held.phase) = (entry.seq, deal.clone(), Phase::Completed);
                }
                (_, _) => {
                    begin(
                        member,
                        entry,
                        (redemption_id, reward_id),
                        (*points, draws, deal),
                        Phase::Completed,
                    );
                }
            }
        }
        EntryBody::Hold { redemption_id, reward_id, reason, points, draws, ends_at, deal, active_until } => {
            stay_active(member, *active_until);
            let phase = Phase::Held { reason: *reason, ends_at: *ends_at };
            begin(member, entry, (redemption_id, reward_id), (*points, draws, deal), phase);
        }
        EntryBody::Release { redemption_id, reward_id, restores, .. }
        | EntryBody::Cancellation { redemption_id, reward_id, restores, .. } => {
            restores.iter().for_each(|restore| put_back(member, restore));
            if let Some(units) = member.redeemed.get_mut(reward_id) {
                *units = units.saturating_sub(1);
            }
            member.redeemed.retain(|_, units| *units > 0);
            if let Some(redemption) = member.redemptions.get_mut(redemption_id) {
                redemption.phase = Phase::Closed;
            }
        }
        EntryBody::Expiry { points: _, draws } | EntryBody::Settlement { points: _, draws } => {
            take(member, draws)
        }
        EntryBody::Adjustment { delta, reason: _, draws, expires_at, active_until } => {
            take(member, draws);
            stay_active(member, *active_until);
            open(member, entry.seq, points_of(i128::from(*delta)), None, *expires_at, active_until.is_some());
        }
        EntryBody::Reversal { reverses, source, draws, points, owed, shortfall, rest, .. } => {
            take(member, draws);
            if let Some(earned) = member.sources.get_mut(source) {
                let gone = points.saturating_add(*owed).saturating_add(*shortfall);
                earned.points = rest.as_ref().map_or(earned.points.saturating_sub(gone), |rest| rest.points);
                earned.reversed = rest.is_none();
                earned.gave = rest.as_ref().map(|rest| givers(&rest.accruals)).unwrap_or_default();
                earned.booking = rest.as_ref().map(|rest| Box::new(rest.booking.clone()));
            }
            let before = member.counted.remove(reverses);
            if let Some(rest) = rest {
                let at = before.map_or(at, |before| before.at);
                let booking = Some(&rest.booking);
                count(member, *reverses, counted(at, &rest.accruals, rest.points, rest.qualifying, booking));
            }
        }
        EntryBody::TierChange { tier, before: _, reason, until, qualifying: _ } => {
            change_tier(member, at, tier, *reason, *until);
        }
        EntryBody::OfferActivation { offer_id } => {
            member.offers.insert(offer_id.clone(), at);
        }
    }
}

/// The state after all entries, oldest first.
pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> MemberState {
    let mut member = MemberState::default();
    for entry in entries {
        apply(&mut member, entry);
    }
    member
}

/// What an accrual adds besides its lot.
fn accrue(member: &mut MemberState, entry: &Entry) {
    let EntryBody::Accrual { source, accruals, points, qualifying, booking, .. } = &entry.body else {
        return;
    };
    let booked = booking.as_deref();
    let qualifying = qualifying.unwrap_or(*points);
    count(member, entry.seq, counted(entry.occurred_at, accruals, *points, qualifying, booked));
    for accrual in accruals {
        match &accrual.basis {
            Basis::Activity { streak: Some(days), .. } => {
                let streak = Streak { last_at: entry.occurred_at, days: *days };
                member.streaks.insert(accrual.rule_id.clone(), streak);
            }
            Basis::Referral { referral_id, side: ReferralSide::Friend } => {
                member.referred = Some(referral_id.clone());
            }
            Basis::Referral { side: ReferralSide::Advocate, .. }
            | Basis::Activity { streak: None, .. }
            | Basis::Spend
            | Basis::Visit
            | Basis::Bonus { .. }
            | Basis::Goal { .. }
            | Basis::Offer { .. }
            | Basis::Unrecognized => {}
        }
    }
    match source {
        Source::Order { .. } => member.last_order_at = Some(entry.occurred_at),
        Source::Offer { offer_id } => {
            member.offers.insert(offer_id.clone(), entry.occurred_at);
        }
        Source::Activity { .. } | Source::Referral { .. } => {}
    }
    let earned = Earned {
        seq: entry.seq,
        program_version: entry.program_version,
        points: *points,
        reversed: false,
        gave: givers(accruals),
        booking: booking.clone(),
    };
    member.sources.insert(source.clone(), earned);
}

/// What some accruals count for.
fn counted(
    at: Timestamp,
    accruals: &[Accrual],
    points: Points,
    qualifying: Points,
    booking: Option<&Booking>,
) -> Counted {
    let order = booking.map(|booking| &booking.order).filter(|order| !order.lines.is_empty());
    let mut counted = Counted {
        accruals: u64::from(!points.is_zero()),
        points: points.get(),
        qualifying: qualifying.get(),
        orders: u64::from(order.is_some()),
        spend_minor: order.map_or(0, |order| order.goods_minor().unwrap_or(u64::MAX)),
        ..Counted::nothing(at)
    };
    for giver in givers(accruals) {
        let own = || accruals.iter().filter(|accrual| accrual.rule_id == giver);
        let times = own().map(|accrual| match &accrual.basis {
            Basis::Goal { times, .. } => *times,
            Basis::Spend
            | Basis::Visit
            | Basis::Bonus { .. }
            | Basis::Activity { .. }
            | Basis::Referral { .. }
            | Basis::Offer { .. }
            | Basis::Unrecognized => 1,
        });
        let tally = counted.rules.entry(giver.clone()).or_default();
        tally.times = times.max().unwrap_or(1);
        tally.points = own().map(|accrual| accrual.points).sum::<Points>().get();
    }
    counted
}

/// The rules and offers that gave something: points, a multiplier of points, or a day of a streak.
fn givers(accruals: &[Accrual]) -> BTreeSet<RuleId> {
    let a_day = |basis: &Basis| matches!(basis, Basis::Activity { streak: Some(_), .. });
    let gave = accruals.iter().filter(|accrual| !accrual.points.is_zero() || a_day(&accrual.basis));
    let offers =
        gave.clone().flat_map(|accrual| &accrual.multipliers).filter_map(|applied| match &applied.from {
            MultiplierSource::Offer { offer_id } => RuleId::new(offer_id.as_str()).ok(),
            MultiplierSource::Tier { .. }
            | MultiplierSource::Multiplier { .. }
            | MultiplierSource::Unrecognized => None,
        });
    gave.clone().map(|accrual| accrual.rule_id.clone()).chain(offers).collect()
}

fn count(member: &mut MemberState, seq: u64, counted: Counted) {
    if counted != Counted::nothing(counted.at) {
        member.counted.insert(seq, counted);
    }
}

/// Puts a redemption or a hold in its place; its points are drawn from their lots, with what they need to go back.
fn begin(
    member: &mut MemberState,
    entry: &Entry,
    (redemption_id, reward_id): (&RedemptionId, &RewardId),
    (points, draws, deal): (Points, &[Draw], &Deal),
    phase: Phase,
) {
    let end =
        |draw: &Draw| member.lots.iter().find(|lot| lot.seq == draw.lot).map_or(LotEnd::Never, |lot| lot.end);
    let drawn =
        draws.iter().map(|draw| Restore { lot: draw.lot, points: draw.points, end: end(draw) }).collect();
    take(member, draws);
    let units = member.redeemed.entry(reward_id.clone()).or_default();
    *units = units.saturating_add(1);
    let (seq, at, reward_id, deal) = (entry.seq, entry.occurred_at, reward_id.clone(), deal.clone());
    let redemption = RedemptionState { seq, at, reward_id, points, drawn, deal, phase };
    member.redemptions.insert(redemption_id.clone(), redemption);
}

fn change_tier(
    member: &mut MemberState,
    at: Timestamp,
    tier: &TierId,
    reason: TierReason,
    until: Option<Timestamp>,
) {
    let had = member.tier.take();
    let since = had.as_ref().filter(|had| had.tier == *tier).map_or(at, |had| had.since);
    let (reached_at, before) = match (reason, had) {
        (TierReason::Reached, had) => (Some(at), had.map(Box::new)),
        (TierReason::Undone, Some(TierState { reached_at, before, .. })) => match before {
            Some(before) if before.tier == *tier && before.until == until => {
                (before.reached_at, before.before)
            }
            before => (reached_at, before),
        },
        (TierReason::Undone | TierReason::Promoted | TierReason::Kept | TierReason::Fell, _) => (None, None),
    };
    member.tier = Some(TierState { tier: tier.clone(), since, until, reached_at, before });
}

fn shift(account: &mut Points, delta: i64) {
    *account = points_of(i128::from(account.get()) + i128::from(delta));
}

/// An amount, cut off at 0 and [`Points::MAX`]: entries that somebody damaged must not take the reader down.
fn points_of(value: i128) -> Points {
    Points::saturating_from(u128::try_from(value).unwrap_or_default())
}

/// What expires by inactivity lives at least until then: nothing shortens what was promised.
fn stay_active(member: &mut MemberState, until: Option<Timestamp>) {
    member.active_until = member.active_until.max(until);
}

fn open(
    member: &mut MemberState,
    seq: u64,
    remaining: Points,
    waits: Option<Wait>,
    expires_at: Option<Timestamp>,
    by_inactivity: bool,
) {
    let end = match expires_at {
        Some(expires_at) => LotEnd::At { expires_at },
        None if by_inactivity => LotEnd::Inactivity,
        None => LotEnd::Never,
    };
    if !remaining.is_zero() {
        member.lots.push(Lot { seq, remaining, waits, end });
    }
}

fn take(member: &mut MemberState, draws: &[Draw]) {
    for draw in draws {
        if let Some(lot) = member.lots.iter_mut().find(|lot| lot.seq == draw.lot) {
            lot.remaining = lot.remaining.saturating_sub(draw.points);
        }
    }
    member.lots.retain(|lot| !lot.remaining.is_zero());
}

/// A lot has one end: points that come back with a later one move it for all that is in the lot.
fn put_back(member: &mut MemberState, restore: &Restore) {
    let Restore { lot: seq, points: remaining, end } = *restore;
    let instant = |end| member.instant_of(end).unwrap_or(Timestamp::MAX);
    let later = |lot: &Lot| if instant(lot.end) < instant(end) { end } else { lot.end };
    let known = member
        .lots
        .iter()
        .position(|lot| lot.seq == seq)
        .map(|place| (place, member.lots.get(place).map(later)));
    match known.and_then(|(place, end)| member.lots.get_mut(place).zip(end)) {
        Some((lot, end)) => (lot.remaining, lot.end) = (lot.remaining.saturating_add(remaining), end),
        None => member.lots.push(Lot { seq, remaining, waits: None, end }),
    }
}

#[cfg(test)]
mod tests {
    use stampcard_model::Posting;

    use super::*;

    #[test]
    fn each_account_of_a_member_follows_its_postings() {
        let mut member = MemberState::default();
        let postings = [
            (Account::Pending, 70),
            (Account::Held, 50),
            (Account::Available, 30),
            (Account::Held, -8),
            (Account::Issued, -142),
        ];
        apply(
            &mut member,
            &Entry {
                seq: 1,
                occurred_at: Timestamp::MIN,
                program_version: 1,
                postings: postings.map(|(account, delta)| Posting { account, delta }).into(),
                body: EntryBody::Expiry { points: Points::ZERO, draws: Vec::new() },
            },
        );
        let balance = member.balance;
        assert_eq!((balance.available.get(), balance.pending.get(), balance.held.get()), (30, 70, 42));
    }
}
