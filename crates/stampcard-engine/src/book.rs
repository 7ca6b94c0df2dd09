//! A member's ledger open for writing: what time alone has done, and what follows from each entry.

use std::borrow::Cow;

use stampcard_model::{Entry, EntryBody, LotEnd, ReleaseReason, Restore, Timestamp};

use crate::{
    Context, Lot, MemberState, Phase, RedemptionState, apply,
    lot::{self, waits_until},
    postings::postings,
    tier_state,
};

/// A member's ledger, open for writing.
pub(crate) struct Book<'a> {
    /// None when nothing is kept: then tiers are left alone, as only a program knows of them.
    context: Option<&'a Context<'a>>,
    pub(crate) state: MemberState,
    pub(crate) entries: Vec<Entry>,
    /// Whether the account is being closed: what comes back for a moment reaches no tier.
    pub(crate) is_closing: bool,
}

impl<'a> Book<'a> {
    pub(crate) fn open(context: &'a Context<'a>, member: &MemberState) -> Self {
        Self { context: Some(context), state: member.clone(), entries: Vec::new(), is_closing: false }
    }

    /// Writes what time alone has done by `now`, each thing dated with the instant at which it came, soonest first:
    /// tiers that begin with a period, points that waited long enough, points that expired, holds that ended, tiers that
    /// were looked at again. Of what came at one instant, that is the order.
    pub(crate) fn catch_up(&mut self, now: Timestamp) {
        loop {
            let lots = due(&self.state, now);
            let tier = self.context.and_then(|context| tier_state::due(context, &self.state, now));
            let next = match (lots, tier) {
                (Some(lots), Some(tier)) => {
                    // Any entry at the end of a period lies in the next, and would hide what the period had earned.
                    let at_once = tier.0 == lots.0 && tier_state::is_promotion(&tier.1);
                    Some(if tier.0 < lots.0 || at_once { tier } else { lots })
                }
                (lots, tier) => lots.or(tier),
            };
            match next {
                Some((at, body)) => self.write(at, body),
                None => break,
            }
        }
    }

    /// Writes an entry and what follows from it at the same instant: available points pay what is owed, and a tier is
    /// reached or undone.
    pub(crate) fn write(&mut self, at: Timestamp, body: EntryBody) {
        let at = self.state.not_before_last(at);
        let came_back = matches!(body, EntryBody::Reversal { .. });
        let tier_changed = matches!(body, EntryBody::TierChange { .. });
        self.append(at, body);
        let draws = lot::draw(&self.state, at, None, self.state.balance.owed);
        let points = lot::total(&draws);
        if !points.is_zero() {
            self.append(at, EntryBody::Settlement { points, draws });
        }
        let Some(context) = self.context.filter(|_| !tier_changed && !self.is_closing) else { return };
        // One tier after the other is undone, each lower than the one before.
        while let Some(change) = tier_state::after(context, &self.state, at, came_back) {
            self.append(at, change);
        }
    }

    fn append(&mut self, occurred_at: Timestamp, body: EntryBody) {
        let seq = self.state.last_seq.saturating_add(1);
        let program_version = self.context.map_or(0, |context| context.program.version);
        let entry = Entry { seq, occurred_at, program_version, postings: postings(&body), body };
        apply(&mut self.state, &entry);
        self.entries.push(entry);
    }
}

/// The member as of `context.now`.
pub(crate) fn as_of<'b>(context: &Context<'_>, member: &'b MemberState) -> Cow<'b, MemberState> {
    if due(member, context.now).is_none() && tier_state::due(context, member, context.now).is_none() {
        return Cow::Borrowed(member);
    }
    let mut book = Book::open(context, member);
    book.catch_up(context.now);
    Cow::Owned(book.state)
}

/// The member as of `now`, as far as points are concerned.
pub(crate) fn caught_up(member: &MemberState, now: Timestamp) -> Cow<'_, MemberState> {
    if due(member, now).is_none() {
        return Cow::Borrowed(member);
    }
    let mut book = Book { context: None, state: member.clone(), entries: Vec::new(), is_closing: false };
    book.catch_up(now);
    Cow::Owned(book.state)
}

/// What goes back to the lots that paid a redemption. Points that would have expired by `at` can be spent as long as was
/// agreed.
pub(crate) fn restores(member: &MemberState, redemption: &RedemptionState, at: Timestamp) -> Vec<Restore> {
    let grace_days = i64::from(redemption.deal.restore_grace_days);
    let revived = LotEnd::At { expires_at: at.plus_days(grace_days) };
    let live = |end| member.instant_of(end).is_none_or(|instant| at < instant);
    let drawn = redemption.drawn.iter();
    drawn.map(|drawn| Restore { end: if live(drawn.end) { drawn.end } else { revived }, ..*drawn }).collect()
}

/// What time alone does to points next, if it does by `now`.
fn due(member: &MemberState, now: Timestamp) -> Option<(Timestamp, EntryBody)> {
    let waiting = member.lots.iter().filter_map(waits_until).min();
    let ending = member.lots.iter().filter_map(|lot| expires_at(member, lot)).min();
    let held = member.redemptions.values().filter_map(hold_ends_at).min();
    let next = [waiting, ending, held].into_iter().flatten().filter(|at| *at <= now).min()?;
    if waiting == Some(next) {
        let draws = lot::all_of(member.lots.iter().filter(|lot| waits_until(lot) == waiting));
        return Some((next, EntryBody::Activation { points: lot::total(&draws), draws }));
    }
    if ending == Some(next) {
        let draws = lot::all_of(member.lots.iter().filter(|lot| expires_at(member, lot) == ending));
        return Some((next, EntryBody::Expiry { points: lot::total(&draws), draws }));
    }
    let (id, redemption) = member.redemptions.iter().find(|(_, held)| hold_ends_at(held) == Some(next))?;
    let body = EntryBody::Release {
        redemption_id: id.clone(),
        reward_id: redemption.reward_id.clone(),
        hold: redemption.seq,
        reason: ReleaseReason::Ended,
        points: redemption.points,
        restores: restores(member, redemption, next),
    };
    Some((next, body))
}

/// When time alone does something to points by `now`, as far as the member shows it.
pub(crate) fn instants_due(member: &MemberState, now: Timestamp) -> impl Iterator<Item = Timestamp> {
    let lots = member.lots.iter().flat_map(|lot| waits_until(lot).into_iter().chain(member.end_of(lot)));
    let holds = member.redemptions.values().filter_map(hold_ends_at);
    lots.chain(holds).filter(move |at| *at <= now)
}

/// When a lot expires; one that waits does not.
fn expires_at(member: &MemberState, lot: &Lot) -> Option<Timestamp> {
    member.end_of(lot).filter(|_| lot.waits.is_none())
}

const fn hold_ends_at(redemption: &RedemptionState) -> Option<Timestamp> {
    match redemption.phase {
        Phase::Held { reason: _, ends_at } => ends_at,
        Phase::Completed | Phase::Closed => None,
    }
}
