//! JSON lines to a ledger: every entry is applied again, and what comes of it must be what the lines say.

use std::{
    collections::BTreeSet,
    io::{self, BufRead, Read as _},
    path::Path,
};

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use stampcard_engine::{MemberState, apply};
use stampcard_model::{Entry, MemberId, Points, ProgramId, Refusal, Timestamp};

use super::{FORMAT, Fault, Person, Reward, Row, TransferError, hex, jsonl};
use crate::{
    Seams,
    store::{
        Consent, Feedback, Referral, ReferralReward, Reviewed, StoreError, Told,
        sqlite::{
            load::{Kept, Key},
            nudges, open, people, persist, personal, referrals, reviews, verify,
        },
    },
};

/// The longest line that is read: a program with thousands of rewards in many languages is shorter.
const LINE_BYTES_MAX: u64 = 16 << 20;

/// What was imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Members.
    pub members: u64,
    /// Entries of their ledgers.
    pub entries: u64,
}

/// Reads JSON lines into a new database: whole, proven, or not at all.
///
/// Each entry is applied to the member's state by the engine, and must lead to the balance that its line says. In the
/// end every invariant of [`crate::verify`] must hold, and exporting it again must give the very same text.
///
/// # Errors
/// [`TransferError::NotEmpty`] when the database holds something; otherwise what is wrong with the text or the file.
pub fn import(file: &Path, text: impl BufRead, seams: &Seams) -> Result<Imported, TransferError> {
    let _lock = open::lock(file)?;
    let (mut connection, _) = open::open_to_write(file, seams)?;
    let transaction = connection.transaction()?;
    let used: bool = transaction.query_row(
        "SELECT EXISTS (SELECT 1 FROM program) OR EXISTS (SELECT 1 FROM member)",
        [],
        |row| row.get(0),
    )?;
    if used {
        return Err(TransferError::NotEmpty);
    }
    let read = read(&transaction, text)?;
    let report = verify::report(&transaction)?;
    if !report.holds() {
        return Err(TransferError::Unproven(Box::new(report)));
    }
    if jsonl::write(&transaction, None, read.exported_at, &mut io::sink())? != read.sha256 {
        return Err(TransferError::Altered);
    }
    transaction.commit()?;
    Ok(read.imported)
}

struct Read {
    imported: Imported,
    exported_at: Timestamp,
    sha256: String,
}

fn read(connection: &Connection, mut text: impl BufRead) -> Result<Read, TransferError> {
    let mut reader = Reader {
        connection,
        exported_at: None,
        versions: BTreeSet::new(),
        member: None,
        imported: Imported::default(),
    };
    let mut hash = Sha256::new();
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        number += 1;
        let at = |fault| TransferError::Line { line: number, fault };
        text.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Err(at(Fault::Cut));
        }
        let row: Row = serde_json::from_slice(&line).map_err(|error| at(Fault::Shape(error)))?;
        if let Row::End { lines, sha256 } = row {
            let whole = lines == number - 1 && sha256 == hex(&hash.finalize()) && text.fill_buf()?.is_empty();
            let exported_at = reader.exported_at.filter(|_| whole).ok_or_else(|| at(Fault::Cut))?;
            reader.close_member().map_err(at)?;
            return Ok(Read { imported: reader.imported, exported_at, sha256 });
        }
        hash.update(&line);
        reader.take(row).map_err(at)?;
    }
}

struct Reader<'a> {
    connection: &'a Connection,
    exported_at: Option<Timestamp>,
    versions: BTreeSet<(ProgramId, u32)>,
    member: Option<(ProgramId, MemberId, MemberState)>,
    imported: Imported,
}

impl From<rusqlite::Error> for Fault {
    fn from(_: rusqlite::Error) -> Self {
        Self::Table
    }
}

impl From<StoreError> for Fault {
    fn from(_: StoreError) -> Self {
        Self::Table
    }
}

impl Reader<'_> {
    fn take(&mut self, row: Row) -> Result<(), Fault> {
        let first = self.exported_at.is_none();
        match row {
            Row::Ledger { format, exported_at } if first => {
                self.exported_at = Some(exported_at);
                if format == FORMAT { Ok(()) } else { Err(Fault::Format(format)) }
            }
            _ if first => Err(Fault::Place),
            Row::Ledger { .. } | Row::End { .. } => Err(Fault::Place),
            Row::Program { .. } if self.member.is_some() => Err(Fault::Place),
            Row::Program { in_force_at, document } => {
                let text = serde_json::to_string(&document).map_err(Fault::Shape)?;
                self.connection
                    .prepare_cached(
                        "INSERT INTO program (program_id, version, document, in_force_at) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![document.id.as_str(), document.version, text, in_force_at.as_millis()])?;
                self.versions.insert((document.id, document.version));
                Ok(())
            }
            Row::Member { program_id, id, enrolled_at, person, erased_at } => {
                self.close_member()?;
                self.open_member(program_id, id, enrolled_at, person, erased_at)
            }
            Row::Consent { purpose, granted, version, text, locale, decided_at, origin, token_id } => {
                let consent =
                    Consent { purpose, granted, version, text, locale, decided_at, origin, token_id };
                Ok(personal::decide(self.connection, self.key()?, &consent)?)
            }
            Row::Feedback { survey_id, score, comment, told_at } => {
                let feedback = Feedback { survey_id, score, comment, told_at };
                let first = personal::tell(self.connection, self.key()?, &feedback)?;
                if first { Ok(()) } else { Err(Fault::Table) }
            }
            Row::Referral { program_id, id, advocate_id, friend_id, followed_at, fault, reward } => {
                let reward = reward.map(|Reward { order_id, rewarded_at, withheld, taken_back_at }| {
                    let withheld = withheld.as_deref().and_then(Refusal::from_code);
                    ReferralReward { order_id, rewarded_at, withheld, taken_back_at }
                });
                let (seq, advocate, friend) = (0, advocate_id, friend_id);
                let referral = Referral { seq, id, advocate, friend, followed_at, fault, reward };
                Ok(referrals::add(self.connection, &program_id, &referral)?)
            }
            Row::Nudge { kind, occasion, told_at } => {
                let first = nudges::keep(self.connection, self.key()?, &Told { kind, occasion, told_at })?;
                if first { Ok(()) } else { Err(Fault::Table) }
            }
            Row::Review {
                redemption_id,
                place,
                held_at,
                reasons,
                decision,
                decided_at,
                decided_by,
                note,
            } => {
                let place = Some(place);
                let reviewed = Reviewed {
                    redemption_id,
                    place,
                    held_at,
                    reasons,
                    decision,
                    decided_at,
                    decided_by,
                    note,
                };
                Ok(reviews::keep(self.connection, self.key()?, &reviewed)?)
            }
            Row::Entry { program_id, member_id, recorded_at, balance_after, entry } => {
                self.entry(&program_id, &member_id, recorded_at, balance_after, &entry)
            }
            Row::VoucherUse { program_id, code, used_at, used_for } => {
                let used = self
                    .connection
                    .prepare_cached(
                        "UPDATE voucher SET used_at = ?3, used_for = ?4
                         WHERE program_id = ?1 AND code = ?2 AND used_at IS NULL",
                    )?
                    .execute(params![
                        program_id.as_str(),
                        code.as_str(),
                        used_at.as_millis(),
                        used_for.as_ref().map(stampcard_model::OrderId::as_str),
                    ])?;
                if used == 1 { Ok(()) } else { Err(Fault::Unknown) }
            }
        }
    }

    fn open_member(
        &mut self,
        program: ProgramId,
        member: MemberId,
        enrolled_at: Timestamp,
        person: Option<Person>,
        erased_at: Option<Timestamp>,
    ) -> Result<(), Fault> {
        if !self.versions.iter().any(|(known, _)| *known == program) {
            return Err(Fault::Unknown);
        }
        let person = person.map(|person| person.into_member(member.clone(), enrolled_at));
        let key = Key { program: &program, member: &member };
        people::add(self.connection, key, enrolled_at, person.as_ref())?;
        if let Some(erased_at) = erased_at {
            self.connection
                .prepare_cached("INSERT INTO erasure (program_id, member_id, erased_at) VALUES (?1, ?2, ?3)")?
                .execute(params![program.as_str(), member.as_str(), erased_at.as_millis()])?;
        }
        self.imported.members += 1;
        self.member = Some((program, member, MemberState::default()));
        Ok(())
    }

    /// The member that the lines are about.
    fn key(&self) -> Result<Key<'_>, Fault> {
        self.member.as_ref().map(|(program, member, _)| Key { program, member }).ok_or(Fault::Place)
    }

    fn entry(
        &mut self,
        program_id: &ProgramId,
        member_id: &MemberId,
        recorded_at: Timestamp,
        balance_after: Points,
        entry: &Entry,
    ) -> Result<(), Fault> {
        let Some((program, member, state)) = &mut self.member else { return Err(Fault::Place) };
        if (program_id, member_id) != (&*program, &*member)
            || !self.versions.contains(&(program.clone(), entry.program_version))
        {
            return Err(Fault::Unknown);
        }
        if entry.seq != state.last_seq + 1 || state.last_at.is_some_and(|last_at| entry.occurred_at < last_at)
        {
            return Err(Fault::Order);
        }
        if entry.postings.iter().map(|posting| i128::from(posting.delta)).sum::<i128>() != 0 {
            return Err(Fault::Unbalanced);
        }
        apply(state, entry);
        let given = state.balance.available;
        if given != balance_after {
            return Err(Fault::Balance { said: balance_after, given });
        }
        let left = state.lots.iter().map(|lot| u128::from(lot.remaining.get())).sum::<u128>();
        let held = [state.balance.available, state.balance.pending];
        if left != held.iter().map(|points| u128::from(points.get())).sum::<u128>() {
            return Err(Fault::Lots);
        }
        let key = Key { program, member };
        persist::entry(self.connection, key, entry, balance_after, recorded_at)?;
        self.imported.entries += 1;
        Ok(())
    }

    /// Keeps what the entries of the member add up to.
    fn close_member(&mut self) -> Result<(), Fault> {
        match self.member.take() {
            Some((program, member, state)) if state.last_seq > 0 => {
                let key = Key { program: &program, member: &member };
                persist::state(self.connection, key, &MemberState::default(), &state)?;
                // Whether time has done something to the tier is found out by the next sweep.
                Ok(persist::balance(self.connection, key, &state, &Kept::whole(&state), state.last_at)?)
            }
            Some(_) | None => Ok(()),
        }
    }
}
