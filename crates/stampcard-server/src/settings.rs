//! What the operator chooses: one TOML file, then the environment on top of it.

mod jwks;
mod rates;
mod retention;
mod secret;

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use config::{Config, Environment, File, FileFormat};
use serde::Deserialize;
use stampcard_model::Program;

pub use jwks::{Jwk, Jwks, JwksSource};
pub use rates::{Rate, Rates, TooOften, Velocity};
pub use retention::Retention;
pub use secret::{Secret, SecretKeyHash, SecretSource};

use crate::StartError;

/// Everything a server is started with. Unknown keys are refused.
///
/// In the environment a key is written in capitals behind `STAMPCARD_`, with two underscores for a table inside:
/// `STAMPCARD_LISTEN`, `STAMPCARD_LIMITS__REQUEST_TIMEOUT_MS`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where to listen; `127.0.0.1:4170` unless said otherwise. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The database file. It is created when it is not there; its folder must be.
    pub database: PathBuf,
    /// Whether a proxy in front says in the last place of `X-Forwarded-For` whose request it is. Without one anybody
    /// could say so.
    pub behind_proxy: bool,
    /// Bounds on what the server takes on.
    pub limits: Limits,
    /// For how long what is not the ledger is kept.
    pub retention: Retention,
    /// Whom webhooks' addresses are believed.
    pub webhooks: WebhookSettings,
    /// The programs; at least one.
    pub programs: Vec<ProgramSettings>,
}

/// One program and who may ask for what in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSettings {
    /// The definition.
    pub program: ProgramSource,
    /// Keys that pages carry. They are no secret.
    #[serde(default)]
    pub publishable_keys: Vec<PublishableKey>,
    /// Hashes of the keys that the merchant's own servers carry.
    #[serde(default)]
    pub secret_keys: Vec<SecretKeyHash>,
    /// How member tokens are told from forged ones.
    pub member_tokens: MemberTokens,
}

/// Where a program's definition is.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgramSource {
    /// In a JSON file; relative to the settings file, or to the working folder when there is none.
    File(PathBuf),
    /// In JSON files, one for each version: from its `effective_at` on a version takes the place of the one before.
    Files(Vec<PathBuf>),
    /// Right here.
    Inline(Box<Program>),
}

/// A key that pages carry, and the pages that may.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishableKey {
    /// `pk_` and 8 to 64 more letters, digits, `_` or `-`.
    pub key: String,
    /// Origins such as `https://shop.example`, compared character by character.
    pub origins: Vec<String>,
}

/// How member tokens are told from forged ones: by a secret, by a set of keys, or by either.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberTokens {
    /// The secret that the merchant's server signs tokens without a `kid` with (HS256); at least 32 bytes.
    #[serde(default)]
    pub secret: Option<SecretSource>,
    /// The keys of tokens with a `kid`. Several at once are a rotation: the next key is added, then signed with, and
    /// the one before is taken out when its last token has expired.
    #[serde(default)]
    pub jwks: Option<JwksSource>,
    /// The `aud` of the tokens; the program's id unless said otherwise.
    #[serde(default)]
    pub audience: Option<String>,
    /// The `iss` of the tokens; not looked at unless it is set.
    #[serde(default)]
    pub issuer: Option<String>,
}

/// Bounds on what the server takes on.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// After this long a request is answered with 503; 1 to 600,000.
    pub request_timeout_ms: u64,
    /// Writes that may wait for the writer; one more is answered with 503. 1 to 65,536.
    pub write_queue: usize,
    /// Reads that run at the same time; 1 to 64.
    pub readers: usize,
    /// Between two sweeps; 100 to 86,400,000.
    pub sweep_every_ms: u64,
    /// How long a shutdown waits for open requests; 0 to 600,000.
    pub shutdown_grace_ms: u64,
    /// Streams of changes that one member may have open; 1 to 1,024.
    pub streams_per_member: usize,
    /// Streams of changes that may be open; 1 to 1,048,576.
    pub streams: usize,
    /// Between two signs of life on a stream where nothing happens; 10 to 600,000.
    pub stream_heartbeat_ms: u64,
    /// How webhooks are called.
    pub webhooks: WebhookLimits,
    /// How often somebody may ask.
    pub rates: Rates,
    /// How often one member may redeem.
    pub velocity: Velocity,
}

/// Whom webhooks' addresses are believed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookSettings {
    /// A PEM file of certificate authorities that may vouch for an address besides those of the system: a company's own.
    pub authorities: Option<PathBuf>,
}

/// How webhooks are called.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookLimits {
    /// After this long a call counts as failed; 1 to 60,000.
    pub timeout_ms: u64,
    /// For tests and demonstrations only: also calls `http`, this machine and private networks. A merchant's address could
    /// then reach what only this machine should.
    pub private_targets: bool,
}

impl Default for WebhookLimits {
    fn default() -> Self {
        Self { timeout_ms: 15_000, private_targets: false }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 4170)),
            database: PathBuf::from("stampcard.db"),
            behind_proxy: false,
            limits: Limits::default(),
            retention: Retention::default(),
            webhooks: WebhookSettings::default(),
            programs: Vec::new(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_timeout_ms: 10_000,
            write_queue: 4_096,
            readers: 4,
            sweep_every_ms: 60_000,
            shutdown_grace_ms: 10_000,
            streams_per_member: 8,
            streams: 4_096,
            stream_heartbeat_ms: 15_000,
            webhooks: WebhookLimits::default(),
            rates: Rates::default(),
            velocity: Velocity::default(),
        }
    }
}

/// What the command line reads by itself.
const OUTSIDE: [&str; 2] = ["STAMPCARD_CONFIG", "STAMPCARD_LOG"];

impl Settings {
    /// Reads `file`, if there is one, and then `environment`, of which only `STAMPCARD_…` counts.
    /// `STAMPCARD_CONFIG` and `STAMPCARD_LOG` are left to the command line.
    ///
    /// # Errors
    /// A [`StartError::Settings`] with the place and the reason.
    pub fn read(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, StartError> {
        let named = |error: &dyn std::fmt::Display| {
            let place = file.map_or("the environment".to_owned(), |file| file.display().to_string());
            StartError::Settings(format!("{place}: {error}"))
        };
        let ours: HashMap<String, String> = environment
            .into_iter()
            .filter(|(name, _)| name.starts_with("STAMPCARD_") && !OUTSIDE.contains(&name.as_str()))
            .collect();
        let mut builder = Config::builder();
        if let Some(file) = file {
            builder = builder.add_source(File::from(file).format(FileFormat::Toml));
        }
        let environment = Environment::with_prefix("STAMPCARD")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .source(Some(ours));
        let config = builder.add_source(environment).build().map_err(|error| named(&error))?;
        let mut settings: Self = config.try_deserialize().map_err(|error| named(&error))?;
        if let Some(folder) = file.and_then(Path::parent) {
            settings.resolve_beside(folder);
        }
        Ok(settings)
    }

    /// Files are named as seen from the settings file.
    fn resolve_beside(&mut self, folder: &Path) {
        self.database = folder.join(&self.database);
        if let Some(authorities) = &mut self.webhooks.authorities {
            *authorities = folder.join(&*authorities);
        }
        for program in &mut self.programs {
            match &mut program.program {
                ProgramSource::File(file) => *file = folder.join(&*file),
                ProgramSource::Files(files) => files.iter_mut().for_each(|file| *file = folder.join(&*file)),
                ProgramSource::Inline(_) => {}
            }
            match &mut program.member_tokens.secret {
                Some(SecretSource::File(file)) => *file = folder.join(&*file),
                Some(SecretSource::Env(_) | SecretSource::Value(_)) | None => {}
            }
            match &mut program.member_tokens.jwks {
                Some(JwksSource::File(file)) => *file = folder.join(&*file),
                Some(JwksSource::Value(_)) | None => {}
            }
        }
    }
}

impl Limits {
    /// The first bound that is out of its range, as a sentence.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let checks = [
            ((1..=600_000).contains(&self.request_timeout_ms), "request_timeout_ms is not 1 to 600000"),
            ((1..=65_536).contains(&self.write_queue), "write_queue is not 1 to 65536"),
            ((1..=64).contains(&self.readers), "readers is not 1 to 64"),
            ((100..=86_400_000).contains(&self.sweep_every_ms), "sweep_every_ms is not 100 to 86400000"),
            (self.shutdown_grace_ms <= 600_000, "shutdown_grace_ms is not 0 to 600000"),
            ((1..=1_024).contains(&self.streams_per_member), "streams_per_member is not 1 to 1024"),
            ((1..=1_048_576).contains(&self.streams), "streams is not 1 to 1048576"),
            ((10..=600_000).contains(&self.stream_heartbeat_ms), "stream_heartbeat_ms is not 10 to 600000"),
            ((1..=60_000).contains(&self.webhooks.timeout_ms), "webhooks.timeout_ms is not 1 to 60000"),
            (self.rates.fit(), "rates has a rate or a bound that is out of its range"),
            (self.velocity.fits(), "velocity is not 0 to 10000 redemptions in 1 to 8784 hours"),
        ];
        checks.into_iter().find_map(|(fits, fault)| (!fits).then_some(fault))
    }
}
