//! Writes: load what the engine looks at, let it decide, keep what it says.
//!
//! **Invariant:** a refusal is found before the first row is written.

use rusqlite::{Connection, params};
use stampcard_engine::{
    Canceller, Command, MemberState, Redeem, Return, apply, decide, standing, tier_due_at, voucher_fits,
};
use stampcard_model::{
    Entry, EntryBody, MemberId, Nudges, OrderId, Points, Program, Refusal, ReleaseReason, ReviewReason,
    Source, Timestamp, VoucherCode, VoucherState,
};

use super::{
    counted,
    load::{self, Account, Key, Lots},
    nudges, once, outbox, persist, queries, records, redemptions,
    reviews::{self, Decision},
    sources,
};
use crate::{
    ProgramInForce,
    settings::{TooOften, Velocity},
    store::{Action, Booked, Effect, Executed, Member, Once, Outcome, StoreError, Voucher, Write},
};

/// Carries out a write once.
pub(super) fn execute(connection: &Connection, write: Write) -> Result<Executed, StoreError> {
    let Write { program, now, action, once } = write;
    let known = match reference(&action) {
        Some(reference) => load::member(connection, &program.program.id, reference)?,
        None => None,
    };
    let Some(Once { principal, key, fingerprint, answer }) = once else {
        return Ok(Executed::Now(act(connection, &program, now, action, known)?, None));
    };
    let id = &program.program.id;
    let Some(name) = once::principal(&principal, known.as_ref().map(|member| &member.id)) else {
        let outcome = act(connection, &program, now, action, known)?;
        let answer = answer(&outcome);
        return Ok(Executed::Now(outcome, Some(answer)));
    };
    let sent = once::Sent { program: id, principal: &name, key: &key };
    if let Some(answer) = once::kept(connection, sent, &fingerprint)? {
        return Ok(Executed::Before(answer));
    }
    once::use_up(connection, id, &principal, now)?;
    let outcome = act(connection, &program, now, action, known)?;
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
        | Action::Adjust { reference, .. } => Some(reference),
        Action::Record(record) => record.reference(),
        Action::Refund { .. }
        | Action::Fulfill { .. }
        | Action::UseVoucher { .. }
        | Action::Approve { .. }
        | Action::Reject { .. }
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
    known: Option<Member>,
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
    known: Option<Member>,
) -> Result<Outcome, StoreError> {
    let id = &program.program.id;
    let ledger = Ledger { connection, program, now };
    match (action, known) {
        (Action::Enroll { id, reference, display_name }, known) => {
            ledger.enroll(id, reference, display_name, known).map(Ok)
        }
        (
            Action::Book { .. }
            | Action::Redeem { .. }
            | Action::Cancel { .. }
            | Action::Act { .. }
            | Action::Adjust { .. },
            None,
        ) => Ok(Err(Refusal::MemberNotFound)),
        (Action::Book { order, .. }, Some(member)) => {
            let source = Source::Order { order_id: order.id.clone() };
            ledger.earn(&member.id, source, Command::Earn(order))
        }
        (Action::Act { activity, .. }, Some(member)) => {
            let source = Source::Activity { activity_id: activity.id.clone() };
            ledger.earn(&member.id, source, Command::Act(activity))
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
            ledger.book(&member.id, Lots::All, |account| {
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
            let source = Source::Order { order_id };
            let Some((member, kept)) = sources::find(connection, id, None, &source)? else {
                return Ok(Err(Refusal::OrderNotFound));
            };
            let key = Key { program: id, member: &member };
            ledger.book(&member, Lots::First(kept.seq, kept.points), |account| {
                counted::part(connection, key, &mut account.state.counted, kept.seq)?;
                let earned = sources::earned(connection, key, &source, kept.seq)?;
                let version = earned.as_ref().map_or(0, |earned| earned.program_version);
                account.state.sources.extend(earned.map(|earned| (source.clone(), earned)));
                let booked_under = program.as_of(version).unwrap_or(&program.program);
                let part = |returned| Return { returned, booked_under: booked_under.clone().into() };
                Ok(Command::Reverse { source, returned: returned.map(part) })
            })
        }
        (Action::Fulfill { order_id }, _) => {
            let source = Source::Order { order_id };
            let Some((member, kept)) = sources::find(connection, id, None, &source)? else {
                return Ok(Err(Refusal::OrderNotFound));
            };
            let key = Key { program: id, member: &member };
            ledger.book(&member, Lots::First(kept.seq, kept.points), |account| {
                let earned = sources::earned(connection, key, &source, kept.seq)?;
                account.state.sources.extend(earned.map(|earned| (source.clone(), earned)));
                Ok(Command::Fulfill { source })
            })
        }
        (Action::Expire { member_id }, _) => ledger.book(&member_id, Lots::None, |_| Ok(Command::CatchUp)),
        (Action::Nudge { member_id }, _) => nudges::tell(&ledger, program, &member_id),
        (Action::UseVoucher { code, order_id, goods_minor }, _) => {
            ledger.use_voucher(&code, order_id.as_ref(), goods_minor.unwrap_or_default())
        }
        (Action::Record(record), known) => records::keep(&ledger, record, known.as_ref()),
    }
}

/// A program's ledger at an instant.
pub(super) struct Ledger<'a> {
    pub(super) connection: &'a Connection,
    program: &'a ProgramInForce,
    pub(super) now: Timestamp,
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
        display_name: Option<String>,
        known: Option<Member>,
    ) -> Result<Effect, StoreError> {
        let program = self.program().id.as_str();
        if let Some(mut member) = known {
            if display_name.is_some() && display_name != member.display_name {
                member.display_name = display_name;
                self.connection
                    .prepare_cached(
                        "UPDATE person SET display_name = ?3 WHERE program_id = ?1 AND member_id = ?2",
                    )?
                    .execute(params![program, member.id.as_str(), member.display_name])?;
            }
            return Ok(Effect::Enrolled { member, new: false });
        }
        self.connection
            .prepare_cached("INSERT INTO member (program_id, member_id, enrolled_at) VALUES (?1, ?2, ?3)")?
            .execute(params![program, id.as_str(), self.now.as_millis()])?;
        self.connection
            .prepare_cached(
                "INSERT INTO person (program_id, member_id, reference, display_name) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![program, id.as_str(), reference, display_name])?;
        let member = Member { id, reference, display_name, enrolled_at: self.now };
        if self.program().nudges != Nudges::default() {
            nudges::set_next(self.connection, self.key(&member.id), Some(self.now))?;
        }
        Ok(Effect::Enrolled { member, new: true })
    }

    /// Books what earns once.
    fn earn(&self, member: &MemberId, source: Source, command: Command) -> Result<Outcome, StoreError> {
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
        let mut account = load::account(self.connection, self.program, key, self.now, lots)?;
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
            persist::balance(self.connection, key, &after, &account.since, tier_due_at(&context, &after))?;
            let given: Points = entries.iter().map(accrued).sum();
            if let Some(starts_at) = load::issue_period(&context) {
                persist::issue(self.connection, key, starts_at, account.issued.saturating_add(given))?;
            }
        }
        let nudges =
            nudges::follow(self.connection, key, self.program(), &account.state, &entries, self.now)?;
        let new_tier = tier(&after).filter(|tier| tier_before.as_ref() != Some(tier));
        let (member, profile) = (member.clone(), account.profile.clone());
        Ok(Ok(Effect::Booked(Booked { member, entries, after, redemption, profile, new_tier, nudges })))
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
