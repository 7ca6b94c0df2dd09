//! What members are reminded of, and when.

use serde_json::json;
use stampcard_engine::{
    Command, Context, Lot, MemberState, Profile, next_nudge_at, nudges_due, threshold_reached,
};
use stampcard_model::{Balance, LotEnd, MonthDay, Nudge, Program};

use crate::ground::{Iana, Story, at, earn, points, program, redeem};

/// A member with points that expire, in a zone; what is due at an instant, and when to look again.
#[track_caller]
fn check(
    zone: &str,
    program: &Program,
    member: &MemberState,
    profile: &Profile,
    cases: &[(&str, &str, &str)],
) {
    let zone = Iana::named(zone);
    for (now, due, next) in cases {
        let context = Context { profile, ..Context::new(program, &zone, at(now)) };
        let told: Vec<String> = nudges_due(&context, member).iter().map(worded).collect();
        assert_eq!(told.join("; "), *due, "due at {now}");
        let looks = next_nudge_at(&context, member).map_or("never".to_owned(), |at| at.to_string());
        assert_eq!(looks, *next, "after {now}");
    }
}

fn worded(nudge: &Nudge) -> String {
    match nudge {
        Nudge::PointsExpiring { points, expires_at, days } => {
            format!("{points} expire {expires_at} ({days})")
        }
        Nudge::ThresholdReached { threshold, .. } => format!("{threshold} reached"),
        Nudge::TierAtRisk { tier, until, missing, falls_to } => {
            format!("{tier} falls to {falls_to} {until} without {missing}")
        }
        Nudge::WinBack { last_order_at, days } => format!("missed for {days} days since {last_order_at}"),
        Nudge::Birthday { year } => format!("birthday {year}"),
    }
}

fn with(nudges: serde_json::Value) -> Program {
    program(&[("/nudges", nudges)])
}

/// A member with 60 points that expire at an instant.
fn expiring(expires_at: &str) -> MemberState {
    let (remaining, end) = (points(60), LotEnd::At { expires_at: at(expires_at) });
    MemberState {
        last_seq: 1,
        balance: Balance { available: remaining, ..Balance::default() },
        lots: vec![Lot { seq: 1, remaining, waits: None, end }],
        ..MemberState::default()
    }
}

fn born(month_day: &str) -> Profile {
    let birthday: MonthDay = serde_json::from_value(json!(month_day)).unwrap();
    Profile { birthday: Some(birthday), ..Profile::default() }
}

#[test]
fn points_are_told_of_so_many_days_before_they_expire_and_only_by_the_latest_notice() {
    let program = with(json!({"expiry_days": [30, 7]}));
    let cases = [
        ("2026-05-01T23:59:59.999Z", "", "2026-05-02T00:00:00Z"),
        ("2026-05-02", "60 expire 2026-06-01T00:00:00Z (30)", "2026-05-25T00:00:00Z"),
        ("2026-05-24T23:59:59.999Z", "60 expire 2026-06-01T00:00:00Z (30)", "2026-05-25T00:00:00Z"),
        ("2026-05-25", "60 expire 2026-06-01T00:00:00Z (7)", "never"),
        ("2026-05-31T23:59:59.999Z", "60 expire 2026-06-01T00:00:00Z (7)", "never"),
        ("2026-06-01", "", "never"),
    ];
    check("UTC", &program, &expiring("2026-06-01"), Profile::unknown(), &cases);
}

#[test]
fn a_day_before_is_a_day_of_the_calendar_whatever_the_clocks_do() {
    let week = with(json!({"expiry_days": [7]}));
    let day = with(json!({"expiry_days": [1]}));
    for (zone, program, expires_at, before, due_at) in [
        // Clocks went forward by half an hour on 2026-10-04, and back on 2026-04-05.
        (
            "Australia/Lord_Howe",
            &week,
            "2026-10-07T13:00:00Z",
            "2026-09-30T13:29:59.999Z",
            "2026-09-30T13:30:00Z",
        ),
        (
            "Australia/Lord_Howe",
            &week,
            "2026-04-07T13:30:00Z",
            "2026-03-31T12:59:59.999Z",
            "2026-03-31T13:00:00Z",
        ),
        // 2018-11-04 had no midnight: it began at one o'clock.
        (
            "America/Sao_Paulo",
            &day,
            "2018-11-05T02:00:00Z",
            "2018-11-04T02:59:59.999Z",
            "2018-11-04T03:00:00Z",
        ),
        (
            "America/Sao_Paulo",
            &day,
            "2018-11-04T03:00:00Z",
            "2018-11-03T02:59:59.999Z",
            "2018-11-03T03:00:00Z",
        ),
        // There was no 2011-12-30: the day before the 31st began when the 31st did.
        ("Pacific/Apia", &week, "2012-01-02T10:00:00Z", "2011-12-27T09:59:59.999Z", "2011-12-27T10:00:00Z"),
    ] {
        let zone_of = Iana::named(zone);
        let member = expiring(expires_at);
        let due = |now: &str| nudges_due(&Context::new(program, &zone_of, at(now)), &member).len();
        assert_eq!((due(before), due(due_at)), (0, 1), "{zone} {expires_at}");
        let next = next_nudge_at(&Context::new(program, &zone_of, at(before)), &member);
        assert_eq!(next, Some(at(due_at)), "{zone} {expires_at}");
    }
}

#[test]
fn a_birthday_is_greeted_on_its_day() {
    let program = with(json!({"birthday": true}));
    let member = MemberState::default();
    let cases = [
        ("2026-02-27T23:00:00Z", "birthday 2026", "2027-02-27T23:00:00Z"),
        ("2026-02-28T22:59:59.999Z", "birthday 2026", "2027-02-27T23:00:00Z"),
        ("2026-02-28T23:00:00Z", "", "2027-02-27T23:00:00Z"),
        // A leap year has the day itself.
        ("2028-02-28T12:00:00Z", "", "2028-02-28T23:00:00Z"),
        ("2028-02-28T23:00:00Z", "birthday 2028", "2029-02-27T23:00:00Z"),
    ];
    check("Europe/Berlin", &program, &member, &born("02-29"), &cases);
    check("Europe/Berlin", &program, &member, Profile::unknown(), &[("2026-02-28", "", "never")]);
    // A day that the zone left out is greeted with the next.
    let cases = [
        ("2011-12-30T09:59:59.999Z", "", "2011-12-30T10:00:00Z"),
        ("2011-12-30T10:00:00Z", "birthday 2011", "2012-12-29T10:00:00Z"),
    ];
    check("Pacific/Apia", &program, &member, &born("12-30"), &cases);
    // The day began at one o'clock.
    let cases = [
        ("2018-11-04T02:59:59.999Z", "", "2018-11-04T03:00:00Z"),
        ("2018-11-04T03:00:00Z", "birthday 2018", "2019-11-04T03:00:00Z"),
    ];
    check("America/Sao_Paulo", &program, &member, &born("11-04"), &cases);
}

#[test]
fn who_has_not_ordered_for_so_long_is_missed_for_a_month() {
    let program = with(json!({"win_back_days": 60}));
    let mut story = Story::new(program.clone());
    story.book("2026-01-10T15:00:00Z", &earn("1", 10)).unwrap();
    let missed = "missed for 60 days since 2026-01-10T15:00:00Z";
    let cases = [
        ("2026-03-10T23:59:59.999Z", "", "2026-03-11T00:00:00Z"),
        ("2026-03-11", missed, "never"),
        ("2026-04-09T23:59:59.999Z", missed, "never"),
        ("2026-04-10", "", "never"),
    ];
    check("UTC", &program, &story.member, Profile::unknown(), &cases);
}

#[test]
fn a_tier_at_risk_is_told_before_it_is_lost() {
    let program = with(json!({"tier_at_risk_days": 30}));
    let mut story = Story::new(program.clone());
    story.book("2026-01-10", &earn("1", 500)).unwrap();
    let risk = "silver falls to basic 2027-01-10T00:00:00Z without 500";
    let cases = [
        ("2026-06-01", "", "2026-12-11T00:00:00Z"),
        ("2026-12-11", risk, "2027-01-10T00:00:00Z"),
        ("2027-01-09T23:59:59.999Z", risk, "2027-01-10T00:00:00Z"),
        ("2027-01-10", "", "never"),
    ];
    check("UTC", &program, &story.member, Profile::unknown(), &cases);
}

#[test]
fn a_tier_that_is_kept_is_at_risk_once_what_is_bought_counts_towards_keeping_it() {
    let kept = [
        ("/nudges", json!({"tier_at_risk_days": 365})),
        ("/tiers/window", json!({"type": "calendar_year"})),
        ("/tiers/validity", json!({"type": "next_period"})),
    ];
    let program = program(&kept);
    let mut story = Story::new(program.clone());
    story.book("2026-03-01", &earn("1", 500)).unwrap();
    let risk = "silver falls to basic 2028-01-01T00:00:00Z without 500";
    let cases = [
        ("2026-06-01", "", "2027-01-01T00:00:00Z"),
        ("2027-01-01", risk, "2028-01-01T00:00:00Z"),
        ("2027-12-31T23:59:59.999Z", risk, "2028-01-01T00:00:00Z"),
        ("2028-01-01", "", "never"),
    ];
    check("UTC", &program, &story.member, Profile::unknown(), &cases);
}

#[test]
fn the_highest_threshold_that_a_balance_has_come_to_is_told() {
    let program = with(json!({"thresholds": [100, 250]}));
    for (lowest, now, expected) in [
        (0, 99, None),
        (0, 100, Some(100)),
        (99, 260, Some(250)),
        (100, 249, None),
        (250, 300, None),
        (300, 90, None),
    ] {
        assert_eq!(threshold_reached(&program, points(lowest), points(now)), expected.map(points));
    }
}

#[test]
fn nobody_is_reminded_of_what_a_program_does_not_remind_of() {
    let mut story = Story::new(program(&[]));
    story.book("2026-01-10", &earn("1", 600)).unwrap();
    let cases = [("2026-12-31", "", "never")];
    check("UTC", &story.program, &story.member, &born("12-31"), &cases);
}

#[test]
fn an_account_is_written_off_to_nothing_whatever_is_on_it() {
    let waiting = program(&[
        ("/pending", json!({"type": "fulfilled"})),
        ("/refunds", json!({"policy": "unlimited"})),
        ("/review", json!({"above_points": 1})),
    ]);
    let write_off = Command::WriteOff { reason: "erasure".to_owned() };
    let mut story = Story::new(waiting);
    story.book("2026-01-10", &earn("1", 300)).unwrap();
    story.book("2026-01-11", &Command::Fulfill { source: crate::ground::order_source("1") }).unwrap();
    story.book("2026-01-12", &earn("2", 40)).unwrap();
    story.book("2026-01-13", &redeem("shipping", 50)).unwrap();
    let kinds = |entries: &[stampcard_model::Entry]| -> Vec<&str> {
        entries.iter().map(|entry| entry.body.kind().name()).collect()
    };
    assert_eq!(story.member.balance.held, points(50));
    let entries = story.book("2026-02-01", &write_off).unwrap();
    assert_eq!(kinds(&entries), ["release", "activation", "adjustment"]);
    assert_eq!(story.member.balance, Balance::default());
    assert!(story.member.lots.is_empty());
    assert_eq!(story.ask("2026-02-02", &write_off), Ok(vec![]));

    // Points that waited count for a moment only, which reaches no tier.
    let mut story = Story::new(program(&[
        ("/pending", json!({"type": "fulfilled"})),
        ("/tiers/measure", json!("points_held")),
        ("/tiers/validity", json!({"type": "months", "months": 12})),
    ]));
    story.book("2026-01-10", &earn("1", 100_000)).unwrap();
    let entries = story.book("2026-02-01", &write_off).unwrap();
    assert_eq!(kinds(&entries), ["activation", "adjustment"]);

    // What is owed is forgiven.
    let mut story = Story::new(program(&[("/refunds", json!({"policy": "unlimited"}))]));
    story.book("2026-01-10", &earn("1", 100)).unwrap();
    story.book("2026-01-11", &redeem("shipping", 50)).unwrap();
    story.book("2026-01-12", &crate::ground::refund("1")).unwrap();
    assert_eq!(story.member.balance.owed, points(50));
    let entries = story.book("2026-02-01", &write_off).unwrap();
    assert_eq!(kinds(&entries), ["adjustment", "settlement"]);
    assert_eq!(story.member.balance, Balance::default());
}
