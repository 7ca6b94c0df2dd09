//! Many at once for the same thing: the ledger gives no more than there is.

use std::{future::Future, sync::Arc};

use serde_json::json;

use crate::http_server::{Answer, Server, program};

/// Starts everything at once and waits for all.
async fn all<T: Send + 'static>(racers: Vec<impl Future<Output = T> + Send + 'static>) -> Vec<T> {
    let racers: Vec<_> = racers.into_iter().map(tokio::spawn).collect();
    let mut done = Vec::new();
    for racer in racers {
        done.push(racer.await.unwrap());
    }
    done
}

fn statuses(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_unit_and_two_hundred_members_make_one_voucher() {
    let server = Arc::new(Server::open());
    for member in 0..200 {
        server.enroll_with(&format!("member-{member}"), 50).await;
    }
    let racers = (0..200)
        .map(|member| {
            let server = Arc::clone(&server);
            async move { server.redeem(&format!("member-{member}"), "my-only-click", "print", 50).await }
        })
        .collect();
    let answers = all(racers).await;
    assert_eq!(statuses(&answers, 201), 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.problem(), (409, "out_of_stock".to_owned()));
    }
    let mut left = 0;
    for member in 0..200 {
        left += server.available(&format!("member-{member}")).await;
    }
    assert_eq!(left, 200 * 50 - 50);
    server.assert_verified();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_clicks_with_one_key_are_one_redemption() {
    let server = Arc::new(Server::open());
    server.enroll_with("ada", 500).await;
    let racers = (0..50)
        .map(|_| {
            let server = Arc::clone(&server);
            async move { server.redeem("ada", "the-same-key-each-time", "tote-bag", 100).await }
        })
        .collect();
    let answers = all(racers).await;
    assert_eq!(statuses(&answers, 201), 50);
    assert!(answers.iter().all(|answer| answer.bytes == answers[0].bytes));
    let replayed = answers.iter().filter(|a| a.header("idempotent-replayed") == Some("true")).count();
    assert_eq!(replayed, 49);
    assert_eq!(server.available("ada").await, 400);
    assert_eq!(server.get("ada", "/v1/me/vouchers").await.ok()["items"].as_array().unwrap().len(), 1);
    server.assert_verified();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_keys_with_points_for_three_are_three_redemptions() {
    let server = Arc::new(Server::open());
    server.enroll_with("ada", 350).await;
    let racers = (0..50)
        .map(|click| {
            let server = Arc::clone(&server);
            async move { server.redeem("ada", &format!("click-{click:03}"), "tote-bag", 100).await }
        })
        .collect();
    let answers = all(racers).await;
    assert_eq!(statuses(&answers, 201), 3);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.problem(), (409, "insufficient_points".to_owned()));
    }
    assert_eq!(server.available("ada").await, 50);
    server.assert_verified();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_clicks_on_a_reward_for_one_a_member_are_one_redemption() {
    let server = Arc::new(Server::open());
    server.enroll_with("ada", 500).await;
    let racers = (0..50)
        .map(|click| {
            let server = Arc::clone(&server);
            async move { server.redeem("ada", &format!("click-{click:03}"), "mug", 30).await }
        })
        .collect();
    assert_eq!(statuses(&all(racers).await, 201), 1);
    server.assert_verified();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_voucher_shown_at_twenty_tills_is_taken_once() {
    let server = Arc::new(Server::open());
    server.enroll_with("ada", 100).await;
    let redeemed = server.redeem("ada", "one-tote-bag", "tote-bag", 100).await.ok();
    let path = format!("/v1/vouchers/{}/use", redeemed["voucher"]["code"].as_str().unwrap());
    let racers = (0..20)
        .map(|till| {
            let (server, path) = (Arc::clone(&server), path.clone());
            async move { server.merchant_with(&format!("till-number-{till}"), &path, json!({})).await }
        })
        .collect();
    let answers = all(racers).await;
    assert_eq!((statuses(&answers, 200), statuses(&answers, 409)), (1, 19));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn earning_refunding_and_redeeming_at_once_leave_a_ledger_that_adds_up() {
    let mut plenty = program("lantern");
    plenty["rewards"][1]["stock"] = json!(40);
    let server = Arc::new(Server::open_with(plenty));
    for member in 0..8 {
        server.enroll(&format!("member-{member}")).await;
    }
    let racers = (0..400)
        .map(|turn: usize| {
            let server = Arc::clone(&server);
            async move {
                let member = format!("member-{}", turn % 8);
                let key = format!("turn-number-{turn}");
                match turn / 8 % 5 {
                    0 | 1 => server.book(&member, &key, 40).await.status,
                    2 => server.redeem(&member, &key, "print", 50).await.status,
                    3 => server.redeem(&member, &key, "mug", 30).await.status,
                    _ => {
                        let order = format!("/v1/orders/turn-number-{}/refunds", turn - 32);
                        server.merchant(&order, json!({})).await.status
                    }
                }
            }
        })
        .collect();
    let statuses = all(racers).await;
    assert!(statuses.iter().all(|status| matches!(status, 201 | 404 | 409)), "{statuses:?}");
    assert!(statuses.iter().filter(|status| **status == 201).count() > 160);
    server.assert_verified();
}
