//! Why the demo does not start: each a sentence for the person who started it.

use std::{fmt, io, path::PathBuf};

use stampcard_server::StartError;

/// Why the demo does not start.
#[derive(Debug)]
pub enum Fault {
    /// Something else listens there.
    PortTaken(u16),
    /// Nobody can listen there.
    Listen(u16, io::Error),
    /// A folder, or a file that it must hold, is not there.
    Missing {
        /// What it is for.
        what: &'static str,
        /// Where it should be.
        place: PathBuf,
        /// What to do about it.
        remedy: &'static str,
    },
    /// The data folder cannot be written.
    ReadOnly(PathBuf, io::Error),
    /// Another demo runs on the same data.
    InUse(PathBuf),
    /// The loyalty API does not start.
    Api(StartError),
    /// A file holds what it should not.
    Broken(PathBuf, String),
    /// The members' history could not be booked.
    Seed(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortTaken(port) => write!(
                f,
                "Something else listens on port {port}. Stop it, or choose another port with --port; \
                 --port 0 takes two free ones."
            ),
            Self::Listen(port, error) => write!(f, "Cannot listen on port {port}: {error}."),
            Self::Missing { what, place, remedy } => {
                write!(f, "The {what} are missing: there is no {}. {remedy}", place.display())
            }
            Self::ReadOnly(folder, error) => write!(
                f,
                "The data folder {} cannot be written: {error}. Choose another with --data.",
                folder.display()
            ),
            Self::InUse(folder) => write!(
                f,
                "Another demo uses the data folder {}. Stop it, or choose another folder with --data.",
                folder.display()
            ),
            Self::Api(error @ StartError::ProgramVersion { .. }) => {
                write!(f, "{error} In the demo, --fresh starts over.")
            }
            Self::Api(error) => error.fmt(f),
            Self::Broken(file, reason) => write!(f, "{} is not usable: {reason}.", file.display()),
            Self::Seed(reason) => write!(f, "The demo's members could not be set up: {reason}."),
        }
    }
}

impl std::error::Error for Fault {}

impl From<StartError> for Fault {
    fn from(error: StartError) -> Self {
        Self::Api(error)
    }
}
