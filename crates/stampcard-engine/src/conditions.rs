//! Whether a condition holds for a member now.

use stampcard_model::{Bought, Condition, MissedReason, MonthDay, Refusal, Span, Stage, TierId, Timestamp};

use crate::{
    Context, MemberState,
    calendar::{Day, in_year, weekday},
    standing_of,
};

/// A member at an instant, as conditions see them.
pub(crate) struct Moment<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) member: &'a MemberState,
    pub(crate) today: Day,
    /// The tier they have; none without tiers.
    pub(crate) tier: Option<&'a TierId>,
}

impl<'a> Moment<'a> {
    /// `member` is caught up with `context.now`.
    pub(crate) fn new(context: &'a Context<'a>, member: &'a MemberState) -> Self {
        let tier = standing_of(context, member).map(|standing| &standing.tier.id);
        Self { context, member, today: context.zone.date_at(context.now), tier }
    }

    /// Everything in the condition that does not hold.
    pub(crate) fn against<'b>(&'b self, when: &'b Condition) -> impl Iterator<Item = MissedReason> + 'b {
        let profile = self.context.profile;
        let begun = when.starts_on.is_none_or(|starts_on| starts_on.parts() <= self.today);
        let over = when.ends_on.is_some_and(|ends_on| ends_on.parts() < self.today);
        let weekday = when.weekdays.is_empty() || when.weekdays.contains(&weekday(self.today));
        let tier = when.tiers.is_empty() || self.tier.is_some_and(|tier| when.tiers.contains(tier));
        let segment = when.segments.is_empty()
            || when.segments.iter().any(|segment| profile.segments.contains(segment));
        let stage = when.stages.is_empty() || when.stages.contains(&self.stage());
        let bought = when.bought.as_ref().is_none_or(|bought| self.has_bought(bought));
        let consents = when.consents.iter().all(|purpose| profile.consents.contains(purpose));
        let birthday =
            when.birthday.is_none_or(|span| profile.birthday.is_some_and(|day| self.is_on(day, span)));
        let failing = [
            (MissedReason::NotNow, !begun || over || !weekday),
            (MissedReason::OtherDay, !birthday),
            (MissedReason::OtherTier, !tier),
            (MissedReason::OtherMembers, !segment || !stage || !bought),
            (MissedReason::ConsentMissing, !consents),
        ];
        failing.into_iter().filter_map(|(reason, fails)| fails.then_some(reason))
    }

    /// Whether today is a day of every year, or in the month of one.
    pub(crate) fn is_on(&self, date: MonthDay, span: Span) -> bool {
        let (year, month, _) = self.today;
        let (_, its_month, _) = in_year(date, year);
        match span {
            Span::Day => in_year(date, year) == self.today,
            Span::Month => its_month == month,
        }
    }

    /// Where the member is in their life with the shop.
    pub(crate) fn stage(&self) -> Stage {
        let Context { program, profile, now, .. } = *self.context;
        let lifecycle = program.lifecycle;
        let ago = |at: Timestamp, days: u16| at.plus_days(i64::from(days)) <= now;
        match self.member.last_order_at {
            None => Stage::Prospect,
            Some(last) if ago(last, lifecycle.lapsed_days) => Stage::Lapsed,
            Some(last) if ago(last, lifecycle.at_risk_days) => Stage::AtRisk,
            Some(_) if profile.joined_at.is_some_and(|joined| !ago(joined, lifecycle.new_days)) => Stage::New,
            Some(_) => Stage::Active,
        }
    }

    fn has_bought(&self, bought: &Bought) -> bool {
        let since = days_before(self.context.now, bought.days);
        let counted = || self.member.counted.values().filter(move |counted| counted.at >= since);
        let orders: u128 = counted().map(|counted| u128::from(counted.orders)).sum();
        let spend: u128 = counted().map(|counted| u128::from(counted.spend_minor)).sum();
        bought.orders.is_none_or(|least| orders >= u128::from(least))
            && bought.spend_minor.is_none_or(|least| spend >= u128::from(least))
    }
}

/// The first instant of the last `days` times 24 hours: what is so old is just out.
pub(crate) const fn days_before(now: Timestamp, days: u16) -> Timestamp {
    now.plus_days(-(days as i64)).plus_millis(1)
}

/// What a member is told whom a condition keeps from something.
pub(crate) const fn refusal(reason: &MissedReason) -> Refusal {
    match reason {
        MissedReason::NotNow | MissedReason::OtherDay => Refusal::NotOpen,
        MissedReason::OtherTier => Refusal::TierRequired,
        MissedReason::OtherMembers => Refusal::NotEligible,
        MissedReason::ConsentMissing => Refusal::ConsentRequired,
        MissedReason::TooSmall { .. } => Refusal::OrderTooSmall,
        MissedReason::LimitReached { .. }
        | MissedReason::Used
        | MissedReason::GoalAhead { .. }
        | MissedReason::GoalReached
        | MissedReason::NothingCounts
        | MissedReason::RoundedToNothing
        | MissedReason::Unrecognized => Refusal::EarnLimitReached,
    }
}
