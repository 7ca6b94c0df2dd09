//! Running other programs, with the project's folder as the working folder.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::fault::Fault;

/// The project's folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Cargo's folder of built things.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Says what is being done now.
pub fn say(text: &str) {
    eprintln!("\x1b[1m» {text}\x1b[0m");
}

/// A command in the project's folder, or in a folder below it.
pub fn command(program: &str, args: &[&str], folder: &str) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root().join(folder));
    command
}

/// The cargo that runs this.
pub fn cargo(args: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&cargo, args, ".")
}

/// Runs to the end.
///
/// # Errors
/// `Setup` when the program is not there, `Failed` when it ends with another code than 0.
pub fn run(mut command: Command) -> Result<(), Fault> {
    let status = command.status().map_err(|e| missing(&command, &e))?;
    if status.success() {
        Ok(())
    } else {
        Err(Fault::Failed(format!("{} ended with {status}", name(&command))))
    }
}

/// Runs to the end and gives the code it ended with; none when a signal ended it.
///
/// # Errors
/// `Setup` when the program is not there.
pub fn code(mut command: Command) -> Result<Option<i32>, Fault> {
    command.status().map(|status| status.code()).map_err(|e| missing(&command, &e))
}

/// Runs to the end and gives what it printed, error output included; prints it as it comes too.
///
/// # Errors
/// `Setup` when the program is not there. Ending with another code than 0 is not an error here: the flag says so.
pub fn tee(mut command: Command) -> Result<(bool, String), Fault> {
    let (reader, writer) = std::io::pipe().map_err(|e| Fault::Setup(format!("no pipe can be made: {e}")))?;
    let error_writer = writer.try_clone().map_err(|e| Fault::Setup(format!("no pipe can be made: {e}")))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(error_writer)
        .spawn()
        .map_err(|e| missing(&command, &e))?;
    let label = name(&command);
    // The command holds the pipe's writing ends; the reader would wait for them for ever.
    drop(command);
    let mut printed = String::new();
    for line in BufReader::new(reader).split(b'\n') {
        let line = line.map_err(|e| Fault::Failed(format!("{label} cannot be read: {e}")))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        printed.push_str(&line);
        printed.push('\n');
    }
    let status = child.wait().map_err(|e| Fault::Failed(format!("{label} cannot be waited for: {e}")))?;
    Ok((status.success(), printed))
}

/// Whether a program is there and answers its version.
pub fn answers(program: &str, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn missing(command: &Command, error: &std::io::Error) -> Fault {
    Fault::Setup(format!("{} cannot be started: {error}. Install it, or put it on PATH.", name(command)))
}
