//! Members, their ledgers and the stock they share, under a sequence of steps.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{prop_assert, prop_assert_eq, test_runner::TestCaseResult};
use stampcard_engine::{
    Command, Context, MemberState, Profile, Redeem, RewardState, apply, available, decide, standing,
};
use stampcard_model::{Entry, EntryBody, MonthDay, Nudges, Program, RewardId, Timestamp, Window};

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
    met: BTreeSet<String>,
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
        Self {
            program,
            calendar,
            now: at("2023-12-01"),
            members,
            taken: BTreeMap::new(),
            vouchers: 0,
            met: BTreeSet::new(),
        }
    }

    /// Runs all steps and checks what must be true at every instant after each, what a ledger never forgets in the end.
    pub fn run(&mut self, steps: &[Step]) -> TestCaseResult {
        for step in steps {
            self.jump(step);
            if let Some(command) = self.command(&step.act) {
                self.carry_out(step.member, &command)?;
                self.check_now(step.member)?;
            }
        }
        self.check_history()
    }

    /// The ledgers of all members.
    pub fn ledgers(&self) -> impl Iterator<Item = &Vec<Entry>> {
        self.members.iter().map(|member| &member.entries)
    }

    /// The refusals, kinds of entries and rarer things that this world came across.
    pub fn met(&self) -> impl Iterator<Item = &str> {
        self.met.iter().map(String::as_str)
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
        self.met.extend(expected.map(|refusal| refusal.to_string()));
        let Ok(entries) = decided else { return Ok(()) };
        self.met.extend(entries.iter().flat_map(remarkable));
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

    fn check_now(&self, member: usize) -> TestCaseResult {
        let Member { state, entries, oracle } = &self.members[member];
        let now = self.now.max(state.last_at.unwrap_or(self.now));
        invariants::balance_is_the_sum_of_entries(state, entries)?;
        invariants::available_is_the_sum_of_usable_lots(state, entries, now)?;
        invariants::replay_gives_the_same_state(state, entries)?;
        prop_assert_eq!(available(state, self.now).get(), oracle.spendable(now));
        self.check_standing(state, oracle, now)
    }

    /// Checks that members are reminded as `nudges` says, from now on until nothing is to come.
    pub fn check_reminders(&mut self, nudges: Nudges) -> TestCaseResult {
        self.program.nudges = nudges;
        let profile = Profile { birthday: MonthDay::new(2, 29).ok(), ..Profile::default() };
        for Member { state, .. } in &self.members {
            let context = Context::new(&self.program, &self.calendar, self.now);
            let context = Context { profile: &profile, ..context };
            invariants::reminders_are_due_when_they_are_said_to_be(&context, state)?;
        }
        Ok(())
    }

    fn check_history(&self) -> TestCaseResult {
        invariants::postings_sum_to_zero(self.ledgers())?;
        invariants::redemptions_are_exact(&self.program, &self.taken, self.ledgers())?;
        for entries in self.ledgers() {
            invariants::nothing_is_ever_negative(entries)?;
            invariants::entries_are_only_added(entries)?;
        }
        Ok(())
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

/// The kind of an entry, and what is rare about it.
fn remarkable(entry: &Entry) -> impl Iterator<Item = String> {
    let rare = match &entry.body {
        EntryBody::Accrual { points, .. } => points.is_zero().then_some("order without points"),
        EntryBody::Redemption { draws, .. } => (draws.len() > 1).then_some("several lots paid"),
        EntryBody::Expiry { draws, .. } => (draws.len() > 1).then_some("several lots expired together"),
        EntryBody::Adjustment { delta, .. } => (*delta < 0).then_some("points taken by hand"),
        EntryBody::Reversal { shortfall, .. } => (!shortfall.is_zero()).then_some("shortfall"),
        EntryBody::Activation { .. }
        | EntryBody::Hold { .. }
        | EntryBody::Release { .. }
        | EntryBody::Cancellation { .. }
        | EntryBody::Settlement { .. }
        | EntryBody::TierChange { .. }
        | EntryBody::OfferActivation { .. } => None,
    };
    [Some(format!("{:?}", entry.body.kind())), rare.map(str::to_owned)].into_iter().flatten()
}
