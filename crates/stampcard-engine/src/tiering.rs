//! Where a member stands among the tiers, what puts the tier at risk, and what leads further.

use stampcard_model::{Downgrade, Measure, Points, Program, Tier, Timestamp, Upgrade, Window};

use crate::{
    Context, Counted, MemberState,
    book::as_of,
    lot::available,
    measure::{amount, measured, rank_of, stretch},
    tier_state::{counts_since, falls_to, held, is_kept, looked_at},
};

/// Where a member stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The tier they have.
    pub tier: &'a Tier,
    /// What counts in the window, in the measure's unit.
    pub qualifying: Points,
    /// The tier is not looked at before this instant; none while it follows from the window, and for a tier that is
    /// kept for good.
    pub until: Option<Timestamp>,
    /// The next tier; none at the top.
    pub next: Option<Opportunity<'a>>,
    /// What takes the tier away; none while nothing that is known does.
    pub keep: Option<Risk<'a>>,
}

/// A way to a higher tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opportunity<'a> {
    /// The tier.
    pub tier: &'a Tier,
    /// What is missing, in the measure's unit.
    pub missing: Points,
    /// What counts now counts no longer from this instant on; none where time does not part it.
    pub by: Option<Timestamp>,
    /// When the tier begins; none means with what reaches it.
    pub begins_at: Option<Timestamp>,
}

/// What takes a tier away if nothing more is earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Risk<'a> {
    /// The tier is lost at this very instant.
    pub until: Timestamp,
    /// What must be earned before then to keep it, in the measure's unit. With a rolling window it makes the threshold
    /// right after that instant: a further part of the window may run out later.
    pub missing: Points,
    /// The tier that comes then.
    pub falls_to: &'a Tier,
}

/// Where the member stands at `context.now`; `None` when the program has no tier.
///
/// Points that were spent or expired still count where earning is measured; points that were adjusted by hand never do.
/// An instant before the member's last entry is read as that entry's.
///
/// # Examples
/// The tier falls with the first points whose leaving matters, not with the first that leave:
///
/// ```
/// use stampcard_engine::{Context, Counted, MemberState, Utc, standing};
/// use stampcard_model::Timestamp;
///
/// # let lantern = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engine/lantern.json"));
/// # let program: stampcard_model::Program = serde_json::from_str(lantern)?;
/// let mut member = MemberState::default();
/// for (seq, day, qualifying) in [(1, "2026-01-01", 100), (2, "2026-02-01", 300), (3, "2026-03-01", 350)] {
///     let at = Timestamp::parse(&format!("{day}T00:00:00Z"))?;
///     member.counted.insert(seq, Counted { qualifying, ..Counted::nothing(at) });
/// }
/// let context = Context::new(&program, &Utc, Timestamp::parse("2026-06-01T00:00:00Z")?);
/// let standing = standing(&context, &member).ok_or("no tier")?;
/// assert_eq!(standing.tier.id.as_str(), "silver");
/// let risk = standing.keep.ok_or("no risk")?;
/// assert_eq!((risk.until, risk.missing.get()), (Timestamp::parse("2027-02-01T00:00:00Z")?, 150));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn standing<'a>(context: &Context<'a>, member: &MemberState) -> Option<Standing<'a>> {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    standing_of(&context, &as_of(&context, member))
}

/// Every tier above the member's, the next one first, and what is missing for each.
pub fn opportunities<'a>(context: &Context<'a>, member: &MemberState) -> Vec<Opportunity<'a>> {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let Some(standing) = standing(&context, member) else { return Vec::new() };
    let tiers = &context.program.tiers.tiers;
    let above = tiers.iter().skip_while(|tier| tier.id != standing.tier.id).skip(1);
    above.map(|tier| opportunity(&context, tier, standing.qualifying)).collect()
}

/// [`standing`], for a member that is caught up.
pub(crate) fn standing_of<'a>(context: &Context<'a>, member: &MemberState) -> Option<Standing<'a>> {
    let now = context.now;
    let tiers = &context.program.tiers.tiers;
    let sum = measured(context, member, stretch(context, now).start, now);
    let reached = rank_of(context, sum);
    let (rank, until) = match held(context, member) {
        Some((state, rank)) if is_kept(context) => (rank, state.until),
        // Where no tier was written down yet, as the program did not keep them before, the window says it.
        None if is_kept(context) && context.program.tiers.upgrade == Upgrade::NextPeriod => (0, None),
        Some(_) | None => (reached, None),
    };
    let tier = tiers.get(rank)?;
    let qualifying = amount(sum);
    Some(Standing {
        tier,
        qualifying,
        until,
        next: tiers.get(rank + 1).map(|tier| opportunity(context, tier, qualifying)),
        keep: risk(context, member, rank, until),
    })
}

fn opportunity<'a>(context: &Context<'a>, tier: &'a Tier, qualifying: Points) -> Opportunity<'a> {
    let by =
        stretch(context, context.now).end.filter(|_| context.program.tiers.measure != Measure::PointsHeld);
    let missing = tier.threshold.saturating_sub(qualifying);
    let begins_at = match context.program.tiers.upgrade {
        Upgrade::AtOnce => None,
        Upgrade::NextPeriod => by,
    };
    Opportunity { tier, missing, by, begins_at }
}

fn risk<'a>(
    context: &Context<'a>,
    member: &MemberState,
    rank: usize,
    until: Option<Timestamp>,
) -> Option<Risk<'a>> {
    let tiers = &context.program.tiers.tiers;
    let threshold = tiers.get(rank).filter(|_| rank > 0)?.threshold;
    let lost = |until: Timestamp, left: u128, falls_to: usize| {
        let missing = threshold.saturating_sub(amount(left));
        tiers.get(falls_to).filter(|_| falls_to < rank).map(|falls_to| Risk { until, missing, falls_to })
    };
    if is_kept(context) && held(context, member).is_some() {
        let until = until.filter(|_| context.program.tiers.downgrade != Downgrade::None)?;
        let (at, since) = (looked_at(context, until), counts_since(context, until));
        // What is bought before it begins to count helps nothing, so there is nothing to tell yet.
        let begun = since <= context.now || context.program.tiers.measure == Measure::PointsHeld;
        let left = measured(context, member, since, at.max(context.now));
        return lost(at, left, falls_to(context, rank, left)).filter(|_| begun);
    }
    if context.program.tiers.measure == Measure::PointsHeld {
        let enough = |at: Timestamp| available(member, at) >= threshold;
        let at = member.lots.iter().filter_map(|lot| member.end_of(lot)).filter(|end| *end > context.now);
        let mut ends: Vec<Timestamp> = at.collect();
        ends.sort_unstable();
        ends.dedup();
        let at = ends.into_iter().find(|end| !enough(*end))?;
        let left = u128::from(available(member, at).get());
        return lost(at, left, rank_of(context, left));
    }
    match context.program.tiers.window {
        Window::Rolling { days } => {
            let (at, left) = runs_out(context, member, days, threshold)?;
            lost(at, left, rank_of(context, left))
        }
        // Nothing leaves a lifetime, and nothing saves a tier from the end of its period.
        Window::Lifetime | Window::CalendarYear | Window::SinceJoining { .. } => None,
    }
}

/// When a risk begins to be told that is known already: what is bought counts towards keeping the tier from then on.
pub(crate) fn risk_begins(context: &Context<'_>, member: &MemberState) -> Option<Timestamp> {
    let (state, _) = held(context, member).filter(|_| is_kept(context))?;
    state.until.map(|until| counts_since(context, until))
}

/// When so much has left a rolling window that the rest is below the threshold, and how much is left then.
fn runs_out(
    context: &Context<'_>,
    member: &MemberState,
    days: u16,
    threshold: Points,
) -> Option<(Timestamp, u128)> {
    let measure = context.program.tiers.measure;
    let leaves = |counted: &Counted| (counted.at.plus_days(i64::from(days)), counted.worth(measure));
    let mut leaving: Vec<(Timestamp, u128)> = member.counted.values().map(leaves).collect();
    leaving.retain(|(at, _)| context.now < *at);
    leaving.sort_unstable();
    let mut left: u128 = leaving.iter().map(|(_, worth)| worth).sum();
    for together in leaving.chunk_by(|(a, _), (b, _)| a == b) {
        left -= together.iter().map(|(_, worth)| worth).sum::<u128>();
        if left < u128::from(threshold.get()) {
            return together.first().map(|(at, _)| (*at, left));
        }
    }
    None
}

/// The tier of this id, for the multiplier that it gives.
pub(crate) fn tier<'a>(program: &'a Program, id: &stampcard_model::TierId) -> Option<&'a Tier> {
    program.tiers.tiers.iter().find(|tier| tier.id == *id)
}
