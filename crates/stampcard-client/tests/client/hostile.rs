//! Whatever a backend answers, nothing panics and nothing half true is passed on.

use std::future::Future;

use proptest::prelude::*;
use serde_json::{Value, json};
use stampcard_client::{Backend, Error, Native, PageRequest, Response, Token};
use stampcard_model::RedemptionId;

use crate::{
    answers::{self, key, wish},
    scripted::{Answer, Scripted, client, member, ok},
};

type Client = Native<Scripted, Token>;

#[tokio::test]
async fn one_wrong_place_spoils_an_answer() {
    let spoilt = |pointer: &str, value: Value| {
        let mut me = answers::me();
        *me.pointer_mut(pointer).unwrap() = value;
        me
    };
    for answer in [
        json!(null),
        json!([]),
        json!("me"),
        json!({}),
        spoilt("/balance/available", json!(-1)),
        spoilt("/balance/available", json!(1.5)),
        spoilt("/balance/available", json!("280")),
        spoilt("/balance/available", json!(9_007_199_254_740_992_u64)),
        spoilt("/balance/available", json!(u64::MAX)),
        spoilt("/balance", json!({"available": 1, "pending": 2})),
        spoilt("/member/id", json!("")),
        spoilt("/member/id", json!("x".repeat(65))),
        spoilt("/member/enrolled_at", json!("2026-02-30T00:00:00Z")),
        spoilt("/tier/next/missing", json!(1e300)),
        spoilt("/tier", json!([1])),
    ] {
        let (client, _) = client(member(), [ok(&answer)]);
        assert_eq!(client.me().await, Err(Error::Malformed { what: "me" }), "{answer}");
    }
}

#[tokio::test]
async fn text_that_is_no_json_spoils_an_answer() {
    let deep = "[".repeat(200_000);
    let deep_inside = answers::my_rewards().to_string().replace("\"TOTE\"", &deep);
    let cut_off = &answers::my_rewards().to_string()[..50];
    for text in ["", "<!doctype html>", "NaN", "{\"items\":", cut_off, &deep, &deep_inside] {
        let (client, _) = client(member(), [said(200, text)]);
        let error = client.my_rewards(&PageRequest::default()).await.unwrap_err();
        assert_eq!(error, Error::Malformed { what: "my_rewards" });
    }
}

#[tokio::test]
async fn what_a_newer_backend_adds_is_passed_over() {
    let mut rewards = answers::my_rewards();
    rewards["total"] = json!(1);
    rewards["items"][0]["mood"] = json!({"color": "blue"});
    rewards["items"][0]["reward"]["kind"] = json!({"type": "teleport", "to": ["moon"]});
    let (client, _) = client(member(), [ok(&rewards)]);
    let page = client.my_rewards(&PageRequest::default()).await.unwrap();
    assert_eq!(page.items[0].reward.kind, stampcard_model::RewardKind::Unrecognized);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_makes_a_call_panic(status in 100..=599_u16, body in any_json(), call in 0..CALLS) {
        let (client, _) = client(member(), (0..4).map(|_| said(status, &body.to_string())));
        let outcome = run(ask(&client, call));
        prop_assert!(!matches!(outcome, Err(Error::Unauthorized)) || status == 401);
        prop_assert!(outcome.is_err() || (200..300).contains(&status));
    }

    #[test]
    fn an_answer_with_one_place_changed_is_taken_whole_or_not_at_all(
        call in 0..CALLS,
        place in any::<prop::sample::Index>(),
        value in any_json(),
    ) {
        let mut body = right_answer(call);
        let mut pointers = Vec::new();
        collect_pointers(&body, String::new(), &mut pointers);
        let pointer = &pointers[place.index(pointers.len())];
        *body.pointer_mut(pointer).unwrap() = value;
        let (client, _) = client(member(), [ok(&body)]);
        let outcome = run(ask(&client, call));
        prop_assert!(matches!(outcome, Ok(()) | Err(Error::Malformed { .. })), "{outcome:?} for {body}");
    }
}

#[tokio::test]
async fn every_right_answer_is_taken() {
    for call in 0..CALLS {
        let (client, _) = client(member(), [ok(&right_answer(call))]);
        assert_eq!(ask(&client, call).await, Ok(()), "{call}");
    }
}

const CALLS: usize = 8;

async fn ask(client: &Client, call: usize) -> Result<(), Error> {
    let page = PageRequest::default();
    match call {
        0 => client.program().await.map(drop),
        1 => client.rewards(&page).await.map(drop),
        2 => client.me().await.map(drop),
        3 => client.my_rewards(&page).await.map(drop),
        4 => client.entries(&page).await.map(drop),
        5 => client.vouchers(&page).await.map(drop),
        6 => client.redeem(&key(), &wish()).await.map(drop),
        _ => client.redemption(&RedemptionId::new("r_1").unwrap()).await.map(drop),
    }
}

fn right_answer(call: usize) -> Value {
    match call {
        0 => answers::program(),
        1 => answers::rewards(),
        2 => answers::me(),
        3 => answers::my_rewards(),
        4 => answers::entries(),
        5 => answers::vouchers(),
        _ => answers::redemption(),
    }
}

fn said(status: u16, text: &str) -> Answer {
    Ok(Response { status, retry_after_ms: None, body: Some(text.to_owned()) })
}

fn run<O>(future: impl Future<Output = O>) -> O {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// The JSON pointers of a value and of everything inside it.
fn collect_pointers(value: &Value, here: String, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, inner)| collect_pointers(inner, format!("{here}/{name}"), into));
        }
        Value::Array(items) => {
            let numbered = items.iter().enumerate();
            numbered.for_each(|(index, inner)| collect_pointers(inner, format!("{here}/{index}"), into));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    into.push(here);
}

fn any_json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "items",
        "next",
        "code",
        "kind",
        "type",
        "id",
        "price",
        "tier",
        "balance",
        "available",
        "voucher",
        "delta",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        prop::sample::select(vec!["never", "spend", "discount", "out_of_stock", "2026-01-01T00:00:00Z"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|fields| Value::Object(
                fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect()
            )),
        ]
    })
}
