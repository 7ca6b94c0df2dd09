//! Keys of member tokens as a JWK Set (RFC 7517, RFC 8037).

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Secret;
use crate::StartError;

/// Where a set of keys is.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JwksSource {
    /// In this JSON file.
    File(PathBuf),
    /// Right here.
    Value(Jwks),
}

/// A set of keys. What else stands beside `keys` is not looked at.
#[derive(Clone, Debug, Deserialize)]
pub struct Jwks {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// A key: Ed25519 (`kty` `OKP`, `crv` `Ed25519`, `x`) or a secret for HS256 (`kty` `oct`, `k`). What else stands in it is
/// not looked at.
#[derive(Clone, Debug, Deserialize)]
pub struct Jwk {
    /// What tokens name the key by; 1 to 128 characters.
    pub kid: String,
    /// The family of the key.
    pub kty: String,
    /// The curve of a public key.
    #[serde(default)]
    pub crv: Option<String>,
    /// The one algorithm of the key; when it is left out, the one of its family.
    #[serde(default)]
    pub alg: Option<String>,
    /// What the key is for; `sig` if it is said.
    #[serde(default, rename = "use")]
    pub usage: Option<String>,
    /// A public key in base64url.
    #[serde(default)]
    pub x: Option<String>,
    /// A secret in base64url; at least 32 bytes.
    #[serde(default)]
    pub k: Option<Secret>,
    /// A private key, which has no business here.
    #[serde(default)]
    pub d: Option<Secret>,
}

impl JwksSource {
    pub(crate) fn read(&self) -> Result<Jwks, StartError> {
        match self {
            Self::File(file) => read(file),
            Self::Value(keys) => Ok(keys.clone()),
        }
    }
}

fn read(file: &Path) -> Result<Jwks, StartError> {
    let text = std::fs::read_to_string(file).map_err(|error| StartError::SecretMissing {
        wanted: "The key set of the member tokens".to_owned(),
        place: format!("{} ({error})", file.display()),
    })?;
    // The place alone: the text may hold a secret.
    serde_json::from_str(&text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        StartError::Settings(format!("The key set in {} is none, at {place}.", file.display()))
    })
}
