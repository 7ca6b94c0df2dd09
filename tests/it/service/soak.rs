//! A long mixed life of a ledger: what it adds up to elsewhere, and who notices a single wrong point.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};
use stampcard_model::{MemberId, Order, OrderId, Points, SurveyId, VoucherCode};
use stampcard_server::{
    Seams,
    settings::Velocity,
    store::{Action, Consent, Feedback, Principal, Record, Said, Write, sqlite::Format},
    verify,
};

use super::{
    ground::{Ground, Place, lantern},
    transfer::{exported, hledger, imported},
};

const SEED: u64 = 20_260_110;
const MEMBERS: u64 = 25;
/// Writes that wait for the disk together.
const TOGETHER: usize = 64;

/// Numbers that look random and are the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// What was asked for so far and can be asked about later.
#[derive(Default)]
struct Asked {
    orders: Vec<OrderId>,
    vouchers: Vec<VoucherCode>,
}

/// 2,000 commands, or as many as `STAMPCARD_SOAK` says.
fn commands() -> usize {
    std::env::var("STAMPCARD_SOAK").ok().and_then(|count| count.parse().ok()).unwrap_or(2_000)
}

fn random(chance: &mut Chance, asked: &mut Asked, ground: &Ground, turn: usize) -> Action {
    let seams = Seams::default();
    let reference = format!("member-{}", chance.below(MEMBERS));
    match chance.below(100) {
        0..=3 => Action::Enroll {
            id: MemberId::new(format!("m_{turn}")).expect("an id"),
            reference,
            said: Said { display_name: Some("Mei".to_owned()), ..Said::default() },
        },
        4..=44 => {
            let known = chance.below(20) == 0;
            let id = asked.orders.last().filter(|_| known).cloned();
            let id = id.unwrap_or_else(|| OrderId::new(format!("o-{turn}")).expect("an id"));
            asked.orders.push(id.clone());
            let lines = json!([{"sku": "TEA", "quantity": 1, "amount_minor": chance.below(30_000)}]);
            let order: Order =
                serde_json::from_value(json!({"id": id, "money": "EUR", "lines": lines})).expect("an order");
            Action::Book { reference, order }
        }
        45..=69 => {
            let rewards = lantern().rewards;
            let reward = &rewards[usize::try_from(chance.below(rewards.len() as u64)).expect("small")];
            let voucher_code = seams.voucher_code();
            asked.vouchers.push(voucher_code.clone());
            Action::Redeem {
                money_minor: 0,
                reference,
                reward_id: reward.id.clone(),
                price: if chance.below(20) == 0 { Points::new(1).expect("points") } else { reward.price },
                redemption_id: seams.redemption_id(),
                voucher_code,
                velocity: Velocity::UNLIMITED,
            }
        }
        70..=79 => match chosen(chance, &asked.vouchers) {
            Some(code) => {
                Action::UseVoucher { code, order_id: asked.orders.last().cloned(), goods_minor: None }
            }
            None => random(chance, asked, ground, turn),
        },
        80..=87 => match chosen(chance, &asked.orders) {
            Some(order_id) => Action::Refund { order_id, returned: None },
            None => random(chance, asked, ground, turn),
        },
        88..=95 => {
            let delta = i64::try_from(chance.below(400)).expect("small") - 200;
            Action::Adjust { reference, delta, reason: "because".to_owned() }
        }
        96 => Action::Record(Record::Erase { reference, principal: Principal::Member { one_time: None } }),
        97 => Action::Record(Record::Tell {
            reference,
            feedback: Feedback {
                survey_id: SurveyId::new(format!("s-{}", chance.below(9))).expect("an id"),
                score: 4,
                comment: Some("\"quoted\", 好喝".to_owned()),
                told_at: ground.clock.now(),
            },
        }),
        _ => Action::Record(Record::Decide {
            reference,
            consent: Consent {
                purpose: "news".to_owned(),
                granted: chance.below(2) == 0,
                version: "1".to_owned(),
                text: "May we write to you?".to_owned(),
                locale: "en".to_owned(),
                decided_at: ground.clock.now(),
                origin: None,
                token_id: Some("t-1".to_owned()),
            },
        }),
    }
}

fn chosen<T: Clone>(chance: &mut Chance, among: &[T]) -> Option<T> {
    let end = u64::try_from(among.len()).ok().filter(|end| *end > 0)?;
    among.get(usize::try_from(chance.below(end)).ok()?).cloned()
}

/// Lives through `count` commands over some years.
async fn live(ground: &Ground, count: usize) {
    let program =
        ground.app.programs().find(|p| p.program.id.as_str() == "lantern").expect("it is there").clone();
    let (mut chance, mut asked) = (Chance(SEED), Asked::default());
    // Three years, whatever the count.
    let step = 3 * 365 * 86_400_000 / count;
    let mut turn = 0;
    while turn < count {
        let together = TOGETHER.min(count - turn);
        let mut running = Vec::new();
        for _ in 0..together {
            let action = random(&mut chance, &mut asked, ground, turn);
            let (program, now) = (program.clone(), ground.clock.now());
            // Taken in this order at once, waited for below.
            running.push(ground.app.store().execute(Write { program, now, action, once: None }));
            ground.clock.pass(i64::try_from(step).expect("small"));
            turn += 1;
        }
        for done in running {
            done.await.expect("the store answers");
        }
        stampcard_server::sweep::sweep(&ground.app, ground.clock.now()).await.expect("it sweeps");
    }
}

/// What the tables hold that make the ledger, without what is only kept to answer quickly.
fn tables(file: &Path) -> Vec<(String, Vec<String>)> {
    let connection = Connection::open(file).expect("it opens");
    [
        // Whether members were looked at for its reminders is the sweep's own note.
        ("program", "program_id, version, document, in_force_at"),
        ("member", "*"),
        ("person", "*"),
        ("erasure", "*"),
        ("entry", "*"),
        ("balance", "program_id, member_id, last_seq, last_at, available, pending, held"),
        ("lot", "*"),
        ("draw", "*"),
        ("order_accrual", "*"),
        ("counted", "*"),
        ("redemption", "*"),
        ("redemption_state", "*"),
        ("voucher", "*"),
        ("redeemed", "*"),
        ("reward_state", "*"),
        ("consent", "*"),
        ("feedback", "*"),
    ]
    .into_iter()
    .map(|(table, columns)| {
        let mut rows = connection.prepare(&format!("SELECT {columns} FROM {table}")).expect("a table");
        let width = rows.column_count();
        let read = |row: &rusqlite::Row<'_>| {
            let values = (0..width).map(|column| row.get_ref(column).map(|value| format!("{value:?}")));
            values.collect::<rusqlite::Result<Vec<_>>>().map(|values| values.join("|"))
        };
        let mut rows: Vec<String> =
            rows.query_map([], read).expect("it is read").collect::<rusqlite::Result<_>>().expect("rows");
        rows.sort();
        (table.to_owned(), rows)
    })
    .collect()
}

#[tokio::test]
async fn a_long_life_adds_up_elsewhere_and_one_wrong_point_is_noticed_by_two() {
    let (ground, count) = (Ground::new(), commands());
    println!("seed {SEED}, {count} commands");
    live(&ground, count).await;
    ground.app.shutdown().await.expect("it closes");
    let file = ground.folder().join("ledger.db");
    let report = verify(&file).expect("it is looked at");
    assert!(report.holds(), "{report}");
    // Elsewhere it is the same, row by row.
    let text = exported(&file, Format::Jsonl, None);
    let there = Place::new();
    let copy = there.folder().join("ledger.db");
    let done = imported(&copy, &text).expect("it is imported");
    assert!(done.entries > u64::try_from(count / 4).expect("small"), "{done:?}");
    for ((table, here), (_, there)) in tables(&file).into_iter().zip(tables(&copy)) {
        assert!(!here.is_empty(), "{table} is empty: nothing is shown");
        let differs = here.iter().zip(&there).find(|(here, there)| here != there);
        assert!(here == there, "{table} differs, {} and {} rows: {differs:?}", here.len(), there.len());
    }
    // A third party finds it sound.
    let said = hledger(there.folder(), &exported(&copy, Format::Hledger, None));
    assert!(said.as_deref().unwrap_or_default().is_empty(), "{said:?}");
    for (what, tamper) in TAMPERS {
        let tampered = there.folder().join("tampered.db");
        std::fs::copy(&copy, &tampered).expect("it is copied");
        let connection = Connection::open(&tampered).expect("it opens");
        connection.execute_batch("DROP TRIGGER entry_is_never_changed").expect("the guard is taken away");
        tamper(&connection);
        // One file again, without a log beside it.
        drop(connection);
        assert!(!verify(&tampered).expect("it is looked at").holds(), "{what}");
        match hledger(there.folder(), &exported(&tampered, Format::Hledger, None)) {
            Some(said) => assert!(!said.is_empty(), "{what}"),
            None => println!("hledger: skipped, it is not installed"),
        }
    }
}

type Tamper = fn(&Connection);

const TAMPERS: [(&str, Tamper); 3] = [
    ("a point more in a balance", |connection| {
        let sql = "UPDATE balance SET available = available + 1
                   WHERE member_id = (SELECT member_id FROM balance ORDER BY available DESC LIMIT 1)";
        assert_eq!(connection.execute(sql, []), Ok(1));
    }),
    ("a point more after an entry", |connection| {
        let sql = "UPDATE entry SET balance_after = balance_after + 1 WHERE (member_id, seq) =
                       (SELECT member_id, seq FROM entry WHERE seq > 1 AND kind = 'accrual' LIMIT 1)";
        assert_eq!(connection.execute(sql, []), Ok(1));
    }),
    ("a point more in an entry, taken from nowhere else", |connection| {
        let (member, seq, postings): (String, u64, String) = connection
            .query_row(
                "SELECT member_id, seq, postings FROM entry WHERE json_array_length(postings) = 2 AND seq > 1 LIMIT 1",
                [],
                |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs(), row.get(2)?)),
            )
            .expect("there is one");
        let mut postings: Value = serde_json::from_str(&postings).expect("JSON");
        for (place, by) in [(0, 1), (1, -1)] {
            postings[place]["delta"] = json!(postings[place]["delta"].as_i64().expect("points") + by);
        }
        let sql = "UPDATE entry SET postings = ?1 WHERE member_id = ?2 AND seq = ?3";
        let seq = i64::try_from(seq).expect("small");
        assert_eq!(connection.execute(sql, rusqlite::params![postings.to_string(), member, seq]), Ok(1));
    }),
];
