//! Writes: load what the engine looks at, let it decide, keep what it says.
//!
//! **Invariant:** a refusal is found before the first row is written.

use rusqlite::{Connection, params};
use stampcard_engine::{Command, Context, apply, decide};
use stampcard_model::{EntryBody, MemberId, OrderId, Points, Program, Refusal, Timestamp, VoucherCode};

use super::{
    load::{self, Account, Key, Lots},
    once, persist, queries,
};
use crate::{
    ProgramInForce,
    store::{
        Action, Booked, Effect, Executed, Member, Once, Outcome, Redemption, StoreError, Voucher, Write,
    },
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
    let Some(principal) = once::principal(&principal, known.as_ref().map(|member| &member.id)) else {
        let outcome = act(connection, &program, now, action, known)?;
        let answer = answer(&outcome);
        return Ok(Executed::Now(outcome, Some(answer)));
    };
    if let Some(answer) = once::kept(connection, id, &principal, &key, &fingerprint)? {
        return Ok(Executed::Before(answer));
    }
    let outcome = act(connection, &program, now, action, known)?;
    let answer = answer(&outcome);
    once::keep(connection, id, &principal, &key, &fingerprint, &answer, now)?;
    Ok(Executed::Now(outcome, Some(answer)))
}

/// The reference of the member that the action is about, if it names one.
fn reference(action: &Action) -> Option<&str> {
    match action {
        Action::Enroll { reference, .. }
        | Action::Book { reference, .. }
        | Action::Redeem { reference, .. }
        | Action::Adjust { reference, .. } => Some(reference),
        Action::Refund { .. } | Action::UseVoucher { .. } | Action::Expire { .. } => None,
    }
}

fn act(
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
        (Action::Book { .. } | Action::Redeem { .. } | Action::Adjust { .. }, None) => {
            Ok(Err(Refusal::MemberNotFound))
        }
        (Action::Book { order, .. }, Some(member)) => {
            let booked = load::order(connection, id, &order.id)?;
            ledger.book(&member.id, Lots::None, |account| {
                // An order that was booked for somebody else was booked all the same.
                account.state.orders.extend(booked.map(|(_, accrual)| (order.id.clone(), accrual)));
                Ok(Command::Earn(order))
            })
        }
        (Action::Redeem { reward_id, price, redemption_id, voucher_code, .. }, Some(member)) => {
            let key = Key { program: id, member: &member.id };
            let reward = load::reward_state(connection, id, &reward_id)?;
            let redeemed = load::redeemed(connection, key, &reward_id)?;
            let due = program.program.reward(&reward_id).map_or(Points::ZERO, |reward| reward.price);
            ledger.book(&member.id, Lots::Paying(due), |account| {
                account.state.redeemed.insert(reward_id.clone(), redeemed);
                Ok(Command::Redeem { reward_id, price, reward, redemption_id, voucher_code })
            })
        }
        (Action::Adjust { delta, reason, .. }, Some(member)) => {
            let taken = u128::from(if delta < 0 { delta.unsigned_abs() } else { 0 });
            let lots = Lots::Paying(Points::saturating_from(taken));
            ledger.book(&member.id, lots, |_| Ok(Command::Adjust { delta, reason }))
        }
        (Action::Refund { order_id }, _) => match load::order(connection, id, &order_id)? {
            None => Ok(Err(Refusal::OrderNotFound)),
            Some((member, accrual)) => {
                let key = Key { program: id, member: &member };
                ledger.book(&member, Lots::First(accrual.seq, accrual.points), |account| {
                    load::part_qualifying(connection, key, account, accrual.seq)?;
                    account.state.orders.insert(order_id.clone(), accrual);
                    Ok(Command::Reverse { order_id })
                })
            }
        },
        (Action::Expire { member_id }, _) => ledger.book(&member_id, Lots::None, |_| Ok(Command::Expire)),
        (Action::UseVoucher { code, order_id }, _) => ledger.use_voucher(&code, order_id.as_ref()),
    }
}

/// A program's ledger at an instant.
struct Ledger<'a> {
    connection: &'a Connection,
    program: &'a ProgramInForce,
    now: Timestamp,
}

impl Ledger<'_> {
    fn program(&self) -> &Program {
        &self.program.program
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
        Ok(Effect::Enrolled { member, new: true })
    }

    /// Loads a member's account, lets the engine decide, and keeps the entries. `complete` adds what the command
    /// looks at besides lots and tier, and makes the command.
    fn book(
        &self,
        member: &MemberId,
        lots: Lots,
        complete: impl FnOnce(&mut Account) -> Result<Command, StoreError>,
    ) -> Result<Outcome, StoreError> {
        let key = Key { program: &self.program().id, member };
        let mut account = load::account(self.connection, self.program(), key, self.now)?;
        load::lots(self.connection, key, &mut account, lots)?;
        let command = complete(&mut account)?;
        let context = Context { program: self.program(), zone: &self.program.zone, now: account.now };
        let entries = match decide(&context, &account.state, &command) {
            Ok(entries) => entries,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut after = account.state;
        let mut redemption = None;
        for entry in &entries {
            apply(&mut after, entry);
            persist::entry(self.connection, key, entry, after.balance.available, self.now)?;
            redemption = issued(entry, after.balance.available).or(redemption);
        }
        if !entries.is_empty() {
            persist::balance(self.connection, key, &after, account.qualifying_after)?;
        }
        Ok(Ok(Effect::Booked(Booked { entries, after, redemption })))
    }

    fn use_voucher(&self, code: &VoucherCode, order_id: Option<&OrderId>) -> Result<Outcome, StoreError> {
        let program = &self.program().id;
        let Some(mut redemption) = queries::redemption_of_voucher(self.connection, program, code)? else {
            return Ok(Err(Refusal::VoucherNotFound));
        };
        match redemption.voucher.state_at(self.now) {
            stampcard_model::VoucherState::Active => {}
            stampcard_model::VoucherState::Used => return Ok(Err(Refusal::VoucherUsed)),
            stampcard_model::VoucherState::Expired | stampcard_model::VoucherState::Unrecognized => {
                return Ok(Err(Refusal::VoucherExpired));
            }
        }
        redemption.voucher.used_at = Some(self.now);
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

/// The redemption that an entry is.
fn issued(entry: &stampcard_model::Entry, balance_after: Points) -> Option<Redemption> {
    match &entry.body {
        EntryBody::Redemption {
            redemption_id,
            reward_id,
            voucher_code,
            voucher_expires_at,
            points,
            draws: _,
        } => Some(Redemption {
            id: redemption_id.clone(),
            seq: entry.seq,
            program_version: entry.program_version,
            reward_id: reward_id.clone(),
            price: *points,
            redeemed_at: entry.occurred_at,
            balance_after,
            voucher: Voucher { code: voucher_code.clone(), expires_at: *voucher_expires_at, used_at: None },
        }),
        EntryBody::Accrual { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Adjustment { .. }
        | EntryBody::Reversal { .. } => None,
    }
}
