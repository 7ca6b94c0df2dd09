//! The whole ledger of a program, the slow and simple way: what each step should be answered with.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use stampcard_model::{
    Activation, Activity, ActivityKind, EarnRule, EarnRuleKind, Limit, LimitOf, Offer, OfferGives, Order,
    Pending, Period, Points, Program, Refusal, Timestamp,
};
use stampcard_server::settings::Velocity;

use super::{
    calendar::{DAY, Zone, civil},
    earning::{Gift, Occasion, Room, brings, cut, earn},
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
    issued: Vec<(i64, u64)>,
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
    fn happened(&mut self, who: usize, now: i64, came_back: bool) {
        let member = &mut self.members[who];
        member.settle(now);
        member.live_until(&self.program, self.zone, now);
        member.after(&self.program, self.zone, now, came_back);
    }

    /// What an order or activity finds.
    pub(super) fn occasion(&self, who: usize, now: i64) -> Occasion {
        let (program, member) = (&self.program, &self.members[who]);
        let on = |when| member.closed(program, self.zone, now, when).is_none();
        let rules = program.earn_rules.iter().filter(|rule| on(&rule.when) && self.left(who, now, rule));
        let multipliers = program.multipliers.iter().filter(|one| on(&one.when));
        let offers = program.offers.iter().filter(|offer| {
            let used = member.bookings.iter().filter(|booking| {
                let gives =
                    |gift: &Gift| gift.rule == offer.id.as_str() || gift.offers.contains(offer.id.as_str());
                booking.gifts.iter().any(gives)
            });
            let left = used.count() < usize::try_from(offer.uses).unwrap();
            let given = !offer.assigned || member.person.was_given(offer.id.as_str());
            given
                && (offer.activation == Activation::Automatic || member.offers.contains(offer.id.as_str()))
                && !matches!(offer.gives, OfferGives::Points { .. })
                && on(&offer.when)
                && left
        });
        let names = rules.map(|rule| rule.id.to_string()).chain(multipliers.map(|one| one.id.to_string()));
        let mut all: BTreeSet<String> = names.chain(offers.map(|offer| offer.id.to_string())).collect();
        if self.all_exhausted(who, now) {
            all.clear();
        }
        let progress = program.earn_rules.iter().filter_map(|rule| {
            let EarnRuleKind::Goal { measure, period, .. } = &rule.earn else { return None };
            let since = self.zone.period(*period, now).0;
            let given = member.bookings.iter().filter(|booking| booking.at >= since);
            let given = given.flat_map(|b| &b.gifts).filter(|gift| gift.rule == rule.id.as_str());
            let left = rule.limits.iter().filter_map(|limit| {
                let had = self.times(who, now, limit, |gift| gift.rule == rule.id.as_str());
                limit.times.map(|most| u64::from(most).saturating_sub(had))
            });
            let left = left.min().unwrap_or(u64::MAX);
            let progress = (member.towards(*measure, since), given.map(|gift| gift.times).sum(), left);
            Some((rule.id.to_string(), progress))
        });
        let tier = member.rank(program, self.zone, now);
        let (rooms, progress, invitation) =
            (self.rooms(who, now), progress.collect(), self.invitation_of(who));
        Occasion { tier, on: all, rooms, progress, invitation }
    }

    /// Whether the rule's limits leave another time.
    fn left(&self, who: usize, now: i64, rule: &EarnRule) -> bool {
        !self.exhausted(who, now, &rule.limits, |gift| gift.rule == rule.id.as_str())
    }

    /// Whether the member has earned as often as the limits over all rules allow.
    fn all_exhausted(&self, who: usize, now: i64) -> bool {
        self.program.limits.per_member.iter().any(|limit| {
            let since = self.zone.period(limit.period, now).0;
            let lately = self.members[who].bookings.iter().filter(|booking| booking.at >= since);
            let times = lately.filter(|booking| booking.points() > 0).count();
            limit.times.is_some_and(|most| times >= usize::try_from(most).unwrap())
        })
    }

    /// Whether something was given as often as a limit allows.
    fn exhausted(&self, who: usize, now: i64, limits: &[Limit], counts: impl Fn(&Gift) -> bool) -> bool {
        limits.iter().any(|limit| {
            limit.times.is_some_and(|most| self.times(who, now, limit, &counts) >= u64::from(most))
        })
    }

    /// How often something was given in the period of a limit: once an order, but a goal as often as it was reached.
    fn times(&self, who: usize, now: i64, limit: &Limit, counts: impl Fn(&Gift) -> bool) -> u64 {
        let since = self.zone.period(limit.period, now).0;
        let lately = self.members[who].bookings.iter().filter(|booking| booking.at >= since);
        let times = |booking: &Booking| {
            booking.gifts.iter().filter(|gift| counts(gift)).map(|gift| gift.times.max(1)).max()
        };
        lately.filter_map(times).sum()
    }

    /// How many points each limit leaves.
    fn rooms(&self, who: usize, now: i64) -> Vec<Room> {
        let mut rooms = Vec::new();
        let mut room = |by: LimitOf, rule: Option<&EarnRule>, period: Period, most: Points| {
            let since = self.zone.period(period, now).0;
            let name = rule.map(|rule| rule.id.to_string());
            let used: u64 = if by == LimitOf::Program {
                self.issued.iter().filter(|(at, _)| *at >= since).map(|(_, points)| points).sum()
            } else {
                let lately = self.members[who].bookings.iter().filter(|booking| booking.at >= since);
                let gifts = lately.flat_map(|booking| &booking.gifts);
                let mine = gifts.filter(|gift| name.as_ref().is_none_or(|name| gift.rule == *name));
                mine.map(|gift| gift.points).sum()
            };
            rooms.push(Room { rule: name, points: most.get().saturating_sub(used) });
        };
        for rule in &self.program.earn_rules {
            for limit in &rule.limits {
                limit.points.iter().for_each(|most| room(LimitOf::Rule, Some(rule), limit.period, *most));
            }
        }
        for limit in &self.program.limits.per_member {
            limit.points.iter().for_each(|most| room(LimitOf::Member, None, limit.period, *most));
        }
        if let Some(cap) = self.program.limits.issued {
            room(LimitOf::Program, None, cap.period, cap.points);
        }
        rooms
    }

    fn does(&mut self, who: usize, now: i64, activity: &Activity, claimed: bool) -> Answer {
        let claimable = matches!(
            activity.kind,
            ActivityKind::Anniversary
                | ActivityKind::ProfileCompleted
                | ActivityKind::Survey
                | ActivityKind::CheckIn
                | ActivityKind::Birthday
        );
        if claimed && !claimable {
            return Err(Refusal::ActivityNotFound);
        }
        let name = format!("activity {}", activity.id);
        let known = self.members[who].bookings.iter().any(|booking| booking.name == name);
        let mut refusals = BTreeSet::new();
        let mut gifts = Vec::new();
        for rule in &self.program.earn_rules {
            let EarnRuleKind::Activity { activity: kind, code, points, streak, .. } = &rule.earn else {
                continue;
            };
            if *kind != activity.kind || (code.is_some() && *code != activity.code) {
                continue;
            }
            let closed = self.members[who].closed(&self.program, self.zone, now, &rule.when);
            let days = self.streak(who, now, rule);
            let reasons: Vec<Refusal> = closed.into_iter().chain(self.not_again(who, now, rule)).collect();
            if reasons.is_empty() {
                let extra = streak.iter().filter(|step| step.days == days).map(|step| step.points.get());
                let points = points.get() + extra.sum::<u64>();
                let counts_for_tier = rule.counts_for_tier;
                let rule = rule.id.to_string();
                gifts.push(Gift { rule, points, counts_for_tier, streak: days, ..Gift::default() });
            }
            refusals.extend(reasons);
        }
        if known {
            return Err(Refusal::ActivityAlreadyBooked);
        }
        if gifts.is_empty() {
            return Err(refusals.first().copied().unwrap_or(Refusal::ActivityNotFound));
        }
        let occasion = self.occasion(who, now);
        // What has no room left is refused, and were it a check-in that gives nothing today.
        gifts.retain(|gift| occasion.is_on(&gift.rule) && occasion.has_room(&gift.rule));
        let gifts = cut(gifts, &occasion.rooms);
        if gifts.is_empty() {
            refusals.insert(Refusal::EarnLimitReached);
            return Err(*refusals.first().unwrap());
        }
        let version = self.program.version;
        let booking = Booking { name, at: now, gifts, order: None, back: false, version, occasion };
        let mut answer = self.book(who, now, booking, None);
        answer.push(("/activity_id", json!(activity.id)));
        Ok(answer)
    }

    /// Why a rule gives nothing for an activity today.
    fn not_again(&self, who: usize, now: i64, rule: &EarnRule) -> Option<Refusal> {
        let EarnRuleKind::Activity { activity, span, .. } = &rule.earn else { panic!() };
        let member = &self.members[who];
        if *activity == ActivityKind::Birthday && !member.person.has_birthday(self.zone, now, *span) {
            return Some(Refusal::NotOpen);
        }
        let since = match activity {
            ActivityKind::SignUp
            | ActivityKind::Newsletter
            | ActivityKind::SocialFollow
            | ActivityKind::ProfileCompleted => i64::MIN,
            ActivityKind::Birthday | ActivityKind::Anniversary => self.zone.period(Period::Year, now).0,
            ActivityKind::CheckIn => self.zone.period(Period::Day, now).0,
            _ => i64::MAX,
        };
        if *activity == ActivityKind::Anniversary {
            let ((joined, month, day), today) =
                (civil(self.zone.day(member.joined_at)), civil(self.zone.day(now)));
            let day = day.min(super::calendar::days_in(today.0, month));
            let same_day = *span == stampcard_model::Span::Month || today.2 == day;
            if today.0 == joined || today.1 != month || !same_day {
                return Some(Refusal::NotOpen);
            }
        }
        let earned = member.bookings.iter().filter(|booking| booking.at >= since);
        let again = earned.flat_map(|booking| &booking.gifts).any(|gift| gift.rule == rule.id.as_str());
        (again || !self.left(who, now, rule)).then_some(Refusal::EarnLimitReached)
    }

    /// How many days without a gap a check-in of today makes.
    fn streak(&self, who: usize, now: i64, rule: &EarnRule) -> u32 {
        let EarnRuleKind::Activity { streak, .. } = &rule.earn else { panic!() };
        let yesterday = self.zone.day(now) - 1;
        let bookings = self.members[who].bookings.iter();
        let came = bookings.filter(|booking| self.zone.day(booking.at) == yesterday);
        let before = came.flat_map(|booking| &booking.gifts).find(|gift| gift.rule == rule.id.as_str());
        match (before, streak.last()) {
            (Some(before), Some(last)) if before.streak < last.days => before.streak + 1,
            _ => 1,
        }
    }

    fn take_up(&mut self, who: usize, now: i64, id: &str, code: Option<&str>) -> Answer {
        let given = |offer: &Offer| !offer.assigned || self.members[who].person.was_given(id);
        let offer = self.program.offers.iter().find(|offer| offer.id.as_str() == id && given(offer));
        let offer = offer.ok_or(Refusal::OfferNotFound)?.clone();
        let member = &self.members[who];
        if member.offers.contains(id) {
            return Err(Refusal::OfferAlreadyActivated);
        }
        if let Activation::Code { code: asked } = &offer.activation
            && code.map(str::to_uppercase) != Some(asked.as_str().to_uppercase())
        {
            return Err(Refusal::OfferCodeWrong);
        }
        if let Some(closed) = member.closed(&self.program, self.zone, now, &offer.when) {
            return Err(closed);
        }
        let OfferGives::Points { points } = offer.gives else {
            if offer.activation != Activation::Automatic {
                self.members[who].offers.insert(id.to_owned());
                self.happened(who, now, false);
            }
            let balance_after = json!(self.members[who].available());
            return Ok(vec![("/points", json!(0)), ("/balance_after", balance_after)]);
        };
        let gift =
            Gift { rule: id.to_owned(), points: points.get(), counts_for_tier: true, ..Gift::default() };
        let occasion = self.occasion(who, now);
        let rooms: Vec<Room> = occasion.rooms.iter().filter(|room| room.rule.is_none()).cloned().collect();
        let gifts = cut(vec![gift], &rooms);
        if self.all_exhausted(who, now) || gifts.is_empty() {
            return Err(Refusal::EarnLimitReached);
        }
        self.members[who].offers.insert(id.to_owned());
        let (name, version) = (format!("offer {id}"), self.program.version);
        let booking = Booking { name, at: now, gifts, order: None, back: false, version, occasion };
        let mut answer = self.book(who, now, booking, None);
        answer.retain(|(place, _)| ["/points", "/balance_after"].contains(place));
        Ok(answer)
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

    /// What follows from a change of a member's points that was made elsewhere.
    pub fn changed(&mut self, who: usize, now: i64, came_back: bool) {
        self.happened(who, now, came_back);
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
