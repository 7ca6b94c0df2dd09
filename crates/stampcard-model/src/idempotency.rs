//! The key that makes a repeated command harmless.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A key that is shorter than 8 or longer than 255 bytes, or holds anything but visible ASCII characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdempotencyKeyError;

impl fmt::Display for IdempotencyKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an idempotency key has 8 to 255 visible ASCII characters, no space and no double quote")
    }
}

impl core::error::Error for IdempotencyKeyError {}

/// A key the sender makes before the first try and repeats with every retry of the same command.
///
/// 8 to 255 visible ASCII characters; a random UUID is a good one. The backend carries out a command once per
/// (program, principal, key) and answers a repetition with the first answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The header that carries the key.
    pub const HEADER: &'static str = "idempotency-key";

    /// Takes a key, bare or in the double quotes of a structured header field.
    ///
    /// # Errors
    /// Fails unless 8 to 255 visible ASCII characters other than `"` remain inside the quotes.
    pub fn new(key: impl AsRef<str>) -> Result<Self, IdempotencyKeyError> {
        let key = key.as_ref().trim();
        let bare = key.strip_prefix('"').and_then(|k| k.strip_suffix('"')).unwrap_or(key);
        let fits = (8..=255).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
        if fits { Ok(Self(bare.to_owned())) } else { Err(IdempotencyKeyError) }
    }

    /// The key as text, without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = IdempotencyKeyError;

    fn try_from(key: String) -> Result<Self, IdempotencyKeyError> {
        Self::new(key)
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_and_bare_keys_are_the_same_key() {
        assert_eq!(IdempotencyKey::new("\"12345678\""), IdempotencyKey::new("12345678"));
        for bad in ["", "short", "\"\"", "a b c d e f", "\"12345678", &"k".repeat(256)] {
            assert!(IdempotencyKey::new(bad).is_err(), "{bad:?} was taken");
        }
    }
}
