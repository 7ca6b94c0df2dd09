//! When points expire, and what is written about it.

use proptest::{prop_assert_eq, sample::select};
use serde_json::json;
use stampcard_engine::{Command, Context, MemberState, Zone, available, decide, expiring_next};
use stampcard_model::{EntryBody, Program, Timestamp};

use crate::{
    ground::{Iana, Story, at, earn, end_of_day_months_after, points, program, redeem},
    random::{cases_or, for_all},
};

#[test]
fn points_expire_at_the_end_of_the_day_some_months_later() {
    check("UTC", "2026-01-10T08:00:00Z", 1, "2026-02-11T00:00:00Z");
    check("UTC", "2026-01-10T00:00:00Z", 12, "2027-01-11T00:00:00Z");
    check("UTC", "2026-11-30T23:59:59.999Z", 1, "2026-12-31T00:00:00Z");
    check("UTC", "2026-12-31T23:59:59.999Z", 12, "2028-01-01T00:00:00Z");
    check("UTC", "2026-07-15T00:00:00Z", 120, "2036-07-16T00:00:00Z");
    check("UTC", "9998-06-01T00:00:00Z", 12, "9999-06-02T00:00:00Z");
}

#[test]
fn a_day_that_the_month_lacks_becomes_its_last() {
    check("UTC", "2026-01-31T12:00:00Z", 1, "2026-03-01T00:00:00Z");
    check("UTC", "2024-01-31T12:00:00Z", 1, "2024-03-01T00:00:00Z");
    check("UTC", "2024-01-29T12:00:00Z", 1, "2024-03-01T00:00:00Z");
    check("UTC", "2024-01-28T12:00:00Z", 1, "2024-02-29T00:00:00Z");
    check("UTC", "2024-02-29T12:00:00Z", 12, "2025-03-01T00:00:00Z");
    check("UTC", "2024-02-29T12:00:00Z", 48, "2028-03-01T00:00:00Z");
    check("UTC", "2100-01-31T12:00:00Z", 1, "2100-03-01T00:00:00Z");
    check("UTC", "2000-01-31T12:00:00Z", 1, "2000-03-01T00:00:00Z");
    check("UTC", "2026-08-31T12:00:00Z", 1, "2026-10-01T00:00:00Z");
    check("UTC", "2026-12-31T12:00:00Z", 2, "2027-03-01T00:00:00Z");
}

#[test]
fn days_are_those_of_the_program_and_change_with_its_clocks() {
    // Already the first of February there.
    check("Asia/Shanghai", "2026-01-31T16:00:00Z", 1, "2026-03-01T16:00:00Z");
    check("Asia/Shanghai", "2026-01-31T15:59:59.999Z", 1, "2026-02-28T16:00:00Z");
    check("America/New_York", "2026-01-01T04:59:00Z", 1, "2026-02-01T05:00:00Z");
    // Clocks go forward on 29 March: the end of the 28th is in winter, the end of the 29th in summer.
    check("Europe/Berlin", "2026-02-28T12:00:00Z", 1, "2026-03-28T23:00:00Z");
    check("Europe/Berlin", "2026-01-29T12:00:00Z", 2, "2026-03-29T22:00:00Z");
    // Midnight of 4 November 2018 was skipped, and so was the whole of 30 December 2011.
    check("America/Sao_Paulo", "2018-10-03T12:00:00Z", 1, "2018-11-04T03:00:00Z");
    check("Pacific/Apia", "2011-11-29T12:00:00-10:00", 1, "2011-12-30T10:00:00Z");
}

#[test]
fn points_earned_at_the_end_of_time_expire_with_it() {
    assert_eq!(expires_at(&stampcard_engine::Utc, 120, at("9995-01-01")), Timestamp::MAX);
    assert_eq!(expires_at(&stampcard_engine::Utc, u16::MAX, Timestamp::MAX), Timestamp::MAX);
}

#[test]
fn the_calendar_agrees_with_a_date_library() {
    let zones =
        vec!["UTC", "Europe/Berlin", "Asia/Shanghai", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu"];
    let millis = at("1990-01-01").as_millis()..at("2060-01-01").as_millis();
    for_all(cases_or(1_000), &(select(zones), millis, 1..=120_u16), |(zone, millis, months)| {
        let (zone, now) = (Iana::named(zone), Timestamp::from_millis(millis));
        prop_assert_eq!(expires_at(&zone, months, now), end_of_day_months_after(&zone, now, months));
        Ok(())
    });
}

#[test]
fn points_never_expire_when_the_program_says_so() {
    let mut story = Story::new(program(&[("/expiry", json!({"type": "never"}))]));
    story.book("2026-01-01", &earn("1", 30)).unwrap();
    assert_eq!(available(&story.member, Timestamp::MAX), points(30));
    assert_eq!(expiring_next(&story.member, at("2026-01-01")), None);
    assert_eq!(story.ask("9999-01-01", &Command::CatchUp), Ok(vec![]));
}

#[test]
fn points_are_usable_through_the_last_millisecond_of_their_last_day() {
    let story = Story::of(&[("2026-01-10", earn("1", 60))]);
    for (now, expected) in [("2027-01-10T23:59:59.999Z", 60), ("2027-01-11T00:00:00Z", 0)] {
        assert_eq!(available(&story.member, at(now)), points(expected), "{now}");
        assert_eq!(story.ask(now, &redeem("shipping", 50)).is_ok(), expected > 0, "{now}");
    }
    assert_eq!(story.member.balance.available, points(60), "nothing was booked");
}

#[test]
fn what_expires_next_is_told_as_a_sum() {
    let story = Story::of(&[
        ("2026-01-10T08:00:00Z", earn("1", 60)),
        ("2026-01-10T17:00:00Z", earn("2", 5)),
        ("2026-02-01", earn("3", 7)),
    ]);
    for (now, expected) in [
        ("2026-02-01", Some((points(65), at("2027-01-11")))),
        ("2027-01-10T23:59:59.999Z", Some((points(65), at("2027-01-11")))),
        ("2027-01-11", Some((points(7), at("2027-02-02")))),
        ("2027-02-02", None),
    ] {
        assert_eq!(expiring_next(&story.member, at(now)), expected, "{now}");
    }
}

#[test]
fn a_late_sweep_writes_one_entry_for_each_instant_and_dates_it_so() {
    let mut story = Story::of(&[
        ("2026-01-10T08:00:00Z", earn("1", 60)),
        ("2026-01-10T17:00:00Z", earn("2", 5)),
        ("2026-02-01", earn("3", 7)),
        ("2026-03-01", earn("4", 100)),
    ]);
    let written: Vec<_> = story
        .book("2027-02-20", &Command::CatchUp)
        .unwrap()
        .iter()
        .map(|entry| match &entry.body {
            EntryBody::Expiry { points, draws } => (entry.seq, entry.occurred_at, points.get(), draws.len()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(written, [(5, at("2027-01-11"), 65, 2), (6, at("2027-02-02"), 7, 1)]);
    assert_eq!(story.member.balance.available, points(100));
    assert_eq!(story.ask("2027-02-20", &Command::CatchUp), Ok(vec![]));
}

#[test]
fn any_command_writes_expired_lots_off_before_it_books_and_a_refused_one_nothing() {
    let story = Story::of(&[("2026-01-10", earn("1", 60)), ("2026-02-10", earn("2", 70))]);
    let entries = story.ask("2027-01-20", &redeem("shipping", 50)).unwrap();
    let kinds: Vec<_> = entries.iter().map(|entry| format!("{:?}", entry.body.kind())).collect();
    assert_eq!(kinds, ["Expiry", "Redemption"]);
    assert!(story.ask("2027-02-20", &redeem("shipping", 50)).is_err());
}

#[test]
fn a_clock_that_went_back_is_read_as_the_last_entry() {
    let mut story = Story::of(&[("2026-01-10", earn("1", 60))]);
    story.book("2027-03-01", &Command::CatchUp).unwrap();
    let swept = story.member.last_at.unwrap();
    let back = story.book("2026-05-01", &earn("2", 10)).unwrap();
    assert_eq!(back[0].occurred_at, swept);
    assert_eq!(available(&story.member, at("2026-01-11")), points(10));
}

fn check(zone: &str, earned: &str, months: u16, expected: &str) {
    let expires_at = expires_at(&Iana::named(zone), months, at(earned));
    assert_eq!(expires_at, at(expected), "{months} months after {earned} in {zone}");
}

fn expires_at(zone: &dyn Zone, months: u16, now: Timestamp) -> Timestamp {
    let program: Program = program(&[("/expiry/months", json!(months))]);
    let context = Context::new(&program, zone, now);
    let entries = decide(&context, &MemberState::default(), &earn("1", 1)).unwrap();
    match &entries[..] {
        [entry, ..] => match entry.body {
            EntryBody::Accrual { expires_at: Some(expires_at), .. } => expires_at,
            _ => panic!("{entry:?}"),
        },
        _ => panic!("{entries:?}"),
    }
}
