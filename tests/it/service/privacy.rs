//! What a member decides, may have, and has forgotten.

use axum::http::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use stampcard_server::verify;

use super::ground::{Answer, Ground, ORIGIN, cheapest, get, new_key, signed, write};

fn consent(purpose: &str, granted: bool, version: &str) -> Value {
    let text = format!("May we use your address for {purpose}?");
    json!({"purpose": purpose, "granted": granted, "version": version, "text": text, "locale": "en"})
}

async fn decide(ground: &Ground, body: &Value) -> Answer {
    let mut claims = ground.claims("mei");
    claims["jti"] = json!("t-77");
    let mut request = write(Method::PUT, "/v1/me/consents", &signed(&claims), &new_key(), body);
    request.headers_mut().insert("origin", ORIGIN.parse().expect("a header"));
    ground.send(request).await
}

async fn erase(ground: &Ground, token: &str) -> Answer {
    let mut request = get("/v1/me", token);
    *request.method_mut() = Method::DELETE;
    ground.send(request).await
}

#[tokio::test]
async fn a_decision_is_kept_with_its_text_and_its_proof_and_taken_back_as_easily() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    let given = decide(&ground, &consent("news", true, "3")).await;
    assert_eq!(given.status, 200, "{}", given.text);
    assert_eq!(given.body["proof"]["origin"], ORIGIN);
    assert_eq!(given.body["proof"]["token_id"], "t-77");
    assert_eq!(given.body["proof"]["text_sha256"].as_str().map(str::len), Some(64));
    assert_eq!(given.body["decided_at"], "2026-01-10T08:00:00Z");
    ground.clock.pass(1_000);
    decide(&ground, &consent("profiling", true, "1")).await;
    ground.clock.pass(1_000);
    decide(&ground, &consent("news", false, "3")).await;
    let in_force = ground.get("/v1/me/consents", "mei").await.body;
    let said: Vec<_> = in_force["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| (item["purpose"].as_str().expect("text"), item["granted"].as_bool().expect("a bool")))
        .collect();
    assert_eq!(said, [("news", false), ("profiling", true)]);
    let history = ground.get("/v1/me/export", "mei").await.body["consents"].clone();
    assert_eq!(history.as_array().expect("a list").len(), 3, "every decision is kept");
    let stranger = ground.get("/v1/me/consents", "nobody").await;
    assert_eq!(stranger.told(), (404, "member_not_found"));
}

#[tokio::test]
async fn a_decision_without_its_words_is_refused() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    for (field, value) in [
        ("purpose", json!("News!")),
        ("purpose", json!("")),
        ("version", json!("")),
        ("text", json!("")),
        ("text", json!("x".repeat(2_001))),
        ("locale", json!("e")),
        ("granted", json!("yes")),
    ] {
        let mut body = consent("news", true, "1");
        body[field] = value.clone();
        let refused = decide(&ground, &body).await;
        assert_eq!(refused.told(), (422, "invalid_body"), "{field} {value}");
        assert_eq!(refused.body["errors"][0]["pointer"], format!("/{field}"));
    }
}

#[tokio::test]
async fn feedback_is_told_once_for_each_survey() {
    let ground = Ground::new();
    ground.member("mei", 0).await;
    let tell = async |body: Value| ground.post_as("/v1/me/feedback", "mei", body).await;
    let told = tell(json!({"survey_id": "spring", "score": 4, "comment": "Lovely tea."})).await;
    assert_eq!((told.status.as_u16(), &told.body["score"]), (201, &json!(4)));
    let again = tell(json!({"survey_id": "spring", "score": 1})).await;
    assert_eq!(again.told(), (409, "feedback_already_given"));
    assert_eq!(tell(json!({"survey_id": "autumn", "score": 1})).await.status, 201);
    for body in [
        json!({"survey_id": "x", "score": 0}),
        json!({"survey_id": "x", "score": 6}),
        json!({"survey_id": "x", "score": 3, "comment": "茶".repeat(1_001)}),
        json!({"survey_id": "a b", "score": 3}),
    ] {
        assert_eq!(tell(body.clone()).await.told(), (422, "invalid_body"), "{body}");
    }
    assert_eq!(tell(json!({"survey_id": "x", "score": 3, "comment": "茶".repeat(1_000)})).await.status, 201);
    let known = ground.get("/v1/me/feedback", "mei").await.body;
    assert_eq!(
        known["items"][1],
        json!({"survey_id": "spring", "score": 4, "comment": "Lovely tea.",
        "told_at": told.body["told_at"]}),
        "{known}"
    );
    assert_eq!(ground.get("/v1/me/feedback", "nobody").await.told(), (404, "member_not_found"));
}

#[tokio::test]
async fn a_copy_has_everything_and_the_table_has_the_ledger() {
    let ground = Ground::new();
    ground.member("mei", 1_000).await;
    ground.redeem("mei").await;
    decide(&ground, &consent("news", true, "1")).await;
    ground.post_as("/v1/me/feedback", "mei", json!({"survey_id": "s", "score": 5})).await;
    let copy = ground.get("/v1/me/export", "mei").await;
    assert_eq!(copy.header("content-disposition"), Some("attachment; filename=\"stampcard.json\""));
    let copy = copy.body;
    assert_eq!((&copy["reference"], &copy["member"]["display_name"]), (&json!("mei"), &json!("Mei")));
    assert_eq!(copy["balance"], ground.get("/v1/me", "mei").await.body["balance"]);
    assert_eq!(copy["entries"], ground.get("/v1/me/entries", "mei").await.body["items"]);
    for (part, count) in [("entries", 2), ("redemptions", 1), ("consents", 1), ("feedback", 1)] {
        assert_eq!(copy[part].as_array().map(Vec::len), Some(count), "{part}");
    }
    let table = ground.get("/v1/me/export?format=csv", "mei").await;
    assert_eq!(table.header("content-type"), Some("text/csv"));
    let rows: Vec<_> = table.text.split("\r\n").collect();
    assert_eq!(rows[0], "seq,kind,occurred_at,delta,balance_after,order_id,reward_id,title,expires_at");
    assert!(rows[1].starts_with("2,redemption,2026-01-10T08:00:00Z,-"), "{}", rows[1]);
    assert!(
        rows[2].starts_with("1,accrual,2026-01-10T08:00:00Z,1000,1000,\"first-of-mei\",,,"),
        "{}",
        rows[2]
    );
    assert_eq!(ground.get("/v1/me/export?format=xml", "mei").await.status, 400);
}

#[tokio::test]
async fn a_member_who_is_erased_leaves_a_sound_ledger_that_leads_to_nobody() {
    let ground = Ground::new();
    let before = ground.member("mei-4711", 0).await;
    ground.order("mei-4711", "o-1", 1_000).await;
    ground.post_as("/v1/me/redemptions", "mei-4711", cheapest()).await;
    let mut claims = ground.claims("mei-4711");
    claims["jti"] = json!("t-4711");
    let token = signed(&claims);
    let mut decision = write(Method::PUT, "/v1/me/consents", &token, &new_key(), &consent("news", true, "1"));
    decision.headers_mut().insert("origin", ORIGIN.parse().expect("a header"));
    assert_eq!(ground.send(decision).await.status, 200);
    let feedback = json!({"survey_id": "s", "score": 5, "comment": "I am Mei Li of Harbour Street."});
    ground.post_as("/v1/me/feedback", "mei-4711", feedback).await;
    assert_eq!(erase(&ground, &token).await.status, 204);
    assert_eq!(erase(&ground, &token).await.status, 204, "again changes nothing");
    assert_eq!(ground.send(get("/v1/me", &token)).await.told(), (404, "member_not_found"));
    let file = ground.folder().join("ledger.db");
    assert!(verify(&file).expect("it is looked at").holds());
    let connection = Connection::open(&file).expect("it opens");
    let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
    assert_eq!(one("SELECT count(*) FROM entry"), 3, "earned, redeemed, written off");
    assert_eq!(one("SELECT available FROM balance"), 0);
    assert_eq!(one("SELECT count(*) FROM erasure"), 1);
    for table in ["person", "consent", "feedback", "entry", "outbox", "erasure", "member"] {
        let mut rows = connection.prepare(&format!("SELECT * FROM {table}")).expect("the table is there");
        let columns = rows.column_count();
        let mut found = rows.query([]).expect("it is read");
        while let Some(row) = found.next().expect("a row") {
            for column in 0..columns {
                let value = format!("{:?}", row.get_ref(column).expect("a value"));
                let bytes = row.get_ref(column).expect("a value").as_str().unwrap_or_default().to_owned();
                for personal in ["mei-4711", "Harbour", "\"Mei\""] {
                    assert!(
                        !value.contains(personal) && !bytes.contains(personal),
                        "{table} holds {personal}"
                    );
                }
            }
        }
    }
    drop(connection);
    // Nor is it left in a part of the file that no table uses any more.
    let ground = ground.again(|_| {}).await;
    for file in std::fs::read_dir(ground.folder()).expect("the folder is there") {
        let path = file.expect("a file").path();
        let bytes = std::fs::read(&path).expect("it is read");
        for personal in ["mei-4711", "Mei", "Harbour", ORIGIN, "t-4711"] {
            let found = bytes.windows(personal.len()).any(|part| part == personal.as_bytes());
            assert!(!found, "{} holds {personal}", path.display());
        }
    }
    // The reference begins anew, and the old orders are still known.
    let after = ground.member("mei-4711", 0).await;
    assert_ne!(before["id"], after["id"]);
    assert_eq!(ground.get("/v1/me", "mei-4711").await.body["balance"]["available"], 0);
    assert_eq!(ground.get("/v1/me/entries", "mei-4711").await.body["items"], json!([]));
    assert_eq!(ground.order("mei-4711", "o-1", 5).await.told(), (409, "order_already_booked"));
}

#[tokio::test]
async fn a_one_time_token_that_has_redeemed_does_not_erase() {
    let ground = Ground::new();
    ground.member("mei", 1_000).await;
    let mut claims = ground.claims("mei");
    claims["once"] = json!(true);
    claims["jti"] = json!("t-1");
    let token = signed(&claims);
    let redeem = write(Method::POST, "/v1/me/redemptions", &token, &new_key(), &cheapest());
    assert_eq!(ground.send(redeem).await.status, 201);
    assert_eq!(erase(&ground, &token).await.told(), (401, "token_used"));
    claims["scope"] = json!("read");
    claims["jti"] = json!("t-2");
    assert_eq!(erase(&ground, &signed(&claims)).await.told(), (403, "insufficient_scope"));
    assert_eq!(ground.get("/v1/me", "mei").await.status, 200);
}
