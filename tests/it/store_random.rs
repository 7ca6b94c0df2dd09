//! A store loads a part of what is known of a member, and must decide as the engine with the whole of it does.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};
use stampcard_engine::{
    Canceller, Command, Context, MemberState, Phase, Profile, Redeem, Return, RewardState, apply, balance,
    decide, expiring_next, standing, starts_at,
};
use stampcard_model::{
    Activity, Entry, EntryBody, MemberId, Order, OrderId, Points, Program, RedemptionId, ReleaseReason,
    Returned, RewardId, Source, Timestamp, VoucherState,
};
use stampcard_server::{
    Seams,
    settings::{Limits, Velocity},
    store::{Action, Booked, Effect, Executed},
};

use crate::{
    http_server::program,
    store_contract::{Bench, start},
};

#[tokio::test]
async fn a_plain_program() {
    // Two months until points expire and ninety days that count: much of both in a short history.
    check(json!({
        "expiry": {"type": "after_months", "months": 2},
        "/tiers/window": {"type": "rolling", "days": 90}
    }))
    .await;
}

#[tokio::test]
async fn goals_limits_multipliers_and_a_cap() {
    check(json!({
        "expiry": {"type": "never"},
        "earn_rules": [
            {"id": "spend", "title": {"en": "Shop"},
                "earn": {"type": "spend", "ratio": {"points": 1, "per_minor": 100}},
                "limits": [{"period": "day", "points": 100}, {"period": "month", "points": 400, "times": 9}]},
            {"id": "goal", "title": {"en": "Three a month"}, "earn": {"type": "goal", "measure": "orders",
                "target": 3, "period": "month", "points": 10, "repeats": true}},
            {"id": "sum", "title": {"en": "500 a year"}, "earn": {"type": "goal", "measure": "spend",
                "target": 50000, "period": "year", "points": 25}, "counts_for_tier": false},
            {"id": "door", "title": {"en": "Come by"}, "earn": {"type": "activity", "activity": "check_in",
                "points": 1, "streak": [{"days": 2, "points": 3}]}},
            {"id": "review", "title": {"en": "Review"},
                "earn": {"type": "activity", "activity": "review", "points": 2},
                "limits": [{"period": "month", "times": 3}]}
        ],
        "multipliers": [{"id": "regular", "title": {"en": "Regular"}, "factor": 20000,
            "when": {"bought": {"days": 30, "orders": 3}}},
            {"id": "back", "title": {"en": "Back"}, "factor": 15000, "when": {"stages": ["at_risk", "lapsed"]}}],
        "stacking": "product",
        "limits": {"per_member": [{"period": "month", "points": 500}],
            "issued": {"period": "lifetime", "points": 4000}},
        "offers": [{"id": "twice", "title": {"en": "Twice"}, "uses": 2,
            "gives": {"type": "bonus", "points": 5, "minimum_order_minor": 5000}}]
    }))
    .await;
}

#[tokio::test]
async fn points_that_wait_and_debts() {
    check(json!({
        "expiry": {"type": "after_months", "months": 2, "round_up": "month"},
        "pending": {"type": "days", "days": 5},
        "refunds": {"policy": "unlimited", "restore_grace_days": 3}
    }))
    .await;
    check(json!({
        "expiry": {"type": "after_months", "months": 2},
        "pending": {"type": "fulfilled"},
        "refunds": {"policy": "only_pending"}
    }))
    .await;
}

#[tokio::test]
async fn tiers_that_are_kept() {
    check(json!({
        "expiry": {"type": "after_months", "months": 3},
        "/tiers/measure": "spend",
        "/tiers/window": {"type": "calendar_year"},
        "/tiers/validity": {"type": "months", "months": 2},
        "/tiers/downgrade": "one_level",
        "/tiers/grace_days": 5
    }))
    .await;
    check(json!({
        "expiry": {"type": "on_dates", "dates": ["03-31", "06-30"], "least_months": 1},
        "/tiers/measure": "orders",
        "/tiers/window": {"type": "since_joining", "months": 2},
        "/tiers/upgrade": "next_period",
        "/tiers/validity": {"type": "next_period"},
        "/tiers/tiers/1/threshold": 2,
        "/tiers/tiers/2/threshold": 4
    }))
    .await;
}

#[tokio::test]
async fn points_that_live_while_the_member_is_active_and_tiers_by_points_held() {
    check(json!({
        "expiry": {"type": "inactivity", "months": 1},
        "/tiers/measure": "points_held"
    }))
    .await;
}

#[tokio::test]
async fn redemptions_that_are_reviewed() {
    check(json!({
        "expiry": {"type": "after_months", "months": 2},
        "refunds": {"restore_grace_days": 3},
        "review": {"above_points": 50, "after": {"times": 2, "days": 30}},
        "nudges": {"expiry_days": [30, 7], "thresholds": [50, 150], "tier_at_risk_days": 30, "win_back_days": 10}
    }))
    .await;
}

/// Numbers that look random and are the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let index = self.below(all.len().max(1) as u64);
        all.get(usize::try_from(index).unwrap())
    }
}

/// What the engine says of one member, who is known to it from the first entry on.
#[derive(Default)]
struct Oracle {
    state: MemberState,
    entries: Vec<Entry>,
    orders: Vec<OrderId>,
    redemptions: Vec<RedemptionId>,
}

fn order(id: &OrderId, euros: u64) -> Order {
    let half = euros * 50;
    let lines = json!([
        {"sku": "TEA", "quantity": 2, "amount_minor": half},
        {"sku": "CUP", "quantity": 1, "amount_minor": half}
    ]);
    serde_json::from_value(json!({"id": id, "money": "EUR", "lines": lines})).unwrap()
}

fn random_action(
    chance: &mut Chance,
    program: &Program,
    oracle: &mut Oracle,
    turn: u64,
    member: &str,
) -> Action {
    let reference = member.to_owned();
    let seams = Seams::default();
    let known = chance.of(&oracle.orders).cloned();
    let order_id = known.clone().unwrap_or_else(|| OrderId::new(format!("{member}-never")).unwrap());
    match chance.below(19) {
        0..=4 => {
            let again = chance.below(8) == 0;
            let id =
                known.filter(|_| again).unwrap_or_else(|| OrderId::new(format!("{member}-{turn}")).unwrap());
            oracle.orders.push(id.clone());
            Action::Book { reference, order: order(&id, chance.below(120)) }
        }
        5..=8 => {
            let reward = chance.of(&program.rewards).unwrap();
            let price = if chance.below(8) == 0 { Points::new(1).unwrap() } else { reward.price };
            let (redemption_id, voucher_code) = (seams.redemption_id(), seams.voucher_code());
            oracle.redemptions.push(redemption_id.clone());
            let reward_id = reward.id.clone();
            let velocity = Velocity::UNLIMITED;
            Action::Redeem {
                reference,
                reward_id,
                price,
                money_minor: 0,
                redemption_id,
                voucher_code,
                velocity,
            }
        }
        9 => {
            let delta = i64::try_from(chance.below(100)).unwrap() - 50;
            Action::Adjust { reference, delta, reason: "because".to_owned() }
        }
        10 => Action::Refund { order_id, returned: None },
        11 => {
            let returned =
                json!({"lines": [{"sku": "TEA", "quantity": 1, "amount_minor": chance.below(2_000)}]});
            let returned: Returned = serde_json::from_value(returned).unwrap();
            Action::Refund { order_id, returned: Some(returned) }
        }
        12 => Action::Fulfill { order_id },
        13 => match chance.of(&oracle.redemptions).cloned() {
            Some(redemption_id) => Action::Cancel { reference, redemption_id },
            None => Action::Fulfill { order_id },
        },
        14 => {
            let kind = if chance.below(2) == 0 { "check_in" } else { "review" };
            let activity = json!({"id": format!("a-{}", chance.below(60)), "kind": kind});
            let activity: Activity = serde_json::from_value(activity).unwrap();
            Action::Act { reference, activity }
        }
        15 | 16 => match chance.of(&oracle.redemptions).cloned() {
            Some(redemption_id) => {
                let (voucher_code, by) = (seams.voucher_code(), "sk".to_owned());
                Action::Approve { redemption_id, voucher_code, by }
            }
            None => Action::Fulfill { order_id },
        },
        17 => match chance.of(&oracle.redemptions).cloned() {
            Some(redemption_id) => {
                Action::Reject { redemption_id, note: "no".to_owned(), by: "sk".to_owned() }
            }
            None => Action::Fulfill { order_id },
        },
        _ => Action::Expire { member_id: MemberId::new(format!("m_{member}")).unwrap() },
    }
}

fn as_command(
    action: &Action,
    program: &Program,
    now: Timestamp,
    context: &Context<'_>,
    all: &BTreeMap<&str, Oracle>,
) -> Command {
    match action.clone() {
        Action::Book { order, .. } => Command::Earn(order),
        Action::Act { activity, .. } => Command::Act(activity),
        Action::Redeem { reward_id, price, money_minor, redemption_id, voucher_code, .. } => {
            let reward = shared(&reward_id, program, context, all);
            let redeem = Redeem { reward_id, price, money_minor, reward, redemption_id };
            Command::Redeem { redeem, voucher_code }
        }
        Action::Cancel { redemption_id, .. } => {
            let entries = all.values().flat_map(|oracle| &oracle.entries);
            let mut ends = entries.filter_map(|entry| match &entry.body {
                EntryBody::Redemption { redemption_id: id, voucher_expires_at, .. }
                    if *id == redemption_id =>
                {
                    *voucher_expires_at
                }
                _ => None,
            });
            let expired = ends.next().is_some_and(|end| end <= now);
            let voucher = if expired { VoucherState::Expired } else { VoucherState::Active };
            Command::Cancel { redemption_id, by: Canceller::Member, voucher }
        }
        Action::Approve { redemption_id, voucher_code, .. } => {
            Command::Capture { redemption_id, voucher_code }
        }
        Action::Reject { redemption_id, .. } => {
            Command::Release { redemption_id, reason: ReleaseReason::Rejected }
        }
        Action::Adjust { delta, reason, .. } => Command::Adjust { delta, reason },
        Action::Refund { order_id, returned } => {
            let booked_under = Arc::new(program.clone());
            let returned = returned.map(|returned| Return { returned, booked_under });
            Command::Reverse { source: Source::Order { order_id }, returned }
        }
        Action::Fulfill { order_id } => Command::Fulfill { source: Source::Order { order_id } },
        Action::TakeUp { offer_id, code, .. } => Command::TakeUp { offer_id, code },
        Action::Expire { .. } => Command::CatchUp,
        Action::Enroll { .. }
        | Action::UseVoucher { .. }
        | Action::Give { .. }
        | Action::Nudge { .. }
        | Action::Record(_) => unreachable!("none is a command"),
    }
}

/// What all members share of a reward.
fn shared(
    id: &RewardId,
    program: &Program,
    context: &Context<'_>,
    all: &BTreeMap<&str, Oracle>,
) -> RewardState {
    let taken = all.values().filter_map(|oracle| oracle.state.redeemed.get(id)).sum();
    let cap = program.reward(id).and_then(|reward| reward.period_cap);
    let since = cap.map(|cap| starts_at(context, cap.period));
    let redemptions = all.values().flat_map(|oracle| oracle.state.redemptions.values());
    let counts = |at| since.is_some_and(|since| at >= since);
    let open = redemptions.filter(|r| r.reward_id == *id && r.phase != Phase::Closed && counts(r.at));
    RewardState { taken, taken_in_period: open.count() as u64 }
}

/// Points that all members earned ever.
fn issued(all: &BTreeMap<&str, Oracle>) -> Points {
    let entries = all.values().flat_map(|oracle| &oracle.entries);
    let given = entries.filter_map(|entry| match entry.body {
        EntryBody::Accrual { points, .. } => Some(points),
        _ => None,
    });
    given.sum()
}

/// The program of the fixture with other values at some places: a name for a field of it, or a pointer.
fn changed(changes: Value) -> Value {
    let mut document = program("lantern");
    let rewards = [
        json!({"id": "often", "kind": {"type": "custom"}, "title": {"en": "Often"}, "price": 10, "cooldown_hours": 72,
            "cancel_hours": 200}),
        json!({"id": "rare", "kind": {"type": "custom"}, "title": {"en": "Rare"}, "price": 20, "cancel_hours": 200,
            "per_member_cap": {"period": "month", "units": 2}, "period_cap": {"period": "month", "units": 3}}),
    ];
    document["rewards"].as_array_mut().unwrap().extend(rewards);
    for (place, value) in changes.as_object().unwrap() {
        let (parent, field) = place.trim_start_matches('/').rsplit_once('/').unwrap_or(("", place));
        let parent = if parent.is_empty() { String::new() } else { format!("/{parent}") };
        match document.pointer_mut(&parent).unwrap() {
            Value::Array(items) => items[field.parse::<usize>().unwrap()] = value.clone(),
            fields => fields[field] = value.clone(),
        }
    }
    document
}

async fn check(changes: Value) {
    for seed in 1..=6 {
        let bench = Bench::with(Limits::default(), changed(changes.clone()));
        let program = &bench.program.program;
        let mut chance = Chance(seed);
        let members = ["ada", "bea", "cora"];
        let mut all: BTreeMap<&str, Oracle> = BTreeMap::new();
        for member in members {
            bench.enroll(member).await;
            all.insert(member, Oracle::default());
        }
        let profile = Profile { joined_at: Some(start()), ..Profile::default() };
        let mut now = start();
        let (mut booked, mut refused) = (0, 0);
        for turn in 0..150 {
            // Sometimes the clock goes back.
            let hours = i64::try_from(chance.below(24 * 8)).unwrap() - 24;
            now = now.plus_millis(hours * 3_600_000);
            let member = *chance.of(&members).unwrap();
            let action = random_action(&mut chance, program, all.get_mut(member).unwrap(), turn, member);
            let issued = issued(&all);
            let context =
                Context { profile: &profile, issued, ..Context::new(program, &bench.program.zone, now) };
            let clamped = all[member].state.last_at.map_or(now, |last_at| last_at.max(now));
            let command = as_command(&action, program, now, &Context { now: clamped, ..context }, &all);
            let expected = decide(&context, &all[member].state, &command);
            let told = format!("{changes} seed {seed}, turn {turn}: {action:?}");
            let oracle = all.get_mut(member).unwrap();
            match (bench.execute(now, action).await, expected) {
                (Executed::Now(Ok(Effect::Booked(Booked { entries, after, .. })), None), Ok(expected)) => {
                    assert_eq!(entries, expected, "{told}");
                    for entry in &entries {
                        apply(&mut oracle.state, entry);
                    }
                    oracle.entries.extend(entries);
                    assert_eq!(after.balance, oracle.state.balance, "{told}");
                    booked += 1;
                }
                (Executed::Now(Err(refusal), None), Err(expected)) => {
                    assert_eq!(refusal, expected, "{told}");
                    refused += 1;
                }
                (did, expected) => panic!("{told}: {did:?} instead of {expected:?}"),
            }
            let oracle = &all[member].state;
            let seen = bench.store.member(&bench.program, member, now).await.unwrap().unwrap().state;
            assert_eq!(balance(&seen, now), balance(oracle, now), "{told}");
            assert_eq!(expiring_next(&seen, now), expiring_next(oracle, now), "{told}");
            assert_eq!(standing(&context, &seen), standing(&context, oracle), "{told}");
            assert_eq!(seen.redeemed, oracle.redeemed, "{told}");
        }
        assert!(booked > 50 && refused > 5, "seed {seed}: {booked} booked, {refused} refused");
        swept(&bench, now.plus_days(200), members.len()).await;
        let report = stampcard_server::verify(&bench.folder.path().join("ledger.db")).unwrap();
        assert!(report.holds(), "{changes} seed {seed}\n{report}");
    }
}

/// Writes down all that time has done, member by member as the store names them, until there is nothing more.
async fn swept(bench: &Bench, now: Timestamp, members: usize) {
    for _ in 0..=members {
        let due = bench.store.due(&bench.program.program.id, now, 100).await.unwrap();
        if due.is_empty() {
            return;
        }
        for member_id in due {
            bench.execute(now, Action::Expire { member_id }).await;
        }
    }
    panic!("something stays to be done");
}
