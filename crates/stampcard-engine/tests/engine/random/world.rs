//! Members, their ledgers and the stock they share, under a sequence of steps.

use std::collections::BTreeMap;

use proptest::{prop_assert, prop_assert_eq, test_runner::TestCaseResult};
use stampcard_engine::{
    Command, Context, MemberState, Redeem, RewardState, apply, available, decide, standing,
};
use stampcard_model::{Entry, Program, RewardId, Timestamp, Window};

use super::{
    invariants,
    oracle::Oracle,
    programs::Calendar,
    steps::{Act, Jump, MEMBERS, Step},
};
use crate::ground::{adjust, at, order, points, refund};

pub struct World {
    program: Program,
    calendar: Calendar,
    now: Timestamp,
    members: Vec<Member>,
    taken: BTreeMap<RewardId, u64>,
    vouchers: u64,
}

#[derive(Default)]
struct Member {
    state: MemberState,
    entries: Vec<Entry>,
    oracle: Oracle,
}

impl World {
    pub fn new(program: Program, calendar: Calendar) -> Self {
        let members = (0..MEMBERS).map(|_| Member::default()).collect();
        Self { program, calendar, now: at("2023-12-01"), members, taken: BTreeMap::new(), vouchers: 0 }
    }

    /// Runs all steps and checks everything after each.
    pub fn run(&mut self, steps: &[Step]) -> TestCaseResult {
        for step in steps {
            self.jump(step);
            if let Some(command) = self.command(&step.act) {
                self.carry_out(step.member, &command)?;
                self.check(step.member, &command)?;
            }
        }
        self.members.iter().try_for_each(|member| invariants::entries_survive_storage(&member.entries))
    }

    fn jump(&mut self, step: &Step) {
        let member = &self.members[step.member].state;
        let Window::Rolling { days } = self.program.tiers.window else { panic!() };
        let edge = match step.jump {
            Jump::By(millis) => Some(self.now.plus_millis(millis)),
            Jump::ToExpiry(millis) => member
                .lots
                .iter()
                .filter_map(|lot| member.end_of(lot))
                .min()
                .map(|end| end.plus_millis(millis)),
            Jump::ToWindowEnd(millis) => {
                let ends = member.counted.values().map(|q| q.at.plus_days(i64::from(days)));
                ends.filter(|end| *end > self.now).min().map(|end| end.plus_millis(millis))
            }
        };
        self.now = edge.unwrap_or(self.now);
    }

    fn command(&mut self, act: &Act) -> Option<Command> {
        Some(match act {
            Act::Earn { order: id, lines, foreign_money } => {
                let lines: Vec<_> =
                    lines.iter().map(|(category, minor)| (category.unwrap_or(""), *minor)).collect();
                let money = if *foreign_money { "USD" } else { "EUR" };
                Command::Earn(order(&id.to_string(), money, &lines))
            }
            Act::Redeem { reward, price_off } => {
                self.vouchers += 1;
                let reward_id: RewardId = reward.to_string().try_into().unwrap();
                let price = self.program.reward(&reward_id).map_or(0, |reward| reward.price.get());
                let taken = self.taken.get(&reward_id).copied().unwrap_or_default();
                let redeem = Redeem {
                    reward_id,
                    price: points(price + price_off),
                    money_minor: 0,
                    reward: RewardState { taken, taken_in_period: 0 },
                    redemption_id: format!("r_{}", self.vouchers).try_into().unwrap(),
                };
                Command::Redeem { redeem, voucher_code: format!("V-{}", self.vouchers).try_into().unwrap() }
            }
            Act::Expire => Command::CatchUp,
            Act::Adjust { delta } => adjust(*delta),
            Act::Reverse { order } => refund(&order.to_string()),
            Act::ChangeExpiry(expiry) => {
                self.program.version += 1;
                self.program.expiry = expiry.clone();
                return None;
            }
        })
    }

    /// Decides and books a command, and compares with what the oracle does.
    fn carry_out(&mut self, member: usize, command: &Command) -> TestCaseResult {
        let member = &mut self.members[member];
        let context = Context::new(&self.program, &self.calendar, self.now);
        invariants::decisions_repeat(&context, &member.state, command)?;
        invariants::lazy_and_swept_agree(&context, &member.state, command)?;
        let now = self.now.max(member.state.last_at.unwrap_or(self.now));
        let decided = decide(&context, &member.state, command);
        let expected = member.oracle.refusals(&self.program, now, command).first().copied();
        prop_assert_eq!(decided.as_ref().err().copied(), expected, "{:?} at {}", command, now);
        let Ok(entries) = decided else { return Ok(()) };
        for entry in &entries {
            prop_assert!(entry.program_version == self.program.version);
            apply(&mut member.state, entry);
        }
        let odd = member.oracle.book(&self.program, now, command, &entries);
        prop_assert!(odd.is_empty(), "{:?}: {:?} brought {:#?}", odd, command, entries);
        member.entries.extend(entries);
        if let Command::Redeem { redeem, .. } = command {
            *self.taken.entry(redeem.reward_id.clone()).or_default() += 1;
        }
        Ok(())
    }

    fn check(&self, member: usize, command: &Command) -> TestCaseResult {
        let ledgers = || self.members.iter().map(|member| &member.entries);
        invariants::postings_sum_to_zero(ledgers())?;
        invariants::redemptions_are_exact(&self.program, &self.taken, ledgers())?;
        let Member { state, entries, oracle } = &self.members[member];
        let now = self.now.max(state.last_at.unwrap_or(self.now));
        invariants::balance_is_the_sum_of_entries(state, entries)?;
        invariants::available_is_the_sum_of_usable_lots(state, entries, now)?;
        invariants::nothing_is_ever_negative(entries)?;
        invariants::entries_are_only_added(entries)?;
        invariants::replay_gives_the_same_state(state, entries)?;
        prop_assert_eq!(available(state, self.now).get(), oracle.spendable(now), "after {:?}", command);
        self.check_standing(state, oracle, now)
    }

    fn check_standing(&self, state: &MemberState, oracle: &Oracle, now: Timestamp) -> TestCaseResult {
        let context = Context::new(&self.program, &self.calendar, self.now);
        let standing = standing(&context, state).expect("the program has tiers");
        let tiers = &self.program.tiers.tiers;
        let rank = oracle.rank(&self.program, now);
        let qualifying = oracle.qualifying(&self.program, now);
        prop_assert_eq!(&standing.tier.id, &tiers[rank].id);
        prop_assert_eq!(standing.qualifying.get(), qualifying);
        let next = tiers.get(rank + 1).map(|next| (next, points(next.threshold.get() - qualifying)));
        prop_assert_eq!(standing.next.map(|next| (next.tier, next.missing)), next);
        let keep = oracle.falls_at(&self.program, now).map(|falls_at| {
            let left = oracle.qualifying(&self.program, falls_at);
            (falls_at, points(standing.tier.threshold.get() - left))
        });
        prop_assert_eq!(standing.keep.map(|risk| (risk.until, risk.missing)), keep);
        Ok(())
    }
}
