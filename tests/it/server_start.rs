//! Starting a server: settings, secrets, and a clear sentence when it cannot be.

use std::path::Path;

use stampcard_server::{App, Settings, StartError};

use crate::http_server::{Server, program};

fn read(toml: &str, environment: &[(&str, &str)]) -> Result<Settings, StartError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stampcard.toml");
    std::fs::write(&file, toml).unwrap();
    Settings::read(
        Some(&file),
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

/// Settings with one program, in a folder of their own.
fn one_program(folder: &Path) -> String {
    std::fs::write(folder.join("program.json"), program("lantern").to_string()).unwrap();
    format!(
        r#"database = "ledger.db"
        [[programs]]
        program = {{ file = "program.json" }}
        secret_keys = ["{}"]
        [[programs.publishable_keys]]
        key = "pk_lantern_shop"
        origins = ["https://lantern.example"]
        [programs.member_tokens]
        secret = {{ value = "a secret of thirty-two bytes, at least" }}"#,
        "ab".repeat(32)
    )
}

/// The sentence that a start with these settings ends with.
#[track_caller]
fn sentence(folder: &Path, toml: &str) -> String {
    let file = folder.join("stampcard.toml");
    std::fs::write(&file, toml).unwrap();
    let started = Settings::read(Some(&file), []).and_then(App::open);
    started.err().expect("it starts").to_string()
}

#[test]
fn the_example_is_complete_and_says_the_defaults() {
    let example = include_str!("../../crates/stampcard-server/stampcard.example.toml");
    let settings = read(example, &[]).unwrap();
    let defaults = Settings::default();
    assert_eq!(settings.listen, defaults.listen);
    assert_eq!(settings.database.file_name(), defaults.database.file_name());
    assert_eq!(format!("{:?}", settings.limits), format!("{:?}", defaults.limits));
    assert_eq!(settings.behind_proxy, defaults.behind_proxy);
    assert_eq!(settings.retention, defaults.retention);
    assert_eq!(settings.webhooks.authorities, None);
    assert_eq!(settings.programs.len(), 1);
    let Settings { limits, retention, webhooks, .. } = &settings;
    let all = format!("{limits:?} {retention:?} {webhooks:?} {:?}", settings.programs[0].member_tokens);
    for (name, _) in all.split([' ', '{', ',']).filter_map(|word| word.split_once(':')) {
        assert!(example.contains(name), "the example does not show {name}");
    }
}

#[test]
fn the_environment_wins_and_only_its_own_part_counts() {
    let settings = read(
        "listen = \"127.0.0.1:1\"",
        &[
            ("STAMPCARD_LISTEN", "127.0.0.1:2"),
            ("STAMPCARD_LIMITS__READERS", "7"),
            ("STAMPCARD_CONFIG", "elsewhere.toml"),
            ("STAMPCARD_LOG", "debug"),
            ("LISTEN", "127.0.0.1:3"),
        ],
    )
    .unwrap();
    assert_eq!(settings.listen.port(), 2);
    assert_eq!(settings.limits.readers, 7);
}

#[test]
fn a_key_that_is_not_known_is_refused_by_name() {
    for (toml, named) in [
        ("listn = \"127.0.0.1:1\"", "listn"),
        ("[limits]\nreader = 1", "reader"),
        (
            "[[programs]]\nprogram = { file = \"a\" }\nmember_tokens = { secret = { env = \"A\" }, issuers = \"b\" }",
            "issuers",
        ),
        ("[[programs]]\nprogram = { path = \"a\" }", "path"),
        ("listen = \"nowhere\"", "listen"),
    ] {
        let sentence = read(toml, &[]).unwrap_err().to_string();
        assert!(sentence.contains(named), "{toml}: {sentence}");
    }
    assert!(read("", &[("STAMPCARD_LISTN", "x")]).unwrap_err().to_string().contains("listn"));
}

#[test]
fn what_cannot_be_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let good = one_program(folder);
    std::fs::write(folder.join("broken.json"), "{\"id\": 7}").unwrap();
    let mut faulty = program("lantern");
    faulty["time_zone"] = "Mars/Olympus_Mons".into();
    faulty["rewards"][0]["price"] = 0.into();
    std::fs::write(folder.join("faulty.json"), faulty.to_string()).unwrap();
    std::fs::write(folder.join("text.db"), "a text, and a long one at that: ".repeat(99)).unwrap();
    for (from, to, expected) in [
        ("program.json", "absent.json", vec!["absent.json"]),
        ("program.json", "broken.json", vec!["broken.json", "id"]),
        ("program.json", "faulty.json", vec!["/time_zone", "/rewards/0/price"]),
        (
            "{ value = \"a secret of thirty-two bytes, at least\" }",
            "{ env = \"STAMPCARD_TEST_UNSET\" }",
            vec!["STAMPCARD_TEST_UNSET"],
        ),
        (
            "{ value = \"a secret of thirty-two bytes, at least\" }",
            "{ file = \"no-secret\" }",
            vec!["no-secret"],
        ),
        ("a secret of thirty-two bytes, at least", "short", vec!["fewer than 32 bytes"]),
        ("https://lantern.example", "https://lantern.example/shop", vec!["origin"]),
        ("https://lantern.example", "*", vec!["origin"]),
        ("pk_lantern_shop", "sk_lantern_shop", vec!["publishable key"]),
        ("ledger.db", "absent/ledger.db", vec!["absent/ledger.db"]),
        ("ledger.db", "text.db", vec!["text.db"]),
        ("database", "limits = { readers = 0 }\ndatabase", vec!["readers"]),
    ] {
        let sentence = sentence(folder, &good.replace(from, to));
        for part in expected {
            assert!(sentence.contains(part), "{to}: {sentence}");
        }
        assert!(!sentence.contains("a secret of"), "{sentence}");
    }
    assert!(sentence(folder, "database = \"x.db\"").contains("no program"));
    let twice = format!(
        "{good}\n{}",
        good.split_once("[[programs]]").map(|(_, rest)| format!("[[programs]]{rest}")).unwrap()
    );
    assert!(sentence(folder, &twice).contains("stands twice"));
}

#[test]
fn a_secret_is_shown_by_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let settings = read(&one_program(folder.path()), &[]).unwrap();
    assert!(!format!("{settings:?}").contains("thirty-two"));
}

#[tokio::test]
async fn one_ledger_has_one_server() {
    let server = Server::open();
    let folder = server.folder.path();
    let toml = one_program(folder);
    assert!(sentence(folder, &toml).contains("Another server"));
    server.app.shutdown().await.unwrap();
    let file = folder.join("stampcard.toml");
    let settings = Settings::read(Some(&file), []).unwrap();
    App::open(settings).unwrap().shutdown().await.unwrap();
}

#[tokio::test]
async fn a_program_does_not_change_under_its_version() {
    let server = Server::open();
    let folder = server.folder.path().to_owned();
    server.app.shutdown().await.unwrap();
    let toml = one_program(&folder);
    let mut changed = program("lantern");
    changed["rewards"][0]["price"] = 99.into();
    std::fs::write(folder.join("program.json"), changed.to_string()).unwrap();
    assert!(sentence(&folder, &toml).contains("version 2"));
    changed["version"] = 2.into();
    std::fs::write(folder.join("program.json"), changed.to_string()).unwrap();
    let file = folder.join("stampcard.toml");
    App::open(Settings::read(Some(&file), []).unwrap()).unwrap().shutdown().await.unwrap();
    // Back to the old one is no way either.
    assert!(sentence(&folder, &one_program(&folder)).contains("version 3"));
}

#[tokio::test]
async fn a_port_in_use_is_said_in_a_sentence() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let error = stampcard_server::listen(address).await.unwrap_err().to_string();
    assert!(error.contains(&address.to_string()) && error.contains("another port"), "{error}");
}
