//! What every store must do, shown on the one there is.

use std::{collections::BTreeMap, sync::Arc};

use stampcard_engine::{
    Command, Context, MemberState, RewardState, apply, available, decide, expiring_next, standing,
};
use stampcard_model::{IdempotencyKey, MemberId, Order, OrderId, Points, Program, RewardId, Timestamp};
use stampcard_server::{
    ProgramInForce, Seams, StartError,
    settings::Limits,
    store::{
        Action, Answer, Booked, Effect, Executed, Once, Principal, Store, StoreError, Write,
        sqlite::SqliteStore,
    },
};
use tempfile::TempDir;

use crate::http_server::{order_body, program};

/// A store of its own, and what it is about.
struct Bench {
    store: Arc<dyn Store>,
    program: Arc<ProgramInForce>,
    folder: TempDir,
}

impl Bench {
    fn open(limits: Limits) -> Self {
        // Two months until points expire and ninety days that count: much of both in a short history.
        let mut document = program("lantern");
        document["expiry"]["months"] = 2.into();
        document["tiers"]["window"]["days"] = 90.into();
        let program: Program = serde_json::from_value(document).unwrap();
        let program = Arc::new(ProgramInForce::new(program).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder, limits, &program).unwrap();
        Self { store: Arc::new(store), program, folder }
    }

    async fn execute(&self, now: Timestamp, action: Action) -> Executed {
        let write = Write { program: self.program.clone(), now, action, once: None };
        self.store.execute(write).await.unwrap()
    }

    async fn enroll(&self, reference: &str) {
        let id = MemberId::new(format!("m_{reference}")).unwrap();
        let action = Action::Enroll { id, reference: reference.to_owned(), display_name: None };
        assert!(matches!(self.execute(start(), action).await, Executed::Now(Ok(_), None)));
    }
}

fn open(folder: &TempDir, limits: Limits, program: &Arc<ProgramInForce>) -> Result<SqliteStore, StartError> {
    SqliteStore::open(&folder.path().join("ledger.db"), &limits, &Seams::default(), [program].into_iter())
}

fn start() -> Timestamp {
    Timestamp::parse("2026-01-01T12:00:00Z").unwrap()
}

fn order(id: &str, euros: u64) -> Order {
    serde_json::from_value(order_body("x", id, euros * 100)["order"].clone()).unwrap()
}

fn points(value: u64) -> Points {
    Points::new(value).unwrap()
}

/// Numbers that look random and are the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// What the engine says of one member, who is known to it from the first entry on.
#[derive(Default)]
struct Oracle {
    state: MemberState,
    orders: Vec<OrderId>,
}

/// The same command for both. A store loads a part of what an oracle knows, and must come to the same.
fn random_command(
    chance: &mut Chance,
    bench: &Bench,
    oracle: &mut Oracle,
    turn: u64,
    member: &str,
) -> Action {
    let reference = member.to_owned();
    let seams = Seams::default();
    match chance.below(10) {
        0..=3 => {
            let again = chance.below(8) == 0;
            let id = match oracle.orders.last().filter(|_| again) {
                Some(known) => known.clone(),
                None => OrderId::new(format!("{member}-{turn}")).unwrap(),
            };
            oracle.orders.push(id.clone());
            Action::Book { reference, order: order(id.as_str(), chance.below(120)) }
        }
        4..=6 => {
            let rewards = &bench.program.program.rewards;
            let reward = &rewards[usize::try_from(chance.below(rewards.len() as u64)).unwrap()];
            let price = if chance.below(8) == 0 { points(1) } else { reward.price };
            let (redemption_id, voucher_code) = (seams.redemption_id(), seams.voucher_code());
            Action::Redeem { reference, reward_id: reward.id.clone(), price, redemption_id, voucher_code }
        }
        7 => {
            let delta = i64::try_from(chance.below(100)).unwrap() - 50;
            Action::Adjust { reference, delta, reason: "because".to_owned() }
        }
        8 => {
            let known = oracle.orders.len() as u64;
            let order_id = match known {
                0 => OrderId::new(format!("{member}-never")).unwrap(),
                known => oracle.orders[usize::try_from(chance.below(known)).unwrap()].clone(),
            };
            Action::Refund { order_id }
        }
        _ => Action::Expire { member_id: MemberId::new(format!("m_{member}")).unwrap() },
    }
}

fn as_command(action: &Action, taken: &BTreeMap<RewardId, u64>) -> Command {
    match action.clone() {
        Action::Book { order, .. } => Command::Earn(order),
        Action::Redeem { reward_id, price, redemption_id, voucher_code, .. } => {
            let reward = RewardState { taken: taken.get(&reward_id).copied().unwrap_or_default() };
            Command::Redeem { reward_id, price, reward, redemption_id, voucher_code }
        }
        Action::Adjust { delta, reason, .. } => Command::Adjust { delta, reason },
        Action::Refund { order_id } => Command::Reverse { order_id },
        Action::Expire { .. } => Command::Expire,
        Action::Enroll { .. } | Action::UseVoucher { .. } => unreachable!("neither is a command"),
    }
}

#[tokio::test]
async fn a_store_that_loads_a_part_decides_as_the_engine_with_the_whole() {
    for seed in 1..=12 {
        let bench = Bench::open(Limits::default());
        let mut chance = Chance(seed);
        let members = ["ada", "bea", "cora"];
        let mut oracles: BTreeMap<&str, Oracle> = BTreeMap::new();
        for member in members {
            bench.enroll(member).await;
            oracles.insert(member, Oracle::default());
        }
        let mut taken: BTreeMap<RewardId, u64> = BTreeMap::new();
        let mut now = start();
        let (mut booked, mut refused) = (0, 0);
        for turn in 0..150 {
            // Sometimes the clock goes back.
            let hours = i64::try_from(chance.below(24 * 8)).unwrap() - 24;
            now = now.plus_millis(hours * 3_600_000);
            let member = members[usize::try_from(chance.below(3)).unwrap()];
            let oracle = oracles.get_mut(member).unwrap();
            let action = random_command(&mut chance, &bench, oracle, turn, member);
            let program = &bench.program.program;
            let context = Context { program, zone: &bench.program.zone, now };
            let expected = decide(&context, &oracle.state, &as_command(&action, &taken));
            let told = format!("seed {seed}, turn {turn}: {action:?}");
            match (bench.execute(now, action.clone()).await, expected) {
                (Executed::Now(Ok(Effect::Booked(Booked { entries, after, .. })), None), Ok(expected)) => {
                    assert_eq!(entries, expected, "{told}");
                    for entry in &entries {
                        apply(&mut oracle.state, entry);
                    }
                    if let Action::Redeem { reward_id, .. } = action {
                        *taken.entry(reward_id).or_default() += 1;
                    }
                    assert_eq!(after.balance, oracle.state.balance, "{told}");
                    let tier = |state: &MemberState| {
                        standing(program, state, now).map(|s| (s.tier.id.clone(), s.qualifying))
                    };
                    assert_eq!(tier(&after), tier(&oracle.state), "{told}");
                    booked += 1;
                }
                (Executed::Now(Err(refusal), None), Err(expected)) => {
                    assert_eq!(refusal, expected, "{told}");
                    refused += 1;
                }
                (did, expected) => panic!("{told}: {did:?} instead of {expected:?}"),
            }
            let seen = bench.store.member(&bench.program, member, now).await.unwrap().unwrap().state;
            assert_eq!(seen.balance, oracle.state.balance, "{told}");
            assert_eq!(available(&seen, now), available(&oracle.state, now), "{told}");
            assert_eq!(expiring_next(&seen, now), expiring_next(&oracle.state, now), "{told}");
            assert_eq!(standing(program, &seen, now), standing(program, &oracle.state, now), "{told}");
            assert_eq!(seen.redeemed, oracle.state.redeemed, "{told}");
        }
        assert!(booked > 60 && refused > 5, "seed {seed}: {booked} booked, {refused} refused");
        let report = stampcard_server::verify(&bench.folder.path().join("ledger.db")).unwrap();
        assert!(report.holds(), "seed {seed}\n{report}");
    }
}

fn once(key: &str, content: u8) -> Once {
    Once {
        principal: Principal::Merchant("one".to_owned()),
        key: IdempotencyKey::new(key).unwrap(),
        fingerprint: [content; 32],
        answer: Box::new(|outcome| Answer {
            status: 201,
            language: "en".to_owned(),
            body: format!("{:?}", outcome.is_ok()).into_bytes(),
        }),
    }
}

#[tokio::test]
async fn a_key_is_carried_out_once_and_keeps_its_content() {
    let bench = Bench::open(Limits::default());
    bench.enroll("ada").await;
    let book = |id: &str, content| Write {
        program: bench.program.clone(),
        now: start(),
        action: Action::Book { reference: "ada".to_owned(), order: order(id, 10) },
        once: Some(once("the-only-key", content)),
    };
    let first = bench.store.execute(book("1", 1)).await.unwrap();
    let Executed::Now(Ok(_), Some(kept)) = first else { panic!("{first:?}") };
    let again = bench.store.execute(book("1", 1)).await.unwrap();
    assert!(matches!(&again, Executed::Before(answer) if *answer == kept), "{again:?}");
    assert_eq!(bench.store.execute(book("2", 2)).await.unwrap_err(), StoreError::KeyReused);
    let seen = bench.store.member(&bench.program, "ada", start()).await.unwrap().unwrap();
    assert_eq!((seen.state.last_seq, seen.state.balance.available), (1, points(10)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_breaks_takes_nobody_with_it() {
    let bench = Bench::open(Limits::default());
    bench.enroll("ada").await;
    let mut running = Vec::new();
    for turn in 0..60 {
        let (store, program) = (bench.store.clone(), bench.program.clone());
        running.push(tokio::spawn(async move {
            let mut once = once(&format!("key-number-{turn}"), 1);
            if turn % 20 == 0 {
                once.answer = Box::new(|_| panic!("no words for it"));
            }
            let action = Action::Book { reference: "ada".to_owned(), order: order(&format!("{turn}"), 1) };
            (turn, store.execute(Write { program, now: start(), action, once: Some(once) }).await)
        }));
    }
    for running in running {
        let (turn, result) = running.await.unwrap();
        match turn % 20 {
            0 => assert_eq!(result.unwrap_err(), StoreError::Broken),
            _ => assert!(matches!(result, Ok(Executed::Now(Ok(_), Some(_))))),
        }
    }
    let seen = bench.store.member(&bench.program, "ada", start()).await.unwrap().unwrap();
    assert_eq!((seen.state.last_seq, seen.state.balance.available), (57, points(57)));
    assert!(stampcard_server::verify(&bench.folder.path().join("ledger.db")).unwrap().holds());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_refuses_and_a_close_finishes_what_was_accepted() {
    let bench = Bench::open(Limits { write_queue: 8, ..Limits::default() });
    bench.enroll("ada").await;
    // One write that waits until it is let go holds up the writer; eight more fill its queue.
    let (let_go, held) = std::sync::mpsc::channel::<()>();
    let (began, begun) = std::sync::mpsc::channel::<()>();
    let write = |id: u64, answer: Box<dyn FnOnce() + Send>| {
        let mut once = once(&format!("key-number-{id}"), 1);
        once.answer = Box::new(move |_| {
            answer();
            Answer { status: 201, language: "en".to_owned(), body: Vec::new() }
        });
        let action = Action::Book { reference: "ada".to_owned(), order: order(&format!("{id}"), 1) };
        Write { program: bench.program.clone(), now: start(), action, once: Some(once) }
    };
    let holding = bench.store.execute(write(
        0,
        Box::new(move || {
            began.send(()).unwrap();
            held.recv().unwrap();
        }),
    ));
    begun.recv().unwrap();
    let waiting: Vec<_> = (1..=8).map(|id| bench.store.execute(write(id, Box::new(|| {})))).collect();
    let one_more = bench.store.execute(write(9, Box::new(|| {})));
    assert_eq!(one_more.await.unwrap_err(), StoreError::Unavailable);
    let closing = bench.store.close();
    let after_closing = tokio::spawn({
        let store = bench.store.clone();
        let late = write(10, Box::new(|| {}));
        async move { store.execute(late).await }
    });
    let_go.send(()).unwrap();
    closing.await.unwrap();
    assert!(matches!(holding.await, Ok(Executed::Now(Ok(_), _))));
    for waiting in waiting {
        assert!(matches!(waiting.await, Ok(Executed::Now(Ok(_), _))));
    }
    // Either refused, or accepted before the close and then carried out.
    let late = after_closing.await.unwrap();
    assert!(matches!(late, Err(StoreError::Unavailable) | Ok(Executed::Now(Ok(_), _))));
    assert!(bench.store.taken(&bench.program.program.id).await.is_err());
    assert!(open(&bench.folder, Limits::default(), &bench.program).is_ok());
}
