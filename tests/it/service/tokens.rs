//! Member tokens: which prove a member, and what for.

use std::{
    path::PathBuf,
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::http::{Method, Request};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::ground::{Ground, ORIGIN, SECRET, cheapest, get, jwks, new_key, signed, write};

/// The key pair of RFC 8037, appendix A: its private part in PKCS #8 as DER and as PEM, its public part as in a JWK.
const PRIVATE: &[u8] = &[
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20, 0x9d,
    0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49,
    0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];
const PEM: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
";
const PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

#[tokio::test]
async fn a_token_of_either_algorithm_proves_its_member_and_only_with_its_own_key() {
    // "another secret of the tests, longer than 32 bytes" in base64url.
    let secret = "YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3RzLCBsb25nZXIgdGhhbiAzMiBieXRlcw";
    let keys = json!([
        {"kid": "before", "kty": "oct", "k": secret},
        {"kid": "now", "kty": "OKP", "crv": "Ed25519", "x": PUBLIC, "alg": "EdDSA"},
    ]);
    let ground = Ground::with(|settings| settings.programs[0].member_tokens.jwks = jwks(keys));
    ground.member("mei", 0).await;
    let claims = ground.claims("mei");
    let ed = EncodingKey::from_ed_der(PRIVATE);
    let of_set = EncodingKey::from_secret(b"another secret of the tests, longer than 32 bytes");
    let plain = EncodingKey::from_secret(SECRET.as_bytes());
    let public_as_secret = EncodingKey::from_secret(PUBLIC.as_bytes());
    for (what, algorithm, kid, key, status) in [
        ("the secret, no kid", Algorithm::HS256, None, &plain, 200),
        ("the private key and its kid", Algorithm::EdDSA, Some("now"), &ed, 200),
        ("the secret of the set and its kid", Algorithm::HS256, Some("before"), &of_set, 200),
        ("the private key without its kid", Algorithm::EdDSA, None, &ed, 401),
        ("the private key under another kid", Algorithm::EdDSA, Some("before"), &ed, 401),
        ("the secret under a kid", Algorithm::HS256, Some("now"), &plain, 401),
        ("the public key as a secret", Algorithm::HS256, Some("now"), &public_as_secret, 401),
        ("a kid that nobody knows", Algorithm::HS256, Some("later"), &plain, 401),
        ("another algorithm of the secret", Algorithm::HS512, None, &plain, 401),
        ("another secret", Algorithm::HS256, None, &of_set, 401),
    ] {
        let header = Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) };
        let token = encode(&header, &claims, key).expect("it is signed");
        let answer = ground.send(get("/v1/me", &token)).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text);
    }
    let unsigned = {
        let token = signed(&claims);
        let (_, rest) = token.split_once('.').expect("three parts");
        let (body, _) = rest.split_once('.').expect("three parts");
        format!("eyJhbGciOiJub25lIn0.{body}.")
    };
    assert_eq!(ground.send(get("/v1/me", &unsigned)).await.status, 401, "alg none");
}

#[tokio::test]
async fn a_key_that_is_taken_out_of_the_set_proves_nothing_any_more() {
    let key = json!({"kid": "2026-10", "kty": "OKP", "crv": "Ed25519", "x": PUBLIC});
    let ground = Ground::with(|settings| settings.programs[0].member_tokens.jwks = jwks(json!([key])));
    ground.member("mei", 0).await;
    let header = Header { kid: Some("2026-10".to_owned()), ..Header::new(Algorithm::EdDSA) };
    let token =
        encode(&header, &ground.claims("mei"), &EncodingKey::from_ed_der(PRIVATE)).expect("it is signed");
    assert_eq!(ground.send(get("/v1/me", &token)).await.status, 200);
    let ground = ground.again(|_| {}).await;
    assert_eq!(ground.send(get("/v1/me", &token)).await.told(), (401, "unauthorized"));
}

#[tokio::test]
async fn the_times_of_a_token_are_kept_to_half_a_minute() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    let now = ground.clock.seconds();
    for (what, iat, exp, status) in [
        ("fifteen minutes", now, now + 900, 200),
        ("a second more", now, now + 901, 401),
        ("expired half a minute ago", now - 300, now - 30, 401),
        ("expired a little less ago", now - 300, now - 29, 200),
        ("made half a minute from now", now + 30, now + 60, 200),
        ("made a little later", now + 31, now + 60, 401),
        ("ends before it begins", now, now - 1, 401),
        ("ends of time", i64::MIN, i64::MAX, 401),
    ] {
        let token = signed(&json!({"sub": "mei", "aud": "lantern", "iat": iat, "exp": exp}));
        assert_eq!(ground.send(get("/v1/me", &token)).await.status, status, "{what}");
    }
    for (what, claim, value) in [
        ("another program's audience", "aud", json!("comet")),
        ("an audience that nobody has", "aud", json!("nobody")),
        ("a list of audiences", "aud", json!(["lantern"])),
        ("no subject", "sub", json!("")),
        ("once without a jti", "once", json!(true)),
        ("a jti of no length", "jti", json!("")),
    ] {
        let mut claims = ground.claims("mei");
        claims[claim] = value;
        let answer = ground.send(get("/v1/me", &signed(&claims))).await;
        // The other program proves its tokens with the same secret here: there the member is not enrolled.
        let expected = if what.starts_with("another") { 404 } else { 401 };
        assert_eq!(answer.status, expected, "{what}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_scope_opens_only_what_it_names() {
    let ground = Ground::new();
    ground.member("mei", 1_000).await;
    for (scope, reads, redeems) in [
        (None, 200, 201),
        (Some("read redeem"), 200, 201),
        (Some("read"), 200, 403),
        (Some("redeem"), 403, 201),
        (Some("openid"), 403, 403),
    ] {
        let mut claims = ground.claims("mei");
        if let Some(scope) = scope {
            claims["scope"] = json!(scope);
        }
        let token = signed(&claims);
        let read = ground.send(get("/v1/me", &token)).await;
        let redeemed =
            ground.send(write(Method::POST, "/v1/me/redemptions", &token, &new_key(), &cheapest())).await;
        assert_eq!((read.status.as_u16(), redeemed.status.as_u16()), (reads, redeems), "{scope:?}");
        for answer in [read, redeemed] {
            assert!(answer.status.is_success() || answer.told() == (403, "insufficient_scope"), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_page_may_read_that_its_scope_is_too_small_but_not_that_its_origin_is_wrong() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    let ask = async |claims: &Value, origin: &str| {
        let mut request = get("/v1/me", &signed(claims));
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
        ground.send(request).await
    };
    let mut claims = ground.claims("mei");
    claims["scope"] = json!("redeem");
    let answer = ask(&claims, ORIGIN).await;
    assert_eq!(answer.told(), (403, "insufficient_scope"));
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    let answer = ask(&ground.claims("mei"), "https://elsewhere.example").await;
    assert_eq!(answer.told(), (403, "origin_not_allowed"));
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_token_that_is_bound_to_an_origin_is_of_no_use_elsewhere() {
    let second = "https://second.example";
    let ground = Ground::with(|settings| {
        settings.programs[0].publishable_keys[0].origins.push(second.to_owned());
    });
    ground.member("mei", 0).await;
    let mut claims = ground.claims("mei");
    claims["origin"] = json!(ORIGIN);
    let token = signed(&claims);
    for (headers, status) in [
        (&[("origin", ORIGIN)][..], 200),
        (&[("origin", second)][..], 403),
        (&[("origin", "null")][..], 403),
        (&[][..], 403),
        (&[("sec-fetch-site", "same-origin"), ("host", "shop.example")][..], 200),
        (&[("sec-fetch-site", "same-site"), ("host", "shop.example")][..], 403),
        (&[("sec-fetch-site", "same-origin"), ("host", "second.example")][..], 403),
    ] {
        let mut request = Request::get("/v1/me").header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = ground.send(request.body(axum::body::Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, status, "{headers:?}");
    }
}

#[tokio::test]
async fn a_one_time_token_carries_out_one_write_however_often_it_is_repeated() {
    let ground = Ground::new();
    ground.member("mei", 1_000).await;
    let mut claims = ground.claims("mei");
    claims["once"] = json!(true);
    claims["jti"] = json!("t-1");
    let token = signed(&claims);
    let redeem = async |token: &str, key: &str| {
        ground.send(write(Method::POST, "/v1/me/redemptions", token, key, &cheapest())).await
    };
    assert_eq!(ground.send(get("/v1/me", &token)).await.status, 200);
    let first = redeem(&token, "first-key").await;
    assert_eq!(first.status, 201, "{}", first.text);
    let again = redeem(&token, "first-key").await;
    assert_eq!((again.status.as_u16(), &again.text), (201, &first.text));
    assert_eq!(redeem(&token, "other-key").await.told(), (401, "token_used"));
    // The same key under another token is still the same write.
    assert_eq!(redeem(&ground.token("mei"), "first-key").await.text, first.text);
    assert_eq!(ground.send(get("/v1/me", &token)).await.status, 200, "it reads as often as it likes");

    let ground = ground.again(|_| {}).await;
    let answer =
        ground.send(write(Method::POST, "/v1/me/redemptions", &token, "other-key", &cheapest())).await;
    assert_eq!(answer.told(), (401, "token_used"), "a restart forgets no token");
}

#[tokio::test]
async fn the_minting_snippets_mint_tokens_that_the_server_and_an_independent_library_take() {
    let mint = root().join("examples/mint-token");
    let folder = tempfile::TempDir::new().expect("a folder");
    let key_file = folder.path().join("key.pem");
    std::fs::write(&key_file, PEM).expect("the key is written");
    let public =
        run(Command::new("node").arg(mint.join("mint-eddsa.mjs")).arg("--jwks").arg(&key_file).arg("k1"));
    let set: Value = public.as_deref().map_or(json!({"keys": []}), |text| {
        serde_json::from_str(text).expect("the snippet prints a key set")
    });
    let ground = Ground::with(|settings| {
        let set = set["keys"].clone();
        settings.programs[0].member_tokens.jwks =
            set.as_array().is_some_and(|all| !all.is_empty()).then(|| jwks(set)).flatten();
    });
    ground.member("customer-7", 0).await;
    // The snippets ask the system for the time, so the server must have the same.
    let synchronize = || {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        ground.clock.pass(i64::try_from(now).expect("soon") - ground.clock.now().as_millis());
    };
    for (language, program, file) in [
        ("Node", "node", "mint.mjs"),
        ("Python", "python3", "mint.py"),
        ("PHP", "php", "mint.php"),
        ("Ruby", "ruby", "mint.rb"),
        ("Rust", env!("CARGO"), "rust/Cargo.toml"),
    ] {
        let mut command = Command::new(program);
        if language == "Rust" {
            command.args(["run", "--quiet", "--offline", "--manifest-path"]).arg(mint.join(file)).arg("--");
        } else {
            command.arg(mint.join(file));
        }
        let Some(token) = run(command.args(["lantern", "customer-7"]).env("STAMPCARD_TOKEN_SECRET", SECRET))
        else {
            println!("{language}: skipped, there is no {program} here");
            continue;
        };
        synchronize();
        let answer = ground.send(get("/v1/me", &token)).await;
        assert_eq!(answer.status, 200, "{language}: {}", answer.text);
        verify_independently(language, &token, json!({"secret": SECRET}));
    }
    let eddsa = run(Command::new("node").arg(mint.join("mint-eddsa.mjs")).arg(&key_file).args([
        "k1",
        "lantern",
        "customer-7",
    ]));
    if let Some(token) = eddsa {
        synchronize();
        let answer = ground.send(get("/v1/me", &token)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        verify_independently("Node, EdDSA", &token, json!({"jwks": set}));
    }
}

#[tokio::test]
async fn a_token_of_an_independent_library_is_taken() {
    let Some(minted) =
        independent(&json!({"mint": {"sub": "mei", "aud": "lantern", "kid": "k1", "lifeS": 300}}))
    else {
        return;
    };
    let minted: Value = serde_json::from_str(&minted).expect("it prints JSON");
    let ground = Ground::with(|settings| {
        settings.programs[0].member_tokens.jwks = jwks(json!([minted["key"]]));
    });
    ground.member("mei", 0).await;
    ground.clock.pass(minted["now"].as_i64().expect("an instant") * 1_000 - ground.clock.now().as_millis());
    let answer = ground.send(get("/v1/me", minted["token"].as_str().expect("a token"))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

fn verify_independently(language: &str, token: &str, key: Value) {
    let mut asked = key;
    asked["token"] = json!(token);
    asked["audience"] = json!("lantern");
    if let Some(subject) = independent(&json!({"verify": asked})) {
        assert_eq!(subject, "customer-7", "{language}");
    }
}

/// What the library `jose` says, if it is installed.
fn independent(task: &Value) -> Option<String> {
    let folder = root().join("tests/independent");
    if !folder.join("node_modules/jose").exists() {
        println!("jose: skipped, it is not installed: npm ci --prefix tests/independent");
        return None;
    }
    run(Command::new("node").arg(folder.join("jose.mjs")).arg(task.to_string()))
}

/// What a command prints; `None` when there is no such command.
fn run(command: &mut Command) -> Option<String> {
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => panic!("{command:?}: {error}"),
    };
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("text").trim().to_owned())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the project").to_owned()
}
