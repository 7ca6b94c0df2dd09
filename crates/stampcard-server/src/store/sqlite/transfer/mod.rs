//! A ledger as text and back: JSON lines that another server can take over, and a journal that hledger can check.
//!
//! **Invariant:** what an import keeps recomputes identically, or nothing of it is kept.

mod hledger;
mod import;
mod jsonl;

use std::{
    collections::BTreeSet,
    fmt,
    io::{self, Write},
    path::Path,
};

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stampcard_model::{
    Entry, HouseholdId, MemberId, MonthDay, OfferId, OrderId, Points, Program, ProgramId, RedemptionId,
    ReferralCode, ReferralFault, ReferralId, ReviewReason, SegmentId, SurveyId, Timestamp, VoucherCode,
};

use super::{open, rows, verify::Report};
use crate::{
    StartError,
    store::{Birthday, Member},
};

pub use import::{Imported, import};

/// The version of the JSON lines that this version writes and reads.
const FORMAT: u32 = 1;

/// What a ledger is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// JSON lines: everything that makes the ledger, to be imported elsewhere.
    Jsonl,
    /// A journal for hledger, with a balance assertion on each line.
    Hledger,
}

/// A line of the JSON lines. In this order: the header; every version of each program; each member with their entries,
/// the uses of their vouchers, their decisions, what they told, what they were told and what was to be reviewed; who
/// invited whom; the end.
#[derive(Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case", deny_unknown_fields)]
enum Row {
    Ledger {
        format: u32,
        exported_at: Timestamp,
    },
    Program {
        in_force_at: Timestamp,
        document: Box<Program>,
    },
    Member {
        program_id: ProgramId,
        id: MemberId,
        enrolled_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<Person>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        erased_at: Option<Timestamp>,
    },
    Entry {
        program_id: ProgramId,
        member_id: MemberId,
        recorded_at: Timestamp,
        balance_after: Points,
        entry: Box<Entry>,
    },
    VoucherUse {
        program_id: ProgramId,
        code: VoucherCode,
        used_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        used_for: Option<OrderId>,
    },
    /// A decision of the member before it.
    Consent {
        purpose: String,
        granted: bool,
        version: String,
        text: String,
        locale: String,
        decided_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token_id: Option<String>,
    },
    /// What the member before it thinks.
    Feedback {
        survey_id: SurveyId,
        score: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
        told_at: Timestamp,
    },
    /// Who invited whom, after all members.
    Referral {
        program_id: ProgramId,
        id: ReferralId,
        advocate_id: MemberId,
        friend_id: MemberId,
        followed_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fault: Option<ReferralFault>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reward: Option<Reward>,
    },
    /// A reminder that the member before it was told.
    Nudge {
        kind: String,
        occasion: String,
        told_at: Timestamp,
    },
    /// A redemption of the member before it that was to be reviewed.
    Review {
        redemption_id: RedemptionId,
        place: u64,
        held_at: Timestamp,
        reasons: Vec<ReviewReason>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decision: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decided_at: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decided_by: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// The SHA-256 of every byte before this line.
    End {
        lines: u64,
        sha256: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    reference: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    birthday: Option<MonthDay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    birthday_counts_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    segments: BTreeSet<SegmentId>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    offers: BTreeSet<OfferId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    household: Option<HouseholdId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    referral_code: Option<ReferralCode>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reward {
    order_id: OrderId,
    rewarded_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withheld: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taken_back_at: Option<Timestamp>,
}

impl Person {
    fn of(member: Member) -> Self {
        let Member { reference, display_name, birthday, segments, offers, household, referral_code, .. } =
            member;
        Self {
            reference,
            display_name,
            birthday: birthday.map(|birthday| birthday.day),
            birthday_counts_at: birthday.map(|birthday| birthday.counts_at),
            segments,
            offers,
            household,
            referral_code,
        }
    }

    fn into_member(self, id: MemberId, enrolled_at: Timestamp) -> Member {
        let birthday = self.birthday.zip(self.birthday_counts_at);
        Member {
            display_name: self.display_name,
            birthday: birthday.map(|(day, counts_at)| Birthday { day, counts_at }),
            segments: self.segments,
            offers: self.offers,
            household: self.household,
            referral_code: self.referral_code,
            ..Member::new(id, self.reference, enrolled_at)
        }
    }
}

/// Why a ledger was not exported or imported.
#[derive(Debug)]
pub enum TransferError {
    /// The database cannot be used.
    Start(StartError),
    /// A row cannot be read or written.
    Database(rusqlite::Error),
    /// The text cannot be read or written.
    Text(io::Error),
    /// A line is not what must stand there.
    Line {
        /// Which, from 1.
        line: u64,
        /// Why.
        fault: Fault,
    },
    /// The database holds something already.
    NotEmpty,
    /// What was read does not recompute.
    Unproven(Box<Report>),
    /// What was read is not what would be written.
    Altered,
}

/// What is wrong with a line.
#[derive(Debug)]
pub enum Fault {
    /// It is no record.
    Shape(serde_json::Error),
    /// It stands in the wrong place, or is missing.
    Place,
    /// It is of a format that this version does not know.
    Format(u32),
    /// The text ends or changes before its end.
    Cut,
    /// It names a program, member, version or voucher that is not there.
    Unknown,
    /// The number of the entry does not follow, or its instant is before the one before.
    Order,
    /// The postings do not sum to zero.
    Unbalanced,
    /// Replaying the entries gives another balance than the line says.
    Balance {
        /// What the line says.
        said: Points,
        /// What the entries give.
        given: Points,
    },
    /// What is left in the lots is not the balance.
    Lots,
    /// The tables refuse it.
    Table,
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(error) => error.fmt(f),
            Self::Database(error) => write!(f, "The database cannot be read or written: {error}."),
            Self::Text(error) => write!(f, "The text cannot be read or written: {error}."),
            Self::Line { line, fault } => write!(f, "Line {line} {fault}. Nothing was imported."),
            Self::NotEmpty => f.write_str("The database holds something already; import into a new file."),
            Self::Unproven(report) => write!(f, "Nothing was imported, as it does not recompute:\n{report}"),
            Self::Altered => f.write_str(
                "Nothing was imported: exporting it again would give another text than the one read.",
            ),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Where and what sort; the text itself may hold personal data.
            Self::Shape(error) => {
                write!(f, "is no record ({:?} error at column {})", error.classify(), error.column())
            }
            Self::Place => f.write_str("stands in the wrong place"),
            Self::Format(format) => write!(f, "says format {format}, which this version does not know"),
            Self::Cut => f.write_str("does not close a whole text: it was cut or changed"),
            Self::Unknown => f.write_str("names something that is not there"),
            Self::Order => f.write_str("does not follow the entry before"),
            Self::Unbalanced => f.write_str("has postings that do not sum to zero"),
            Self::Balance { said, given } => {
                write!(f, "says a balance of {said}, and the entries give {given}")
            }
            Self::Lots => f.write_str("leaves other points in the lots than in the balance"),
            Self::Table => f.write_str("does not fit into the tables"),
        }
    }
}

impl std::error::Error for TransferError {}

impl From<rusqlite::Error> for TransferError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<io::Error> for TransferError {
    fn from(error: io::Error) -> Self {
        Self::Text(error)
    }
}

impl From<StartError> for TransferError {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}

/// Writes the ledger in `file`, or one program of it, as it is at one instant; a server may go on writing.
///
/// # Errors
/// Fails when the file cannot be read or is no ledger of this version, or `out` takes no more.
pub fn export(
    file: &Path,
    format: Format,
    program: Option<&ProgramId>,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<(), TransferError> {
    let mut connection = open::open_to_read(file)?;
    open::require_present_version(&connection, file)?;
    let transaction = connection.transaction()?;
    match format {
        Format::Jsonl => jsonl::write(&transaction, program, now, out).map(drop),
        Format::Hledger => hledger::write(&transaction, program, out),
    }
}

/// Lines with their number and the hash of all of them.
struct Lines<'a> {
    out: &'a mut dyn Write,
    hash: Sha256,
    count: u64,
}

impl<'a> Lines<'a> {
    fn new(out: &'a mut dyn Write) -> Self {
        Self { out, hash: Sha256::new(), count: 0 }
    }

    fn write(&mut self, row: &Row) -> Result<(), TransferError> {
        let mut line = serde_json::to_vec(row).map_err(io::Error::other)?;
        line.push(b'\n');
        self.hash.update(&line);
        self.count += 1;
        Ok(self.out.write_all(&line)?)
    }

    /// Writes the end; answers with the hash of everything before it.
    fn end(mut self) -> Result<String, TransferError> {
        let sha256 = hex(&self.hash.clone().finalize());
        self.write(&Row::End { lines: self.count, sha256: sha256.clone() })?;
        self.out.flush()?;
        Ok(sha256)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Calls `each` with every entry of a member, oldest first, and the balance after it.
fn entries(
    connection: &Connection,
    program: &ProgramId,
    member: &MemberId,
    mut each: impl FnMut(Entry, Points, Timestamp) -> Result<(), TransferError>,
) -> Result<(), TransferError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, occurred_at, recorded_at, program_version, postings, body, balance_after FROM entry
         WHERE program_id = ?1 AND member_id = ?2 ORDER BY seq",
    )?;
    let mut found = statement.query(params![program.as_str(), member.as_str()])?;
    while let Some(row) = found.next()? {
        let line = rows::line(row)?;
        each(line.entry, line.balance_after, rows::instant(row, "recorded_at")?)?;
    }
    Ok(())
}

/// The members of a program, or of all.
fn members(
    connection: &Connection,
    program: Option<&ProgramId>,
) -> Result<Vec<(ProgramId, MemberId)>, TransferError> {
    let members = connection
        .prepare(
            "SELECT program_id, member_id FROM member WHERE ?1 IS NULL OR program_id = ?1
             ORDER BY program_id, member_id",
        )?
        .query_map([program.map(ProgramId::as_str)], |row| {
            Ok((rows::word(row, "program_id")?, rows::word(row, "member_id")?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(members)
}
