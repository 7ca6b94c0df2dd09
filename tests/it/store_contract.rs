//! What every store must do, shown on the one there is.

use std::sync::Arc;

use serde_json::Value;
use stampcard_model::{IdempotencyKey, MemberId, Order, Points, Program, Timestamp};
use stampcard_server::{
    ProgramInForce, Seams, StartError,
    settings::Limits,
    store::{Action, Answer, Executed, Once, Principal, Said, Store, StoreError, Write, sqlite::SqliteStore},
};
use tempfile::TempDir;

use crate::http_server::{order_body, program};

/// A store of its own, and what it is about.
pub struct Bench {
    pub store: Arc<dyn Store>,
    pub program: Arc<ProgramInForce>,
    pub folder: TempDir,
}

impl Bench {
    fn open(limits: Limits) -> Self {
        Self::with(limits, program("lantern"))
    }

    pub fn with(limits: Limits, document: Value) -> Self {
        let program: Program = serde_json::from_value(document).unwrap();
        let program = Arc::new(ProgramInForce::new(program).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder, limits, &program).unwrap();
        Self { store: Arc::new(store), program, folder }
    }

    pub async fn execute(&self, now: Timestamp, action: Action) -> Executed {
        let write = Write { program: self.program.clone(), now, action, once: None };
        self.store.execute(write).await.unwrap()
    }

    pub async fn enroll(&self, reference: &str) {
        let id = MemberId::new(format!("m_{reference}")).unwrap();
        let action = Action::Enroll { id, reference: reference.to_owned(), said: Said::default() };
        assert!(matches!(self.execute(start(), action).await, Executed::Now(Ok(_), None)));
    }
}

fn open(folder: &TempDir, limits: Limits, program: &Arc<ProgramInForce>) -> Result<SqliteStore, StartError> {
    let file = folder.path().join("ledger.db");
    SqliteStore::open(&file, &limits, &Seams::default(), [program].into_iter(), Arc::new(|_, _| {}))
}

pub fn start() -> Timestamp {
    Timestamp::parse("2026-01-01T12:00:00Z").unwrap()
}

fn order(id: &str, euros: u64) -> Order {
    serde_json::from_value(order_body("x", id, euros * 100)["order"].clone()).unwrap()
}

fn points(value: u64) -> Points {
    Points::new(value).unwrap()
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
    assert!(bench.store.taken(&bench.program, start()).await.is_err());
    assert!(open(&bench.folder, Limits::default(), &bench.program).is_ok());
}
