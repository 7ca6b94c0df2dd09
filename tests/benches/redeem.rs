//! Redemptions a second with full durability: through the store and through HTTP, at 1, 16 and 64 clients, beside what
//! the disk itself takes in the same folder in the same minute.
//!
//! `cargo bench -p stampcard-tests --bench redeem`. Read the ratios before the rates: the same disk is many times faster
//! in one minute than in another.

use std::{
    fs::File,
    future::Future,
    io::Write as _,
    os::unix::fs::FileExt as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};
use stampcard_model::{IdempotencyKey, MemberId, Order, Program, ProgramId, RewardId};
use stampcard_server::{
    App, Settings,
    settings::{
        Limits, MemberTokens, ProgramSettings, ProgramSource, PublishableKey, Rate, Rates, Secret,
        SecretKeyHash, SecretSource, Velocity,
    },
    store::{Action, Answer, Effect, Executed, Once, Principal, Write},
};

const CLIENTS: [usize; 3] = [1, 16, 64];
const MEASURE: Duration = Duration::from_millis(2_500);
const CALIBRATE: Duration = Duration::from_millis(1_000);
const UNLIMITED: Velocity = Velocity::UNLIMITED;
const SECRET: &str = "a secret of thirty-two bytes, at least";
/// Entries of the member with a long history.
const LONG: usize = 10_000;

/// How long each of many things took.
struct Measured {
    took: Vec<Duration>,
    whole: Duration,
}

impl Measured {
    fn rate(&self) -> f64 {
        self.took.len() as f64 / self.whole.as_secs_f64()
    }

    fn at(&self, share: f64) -> f64 {
        let place = (self.took.len() as f64 * share) as usize;
        self.took
            .get(place.min(self.took.len().saturating_sub(1)))
            .map_or(0.0, |took| took.as_secs_f64() * 1e3)
    }
}

fn main() {
    // The server calls webhooks over TLS, which makes every client of this program want a provider.
    rustls::crypto::ring::default_provider().install_default().expect("there is none yet");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(run());
}

async fn run() {
    let folder =
        tempfile::tempdir_in(std::env::var("STAMPCARD_BENCH_DIR").unwrap_or_else(|_| ".".to_owned()))
            .expect("the folder can be written");
    let app = open(folder.path());
    enroll(&app).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = format!("http://{}", listener.local_addr().expect("it listens"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(stampcard_server::serve(app.clone(), listener, async {
        // Also when the sender is gone.
        let _ = stopped.await;
    }));

    println!("Redemptions with full durability (WAL, synchronous=FULL, one writer, group commit).\n");
    println!(
        "| what                             | clients |      a second |   p50 ms |   p99 ms | per fdatasync |"
    );
    println!(
        "|----------------------------------|--------:|--------------:|---------:|---------:|--------------:|"
    );
    let mut disk = calibrate(folder.path());
    row("write 4 KiB + fdatasync", 1, &disk, None);
    for clients in CLIENTS {
        let measured = through_store(&app, clients, "member").await;
        row("through the store", clients, &measured, Some(&disk));
    }
    lengthen(&app).await;
    let measured = through_store(&app, 1, "long").await;
    row("through the store, 10,000 entries", 1, &measured, Some(&disk));
    disk = calibrate(folder.path());
    row("write 4 KiB + fdatasync", 1, &disk, None);
    for clients in CLIENTS {
        let measured = through_http(&address, clients).await;
        row("through HTTP, loopback", clients, &measured, Some(&disk));
    }
    for (what, member) in [("GET /v1/me", "member-0"), ("GET /v1/me, 10,000 entries", "long-0")] {
        row(what, 1, &read_me(&address, member).await, None);
    }

    stop.send(()).expect("the server listens to it");
    server.await.expect("the server ends").expect("it ends well");
    drop(app);
    let report = stampcard_server::verify(&folder.path().join("ledger.db")).expect("the ledger can be read");
    assert!(report.holds(), "{report}");
    println!("\nThe ledger was verified afterwards: every invariant holds.");
}

fn row(what: &str, clients: usize, measured: &Measured, disk: Option<&Measured>) {
    let ratio =
        disk.map_or_else(|| "1.00".to_owned(), |disk| format!("{:.2}", measured.rate() / disk.rate()));
    println!(
        "| {what:<32} | {clients:>7} | {:>13.0} | {:>8.2} | {:>8.2} | {ratio:>13} |",
        measured.rate(),
        measured.at(0.50),
        measured.at(0.99),
    );
}

/// What the disk takes when each page is made durable before the next, as in a write-ahead log without grouping.
fn calibrate(folder: &Path) -> Measured {
    let mut file = File::create(folder.join("calibration")).expect("the folder can be written");
    // A log in use writes over its own pages most of the time.
    file.write_all(&vec![0; 4 << 20]).expect("there is room");
    file.sync_all().expect("the disk takes it");
    let (page, began) = ([7; 4_096], Instant::now());
    let mut took = Vec::new();
    while began.elapsed() < CALIBRATE {
        let one = Instant::now();
        let place = (took.len() as u64 % 1_024) * 4_096;
        file.write_all_at(&page, place).expect("there is room");
        file.sync_data().expect("the disk takes it");
        took.push(one.elapsed());
    }
    sorted(took, began.elapsed())
}

fn sorted(mut took: Vec<Duration>, whole: Duration) -> Measured {
    took.sort_unstable();
    Measured { took, whole }
}

/// Runs as many clients as asked for, each one request after another, for [`MEASURE`].
async fn measure<F>(clients: usize, client: impl Fn(usize) -> F) -> Measured
where
    F: Future<Output = Vec<Duration>> + Send + 'static,
{
    let began = Instant::now();
    let running: Vec<_> = (0..clients).map(|number| tokio::spawn(client(number))).collect();
    let mut took = Vec::new();
    for running in running {
        took.extend(running.await.expect("a client runs through"));
    }
    sorted(took, began.elapsed())
}

/// Numbers the keys of a run.
static KEY: AtomicU64 = AtomicU64::new(0);

fn fresh_key() -> String {
    format!("bench-key-{}", KEY.fetch_add(1, Ordering::Relaxed))
}

async fn through_store(app: &App, clients: usize, member: &'static str) -> Measured {
    let program = app.program(&program_id()).expect("the program is there");
    measure(clients, |number| {
        let (app, program) = (app.clone(), Arc::clone(program));
        async move {
            let (began, mut took) = (Instant::now(), Vec::new());
            while began.elapsed() < MEASURE {
                let one = Instant::now();
                let action = Action::Redeem {
                    reference: format!("{member}-{number}"),
                    reward_id: RewardId::new("tea").expect("it is an id"),
                    price: stampcard_model::Points::new(1).expect("it is an amount"),
                    money_minor: 0,
                    redemption_id: app.seams().redemption_id(),
                    voucher_code: app.seams().voucher_code(),
                    velocity: UNLIMITED,
                };
                let once = Once {
                    principal: Principal::Member { one_time: None },
                    key: IdempotencyKey::new(fresh_key()).expect("it is a key"),
                    fingerprint: [7; 32],
                    answer: Box::new(|_| Answer {
                        status: 201,
                        language: "en".to_owned(),
                        body: vec![b'x'; 400],
                    }),
                };
                let write = Write { program: program.clone(), now: app.now(), action, once: Some(once) };
                booked(app.store().execute(write).await.expect("the store answers"));
                took.push(one.elapsed());
            }
            took
        }
    })
    .await
}

async fn through_http(address: &str, clients: usize) -> Measured {
    measure(clients, |number| {
        let (url, token) = (format!("{address}/v1/me/redemptions"), token(&format!("member-{number}")));
        async move {
            let client = reqwest::Client::new();
            let (began, mut took) = (Instant::now(), Vec::new());
            while began.elapsed() < MEASURE {
                let one = Instant::now();
                let answer = client
                    .post(&url)
                    .bearer_auth(&token)
                    .header("idempotency-key", fresh_key())
                    .json(&json!({"reward_id": "tea", "price": 1}))
                    .send()
                    .await
                    .expect("the server answers");
                assert_eq!(answer.status(), 201);
                answer.bytes().await.expect("the answer has an end");
                took.push(one.elapsed());
            }
            took
        }
    })
    .await
}

async fn read_me(address: &str, member: &str) -> Measured {
    let (url, token, client) = (format!("{address}/v1/me"), token(member), reqwest::Client::new());
    let (began, mut took) = (Instant::now(), Vec::new());
    while began.elapsed() < CALIBRATE {
        let one = Instant::now();
        let answer = client.get(&url).bearer_auth(&token).send().await.expect("the server answers");
        assert_eq!(answer.status(), 200);
        answer.bytes().await.expect("the answer has an end");
        took.push(one.elapsed());
    }
    sorted(took, began.elapsed())
}

fn booked(executed: Executed) {
    match executed {
        Executed::Now(Ok(Effect::Booked(_)), _) => {}
        other => panic!("not booked: {other:?}"),
    }
}

/// 64 members with one large lot each, and one who will have a long history.
async fn enroll(app: &App) {
    let members = (0..64).map(|number| format!("member-{number}")).chain(["long-0".to_owned()]);
    for reference in members {
        let id = MemberId::new(format!("m_{reference}")).expect("it is an id");
        let display_name = None;
        execute(app, Action::Enroll { id, reference: reference.clone(), display_name }).await;
        let order = order(&format!("first-{reference}"), 100_000_000_000);
        execute(app, Action::Book { reference, order }).await;
    }
}

/// Books so many orders that nothing may depend on how many there are.
async fn lengthen(app: &App) {
    let mut running = tokio::task::JoinSet::new();
    for number in 0..LONG {
        let app = app.clone();
        running.spawn(async move {
            let order = order(&format!("long-{number}"), 100);
            execute(&app, Action::Book { reference: "long-0".to_owned(), order }).await;
        });
        if running.len() >= 512 {
            running.join_next().await.expect("some run").expect("one runs through");
        }
    }
    while let Some(done) = running.join_next().await {
        done.expect("one runs through");
    }
}

async fn execute(app: &App, action: Action) {
    let program = Arc::clone(app.program(&program_id()).expect("the program is there"));
    let executed = app.store().execute(Write { program, now: app.now(), action, once: None }).await;
    assert!(matches!(executed, Ok(Executed::Now(Ok(_), None))), "{executed:?}");
}

fn order(id: &str, amount_minor: u64) -> Order {
    let lines = json!([{"sku": "TEA", "quantity": 1, "amount_minor": amount_minor}]);
    serde_json::from_value(json!({"id": id, "money": "EUR", "lines": lines})).expect("it is an order")
}

fn token(reference: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let claims: Value = json!({"sub": reference, "aud": "bench", "iat": now, "exp": now + 600});
    jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes()))
        .expect("it can be signed")
}

fn program_id() -> ProgramId {
    ProgramId::new("bench").expect("it is an id")
}

fn open(folder: &Path) -> App {
    let program: Program = serde_json::from_value(json!({
        "id": "bench", "version": 1, "name": {"en": "Bench"}, "default_locale": "en",
        "currency": {"terminology": {"en": {"one": "star", "other": "stars"}}},
        "money": "EUR", "time_zone": "Europe/Berlin",
        "earn_rules": [{"id": "spend", "title": {"en": "Shop"},
            "earn": {"type": "spend", "ratio": {"points": 1, "per_minor": 100}}}],
        "expiry": {"type": "after_months", "months": 12},
        "tiers": {"window": {"type": "rolling", "days": 365}, "tiers": [
            {"id": "friend", "name": {"en": "Friend"}, "threshold": 0, "multiplier": 10000}]},
        "rewards": [{"id": "tea", "kind": {"type": "custom"}, "title": {"en": "Tea"}, "price": 1, "stock": 100000000}]
    }))
    .expect("it is a program");
    let settings = Settings {
        database: folder.join("ledger.db"),
        programs: vec![ProgramSettings {
            program: ProgramSource::Inline(Box::new(program)),
            publishable_keys: vec![PublishableKey { key: "pk_bench_key".to_owned(), origins: Vec::new() }],
            secret_keys: vec![SecretKeyHash::of("sk_bench")],
            member_tokens: MemberTokens {
                secret: Some(SecretSource::Value(Secret::new(SECRET))),
                jwks: None,
                audience: None,
                issuer: None,
            },
        }],
        // One member does here what thousands do elsewhere.
        limits: Limits {
            rates: Rates { member: Rate::UNLIMITED, ..Rates::default() },
            velocity: UNLIMITED,
            ..Limits::default()
        },
        ..Settings::default()
    };
    App::open(settings).expect("the server opens")
}
