//! The keys between shop and loyalty API: random, made once a data folder.

use std::{
    fmt, fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::Fault;

/// What shop and loyalty API share. Only the publishable key may reach a page.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Secrets {
    pub(crate) publishable_key: String,
    pub(crate) secret_key: String,
    pub(crate) token_secret: String,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Secrets {
    /// Reads the folder's secrets, or makes them. Only the owner may read the file.
    ///
    /// # Errors
    /// [`Fault::ReadOnly`] or [`Fault::Broken`].
    pub(crate) fn of(folder: &Path) -> Result<Self, Fault> {
        let file = folder.join("secrets.json");
        match fs::read(&file) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|error| Fault::Broken(file, error.to_string()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let secrets = Self::random();
                secrets.write(&file).map_err(|error| Fault::ReadOnly(folder.to_owned(), error))?;
                Ok(secrets)
            }
            Err(error) => Err(Fault::Broken(file, error.to_string())),
        }
    }

    fn random() -> Self {
        Self {
            publishable_key: format!("pk_demo_{}", random_hex::<12>()),
            secret_key: format!("sk_demo_{}", random_hex::<24>()),
            token_secret: random_hex::<32>(),
        }
    }

    fn write(&self, file: &Path) -> io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()
    }
}

/// `BYTES` random bytes as hexadecimal digits.
///
/// # Panics
/// When the operating system has no randomness, without which no secret may be made.
pub(crate) fn random_hex<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
