//! Why a server does not start: each a sentence for the person who started it.

use std::{fmt, io, net::SocketAddr, path::PathBuf};

use stampcard_model::{ProgramFault, ProgramId, Timestamp};

/// Why a server does not start.
#[derive(Debug)]
pub enum StartError {
    /// The settings cannot be read or say something that cannot be.
    Settings(String),
    /// A secret is not where the settings say.
    SecretMissing {
        /// What for.
        wanted: String,
        /// Where it should be.
        place: String,
    },
    /// A program's definition cannot be read.
    ProgramUnreadable {
        /// Where it should be.
        place: String,
        /// Why not.
        reason: String,
    },
    /// A program's definition has not the shape of one.
    ProgramMisshapen {
        /// Where it is.
        place: String,
        /// The first place that is not as it must be.
        fault: ProgramFault,
    },
    /// A program's definition has faults.
    ProgramFaulty {
        /// Which program.
        program: ProgramId,
        /// All of them.
        faults: Vec<ProgramFault>,
    },
    /// No version of a program is in force yet.
    ProgramTooEarly {
        /// Which program.
        program: ProgramId,
        /// When the first version that is known comes into force.
        effective_at: Timestamp,
    },
    /// The database knows this version of the program with other content, or a newer one.
    ProgramVersion {
        /// Which program.
        program: ProgramId,
        /// The version to give it instead.
        next: u32,
    },
    /// Another server has the database open.
    DatabaseLocked(PathBuf),
    /// The database cannot be opened, read or written.
    Database {
        /// Which file.
        file: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The database was written by a newer version.
    DatabaseTooNew {
        /// Which file.
        file: PathBuf,
        /// Its version.
        version: i64,
    },
    /// The system gives no threads or signals.
    Runtime(io::Error),
    /// Nobody can listen there.
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        error: io::Error,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(reason) => write!(f, "The settings are not usable. {reason}"),
            Self::SecretMissing { wanted, place } => {
                write!(f, "{wanted} is missing: looked for it in {place}.")
            }
            Self::ProgramUnreadable { place, reason } => {
                write!(f, "The program in {place} cannot be read: {reason}.")
            }
            Self::ProgramMisshapen { place, fault } => {
                write!(f, "The program in {place} has a fault:\n  {} {}", fault.pointer, fault.detail)
            }
            Self::ProgramFaulty { program, faults } => {
                write!(f, "The program {program} has faults:")?;
                faults.iter().try_for_each(|fault| write!(f, "\n  {} {}", fault.pointer, fault.detail))
            }
            Self::ProgramTooEarly { program, effective_at } => write!(
                f,
                "The program {program} is in force from {effective_at} on. Until then the version before is needed, too."
            ),
            Self::ProgramVersion { program, next } => write!(
                f,
                "The program {program} is not the one that was in force under this version, or an older one. \
                 Give it the version {next}."
            ),
            Self::DatabaseLocked(file) => {
                write!(f, "Another server has {} open. Stop it, or choose another file.", file.display())
            }
            Self::Database { file, reason } => {
                write!(f, "The database {} cannot be used: {reason}.", file.display())
            }
            Self::DatabaseTooNew { file, version } => write!(
                f,
                "The database {} has the version {version}, which a newer stampcard-server wrote.",
                file.display()
            ),
            Self::Runtime(error) => write!(f, "The system gives no threads or signals: {error}."),
            Self::Listen { address, error } if error.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "Something else listens on {address}. Stop it, or choose another port.")
            }
            Self::Listen { address, error } => write!(f, "Cannot listen on {address}: {error}."),
        }
    }
}

impl std::error::Error for StartError {}
