//! Lots: who is spent first, what can be spent, what expires when.

use std::collections::BTreeSet;

use stampcard_model::{Balance, Draw, Points, Timestamp, Wait};

use crate::{Lot, MemberState, book::caught_up};

/// Points that can be spent at `now`: the sum of what is left in lots that are usable then.
///
/// Right at every instant, whether or not what time has done was booked. An instant before the member's last entry is
/// read as that entry's.
///
/// # Examples
/// A lot is usable through its last millisecond, whatever the booked balance still says after it:
///
/// ```
/// use stampcard_engine::{Lot, MemberState, available};
/// use stampcard_model::{Balance, LotEnd, Points, Timestamp};
///
/// let expires_at = Timestamp::parse("2027-01-11T00:00:00Z")?;
/// let remaining = Points::new(60)?;
/// let member = MemberState {
///     balance: Balance { available: remaining, ..Balance::default() },
///     lots: vec![Lot { seq: 1, remaining, waits: None, end: LotEnd::At { expires_at } }],
///     ..MemberState::default()
/// };
/// assert_eq!(available(&member, expires_at.plus_millis(-1)).get(), 60);
/// assert_eq!(available(&member, expires_at).get(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn available(member: &MemberState, now: Timestamp) -> Points {
    let now = member.not_before_last(now);
    let member = caught_up(member, now);
    usable(&member, now).map(|lot| lot.remaining).sum()
}

/// What the member has at `now`: spendable, waiting, reserved and owed.
///
/// Right at every instant, as [`available`] is.
pub fn balance(member: &MemberState, now: Timestamp) -> Balance {
    let now = member.not_before_last(now);
    let member = caught_up(member, now);
    Balance { available: usable(&member, now).map(|lot| lot.remaining).sum(), ..member.balance }
}

/// The usable points that expire next, and when; `None` when none ever does.
///
/// An instant before the member's last entry is read as that entry's.
pub fn expiring_next(member: &MemberState, now: Timestamp) -> Option<(Points, Timestamp)> {
    let now = member.not_before_last(now);
    let member = caught_up(member, now);
    let next = expiring_at(&member, now).first().copied()?;
    Some((expiring_points(&member, now, next), next))
}

/// The instants at which usable points of a member that is caught up expire.
pub(crate) fn expiring_at(member: &MemberState, now: Timestamp) -> BTreeSet<Timestamp> {
    usable(member, now).filter_map(|lot| member.end_of(lot)).collect()
}

/// The usable points of a member that is caught up which expire at an instant.
pub(crate) fn expiring_points(member: &MemberState, now: Timestamp, expires_at: Timestamp) -> Points {
    let together = usable(member, now).filter(|lot| member.end_of(lot) == Some(expires_at));
    together.map(|lot| lot.remaining).sum()
}

/// The points that wait for an instant and can be spent next, and when; `None` when none waits for one.
///
/// An instant before the member's last entry is read as that entry's.
pub fn activating_next(member: &MemberState, now: Timestamp) -> Option<(Points, Timestamp)> {
    let member = caught_up(member, member.not_before_last(now));
    let next = member.lots.iter().filter_map(waits_until).min()?;
    let together = member.lots.iter().filter(|lot| waits_until(lot) == Some(next));
    Some((together.map(|lot| lot.remaining).sum(), next))
}

/// What pays `points` at `now`: nearest expiry first, then oldest, never-expiring last, but the lot `first` before
/// all others, even if it waits. Less than `points` when there is less.
pub(crate) fn draw(member: &MemberState, now: Timestamp, first: Option<u64>, points: Points) -> Vec<Draw> {
    let own = member.lots.iter().filter(|lot| Some(lot.seq) == first && lot.waits.is_some());
    let mut lots: Vec<&Lot> = own.chain(usable(member, now)).collect();
    lots.sort_by_key(|lot| {
        let end = member.end_of(lot);
        (Some(lot.seq) != first, end.is_none(), end, lot.seq)
    });
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

/// All that is left in some lots, by `seq`.
pub(crate) fn all_of<'a>(lots: impl Iterator<Item = &'a Lot>) -> Vec<Draw> {
    let mut draws: Vec<Draw> = lots.map(|lot| Draw { lot: lot.seq, points: lot.remaining }).collect();
    draws.sort_by_key(|draw| draw.lot);
    draws
}

/// All that some draws take.
pub(crate) fn total(draws: &[Draw]) -> Points {
    draws.iter().map(|draw| draw.points).sum()
}

/// The instant that a lot waits for.
pub(crate) const fn waits_until(lot: &Lot) -> Option<Timestamp> {
    match lot.waits {
        Some(Wait::Until { at }) => Some(at),
        Some(Wait::Fulfilled) | None => None,
    }
}

fn usable(member: &MemberState, now: Timestamp) -> impl Iterator<Item = &Lot> {
    member
        .lots
        .iter()
        .filter(move |lot| lot.waits.is_none() && member.end_of(lot).is_none_or(|end| now < end))
}
