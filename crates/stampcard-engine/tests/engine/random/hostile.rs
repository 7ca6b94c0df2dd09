//! Values at the ends of their ranges, programs with faults, and calendars that lie.

use proptest::{prelude::*, sample::select};
use stampcard_engine::{
    Command, Context, MemberState, Zone, apply, available, decide, expiring_next, replay, standing,
};
use stampcard_model::{Entry, Expiry, Points, Program, Timestamp, Window};

use super::{cases_or, for_all, invariants};
use crate::ground::{adjust, order, points, program, redeem_after_others, refund};

#[test]
fn extreme_values_are_booked_exactly_or_refused_but_never_overflow() {
    let runs = (faulty_programs(), prop::collection::vec((instants(), commands()), 1..12), any::<Liar>());
    for_all(cases_or(2_000), &runs, |(program, steps, zone)| {
        let mut member = MemberState::default();
        let mut entries: Vec<Entry> = Vec::new();
        for (now, command) in steps {
            let context = Context::new(&program, &zone, now);
            for entry in decide(&context, &member, &command).unwrap_or_default() {
                apply(&mut member, &entry);
                entries.push(entry);
            }
            invariants::postings_sum_to_zero([&entries].into_iter())?;
            invariants::balance_is_the_sum_of_entries(&member, &entries)?;
            invariants::nothing_is_ever_negative(&entries)?;
            invariants::entries_are_only_added(&entries)?;
            invariants::decisions_repeat(&context, &member, &command)?;
            expiring_next(&member, now);
            standing(&context, &member);
            prop_assert!(available(&member, now) <= member.balance.available);
        }
        prop_assert_eq!(replay(&entries), member);
        Ok(())
    });
}

#[test]
fn damaged_entries_do_not_take_the_reader_down() {
    let kinds = ["accrual", "redemption", "expiry", "adjustment", "reversal"];
    let damaged = (select(kinds.to_vec()), any::<u64>(), extremes(), any::<i64>(), instants());
    for_all(cases_or(2_000), &prop::collection::vec(damaged, 0..8), |damaged| {
        let entries: Vec<Entry> = damaged.into_iter().map(damaged_entry).collect();
        let member = replay(&entries);
        prop_assert!(member.balance.available <= Points::MAX);
        for now in [Timestamp::MIN, Timestamp::MAX] {
            available(&member, now);
            expiring_next(&member, now);
            let program = program(&[]);
            let context = Context::new(&program, &stampcard_engine::Utc, now);
            let _ = decide(&context, &member, &Command::CatchUp);
            let _ = decide(&context, &member, &adjust(-1));
            let _ = decide(&context, &member, &refund("1"));
        }
        Ok(())
    });
}

/// A calendar that gives any answer it likes.
#[derive(Clone, Debug)]
struct Liar {
    date: (i32, u8, u8),
    start: i64,
}

impl Arbitrary for Liar {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> BoxedStrategy<Self> {
        (any::<(i32, u8, u8)>(), any::<i64>()).prop_map(|(date, start)| Self { date, start }).boxed()
    }
}

impl Zone for Liar {
    fn date_at(&self, _: Timestamp) -> (i32, u8, u8) {
        self.date
    }

    fn start_of_date(&self, _: i32, _: u8, _: u8) -> Timestamp {
        Timestamp::from_millis(self.start)
    }
}

fn faulty_programs() -> impl Strategy<Value = Program> {
    let expiry = prop_oneof![
        Just(Expiry::Never),
        any::<u16>().prop_map(|months| Expiry::AfterMonths { months, round_up: None })
    ];
    let numbers = (select(vec![0, 1, u32::MAX]), select(vec![0, 1, 100, u32::MAX]), any::<u32>());
    (expiry, any::<u16>(), numbers, 0..=3_usize, any::<u64>()).prop_map(
        |(expiry, days, (ratio_points, per_minor, multiplier), tiers, threshold)| {
            let ratio = serde_json::json!({"points": ratio_points, "per_minor": per_minor});
            let mut program = program(&[("/earn_rules/0/earn/ratio", ratio)]);
            program.expiry = expiry;
            program.tiers.window = Window::Rolling { days };
            program.tiers.tiers.truncate(tiers);
            for tier in &mut program.tiers.tiers {
                tier.multiplier.0 = multiplier;
                tier.threshold = Points::saturating_from(u128::from(threshold));
            }
            program.rewards[0].voucher_days = Some(u32::MAX);
            program.rewards[0].price = Points::saturating_from(u128::from(threshold));
            program
        },
    )
}

fn commands() -> impl Strategy<Value = Command> {
    let amounts = || select(vec![0, 1, 99, 1_000_000, u64::MAX / 2, u64::MAX]);
    let id = || (0..6_u8).prop_map(|id| id.to_string());
    let most = Points::MAX.signed();
    let deltas = select(vec![i64::MIN, -most, -1, 0, 1, most / 2, most - 1, most, most + 1, i64::MAX]);
    prop_oneof![
        (id(), amounts(), amounts()).prop_map(|(id, a, b)| Command::Earn(order(
            &id,
            "EUR",
            &[("", a), ("tea", 7), ("", b)]
        ))),
        (extremes(), any::<u64>()).prop_map(|(price, taken)| {
            redeem_after_others("shipping", Points::saturating_from(price.into()).get(), taken)
        }),
        deltas.prop_map(adjust),
        id().prop_map(|id| refund(&id)),
        Just(Command::CatchUp),
    ]
}

fn instants() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        Just(Timestamp::MIN),
        Just(Timestamp::MAX),
        any::<i64>().prop_map(Timestamp::from_millis),
        (0..2_000_000_000_000_i64).prop_map(Timestamp::from_millis),
    ]
}

fn extremes() -> impl Strategy<Value = u64> {
    prop_oneof![select(vec![0, 1, Points::MAX.get()]), 0..=Points::MAX.get()]
}

fn damaged_entry((kind, seq, amount, delta, at): (&str, u64, u64, i64, Timestamp)) -> Entry {
    let draws = serde_json::json!([{"lot": seq, "points": amount}, {"lot": 1, "points": amount}]);
    let entry = serde_json::json!({
        "seq": seq, "occurred_at": at.to_string(), "program_version": 1,
        "postings": [{"account": "available", "delta": delta}, {"account": "held", "delta": delta}],
        "body": {
            "kind": kind, "order_id": "1", "accruals": [], "points": points(amount), "expires_at": at.to_string(),
            "redemption_id": "r", "reward_id": "shipping", "voucher_code": "V", "draws": draws, "delta": delta,
            "reason": "", "reverses": seq, "shortfall": amount
        }
    });
    serde_json::from_value(entry).expect("the entry has the right shape")
}
