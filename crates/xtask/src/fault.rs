//! Why a command stopped.

use std::fmt;

/// Why a command stopped.
#[derive(Debug)]
pub enum Fault {
    /// Something is missing that could not be installed, or a place cannot be used: exit code 2. The text says what
    /// to do.
    Setup(String),
    /// The work itself failed: exit code 1.
    Failed(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setup(text) | Self::Failed(text) => f.write_str(text),
        }
    }
}
