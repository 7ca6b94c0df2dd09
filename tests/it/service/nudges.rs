//! Reminders, and what is forgotten: told once, and kept for as long as the settings say.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::{Value, json};
use stampcard_model::{Nudges, Points, ProgramId, Review};
use stampcard_server::{
    settings::Retention,
    store::{Action, Executed, Write, sqlite::Format},
    sweep::{Swept, sweep},
};

use super::{
    ground::{BEGIN, Ground, Place, get, set_program},
    receiver::{Receiver, add, private, round, verify},
    transfer::{exported, imported},
};

const DAY_MS: i64 = 86_400_000;

fn points(value: u64) -> Points {
    Points::saturating_from(value.into())
}

fn all() -> Nudges {
    Nudges {
        expiry_days: vec![30, 7],
        thresholds: vec![points(100), points(500)],
        tier_at_risk_days: Some(30),
        win_back_days: Some(60),
        birthday: false,
    }
}

fn reminding() -> Ground {
    Ground::with_program(|program| program.nudges = all(), private)
}

async fn swept(ground: &Ground) -> Swept {
    sweep(&ground.app, ground.clock.now()).await.expect("it sweeps")
}

/// The reminders among what was sent, by topic.
async fn told(ground: &Ground, receiver: &Receiver, secret: &str) -> BTreeMap<String, Vec<Value>> {
    while round(ground).await.0 > 0 {}
    let mut told: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for call in receiver.calls() {
        let message = verify(secret, &call);
        if let Some(kind) = message["type"].as_str().and_then(|topic| topic.strip_prefix("nudge.")) {
            assert_eq!(message["data"]["nudge"]["type"], kind);
            told.entry(kind.to_owned()).or_default().push(message["data"].clone());
        }
    }
    told
}

#[tokio::test]
async fn each_reminder_is_told_once_in_the_life_of_a_member() {
    let ground = reminding();
    let (receiver, url) = Receiver::start().await;
    let (_, secret) = add(&ground, &url, json!([])).await;
    ground.member("mei", 120).await;
    let reached = told(&ground, &receiver, &secret).await;
    assert_eq!(reached["threshold_reached"].len(), 1, "at once, without a sweep");
    assert_eq!(reached["threshold_reached"][0]["nudge"]["threshold"], 100);
    assert_eq!(reached["threshold_reached"][0]["member_reference"], "mei");
    let mut heard = Vec::new();
    for day in 0..380 {
        swept(&ground).await;
        swept(&ground).await;
        for (kind, messages) in told(&ground, &receiver, &secret).await {
            heard.extend(messages.into_iter().map(|data| (day, kind.clone(), data["nudge"].clone())));
        }
        ground.clock.pass(DAY_MS);
    }
    let when: Vec<_> = heard.iter().map(|(day, kind, _)| (*day, kind.as_str())).collect();
    // Looked at each day at nine in Amsterdam; the points live to the end of the same day of the next year.
    assert_eq!(when, [(60, "win_back"), (336, "points_expiring"), (359, "points_expiring")]);
    assert_eq!(
        (&heard[1].2["points"], &heard[1].2["days"], &heard[2].2["days"]),
        (&json!(120), &json!(30), &json!(7))
    );
    assert!(stampcard_server::verify(&ground.folder().join("ledger.db")).expect("it is looked at").holds());
}

#[tokio::test]
async fn a_late_server_tells_the_latest_notice_alone() {
    let ground = reminding();
    let (receiver, url) = Receiver::start().await;
    let (_, secret) = add(&ground, &url, json!([])).await;
    ground.member("mei", 90).await;
    ground.clock.pass(362 * DAY_MS);
    assert_eq!(swept(&ground).await.nudges, 1);
    let told = told(&ground, &receiver, &secret).await;
    assert_eq!(told.keys().collect::<Vec<_>>(), ["points_expiring"], "too late to be missed");
    assert_eq!(told["points_expiring"][0]["nudge"]["days"], 7);
    assert_eq!(swept(&ground).await, Swept::default());
}

#[tokio::test]
async fn two_sweepers_at_once_tell_what_one_tells() {
    let ground = reminding();
    for member in 0..40 {
        ground.member(&format!("member-{member}"), 90).await;
    }
    let (receiver, url) = Receiver::start().await;
    let (_, secret) = add(&ground, &url, json!([])).await;
    ground.clock.pass(61 * DAY_MS);
    let now = ground.clock.now();
    let (one, other, third) =
        tokio::join!(sweep(&ground.app, now), sweep(&ground.app, now), sweep(&ground.app, now));
    let nudges = [one, other, third].map(|swept| swept.expect("it sweeps").nudges);
    assert_eq!(nudges.iter().sum::<u64>(), 40, "{nudges:?}");
    // A third server that had read who is due before the others told them.
    let program = ground.app.program(&ProgramId::new("lantern").expect("an id")).expect("a program").clone();
    let connection = Connection::open(ground.folder().join("ledger.db")).expect("it opens");
    let members: Vec<String> = connection
        .prepare("SELECT member_id FROM member")
        .and_then(|mut members| members.query_map([], |row| row.get(0))?.collect())
        .expect("members");
    for member in members {
        let action = Action::Nudge { member_id: member.try_into().expect("an id") };
        let write = Write { program: program.clone(), now, action, once: None };
        assert!(matches!(ground.app.store().execute(write).await, Ok(Executed::Now(Ok(_), None))));
    }
    let told = told(&ground, &receiver, &secret).await;
    assert_eq!(told["win_back"].len(), 40);
    let mut whom: Vec<_> = told["win_back"].iter().map(|data| data["member_reference"].to_string()).collect();
    whom.sort_unstable();
    whom.dedup();
    assert_eq!(whom.len(), 40);
}

#[tokio::test]
async fn a_sweep_reads_only_members_for_whom_something_may_be_due() {
    let ground = reminding();
    for member in ["mei", "lin", "bo"] {
        ground.member(member, 10).await;
    }
    let lantern = ProgramId::new("lantern").expect("an id");
    let due = async || {
        let found = ground.app.store().to_nudge(&lantern, ground.clock.now(), 100).await;
        found.expect("it reads").len()
    };
    assert_eq!(due().await, 3, "each has changed");
    swept(&ground).await;
    assert_eq!(due().await, 0);
    ground.order("lin", "2", 10).await;
    assert_eq!(due().await, 1);
    swept(&ground).await;
    ground.clock.pass(61 * DAY_MS);
    assert_eq!(due().await, 3, "all are missed by now");
}

#[tokio::test]
async fn a_threshold_is_told_again_only_after_the_balance_was_below_it() {
    let ground = reminding();
    let (receiver, url) = Receiver::start().await;
    let (_, secret) = add(&ground, &url, json!([])).await;
    ground.member("mei", 90).await;
    let mut heard = Vec::new();
    for (order, earns) in [("a", 20), ("b", 5), ("c", 0), ("d", 400)] {
        if order == "c" {
            // Down below a hundred, and up again.
            assert_eq!(ground.redeem("mei").await.status, 201);
            ground.order("mei", "back", 60).await;
        } else {
            ground.order("mei", order, earns).await;
        }
        let reached = told(&ground, &receiver, &secret).await.remove("threshold_reached").unwrap_or_default();
        heard.push(reached.iter().map(|data| data["nudge"]["threshold"].clone()).collect::<Vec<_>>());
    }
    assert_eq!(json!(heard), json!([[100], [], [100], [500]]));
}

#[tokio::test]
async fn a_program_that_begins_to_remind_looks_at_everybody() {
    let ground = Ground::with(private);
    ground.member("mei", 90).await;
    assert_eq!(swept(&ground).await, Swept::default());
    ground.clock.pass(61 * DAY_MS);
    let ground = ground
        .again(|settings| {
            private(settings);
            set_program(settings, |program| {
                program.version += 1;
                program.nudges = all();
            });
        })
        .await;
    assert_eq!(swept(&ground).await.nudges, 1, "mei is missed");
    assert_eq!(swept(&ground).await.nudges, 0);
}

#[tokio::test]
async fn what_was_told_goes_over_to_another_server_and_into_the_copy_and_goes_with_the_member() {
    let ground = reminding();
    for member in ["mei", "lin"] {
        ground.member(member, 120).await;
    }
    let (_, url) = Receiver::start().await;
    add(&ground, &url, json!([])).await;
    ground.clock.pass(61 * DAY_MS);
    assert_eq!(swept(&ground).await.nudges, 2);
    let copy = ground.get("/v1/me/export", "mei").await.body["nudges"].clone();
    let kinds: Vec<_> = copy.as_array().expect("a list").iter().map(|said| said["kind"].clone()).collect();
    assert_eq!(kinds, ["threshold_reached", "win_back"]);
    let mut request = get("/v1/me", &ground.token("mei"));
    *request.method_mut() = axum::http::Method::DELETE;
    assert_eq!(ground.send(request).await.status, 204);

    let text = exported(&ground.folder().join("ledger.db"), Format::Jsonl, None);
    assert_eq!(text.matches("\"record\":\"nudge\"").count(), 2, "lin's alone");
    let there = Place::new();
    let file = there.folder().join("ledger.db");
    imported(&file, &text).expect("it is taken over");
    assert_eq!(exported(&file, Format::Jsonl, None), text);
    let connection = Connection::open(ground.folder().join("ledger.db")).expect("it opens");
    let waiting: i64 = connection
        .query_row("SELECT count(*) FROM outbox WHERE topic LIKE 'nudge.%'", [], |row| row.get(0))
        .expect("a number");
    assert_eq!(waiting, 1, "nobody is reminded who was erased");
    assert_eq!(swept(&ground).await.nudges, 0);
}

#[tokio::test]
async fn what_is_kept_beside_the_ledger_is_forgotten_when_the_settings_say() {
    let ground = Ground::with_program(
        |program| {
            program.nudges = all();
            program.review = Some(Review { above_points: Some(points(1)), after: None });
        },
        |settings| {
            settings.retention =
                Retention { comments_days: 10, review_notes_days: 20, ..Retention::default() };
        },
    );
    ground.member("mei", 120).await;
    let comment = json!({"survey_id": "s1", "score": 4, "comment": "too sweet"});
    assert_eq!(ground.post_as("/v1/me/feedback", "mei", comment).await.status, 201);
    let held = ground.redeem("mei").await.body["id"].clone();
    let reject = format!("/v1/reviews/{}/reject", held.as_str().expect("an id"));
    assert_eq!(ground.post(&reject, json!({"reason": "asked twice"})).await.status, 200);
    let known = async || {
        let copy = ground.get("/v1/me/export", "mei").await.body;
        let nudges = copy["nudges"].as_array().expect("a list").iter();
        let reached = nudges.filter(|nudge| nudge["kind"] == "threshold_reached").count();
        (copy["feedback"][0].get("comment").is_some(), copy["reviews"][0].get("reason").is_some(), reached)
    };
    for (day, expected) in [
        (10, (true, true, 2)),
        (11, (false, true, 2)),
        (21, (false, false, 2)),
        (400, (false, false, 2)),
        (401, (false, false, 0)),
    ] {
        let begin = BEGIN + day * DAY_MS;
        ground.clock.pass(begin - ground.clock.now().as_millis());
        swept(&ground).await;
        assert_eq!(known().await, expected, "day {day}");
    }
    let copy = ground.get("/v1/me/export", "mei").await.body;
    assert_eq!(
        (&copy["feedback"][0]["score"], &copy["reviews"][0]["decision"]),
        (&json!(4), &json!("rejected"))
    );
}
