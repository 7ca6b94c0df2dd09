//! Who members are, what they decide, whom they invite, and how they are forgotten.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use stampcard_model::{EarnRuleKind, MonthDay, Order, Refusal, Span};

use super::{
    calendar::{DAY, Zone, civil, days_in},
    earning::{Gift, brings, cut},
    member::{Booking, Member},
    model::{Answer, Model},
    script::Told,
};

/// After how long a birthday counts that was another before.
const CHANGED_BIRTHDAY: i64 = 365 * DAY;

/// What is known of a member besides their points.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// From when on it counts.
    birthday: Option<(MonthDay, i64)>,
    segments: BTreeSet<String>,
    household: Option<String>,
    /// What was decided last for each purpose.
    decided: BTreeMap<String, bool>,
    /// Offers that were given to them alone.
    given: BTreeSet<String>,
}

impl Person {
    fn wants_nothing_personal(&self) -> bool {
        self.decided.get("personalization") == Some(&false)
    }

    pub fn belongs_to(&self, segment: &str) -> bool {
        !self.wants_nothing_personal() && self.segments.contains(segment)
    }

    pub fn consents_to(&self, purpose: &str) -> bool {
        self.decided.get(purpose) == Some(&true)
    }

    pub fn was_given(&self, offer: &str) -> bool {
        !self.wants_nothing_personal() && self.given.contains(offer)
    }

    /// Whether it is the birthday, or its month.
    pub fn has_birthday(&self, zone: Zone, now: i64, span: Span) -> bool {
        let (year, month, day) = civil(zone.day(now));
        let counting = self.birthday.filter(|(_, from)| *from <= now);
        counting.is_some_and(|(date, _)| {
            let (its_month, its_day) = date.parts();
            its_month == month && (span == Span::Month || its_day.min(days_in(year, month)) == day)
        })
    }

    /// When the birthday begins in the year of a day.
    pub fn birthday_in(&self, zone: Zone, now: i64) -> Option<i64> {
        let (month, day) = self.birthday?.0.parts();
        let year = civil(zone.day(now)).0;
        Some(zone.begins(super::calendar::day_of(year, month, day.min(days_in(year, month)))))
    }
}

/// That somebody followed somebody else, by the numbers of their lives.
#[derive(Clone, Debug)]
pub struct Invitation {
    advocate: usize,
    friend: usize,
    stands: bool,
    /// The friend's order that rewarded it.
    pub order: Option<String>,
    taken_back: bool,
}

impl Model {
    /// The merchant says who somebody is, and enrolls them when they are not.
    pub(super) fn tell(&mut self, person: usize, now: i64, told: &Told) -> Answer {
        let life = self.present[person].unwrap_or_else(|| {
            self.members.push(Member::new(now));
            self.members.len() - 1
        });
        self.present[person] = Some(life);
        let known = &mut self.members[life].person;
        if let Some(day) = told.birthday {
            known.birthday = match known.birthday {
                Some((before, from)) if before == day => Some((before, from)),
                Some(_) => Some((day, now + CHANGED_BIRTHDAY)),
                None => Some((day, now)),
            };
        }
        if let Some(segments) = &told.segments {
            known.segments = segments.iter().cloned().collect();
        }
        known.household = told.household.clone().or(known.household.take());
        Ok(vec![
            ("/birthday", json!(known.birthday.map(|(day, _)| day))),
            ("/segments", if known.segments.is_empty() { Value::Null } else { json!(known.segments) }),
            ("/household", json!(known.household)),
        ])
    }

    pub(super) fn tell_birthday(&mut self, who: usize, now: i64, day: MonthDay) -> Answer {
        let known = &mut self.members[who].person;
        if known.birthday.is_some_and(|(before, _)| before != day) {
            return Err(Refusal::BirthdayAlreadyTold);
        }
        known.birthday.get_or_insert((day, now));
        Ok(vec![("/birthday", json!(day))])
    }

    pub(super) fn decide(&mut self, who: usize, purpose: &str, granted: bool) -> Answer {
        self.members[who].person.decided.insert(purpose.to_owned(), granted);
        Ok(vec![("/purpose", json!(purpose)), ("/granted", json!(granted))])
    }

    /// An offer that is for whom it is given to is given, or taken away.
    pub(super) fn assign(&mut self, who: usize, offer: &str, given: bool) -> Answer {
        let singly = self.program.offers.iter().any(|one| one.id.as_str() == offer && one.assigned);
        let known = &mut self.members[who].person;
        if !singly {
            return Err(Refusal::OfferNotFound);
        }
        if given {
            known.given.insert(offer.to_owned());
        } else {
            known.given.remove(offer);
        }
        Ok(vec![("/offer_id", json!(offer)), ("/given", json!(given))])
    }

    pub(super) fn follow(&mut self, friend: usize, advocate: usize) -> Answer {
        let rules = &mut self.program.earn_rules.iter();
        let invites = rules.any(|rule| matches!(rule.earn, EarnRuleKind::Referral { .. }));
        let advocate = self.present[advocate].filter(|_| invites).ok_or(Refusal::ReferralNotFound)?;
        let mut standing = self.invitations.iter().filter(|one| one.stands);
        if standing.clone().any(|one| one.friend == friend) {
            return Err(Refusal::AlreadyReferred);
        }
        let household = |life: usize| self.members[life].person.household.as_ref();
        let ordered = self.members[friend].bookings.iter().any(|booking| booking.order.is_some());
        let fault = if friend == advocate {
            Some("same_member")
        } else if household(friend).is_some() && household(friend) == household(advocate) {
            Some("same_household")
        } else if standing.any(|one| (one.advocate, one.friend) == (friend, advocate)) {
            Some("each_other")
        } else {
            ordered.then_some("friend_not_new")
        };
        let stands = fault.is_none();
        self.invitations.push(Invitation { advocate, friend, stands, order: None, taken_back: false });
        Ok(vec![("/state", json!(if stands { "open" } else { "refused" })), ("/fault", json!(fault))])
    }

    /// The invitation that an order of the member may reward yet.
    pub fn invitation_of(&self, friend: usize) -> Option<usize> {
        let open = |one: &Invitation| one.friend == friend && one.stands && one.order.is_none();
        self.invitations.iter().position(open)
    }

    /// Rewards who invited the member.
    pub(super) fn reward(&mut self, now: i64, invitation: usize, order: &Order) {
        let one = &mut self.invitations[invitation];
        one.order = Some(order.id.to_string());
        let advocate = one.advocate;
        if !self.present.contains(&Some(advocate)) {
            return;
        }
        let occasion = self.occasion(advocate, now);
        let rules = self.program.earn_rules.iter().filter(|rule| occasion.is_on(rule.id.as_str()));
        let gifts = rules.filter_map(|rule| match rule.earn {
            EarnRuleKind::Referral { advocate, .. } if !advocate.is_zero() => Some(Gift {
                rule: rule.id.to_string(),
                points: advocate.get(),
                counts_for_tier: rule.counts_for_tier,
                ..Gift::default()
            }),
            _ => None,
        });
        let gifts = cut(gifts.filter(|gift| occasion.has_room(&gift.rule)).collect(), &occasion.rooms);
        if !gifts.is_empty() {
            let name = name(invitation);
            let version = self.program.version;
            let booking = Booking { name, at: now, gifts, order: None, back: false, version, occasion };
            self.book(advocate, now, booking, self.wait_of(now));
        }
    }

    /// Takes the advocate's reward back when what is left of the friend's order would not have brought it.
    pub(super) fn unreward(&mut self, now: i64, booking: &Booking, rest: Option<&Order>) {
        let Some(invitation) = self.rewarded_by(booking) else { return };
        let still = rest.is_some_and(|rest| brings(self.version_of(booking), &booking.occasion, rest));
        if still || self.invitations[invitation].taken_back {
            return;
        }
        self.invitations[invitation].taken_back = true;
        if let Some((who, index)) = self.booking_of(invitation) {
            self.take_back(who, index, now, Vec::new(), None);
        }
    }

    /// What of the advocate waits for an order of the friend to be fulfilled.
    pub(super) fn reward_of(&self, booking: &Booking) -> Option<(usize, usize)> {
        self.booking_of(self.rewarded_by(booking)?)
    }

    fn rewarded_by(&self, booking: &Booking) -> Option<usize> {
        let order = booking.order.as_ref()?.id.as_str();
        self.invitations.iter().position(|one| one.order.as_deref() == Some(order))
    }

    fn booking_of(&self, invitation: usize) -> Option<(usize, usize)> {
        let advocate = self.invitations[invitation].advocate;
        let mut bookings = self.members[advocate].bookings.iter();
        Some((advocate, bookings.position(|booking| booking.name == name(invitation))?))
    }

    /// What became of whom somebody invited, newest first.
    pub fn friends(&self, advocate: usize) -> Value {
        let mine = self.invitations.iter().enumerate().rev();
        let mine = mine.filter(|(_, one)| one.advocate == advocate && one.stands);
        let friends = mine.map(|(index, one)| {
            let state = match &one.order {
                _ if one.taken_back => "taken_back",
                Some(_) => "rewarded",
                None => "open",
            };
            let gave = self.booking_of(index).map_or(0, |(who, at)| self.members[who].bookings[at].points());
            json!([state, gave])
        });
        friends.collect()
    }

    /// Whatever the member has is written off, and nobody is behind it any more.
    pub(super) fn erase(&mut self, person: usize, now: i64) -> Answer {
        if let Some(who) = self.present[person].take() {
            for index in 0..self.members[who].redemptions.len() {
                if self.members[who].redemptions[index].held {
                    self.put_back(who, index, now);
                }
            }
            let member = &mut self.members[who];
            member.parcels.clear();
            member.owed = 0;
            let decided = std::mem::take(&mut member.person.decided);
            member.person = Person { decided, ..Person::default() };
            self.happened(who, now, false);
        }
        Ok(Vec::new())
    }
}

fn name(invitation: usize) -> String {
    format!("invitation {invitation}")
}
