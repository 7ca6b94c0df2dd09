//! Entries to state: the definition of a balance.

use stampcard_model::{Account, Draw, Entry, EntryBody, Points, Timestamp};

use crate::{Lot, MemberState, OrderAccrual, Qualifying};

/// Applies one entry. The entry is taken as true: it was decided before.
pub fn apply(member: &mut MemberState, entry: &Entry) {
    member.last_seq = entry.seq;
    member.last_at = Some(entry.occurred_at);
    for posting in &entry.postings {
        match posting.account {
            Account::Available => shift(&mut member.balance.available, posting.delta),
            Account::Pending => shift(&mut member.balance.pending, posting.delta),
            Account::Held => shift(&mut member.balance.held, posting.delta),
            Account::Issued | Account::Redeemed | Account::Expired | Account::Adjusted => {}
        }
    }
    match &entry.body {
        EntryBody::Accrual { order_id, accruals: _, points, expires_at } => {
            open(member, entry, *points, *expires_at);
            let order = OrderAccrual { seq: entry.seq, points: *points, reversed: false };
            member.orders.insert(order_id.clone(), order);
            if !points.is_zero() {
                let counts = Qualifying { earned_at: entry.occurred_at, points: *points };
                member.qualifying.insert(entry.seq, counts);
            }
        }
        EntryBody::Redemption { reward_id, draws, .. } => {
            take(member, draws);
            let units = member.redeemed.entry(reward_id.clone()).or_default();
            *units = units.saturating_add(1);
        }
        EntryBody::Expiry { points: _, draws } => take(member, draws),
        EntryBody::Adjustment { delta, reason: _, draws, expires_at } => {
            take(member, draws);
            open(member, entry, points_of(i128::from(*delta)), *expires_at);
        }
        EntryBody::Reversal { reverses, order_id, points: _, draws, shortfall: _ } => {
            take(member, draws);
            member.qualifying.remove(reverses);
            if let Some(order) = member.orders.get_mut(order_id) {
                order.reversed = true;
            }
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

fn shift(account: &mut Points, delta: i64) {
    *account = points_of(i128::from(account.get()) + i128::from(delta));
}

/// An amount, cut off at 0 and [`Points::MAX`]: entries that somebody damaged must not take the reader down.
fn points_of(value: i128) -> Points {
    Points::saturating_from(u128::try_from(value).unwrap_or_default())
}

fn open(member: &mut MemberState, entry: &Entry, points: Points, expires_at: Option<Timestamp>) {
    if !points.is_zero() {
        member.lots.push(Lot { seq: entry.seq, remaining: points, starts_at: entry.occurred_at, expires_at });
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
