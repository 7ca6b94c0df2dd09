//! One member: the points they have, all that ever happened to them, and what time does.

use std::collections::BTreeSet;

use stampcard_model::{Bought, Condition, Expiry, GoalMeasure, Measure, Order, Program, Refusal, Stage};

use super::{
    calendar::{DAY, Zone, civil, day_of, days_in, plus_months, weekday},
    earning::{Gift, Occasion},
    people::Person,
    tiers::Standing,
};

/// Points with the same past and the same future.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Which booking they came with, counted from 0.
    pub booking: usize,
    pub points: u64,
    pub wait: Option<Wait>,
    pub end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    Until(i64),
    Fulfilled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Never,
    At(i64),
    Inactivity,
}

/// An order or an activity that earned.
#[derive(Clone, Debug)]
pub struct Booking {
    pub name: String,
    pub at: i64,
    pub gifts: Vec<Gift>,
    /// What is left of an order; none for an activity.
    pub order: Option<Order>,
    /// Whether all of it came back.
    pub back: bool,
    /// The version of the program that booked it.
    pub version: u32,
    pub occasion: Occasion,
}

impl Booking {
    pub fn points(&self) -> u64 {
        self.gifts.iter().map(|gift| gift.points).sum()
    }

    pub fn goods(&self) -> u64 {
        self.order.iter().flat_map(|order| &order.lines).map(|line| line.amount_minor).sum()
    }

    /// An order of which some line was not returned.
    pub fn is_kept_order(&self) -> bool {
        !self.back && self.order.as_ref().is_some_and(|order| !order.lines.is_empty())
    }
}

/// A redemption, named by its step.
#[derive(Clone, Debug)]
pub struct Redemption {
    pub step: usize,
    pub reward: String,
    pub at: i64,
    pub price: u64,
    pub paid: Vec<Parcel>,
    /// What its voucher is worth, where the price or an event says.
    pub worth: Option<u64>,
    pub voucher_expires_at: Option<i64>,
    pub minimum_order_minor: u64,
    pub cancel_until: Option<i64>,
    /// How long points can be spent that come back after their end, as it was when they were paid.
    pub grace_days: u16,
    /// The merchant is to approve it.
    pub held: bool,
    /// Its place among the vouchers of all members.
    pub issued: Option<usize>,
    pub used: bool,
    pub cancelled: bool,
}

pub struct Member {
    pub joined_at: i64,
    pub person: Person,
    pub parcels: Vec<Parcel>,
    pub owed: u64,
    pub bookings: Vec<Booking>,
    pub redemptions: Vec<Redemption>,
    /// When points end that live while the member is active.
    pub active_until: i64,
    pub standing: Standing,
    /// Offers that were taken up.
    pub offers: BTreeSet<String>,
}

impl Member {
    pub fn new(joined_at: i64) -> Self {
        Self {
            joined_at,
            person: Person::default(),
            parcels: Vec::new(),
            owed: 0,
            bookings: Vec::new(),
            redemptions: Vec::new(),
            active_until: i64::MAX,
            standing: Standing::new(joined_at),
            offers: BTreeSet::new(),
        }
    }

    pub fn end_of(&self, parcel: &Parcel) -> Option<i64> {
        match parcel.end {
            End::Never => None,
            End::At(at) => Some(at),
            End::Inactivity => Some(self.active_until),
        }
    }

    pub fn available(&self) -> u64 {
        self.parcels.iter().filter(|parcel| parcel.wait.is_none()).map(|parcel| parcel.points).sum()
    }

    pub fn pending(&self) -> u64 {
        self.parcels.iter().filter(|parcel| parcel.wait.is_some()).map(|parcel| parcel.points).sum()
    }

    /// Redemptions that wait for the merchant.
    pub fn held(&self) -> impl Iterator<Item = &Redemption> {
        self.redemptions.iter().filter(|one| one.held)
    }

    /// The points that expire next, and when.
    pub fn expiring(&self) -> Option<(u64, i64)> {
        let spendable = || self.parcels.iter().filter(|parcel| parcel.wait.is_none() && parcel.points > 0);
        let next = spendable().filter_map(|parcel| self.end_of(parcel)).min()?;
        let together = spendable().filter(|parcel| self.end_of(parcel) == Some(next));
        Some((together.map(|parcel| parcel.points).sum(), next))
    }

    /// Does all that time does by `now`, one thing after the other.
    pub fn live_until(&mut self, program: &Program, zone: Zone, now: i64) {
        loop {
            let waits = self.parcels.iter().filter_map(|parcel| match parcel.wait {
                Some(Wait::Until(at)) => Some((at, 0)),
                Some(Wait::Fulfilled) | None => None,
            });
            let spendable = self.parcels.iter().filter(|parcel| parcel.wait.is_none());
            let ends = spendable.filter_map(|parcel| self.end_of(parcel)).map(|at| (at, 1));
            let tier = self.tier_changes_at(program, zone).map(|at| (at, 2));
            let Some((at, what)) = waits.chain(ends).chain(tier).min().filter(|(at, _)| *at <= now) else {
                return;
            };
            match what {
                0 => {
                    self.let_go(Wait::Until(at), None);
                    // Some may have waited longer than they live.
                    self.expire(at);
                    self.settle(at);
                    self.after(program, zone, at, false);
                }
                1 => self.expire(at),
                _ => self.change_tier(program, zone),
            }
        }
    }

    fn expire(&mut self, at: i64) {
        let (active_until, parcels) = (self.active_until, &mut self.parcels);
        parcels.retain(|parcel| {
            let ended = match parcel.end {
                End::Never => false,
                End::At(end) => end <= at,
                End::Inactivity => active_until <= at,
            };
            parcel.wait.is_some() || !ended
        });
    }

    /// Lets parcels be spent that wait for this; how many points these are.
    pub fn let_go(&mut self, wait: Wait, booking: Option<usize>) -> u64 {
        let waiting = self.parcels.iter_mut().filter(|parcel| {
            parcel.wait == Some(wait) && booking.is_none_or(|booking| parcel.booking == booking)
        });
        let mut points = 0;
        for parcel in waiting {
            parcel.wait = None;
            points += parcel.points;
        }
        points
    }

    /// Pays what is owed with what can be spent.
    pub fn settle(&mut self, now: i64) {
        let alive: u64 =
            self.parcels.iter().filter(|p| self.can_pay(p, now)).map(|parcel| parcel.points).sum();
        let paid = self.owed.min(alive);
        self.take(paid, now);
        self.owed -= paid;
    }

    fn can_pay(&self, parcel: &Parcel, now: i64) -> bool {
        parcel.points > 0 && parcel.wait.is_none() && self.end_of(parcel).is_none_or(|end| end > now)
    }

    /// Takes spendable points: those that end first, then the oldest; those that never end come last.
    pub fn take(&mut self, points: u64, now: i64) -> Vec<Parcel> {
        let mut taken: Vec<Parcel> = Vec::new();
        let mut left = points;
        while left > 0 {
            let order = |parcel: &Parcel| (self.end_of(parcel).unwrap_or(i64::MAX), parcel.booking);
            let indices = (0..self.parcels.len()).filter(|index| self.can_pay(&self.parcels[*index], now));
            let first = indices.min_by_key(|index| order(&self.parcels[*index])).unwrap();
            taken.push(self.take_from(first, &mut left));
        }
        self.parcels.retain(|parcel| parcel.points > 0);
        taken
    }

    /// Takes points that came with a booking and that can be spent, or those of them that wait; how many there were.
    pub fn take_own(&mut self, points: u64, booking: usize, waiting: bool) -> u64 {
        let mut left = points;
        for index in 0..self.parcels.len() {
            if self.parcels[index].booking == booking && self.parcels[index].wait.is_some() == waiting {
                self.take_from(index, &mut left);
            }
        }
        self.parcels.retain(|parcel| parcel.points > 0);
        points - left
    }

    fn take_from(&mut self, index: usize, left: &mut u64) -> Parcel {
        let parcel = &mut self.parcels[index];
        let points = parcel.points.min(*left);
        parcel.points -= points;
        *left -= points;
        Parcel { points, ..parcel.clone() }
    }

    /// When points end that are earned now.
    pub fn end_of_new(program: &Program, zone: Zone, now: i64) -> End {
        match &program.expiry {
            Expiry::Never => End::Never,
            Expiry::AfterMonths { months, round_up } => End::At(zone.end_after(now, *months, *round_up)),
            Expiry::OnDates { dates, least_months } => {
                let from = plus_months(zone.day(now), *least_months);
                let year = civil(from).0;
                let days = (year..=year + 1).flat_map(|year| {
                    dates.iter().map(move |date| {
                        let (month, day) = date.parts();
                        day_of(year, month, day.min(days_in(year, month)))
                    })
                });
                End::At(zone.begins(days.filter(|day| *day >= from).min().unwrap() + 1))
            }
            Expiry::Inactivity { .. } => End::Inactivity,
        }
    }

    /// The member earned or redeemed.
    pub fn was_active(&mut self, program: &Program, zone: Zone, now: i64) {
        if let Expiry::Inactivity { months } = program.expiry {
            self.active_until = zone.end_after(now, months, None);
        }
    }

    pub fn stage(&self, program: &Program, now: i64) -> Stage {
        let days = |days: u16| i64::from(days) * DAY;
        let orders = self.bookings.iter().filter(|booking| booking.order.is_some());
        match orders.map(|booking| booking.at).max() {
            None => Stage::Prospect,
            Some(last) if now - last >= days(program.lifecycle.lapsed_days) => Stage::Lapsed,
            Some(last) if now - last >= days(program.lifecycle.at_risk_days) => Stage::AtRisk,
            Some(_) if now - self.joined_at < days(program.lifecycle.new_days) => Stage::New,
            Some(_) => Stage::Active,
        }
    }

    /// Why a condition does not hold; none when it does.
    pub fn closed(&self, program: &Program, zone: Zone, now: i64, when: &Condition) -> Option<Refusal> {
        let today = zone.day(now);
        let day = |date: stampcard_model::Date| {
            let (year, month, day) = date.parts();
            day_of(year, month, day)
        };
        let begun = when.starts_on.is_none_or(|first| day(first) <= today);
        let over = when.ends_on.is_some_and(|last| day(last) < today);
        let weekday = when.weekdays.is_empty() || when.weekdays.contains(&weekday(today));
        let birthday = when.birthday.is_none_or(|span| self.person.has_birthday(zone, now, span));
        if !begun || over || !weekday || !birthday {
            return Some(Refusal::NotOpen);
        }
        let tier = &program.tiers.tiers[self.rank(program, zone, now)].id;
        if !when.tiers.is_empty() && !when.tiers.contains(tier) {
            return Some(Refusal::TierRequired);
        }
        let stage = when.stages.is_empty() || when.stages.contains(&self.stage(program, now));
        let bought = when.bought.is_none_or(|bought| self.has_bought(bought, now));
        let mut segments = when.segments.iter();
        if !stage
            || !bought
            || !when.segments.is_empty() && !segments.any(|one| self.person.belongs_to(one.as_str()))
        {
            return Some(Refusal::NotEligible);
        }
        let consents = when.consents.iter().all(|purpose| self.person.consents_to(purpose.as_str()));
        (!consents).then_some(Refusal::ConsentRequired)
    }

    fn has_bought(&self, Bought { days, orders, spend_minor }: Bought, now: i64) -> bool {
        let since = now - i64::from(days) * DAY;
        let lately = || self.bookings.iter().filter(|b| b.is_kept_order() && b.at > since);
        let enough = orders.is_none_or(|orders| lately().count() >= usize::try_from(orders).unwrap());
        enough && spend_minor.is_none_or(|minor| lately().map(Booking::goods).sum::<u64>() >= minor)
    }

    /// What counts for a goal that was booked from an instant on.
    pub fn towards(&self, measure: GoalMeasure, since: i64) -> u64 {
        let orders = self.bookings.iter().filter(|b| b.is_kept_order() && b.at >= since);
        match measure {
            GoalMeasure::Orders => orders.count() as u64,
            GoalMeasure::Spend => orders.map(Booking::goods).sum(),
        }
    }

    /// What counts for tiers that was booked from an instant on.
    pub fn measured(&self, measure: Measure, since: i64) -> u64 {
        let bookings = || self.bookings.iter().filter(|booking| !booking.back && booking.at >= since);
        match measure {
            Measure::PointsEarned => {
                let gifts = bookings().flat_map(|booking| &booking.gifts).filter(|gift| gift.counts_for_tier);
                gifts.map(|gift| gift.points).sum()
            }
            Measure::Spend => bookings().map(Booking::goods).sum(),
            Measure::Orders => bookings().filter(|booking| booking.is_kept_order()).count() as u64,
            Measure::PointsHeld => self.available(),
        }
    }
}
