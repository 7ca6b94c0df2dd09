//! What an entry moves between accounts: it follows from what the entry says.

use stampcard_model::{Account, EntryBody, Points, Posting};

/// The movements of an entry, those of the member's own accounts first. Their sum is zero, and none is of nothing.
pub(crate) fn postings(body: &EntryBody) -> Vec<Posting> {
    use Account::{Adjusted, Available, Expired, Held, Issued, Owed, Pending, Redeemed};
    let moved = match body {
        EntryBody::Accrual { points, waits: None, .. } => give(Issued, Available, *points),
        EntryBody::Accrual { points, waits: Some(_), .. } => give(Issued, Pending, *points),
        EntryBody::Activation { points, .. } => give(Pending, Available, *points),
        EntryBody::Redemption { points, hold: None, .. } => take(Available, Redeemed, *points),
        EntryBody::Redemption { points, hold: Some(_), .. } => take(Held, Redeemed, *points),
        EntryBody::Hold { points, .. } => take(Available, Held, *points),
        EntryBody::Release { points, .. } => give(Held, Available, *points),
        EntryBody::Cancellation { points, .. } => give(Redeemed, Available, *points),
        EntryBody::Expiry { points, .. } => take(Available, Expired, *points),
        EntryBody::Adjustment { delta, .. } => vec![(Available, *delta), (Adjusted, delta.saturating_neg())],
        EntryBody::Reversal { points, pending, owed, .. } => vec![
            (Pending, -pending.signed()),
            (Available, -points.saturating_sub(*pending).signed()),
            (Owed, -owed.signed()),
            (Issued, points.saturating_add(*owed).signed()),
        ],
        EntryBody::Settlement { points, .. } => take(Available, Owed, *points),
        EntryBody::TierChange { .. } | EntryBody::OfferActivation { .. } => Vec::new(),
    };
    let posting = |(account, delta)| Posting { account, delta };
    moved.into_iter().filter(|(_, delta)| *delta != 0).map(posting).collect()
}

fn give(from: Account, to: Account, points: Points) -> Vec<(Account, i64)> {
    vec![(to, points.signed()), (from, -points.signed())]
}

fn take(from: Account, to: Account, points: Points) -> Vec<(Account, i64)> {
    vec![(from, -points.signed()), (to, points.signed())]
}
