//! Redemptions a second with full durability: through the store and through HTTP, at 1, 16 and 64 clients, beside what
//! the disk itself takes in the same folder in the same minute, and beside the same statements without the store.
//!
//! `cargo xtask bench`, and `cargo xtask bench --members 1000000` for a large ledger. Read the ratios before the rates: the same disk is many times faster
//! in one minute than in another.

mod large;
mod raw;

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
use stampcard_model::{
    IdempotencyKey, MemberId, Order, Points, Program, ProgramId, RedemptionId, RewardId, Timestamp,
    VoucherCode,
};
use stampcard_server::{
    App, Settings,
    settings::{
        Limits, MemberTokens, ProgramSettings, ProgramSource, PublishableKey, Rate, Rates, Secret,
        SecretKeyHash, SecretSource, Velocity,
    },
    store::{Action, Answer, Effect, Executed, Once, Principal, Said, Write},
};

const CLIENTS: [usize; 3] = [1, 16, 64];
const MEASURE: Duration = Duration::from_millis(2_500);
const CALIBRATE: Duration = Duration::from_millis(1_000);
const UNLIMITED: Velocity = Velocity::UNLIMITED;
const SECRET: &str = "a secret of thirty-two bytes, at least";

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
    let folder = tempfile::tempdir_in(
        std::env::var("STAMPCARD_BENCH_DIR").unwrap_or_else(|_| env!("CARGO_TARGET_TMPDIR").to_owned()),
    )
    .expect("the folder can be written");
    println!("Redemptions with full durability (WAL, synchronous=FULL, one writer, group commit).\n");
    println!(
        "| what                              | clients |      a second |   p50 ms |   p99 ms | per fdatasync |"
    );
    println!(
        "|-----------------------------------|--------:|--------------:|---------:|---------:|--------------:|"
    );
    if let Ok(members) = std::env::var("STAMPCARD_BENCH_MEMBERS") {
        large::run(folder.path(), members.parse().expect("a number of members")).await;
        return;
    }
    raw::listen();
    let file = folder.path().join("ledger.db");
    let app = open(&file);
    enroll(&app).await;
    let mut disk = calibrate(folder.path());
    row("write 4 KiB + fdatasync", 1, &disk, None);
    for clients in CLIENTS {
        row("through the store", clients, &through_store(&app, clients).await, Some(&disk));
    }
    beside_raw(&app, folder.path(), &disk).await;
    let (address, stop) = serve(&app).await;
    disk = calibrate(folder.path());
    row("write 4 KiB + fdatasync", 1, &disk, None);
    for clients in CLIENTS {
        row("through HTTP, loopback", clients, &through_http(&address, clients).await, Some(&disk));
    }
    row("GET /v1/me", 1, &read_me(&address, |_| "member-0".to_owned()).await, None);
    stop().await;
    drop(app);
    let report = stampcard_server::verify(&file).expect("the ledger can be read");
    assert!(report.holds(), "{report}");
    println!("\nThe ledger was verified afterwards: every invariant holds.");
}

/// Serves on a port of its own, and says how to stop.
async fn serve(app: &App) -> (String, impl AsyncFnOnce()) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = format!("http://{}", listener.local_addr().expect("it listens"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(stampcard_server::serve(app.clone(), listener, async {
        // Also when the sender is gone.
        let _ = stopped.await;
    }));
    (address, async move || {
        stop.send(()).expect("the server listens to it");
        server.await.expect("the server ends").expect("it ends well");
    })
}

/// The store at 64 clients and its own statements alone, in turns.
async fn beside_raw(app: &App, folder: &Path, disk: &Measured) {
    let mut ratios = Vec::new();
    for turn in 0..3 {
        let copy = folder.join(format!("copy-{turn}.db"));
        raw::copy(&folder.join("ledger.db"), &copy);
        raw::record();
        through_store(app, 64).await;
        raw::stop();
        let (commands, whole) = raw::again(&copy);
        let alone = Measured { took: vec![Duration::ZERO; commands], whole };
        let measured = through_store(app, 64).await;
        row("its statements alone, grouped so", 64, &alone, Some(disk));
        row("through the store", 64, &measured, Some(disk));
        ratios.push(measured.rate() / alone.rate());
    }
    ratios.sort_by(f64::total_cmp);
    println!("\nThe store beside its statements alone: {ratios:.2?}\n");
}

fn row(what: &str, clients: usize, measured: &Measured, disk: Option<&Measured>) {
    let ratio =
        disk.map_or_else(|| "1.00".to_owned(), |disk| format!("{:.2}", measured.rate() / disk.rate()));
    println!(
        "| {what:<33} | {clients:>7} | {:>13.0} | {:>8.2} | {:>8.2} | {ratio:>13} |",
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

/// Does something again and again in as many clients as asked for, for [`MEASURE`]. It is told the number of the client, and how
/// often that one did it before.
async fn measure<F>(clients: usize, once: impl Fn(usize, usize) -> F + Clone + Send + 'static) -> Measured
where
    F: Future<Output = ()> + Send + 'static,
{
    let began = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for number in 0..clients {
        let once = once.clone();
        running.spawn(async move {
            let mut took = Vec::new();
            while began.elapsed() < MEASURE {
                let one = Instant::now();
                once(number, took.len()).await;
                took.push(one.elapsed());
            }
            took
        });
    }
    let took = running.join_all().await.concat();
    sorted(took, began.elapsed())
}

/// Numbers the keys of a run.
static KEY: AtomicU64 = AtomicU64::new(0);

fn fresh_key() -> String {
    format!("bench-key-{}", KEY.fetch_add(1, Ordering::Relaxed))
}

async fn through_store(app: &App, clients: usize) -> Measured {
    let app = app.clone();
    measure(clients, move |number, _| redeem_once(app.clone(), format!("member-{number}"))).await
}

async fn redeem_once(app: App, reference: String) {
    let action = redemption(&reference, app.seams().redemption_id(), app.seams().voucher_code());
    let once = Once {
        principal: Principal::Member { one_time: None },
        key: IdempotencyKey::new(fresh_key()).expect("it is a key"),
        fingerprint: [7; 32],
        answer: Box::new(|_| Answer { status: 201, language: "en".to_owned(), body: vec![b'x'; 400] }),
    };
    let program = Arc::clone(app.program(&program_id()).expect("the program is there"));
    let write = Write { program, now: app.now(), action, once: Some(once) };
    booked(app.store().execute(write).await.expect("the store answers"));
}

fn redemption(reference: &str, redemption_id: RedemptionId, voucher_code: VoucherCode) -> Action {
    Action::Redeem {
        reference: reference.to_owned(),
        reward_id: RewardId::new("tea").expect("it is an id"),
        price: Points::new(1).expect("it is an amount"),
        money_minor: 0,
        redemption_id,
        voucher_code,
        velocity: UNLIMITED,
    }
}

async fn through_http(address: &str, clients: usize) -> Measured {
    let (url, client) = (format!("{address}/v1/me/redemptions"), reqwest::Client::new());
    measure(clients, move |number, _| {
        let asked = client
            .post(&url)
            .bearer_auth(token(&format!("member-{number}")))
            .header("idempotency-key", fresh_key())
            .json(&json!({"reward_id": "tea", "price": 1}));
        answered(asked, 201)
    })
    .await
}

async fn read_me(address: &str, member: impl Fn(usize) -> String + Clone + Send + 'static) -> Measured {
    let (url, client) = (format!("{address}/v1/me"), reqwest::Client::new());
    measure(1, move |_, turn| answered(client.get(&url).bearer_auth(token(&member(turn))), 200)).await
}

async fn answered(asked: reqwest::RequestBuilder, status: u16) {
    let answer = asked.send().await.expect("the server answers");
    assert_eq!(answer.status(), status);
    answer.bytes().await.expect("the answer has an end");
}

fn booked(executed: Executed) {
    match executed {
        Executed::Now(Ok(Effect::Booked(_)), _) => {}
        other => panic!("not booked: {other:?}"),
    }
}

/// 64 members with one large lot each.
async fn enroll(app: &App) {
    for number in 0..64 {
        let reference = format!("member-{number}");
        enroll_one(app, &reference, MemberId::new(format!("m_{number}")).expect("it is an id")).await;
        let order = order(&format!("first-{number}"), 100_000_000_000);
        execute_at(app, app.now(), Action::Book { reference, order }).await;
    }
}

async fn enroll_one(app: &App, reference: &str, id: MemberId) {
    let action = Action::Enroll { id, reference: reference.to_owned(), said: Said::default() };
    execute_at(app, app.now(), action).await;
}

async fn execute_at(app: &App, now: Timestamp, action: Action) {
    let program = Arc::clone(app.program(&program_id()).expect("the program is there"));
    let executed = app.store().execute(Write { program, now, action, once: None }).await;
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

fn open(file: &Path) -> App {
    let program: Program = serde_json::from_value(json!({
        "id": "bench", "version": 1, "name": {"en": "Bench"}, "default_locale": "en",
        "currency": {"terminology": {"en": {"one": "star", "other": "stars"}}},
        "money": "EUR", "time_zone": "Europe/Berlin",
        "earn_rules": [{"id": "spend", "title": {"en": "Shop"},
            "earn": {"type": "spend", "ratio": {"points": 1, "per_minor": 100}}}],
        "expiry": {"type": "after_months", "months": 12},
        "tiers": {"window": {"type": "rolling", "days": 365}, "tiers": [
            {"id": "friend", "name": {"en": "Friend"}, "threshold": 0, "multiplier": 10000},
            {"id": "gold", "name": {"en": "Gold"}, "threshold": 300, "multiplier": 11000}]},
        "rewards": [{"id": "tea", "kind": {"type": "custom"}, "title": {"en": "Tea"}, "price": 1, "stock": 100000000}]
    }))
    .expect("it is a program");
    let settings = Settings {
        database: file.to_owned(),
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
