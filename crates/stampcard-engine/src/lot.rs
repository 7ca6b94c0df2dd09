//! Lots: who is spent first, what expires when.

use std::collections::BTreeMap;

use stampcard_model::{Draw, Points, Timestamp};

use crate::{Lot, MemberState};

/// Points that can be spent at `now`: the sum of what is left in lots that are usable then.
///
/// Right at every instant, whether or not an expiry entry was booked. An instant before the member's last entry is
/// read as that entry's.
///
/// # Examples
/// A lot is usable through its last millisecond, whatever the booked balance still says after it:
///
/// ```
/// use stampcard_engine::{Lot, MemberState, available};
/// use stampcard_model::{Balance, Points, Timestamp};
///
/// let (starts_at, expires_at) = (Timestamp::parse("2026-01-10T08:00:00Z")?, Timestamp::parse("2027-01-11T00:00:00Z")?);
/// let remaining = Points::new(60)?;
/// let member = MemberState {
///     balance: Balance { available: remaining, ..Balance::default() },
///     lots: vec![Lot { seq: 1, remaining, starts_at, expires_at: Some(expires_at) }],
///     ..MemberState::default()
/// };
/// assert_eq!(available(&member, expires_at.plus_millis(-1)).get(), 60);
/// assert_eq!(available(&member, expires_at).get(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn available(member: &MemberState, now: Timestamp) -> Points {
    usable(member, member.not_before_last(now)).map(|lot| lot.remaining).sum()
}

/// The usable points that expire next, and when; `None` when none ever does.
///
/// An instant before the member's last entry is read as that entry's.
pub fn expiring_next(member: &MemberState, now: Timestamp) -> Option<(Points, Timestamp)> {
    let now = member.not_before_last(now);
    let next = usable(member, now).filter_map(|lot| lot.expires_at).min()?;
    let points =
        usable(member, now).filter(|lot| lot.expires_at == Some(next)).map(|lot| lot.remaining).sum();
    Some((points, next))
}

/// What pays `points` at `now`: nearest expiry first, then oldest, never-expiring last, but the lot `first` before
/// all others. Less than `points` when there is less.
pub(crate) fn draw(member: &MemberState, now: Timestamp, first: Option<u64>, points: Points) -> Vec<Draw> {
    let mut lots: Vec<&Lot> = usable(member, now).collect();
    lots.sort_by_key(|lot| (Some(lot.seq) != first, lot.expires_at.is_none(), lot.expires_at, lot.seq));
    let mut missing = points;
    let mut draws = Vec::new();
    for lot in lots {
        let points = lot.remaining.min(missing);
        if points.is_zero() {
            break;
        }
        missing = missing.saturating_sub(points);
        draws.push(Draw { lot: lot.seq, points });
    }
    draws
}

/// What has expired by `now` and is not written off: for each instant of expiry, all that is left in its lots.
pub(crate) fn expired(member: &MemberState, now: Timestamp) -> BTreeMap<Timestamp, Vec<Draw>> {
    let mut expired: BTreeMap<Timestamp, Vec<Draw>> = BTreeMap::new();
    for lot in &member.lots {
        if let Some(expires_at) = lot.expires_at.filter(|expires_at| *expires_at <= now) {
            expired.entry(expires_at).or_default().push(Draw { lot: lot.seq, points: lot.remaining });
        }
    }
    for draws in expired.values_mut() {
        draws.sort_by_key(|draw| draw.lot);
    }
    expired
}

/// All that some draws take.
pub(crate) fn total(draws: &[Draw]) -> Points {
    draws.iter().map(|draw| draw.points).sum()
}

fn usable(member: &MemberState, now: Timestamp) -> impl Iterator<Item = &Lot> {
    member
        .lots
        .iter()
        .filter(move |lot| lot.starts_at <= now && lot.expires_at.is_none_or(|expires_at| now < expires_at))
}
