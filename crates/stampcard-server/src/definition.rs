//! A program's document: read from a file, checked, and put in order with its other versions.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use serde_json::Value;
use stampcard_model::{Program, ProgramFault};

use crate::{
    ProgramInForce, StartError,
    http::{is_list_for_object, json_pointer},
};

/// The largest document that is read: one with thousands of rewards in many languages is smaller.
const BYTES_MAX: u64 = 16 << 20;

/// Reads and checks a program file.
///
/// # Errors
/// [`StartError::ProgramUnreadable`], [`StartError::ProgramMisshapen`] or [`StartError::ProgramFaulty`].
pub fn read_program(file: &Path) -> Result<Program, StartError> {
    let place = || file.display().to_string();
    let bytes = read(file)
        .map_err(|error| StartError::ProgramUnreadable { place: place(), reason: error.to_string() })?;
    let program = parse(&bytes).map_err(|fault| StartError::ProgramMisshapen { place: place(), fault })?;
    ProgramInForce::new(program).map(|in_force| in_force.program)
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    let fits = u64::try_from(bytes.len()).is_ok_and(|length| length <= BYTES_MAX);
    if fits { Ok(bytes) } else { Err(io::Error::other(format!("it has more than {BYTES_MAX} bytes"))) }
}

/// Reads JSON of exactly the shape of a program.
fn parse(bytes: &[u8]) -> Result<Program, ProgramFault> {
    let fault = |pointer: String, detail: String| ProgramFault { pointer, detail };
    // First whether it is JSON at all, to its end: the shape is only asked of what is.
    let given: Value = serde_json::from_slice(bytes)
        .map_err(|error| fault(String::new(), format!("is no JSON: {error}")))?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let program: Program = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let detail = error.inner().to_string();
        fault(json_pointer(error.path(), &detail), format!("is not what stands there: {detail}"))
    })?;
    // A word that no program knows is read as such and cannot be written; that is a fault with its own place.
    if let Ok(read) = serde_json::to_value(&program) {
        let mut place = String::new();
        if is_list_for_object(&given, &read, &mut place) {
            return Err(fault(place, "is not an object".to_owned()));
        }
        if let Some(stray) = stray_field(&given, &read, "") {
            return Err(fault(stray, "is no field of this type".to_owned()));
        }
    }
    Ok(program)
}

/// A field that serde passes over in the one of several types that it chose: where the type has no fields of its own, and
/// in what a reward is, which pages must be able to read in a later form.
fn stray_field(given: &Value, read: &Value, place: &str) -> Option<String> {
    match (given, read) {
        (Value::Object(given), Value::Object(read)) => {
            let chosen = read.get("type").is_some_and(Value::is_string);
            let all = chosen && (read.len() == 1 || place.ends_with("/kind"));
            given.iter().find_map(|(name, given)| match read.get(name) {
                Some(read) => stray_field(given, read, &format!("{place}/{}", json_name(name))),
                None if all => Some(format!("{place}/{}", json_name(name))),
                // What is left out when it is written is the type without fields that a field has by itself.
                None => given.as_object().filter(|given| given.contains_key("type")).and_then(|given| {
                    let stray = given.keys().find(|name| *name != "type")?;
                    Some(format!("{place}/{}/{}", json_name(name), json_name(stray)))
                }),
            })
        }
        (Value::Array(given), Value::Array(read)) => given
            .iter()
            .zip(read)
            .enumerate()
            .find_map(|(index, (given, read))| stray_field(given, read, &format!("{place}/{index}"))),
        _ => None,
    }
}

/// A name as it stands in a JSON pointer (RFC 6901).
fn json_name(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The versions of one program in the order in which they come into force.
///
/// # Errors
/// [`StartError::ProgramFaulty`] for the first that does not follow the one before it.
pub(crate) fn in_order(mut programs: Vec<Program>) -> Result<Vec<Program>, StartError> {
    programs.sort_by_key(|program| program.version);
    for pair in programs.windows(2) {
        if let [before, after] = pair {
            let faults = faults_between(before, after);
            if !faults.is_empty() {
                return Err(StartError::ProgramFaulty { program: after.id.clone(), faults });
            }
        }
    }
    Ok(programs)
}

/// Why a version cannot take the place of the one before it.
fn faults_between(before: &Program, after: &Program) -> Vec<ProgramFault> {
    let mut faults = Vec::new();
    let mut check = |fits: bool, pointer: &str, detail: String| {
        if !fits {
            faults.push(ProgramFault { pointer: pointer.to_owned(), detail });
        }
    };
    let (first, second) = (before.version, after.version);
    check(before.id == after.id, "/id", format!("is not {}, which version {first} has", before.id));
    check(first != second, "/version", format!("stands twice: there are two versions {first}"));
    match (before.effective_at, after.effective_at) {
        (_, None) => {
            let detail =
                format!("is missing from version {second}, which takes the place of version {first}");
            check(first == second, "/effective_at", detail);
        }
        (Some(begins_at), Some(then)) => {
            let detail = format!("of version {second} is not after that of version {first}");
            check(first == second || then > begins_at, "/effective_at", detail);
        }
        (None, Some(_)) => {}
    }
    faults
}
