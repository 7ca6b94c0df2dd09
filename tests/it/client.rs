//! The client and the reference backend agree: the member's whole journey, without a network.

use std::sync::atomic::Ordering;

use stampcard_client::{Backend, Error, Guest, PageRequest, Unreachable};
use stampcard_model::{
    IdempotencyKey, Points, Refusal, RewardId, Timestamp, VoucherState,
    api::{KEY_HEADER, NewRedemption, ProblemCode, RedemptionStatus},
};

use crate::{
    client_backend::{client, source, token},
    http_server::Server,
};

#[tokio::test]
async fn a_member_sees_what_they_have_redeems_and_finds_the_voucher() {
    let server = Server::open();
    server.enroll_with("mei", 120).await;
    let (client, _) = client(&server, token(&server, "mei"));

    let program = client.program().await.unwrap();
    assert_eq!((program.name.as_str(), program.terminology.other.as_str()), ("Lantern Circle", "stars"));
    let me = client.me().await.unwrap();
    assert_eq!((me.balance.available.get(), me.tier.tier.as_str()), (120, "friend"));
    assert_eq!(me.tier.next.unwrap().missing.get(), 80);
    assert_eq!(me.expiring.unwrap().points.get(), 120);
    let mine = client.my_rewards(&PageRequest::largest()).await.unwrap().items;
    let refusals: Vec<_> = mine.iter().map(|mine| mine.refusal.as_deref()).collect();
    assert_eq!(refusals, [None, None, Some("tier_required"), None]);

    let redemption = client.redeem(&key("redeem-1"), &wish("mug", 30)).await.unwrap();
    assert_eq!((redemption.status, redemption.balance_after.get()), (RedemptionStatus::Completed, 90));
    let voucher = redemption.voucher.clone().unwrap();
    assert_eq!(voucher.expires_at, Some(Timestamp::parse("2026-12-22T09:00:00Z").unwrap()));
    assert_eq!(client.redemption(&redemption.id).await.unwrap(), redemption);
    assert_eq!(client.me().await.unwrap().balance.available.get(), 90);
    let vouchers = client.vouchers(&PageRequest::default()).await.unwrap().items;
    assert_eq!(vouchers, [voucher]);
    assert_eq!(vouchers[0].state, VoucherState::Active);
    let entries = client.entries(&PageRequest::default()).await.unwrap().items;
    assert_eq!(entries.iter().map(|entry| entry.delta).collect::<Vec<_>>(), [-30, 120]);

    client.set_locale("zh-CN");
    assert_eq!(client.program().await.unwrap().name, "灯笼会");
    let mine = client.my_rewards(&PageRequest::largest()).await.unwrap().items;
    assert_eq!((mine[0].reward.title.as_str(), mine[0].missing.get()), ("帆布袋", 10));
}

#[tokio::test]
async fn the_same_key_answers_the_same_redemption_and_takes_points_once() {
    let server = Server::open();
    server.enroll_with("mei", 250).await;
    let (client, _) = client(&server, token(&server, "mei"));
    let first = client.redeem(&key("redeem-1"), &wish("tote-bag", 100)).await.unwrap();
    server.let_pass(0, 1);
    assert_eq!(client.redeem(&key("redeem-1"), &wish("tote-bag", 100)).await.unwrap(), first);
    let other = client.redeem(&key("redeem-1"), &wish("mug", 30)).await.unwrap_err();
    assert_eq!(other, Error::Rejected { status: 422, code: Some(ProblemCode::IdempotencyKeyReused) });
    let second = client.redeem(&key("redeem-2"), &wish("tote-bag", 100)).await.unwrap();
    assert_ne!(second.voucher.unwrap().code, first.voucher.unwrap().code);
    assert_eq!(client.me().await.unwrap().balance.available.get(), 50);
    server.assert_verified();
}

#[tokio::test]
async fn a_redemption_whose_answers_are_lost_happens_once_and_its_voucher_is_found() {
    let server = Server::open();
    server.enroll_with("mei", 150).await;
    let (client, network) = client(&server, token(&server, "mei"));
    network.lose_answers(3);
    let redemption = client.redeem(&key("redeem-1"), &wish("tote-bag", 100)).await.unwrap();
    assert_eq!((network.sent(), redemption.balance_after.get()), (4, 50));

    network.lose_answers(4);
    let doubt = client.redeem(&key("redeem-2"), &wish("mug", 30)).await.unwrap_err();
    assert_eq!(doubt, Error::Unreachable(Unreachable::Timeout));
    assert!(doubt.leaves_doubt());
    let found = client.redeem(&key("redeem-2"), &wish("mug", 30)).await.unwrap();
    assert_eq!(client.me().await.unwrap().balance.available.get(), 20);
    let vouchers = client.vouchers(&PageRequest::default()).await.unwrap().items;
    assert_eq!(vouchers, [found.voucher.unwrap(), redemption.voucher.unwrap()]);
    server.assert_verified();
}

#[tokio::test]
async fn every_no_of_a_redemption_has_its_name_and_takes_nothing() {
    let server = Server::open();
    server.enroll_with("mei", 100).await;
    server.enroll_with("jo", 100).await;
    let (mei, _) = client(&server, token(&server, "mei"));
    let (jo, _) = client(&server, token(&server, "jo"));
    let foreign = jo.redeem(&key("jo-redeem"), &wish("print", 50)).await.unwrap();
    mei.redeem(&key("redeem-0"), &wish("mug", 30)).await.unwrap();
    for (number, reward, price, refusal) in [
        (1, "no-such-thing", 10, Refusal::RewardNotFound),
        (2, "tasting", 80, Refusal::TierRequired),
        (3, "mug", 30, Refusal::MemberLimitReached),
        (4, "print", 50, Refusal::OutOfStock),
        (5, "tote-bag", 99, Refusal::PriceChanged),
        (6, "tote-bag", 100, Refusal::InsufficientPoints),
    ] {
        let refused = mei.redeem(&key(&format!("redeem-{number}")), &wish(reward, price)).await;
        assert_eq!(refused, Err(Error::Refused(refusal)), "{reward}");
    }
    assert_eq!(mei.me().await.unwrap().balance.available.get(), 70);
    assert_eq!(mei.redemption(&foreign.id).await.unwrap_err().code(), "not_found");
    let (stranger, _) = client(&server, token(&server, "nobody"));
    assert_eq!(stranger.me().await, Err(Error::Refused(Refusal::MemberNotFound)));
}

#[tokio::test]
async fn every_list_is_read_to_its_end_part_by_part() {
    let server = Server::open();
    server.enroll("mei").await;
    for euros in [10, 20, 30, 40, 50] {
        server.book("mei", &format!("order-{euros}"), euros).await.ok();
    }
    let (client, network) = client(&server, token(&server, "mei"));
    for (reward, price) in [("mug", 30), ("print", 50), ("tote-bag", 70)] {
        // The last one is refused and leaves no line.
        let _ = client.redeem(&key(&format!("redeem-{reward}")), &wish(reward, price)).await;
    }
    let sent = network.sent();
    macro_rules! read_to_the_end {
        ($list:ident, $of:expr) => {{
            let mut items = Vec::new();
            let mut next = Some(PageRequest { limit: Some(2), cursor: None });
            while let Some(request) = next {
                let page = client.$list(&request).await.unwrap();
                assert!(page.items.len() <= 2);
                next = request.after(&page);
                items.extend(page.items.into_iter().map($of));
            }
            items
        }};
    }
    let expected = ["Tote bag", "Signed print", "Tea tasting", "Mug"];
    assert_eq!(read_to_the_end!(rewards, |reward| reward.title), expected);
    assert_eq!(read_to_the_end!(my_rewards, |mine| mine.reward.title), expected);
    assert_eq!(read_to_the_end!(entries, |entry| entry.delta), [-50, -30, 50, 40, 30, 20, 10]);
    assert_eq!(read_to_the_end!(vouchers, |voucher| voucher.title), ["Signed print", "Mug"]);
    assert_eq!(network.sent() - sent, 2 + 2 + 4 + 1);

    let elsewhere = client.entries(&PageRequest { limit: Some(2), cursor: None }).await.unwrap().next;
    let error = client.vouchers(&PageRequest { limit: Some(2), cursor: elsewhere }).await.unwrap_err();
    assert_eq!(error.code(), "cursor_invalid");
}

#[tokio::test]
async fn a_token_that_expires_in_the_middle_is_asked_for_again() {
    let server = Server::open();
    server.enroll_with("mei", 100).await;
    let (source, asked) = source(&server, "mei");
    let (fresh, network) = client(&server, source);
    fresh.me().await.unwrap();
    fresh.my_rewards(&PageRequest::default()).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let (stale, _) = client(&server, token(&server, "mei"));
    server.let_pass(0, 6);
    fresh.redeem(&key("redeem-1"), &wish("tote-bag", 100)).await.unwrap();
    fresh.me().await.unwrap();
    assert_eq!((asked.load(Ordering::SeqCst), network.sent()), (2, 5));
    assert_eq!(stale.me().await, Err(Error::Unauthorized));
}

#[tokio::test]
async fn a_guest_sees_the_program_and_the_rewards() {
    let server = Server::open();
    let (client, network) = client(&server, Guest);
    assert_eq!(client.program().await.unwrap().tiers.len(), 3);
    assert_eq!(client.rewards(&PageRequest::largest()).await.unwrap().items.len(), 4);
    assert_eq!(client.me().await, Err(Error::Unauthorized));
    assert_eq!(network.sent(), 2);
}

/// Two programs of one server have the same addresses, and a page may show both.
#[tokio::test]
async fn no_cache_takes_the_answers_of_two_programs_for_one_another() {
    let server = Server::open();
    for path in ["/v1/program", "/v1/rewards"] {
        let answer = server.public(path).await;
        let mut varies =
            answer.headers.get_all("vary").iter().flat_map(|vary| vary.to_str().unwrap().split(", "));
        assert!(varies.any(|name| name == KEY_HEADER), "{path}");
    }
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

fn wish(reward: &str, price: u64) -> NewRedemption {
    NewRedemption {
        reward_id: RewardId::new(reward).unwrap(),
        price: Points::new(price).unwrap(),
        money_minor: 0,
    }
}
