//! Which lots pay, and what a redemption writes.

use stampcard_engine::{Lot, MemberState};
use stampcard_model::{Account, Balance, Draw, EntryBody, LotEnd, Posting, Wait};

use crate::ground::{Story, adjust, at, earn, points, redeem};

const NOW: &str = "2026-06-01";

#[test]
fn the_nearest_expiry_pays_first_then_the_oldest_and_never_expiring_points_last() {
    // Lots as (seq, points, expiry); then the lots that pay 50 points.
    check(&[(1, 80, None)], &[(1, 50)]);
    check(&[(1, 80, None), (2, 80, Some("2027-01-01"))], &[(2, 50)]);
    check(&[(1, 80, Some("2027-01-02")), (2, 80, Some("2027-01-01"))], &[(2, 50)]);
    check(&[(2, 80, Some("2027-01-01")), (1, 80, Some("2027-01-01"))], &[(1, 50)]);
    check(&[(2, 80, None), (1, 80, None)], &[(1, 50)]);
    check(
        &[(1, 10, None), (2, 20, Some("2027-01-01")), (3, 30, Some("2026-12-01")), (4, 40, None)],
        &[(3, 30), (2, 20)],
    );
    check(&[(1, 10, None), (2, 5, Some("2027-01-01")), (3, 40, None)], &[(2, 5), (1, 10), (3, 35)]);
    check(&[(1, 50, None), (2, 1, None)], &[(1, 50)]);
}

#[test]
fn lots_that_expired_or_have_not_begun_pay_nothing() {
    check(&[(1, 80, Some(NOW)), (2, 80, None)], &[(2, 50)]);
    let mut story = with_lots(&[(1, 80, None)]);
    story.member.lots[0].waits = Some(Wait::Until { at: at("2026-06-02") });
    assert!(story.ask(NOW, &redeem("shipping", 50)).is_err());
    assert!(story.ask(NOW, &adjust(-1)).is_err());
    assert!(story.ask("2026-06-02", &redeem("shipping", 50)).is_ok());
}

#[test]
fn a_redemption_moves_its_price_and_issues_its_voucher() {
    let mut story = Story::of(&[("2026-01-01", earn("1", 600))]);
    let entries = story.book("2026-01-02T03:04:05Z", &redeem("tote-bag", 120)).unwrap();
    let [entry] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!(
        entry.postings,
        [
            Posting { account: Account::Available, delta: -120 },
            Posting { account: Account::Redeemed, delta: 120 }
        ]
    );
    assert_eq!(entry.program_version, 3);
    match &entry.body {
        EntryBody::Redemption { voucher_code, voucher_expires_at, points: price, .. } => {
            assert_eq!(voucher_code.as_str(), "AAAA-BBBB");
            assert_eq!(*voucher_expires_at, Some(at("2026-02-01T03:04:05Z")));
            assert_eq!(*price, points(120));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(story.member.balance.available, points(480));
}

#[test]
fn points_taken_by_hand_come_from_the_same_lots_as_a_purchase() {
    let mut story = with_lots(&[(1, 10, None), (2, 5, Some("2027-01-01")), (3, 40, None)]);
    let entries = story.book(NOW, &adjust(-12)).unwrap();
    match &entries[0].body {
        EntryBody::Adjustment { draws, expires_at: None, .. } => {
            assert_eq!(*draws, [(2, 5), (1, 7)].map(|(lot, taken)| Draw { lot, points: points(taken) }));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn points_given_by_hand_expire_like_earned_ones() {
    let mut story = Story::of(&[("2026-01-01", adjust(25))]);
    let lot =
        Lot { seq: 1, remaining: points(25), waits: None, end: LotEnd::At { expires_at: at("2027-01-02") } };
    assert_eq!(story.member.lots, [lot]);
    let entries = story.book("2026-01-01", &adjust(0)).unwrap();
    assert!(entries[0].postings.is_empty(), "nothing given, nothing moved");
    assert_eq!(story.member.lots, [lot]);
}

fn check(lots: &[(u64, u64, Option<&str>)], expected: &[(u64, u64)]) {
    let entries = with_lots(lots).ask(NOW, &redeem("shipping", 50)).unwrap();
    match &entries.last().unwrap().body {
        EntryBody::Redemption { draws, .. } => {
            let draws: Vec<_> = draws.iter().map(|draw| (draw.lot, draw.points.get())).collect();
            assert_eq!(draws, expected, "{lots:?}");
        }
        other => panic!("{other:?}"),
    }
}

fn with_lots(lots: &[(u64, u64, Option<&str>)]) -> Story {
    let lot = |(seq, remaining, expires_at): &(u64, u64, Option<&str>)| Lot {
        seq: *seq,
        remaining: points(*remaining),
        waits: None,
        end: expires_at.map_or(LotEnd::Never, |end| LotEnd::At { expires_at: at(end) }),
    };
    let available = points(lots.iter().map(|(_, remaining, _)| remaining).sum());
    let member = MemberState {
        last_seq: 9,
        balance: Balance { available, ..Balance::default() },
        lots: lots.iter().map(lot).collect(),
        ..MemberState::default()
    };
    Story { member, ..Story::of(&[]) }
}
