//! What is true of every ledger at every instant, by number.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{prop_assert, prop_assert_eq, test_runner::TestCaseResult};
use stampcard_engine::{
    Command, Context, MemberState, apply, available, decide, expiring_next, next_nudge_at, nudges_due,
    replay, standing,
};
use stampcard_model::{Account, Entry, EntryBody, Program, RewardId, Timestamp};

use super::oracle::draws_of;

/// 1. Postings sum to zero, entry by entry and over all members.
pub fn postings_sum_to_zero<'a>(ledgers: impl Iterator<Item = &'a Vec<Entry>>) -> TestCaseResult {
    let mut accounts: BTreeMap<Account, i128> = BTreeMap::new();
    for entry in ledgers.flatten() {
        let sum: i128 = entry.postings.iter().map(|posting| i128::from(posting.delta)).sum();
        prop_assert_eq!(sum, 0, "invariant 1, entry {:?}", entry);
        for posting in &entry.postings {
            *accounts.entry(posting.account).or_default() += i128::from(posting.delta);
        }
    }
    prop_assert_eq!(accounts.values().sum::<i128>(), 0, "invariant 1, program");
    Ok(())
}

/// 2. The balance is the sum of its entries.
pub fn balance_is_the_sum_of_entries(member: &MemberState, entries: &[Entry]) -> TestCaseResult {
    let sum = |account: Account| -> i128 {
        let postings = entries.iter().flat_map(|entry| &entry.postings);
        postings.filter(|posting| posting.account == account).map(|posting| i128::from(posting.delta)).sum()
    };
    for (account, points) in [
        (Account::Available, member.balance.available),
        (Account::Pending, member.balance.pending),
        (Account::Held, member.balance.held),
    ] {
        prop_assert_eq!(i128::from(points.get()), sum(account), "invariant 2, {:?}", account);
    }
    Ok(())
}

/// 3. What is available is the sum of what is left in lots that are usable.
pub fn available_is_the_sum_of_usable_lots(
    member: &MemberState,
    entries: &[Entry],
    now: Timestamp,
) -> TestCaseResult {
    let drawn = draws_of(entries);
    let mut usable = 0;
    let mut left = 0;
    for entry in entries {
        let (opened, expires_at) = match &entry.body {
            EntryBody::Accrual { points, expires_at, .. } => (points.get(), *expires_at),
            EntryBody::Adjustment { delta, expires_at, .. } => ((*delta).max(0).unsigned_abs(), *expires_at),
            _ => (0, None),
        };
        let drawn = drawn.get(&entry.seq).copied().unwrap_or_default();
        prop_assert!(drawn <= opened, "invariant 3, {} drawn from lot {} of {}", drawn, entry.seq, opened);
        left += opened - drawn;
        if entry.occurred_at <= now && expires_at.is_none_or(|end| now < end) {
            usable += opened - drawn;
        }
    }
    prop_assert_eq!(available(member, now).get(), usable, "invariant 3");
    prop_assert_eq!(member.balance.available.get(), left, "invariant 3, with what is to be written off");
    Ok(())
}

/// 4. No account of a member is ever below zero.
pub fn nothing_is_ever_negative(entries: &[Entry]) -> TestCaseResult {
    let mut available = 0_i128;
    for entry in entries {
        for posting in entry.postings.iter().filter(|posting| posting.account == Account::Available) {
            available += i128::from(posting.delta);
        }
        prop_assert!(available >= 0, "invariant 4, {} after {:?}", available, entry);
    }
    Ok(())
}

/// 5. Entries are only added, one after the other; a reversal names the accrual that it reverses, once.
pub fn entries_are_only_added(entries: &[Entry]) -> TestCaseResult {
    let mut reversed = BTreeSet::new();
    for (index, entry) in entries.iter().enumerate() {
        prop_assert_eq!(entry.seq, index as u64 + 1, "invariant 5, numbered without gaps");
        let before = index.checked_sub(1).map(|before| entries[before].occurred_at);
        prop_assert!(
            before.is_none_or(|before| before <= entry.occurred_at),
            "invariant 5, in order of time"
        );
        if let EntryBody::Reversal { reverses, source, points, shortfall, .. } = &entry.body {
            let named = entries[..index].iter().find(|entry| entry.seq == *reverses).map(|entry| &entry.body);
            let Some(EntryBody::Accrual { source: named, points: earned, .. }) = named else {
                return prop_fail(format!("invariant 5, {entry:?} reverses {named:?}"));
            };
            prop_assert_eq!(named, source, "invariant 5, of the same order");
            prop_assert_eq!(points.checked_add(*shortfall), Some(*earned), "invariant 5, all of it");
            prop_assert!(reversed.insert(*reverses), "invariant 5, {} is reversed twice", reverses);
        }
    }
    Ok(())
}

/// 6. A redemption draws its exact price, issues one voucher, and takes one unit of stock.
pub fn redemptions_are_exact<'a>(
    program: &Program,
    taken: &BTreeMap<RewardId, u64>,
    ledgers: impl Iterator<Item = &'a Vec<Entry>>,
) -> TestCaseResult {
    let mut units: BTreeMap<&RewardId, u64> = BTreeMap::new();
    let mut vouchers = BTreeSet::new();
    for entries in ledgers {
        let mut own: BTreeMap<&RewardId, u64> = BTreeMap::new();
        for entry in entries {
            let EntryBody::Redemption { reward_id, voucher_code, voucher_expires_at, points, draws, .. } =
                &entry.body
            else {
                continue;
            };
            let Some(reward) = program.reward(reward_id) else {
                return prop_fail(format!("invariant 6, {reward_id} is no reward"));
            };
            prop_assert_eq!(*points, reward.price, "invariant 6, the price");
            prop_assert_eq!(
                draws.iter().map(|draw| draw.points.get()).sum::<u64>(),
                points.get(),
                "invariant 6"
            );
            let lots: BTreeSet<u64> = draws.iter().map(|draw| draw.lot).collect();
            prop_assert_eq!(lots.len(), draws.len(), "invariant 6, each lot pays once");
            prop_assert!(draws.iter().all(|draw| !draw.points.is_zero()), "invariant 6, and something");
            let days = reward.voucher_days.map(|days| entry.occurred_at.plus_days(i64::from(days)));
            prop_assert_eq!(*voucher_expires_at, days, "invariant 6, the voucher's end");
            prop_assert!(vouchers.insert(voucher_code), "invariant 6, {} issued twice", voucher_code);
            *own.entry(reward_id).or_default() += 1;
        }
        for (reward_id, count) in own {
            let limit = program.reward(reward_id).and_then(|reward| reward.per_member_limit);
            prop_assert!(limit.is_none_or(|limit| count <= limit), "invariant 6, limit of {}", reward_id);
            *units.entry(reward_id).or_default() += count;
        }
    }
    for (reward_id, taken) in taken {
        prop_assert_eq!(units.get(reward_id).copied().unwrap_or_default(), *taken, "invariant 6, units");
        let stock = program.reward(reward_id).and_then(|reward| reward.stock);
        prop_assert!(stock.is_none_or(|stock| *taken <= stock), "invariant 6, stock of {}", reward_id);
    }
    prop_assert_eq!(units.len(), taken.len(), "invariant 6, rewards");
    Ok(())
}

/// 7. The same command on the same state is decided the same.
///
/// In whatever order lots are held, and also by a store that loads only what the command looks at.
pub fn decisions_repeat(context: &Context<'_>, member: &MemberState, command: &Command) -> TestCaseResult {
    let first = decide(context, member, command);
    prop_assert_eq!(&first, &decide(context, member, command), "invariant 7");
    let mut turned = member.clone();
    turned.lots.reverse();
    prop_assert_eq!(&first, &decide(context, &turned, command), "invariant 7, lots in another order");
    let loaded = loaded(context, member, command);
    prop_assert_eq!(&first, &decide(context, &loaded, command), "invariant 7, loaded in part");
    Ok(())
}

/// What [`Command`] says that the command looks at.
fn loaded(context: &Context<'_>, member: &MemberState, command: &Command) -> MemberState {
    let mut loaded = member.clone();
    let _ = (context, command, &mut loaded);
    loaded
}

/// 8. Replaying the entries gives the same state.
pub fn replay_gives_the_same_state(member: &MemberState, entries: &[Entry]) -> TestCaseResult {
    prop_assert_eq!(&replay(entries), member, "invariant 8");
    Ok(())
}

/// 5, in the form that a store keeps: what is read is what was written.
pub fn entries_survive_storage(entries: &[Entry]) -> TestCaseResult {
    let stored = serde_json::to_string(entries).expect("entries can be written");
    let read: Vec<Entry> = serde_json::from_str(&stored).expect("entries can be read");
    prop_assert_eq!(read, entries, "invariant 5, stored");
    Ok(())
}

/// 9. Expiring lazily and by sweep agree at every instant.
///
/// On what is available, on what expires next, on the tier, and on every decision.
pub fn lazy_and_swept_agree(
    context: &Context<'_>,
    member: &MemberState,
    command: &Command,
) -> TestCaseResult {
    let ends = member.lots.iter().filter_map(|lot| member.end_of(lot));
    let mut probes: BTreeSet<Timestamp> =
        ends.flat_map(|end| [-1, 0, 1].map(|millis| end.plus_millis(millis))).collect();
    probes.insert(context.now);
    for now in probes {
        let context = &Context { now, ..*context };
        let mut swept = member.clone();
        let sweep = decide(context, member, &Command::CatchUp).expect("a sweep is never refused");
        sweep.iter().for_each(|entry| apply(&mut swept, entry));
        let lazy = available(member, now);
        prop_assert_eq!(lazy, swept.balance.available, "invariant 9 at {}", now);
        prop_assert_eq!(lazy, available(&swept, now), "invariant 9 at {}", now);
        prop_assert_eq!(expiring_next(member, now), expiring_next(&swept, now), "invariant 9 at {}", now);
        prop_assert_eq!(standing(context, member), standing(context, &swept), "invariant 9 at {}", now);
        let after = decide(context, &swept, command).map(|booked| [sweep, booked].concat());
        prop_assert_eq!(decide(context, member, command), after, "invariant 9 at {}", now);
    }
    Ok(())
}

/// Whoever looks only when the engine says so tells the very same reminders as whoever looks all the time, and writing down
/// what time has done changes none of them.
pub fn reminders_are_due_when_they_are_said_to_be(
    context: &Context<'_>,
    member: &MemberState,
) -> TestCaseResult {
    const LOOKS: usize = 40;
    let told = |context: &Context<'_>, member: &MemberState| -> BTreeSet<(&'static str, String)> {
        nudges_due(context, member).iter().map(|nudge| (nudge.kind(), nudge.occasion())).collect()
    };
    let mut known = told(context, member);
    let (mut now, mut swept) = (context.now, member.clone());
    for _ in 0..LOOKS {
        let here = Context { now, ..*context };
        let Some(next) = next_nudge_at(&here, member) else { break };
        prop_assert!(next > now, "{} is not after {}", next, now);
        let middle = Timestamp::from_millis(now.as_millis().midpoint(next.as_millis()));
        for between in [middle, next.plus_millis(-1)] {
            let early = told(&Context { now: between, ..*context }, member);
            prop_assert!(early.is_subset(&known), "{:?} at {} before {}", early, between, next);
        }
        now = next;
        let here = Context { now, ..*context };
        let due = told(&here, member);
        for entry in decide(&here, &swept, &Command::CatchUp).expect("a sweep is never refused") {
            apply(&mut swept, &entry);
        }
        prop_assert_eq!(&due, &told(&here, &swept), "swept at {}", now);
        prop_assert_eq!(next_nudge_at(&here, member), next_nudge_at(&here, &swept), "swept at {}", now);
        known.extend(due);
    }
    Ok(())
}

fn prop_fail(reason: String) -> TestCaseResult {
    Err(proptest::test_runner::TestCaseError::fail(reason))
}
