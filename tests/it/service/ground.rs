//! A server in process with a clock that stands still until it is told otherwise.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, Response, StatusCode},
};
use http_body_util::BodyExt;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use stampcard_model::{Program, Timestamp};
use stampcard_server::{
    App, Seams, Settings,
    settings::{
        Jwks, JwksSource, MemberTokens, ProgramSettings, ProgramSource, PublishableKey, Secret,
        SecretKeyHash, SecretSource,
    },
    store::sqlite::Format,
    verify,
};
use tempfile::TempDir;
use tower::ServiceExt;

use super::transfer::{exported, imported};

pub(super) const SECRET: &str = "a secret of the tests that has more than 32 bytes";
pub(super) const ORIGIN: &str = "https://shop.example";
pub(super) const PAGE_KEY: &str = "pk_test_lantern";
pub(super) const SECRET_KEY: &str = "sk_test_lantern";
/// The second program's.
pub(super) const OTHER_KEY: &str = "sk_test_comet";
/// 2026-01-10T08:00:00Z.
pub(super) const BEGIN: i64 = 1_768_032_000_000;
const LANTERN: &str = include_str!("../../../crates/stampcard-demo/program.json");

/// A clock that only moves when it is told to.
#[derive(Clone)]
pub(super) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(super) fn at(millis: i64) -> Self {
        Self(Arc::new(AtomicI64::new(millis)))
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    pub(super) fn seconds(&self) -> i64 {
        self.now().as_millis() / 1_000
    }

    pub(super) fn pass(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

/// A folder for a database that is not there yet.
pub(super) struct Place(Arc<TempDir>);

impl Place {
    pub(super) fn new() -> Self {
        Self(Arc::new(TempDir::new().expect("a folder")))
    }

    pub(super) fn folder(&self) -> &Path {
        self.0.path()
    }

    /// A server on the database of this folder.
    pub(super) fn open(&self, clock: Clock) -> Ground {
        Ground::open(Arc::clone(&self.0), clock, |_| {})
    }
}

/// A server with two programs, `lantern` and `comet`.
pub(super) struct Ground {
    pub(super) app: App,
    pub(super) clock: Clock,
    /// Last: the folder goes when nothing uses it any more.
    folder: Arc<TempDir>,
    /// Of `lantern`.
    program: ProgramSource,
    router: Router,
}

impl Ground {
    /// With the defaults.
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = Arc::new(TempDir::new().expect("a folder"));
        Self::open(folder, Clock::at(BEGIN), change)
    }

    /// With a program of its own: the demo's after `change`, whose tiers, rewards and rules may be built upon.
    pub(super) fn of(change: impl FnOnce(&mut Value)) -> Self {
        Self::with(|settings| settings.programs[0].program = changed(change))
    }

    /// With another `lantern`, and perhaps other settings.
    pub(super) fn with_program(
        change: impl FnOnce(&mut Program),
        settings: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::with(|all| {
            set_program(all, change);
            settings(all);
        })
    }

    /// The same database, opened again.
    pub(super) async fn again(self, change: impl FnOnce(&mut Settings)) -> Self {
        self.app.shutdown().await.expect("the store closes");
        let program = self.program.clone();
        Self::open(Arc::clone(&self.folder), self.clock.clone(), |settings| {
            settings.programs[0].program = program;
            change(settings);
        })
    }

    /// A server on the database of another place, with the same program and clock.
    pub(super) fn at(&self, place: &Place) -> Self {
        let program = self.program.clone();
        Self::open(Arc::clone(&place.0), self.clock.clone(), |settings| {
            settings.programs[0].program = program
        })
    }

    fn open(folder: Arc<TempDir>, clock: Clock, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings(folder.path());
        change(&mut settings);
        let program = settings.programs[0].program.clone();
        let told = clock.clone();
        let seams = Seams { clock: Arc::new(move || told.now()), ..Seams::default() };
        let app = App::open_with(settings, seams).expect("the server opens");
        Self { router: app.router(), app, clock, folder, program }
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Claims of a token for a member, valid now for five minutes.
    pub(super) fn claims(&self, member: &str) -> Value {
        let now = self.clock.seconds();
        json!({"sub": member, "aud": "lantern", "iat": now, "exp": now + 300})
    }

    /// A token for a member, signed with the secret.
    pub(super) fn token(&self, member: &str) -> String {
        signed(&self.claims(member))
    }

    /// Sends a request.
    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.expect("it is answered")).await
    }

    /// Sends a request and leaves its body as it comes.
    pub(super) async fn stream(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.expect("it is answered")
    }

    /// A read of a page without a member.
    pub(super) async fn page(&self, path: &str) -> Answer {
        let request = Request::get(path).header("stampcard-key", PAGE_KEY).body(Body::empty());
        self.send(request.expect("a request")).await
    }

    /// A read of a member.
    pub(super) async fn get(&self, path: &str, member: &str) -> Answer {
        self.send(get(path, &self.token(member))).await
    }

    /// A write of a member under a new key.
    pub(super) async fn post_as(&self, path: &str, member: &str, body: Value) -> Answer {
        self.send(write(Method::POST, path, &self.token(member), &new_key(), &body)).await
    }

    /// A write of the merchant under a new key.
    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(write(Method::POST, path, SECRET_KEY, &new_key(), &body)).await
    }

    /// A write of the merchant that replaces something.
    pub(super) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(write(Method::PUT, path, SECRET_KEY, &new_key(), &body)).await
    }

    /// A write of a member that replaces something.
    pub(super) async fn put_as(&self, path: &str, member: &str, body: Value) -> Answer {
        self.send(write(Method::PUT, path, &self.token(member), &new_key(), &body)).await
    }

    /// A decision of a member.
    pub(super) async fn decide(&self, member: &str, purpose: &str, granted: bool) -> Answer {
        let words = json!({"version": "1", "text": "May we?", "locale": "en"});
        let mut body = json!({"purpose": purpose, "granted": granted});
        body.as_object_mut().expect("an object").extend(words.as_object().expect("an object").clone());
        self.put_as("/v1/me/consents", member, body).await
    }

    /// What a member has to spend.
    pub(super) async fn available(&self, member: &str) -> u64 {
        let me = self.get("/v1/me", member).await;
        me.body["balance"]["available"].as_u64().unwrap_or_else(|| panic!("{}", me.text))
    }

    /// The ledger after it went to another server and back into a file; it says the same and holds there.
    pub(super) fn moved(&self) -> (Place, String) {
        let text = exported(&self.folder().join("ledger.db"), Format::Jsonl, None);
        let there = Place::new();
        let file = there.folder().join("ledger.db");
        imported(&file, &text).expect("it is imported");
        assert_eq!(exported(&file, Format::Jsonl, None), text, "and would go on as it came");
        let report = verify(&file).expect("it is looked at");
        assert!(report.holds(), "{report}");
        (there, text)
    }

    /// Forgets a member.
    pub(super) async fn erase(&self, member: &str) {
        let mut request = get("/v1/me", &self.token(member));
        *request.method_mut() = Method::DELETE;
        assert_eq!(self.send(request).await.status, StatusCode::NO_CONTENT);
    }

    /// Enrolls a member and books an order that earns `points`, if there are to be any.
    pub(super) async fn member(&self, reference: &str, points: u64) -> Value {
        let enrolled = self.post("/v1/members", json!({"reference": reference, "display_name": "Mei"})).await;
        assert!(enrolled.status.is_success(), "{enrolled:?}");
        if points > 0 {
            let booked = self.order(reference, &format!("first-of-{reference}"), points).await;
            assert_eq!(booked.status, StatusCode::CREATED, "{booked:?}");
        }
        enrolled.body
    }

    /// Books an order that earns `points` in the lowest tier.
    pub(super) async fn order(&self, reference: &str, order: &str, points: u64) -> Answer {
        let lines = json!([{"sku": "TEA", "quantity": 1, "amount_minor": points * 100}]);
        let order = json!({"id": order, "money": "EUR", "lines": lines});
        self.post("/v1/orders", json!({"member_reference": reference, "order": order})).await
    }

    /// Redeems the cheapest reward.
    pub(super) async fn redeem(&self, member: &str) -> Answer {
        self.post_as("/v1/me/redemptions", member, cheapest()).await
    }
}

/// The body of a redemption of the reward that costs least among those for everybody and without limits.
pub(super) fn cheapest() -> Value {
    let program = lantern();
    let free = program.rewards.iter().filter(|reward| {
        reward.tier.is_none() && reward.stock.is_none() && reward.per_member_limit.is_none()
    });
    let reward = free.min_by_key(|reward| reward.price).expect("the program has such a reward");
    json!({"reward_id": reward.id, "price": reward.price})
}

/// The demo's program.
pub(super) fn lantern() -> Program {
    serde_json::from_str(LANTERN).expect("the program is one")
}

/// The demo's program after a change, as settings hold it.
pub(super) fn changed(change: impl FnOnce(&mut Value)) -> ProgramSource {
    let mut program: Value = serde_json::from_str(LANTERN).expect("JSON");
    change(&mut program);
    ProgramSource::Inline(serde_json::from_value(program).expect("a program"))
}

/// Changes the program `lantern` of some settings.
pub(super) fn set_program(settings: &mut Settings, change: impl FnOnce(&mut Program)) {
    let mut lantern = lantern();
    change(&mut lantern);
    settings.programs[0].program = ProgramSource::Inline(Box::new(lantern));
}

/// Settings of a server with its database in a folder.
pub(super) fn settings(folder: &Path) -> Settings {
    let mut comet: Value = serde_json::from_str(LANTERN).expect("JSON");
    comet["id"] = json!("comet");
    let program = |json: Value, key: &str, secret_key: &str| ProgramSettings {
        program: ProgramSource::Inline(serde_json::from_value(json).expect("a program")),
        publishable_keys: vec![PublishableKey { key: key.to_owned(), origins: vec![ORIGIN.to_owned()] }],
        secret_keys: vec![SecretKeyHash::of(secret_key)],
        member_tokens: MemberTokens {
            secret: Some(SecretSource::Value(Secret::new(SECRET))),
            ..MemberTokens::default()
        },
    };
    let lantern = serde_json::from_str(LANTERN).expect("JSON");
    Settings {
        database: folder.join("ledger.db"),
        programs: vec![program(lantern, PAGE_KEY, SECRET_KEY), program(comet, "pk_test_comet", OTHER_KEY)],
        ..Settings::default()
    }
}

/// A key set as the settings hold it.
pub(super) fn jwks(keys: Value) -> Option<JwksSource> {
    let set: Jwks = serde_json::from_value(json!({"keys": keys})).expect("a key set");
    Some(JwksSource::Value(set))
}

/// A token with these claims, signed with the secret.
pub(super) fn signed(claims: &Value) -> String {
    encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(SECRET.as_bytes()))
        .expect("it is signed")
}

pub(super) fn new_key() -> String {
    uuid::Uuid::new_v4().to_string()
}

pub(super) fn get(path: &str, token: &str) -> Request<Body> {
    Request::get(path)
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .expect("a request")
}

pub(super) fn write(method: Method, path: &str, token: &str, key: &str, body: &Value) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()))
        .expect("a request")
}

/// A whole answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: axum::http::HeaderMap,
    /// Null when it is not JSON.
    pub(super) body: Value,
    pub(super) text: String,
}

impl Answer {
    async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body comes").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let body = serde_json::from_str(&text).unwrap_or_default();
        Self { status: parts.status, headers: parts.headers, body, text }
    }

    /// The status with the code of the problem, if it is one.
    pub(super) fn told(&self) -> (u16, &str) {
        (self.status.as_u16(), self.body["code"].as_str().unwrap_or_default())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
