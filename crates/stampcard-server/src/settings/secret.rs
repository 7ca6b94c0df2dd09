//! Secrets that no log shows.

use std::{fmt, path::PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::StartError;

/// Bytes that nobody may read in a log: `Debug` shows none of them.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Keeps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    pub(crate) fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a secret is.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretSource {
    /// In this variable of the environment.
    Env(String),
    /// In this file, of which white space at the ends does not count.
    File(PathBuf),
    /// Right here; for tests and demonstrations.
    Value(Secret),
}

impl SecretSource {
    pub(crate) fn read(&self, wanted: &str) -> Result<Secret, StartError> {
        let missing = |place: String| StartError::SecretMissing { wanted: wanted.to_owned(), place };
        match self {
            Self::Env(name) => std::env::var(name)
                .map(Secret::new)
                .map_err(|_| missing(format!("the environment variable {name}"))),
            Self::File(file) => std::fs::read_to_string(file)
                .map(|text| Secret::new(text.trim()))
                .map_err(|error| missing(format!("{} ({error})", file.display()))),
            Self::Value(secret) => Ok(secret.clone()),
        }
    }
}

/// The SHA-256 of a secret key (`sk_…`): enough to know the key by, not enough to be it.
///
/// In a settings file it is 64 hexadecimal digits, as `printf %s "$KEY" | sha256sum` prints them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SecretKeyHash([u8; 32]);

impl SecretKeyHash {
    /// The hash of a key.
    pub fn of(key: &str) -> Self {
        Self(Sha256::digest(key).into())
    }

    /// Compares without telling by its duration where the first difference is.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// The first eight digits, to tell keys apart by.
    pub(crate) fn short(&self) -> String {
        self.0.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl TryFrom<String> for SecretKeyHash {
    type Error = &'static str;

    fn try_from(hex: String) -> Result<Self, Self::Error> {
        const SHAPE: &str = "a secret key's hash has 64 hexadecimal digits";
        let mut hash = [0; 32];
        if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(SHAPE);
        }
        for (byte, digits) in hash.iter_mut().zip(hex.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| SHAPE)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| SHAPE)?;
        }
        Ok(Self(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        assert!(!format!("{:?}", SecretSource::Value(Secret::new("hunter2hunter2"))).contains("hunter2"));
    }

    #[test]
    fn a_hash_reads_as_sha256sum_prints_it() {
        let printed = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(SecretKeyHash::try_from(printed.to_owned()), Ok(SecretKeyHash::of("abc")));
        for bad in ["", "ba", &"x".repeat(64), &"+1".repeat(32)] {
            assert!(SecretKeyHash::try_from(bad.to_owned()).is_err(), "{bad} was taken");
        }
    }
}
