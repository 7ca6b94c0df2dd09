//! Runs cases of the engine: a program, what is known of a member, and commands, each with what it brings in words.
//!
//! The same code runs natively and, as a module without any imports, in wasm; both must write the same bytes.

mod command;
mod telling;
#[cfg(target_arch = "wasm32")]
mod wasm;

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stampcard_engine::{Context, MemberState, Profile, Zone, apply, decide, replay};
use stampcard_model::{
    Entry, MonthDay, OfferId, Points, Program, ProgramFault, PurposeId, ReferralId, SegmentId, Timestamp,
};

/// One case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// Values at places of the plain program: by JSON pointer, without the slash in front.
    #[serde(default)]
    program: BTreeMap<String, Value>,
    /// What is known of the member.
    #[serde(default)]
    member: Known,
    /// Hours that the program's time zone is ahead of UTC.
    #[serde(default)]
    hours_east: i64,
    /// An instant or a day, a command, and what it brings in words.
    pub steps: Vec<(String, Value, String)>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Known {
    joined_at: Option<Timestamp>,
    birthday: Option<MonthDay>,
    segments: Vec<SegmentId>,
    consents: Vec<PurposeId>,
    offers: Vec<OfferId>,
    referral: Option<ReferralId>,
    /// What all members have earned together.
    issued: Points,
}

/// What a case came to.
#[derive(Serialize)]
pub struct Came {
    /// Its name.
    pub name: String,
    /// What each step brought, in words.
    pub told: Vec<String>,
    /// What each step brought: entries.
    pub entries: Vec<Vec<Entry>>,
}

/// Runs all cases of a file over the plain program. Whatever is wrong with the file is the text of an error.
///
/// # Errors
/// Fails on a case that has no usable shape, or whose program has faults.
pub fn run(plain: &str, cases: &str) -> Result<Vec<Came>, String> {
    let plain: Value = serde_json::from_str(plain).map_err(|error| error.to_string())?;
    let cases: Vec<Case> = serde_json::from_str(cases).map_err(|error| error.to_string())?;
    cases.into_iter().map(|case| one(&plain, case)).collect()
}

fn one(plain: &Value, case: Case) -> Result<Came, String> {
    let named = |error: String| format!("{}: {error}", case.name);
    let program = program(plain, &case.program).map_err(named)?;
    let Known { joined_at, birthday, segments, consents, offers, referral, issued } = case.member;
    let profile = Profile {
        joined_at,
        birthday,
        impersonal: false,
        segments: segments.into_iter().collect(),
        consents: consents.into_iter().collect(),
        offers: offers.into_iter().collect(),
        referral,
    };
    let zone = East(case.hours_east);
    let mut came = Came { name: case.name.clone(), told: Vec::new(), entries: Vec::new() };
    let mut member = MemberState::default();
    for (at, command, _) in &case.steps {
        let named = |error: String| format!("{} at {at}: {error}", case.name);
        let text = if at.contains('T') { at.clone() } else { format!("{at}T00:00:00Z") };
        let now = Timestamp::parse(&text).map_err(|_| named("no instant".to_owned()))?;
        let context = Context { profile: &profile, issued, ..Context::new(&program, &zone, now) };
        let (told, entries) = if let Some(told) = telling::of_member(&context, &member, command) {
            (told, Vec::new())
        } else {
            let command = command::read(&Arc::new(program.clone()), &member, command).map_err(named)?;
            match decide(&context, &member, &command) {
                Ok(entries) => (telling::of_entries(now, &entries), entries),
                Err(refusal) => (format!("refused: {refusal}"), Vec::new()),
            }
        };
        entries.iter().for_each(|entry| apply(&mut member, entry));
        came.told.push(told);
        came.entries.push(entries);
    }
    if replay(came.entries.iter().flatten()) != member {
        return Err(named("replaying the entries gives another member".to_owned()));
    }
    Ok(came)
}

fn program(plain: &Value, changes: &BTreeMap<String, Value>) -> Result<Program, String> {
    let mut document = plain.clone();
    for (place, value) in changes {
        let (parent, field) = place.rsplit_once('/').unwrap_or(("", place));
        let parent = if parent.is_empty() { String::new() } else { format!("/{parent}") };
        let slot = match document.pointer_mut(&parent) {
            Some(Value::Array(items)) => field.parse::<usize>().ok().and_then(|index| items.get_mut(index)),
            Some(Value::Object(fields)) => Some(fields.entry(field).or_insert(Value::Null)),
            Some(_) | None => None,
        };
        *slot.ok_or_else(|| format!("{place} names no place"))? = value.clone();
    }
    let program: Program = serde_json::from_value(document).map_err(|error| error.to_string())?;
    let tell = |fault: &ProgramFault| format!("{} {}", fault.pointer, fault.detail);
    let faults: Vec<String> = program.faults().iter().map(tell).collect();
    if faults.is_empty() { Ok(program) } else { Err(faults.join(", ")) }
}

/// A time zone that is always so many hours ahead of UTC.
struct East(i64);

const HOUR_MS: i64 = 3_600_000;

impl Zone for East {
    fn date_at(&self, at: Timestamp) -> (i32, u8, u8) {
        at.plus_millis(self.0 * HOUR_MS).civil_date()
    }

    fn start_of_date(&self, year: i32, month: u8, day: u8) -> Timestamp {
        Timestamp::from_civil_date(year, month, day).plus_millis(-self.0 * HOUR_MS)
    }
}
