//! A reference server in this process: two programs, a clock that tests move, and requests without a port.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, header},
};
use http_body_util::BodyExt;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};
use stampcard_model::{Program, Timestamp};
use stampcard_server::{
    App, Seams, Settings, StartError,
    settings::{
        Limits, MemberTokens, ProgramSettings, ProgramSource, PublishableKey, Secret, SecretKeyHash,
        SecretSource,
    },
};
use tempfile::TempDir;
use tower::ServiceExt;

pub const PAGE_KEY: &str = "pk_lantern_shop";
pub const OTHER_PAGE_KEY: &str = "pk_harbor_shop";
pub const MERCHANT_KEY: &str = "sk_lantern_backend";
pub const OTHER_MERCHANT_KEY: &str = "sk_harbor_backend";
pub const ORIGIN: &str = "https://lantern.example";
pub const OTHER_ORIGIN: &str = "https://harbor.example";
pub const SECRET: &str = "lantern's secret of thirty-two bytes and more";
pub const OTHER_SECRET: &str = "harbor's secret of thirty-two bytes and more";
pub const START: &str = "2026-11-22T09:00:00Z";

/// A server with the programs `lantern` and `harbor`.
pub struct Server {
    pub app: App,
    pub router: Router,
    pub folder: TempDir,
    now: Arc<AtomicI64>,
    keys: AtomicU64,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        self.json()
    }

    /// The code of a problem, which must have the shape and headers of one.
    #[track_caller]
    pub fn problem(&self) -> (u16, String) {
        assert!(self.status >= 400, "no problem: {} {}", self.status, self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        let body = self.json();
        assert_eq!(body["status"], self.status);
        let code = body["code"].as_str().unwrap();
        assert_eq!(body["type"], format!("about:blank#{code}"));
        assert!(!body["title"].as_str().unwrap().is_empty());
        assert!(!body["request_id"].as_str().unwrap().is_empty());
        (self.status, code.to_owned())
    }
}

impl Server {
    pub fn open() -> Self {
        Self::open_with(program("lantern"))
    }

    /// With another definition of `lantern`.
    pub fn open_with(lantern: Value) -> Self {
        let now = Timestamp::parse(START).unwrap();
        Self::open_in(tempfile::tempdir().unwrap(), lantern, now, Limits::default())
    }

    pub fn open_with_limits(limits: Limits) -> Self {
        let now = Timestamp::parse(START).unwrap();
        Self::open_in(tempfile::tempdir().unwrap(), program("lantern"), now, limits)
    }

    /// With its ledger in a folder.
    pub fn open_on(folder: TempDir) -> Self {
        let now = Timestamp::parse(START).unwrap();
        Self::open_in(folder, program("lantern"), now, Limits::default())
    }

    /// Whether a server can be opened on the ledger in a folder.
    pub fn try_open_on(folder: &TempDir) -> Result<App, StartError> {
        App::open(settings(folder, program("lantern"), Limits::default()))
    }

    fn open_in(folder: TempDir, lantern: Value, now: Timestamp, limits: Limits) -> Self {
        let now = Arc::new(AtomicI64::new(now.as_millis()));
        let clock = Arc::clone(&now);
        let clock = Arc::new(move || Timestamp::from_millis(clock.load(Ordering::SeqCst)));
        let settings = settings(&folder, lantern, limits);
        let app = App::open_with(settings, Seams { clock, ..Seams::default() }).unwrap();
        Self { router: app.router(), app, folder, now, keys: AtomicU64::new(1) }
    }

    /// Closes the server and opens its ledger again.
    pub async fn reopen(self, lantern: Value) -> Self {
        let now = self.app.now();
        self.app.shutdown().await.unwrap();
        let Self { app, router, folder, .. } = self;
        drop((app, router));
        Self::open_in(folder, lantern, now, Limits::default())
    }

    pub fn let_pass(&self, days: i64, minutes: i64) {
        self.now.fetch_add((days * 24 * 60 + minutes) * 60_000, Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// A key that no request has used.
    pub fn fresh_key(&self) -> String {
        format!("test-key-{:06}", self.keys.fetch_add(1, Ordering::SeqCst))
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes }
    }

    /// A read on the public plane.
    pub async fn public(&self, path: &str) -> Answer {
        self.send(get(path).header("stampcard-key", PAGE_KEY).body(Body::empty()).unwrap()).await
    }

    /// A read on the member plane.
    pub async fn get(&self, member: &str, path: &str) -> Answer {
        self.send(get(path).header(header::AUTHORIZATION, self.bearer(member)).body(Body::empty()).unwrap())
            .await
    }

    /// A redemption under a key.
    pub async fn redeem(&self, member: &str, key: &str, reward: &str, price: u64) -> Answer {
        let body = json!({"reward_id": reward, "price": price});
        self.send(post("/v1/me/redemptions", &self.bearer(member), key, &body)).await
    }

    /// A write on the merchant plane under a key.
    pub async fn merchant_with(&self, key: &str, path: &str, body: Value) -> Answer {
        self.send(post(path, &format!("Bearer {MERCHANT_KEY}"), key, &body)).await
    }

    /// A write on the merchant plane under a fresh key.
    pub async fn merchant(&self, path: &str, body: Value) -> Answer {
        self.merchant_with(&self.fresh_key(), path, body).await
    }

    /// Enrolls a member.
    pub async fn enroll(&self, reference: &str) {
        self.merchant("/v1/members", json!({"reference": reference})).await.ok();
    }

    /// Enrolls a member, and books an order that earns this many points for who has no tier yet.
    pub async fn enroll_with(&self, reference: &str, points: u64) {
        self.enroll(reference).await;
        self.book(reference, &format!("start-{reference}"), points).await.ok();
    }

    /// Books an order of this many times one euro.
    pub async fn book(&self, reference: &str, order: &str, euros: u64) -> Answer {
        self.merchant("/v1/orders", order_body(reference, order, euros * 100)).await
    }

    pub async fn available(&self, member: &str) -> u64 {
        self.get(member, "/v1/me").await.ok()["balance"]["available"].as_u64().unwrap()
    }

    /// A good token of the member, as a header.
    pub fn bearer(&self, member: &str) -> String {
        format!("Bearer {}", self.token(&self.claims(member)))
    }

    pub fn claims(&self, member: &str) -> Value {
        let now = self.now().as_millis() / 1_000;
        json!({"sub": member, "aud": "lantern", "iat": now, "exp": now + 300, "jti": "1"})
    }

    pub fn token(&self, claims: &Value) -> String {
        token(&Header::default(), claims, SECRET)
    }

    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("ledger.db")
    }

    /// Every table's rows, to tell whether anything changed.
    pub fn contents(&self) -> Vec<String> {
        let connection = rusqlite::Connection::open(self.database()).unwrap();
        let mut tables =
            connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
        let tables: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut contents = Vec::new();
        for table in tables {
            let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = statement.column_count();
            let mut rows = statement.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let values: Vec<String> =
                    (0..columns).map(|column| format!("{:?}", row.get_ref(column).unwrap())).collect();
                contents.push(format!("{table}: {}", values.join(", ")));
            }
        }
        contents
    }

    #[track_caller]
    pub fn assert_verified(&self) {
        let report = stampcard_server::verify(&self.database()).unwrap();
        assert!(report.holds(), "{report}");
    }
}

pub fn get(path: &str) -> axum::http::request::Builder {
    Request::get(path)
}

pub fn post(path: &str, authorization: &str, key: &str, body: &Value) -> Request<Body> {
    write(Request::post(path), authorization, key, body)
}

pub fn put(path: &str, authorization: &str, key: &str, body: &Value) -> Request<Body> {
    write(Request::put(path), authorization, key, body)
}

fn write(
    request: axum::http::request::Builder,
    authorization: &str,
    key: &str,
    body: &Value,
) -> Request<Body> {
    request
        .header(header::AUTHORIZATION, authorization)
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()))
        .unwrap()
}

pub fn token(header: &Header, claims: &Value, secret: &str) -> String {
    jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

pub fn order_body(reference: &str, order: &str, amount_minor: u64) -> Value {
    json!({"member_reference": reference, "order": {"id": order, "money": "EUR", "lines": [
        {"sku": "TEA-1", "quantity": 1, "amount_minor": amount_minor}]}})
}

/// One point a euro, twelve months; from 200 points one and a quarter.
pub fn program(id: &str) -> Value {
    let mut program: Value = serde_json::from_str(include_str!("../fixtures/program.json")).unwrap();
    program["id"] = id.into();
    program
}

/// Both programs, with the ledger in a folder.
fn settings(folder: &TempDir, lantern: Value, limits: Limits) -> Settings {
    Settings {
        database: folder.path().join("ledger.db"),
        limits,
        programs: vec![
            program_settings(lantern, PAGE_KEY, ORIGIN, MERCHANT_KEY, SECRET),
            program_settings(
                program("harbor"),
                OTHER_PAGE_KEY,
                OTHER_ORIGIN,
                OTHER_MERCHANT_KEY,
                OTHER_SECRET,
            ),
        ],
        ..Settings::default()
    }
}

/// A client over TCP. The server brings TLS into this program, so that each client of it wants a provider.
pub fn http_client() -> reqwest::Client {
    // Fails only when another test was faster, and then there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

fn program_settings(
    program: Value,
    page_key: &str,
    origin: &str,
    merchant_key: &str,
    secret: &str,
) -> ProgramSettings {
    let program: Program = serde_json::from_value(program).unwrap();
    ProgramSettings {
        program: ProgramSource::Inline(Box::new(program)),
        publishable_keys: vec![PublishableKey { key: page_key.to_owned(), origins: vec![origin.to_owned()] }],
        secret_keys: vec![SecretKeyHash::of(merchant_key)],
        member_tokens: MemberTokens {
            secret: Some(SecretSource::Value(Secret::new(secret))),
            jwks: None,
            audience: None,
            issuer: None,
        },
    }
}
