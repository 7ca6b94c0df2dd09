//! Member tokens: short JWTs that the merchant's server signs, with a secret (HS256) or a private key (EdDSA).

use std::sync::Arc;

use jsonwebtoken::{TokenData, Validation, dangerous, decode, decode_header};
use serde::Deserialize;
use stampcard_model::Timestamp;

use super::{auth::seconds, text};
use crate::{
    programs::{Programs, Registered},
    store::OneTimeToken,
};

/// The longest token that is looked at, in bytes.
const LENGTH_MAX: usize = 4_096;
/// The longest life of a token, in seconds.
const LIFE_MAX_S: i64 = 15 * 60;
/// How far clocks may differ, in seconds.
const LEEWAY_S: i64 = 30;
/// The longest `jti`, in characters.
const ID_MAX: usize = 128;

/// What a token proves.
pub(super) struct Proven<'a> {
    pub(super) registered: &'a Arc<Registered>,
    /// The member's reference: the `sub`.
    pub(super) reference: String,
    /// What it is for: the `scope`.
    pub(super) scope: Scope,
    /// The only origin whose pages may use it: the `origin`.
    pub(super) origin: Option<String>,
    /// The `jti`.
    pub(super) id: Option<String>,
    /// Whether it is for one write: the `once`.
    pub(super) one_time: Option<OneTimeToken>,
    /// The `exp`, without leeway.
    pub(super) expires_at: Timestamp,
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// Looking.
    pub(super) read: bool,
    /// Changing something.
    pub(super) redeem: bool,
}

impl Scope {
    /// Words between spaces, of which unknown ones count for nothing; without the claim, everything.
    fn of(claim: Option<&str>) -> Self {
        let has = |word| claim.is_none_or(|claim| claim.split(' ').any(|said| said == word));
        Self { read: has("read"), redeem: has("redeem") }
    }
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: String,
    iat: i64,
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    origin: Option<String>,
    #[serde(default)]
    jti: Option<String>,
    #[serde(default)]
    once: bool,
}

/// What a token proves; `None` when it proves nothing.
///
/// The audience names the program, and only a key of that program then proves the token: the one that its `kid` names,
/// or the secret when it names none. The algorithm is the key's. The token must name no extension that has to be
/// understood, live 15 minutes at most, and be valid at `now`, give or take 30 seconds. One that is for one write needs
/// a `jti`.
pub(super) fn check<'a>(programs: &'a Programs, token: &str, now: Timestamp) -> Option<Proven<'a>> {
    if token.len() > LENGTH_MAX {
        return None;
    }
    let header = decode_header(token).ok()?;
    if header.crit.is_some() {
        return None;
    }
    // Not proven yet: it only chooses the keys of which one must prove it.
    let claimed: TokenData<Claims> = dangerous::insecure_decode(token).ok()?;
    let registered = programs.of_audience(&claimed.claims.aud)?;
    let (algorithm, key) = registered.tokens.keys.of(&header)?;
    let mut proof = Validation::new(algorithm);
    proof.set_audience(&[&claimed.claims.aud]);
    proof.set_required_spec_claims(&["exp", "sub", "aud"]);
    // The library reads the system's clock; the server's own is asked below.
    proof.validate_exp = false;
    let Claims { sub, aud: _, iat, exp, nbf, iss, scope, origin, jti, once } =
        decode::<Claims>(token, key, &proof).ok()?.claims;
    let now = seconds(now);
    let life = exp.checked_sub(iat)?;
    let fits = (1..=LIFE_MAX_S).contains(&life)
        && iat <= now.saturating_add(LEEWAY_S)
        && nbf.is_none_or(|nbf| nbf <= now.saturating_add(LEEWAY_S))
        && now < exp.saturating_add(LEEWAY_S)
        && (registered.tokens.issuer.is_none() || registered.tokens.issuer == iss)
        && text::is_reference(&sub)
        && jti.as_deref().is_none_or(|id| text::is_line(id, ID_MAX))
        && (!once || jti.is_some());
    let instant = |seconds: i64| Timestamp::from_millis(seconds.saturating_mul(1_000));
    let one_time = jti
        .clone()
        .filter(|_| once)
        .map(|id| OneTimeToken { id, expires_at: instant(exp.saturating_add(LEEWAY_S)) });
    fits.then(|| Proven {
        registered,
        reference: sub,
        scope: Scope::of(scope.as_deref()),
        origin,
        id: jti,
        one_time,
        expires_at: instant(exp),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_words_between_spaces() {
        for (claim, read, redeem) in [
            (None, true, true),
            (Some("read redeem"), true, true),
            (Some("read"), true, false),
            (Some("redeem openid"), false, true),
            (Some("reader"), false, false),
            (Some(""), false, false),
        ] {
            assert_eq!(Scope::of(claim), Scope { read, redeem }, "{claim:?}");
        }
    }
}
