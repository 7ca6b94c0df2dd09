//! The keys that prove member tokens: each has one algorithm, and a token chooses the key, never the algorithm.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Header};
use stampcard_model::ProgramId;

use crate::{
    StartError,
    settings::{Jwk, MemberTokens},
};

/// The shortest secret, in bytes: as long as what SHA-256 makes of it.
const SECRET_MIN: usize = 32;
/// The longest `kid`, in characters.
const KID_MAX: usize = 128;

/// The keys of one program.
pub(crate) struct TokenKeys {
    /// For tokens without a `kid`.
    secret: Option<DecodingKey>,
    /// For tokens with one.
    by_kid: HashMap<String, (Algorithm, DecodingKey)>,
}

impl TokenKeys {
    /// Reads the secret and the key set of the settings.
    ///
    /// # Errors
    /// A sentence when there is neither, or one of them cannot prove anything.
    pub(crate) fn read(tokens: &MemberTokens, program: &ProgramId) -> Result<Self, StartError> {
        let unusable =
            |what: &str| StartError::Settings(format!("Of the member tokens of {program}, {what}."));
        let secret = match &tokens.secret {
            Some(source) => {
                let secret = source.read(&format!("The secret of the member tokens of {program}"))?;
                if secret.expose().len() < SECRET_MIN {
                    return Err(unusable("the secret has fewer than 32 bytes"));
                }
                Some(DecodingKey::from_secret(secret.expose()))
            }
            None => None,
        };
        let keys = tokens.jwks.as_ref().map(|source| source.read()).transpose()?;
        let mut by_kid = HashMap::new();
        for key in keys.map(|set| set.keys).unwrap_or_default() {
            let named = |what: &str| unusable(&format!("the key {:?} {what}", key.kid));
            if !(1..=KID_MAX).contains(&key.kid.chars().count()) {
                return Err(named("has no kid of 1 to 128 characters"));
            }
            let proof = proof(&key).map_err(named)?;
            if by_kid.insert(key.kid.clone(), proof).is_some() {
                return Err(named("stands twice"));
            }
        }
        if secret.is_none() && by_kid.is_empty() {
            return Err(unusable("there is neither a secret nor a key"));
        }
        Ok(Self { secret, by_kid })
    }

    /// The key that must prove a token with this header, and its algorithm; none when no key can.
    pub(crate) fn of(&self, header: &Header) -> Option<(Algorithm, &DecodingKey)> {
        let (algorithm, key) = match &header.kid {
            Some(kid) => self.by_kid.get(kid).map(|(algorithm, key)| (*algorithm, key)),
            None => self.secret.as_ref().map(|key| (Algorithm::HS256, key)),
        }?;
        (header.alg == algorithm).then_some((algorithm, key))
    }
}

fn proof(key: &Jwk) -> Result<(Algorithm, DecodingKey), &'static str> {
    if key.d.is_some() {
        return Err("is private: the server needs the public part alone, without d");
    }
    if key.usage.as_deref().is_some_and(|usage| usage != "sig") {
        return Err("is not for signatures");
    }
    let says = |algorithm: &str| key.alg.as_deref().is_none_or(|said| said == algorithm);
    match (key.kty.as_str(), key.crv.as_deref()) {
        ("OKP", Some("Ed25519")) if says("EdDSA") => {
            let x = key.x.as_deref().unwrap_or_default();
            let point = BASE64_URL_SAFE_NO_PAD.decode(x).ok().filter(|point| point.len() == 32);
            point.ok_or("has no x of 32 bytes in base64url")?;
            let key = DecodingKey::from_ed_components(x).map_err(|_| "has an x that is no public key")?;
            Ok((Algorithm::EdDSA, key))
        }
        ("oct", None) if says("HS256") => {
            let k = key.k.as_ref().and_then(|k| BASE64_URL_SAFE_NO_PAD.decode(k.expose()).ok());
            let k =
                k.filter(|k| k.len() >= SECRET_MIN).ok_or("has no k of at least 32 bytes in base64url")?;
            Ok((Algorithm::HS256, DecodingKey::from_secret(&k)))
        }
        _ => Err("is neither of Ed25519 for EdDSA nor a secret for HS256"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const K: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

    #[test]
    fn a_key_proves_with_its_own_algorithm_only() {
        let keys = keys(json!([
            {"kid": "ed", "kty": "OKP", "crv": "Ed25519", "x": X, "alg": "EdDSA", "use": "sig"},
            {"kid": "hs", "kty": "oct", "k": K},
        ]))
        .expect("the set is usable");
        let proves = |alg, kid: Option<&str>| {
            keys.of(&Header { kid: kid.map(str::to_owned), ..Header::new(alg) }).is_some()
        };
        assert!(proves(Algorithm::EdDSA, Some("ed")) && proves(Algorithm::HS256, Some("hs")));
        assert!(!proves(Algorithm::HS256, Some("ed")), "a public key as a secret");
        assert!(!proves(Algorithm::EdDSA, Some("hs")));
        assert!(!proves(Algorithm::HS384, Some("hs")));
        assert!(!proves(Algorithm::HS256, None) && !proves(Algorithm::EdDSA, Some("other")));
    }

    #[test]
    fn a_key_that_proves_nothing_stops_the_start() {
        for (key, why) in [
            (json!({"kid": "", "kty": "oct", "k": K}), "has no kid"),
            (json!({"kid": "a", "kty": "oct", "k": "c2hvcnQ"}), "has no k"),
            (json!({"kid": "a", "kty": "OKP", "crv": "Ed25519", "x": "AAAA"}), "has no x"),
            (json!({"kid": "a", "kty": "OKP", "crv": "Ed25519", "x": X, "d": X}), "is private"),
            (json!({"kid": "a", "kty": "OKP", "crv": "Ed25519", "x": X, "alg": "HS256"}), "is neither"),
            (json!({"kid": "a", "kty": "OKP", "crv": "X25519", "x": X}), "is neither"),
            (json!({"kid": "a", "kty": "OKP", "crv": "Ed25519", "x": X, "use": "enc"}), "is not for"),
            (json!({"kid": "a", "kty": "RSA"}), "is neither"),
        ] {
            let error = keys(json!([key])).err().expect("it is refused").to_string();
            assert!(error.contains(why), "{error}");
        }
        let twice = json!({"kid": "a", "kty": "oct", "k": K});
        assert!(keys(json!([twice, twice])).is_err());
        assert!(keys(json!([])).is_err(), "nothing proves anything");
    }

    fn keys(keys: Value) -> Result<TokenKeys, StartError> {
        let tokens = serde_json::from_value(json!({"jwks": {"value": {"keys": keys}}}));
        let program = ProgramId::new("lantern").expect("an id");
        TokenKeys::read(&tokens.expect("settings"), &program)
    }
}
