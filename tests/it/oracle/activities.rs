//! What members do besides ordering, and the offers they take up.

use std::collections::BTreeSet;

use serde_json::json;
use stampcard_model::{
    Activation, Activity, ActivityKind, EarnRule, EarnRuleKind, Offer, OfferGives, Period, Refusal, Span,
};

use super::{
    calendar::{civil, days_in},
    earning::{Gift, Room, cut},
    member::Booking,
    model::{Answer, Model},
};

impl Model {
    pub(super) fn does(&mut self, who: usize, now: i64, activity: &Activity, claimed: bool) -> Answer {
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
            let day = day.min(days_in(today.0, month));
            let same_day = *span == Span::Month || today.2 == day;
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

    pub(super) fn take_up(&mut self, who: usize, now: i64, id: &str, code: Option<&str>) -> Answer {
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
}
