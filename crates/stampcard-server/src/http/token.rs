//! Member tokens: short JWTs that the merchant's server signs with HS256.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, TokenData, Validation, dangerous, decode, decode_header};
use serde::Deserialize;
use stampcard_model::Timestamp;

use super::{auth::seconds, text};
use crate::programs::{Programs, Registered};

/// The longest token that is looked at, in bytes.
const LENGTH_MAX: usize = 4_096;
/// The longest life of a token, in seconds.
const LIFE_MAX_S: i64 = 15 * 60;
/// How far clocks may differ, in seconds.
const LEEWAY_S: i64 = 30;

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
}

/// The program and the member's reference that a token stands for; `None` when it stands for nobody.
///
/// The audience names the program, and only that program's secret then proves the token. It must be signed with HS256,
/// name no extension that has to be understood, live 15 minutes at most, and be valid at `now`, give or take 30 seconds.
pub(super) fn check<'a>(
    programs: &'a Programs,
    token: &str,
    now: Timestamp,
) -> Option<(&'a Arc<Registered>, String)> {
    if token.len() > LENGTH_MAX {
        return None;
    }
    let header = decode_header(token).ok()?;
    if header.alg != Algorithm::HS256 || header.crit.is_some() {
        return None;
    }
    // Not proven yet: it only chooses the secret that must prove it.
    let claimed: TokenData<Claims> = dangerous::insecure_decode(token).ok()?;
    let registered = programs.of_audience(&claimed.claims.aud)?;
    let mut proof = Validation::new(Algorithm::HS256);
    proof.set_audience(&[&claimed.claims.aud]);
    proof.set_required_spec_claims(&["exp", "sub", "aud"]);
    // The library reads the system's clock; the server's own is asked below.
    proof.validate_exp = false;
    let Claims { sub, aud: _, iat, exp, nbf, iss } =
        decode::<Claims>(token, &registered.tokens.key, &proof).ok()?.claims;
    let now = seconds(now);
    let life = exp.checked_sub(iat)?;
    let fits = (1..=LIFE_MAX_S).contains(&life)
        && iat <= now.saturating_add(LEEWAY_S)
        && nbf.is_none_or(|nbf| nbf <= now.saturating_add(LEEWAY_S))
        && now < exp.saturating_add(LEEWAY_S)
        && (registered.tokens.issuer.is_none() || registered.tokens.issuer == iss)
        && text::is_reference(&sub);
    fits.then_some((registered, sub))
}
