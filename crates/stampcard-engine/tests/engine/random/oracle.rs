//! The ledger again, the slow and simple way: every point is a coin with its own life, and money is counted off.

use std::collections::{BTreeMap, BTreeSet};

use stampcard_engine::Command;
use stampcard_model::{
    EarnRuleKind, Entry, EntryBody, Order, OrderId, Program, Ratio, Refusal, RewardId, Rounding, Timestamp,
    Window,
};

/// One point.
#[derive(Clone, Copy)]
struct Coin {
    lot: u64,
    expires_at: Option<Timestamp>,
}

struct Booked {
    lot: u64,
    at: Timestamp,
    points: u64,
    refunded: bool,
}

/// What one member should have.
#[derive(Default)]
pub struct Oracle {
    purse: Vec<Coin>,
    orders: BTreeMap<OrderId, Booked>,
    units: BTreeMap<RewardId, u64>,
}

impl Oracle {
    pub fn spendable(&self, now: Timestamp) -> u64 {
        self.purse.iter().filter(|coin| coin.alive(now)).count() as u64
    }

    /// The sum in the window at an instant.
    pub fn qualifying(&self, program: &Program, now: Timestamp) -> u64 {
        let counts = |order: &&Booked| {
            let age = now.as_millis() - order.at.as_millis();
            !order.refunded && (0..window_ms(program)).contains(&age)
        };
        self.orders.values().filter(counts).map(|order| order.points).sum()
    }

    /// The place of the tier at an instant.
    pub fn rank(&self, program: &Program, now: Timestamp) -> usize {
        let qualifying = self.qualifying(program, now);
        program.tiers.tiers.iter().take_while(|tier| tier.threshold.get() <= qualifying).count() - 1
    }

    /// When the tier of `now` is lost if nothing more is earned.
    pub fn falls_at(&self, program: &Program, now: Timestamp) -> Option<Timestamp> {
        let rank = self.rank(program, now);
        let ends: BTreeSet<Timestamp> =
            self.orders.values().map(|order| order.at.plus_millis(window_ms(program))).collect();
        ends.into_iter().filter(|end| *end > now).find(|end| self.rank(program, *end) < rank)
    }

    /// Every refusal that applies; the first is the one to be told.
    pub fn refusals(&self, program: &Program, now: Timestamp, command: &Command) -> BTreeSet<Refusal> {
        let mut refusals = BTreeSet::new();
        let mut check = |applies: bool, refusal| {
            if applies {
                refusals.insert(refusal);
            }
        };
        match command {
            Command::CatchUp => {}
            Command::Earn(order) => {
                check(self.orders.contains_key(&order.id), Refusal::OrderAlreadyBooked);
                check(order.money != program.money, Refusal::MoneyMismatch);
            }
            Command::Redeem {
                redeem: stampcard_engine::Redeem { reward_id, price, reward: shared, .. },
                ..
            } => {
                let Some(reward) = program.rewards.iter().find(|reward| reward.id == *reward_id) else {
                    return [Refusal::RewardNotFound].into();
                };
                let had = self.units.get(reward_id).copied().unwrap_or(0);
                let tiers_up_to_mine = &program.tiers.tiers[..=self.rank(program, now)];
                let allowed =
                    reward.tier.as_ref().is_none_or(|tier| tiers_up_to_mine.iter().any(|t| t.id == *tier));
                check(!allowed, Refusal::TierRequired);
                check(
                    reward.per_member_limit.is_some_and(|most| had + 1 > most),
                    Refusal::MemberLimitReached,
                );
                check(reward.stock.is_some_and(|stock| shared.taken + 1 > stock), Refusal::OutOfStock);
                check(reward.price != *price, Refusal::PriceChanged);
                check(self.spendable(now) < reward.price.get(), Refusal::InsufficientPoints);
            }
            Command::Adjust { delta, .. } => {
                let after = i128::from(self.spendable(now)) + i128::from(*delta);
                check(after < 0, Refusal::InsufficientPoints);
                check(after >= 1 << 53, Refusal::PointsOutOfRange);
            }
            Command::Reverse { source, .. } => {
                let stampcard_model::Source::Order { order_id } = source else { panic!() };
                check(!self.orders.contains_key(order_id), Refusal::OrderNotFound);
                let refunded = self.orders.get(order_id).is_some_and(|order| order.refunded);
                check(refunded, Refusal::OrderAlreadyRefunded);
            }
            _ => panic!(),
        }
        refusals
    }

    /// Does what the command asks, with coins; what is odd about the entries that the engine wrote.
    ///
    /// From an entry it takes its place and the end of its lot only: calendars are checked elsewhere.
    pub fn book(
        &mut self,
        program: &Program,
        now: Timestamp,
        command: &Command,
        entries: &[Entry],
    ) -> Vec<String> {
        let mut odd = Vec::new();
        let mut check = |fits: bool, what: &str| {
            if !fits {
                odd.push(what.to_owned());
            }
        };
        let multiplier = program.tiers.tiers[self.rank(program, now)].multiplier.0;
        let dead: Vec<Coin> = self.purse.iter().copied().filter(|coin| !coin.alive(now)).collect();
        self.purse.retain(|coin| coin.alive(now));
        let expiries = entries.iter().filter(|entry| matches!(entry.body, EntryBody::Expiry { .. }));
        check(draws_of(expiries.clone()) == counted(&dead), "other points expired");
        let ends: BTreeSet<_> = dead.iter().map(|coin| coin.expires_at).collect();
        check(
            expiries.map(|e| Some(e.occurred_at)).eq(ends),
            "expiries are not one an instant, dated with it",
        );

        let last = entries.last().filter(|entry| !matches!(entry.body, EntryBody::Expiry { .. }));
        let Some(entry) = last else {
            check(*command == Command::CatchUp, "nothing was booked");
            return odd;
        };
        match (command, &entry.body) {
            (Command::Earn(order), EntryBody::Accrual { source, accruals, points, expires_at, .. }) => {
                let told: BTreeMap<_, _> = accruals
                    .iter()
                    .map(|a| {
                        (
                            (a.rule_id.to_string(), a.category.as_ref().map(ToString::to_string)),
                            a.points.get(),
                        )
                    })
                    .collect();
                let expected = earned(program, multiplier, order);
                check(accruals.len() == told.len() && told == expected, "other points were earned");
                check(points.get() == expected.values().sum::<u64>(), "the sum is another");
                check(*source == crate::ground::order_source(order.id.as_str()), "another order");
                self.mint(entry.seq, points.get(), *expires_at);
                let booked = Booked { lot: entry.seq, at: now, points: points.get(), refunded: false };
                self.orders.insert(order.id.clone(), booked);
            }
            (
                Command::Redeem { redeem: stampcard_engine::Redeem { reward_id, price, .. }, .. },
                EntryBody::Redemption { draws: _, .. },
            ) => {
                check(self.pay(price.get(), None) == draws_of([entry]), "other lots paid");
                *self.units.entry(reward_id.clone()).or_default() += 1;
            }
            (Command::Adjust { delta, .. }, EntryBody::Adjustment { expires_at, .. }) if *delta >= 0 => {
                self.mint(entry.seq, delta.unsigned_abs(), *expires_at);
            }
            (Command::Adjust { delta, .. }, EntryBody::Adjustment { .. }) => {
                check(self.pay(delta.unsigned_abs(), None) == draws_of([entry]), "other lots paid");
            }
            (Command::Reverse { source, .. }, EntryBody::Reversal { reverses, points, shortfall, .. }) => {
                let stampcard_model::Source::Order { order_id } = source else { panic!() };
                let order = self.orders.get_mut(order_id).expect("the order is known");
                order.refunded = true;
                let (lot, owed) = (order.lot, order.points);
                let taken = owed.min(self.purse.len() as u64);
                check(self.pay(taken, Some(lot)) == draws_of([entry]), "other lots gave");
                check(*reverses == lot, "another accrual is reversed");
                check(
                    (points.get(), shortfall.get()) == (taken, owed - taken),
                    "other points were taken back",
                );
            }
            _ => check(false, "the entry is not what the command asked"),
        }
        odd
    }

    fn mint(&mut self, lot: u64, points: u64, expires_at: Option<Timestamp>) {
        self.purse.extend((0..points).map(|_| Coin { lot, expires_at }));
    }

    /// Takes coins one by one, each time the one to go first; how many of each lot.
    fn pay(&mut self, points: u64, own_lot: Option<u64>) -> BTreeMap<u64, u64> {
        let mut paid = Vec::new();
        for _ in 0..points {
            let first = (0..self.purse.len()).reduce(|best, next| {
                if self.purse[next].goes_before(&self.purse[best], own_lot) { next } else { best }
            });
            paid.push(self.purse.swap_remove(first.expect("there are enough coins")));
        }
        counted(&paid)
    }
}

impl Coin {
    fn alive(&self, now: Timestamp) -> bool {
        match self.expires_at {
            Some(end) => end > now,
            None => true,
        }
    }

    fn goes_before(&self, other: &Self, own_lot: Option<u64>) -> bool {
        let own = |coin: &Self| own_lot == Some(coin.lot);
        if own(self) != own(other) {
            return own(self);
        }
        match (self.expires_at, other.expires_at) {
            (Some(mine), Some(theirs)) if mine != theirs => mine < theirs,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            _ => self.lot < other.lot,
        }
    }
}

fn counted(coins: &[Coin]) -> BTreeMap<u64, u64> {
    let mut counted = BTreeMap::new();
    for coin in coins {
        *counted.entry(coin.lot).or_default() += 1;
    }
    counted
}

/// All that some entries say they drew, by lot.
pub fn draws_of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> BTreeMap<u64, u64> {
    let mut drawn = BTreeMap::new();
    for entry in entries {
        for draw in entry.body.draws() {
            *drawn.entry(draw.lot).or_default() += draw.points.get();
        }
    }
    drawn
}

fn window_ms(program: &Program) -> i64 {
    let Window::Rolling { days } = program.tiers.window else { panic!() };
    i64::from(days) * 24 * 60 * 60 * 1_000
}

/// Points by rule and category.
fn earned(program: &Program, multiplier: u32, order: &Order) -> BTreeMap<(String, Option<String>), u64> {
    let mut earned = BTreeMap::new();
    for rule in &program.earn_rules {
        let EarnRuleKind::Spend { ratio, categories, .. } = &rule.earn else { panic!() };
        let listed = |line: &stampcard_model::Line| {
            categories.iter().find(|c| line.category == Some(c.category.clone()))
        };
        let mut give = |category: Option<String>, ratio: Ratio, amounts: Vec<u64>| {
            if !amounts.is_empty() {
                let points = counted_off(amounts.iter().sum(), ratio, multiplier, program.currency.rounding);
                earned.insert((rule.id.to_string(), category), points);
            }
        };
        for own in categories {
            let lines = order.lines.iter().filter(|line| listed(line) == Some(own));
            give(Some(own.category.to_string()), own.ratio, lines.map(|line| line.amount_minor).collect());
        }
        let others = order.lines.iter().filter(|line| listed(line).is_none());
        give(None, *ratio, others.map(|line| line.amount_minor).collect());
    }
    earned
}

/// Points as coins are counted off: one for each full price of a point, and the rest as the rounding says.
fn counted_off(minor: u64, ratio: Ratio, multiplier: u32, rounding: Rounding) -> u64 {
    let point_costs = u64::from(ratio.per_minor) * 10_000;
    let mut left = minor * u64::from(ratio.points) * u64::from(multiplier);
    let mut points = 0;
    while left >= point_costs {
        left -= point_costs;
        points += 1;
    }
    match rounding {
        Rounding::Floor => points,
        Rounding::HalfUp if left >= point_costs - left => points + 1,
        Rounding::HalfUp => points,
        Rounding::Ceil if left == 0 => points,
        Rounding::Ceil => points + 1,
    }
}
