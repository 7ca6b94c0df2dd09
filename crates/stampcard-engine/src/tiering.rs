//! Where a member stands among the tiers.

use stampcard_model::{Points, Program, Tier, Timestamp, Window};

use crate::MemberState;

/// Where a member stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The tier they have: the highest whose threshold is reached.
    pub tier: &'a Tier,
    /// The points in the window.
    pub qualifying: Points,
    /// The next tier and the points missing for it; `None` at the top.
    pub next: Option<(&'a Tier, Points)>,
    /// Until when the tier is kept if nothing more is earned, and how many points must be earned before then to
    /// keep it longer; `None` for the lowest tier.
    ///
    /// The tier is lost at that very instant, and the points make the threshold right after it: a further part of the
    /// window may run out later.
    pub keep: Option<(Timestamp, Points)>,
}

/// Where the member stands at `now`; `None` when the program has no tier.
///
/// Points earned at `t` count while `t ≤ now < t + days × 24 h`. Points that were spent or expired still count, points
/// that were adjusted by hand never do. An instant before the member's last entry is read as that entry's.
///
/// # Examples
/// The tier falls with the first points whose leaving matters, not with the first that leave:
///
/// ```
/// use stampcard_engine::{MemberState, Qualifying, standing};
/// use stampcard_model::{Points, Timestamp};
///
/// # let lantern = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engine/lantern.json"));
/// # let program: stampcard_model::Program = serde_json::from_str(lantern)?;
/// let mut member = MemberState::default();
/// for (seq, day, points) in [(1, "2026-01-01", 100), (2, "2026-02-01", 300), (3, "2026-03-01", 350)] {
///     let earned_at = Timestamp::parse(&format!("{day}T00:00:00Z"))?;
///     member.qualifying.insert(seq, Qualifying { earned_at, points: Points::new(points)? });
/// }
/// let standing = standing(&program, &member, Timestamp::parse("2026-06-01T00:00:00Z")?).ok_or("no tier")?;
/// assert_eq!(standing.tier.id.as_str(), "silver");
/// assert_eq!(standing.keep, Some((Timestamp::parse("2027-02-01T00:00:00Z")?, Points::new(150)?)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn standing<'a>(program: &'a Program, member: &MemberState, now: Timestamp) -> Option<Standing<'a>> {
    let now = member.not_before_last(now);
    let counting = counting(program.tiers.window, member, now);
    let sum = sum(&counting);
    let qualifying = Points::saturating_from(sum);
    let tiers = &program.tiers.tiers;
    let rank = tiers.iter().rposition(|tier| tier.threshold <= qualifying).unwrap_or_default();
    let tier = tiers.get(rank)?;
    Some(Standing {
        tier,
        qualifying,
        next: tiers.get(rank + 1).map(|next| (next, next.threshold.saturating_sub(qualifying))),
        keep: keep(tier.threshold, sum, &counting),
    })
}

/// What counts at `now`, each with the instant it stops counting, soonest first: no entry is earlier than the one before.
fn counting(window: Window, member: &MemberState, now: Timestamp) -> Vec<(Timestamp, Points)> {
    let Window::Rolling { days } = window;
    member
        .qualifying
        .values()
        .filter(|qualifying| qualifying.earned_at <= now)
        .map(|qualifying| (qualifying.earned_at.plus_days(i64::from(days)), qualifying.points))
        .filter(|(leaves_at, _)| now < *leaves_at)
        .collect()
}

/// When no longer enough counts, and how much is missing then; never for the threshold 0 of the lowest tier.
fn keep(threshold: Points, sum: u128, counting: &[(Timestamp, Points)]) -> Option<(Timestamp, Points)> {
    let mut left = sum;
    for together in counting.chunk_by(|(a, _), (b, _)| a == b) {
        left = left.saturating_sub(self::sum(together));
        if left < u128::from(threshold.get()) {
            let (until, _) = together.first()?;
            return Some((*until, threshold.saturating_sub(Points::saturating_from(left))));
        }
    }
    None
}

/// Exact where [`Points`] would be cut off.
fn sum(counting: &[(Timestamp, Points)]) -> u128 {
    counting.iter().map(|(_, points)| u128::from(points.get())).sum()
}
