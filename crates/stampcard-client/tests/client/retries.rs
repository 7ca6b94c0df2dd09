//! Trying again, only where it is safe.

use stampcard_client::{Backend, Error, Guest, TransportError, Unreachable};
use stampcard_model::Refusal;

use crate::{
    answers::{self, key, wish},
    scripted::{Answer, Scripted, client, member, ok, page_of_html, problem, retry_after},
};

const OFFLINE: Answer = Err(TransportError::Offline);
const TIMEOUT: Answer = Err(TransportError::Timeout);

#[tokio::test]
async fn a_read_survives_two_failures() {
    let (client, network) = client(Guest, [OFFLINE, page_of_html(502), ok(&answers::program())]);
    client.program().await.unwrap();
    assert_eq!((network.sent().len(), network.waited()), (3, vec![200, 400]));
}

#[tokio::test]
async fn a_read_gives_up_after_three_tries_with_the_last_error() {
    let (client, network) = client(Guest, [TIMEOUT, OFFLINE, page_of_html(503)]);
    assert_eq!(client.program().await, Err(Error::Unreachable(Unreachable::Server { status: 503 })));
    assert_eq!(network.waited().len(), 2);
}

#[tokio::test]
async fn a_redemption_survives_three_failures_and_every_try_is_the_same_request() {
    let (client, network) =
        client(member(), [TIMEOUT, OFFLINE, page_of_html(504), ok(&answers::redemption())]);
    client.redeem(&key(), &wish()).await.unwrap();
    let sent = network.sent();
    assert_eq!(sent.len(), 4);
    assert!(sent.iter().all(|request| *request == sent[0]));
}

#[tokio::test]
async fn a_redemption_that_is_still_under_way_is_waited_for() {
    let (client, network) = client(member(), [in_flight(), ok(&answers::redemption())]);
    client.redeem(&key(), &wish()).await.unwrap();
    assert_eq!(network.waited(), [1_125]);

    let (client, _) = crate::scripted::client(member(), (0..4).map(|_| in_flight()));
    let error = client.redeem(&key(), &wish()).await.unwrap_err();
    assert_eq!(error.code(), "idempotency_key_in_flight");
    assert!(error.retryable() && error.leaves_doubt());
}

#[tokio::test]
async fn a_lost_answer_followed_by_too_many_requests_still_leaves_doubt() {
    let (client, _) = client(member(), [TIMEOUT, retry_after(429, 60_000)]);
    let error = client.redeem(&key(), &wish()).await.unwrap_err();
    assert_eq!(error, Error::RateLimited { retry_after_ms: Some(60_000) });
    assert!(error.leaves_doubt());
}

#[tokio::test]
async fn a_refusal_is_never_tried_again() {
    let (client, network) = client(member(), [problem(409, "out_of_stock")]);
    assert_eq!(client.redeem(&key(), &wish()).await, Err(Error::Refused(Refusal::OutOfStock)));
    expect_one_try(&network);
}

#[tokio::test]
async fn what_is_no_answer_is_never_tried_again() {
    for answer in [page_of_html(200), page_of_html(404), page_of_html(500), ok(&answers::program())] {
        let (client, network) = client(member(), [answer]);
        client.redeem(&key(), &wish()).await.unwrap_err();
        expect_one_try(&network);
    }
}

#[tokio::test]
async fn a_retry_after_is_honored_but_not_for_longer_than_a_member_waits() {
    let (client, network) = client(Guest, [retry_after(429, 2_000), ok(&answers::program())]);
    client.program().await.unwrap();
    assert_eq!(network.waited(), [2_125]);

    let (client, network) = crate::scripted::client(Guest, [retry_after(503, 3_600_000)]);
    client.program().await.unwrap_err();
    expect_one_try(&network);
}

fn in_flight() -> Answer {
    let answer = problem(409, "idempotency_key_in_flight");
    answer.map(|mut response| {
        response.retry_after_ms = Some(1_000);
        response
    })
}

fn expect_one_try(network: &Scripted) {
    assert_eq!((network.sent().len(), network.waited().len()), (1, 0));
}
