//! The programs of this server, and which credential belongs to which.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    iter,
    sync::{Arc, OnceLock},
};

use stampcard_model::{Program, ProgramFault, ProgramId, Reward, RewardId, Timestamp};

use crate::{
    IanaZone, StartError,
    definition::{in_order, read_program},
    settings::{ProgramSettings, ProgramSource, SecretKeyHash},
    token_keys::TokenKeys,
};

/// A program as it is in force, with its time zone, the versions that were in force before, and the one that comes next.
#[derive(Debug)]
pub struct ProgramInForce {
    /// The definition.
    pub program: Program,
    /// Its time zone.
    pub zone: IanaZone,
    /// Definitions by version, as the store has kept them.
    versions: OnceLock<Arc<BTreeMap<u32, Program>>>,
    /// What takes its place.
    next: Option<Arc<ProgramInForce>>,
}

impl ProgramInForce {
    /// Takes a definition as it is.
    ///
    /// # Errors
    /// Fails with every fault of the definition, an unknown time zone among them.
    pub fn new(program: Program) -> Result<Self, StartError> {
        let mut faults = program.faults();
        let zone = IanaZone::named(&program.time_zone);
        if zone.is_none() {
            faults.push(ProgramFault {
                pointer: "/time_zone".to_owned(),
                detail: "is no time zone of the IANA database".to_owned(),
            });
        }
        match zone {
            Some(zone) if faults.is_empty() => {
                Ok(Self { program, zone, versions: OnceLock::new(), next: None })
            }
            _ => Err(StartError::ProgramFaulty { program: program.id, faults }),
        }
    }

    /// Takes the versions of one program, in whatever order, and answers with the first.
    ///
    /// # Errors
    /// Fails with every fault of one of them, and when they do not follow one another.
    pub fn of_versions(programs: Vec<Program>) -> Result<Arc<Self>, StartError> {
        let mut next: Option<Arc<Self>> = None;
        for program in in_order(programs)?.into_iter().rev() {
            next = Some(Arc::new(Self { next, ..Self::new(program)? }));
        }
        next.ok_or_else(|| StartError::Settings("They name no version of a program.".to_owned()))
    }

    /// The version in force at an instant: this one, or the last of those after it that have begun.
    pub fn at(self: &Arc<Self>, now: Timestamp) -> &Arc<Self> {
        self.and_later().take_while(|version| version.begins_at() <= now).last().unwrap_or(self)
    }

    /// When another version takes its place, if one is known.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.next.as_ref().map(|next| next.begins_at())
    }

    /// From when on it may be in force.
    pub(crate) fn begins_at(&self) -> Timestamp {
        self.program.effective_at.unwrap_or(Timestamp::MIN)
    }

    /// This version and those after it.
    pub(crate) fn and_later(self: &Arc<Self>) -> impl Iterator<Item = &Arc<Self>> {
        iter::successors(Some(self), |version| version.next.as_ref())
    }

    /// The definition of a version; `None` when it is not known.
    pub fn as_of(&self, version: u32) -> Option<&Program> {
        let now = Some(&self.program).filter(|program| program.version == version);
        now.or_else(|| self.versions.get()?.get(&version))
    }

    /// The reward as the version `version` defined it, or as it is now when that version is not known.
    pub fn reward_as_of(&self, version: u32, id: &RewardId) -> Option<&Reward> {
        let then = self.as_of(version).and_then(|program| program.reward(id));
        then.or_else(|| self.program.reward(id))
    }

    /// What a member reads as the title of a reward; its id when no version that is known had it.
    pub fn reward_title(&self, version: u32, id: &RewardId, language: &str) -> String {
        let reward = self.reward_as_of(version, id);
        let title = reward.map(|reward| reward.title.resolve(language, &self.program.default_locale));
        title.unwrap_or(id.as_str()).to_owned()
    }

    /// Takes the versions that the store has kept; the first time counts.
    pub(crate) fn remember(&self, versions: Arc<BTreeMap<u32, Program>>) {
        self.versions.get_or_init(|| versions);
    }
}

/// How one program's member tokens are checked.
pub(crate) struct TokenCheck {
    pub(crate) keys: TokenKeys,
    pub(crate) issuer: Option<String>,
}

/// A program with its credentials.
pub(crate) struct Registered {
    /// Its first version.
    first: Arc<ProgramInForce>,
    pub(crate) tokens: TokenCheck,
    origins: BTreeSet<String>,
}

impl Registered {
    /// The version in force at an instant.
    pub(crate) fn in_force(&self, now: Timestamp) -> &Arc<ProgramInForce> {
        self.first.at(now)
    }

    /// Whether some key of the program is for pages of this origin.
    pub(crate) fn lists_origin(&self, origin: &str) -> bool {
        self.origins.contains(origin)
    }
}

/// A publishable key with its program.
pub(crate) struct PageKey {
    pub(crate) program: Arc<Registered>,
    pub(crate) origins: BTreeSet<String>,
}

/// All programs, by credential.
pub(crate) struct Programs {
    by_id: BTreeMap<ProgramId, Arc<Registered>>,
    by_audience: HashMap<String, Arc<Registered>>,
    by_page_key: HashMap<String, PageKey>,
    by_secret_key: Vec<(SecretKeyHash, Arc<Registered>)>,
}

impl Programs {
    /// Reads the definitions and secrets.
    pub(crate) fn open(settings: &[ProgramSettings]) -> Result<Self, StartError> {
        let mut programs = Self {
            by_id: BTreeMap::new(),
            by_audience: HashMap::new(),
            by_page_key: HashMap::new(),
            by_secret_key: Vec::new(),
        };
        if settings.is_empty() {
            return Err(StartError::Settings("They name no program.".to_owned()));
        }
        for one in settings {
            let versions = match &one.program {
                ProgramSource::File(file) => vec![read_program(file)?],
                ProgramSource::Files(files) => {
                    files.iter().map(|file| read_program(file)).collect::<Result<_, _>>()?
                }
                ProgramSource::Inline(program) => vec![program.as_ref().clone()],
            };
            let first = ProgramInForce::of_versions(versions)?;
            programs.register(one, first)?;
        }
        Ok(programs)
    }

    fn register(&mut self, settings: &ProgramSettings, first: Arc<ProgramInForce>) -> Result<(), StartError> {
        let id = first.program.id.clone();
        let unusable = |what: String| StartError::Settings(format!("Of the program {id}, {what}."));
        let tokens = &settings.member_tokens;
        let keys = TokenKeys::read(tokens, &id)?;
        for origin in settings.publishable_keys.iter().flat_map(|key| &key.origins) {
            if !is_origin(origin) {
                return Err(unusable(format!(
                    "{origin:?} is no origin: it is written as https://shop.example"
                )));
            }
        }
        let registered = Arc::new(Registered {
            first,
            tokens: TokenCheck { keys, issuer: tokens.issuer.clone() },
            origins: settings.publishable_keys.iter().flat_map(|key| key.origins.iter().cloned()).collect(),
        });
        for key in &settings.publishable_keys {
            if !is_page_key(&key.key) {
                return Err(unusable(format!("{:?} is no publishable key", key.key)));
            }
            let origins = key.origins.iter().cloned().collect();
            let page_key = PageKey { program: Arc::clone(&registered), origins };
            if self.by_page_key.insert(key.key.clone(), page_key).is_some() {
                return Err(unusable(format!("the key {} stands twice", key.key)));
            }
        }
        for hash in &settings.secret_keys {
            if self.by_secret_key.iter().any(|(known, _)| known == hash) {
                return Err(unusable(format!("the secret key {}… stands twice", hash.short())));
            }
            self.by_secret_key.push((*hash, Arc::clone(&registered)));
        }
        let audience = tokens.audience.clone().unwrap_or_else(|| id.as_str().to_owned());
        if self.by_audience.insert(audience, Arc::clone(&registered)).is_some() {
            return Err(unusable("the audience of the member tokens is another program's".to_owned()));
        }
        if self.by_id.insert(id.clone(), registered).is_some() {
            return Err(unusable("there are two definitions".to_owned()));
        }
        Ok(())
    }

    /// The first version of each program.
    pub(crate) fn first(&self) -> impl Iterator<Item = &Arc<ProgramInForce>> {
        self.by_id.values().map(|registered| &registered.first)
    }

    /// Each program as it is in force at an instant.
    pub(crate) fn all(&self, now: Timestamp) -> impl Iterator<Item = &Arc<ProgramInForce>> {
        self.first().map(move |first| first.at(now))
    }

    pub(crate) fn get(&self, id: &ProgramId, now: Timestamp) -> Option<&Arc<ProgramInForce>> {
        self.by_id.get(id).map(|registered| registered.in_force(now))
    }

    pub(crate) fn of_audience(&self, audience: &str) -> Option<&Arc<Registered>> {
        self.by_audience.get(audience)
    }

    pub(crate) fn of_page_key(&self, key: &str) -> Option<&PageKey> {
        self.by_page_key.get(key)
    }

    /// The program of a secret key, and a short name of the key.
    pub(crate) fn of_secret_key(&self, key: &str) -> Option<(&Arc<Registered>, String)> {
        let presented = SecretKeyHash::of(key);
        let found = self.by_secret_key.iter().find(|(known, _)| known.matches(&presented));
        found.map(|(hash, registered)| (registered, hash.short()))
    }

    /// Whether any key of any program is for pages of this origin.
    pub(crate) fn list_origin(&self, origin: &str) -> bool {
        self.by_id.values().any(|registered| registered.lists_origin(origin))
    }
}

/// `pk_` and 8 to 64 more letters, digits, `_` or `-`.
fn is_page_key(key: &str) -> bool {
    key.strip_prefix("pk_").is_some_and(|rest| {
        (8..=64).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    })
}

/// A scheme, `://` and a host with perhaps a port, as browsers write it: no path, no capitals.
fn is_origin(origin: &str) -> bool {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:[]".contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for good in ["https://shop.example", "http://127.0.0.1:8080", "http://[::1]:8080"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in ["*", "null", "https://", "https://shop.example/", "https://Shop.example", "shop.example"]
        {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
