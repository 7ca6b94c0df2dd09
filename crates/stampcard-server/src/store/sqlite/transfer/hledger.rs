//! A ledger as a journal that hledger checks: each posting of the ledger is a posting there, each balance an assertion.

use std::io::Write;

use rusqlite::{Connection, params};
use stampcard_engine::{MemberState, apply};
use stampcard_model::{Account, Entry, MemberId, Points, ProgramId};

use super::{TransferError, entries, members};
use crate::store::sqlite::rows;

/// Writes the journal: the accounts and commodities, each entry as a transaction, and what the balances are kept as.
pub(super) fn write(
    connection: &Connection,
    program: Option<&ProgramId>,
    out: &mut dyn Write,
) -> Result<(), TransferError> {
    let members = members(connection, program)?;
    for together in members.chunk_by(|(a, _), (b, _)| a == b) {
        if let Some((program, _)) = together.first() {
            let id = name(program.as_str());
            writeln!(out, "commodity 1000. \"{id}\"")?;
            for account in ["issued", "redeemed", "expired", "adjusted"] {
                writeln!(out, "account {id}:{account}")?;
            }
        }
    }
    for (program, member) in &members {
        let book = Book { program: name(program.as_str()), member: name(member.as_str()) };
        for account in [Account::Available, Account::Pending, Account::Held, Account::Owed] {
            writeln!(out, "account {}", book.account(account))?;
        }
    }
    for (program, member) in &members {
        let book = Book { program: name(program.as_str()), member: name(member.as_str()) };
        let mut state = MemberState::default();
        entries(connection, program, member, |entry, balance_after, _| {
            apply(&mut state, &entry);
            book.transaction(out, &entry, balance_after, &state)
        })?;
        if state.last_seq > 0 {
            book.kept(connection, out, program, member, &state)?;
        }
    }
    Ok(out.flush()?)
}

/// A member's accounts.
struct Book {
    program: String,
    member: String,
}

impl Book {
    fn account(&self, account: Account) -> String {
        let Self { program, member } = self;
        match account {
            Account::Available => format!("{program}:members:{member}:available"),
            Account::Pending => format!("{program}:members:{member}:pending"),
            Account::Held => format!("{program}:members:{member}:held"),
            Account::Owed => format!("{program}:members:{member}:owed"),
            Account::Issued => format!("{program}:issued"),
            Account::Redeemed => format!("{program}:redeemed"),
            Account::Expired => format!("{program}:expired"),
            Account::Adjusted => format!("{program}:adjusted"),
        }
    }

    /// An entry. The balance of the available points is the one that was kept with it, the others follow from replaying.
    fn transaction(
        &self,
        out: &mut dyn Write,
        entry: &Entry,
        balance_after: Points,
        state: &MemberState,
    ) -> Result<(), TransferError> {
        let Self { program, member } = self;
        let (seq, kind) = (entry.seq, entry.body.kind().name());
        writeln!(out, "\n{} ({member}-{seq}) {kind}  ; at: {}", day(entry), entry.occurred_at)?;
        for posting in &entry.postings {
            let account = self.account(posting.account);
            let after = match posting.account {
                Account::Available => Some(balance_after.signed()),
                Account::Pending => Some(state.balance.pending.signed()),
                Account::Held => Some(state.balance.held.signed()),
                // What is owed is less than nothing.
                Account::Owed => Some(-state.balance.owed.signed()),
                Account::Issued | Account::Redeemed | Account::Expired | Account::Adjusted => None,
            };
            write!(out, "    {account}  {} \"{program}\"", posting.delta)?;
            match after {
                Some(after) => writeln!(out, " = {after} \"{program}\"")?,
                None => writeln!(out)?,
            }
        }
        if entry.postings.is_empty() {
            // It moved nothing, but the balance beside it is asserted all the same.
            self.assert(out, Account::Available, balance_after.signed())?;
        }
        Ok(())
    }

    /// The balances that are kept beside the entries, and the points that are left in the lots.
    fn kept(
        &self,
        connection: &Connection,
        out: &mut dyn Write,
        program: &ProgramId,
        member: &MemberId,
        state: &MemberState,
    ) -> Result<(), TransferError> {
        let key = params![program.as_str(), member.as_str()];
        let balance = connection
            .prepare_cached(
                "SELECT available, pending, held, owed FROM balance WHERE program_id = ?1 AND member_id = ?2",
            )?
            .query_row(key, |row| {
                Ok([
                    (Account::Available, rows::points(row, "available")?.signed()),
                    (Account::Pending, rows::points(row, "pending")?.signed()),
                    (Account::Held, rows::points(row, "held")?.signed()),
                    (Account::Owed, -rows::points(row, "owed")?.signed()),
                ])
            })?;
        let at = state.last_at.map(stampcard_model::Timestamp::civil_date).unwrap_or_default();
        writeln!(out, "\n{} ({}) kept", date(at), self.member)?;
        for (account, points) in balance {
            self.assert(out, account, points)?;
        }
        Ok(())
    }

    fn assert(&self, out: &mut dyn Write, account: Account, points: i64) -> Result<(), TransferError> {
        let (account, program) = (self.account(account), &self.program);
        Ok(writeln!(out, "    {account}  0 \"{program}\" = {points} \"{program}\"")?)
    }
}

fn day(entry: &Entry) -> String {
    date(entry.occurred_at.civil_date())
}

fn date((year, month, day): (i32, u8, u8)) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// An identifier as a part of an account's name: what hledger reads otherwise is written in hexadecimal digits.
fn name(id: &str) -> String {
    id.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => char::from(byte).to_string(),
            other => format!("~{other:02x}"),
        })
        .collect()
}
