//! What a member may earn now, rule by rule.

use stampcard_model::{
    EarnRule, EarnRuleKind, Limit, LimitOf, MissedReason, Period, Points, Progress, StreakStep,
};

use crate::{
    Context, MemberState, Tally,
    activity::comes_today,
    book::as_of,
    calendar::{day_after, period_start},
    conditions::Moment,
    occasion::{natural_limit, over_all, progress, room_of, tally_of_all, tally_of_rule},
};

/// A way to earn as it is for a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way<'a> {
    /// The rule.
    pub rule: &'a EarnRule,
    /// Why it gives nothing now, the size of an order aside.
    pub closed: Option<MissedReason>,
    /// What limits leave: the rule's nature, its own, then those over all rules.
    pub left: Vec<Left>,
    /// Days without a gap so far, where they count.
    pub streak: Option<StreakNow>,
    /// How far the goal is, where there is one.
    pub progress: Option<Progress>,
}

/// What a limit leaves the member in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Whose limit.
    pub by: LimitOf,
    /// In which period.
    pub period: Period,
    /// Points; none when they are not limited.
    pub points: Option<Points>,
    /// Times; none when they are not limited.
    pub times: Option<u64>,
}

/// Check-ins without a gap, up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreakNow {
    /// How many days; 0 when there was a gap, or when the count begins again.
    pub days: u32,
    /// Whether today is among them.
    pub today: bool,
}

/// Every rule of the program with what it means for the member now, in the program's order. An invitation is looked at from
/// the side of who invites.
///
/// An instant before the member's last entry is read as that entry's.
pub fn ways<'a>(context: &Context<'a>, member: &MemberState) -> Vec<Way<'a>> {
    let program = context.program;
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let member = as_of(&context, member);
    let moment = Moment::new(&context, &member);
    let over_all = over_all(&moment).err();
    let of_all =
        program.limits.per_member.iter().map(|limit| left(&moment, *limit, LimitOf::Member, tally_of_all));
    let of_all: Vec<Left> = of_all.collect();
    program.earn_rules.iter().map(|rule| way(&moment, rule, over_all.as_ref(), &of_all)).collect()
}

fn way<'a>(
    moment: &Moment<'_>,
    rule: &'a EarnRule,
    over_all: Option<&MissedReason>,
    of_all: &[Left],
) -> Way<'a> {
    let own = natural_limit(&rule.earn).into_iter().chain(rule.limits.iter().copied());
    let own = own.map(|limit| {
        left(moment, limit, LimitOf::Rule, |moment, since| tally_of_rule(moment, &rule.id, since))
    });
    let mut way = Way {
        rule,
        closed: moment.against(&rule.when).next(),
        left: own.chain(of_all.iter().copied()).collect(),
        streak: None,
        progress: None,
    };
    let mut other_day = false;
    match &rule.earn {
        EarnRuleKind::Goal { measure, period, .. } => {
            way.progress = Some(progress(moment, &rule.id, *measure, *period));
        }
        EarnRuleKind::Activity { activity, streak, span, .. } => {
            other_day = !comes_today(moment, *activity, *span);
            way.streak = (!streak.is_empty()).then(|| streak_now(moment, rule, streak));
        }
        EarnRuleKind::Spend { .. }
        | EarnRuleKind::Visit { .. }
        | EarnRuleKind::Bonus { .. }
        | EarnRuleKind::Referral { .. } => {}
    }
    let reached = match (&rule.earn, &way.progress) {
        (EarnRuleKind::Goal { repeats: false, .. }, Some(progress)) => progress.given > 0,
        (_, _) => false,
    };
    way.closed = way
        .closed
        .or(other_day.then_some(MissedReason::OtherDay))
        .or_else(|| over_all.cloned())
        .or_else(|| room_of(moment, rule).err())
        .or(reached.then_some(MissedReason::GoalReached));
    way
}

fn left(
    moment: &Moment<'_>,
    limit: Limit,
    by: LimitOf,
    had: impl Fn(&Moment<'_>, stampcard_model::Timestamp) -> Tally,
) -> Left {
    let Limit { period, points, times } = limit;
    let had = had(moment, period_start(moment.context.zone, moment.context.now, period));
    let had_points = Points::saturating_from(u128::from(had.points));
    Left {
        by,
        period,
        points: points.map(|points| points.saturating_sub(had_points)),
        times: times.map(|times| u64::from(times).saturating_sub(had.times)),
    }
}

fn streak_now(moment: &Moment<'_>, rule: &EarnRule, steps: &[StreakStep]) -> StreakNow {
    let last_step = steps.last().map_or(u32::MAX, |step| step.days);
    let Some(streak) = moment.member.streaks.get(&rule.id) else {
        return StreakNow { days: 0, today: false };
    };
    let last_day = moment.context.zone.date_at(streak.last_at);
    let today = last_day == moment.today;
    let unbroken = today || (day_after(last_day) == moment.today && streak.days < last_step);
    StreakNow { days: if unbroken { streak.days } else { 0 }, today }
}
