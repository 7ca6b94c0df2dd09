//! Checks a ledger that may be in use: the invariants of the ledger, on the tables as they are at one instant.
//!
//! **Invariant:** nothing is written, and what is wrong is named by surrogates alone.

mod member;
mod program;

use std::{fmt, path::Path};

use rusqlite::Connection;
use stampcard_model::{MemberId, ProgramId};

use super::{load::Key, open, rows};
use crate::StartError;

/// How many faults of one invariant are listed; all are counted.
const LISTED_MAX: usize = 20;

macro_rules! invariants {
    ($($name:ident = $sentence:literal,)*) => {
        /// What must hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Invariant {
            $(#[doc = $sentence] $name,)*
        }

        impl Invariant {
            /// Every invariant, in the order of checking.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What must hold, as a sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

invariants! {
    Sound = "The file and its references are sound.",
    Guarded = "Entries and draws cannot be changed or removed.",
    Readable = "Every row can be read.",
    PostingsBalance = "The postings of each entry sum to zero.",
    ProgramBalances = "The postings of each program sum to zero, against what its members have.",
    Gapless = "The entries of each member are numbered from 1 without gaps, and none is older than the one before.",
    BalanceExplained = "Each balance is the sum of the member's entries, and each entry says the balance after it.",
    LotsExplainBalance = "The available points of each member are those left in lots, and no account is below zero.",
    DrawsExplainLots = "What is left of each lot is what was put in less what was drawn.",
    ReversedOnce = "Each reversal names an accrual, and none is reversed twice.",
    RedemptionsExact = "Each redemption draws exactly its price and has issued one voucher.",
    ReviewsQueued = "Each redemption that is held for review waits in the queue, and nothing else does.",
    UnitsCounted = "As many units of each reward are taken as were redeemed, by each member and by all.",
    OrdersKnown = "Each booked order is known, with what it earned and whether it was taken back.",
    ReferralsKnown = "Each invitation that was rewarded names the friend's order, and what the advocate earned names the invitation.",
    Replayed = "Replaying the entries of each member gives the balance, the lots and what counts towards the tier.",
}

/// What a verification looked at and found.
#[derive(Clone, Debug)]
pub struct Report {
    findings: Vec<Finding>,
}

/// One invariant with what was found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What must hold.
    pub invariant: Invariant,
    /// How many things it was checked on.
    pub checked: u64,
    /// How many times it did not hold.
    pub wrong: u64,
    /// Where it did not hold: the first 20.
    pub places: Vec<String>,
}

impl Report {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.findings.iter().all(|finding| finding.wrong == 0)
    }

    /// Each invariant with what was found.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn new() -> Self {
        let empty = |invariant: &Invariant| Finding {
            invariant: *invariant,
            checked: 0,
            wrong: 0,
            places: Vec::new(),
        };
        Self { findings: Invariant::ALL.iter().map(empty).collect() }
    }

    /// Notes that an invariant was checked once, and the place if it does not hold.
    fn check(&mut self, invariant: Invariant, holds: bool, place: impl FnOnce() -> String) {
        if let Some(finding) = self.findings.iter_mut().find(|finding| finding.invariant == invariant) {
            finding.checked += 1;
            if !holds {
                finding.wrong += 1;
                if finding.places.len() < LISTED_MAX {
                    finding.places.push(place());
                }
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let verdict = if finding.wrong == 0 { "holds" } else { "FAILS" };
            writeln!(f, "{verdict}  {:>9} checked  {}", finding.checked, finding.invariant.sentence())?;
            for place in &finding.places {
                writeln!(f, "         wrong: {place}")?;
            }
            let more = finding.wrong.saturating_sub(finding.places.len() as u64);
            if more > 0 {
                writeln!(f, "         and {more} more")?;
            }
        }
        Ok(())
    }
}

/// Checks every invariant on the ledger in `file`, as it is at one instant; a server may go on writing.
///
/// # Errors
/// Fails when the file cannot be read or is no ledger of this version.
pub fn verify(file: &Path) -> Result<Report, StartError> {
    let mut connection = open::open_to_read(file)?;
    open::require_present_version(&connection, file)?;
    let whole = connection.transaction().and_then(|transaction| report(&transaction));
    whole.map_err(|error| open::failed(file, &error))
}

/// Checks every invariant on the tables as a transaction sees them.
pub(super) fn report(connection: &Connection) -> rusqlite::Result<Report> {
    let mut report = Report::new();
    sound(connection, &mut report)?;
    for (program, member) in members(connection)? {
        let key = Key { program: &program, member: &member };
        let checked = member::check(connection, key, &mut report);
        unless_unreadable(checked, &mut report, || format!("{member} of {program}"))?;
    }
    let checked = program::check(connection, &mut report);
    unless_unreadable(checked, &mut report, || "the sums of all members".to_owned())?;
    Ok(report)
}

/// What no column may hold is a finding; whatever else keeps a table from being read is an error.
fn unless_unreadable(
    checked: rusqlite::Result<()>,
    report: &mut Report,
    place: impl Fn() -> String,
) -> rusqlite::Result<()> {
    match checked {
        Err(
            error @ (rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)),
        ) => {
            report.check(Invariant::Readable, false, || format!("{}: {error}", place()));
            Ok(())
        }
        checked => checked,
    }
}

fn sound(connection: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut integrity = connection.prepare("PRAGMA integrity_check")?;
    for line in integrity.query_map([], |row| row.get::<_, String>(0))? {
        let line = line?;
        report.check(Invariant::Sound, line == "ok", || line);
    }
    let mut dangling = connection.prepare("PRAGMA foreign_key_check")?;
    for table in dangling.query_map([], |row| row.get::<_, String>(0))? {
        let table = table?;
        report.check(Invariant::Sound, false, || format!("a row of {table} refers to nothing"));
    }
    for trigger in
        ["entry_is_never_changed", "entry_is_never_removed", "draw_is_never_changed", "draw_is_never_removed"]
    {
        let there = connection
            .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = ?1")?
            .exists([trigger])?;
        report.check(Invariant::Guarded, there, || format!("the trigger {trigger} is missing"));
    }
    Ok(())
}

fn members(connection: &Connection) -> rusqlite::Result<Vec<(ProgramId, MemberId)>> {
    connection
        .prepare("SELECT program_id, member_id FROM member ORDER BY program_id, member_id")?
        .query_map([], |row| Ok((rows::word(row, "program_id")?, rows::word(row, "member_id")?)))?
        .collect()
}
