//! What an order earns.

use serde_json::{Value, json};
use stampcard_engine::{Context, MemberState, Utc, earn, earn_activity};
use stampcard_model::{Activity, Occasion, Refusal};

use crate::ground::{at, order, program};

const RATIO: &str = "/earn_rules/0/earn/ratio";
const ROUNDING: &str = "/currency/rounding";

#[test]
fn money_becomes_points_by_the_ratio_of_its_category() {
    // Category and amount of each line; then rule, category, money and points of each accrual.
    check(&[], "basic", &[("", 19_99)], &["spend - 1999 19"]);
    check(&[], "basic", &[("tea", 19_99)], &["spend tea 1999 39"]);
    check(&[], "basic", &[("gift-card", 50_00)], &["spend gift-card 5000 0"]);
    check(&[], "basic", &[("", 0)], &["spend - 0 0"]);
    check(&[], "basic", &[], &[]);
    check(&[(RATIO, json!({"points": 3, "per_minor": 1000}))], "basic", &[("", 19_99)], &["spend - 1999 5"]);
}

#[test]
fn lines_of_a_category_are_rounded_together_in_the_order_of_their_first_lines() {
    check(&[], "basic", &[("", 50), ("", 50)], &["spend - 100 1"]);
    check(
        &[],
        "basic",
        &[("tea", 10_49), ("", 1_50), ("gift-card", 5_00), ("tea", 2), ("mugs", 50)],
        &["spend tea 1051 21", "spend - 200 2", "spend gift-card 500 0"],
    );
}

#[test]
fn the_tier_multiplies_before_rounding() {
    // 19.99 × 1.5 = 29.985, where rounding twice would give 28.
    check(&[], "gold", &[("", 19_99)], &["spend - 1999 29"]);
    check(
        &[],
        "silver",
        &[("tea", 10_00), ("gift-card", 10_00)],
        &["spend tea 1000 25", "spend gift-card 1000 0"],
    );
    check(&[], "unheard-of", &[("", 19_99)], &["spend - 1999 19"]);
}

#[test]
fn rounding_is_as_the_program_says() {
    for (rounding, minor, expected) in [
        ("floor", 19_99, 19),
        ("floor", 20_00, 20),
        ("half_up", 19_49, 19),
        ("half_up", 19_50, 20),
        ("half_up", 20_00, 20),
        ("ceil", 19_00, 19),
        ("ceil", 19_01, 20),
        ("ceil", 0, 0),
    ] {
        check(
            &[(ROUNDING, json!(rounding))],
            "basic",
            &[("", minor)],
            &[&format!("spend - {minor} {expected}")],
        );
    }
    // Half of an odd divisor: 1 point for 3 minor units is 0.33, 0.67, 1.
    let thirds = (RATIO, json!({"points": 1, "per_minor": 3}));
    for (minor, expected) in [(1, 0), (2, 1), (3, 1), (4, 1), (5, 2)] {
        let changes = [(ROUNDING, json!("half_up")), thirds.clone()];
        check(&changes, "basic", &[("", minor)], &[&format!("spend - {minor} {expected}")]);
    }
}

#[test]
fn every_rule_gives_in_turn() {
    let more = json!([
        {"id": "spend", "title": {"en": "Shop"},
            "earn": {"type": "spend", "ratio": {"points": 1, "per_minor": 100}}},
        {"id": "tea-week", "title": {"en": "Tea week"},
            "earn": {"type": "spend", "ratio": {"points": 0, "per_minor": 1},
                "categories": [{"category": "tea", "ratio": {"points": 5, "per_minor": 1000}}]}}
    ]);
    check(
        &[("/earn_rules", more)],
        "basic",
        &[("tea", 20_00), ("", 9_99)],
        &["spend - 2999 29", "tea-week tea 2000 10", "tea-week - 999 0"],
    );
    check(&[("/earn_rules", json!([]))], "basic", &[("tea", 20_00)], &[]);
}

#[test]
fn the_largest_order_is_exact_and_a_larger_one_is_refused() {
    assert_eq!(refusal(&[], "EUR", &[("", u64::MAX)]), Some(Refusal::PointsOutOfRange));
    let tiny = [(RATIO, json!({"points": 1, "per_minor": u32::MAX}))];
    check(&tiny, "basic", &[("", u64::MAX)], &["spend - 18446744073709551615 4294967297"]);
    assert_eq!(refusal(&tiny, "EUR", &[("", u64::MAX), ("", 1)]), Some(Refusal::PointsOutOfRange));
    let rich = [(RATIO, json!({"points": 1_000_000, "per_minor": 1}))];
    let most = 9_007_199_254;
    check(&rich, "basic", &[("", most)], &["spend - 9007199254 9007199254000000"]);
    assert_eq!(refusal(&rich, "EUR", &[("", most + 1)]), Some(Refusal::PointsOutOfRange));
    let faulty = [(RATIO, json!({"points": 1, "per_minor": 0}))];
    assert_eq!(refusal(&faulty, "EUR", &[("", 1)]), Some(Refusal::PointsOutOfRange));
}

#[test]
fn foreign_money_is_refused() {
    assert_eq!(refusal(&[], "USD", &[("", 100)]), Some(Refusal::MoneyMismatch));
}

#[test]
fn what_an_activity_would_earn_is_told_without_booking_it() {
    let rule = json!({"id": "review", "title": {"en": "Review"},
        "earn": {"type": "activity", "activity": "review", "points": 7}});
    let program = program(&[("/earn_rules", json!([rule]))]);
    let context = Context::new(&program, &Utc, at("2026-01-01"));
    for (kind, points) in [("review", 7), ("survey", 0)] {
        let activity: Activity = serde_json::from_value(json!({"id": "1", "kind": kind})).unwrap();
        assert_eq!(earn_activity(&context, &MemberState::default(), &activity).points(), points);
    }
}

fn refusal(changes: &[(&str, Value)], money: &str, lines: &[(&str, u64)]) -> Option<Refusal> {
    earn(&program(changes), &Occasion::default(), &order("1", money, lines)).err()
}

fn check(changes: &[(&str, Value)], tier: &str, lines: &[(&str, u64)], expected: &[&str]) {
    let occasion = Occasion { tier: tier.to_owned().try_into().ok(), ..Occasion::default() };
    let earning = earn(&program(changes), &occasion, &order("1", "EUR", lines)).unwrap();
    let told: Vec<String> = earning
        .accruals
        .iter()
        .map(|accrual| {
            let category = accrual.category.as_ref().map_or("-", |category| category.as_str());
            format!("{} {category} {} {}", accrual.rule_id, accrual.base_minor, accrual.points)
        })
        .collect();
    assert_eq!(told, expected, "{changes:?} {lines:?}");
}
