//! Which tier a member has, what is missing for the next, and how long the tier is kept.

use serde_json::json;
use stampcard_engine::{Counted, MemberState, standing};

use crate::ground::{Story, adjust, at, earn, points, program, redeem, refund};

#[test]
fn a_tier_is_reached_with_its_threshold() {
    // Points and when they were earned; an instant; then tier, points in the window, next tier and what is missing.
    check(&[], "2026-06-01", "basic 0, silver in 500");
    check(&[("2026-01-01", 499)], "2026-06-01", "basic 499, silver in 1");
    check(
        &[("2026-01-01", 500)],
        "2026-06-01",
        "silver 500, gold in 1000, kept until 2027-01-01T00:00:00Z or 500 more",
    );
    check(
        &[("2026-01-01", 1499)],
        "2026-06-01",
        "silver 1499, gold in 1, kept until 2027-01-01T00:00:00Z or 500 more",
    );
    check(&[("2026-01-01", 1500)], "2026-06-01", "gold 1500, kept until 2027-01-01T00:00:00Z or 1500 more");
}

#[test]
fn points_count_from_the_instant_they_are_earned_until_the_window_has_passed() {
    let earned = [("2026-03-01T10:00:00Z", 500)];
    let silver = "silver 500, gold in 1000, kept until 2027-03-01T10:00:00Z or 500 more";
    check(&earned, "2026-03-01T09:59:59.999Z", "basic 0, silver in 500");
    check(&earned, "2026-03-01T10:00:00Z", silver);
    check(&earned, "2027-03-01T09:59:59.999Z", silver);
    check(&earned, "2027-03-01T10:00:00Z", "basic 0, silver in 500");
}

#[test]
fn a_leap_day_makes_the_window_no_longer() {
    let earned = [("2027-03-01", 500)];
    check(&earned, "2028-02-29", "basic 0, silver in 500");
}

#[test]
fn a_tier_is_kept_until_too_much_has_left_the_window() {
    // The first leaves 650 and the second 350: the second costs silver, and 150 would save it.
    check(
        &[("2026-01-01", 100), ("2026-02-01", 300), ("2026-03-01", 350)],
        "2026-06-01",
        "silver 750, gold in 750, kept until 2027-02-01T00:00:00Z or 150 more",
    );
    // Earned in one instant, lost in one instant.
    check(
        &[("2026-01-01", 300), ("2026-01-01", 300), ("2026-03-01", 350)],
        "2026-06-01",
        "silver 950, gold in 550, kept until 2027-01-01T00:00:00Z or 150 more",
    );
    // From gold the first step down is what is told, whichever tier it leads to.
    check(
        &[("2026-01-01", 1200), ("2026-03-01", 300)],
        "2026-06-01",
        "gold 1500, kept until 2027-01-01T00:00:00Z or 1200 more",
    );
}

#[test]
fn the_multiplier_is_that_of_the_tier_before_the_order() {
    let mut story = Story::new(program(&[]));
    for (day, expected) in
        [("2026-01-01", 400), ("2026-01-02", 800), ("2026-01-03", 1300), ("2026-01-04", 1800)]
    {
        story.book(day, &earn(day, 400)).unwrap();
        assert_eq!(story.member.balance.available, points(expected), "{day}");
    }
    story.book("2026-01-05", &earn("as-gold", 400)).unwrap();
    assert_eq!(story.member.balance.available, points(2400));
}

#[test]
fn spending_and_expiry_cost_no_tier_but_refunds_do_and_gifts_earn_none() {
    let mut story = Story::new(program(&[("/expiry/months", json!(1))]));
    story.book("2026-01-01", &earn("1", 300)).unwrap();
    story.book("2026-01-01", &earn("2", 200)).unwrap();
    let silver = |day: &str| format!("silver 500, gold in 1000, kept until {day}T00:00:00Z or 500 more");
    assert_eq!(told(&story, "2026-01-02"), silver("2027-01-01"));
    story.book("2026-01-03", &redeem("shipping", 50)).unwrap();
    story.book("2026-01-03", &adjust(-100)).unwrap();
    story.book("2026-01-04", &adjust(900)).unwrap();
    assert_eq!(told(&story, "2026-01-05"), silver("2027-01-01"));
    story.book("2026-06-01", &stampcard_engine::Command::CatchUp).unwrap();
    assert_eq!(told(&story, "2026-06-01"), silver("2027-01-01"));
    story.book("2026-06-02", &refund("1")).unwrap();
    assert_eq!(told(&story, "2026-06-02"), "basic 200, silver in 300");
}

#[test]
fn a_program_without_tiers_has_no_standing_and_multiplies_by_one() {
    let mut story = Story::new(program(&[("/tiers/tiers", json!([]))]));
    assert_eq!(standing(&story.context("2026-01-01"), &story.member), None);
    story.book("2026-01-01", &earn("1", 70)).unwrap();
    assert_eq!(story.member.balance.available, points(70));
}

fn check(earned: &[(&str, u64)], now: &str, expected: &str) {
    let counts = |(index, (day, amount)): (usize, &(&str, u64))| {
        (index as u64 + 1, Counted { qualifying: *amount, ..Counted::nothing(at(day)) })
    };
    let counted = earned.iter().enumerate().map(counts).collect();
    let story = Story { member: MemberState { counted, ..MemberState::default() }, ..Story::of(&[]) };
    assert_eq!(told(&story, now), expected, "{earned:?} at {now}");
}

fn told(story: &Story, now: &str) -> String {
    let context = story.context(now);
    let standing = standing(&context, &story.member).unwrap();
    let next =
        standing.next.map(|next| format!(", {} in {}", next.tier.id, next.missing)).unwrap_or_default();
    let keep = standing.keep.map(|risk| format!(", kept until {} or {} more", risk.until, risk.missing));
    format!("{} {}{next}{}", standing.tier.id, standing.qualifying, keep.unwrap_or_default())
}
