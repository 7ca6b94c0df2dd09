//! The whole ledger of a program, the slow and simple way: what each step should be answered with.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stampcard_model::{Activation, OfferGives, Order, Pending, Program, Refusal, Timestamp};
use stampcard_server::settings::Velocity;

use super::{
    calendar::{DAY, Zone},
    earning::{Gift, brings, earn},
    member::{Booking, End, Member, Parcel, Wait},
    people::Invitation,
    script::{Act, Script, Step},
};

/// What a step is answered with: by its place, each value that must be there.
pub type Answer = Result<Vec<(&'static str, Value)>, Refusal>;

pub struct Model {
    /// The version in force.
    pub program: Program,
    /// Every version by its number, from 1.
    pub versions: Vec<Program>,
    pub velocity: Velocity,
    pub zone: Zone,
    /// Everybody who ever was a member. Who is erased and enrolls again begins another life.
    pub members: Vec<Member>,
    /// The life of each person who is a member now.
    pub present: Vec<Option<usize>>,
    pub invitations: Vec<Invitation>,
    /// Points that were given to anybody, and when.
    pub issued: Vec<(i64, u64)>,
    /// How many vouchers there are.
    pub vouchers: usize,
}

impl Model {
    pub fn new(script: &Script) -> Self {
        let versions = [Some(&script.program), script.next.as_ref()].into_iter().flatten();
        let versions: Vec<Program> =
            versions.map(|version| serde_json::from_value(version.clone()).unwrap()).collect();
        let program = versions[0].clone();
        let zone = Zone::named(&program.time_zone);
        let members = (0..script.members).map(|_| Member::new(script.begins)).collect();
        let present = (0..script.members).map(Some).collect();
        Self {
            program,
            versions,
            velocity: script.velocity,
            zone,
            members,
            present,
            invitations: Vec::new(),
            issued: Vec::new(),
            vouchers: 0,
        }
    }

    /// The version of an instant comes into force, and time does what it does under it.
    pub fn live_until(&mut self, now: i64) {
        let begun = |version: &&Program| version.effective_at.is_none_or(|at| at.as_millis() <= now);
        let last = self.versions.iter().rfind(begun).unwrap_or(&self.versions[0]);
        if last.version != self.program.version {
            self.program = last.clone();
        }
        for member in &mut self.members {
            member.live_until(&self.program, self.zone, now);
        }
    }

    /// The version that something was booked under.
    pub(super) fn version_of(&self, booking: &Booking) -> &Program {
        self.versions.iter().find(|program| program.version == booking.version).unwrap()
    }

    /// Carries out a step; none when the answer is that of another step.
    pub fn carry_out(&mut self, step: &Step) -> Option<Answer> {
        let now = step.at;
        self.live_until(now);
        let answer = match &step.act {
            Act::Refund { order, returned } => self.refund(now, order, returned.as_ref()),
            Act::Fulfill { order } => self.fulfill(now, order),
            Act::Tell(told) => self.tell(step.member, now, told),
            Act::Erase => self.erase(step.member, now),
            Act::Use { redemption, goods } => self.use_voucher(now, *redemption, *goods),
            Act::Review { redemption, approved } => self.review(now, *redemption, *approved),
            Act::Sweep => {
                self.give(now);
                return None;
            }
            Act::Again { .. } | Act::Reuse { .. } | Act::Look => return None,
            _ => match self.present[step.member] {
                Some(who) => self.does_something(who, step),
                None => Err(Refusal::MemberNotFound),
            },
        };
        Some(answer)
    }

    /// What only members do.
    fn does_something(&mut self, who: usize, step: &Step) -> Answer {
        let now = step.at;
        match &step.act {
            Act::Order(order) => self.order(who, now, order),
            Act::Does { activity, claimed } => self.does(who, now, activity, *claimed),
            Act::TakeUp { offer, code } => self.take_up(who, now, offer, code.as_deref()),
            Act::Adjust { delta } => self.adjust(who, now, *delta),
            Act::Redeem { reward, price, money } => self.redeem(who, step, reward, *price, *money),
            Act::Cancel { redemption } => self.cancel(who, now, *redemption),
            Act::Birthday(day) => self.tell_birthday(who, now, *day),
            Act::Decide { purpose, granted } => self.decide(who, purpose, *granted),
            Act::Assign { offer, given } => self.assign(who, offer, *given),
            Act::Follow { advocate } => self.follow(who, *advocate),
            act => panic!("{act} is nothing that members do"),
        }
    }

    /// What the member sees of what they have.
    pub fn seen(&self, person: usize, now: i64) -> Value {
        let Some(who) = self.present[person] else { return json!(Refusal::MemberNotFound.code()) };
        let (member, program) = (&self.members[who], &self.program);
        let rank = member.rank(program, self.zone, now);
        let qualifying = member.qualifying(program, self.zone, now);
        let next =
            program.tiers.tiers.get(rank + 1).map(
                |tier| json!({"tier": tier.id, "missing": tier.threshold.get().saturating_sub(qualifying)}),
            );
        let held: u64 = member.held().map(|one| one.price).sum();
        json!({
            "available": member.available(), "pending": member.pending(), "held": held, "owed": member.owed,
            "expiring": member.expiring().map(|(points, at)| json!({"points": points, "expires_at": instant(at)})),
            "tier": program.tiers.tiers[rank].id, "qualifying": qualifying, "next": next,
            "until": member.standing.held.until.map(instant),
        })
    }

    pub fn order_of(&self, order: &str) -> Option<(usize, usize)> {
        let name = format!("order {order}");
        let all = self.members.iter().enumerate();
        let mut all = all.flat_map(|(who, member)| (0..member.bookings.len()).map(move |at| (who, at)));
        all.find(|(who, at)| self.members[*who].bookings[*at].name == name)
    }

    pub fn tier_after(&self, who: usize, now: i64) -> Value {
        json!(self.program.tiers.tiers[self.members[who].rank(&self.program, self.zone, now)].id)
    }

    fn order(&mut self, who: usize, now: i64, order: &Order) -> Answer {
        if self.order_of(order.id.as_str()).is_some() {
            return Err(Refusal::OrderAlreadyBooked);
        }
        if order.money != self.program.money {
            return Err(Refusal::MoneyMismatch);
        }
        let occasion = self.occasion(who, now);
        let gifts = earn(&self.program, &occasion, order);
        let wait = self.wait_of(now);
        let invitation = occasion.invitation.filter(|_| brings(&self.program, &occasion, order));
        let booking = Booking {
            name: format!("order {}", order.id),
            at: now,
            gifts,
            order: Some(order.clone()),
            back: false,
            version: self.program.version,
            occasion,
        };
        let mut answer = self.book(who, now, booking, wait);
        if let Some(invitation) = invitation {
            self.reward(now, invitation, order);
        }
        answer.push(("/tier_after", self.tier_after(who, now)));
        answer.push(("/order_id", json!(order.id)));
        Ok(answer)
    }

    /// What the points of an order wait for.
    pub(super) fn wait_of(&self, ordered_at: i64) -> Option<Wait> {
        match self.program.pending {
            Pending::None => None,
            Pending::Days { days } => Some(Wait::Until(ordered_at + i64::from(days) * DAY)),
            Pending::Fulfilled => Some(Wait::Fulfilled),
        }
    }

    /// Writes down what was earned.
    pub(super) fn book(
        &mut self,
        who: usize,
        now: i64,
        booking: Booking,
        wait: Option<Wait>,
    ) -> Vec<(&'static str, Value)> {
        let member = &mut self.members[who];
        let points = booking.points();
        let gifts = told(&booking.gifts);
        let end = Member::end_of_new(&self.program, self.zone, now);
        member.bookings.push(booking);
        if points > 0 {
            let parcel = Parcel { booking: member.bookings.len() - 1, points, wait, end };
            member.was_active(&self.program, self.zone, now);
            member.parcels.push(parcel);
        }
        let expires_at = match end {
            End::At(at) => Some(at),
            End::Inactivity => Some(member.active_until),
            End::Never => None,
        };
        self.issued.push((now, points));
        self.happened(who, now, false);
        vec![
            ("/points", json!(points)),
            ("/accruals", gifts),
            ("/expires_at", json!(expires_at.filter(|_| points > 0).map(instant))),
            ("/pending", if wait.is_some() && points > 0 { json!(true) } else { Value::Null }),
            ("/balance_after", json!(self.members[who].available())),
        ]
    }

    /// What follows from anything that happened.
    pub(super) fn happened(&mut self, who: usize, now: i64, came_back: bool) {
        let member = &mut self.members[who];
        member.settle(now);
        member.live_until(&self.program, self.zone, now);
        member.after(&self.program, self.zone, now, came_back);
    }

    /// Gives the points that nobody asks for.
    pub fn give(&mut self, now: i64) {
        let unasked = self.program.offers.iter().filter(|offer| {
            offer.activation == Activation::Automatic && matches!(offer.gives, OfferGives::Points { .. })
        });
        let unasked: Vec<String> = unasked.map(|offer| offer.id.to_string()).collect();
        for who in self.present.clone().into_iter().flatten() {
            for offer in &unasked {
                // Who may not have it now may have it another time.
                let _ = self.take_up(who, now, offer, None);
            }
        }
    }

    fn adjust(&mut self, who: usize, now: i64, delta: i64) -> Answer {
        let points = delta.unsigned_abs();
        let member = &mut self.members[who];
        if delta < 0 {
            if member.available() < points {
                return Err(Refusal::InsufficientPoints);
            }
            member.take(points, now);
        } else {
            let end = Member::end_of_new(&self.program, self.zone, now);
            let occasion = self.occasion(who, now);
            let (name, version) = (String::new(), self.program.version);
            let member = &mut self.members[who];
            let gifts = Vec::new();
            member.bookings.push(Booking {
                name,
                at: now,
                gifts,
                order: None,
                back: false,
                version,
                occasion,
            });
            member.was_active(&self.program, self.zone, now);
            member.parcels.push(Parcel { booking: member.bookings.len() - 1, points, wait: None, end });
        }
        self.happened(who, now, false);
        Ok(vec![("/delta", json!(delta)), ("/balance_after", json!(self.members[who].available()))])
    }

    fn fulfill(&mut self, now: i64, order: &str) -> Answer {
        let (who, booking) = self.order_of(order).ok_or(Refusal::OrderNotFound)?;
        let points = self.members[who].let_go(Wait::Fulfilled, Some(booking));
        self.happened(who, now, false);
        if let Some((advocate, reward)) = self.reward_of(&self.members[who].bookings[booking]) {
            self.members[advocate].let_go(Wait::Fulfilled, Some(reward));
            self.happened(advocate, now, false);
        }
        let mut answer = vec![("/balance_after", json!(self.members[who].available()))];
        // Whether points that time lets go at this very instant are counted depends on who writes it down first.
        if self.wait_of(self.members[who].bookings[booking].at) != Some(Wait::Until(now)) {
            answer.push(("/points", json!(points)));
        }
        Ok(answer)
    }
}

/// Points by rule.
fn told(gifts: &[Gift]) -> Value {
    let mut by_rule: BTreeMap<&str, u64> = BTreeMap::new();
    for gift in gifts {
        *by_rule.entry(&gift.rule).or_default() += gift.points;
    }
    by_rule.retain(|_, points| *points > 0);
    json!(by_rule)
}

pub fn instant(at: i64) -> Value {
    json!(Timestamp::from_millis(at))
}
