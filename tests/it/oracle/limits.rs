//! What an order or activity finds: what is open to the member, and how much room each limit leaves.

use std::collections::BTreeSet;

use stampcard_model::{Activation, EarnRule, EarnRuleKind, Limit, LimitOf, OfferGives, Period, Points};

use super::{
    earning::{Gift, Occasion, Room},
    member::Booking,
    model::Model,
};

impl Model {
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
    pub(super) fn left(&self, who: usize, now: i64, rule: &EarnRule) -> bool {
        !self.exhausted(who, now, &rule.limits, |gift| gift.rule == rule.id.as_str())
    }

    /// Whether the member has earned as often as the limits over all rules allow.
    pub(super) fn all_exhausted(&self, who: usize, now: i64) -> bool {
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
}
