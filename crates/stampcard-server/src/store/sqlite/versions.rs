//! The versions of a program that entries were or will be booked under.

use std::{collections::BTreeMap, error::Error, path::Path, sync::Arc};

use rusqlite::{Connection, params};
use stampcard_model::{Program, ProgramId, Timestamp};

use super::{open::failed, rows};
use crate::{ProgramInForce, StartError};

type Kept = BTreeMap<u32, (Program, Timestamp)>;

/// Keeps the versions of a program from `first` on that are or will be in force, and tells each of all that are kept.
///
/// A version that has been in force is never changed, and none before it comes back. One that is still to come may be
/// changed and taken back.
pub(super) fn put_in_force(
    connection: &mut Connection,
    file: &Path,
    first: &Arc<ProgramInForce>,
    now: Timestamp,
) -> Result<(), StartError> {
    let program = first.program.id.clone();
    if first.begins_at() > now {
        return Err(StartError::ProgramTooEarly { program, effective_at: first.begins_at() });
    }
    let kept = keep(connection, first, now).map_err(|error| failed(file, &error))?;
    match kept {
        Ok(versions) => {
            let versions = Arc::new(versions);
            first.and_later().for_each(|version| version.remember(Arc::clone(&versions)));
            Ok(())
        }
        Err(latest) => Err(StartError::ProgramVersion { program, next: latest.saturating_add(1) }),
    }
}

/// The versions that are kept now, or, with nothing changed, the latest of those that the given ones contradict.
fn keep(
    connection: &mut Connection,
    first: &Arc<ProgramInForce>,
    now: Timestamp,
) -> Result<Result<BTreeMap<u32, Program>, u32>, Box<dyn Error>> {
    let id = &first.program.id;
    let is_given = |document: &Program| first.and_later().any(|given| given.program == *document);
    let transaction = connection.transaction()?;
    let mut kept = Kept::new();
    for (version, (document, in_force_at)) in kept_versions(&transaction, id)? {
        // The entries are only looked through for a version that was to come and is given no more.
        if in_force_at > now && !is_given(&document) && !has_booked(&transaction, id, version)? {
            take_back(&transaction, id, version)?;
        } else {
            kept.insert(version, (document, in_force_at));
        }
    }
    let latest = kept.keys().next_back().copied().unwrap_or_default();
    let present = first.at(now).program.version;
    let overtaken = kept
        .range(present.saturating_add(1)..)
        .any(|(_, (document, in_force_at))| *in_force_at <= now || !is_given(document));
    if overtaken {
        return Ok(Err(latest));
    }
    for given in first.and_later() {
        let version = given.program.version;
        match kept.get(&version) {
            Some((document, _)) if *document == given.program => {}
            Some(_) => return Ok(Err(latest)),
            // It was never in force here.
            None if version < present => {}
            None => {
                let in_force_at = given.begins_at().max(now);
                keep_version(&transaction, &given.program, in_force_at)?;
                kept.insert(version, (given.program.clone(), in_force_at));
            }
        }
    }
    transaction.commit()?;
    Ok(Ok(kept.into_iter().map(|(version, (document, _))| (version, document)).collect()))
}

/// Every version that is kept, with when it came or comes into force.
fn kept_versions(connection: &Connection, id: &ProgramId) -> Result<Kept, Box<dyn Error>> {
    let mut statement =
        connection.prepare("SELECT version, document, in_force_at FROM program WHERE program_id = ?1")?;
    let mut found = statement.query([id.as_str()])?;
    let mut kept = Kept::new();
    while let Some(row) = found.next()? {
        let document = serde_json::from_str(row.get_ref(1)?.as_str()?)?;
        kept.insert(row.get(0)?, (document, rows::instant(row, "in_force_at")?));
    }
    Ok(kept)
}

fn keep_version(
    connection: &Connection,
    program: &Program,
    in_force_at: Timestamp,
) -> Result<(), Box<dyn Error>> {
    let document = serde_json::to_string(program)?;
    connection.execute(
        "INSERT INTO program (program_id, version, document, in_force_at) VALUES (?1, ?2, ?3, ?4)",
        params![program.id.as_str(), program.version, document, in_force_at.as_millis()],
    )?;
    Ok(())
}

/// Whether some entry was booked under a version that is to come: after a clock went back it may have been.
fn has_booked(connection: &Connection, id: &ProgramId, version: u32) -> rusqlite::Result<bool> {
    connection
        .prepare("SELECT 1 FROM entry WHERE program_id = ?1 AND program_version = ?2")?
        .exists(params![id.as_str(), version])
}

fn take_back(connection: &Connection, id: &ProgramId, version: u32) -> rusqlite::Result<usize> {
    connection
        .execute("DELETE FROM program WHERE program_id = ?1 AND version = ?2", params![id.as_str(), version])
}
