//! What activities and invitations earn.

use stampcard_model::{
    Activity, ActivityKind, Basis, EarnRule, EarnRuleKind, Missed, MissedReason, Occasion, Points,
    ReferralId, ReferralSide, Refusal, RuleId, Span, StreakStep,
};

use crate::{
    Context, Earning, MemberState,
    book::as_of,
    calendar::{day_after, months_after},
    conditions::{Moment, refusal},
    earn::{cut, flat},
    occasion::{over_all, room_of},
};

/// What an activity earns now, and why: one accrual a rule that is about it, in the order of the rules. It does not matter
/// whether the activity was booked before.
///
/// An instant before the member's last entry is read as that entry's.
pub fn earn_activity(context: &Context<'_>, member: &MemberState, activity: &Activity) -> Earning {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let member = as_of(&context, member);
    by_activity(&Moment::new(&context, &member), activity)
}

/// [`earn_activity`], at a moment.
pub(crate) fn by_activity(moment: &Moment<'_>, activity: &Activity) -> Earning {
    let rules = moment.context.program.earn_rules.iter();
    collect(moment, rules, |rule| match &rule.earn {
        EarnRuleKind::Activity { activity: kind, code, points, streak, span } => {
            let its_own = *kind == activity.kind
                && code.as_ref().is_none_or(|code| activity.code.as_ref() == Some(code));
            its_own.then(|| {
                if !comes_today(moment, *kind, *span) {
                    return Err(MissedReason::OtherDay);
                }
                let days = (!streak.is_empty()).then(|| streak_days(moment, &rule.id, streak));
                let on_top = streak
                    .iter()
                    .find(|step| Some(step.days) == days)
                    .map_or(Points::ZERO, |step| step.points);
                let basis = Basis::Activity { activity: *kind, code: activity.code.clone(), streak: days };
                Ok((basis, points.saturating_add(on_top)))
            })
        }
        EarnRuleKind::Spend { .. }
        | EarnRuleKind::Visit { .. }
        | EarnRuleKind::Bonus { .. }
        | EarnRuleKind::Goal { .. }
        | EarnRuleKind::Referral { .. } => None,
    })
}

/// What who invited earns for the friend's first order.
pub(crate) fn by_referral(moment: &Moment<'_>, referral_id: &ReferralId) -> Earning {
    let rules = moment.context.program.earn_rules.iter();
    collect(moment, rules, |rule| match &rule.earn {
        EarnRuleKind::Referral { advocate, friend: _ } if !advocate.is_zero() => {
            let basis = Basis::Referral { referral_id: referral_id.clone(), side: ReferralSide::Advocate };
            Some(Ok((basis, *advocate)))
        }
        EarnRuleKind::Referral { .. }
        | EarnRuleKind::Spend { .. }
        | EarnRuleKind::Visit { .. }
        | EarnRuleKind::Bonus { .. }
        | EarnRuleKind::Goal { .. }
        | EarnRuleKind::Activity { .. } => None,
    })
}

/// Points for taking up an offer.
pub(crate) fn by_offer(
    moment: &Moment<'_>,
    rule_id: RuleId,
    basis: Basis,
    points: Points,
) -> Result<Earning, Refusal> {
    let rooms = over_all(moment).map_err(|reason| refusal(&reason))?;
    let mut accruals = vec![flat(moment.context.program, &rule_id, basis, points)];
    cut(&mut accruals, &Occasion { rooms, ..Occasion::default() });
    Ok(Earning { accruals, missed: Vec::new() })
}

/// Whether something is given, or what the member is told instead: `unknown` when no rule is about it. A check-in may
/// count for a streak before it gives points.
pub(crate) fn given(earning: &Earning, unknown: Refusal) -> Result<(), Refusal> {
    if !earning.accruals.is_empty() {
        return Ok(());
    }
    Err(earning.missed.iter().map(|missed| refusal(&missed.reason)).min().unwrap_or(unknown))
}

/// Asks each rule that is about something what it gives, and cuts it to what limits leave.
fn collect<'a>(
    moment: &Moment<'_>,
    rules: impl Iterator<Item = &'a EarnRule>,
    ask: impl Fn(&EarnRule) -> Option<Result<(Basis, Points), MissedReason>>,
) -> Earning {
    let over_all = over_all(moment);
    let mut earning = Earning::default();
    let mut occasion = Occasion { rooms: over_all.clone().unwrap_or_default(), ..Occasion::default() };
    for rule in rules {
        let Some(asked) = ask(rule) else { continue };
        let open = match (moment.against(&rule.when).next(), asked) {
            (Some(MissedReason::NotNow), _) => Err(MissedReason::NotNow),
            (_, Err(another_day)) => Err(another_day),
            (closed, asked) => closed.map_or(asked, Err),
        };
        let open = open.and_then(|asked| Ok((asked, over_all.as_ref().map_err(Clone::clone)?)));
        match open.and_then(|(asked, _)| Ok((room_of(moment, rule)?, asked))) {
            Ok((room, (basis, points))) => {
                occasion.rooms.extend(room);
                earning.accruals.push(flat(moment.context.program, &rule.id, basis, points));
            }
            Err(reason) => earning.missed.push(Missed { rule_id: rule.id.clone(), reason }),
        }
    }
    cut(&mut earning.accruals, &occasion);
    earning
}

/// Whether today is the day for it: birthdays and anniversaries have theirs, anniversaries from the first year on.
pub(crate) fn comes_today(moment: &Moment<'_>, kind: ActivityKind, span: Span) -> bool {
    let profile = moment.context.profile;
    match kind {
        ActivityKind::Birthday => profile.birthday.is_some_and(|birthday| moment.is_on(birthday, span)),
        ActivityKind::Anniversary => profile.joined_at.is_some_and(|joined_at| {
            let (year, month, day) = moment.context.zone.date_at(joined_at);
            let years = moment.today.0.saturating_sub(year);
            let (_, its_month, its_day) = months_after((year, month, day), years.saturating_mul(12));
            let (_, this_month, this_day) = moment.today;
            let on = match span {
                Span::Day => (its_month, its_day) == (this_month, this_day),
                Span::Month => its_month == this_month,
            };
            years >= 1 && on
        }),
        ActivityKind::SignUp
        | ActivityKind::Newsletter
        | ActivityKind::Review
        | ActivityKind::PhotoReview
        | ActivityKind::SocialFollow
        | ActivityKind::SocialShare
        | ActivityKind::ProfileCompleted
        | ActivityKind::Survey
        | ActivityKind::CheckIn
        | ActivityKind::Custom
        | ActivityKind::Unrecognized => true,
    }
}

/// How many days without a gap a check-in today makes. After the last step the count begins again.
fn streak_days(moment: &Moment<'_>, rule_id: &RuleId, steps: &[StreakStep]) -> u32 {
    let last_step = steps.last().map_or(u32::MAX, |step| step.days);
    let before = moment.member.streaks.get(rule_id);
    let unbroken = before.filter(|streak| {
        let last_day = moment.context.zone.date_at(streak.last_at);
        day_after(last_day) == moment.today && streak.days < last_step
    });
    unbroken.map_or(1, |streak| streak.days.saturating_add(1))
}
