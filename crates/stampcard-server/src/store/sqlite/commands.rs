//! Writes: load what the engine looks at, let it decide, keep what it says.
//!
//! **Invariant:** a refusal is found before the first row is written. What is refused to an advocate is noted, and leaves the
//! friend's order as it is.

use rusqlite::{Connection, params};
use stampcard_engine::{
    Canceller, Command, MemberState, Redeem, Return, apply, decide, kept_by, standing, tier_due_at,
    voucher_fits,
};
use stampcard_model::{
    Entry, EntryBody, MemberId, OrderId, Points, Program, Refusal, ReleaseReason, Returned, ReviewReason,
    Source, Timestamp, VoucherCode, VoucherState,
};

use super::{
    counted::{self, Sums},
    load::{self, Account, Kept, Key, Lots},
    nudges, once, outbox, people, persist, queries, records, redemptions, referrals,
    reviews::{self, Decision},
    sources::{self, KeptSource},
};
use crate::{
    ProgramInForce,
    settings::{TooOften, Velocity},
    store::{Action, Booked, Effect, Executed, Member, Once, Outcome, Said, StoreError, Voucher, Write},
};

/// Carries out a write once.
pub(super) fn execute(connection: &Connection, write: Write) -> Result<Executed, StoreError> {
    let Write { program, now, action, once } = write;
    // Another version may have come into force since the request was let in.
    let program = program.at(now);
    let known = match reference(&action) {
        Some(reference) => people::member(connection, &program.program.id, reference)?,
        None => None,
    };
    let Some(Once { principal, key, fingerprint, answer }) = once else {
        return Ok(Executed::Now(act(connection, program, now, action, known.as_ref())?, None));
    };
    let id = &program.program.id;
    let Some(name) = once::principal(&principal, known.as_ref().map(|member| &member.id)) else {
        let outcome = act(connection, program, now, action, known.as_ref())?;
        let answer = answer(&outcome);
        return Ok(Executed::Now(outcome, Some(answer)));
    };
    let sent = once::Sent { program: id, principal: &name, key: &key };
    if let Some(answer) = once::kept(connection, sent, &fingerprint)? {
        return Ok(Executed::Before(answer));
    }
    once::use_up(connection, id, &principal, now)?;
    let outcome = act(connection, program, now, action, known.as_ref())?;
    let answer = answer(&outcome);
    let names = match &outcome {
        Ok(Effect::Enrolled { member, .. }) => Some(&member.id),
        Ok(Effect::Booked(_) | Effect::VoucherUsed(_) | Effect::Recorded(_)) | Err(_) => None,
    };
    once::keep(connection, sent, &fingerprint, &answer, names, now)?;
    Ok(Executed::Now(outcome, Some(answer)))
}

/// The reference of the member that the action is about, if it names one.
fn reference(action: &Action) -> Option<&str> {
    match action {
        Action::Enroll { reference, .. }
        | Action::Book { reference, .. }
        | Action::Redeem { reference, .. }
        | Action::Cancel { reference, .. }
        | Action::Act { reference, .. }
        | Action::TakeUp { reference, .. }
        | Action::Adjust { reference, .. } => Some(reference),
        Action::Record(record) => record.reference(),
        Action::Refund { .. }
        | Action::Fulfill { .. }
        | Action::UseVoucher { .. }
        | Action::Approve { .. }
        | Action::Reject { .. }
        | Action::Give { .. }
        | Action::Nudge { .. }
        | Action::Expire { .. } => None,
    }
}

/// Does what is asked, and writes down for the outbox what it tells.
fn act(
    connection: &Connection,
    program: &ProgramInForce,
    now: Timestamp,
    action: Action,
    known: Option<&Member>,
) -> Result<Outcome, StoreError> {
    let outcome = decided(connection, program, now, action, known)?;
    if let Ok(effect) = &outcome {
        outbox::write(connection, program, effect, now)?;
    }
    Ok(outcome)
}

fn decided(
    connection: &Connection,
    program: &ProgramInForce,
    now: Timestamp,
    action: Action,
    known: Option<&Member>,
) -> Result<Outcome, StoreError> {
    let id = &program.program.id;
    let ledger = Ledger { connection, program, now, known };
    match (action, known) {
        (Action::Enroll { id, reference, said }, known) => ledger.enroll(id, reference, said, known).map(Ok),
        (
            Action::Book { .. }
            | Action::Redeem { .. }
            | Action::Cancel { .. }
            | Action::Act { .. }
            | Action::TakeUp { .. }
            | Action::Adjust { .. },
            None,
        ) => Ok(Err(Refusal::MemberNotFound)),
        (Action::Book { order, .. }, Some(member)) => {
            let source = Source::Order { order_id: order.id.clone() };
            let booked = ledger.earn(&member.id, source, Command::Earn(order))?;
            referrals::rewarded(&ledger, booked)
        }
        (Action::Act { activity, .. }, Some(member)) => {
            let source = Source::Activity { activity_id: activity.id.clone() };
            ledger.earn(&member.id, source, Command::Act(activity))
        }
        (Action::TakeUp { offer_id, code, .. }, Some(member)) => {
            let source = Source::Offer { offer_id: offer_id.clone() };
            ledger.earn(&member.id, source, Command::TakeUp { offer_id, code })
        }
        (
            Action::Redeem { reward_id, price, money_minor, redemption_id, voucher_code, velocity, .. },
            Some(member),
        ) => {
            let key = Key { program: id, member: &member.id };
            ledger.book(&member.id, Lots::Paying(price), |account| {
                let too_often = load::redeemed_too_often(connection, key, velocity, account.now)?;
                let Velocity { redemptions, hours, then } = velocity;
                match then {
                    TooOften::Refuse => account.refusal = too_often.then_some(Refusal::RedeemedTooOften),
                    TooOften::Review => {
                        let reason = ReviewReason::RedeemedTooOften { redemptions, hours };
                        account.reviewed_for = too_often.then_some(reason);
                    }
                }
                let context = account.context(program);
                let reward = redemptions::reward_state(connection, &context, &reward_id)?;
                let wanted = program.program.reward(&reward_id);
                let since = redemptions::matter_since(&context, wanted.into_iter());
                if let Some(since) = since {
                    account.state.redemptions.extend(redemptions::since(connection, key, since)?);
                }
                queries::units(connection, key, Some(&reward_id), &mut account.state.redeemed)?;
                let redeem = Redeem { reward_id, price, money_minor, reward, redemption_id };
                Ok(match account.reviewed_for {
                    Some(_) => Command::Review(redeem),
                    None => Command::Redeem { redeem, voucher_code },
                })
            })
        }
        (Action::Cancel { redemption_id, .. }, Some(member)) => {
            let found = redemptions::one(connection, id, &redemption_id)?;
            let Some((_, redemption)) = found.filter(|(owner, _)| *owner == member.id) else {
                return Ok(Err(Refusal::RedemptionNotFound));
            };
            let voucher = queries::redemption_of(connection, id, &redemption_id)?;
            let voucher = voucher.and_then(|redemption| redemption.voucher);
            let voucher = voucher.map_or(VoucherState::Active, |voucher| voucher.state_at(now));
            let key = Key { program: id, member: &member.id };
            let drawn = redemption.drawn.iter().map(|drawn| drawn.lot).collect();
            ledger.book(&member.id, Lots::Named(drawn, Points::ZERO), |account| {
                let reward = redemption.reward_id.clone();
                queries::units(connection, key, Some(&reward), &mut account.state.redeemed)?;
                account.state.redemptions.insert(redemption_id.clone(), redemption);
                Ok(Command::Cancel { redemption_id, by: Canceller::Member, voucher })
            })
        }
        (Action::Approve { redemption_id, voucher_code, by }, _) => {
            let decision = Decision { by, note: None };
            reviews::decide(&ledger, &redemption_id, &decision, |redemption_id| Command::Capture {
                redemption_id,
                voucher_code,
            })
        }
        (Action::Reject { redemption_id, note, by }, _) => {
            let decision = Decision { by, note: Some(note) };
            reviews::decide(&ledger, &redemption_id, &decision, |redemption_id| Command::Release {
                redemption_id,
                reason: ReleaseReason::Rejected,
            })
        }
        (Action::Adjust { delta, reason, .. }, Some(member)) => {
            let taken = u128::from(if delta < 0 { delta.unsigned_abs() } else { 0 });
            let lots = Lots::Paying(Points::saturating_from(taken));
            ledger.book(&member.id, lots, |_| Ok(Command::Adjust { delta, reason }))
        }
        (Action::Refund { order_id, returned }, _) => {
            let source = Source::Order { order_id: order_id.clone() };
            let Some((member, kept)) = sources::find(connection, id, None, &source)? else {
                return Ok(Err(Refusal::OrderNotFound));
            };
            let taken = ledger.take_back(&member, kept, source, returned)?;
            referrals::taken_back(&ledger, &order_id, taken)
        }
        (Action::Fulfill { order_id }, _) => {
            let source = Source::Order { order_id: order_id.clone() };
            let Some((member, kept)) = sources::find(connection, id, None, &source)? else {
                return Ok(Err(Refusal::OrderNotFound));
            };
            let fulfilled = ledger.fulfill(&member, kept, source)?;
            referrals::fulfilled(&ledger, &order_id, fulfilled)
        }
        (Action::Expire { member_id }, _) => ledger.book(&member_id, Lots::None, |_| Ok(Command::CatchUp)),
        (Action::Give { member_id }, _) => nudges::give(&ledger, program, &member_id),
        (Action::Nudge { member_id }, _) => nudges::tell(&ledger, program, &member_id),
        (Action::UseVoucher { code, order_id, goods_minor }, _) => {
            ledger.use_voucher(&code, order_id.as_ref(), goods_minor.unwrap_or_default())
        }
        (Action::Record(record), known) => records::keep(&ledger, record, known),
    }
}

/// A program's ledger at an instant.
pub(super) struct Ledger<'a> {
    pub(super) connection: &'a Connection,
    program: &'a ProgramInForce,
    pub(super) now: Timestamp,
    /// The member that the command names, as they were before it.
    known: Option<&'a Member>,
}

impl Ledger<'_> {
    pub(super) fn program(&self) -> &Program {
        &self.program.program
    }

    fn key<'a>(&'a self, member: &'a MemberId) -> Key<'a> {
        Key { program: &self.program().id, member }
    }

    fn enroll(
        &self,
        id: MemberId,
        reference: String,
        said: Said,
        known: Option<&Member>,
    ) -> Result<Effect, StoreError> {
        let program = &self.program().id;
        if let Some(before) = known {
            let member = people::after(before.clone(), said, self.now);
            if member != *before {
                people::keep(self.connection, program, &member)?;
                self.look_at(&member.id)?;
            }
            return Ok(Effect::Enrolled { member, new: false });
        }
        let member = people::after(Member::new(id, reference, self.now), said, self.now);
        people::add(self.connection, Key { program, member: &member.id }, self.now, Some(&member))?;
        self.look_at(&member.id)?;
        Ok(Effect::Enrolled { member, new: true })
    }

    /// Lets the next sweep see what a member is to be reminded of, now that something else is known of them.
    pub(super) fn look_at(&self, member: &MemberId) -> Result<(), StoreError> {
        if nudges::looks_at_members(self.program()) {
            nudges::set_next(self.connection, self.key(member), Some(self.now))?;
        }
        Ok(())
    }

    /// The version of the program that something was booked under, or the one in force when that is not known.
    pub(super) fn as_of(&self, version: u32) -> &Program {
        self.program.as_of(version).unwrap_or(&self.program.program)
    }

    /// Takes back what something earned, or what it earned for a part.
    pub(super) fn take_back(
        &self,
        member: &MemberId,
        kept: KeptSource,
        source: Source,
        returned: Option<Returned>,
    ) -> Result<Outcome, StoreError> {
        let key = Key { program: &self.program().id, member };
        self.book(member, Lots::Named(vec![kept.seq], kept.points), |account| {
            counted::part(self.connection, key, &mut account.state.counted, kept.seq)?;
            let earned = sources::earned(self.connection, key, &source, kept.seq)?;
            let version = earned.as_ref().map_or(0, |earned| earned.program_version);
            account.state.sources.extend(earned.map(|earned| (source.clone(), earned)));
            let part = |returned| Return { returned, booked_under: self.as_of(version).clone().into() };
            Ok(Command::Reverse { source, returned: returned.map(part) })
        })
    }

    /// Lets points be spent that wait for what earned them to be fulfilled.
    pub(super) fn fulfill(
        &self,
        member: &MemberId,
        kept: KeptSource,
        source: Source,
    ) -> Result<Outcome, StoreError> {
        let key = Key { program: &self.program().id, member };
        self.book(member, Lots::Named(vec![kept.seq], kept.points), |account| {
            let earned = sources::earned(self.connection, key, &source, kept.seq)?;
            account.state.sources.extend(earned.map(|earned| (source.clone(), earned)));
            Ok(Command::Fulfill { source })
        })
    }

    /// Books what earns once.
    pub(super) fn earn(
        &self,
        member: &MemberId,
        source: Source,
        command: Command,
    ) -> Result<Outcome, StoreError> {
        let id = &self.program().id;
        let booked = sources::find(self.connection, id, Some(member), &source)?;
        let already = booked.map(|(_, kept)| kept);
        self.book(member, Lots::None, |account| {
            // An order that was booked for somebody else was booked all the same.
            account.state.sources.extend(already.map(|kept| (source, kept.known())));
            Ok(command)
        })
    }

    /// Loads a member's account, lets the engine decide, and keeps the entries. `complete` adds what the command
    /// looks at besides lots, tier and what counts, and makes the command.
    pub(super) fn book(
        &self,
        member: &MemberId,
        lots: Lots,
        complete: impl FnOnce(&mut Account) -> Result<Command, StoreError>,
    ) -> Result<Outcome, StoreError> {
        let key = Key { program: &self.program().id, member };
        let known = self.known.filter(|known| known.id == *member);
        let mut account = load::account(self.connection, self.program, key, known, self.now, lots)?;
        for held in account.state.redemptions.values().cloned().collect::<Vec<_>>() {
            queries::units(self.connection, key, Some(&held.reward_id), &mut account.state.redeemed)?;
        }
        let command = complete(&mut account)?;
        let context = account.context(self.program);
        let entries = match decide(&context, &account.state, &command) {
            Ok(entries) => entries,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Some(refusal) = account.refusal {
            return Ok(Err(refusal));
        }
        let tier = |state: &MemberState| standing(&context, state).map(|s| s.tier.id.clone());
        let tier_before = tier(&account.state);
        let mut after = account.state.clone();
        let mut redemption = None;
        for entry in &entries {
            apply(&mut after, entry);
            persist::entry(self.connection, key, entry, after.balance.available, self.now)?;
            reviews::follow(self.connection, key, &account, &context, entry)?;
            redemption = redemptions::begun(entry, member, after.balance.available).or(redemption);
        }
        if entries.is_empty() {
            persist::tier_not_due(self.connection, key)?;
        } else {
            persist::state(self.connection, key, &account.state, &after)?;
            let sums = self.sums(key, &account, &after)?;
            persist::balance(self.connection, key, &after, &sums, tier_due_at(&context, &after))?;
            let given: Points = entries.iter().map(accrued).sum();
            if let Some(starts_at) = load::issue_period(&context) {
                persist::issue(self.connection, key, starts_at, account.issued.saturating_add(given))?;
            }
        }
        let nudges =
            nudges::follow(self.connection, key, self.program(), &account.state, &entries, self.now)?;
        let new_tier = tier(&after).filter(|tier| tier_before.as_ref() != Some(tier));
        let (member, profile) = (member.clone(), account.profile.clone());
        Ok(Ok(Effect::Booked(Booked {
            member,
            entries,
            after,
            redemption,
            profile,
            new_tier,
            nudges,
            then: Vec::new(),
        })))
    }

    /// The sums to keep: what the next command needs, and what the tier turns on.
    fn sums(&self, key: Key<'_>, account: &Account, after: &MemberState) -> Result<Kept, StoreError> {
        let mut sums = Sums::of(&after.counted, account.cuts.at.iter().copied());
        let turned_at = account.kept.turns_at;
        let before = turned_at.map(|at| Sums::since(&after.counted, at));
        if turned_at.is_some() && account.state.counted == after.counted {
            sums.insert(before);
            return Ok(Kept { sums, turns_at: turned_at });
        }
        let Some(threshold) = kept_by(&account.context(self.program), after) else {
            return Ok(Kept { sums, turns_at: None });
        };
        let mut near = sums.clone();
        near.insert(before);
        let turning = near.turning(self.connection, key, self.program().tiers.measure, threshold)?;
        let turns_at = turning.as_ref().map(|turning| turning.at);
        sums.insert(turning);
        Ok(Kept { sums, turns_at })
    }

    fn use_voucher(
        &self,
        code: &VoucherCode,
        order_id: Option<&OrderId>,
        goods_minor: u64,
    ) -> Result<Outcome, StoreError> {
        let program = &self.program().id;
        let found = queries::redemption_of_voucher(self.connection, program, code)?;
        let found =
            found.and_then(|redemption| redemption.voucher.clone().map(|voucher| (redemption, voucher)));
        let Some((mut redemption, voucher)) = found else { return Ok(Err(Refusal::VoucherNotFound)) };
        match redemption.state_of(&voucher, self.now) {
            VoucherState::Active => {}
            VoucherState::Used => return Ok(Err(Refusal::VoucherUsed)),
            VoucherState::Cancelled => return Ok(Err(Refusal::RedemptionAlreadyCancelled)),
            VoucherState::Expired | VoucherState::Unrecognized => {
                return Ok(Err(Refusal::VoucherExpired));
            }
        }
        let reward = self.program.reward_as_of(redemption.program_version, &redemption.reward_id);
        if let Some(Err(refusal)) = reward.map(|reward| voucher_fits(reward, goods_minor)) {
            return Ok(Err(refusal));
        }
        redemption.voucher = Some(Voucher { used_at: Some(self.now), ..voucher });
        self.connection
            .prepare_cached(
                "UPDATE voucher SET used_at = ?3, used_for = ?4 WHERE program_id = ?1 AND code = ?2",
            )?
            .execute(params![
                program.as_str(),
                code.as_str(),
                self.now.as_millis(),
                order_id.map(OrderId::as_str),
            ])?;
        Ok(Ok(Effect::VoucherUsed(redemption)))
    }
}

/// Points that an entry issued.
fn accrued(entry: &Entry) -> Points {
    if let EntryBody::Accrual { points, .. } = entry.body { points } else { Points::ZERO }
}
