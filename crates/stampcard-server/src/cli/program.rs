//! `stampcard-server program …`: what there is to do with a program's document.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use stampcard_model::{Program, ProgramFault};

use crate::{
    Language, StartError,
    changes::changes,
    definition::{in_order, read_program},
    explain, program_schema,
    starter::{Beginning, begin},
};

/// What to do with a program's document.
#[derive(Subcommand)]
pub(super) enum ProgramTask {
    /// List everything that is wrong with a definition. Of several files, the versions of one program, also what changes from
    /// each to the next.
    Check {
        /// JSON files, one for each version.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Say in plain words what a program does.
    Explain {
        /// A JSON file.
        file: PathBuf,
        /// The language to say it in.
        #[arg(long, value_enum, default_value = "en")]
        locale: Language,
    },
    /// Print a small program to start from.
    New(Beginning),
    /// Print the JSON Schema (2020-12) of programs.
    Schema,
}

pub(super) fn run(task: ProgramTask) -> Result<ExitCode, StartError> {
    match task {
        ProgramTask::Check { files } => check(&files),
        ProgramTask::Explain { file, locale } => {
            print!("{}", explain(&read_program(&file)?, locale));
            Ok(ExitCode::SUCCESS)
        }
        ProgramTask::New(beginning) => new(beginning),
        ProgramTask::Schema => {
            println!("{:#}", program_schema());
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(files: &[PathBuf]) -> Result<ExitCode, StartError> {
    let mut good = true;
    let mut versions = Vec::new();
    for file in files {
        let place = file.display();
        match read_program(file) {
            Ok(program) => {
                println!("{place}: the program {} in version {} has no faults.", program.id, program.version);
                versions.push(program);
            }
            Err(StartError::ProgramFaulty { faults, .. }) => {
                println!("{place}: the program has faults:");
                print_faults(&faults);
                good = false;
            }
            Err(StartError::ProgramMisshapen { fault, .. }) => {
                println!("{place}: the program has a fault, and is not looked at any further:");
                print_faults(&[fault]);
                good = false;
            }
            Err(error) => return Err(error),
        }
    }
    // One that is missing would make two that are left look like neighbors.
    if versions.len() > 1 && versions.len() == files.len() {
        good &= compare(versions);
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether the versions follow one another; says what changes from each to the next.
fn compare(versions: Vec<Program>) -> bool {
    let versions = match in_order(versions) {
        Ok(versions) => versions,
        Err(error) => {
            println!("{error}");
            return false;
        }
    };
    for pair in versions.windows(2) {
        if let [before, after] = pair {
            let since = after.effective_at.map_or(String::new(), |at| format!(" at {at}"));
            println!("Version {} takes the place of version {}{since}:", after.version, before.version);
            let changes = changes(before, after);
            changes.iter().for_each(|change| println!("  {change}"));
            if changes.is_empty() {
                println!("  nothing changes.");
            }
            println!("  What was booked before stays as it was booked.");
        }
    }
    true
}

fn print_faults(faults: &[ProgramFault]) {
    faults.iter().for_each(|fault| println!("  {} {}", fault.pointer, fault.detail));
}

fn new(beginning: Beginning) -> Result<ExitCode, StartError> {
    let unusable = |reason: String| StartError::Settings(format!("No program comes of them: {reason}."));
    let program = begin(beginning).map_err(|error| unusable(error.to_string()))?;
    let program = crate::ProgramInForce::new(program)?.program;
    println!("{}", serde_json::to_string_pretty(&program).map_err(|error| unusable(error.to_string()))?);
    Ok(ExitCode::SUCCESS)
}
