//! What taking an order back does.

use stampcard_engine::Command;
use stampcard_model::{Account, EntryBody, Posting, Refusal};

use crate::ground::{Story, adjust, at, earn, order, points, redeem, refund};

#[test]
fn a_refund_takes_from_the_order_itself_then_from_the_rest_and_never_below_nothing() {
    // What happened; then the refund of order 1: lots that give, and the points that are missing.
    check(&[("2026-01-01", earn("1", 100))], &[(1, 100)], 0);
    check(&[("2026-01-01", earn("2", 100)), ("2026-01-02", earn("1", 30))], &[(2, 30)], 0);
    check(
        &[
            ("2026-01-01", earn("1", 100)),
            ("2026-01-02", earn("2", 100)),
            ("2026-01-03", redeem("shipping", 50)),
        ],
        &[(1, 50), (2, 50)],
        0,
    );
    check(&[("2026-01-01", earn("1", 100)), ("2026-01-03", redeem("shipping", 50))], &[(1, 50)], 50);
    check(
        &[("2026-01-01", earn("1", 60)), ("2026-01-02", adjust(-60)), ("2026-01-03", adjust(7))],
        &[(3, 7)],
        53,
    );
    check(&[("2026-01-01", earn("1", 60)), ("2026-01-02", adjust(-60))], &[], 60);
    check(&[("2026-01-01", earn("1", 0))], &[], 0);
}

#[test]
fn points_of_the_order_that_expired_are_taken_from_others() {
    let mut story = Story::of(&[("2026-01-01", earn("1", 60)), ("2026-06-01", earn("2", 40))]);
    let entries = story.book("2027-02-01", &refund("1")).unwrap();
    let [expiry, reversal] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!(expiry.occurred_at, at("2027-01-02"));
    match &reversal.body {
        EntryBody::Reversal { points: taken, shortfall, .. } => {
            assert_eq!((taken.get(), shortfall.get()), (40, 20));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refund_undoes_the_issue_and_happens_once() {
    let mut story = Story::of(&[("2026-01-01", earn("1", 100)), ("2026-01-02", refund("1"))]);
    assert_eq!(
        story.entries[1].postings,
        [
            Posting { account: Account::Available, delta: -100 },
            Posting { account: Account::Issued, delta: 100 }
        ]
    );
    assert!(story.member.counted.is_empty());
    assert_eq!(story.book("2026-01-03", &refund("1")), Err(Refusal::OrderAlreadyRefunded));
    assert_eq!(story.book("2026-01-03", &earn("1", 100)), Err(Refusal::OrderAlreadyBooked));
    assert_eq!(story.book("2026-01-03", &refund("2")), Err(Refusal::OrderNotFound));
}

#[test]
fn an_order_that_earned_nothing_is_booked_and_taken_back_without_moving_anything() {
    let gift = Command::Earn(order("1", "EUR", &[("gift-card", 50_00)]));
    let story = Story::of(&[("2026-01-01", gift.clone()), ("2026-01-02", refund("1"))]);
    assert!(story.entries.iter().all(|entry| entry.postings.is_empty()));
    assert!(story.member.lots.is_empty() && story.member.counted.is_empty());
    match &story.entries[0].body {
        EntryBody::Accrual { accruals, expires_at: None, .. } => assert_eq!(accruals.len(), 1),
        other => panic!("{other:?}"),
    }
    assert_eq!(story.ask("2026-01-03", &gift), Err(Refusal::OrderAlreadyBooked));
}

fn check(before: &[(&str, Command)], expected: &[(u64, u64)], missing: u64) {
    let mut story = Story::of(before);
    let had = story.member.balance.available;
    let entries = story.book("2026-01-10", &refund("1")).unwrap();
    let [entry] = &entries[..] else { panic!("{entries:?}") };
    match &entry.body {
        EntryBody::Reversal { reverses, source, points: taken, draws, shortfall, .. } => {
            let draws: Vec<_> = draws.iter().map(|draw| (draw.lot, draw.points.get())).collect();
            assert_eq!((draws.as_slice(), *shortfall), (expected, points(missing)), "{before:?}");
            assert_eq!(taken.get(), draws.iter().map(|(_, taken)| taken).sum::<u64>());
            assert_eq!(*reverses, story.member.sources[source].seq);
            assert_eq!(story.member.balance.available, had.checked_sub(*taken).unwrap());
        }
        other => panic!("{other:?}"),
    }
}
