//! Mints a member token with a secret (HS256): `cargo run -p mint-token -- lantern customer-7`.

use std::{
    error::Error,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// A token for a member of a program that lives for `life`, of which 15 minutes are the most.
fn mint_token(secret: &[u8], program: &str, member: &str, life: Duration) -> Result<String, Box<dyn Error>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut id = [0; 16];
    getrandom::fill(&mut id)?;
    let header = BASE64.encode(json!({"alg": "HS256", "typ": "JWT"}).to_string());
    let claims = BASE64.encode(
        json!({"aud": program, "sub": member, "iat": now, "exp": now + life.as_secs(), "jti": BASE64.encode(id)})
            .to_string(),
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(secret)?;
    mac.update(format!("{header}.{claims}").as_bytes());
    let signature = BASE64.encode(mac.finalize().into_bytes());
    Ok(format!("{header}.{claims}.{signature}"))
}

fn main() -> Result<(), Box<dyn Error>> {
    let secret = std::env::var("STAMPCARD_TOKEN_SECRET")?;
    let mut words = std::env::args().skip(1);
    let (Some(program), Some(member)) = (words.next(), words.next()) else {
        return Err("say the program and the member: mint-token lantern customer-7".into());
    };
    println!("{}", mint_token(secret.as_bytes(), &program, &member, Duration::from_secs(300))?);
    Ok(())
}
