//! Why a command is refused, and which reason comes first.

use serde_json::{Value, json};
use stampcard_engine::{Command, refusal_now};
use stampcard_model::{Points, Refusal};

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
