//! Why a command is refused, and which reason comes first.

use serde_json::{Value, json};
use stampcard_engine::{Command, opens_at, price_now, refusal_now};
use stampcard_model::{Points, Refusal, Worth};

use crate::ground::{Story, adjust, earn, order, points, program, redeem, redeem_after_others, refund};

#[test]
fn the_first_reason_in_the_order_of_refusals_is_told() {
    // A basic member with 10 points who once had a bag; all reasons apply, and one after the other is removed.
    let bag = |limit: u64, tier: &str, price: u64| {
        vec![
            ("/rewards/1/per_member_limit", json!(limit)),
            ("/rewards/1/tier", json!(tier)),
            ("/rewards/1/price", json!(price)),
        ]
    };
    check(bag(1, "silver", 120), redeem_after_others("tote", 99, 2), Some(Refusal::RewardNotFound));
    check(bag(1, "silver", 120), redeem_after_others("tote-bag", 99, 2), Some(Refusal::TierRequired));
    check(bag(1, "basic", 120), redeem_after_others("tote-bag", 99, 2), Some(Refusal::MemberLimitReached));
    check(bag(2, "basic", 120), redeem_after_others("tote-bag", 99, 2), Some(Refusal::OutOfStock));
    check(bag(2, "basic", 120), redeem_after_others("tote-bag", 99, 1), Some(Refusal::PriceChanged));
    check(bag(2, "basic", 120), redeem_after_others("tote-bag", 120, 1), Some(Refusal::InsufficientPoints));
    check(bag(2, "basic", 11), redeem_after_others("tote-bag", 11, 1), Some(Refusal::InsufficientPoints));
    check(bag(2, "basic", 10), redeem_after_others("tote-bag", 10, 1), None);
}

#[test]
fn a_reward_for_a_tier_is_for_all_tiers_above() {
    for (tier, euros, expected) in [
        ("silver", 499, Some(Refusal::TierRequired)),
        ("silver", 500, None),
        ("silver", 1500, None),
        ("gold", 1499, Some(Refusal::TierRequired)),
        ("gold", 1500, None),
        ("unheard-of", 1500, Some(Refusal::TierRequired)),
    ] {
        let mut story = Story::new(program(&[("/rewards/1/tier", json!(tier))]));
        story.book("2026-01-01", &earn("1", euros)).unwrap();
        let refusal = story.ask("2026-01-02", &redeem("tote-bag", 120)).err();
        assert_eq!(refusal, expected, "{tier} with {euros}");
    }
}

#[test]
fn a_reward_of_no_stock_is_out_of_stock_and_one_without_end_never_is() {
    for (stock, taken, expected) in
        [(json!(0), 0, Some(Refusal::OutOfStock)), (json!(1), 0, None), (json!(null), u64::MAX, None)]
    {
        let mut story = Story::new(program(&[("/rewards/1/stock", stock.clone())]));
        story.book("2026-01-01", &earn("1", 500)).unwrap();
        let refusal = story.ask("2026-01-02", &redeem_after_others("tote-bag", 120, taken)).err();
        assert_eq!(refusal, expected, "{stock} with {taken} taken");
    }
}

#[test]
fn what_time_puts_an_end_to_is_told_with_its_end() {
    let capped = |period: &str| ("/rewards/1/per_member_cap", json!({ "period": period, "units": 1 }));
    for (changes, refusal, expected) in [
        (
            vec![("/rewards/1/when", json!({ "starts_on": "2026-06-01" }))],
            Refusal::NotOpen,
            Some("2026-06-01"),
        ),
        (
            vec![("/rewards/1/when", json!({ "weekdays": ["thursday"] }))],
            Refusal::NotOpen,
            Some("2026-01-08"),
        ),
        (vec![("/rewards/1/when", json!({ "ends_on": "2026-01-02" }))], Refusal::NotOpen, None),
        (vec![("/rewards/1/when", json!({ "birthday": "day" }))], Refusal::NotOpen, None),
        (vec![("/rewards/1/cooldown_hours", json!(72))], Refusal::CooldownActive, Some("2026-01-05")),
        (vec![capped("day")], Refusal::MemberLimitReached, Some("2026-01-03")),
        (vec![capped("month")], Refusal::MemberLimitReached, Some("2026-02-01")),
        (vec![capped("year")], Refusal::MemberLimitReached, Some("2027-01-01")),
        (vec![capped("lifetime")], Refusal::MemberLimitReached, None),
        (vec![capped("month"), ("/rewards/1/per_member_limit", json!(1))], Refusal::MemberLimitReached, None),
        (vec![("/rewards/1/stock", json!(1))], Refusal::OutOfStock, None),
    ] {
        let mut story = Story::new(program(&[]));
        story.book("2026-01-01", &earn("1", 500)).unwrap();
        story.book("2026-01-02", &redeem("tote-bag", 120)).unwrap();
        let without_limit = vec![("/rewards/1/per_member_limit", json!(null))];
        story.program = program(&[without_limit, changes.clone()].concat());
        let reward = &story.program.rewards[1];
        let opens_at = opens_at(&story.context("2026-01-02"), &story.member, reward, refusal);
        assert_eq!(opens_at, expected.map(crate::ground::at), "{changes:?}");
    }
}

#[test]
fn a_member_who_chooses_the_price_is_told_what_points_are_worth_now() {
    let chosen = json!({ "rate": { "points": 20, "minor": 100 }, "step": 10, "least": 100, "most": 1000 });
    let event =
        json!([{ "id": "double", "title": { "en": "Double" }, "price_share": 7500, "value_share": 20000 }]);
    for (changes, expected) in [
        (vec![], Worth { points: 20, minor: 100 }),
        // 4/3 of the price's value, twice: 8/3 of 5.
        (vec![("/price_events", event)], Worth { points: 3, minor: 40 }),
    ] {
        let reward = [
            ("/rewards/1/kind", json!({ "type": "discount", "amount_minor": 500 })),
            ("/rewards/1/price", json!(100)),
            ("/rewards/1/variable", chosen.clone()),
        ];
        let story = Story::new(program(&[&reward[..], &changes[..]].concat()));
        let reward = &story.program.rewards[1];
        let usual = reward.variable.unwrap().rate;
        for points in [100, 110, 990] {
            let price = price_now(
                &story.context("2026-01-02"),
                &story.member,
                reward,
                Some(crate::ground::points(points)),
            );
            let Worth { points: each, minor } = price.rate(usual);
            assert_eq!(price.value, Some(points * u64::from(minor) / u64::from(each)));
            assert_eq!(price.rate(usual), expected);
        }
    }
}

#[test]
fn a_booked_order_is_refused_before_its_money_is_looked_at() {
    let story = Story::of(&[("2026-01-01", earn("1", 10))]);
    let dollars = |id: &str| Command::Earn(order(id, "USD", &[("", 100)]));
    assert_eq!(story.ask("2026-01-02", &dollars("1")), Err(Refusal::OrderAlreadyBooked));
    assert_eq!(story.ask("2026-01-02", &dollars("2")), Err(Refusal::MoneyMismatch));
}

#[test]
fn an_account_never_leaves_the_range_of_points() {
    let most = Points::MAX.signed();
    let story = Story::of(&[("2026-01-01", adjust(most - 5))]);
    for (command, expected) in [
        (adjust(5), None),
        (adjust(6), Some(Refusal::PointsOutOfRange)),
        (adjust(i64::MAX), Some(Refusal::PointsOutOfRange)),
        (earn("1", 5), None),
        (earn("1", 6), Some(Refusal::PointsOutOfRange)),
        (adjust(-most + 5), None),
        (adjust(-most + 4), Some(Refusal::InsufficientPoints)),
        (adjust(i64::MIN), Some(Refusal::InsufficientPoints)),
    ] {
        assert_eq!(story.ask("2026-01-02", &command).err(), expected, "{command:?}");
    }
    // What has expired by then makes room.
    assert!(story.ask("2028-01-01", &adjust(most)).is_ok());
}

#[test]
fn points_are_taken_by_hand_only_when_all_are_there() {
    let story = Story::of(&[("2026-01-01", earn("1", 10))]);
    for (now, delta, expected) in [
        ("2026-01-02", -10, None),
        ("2026-01-02", -11, Some(Refusal::InsufficientPoints)),
        ("2027-02-01", -1, Some(Refusal::InsufficientPoints)),
    ] {
        assert_eq!(story.ask(now, &adjust(delta)).err(), expected, "{delta} at {now}");
    }
}

fn check(changes: Vec<(&str, Value)>, command: Command, expected: Option<Refusal>) {
    let mut story = Story::of(&[
        ("2026-01-01", earn("1", 500)),
        ("2026-01-02", redeem("tote-bag", 120)),
        ("2026-01-03", refund("1")),
        ("2026-01-04", adjust(10)),
    ]);
    assert_eq!(story.member.balance.available, points(10));
    story.program = program(&changes);
    assert_eq!(story.ask("2026-01-05", &command).err(), expected, "{command:?} with {changes:?}");
    // Asking before confirming gives the same answer.
    if let Command::Redeem { redeem, .. } = &command
        && let Some(reward) = story.program.reward(&redeem.reward_id)
    {
        let context = story.context("2026-01-05");
        let told =
            refusal_now(&context, &story.member, reward, redeem.reward, redeem.price, redeem.money_minor);
        assert_eq!(told, expected, "{command:?} with {changes:?}");
    }
}
