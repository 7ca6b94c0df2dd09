//! When what keeps a member from a reward is over by itself.

use stampcard_model::{Condition, Period, Refusal, Reward, RewardId, Timestamp};

use crate::{
    Context, MemberState, Phase,
    book::as_of,
    calendar::{Day, day_after, months_after, period_start, start_of, weekday},
    conditions::Moment,
};

/// From when on time has put an end to what [`crate::refusal_now`] answers; `None` when time alone never does, or not in
/// a way that anybody can foresee. Another refusal may apply then.
pub fn opens_at(
    context: &Context<'_>,
    member: &MemberState,
    reward: &Reward,
    refusal: Refusal,
) -> Option<Timestamp> {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let member = as_of(&context, member);
    let opens_at = if refusal == Refusal::NotOpen {
        next_open_day(&context, &reward.when)
    } else if refusal == Refusal::CooldownActive {
        let rest_ms = i64::from(reward.cooldown_hours?) * HOUR_MS;
        last_redeemed(&member, &reward.id).map(|at| at.plus_millis(rest_ms))
    } else if refusal == Refusal::PeriodCapReached {
        period_end(&context, reward.period_cap?.period)
    } else if refusal == Refusal::MemberLimitReached {
        let redeemed = member.redeemed.get(&reward.id).copied().unwrap_or_default();
        // A limit for life stays, whatever period ends.
        let for_life = reward.per_member_limit.is_some_and(|limit| redeemed >= limit);
        reward.per_member_cap.filter(|_| !for_life).and_then(|cap| period_end(&context, cap.period))
    } else {
        None
    }?;
    // A birthday, or the end of the whole time, may keep it closed all the same.
    let then = Context { now: opens_at, ..context };
    let closed = Moment::new(&then, &member)
        .against(&reward.when)
        .any(|reason| crate::conditions::refusal(&reason) == Refusal::NotOpen);
    (opens_at > context.now && !closed).then_some(opens_at)
}

const HOUR_MS: i64 = 3_600_000;

/// The start of the first day on which the times of a condition hold, from the next one on.
fn next_open_day(context: &Context<'_>, when: &Condition) -> Option<Timestamp> {
    let tomorrow = day_after(context.zone.date_at(context.now));
    let first = when.starts_on.map_or(tomorrow, |starts_on| starts_on.parts().max(tomorrow));
    let day = std::iter::successors(Some(first), |day| Some(day_after(*day)))
        .take(7)
        .find(|day| when.weekdays.is_empty() || when.weekdays.contains(&weekday(*day)))?;
    Some(start_of(context.zone, day))
}

fn last_redeemed(member: &MemberState, reward_id: &RewardId) -> Option<Timestamp> {
    let redemptions = member.redemptions.values();
    redemptions.filter(|r| r.phase != Phase::Closed && r.reward_id == *reward_id).map(|r| r.at).max()
}

/// When the stretch of the calendar that is running ends.
fn period_end(context: &Context<'_>, period: Period) -> Option<Timestamp> {
    let (year, month, day): Day = context.zone.date_at(period_start(context.zone, context.now, period));
    let next = match period {
        Period::Day => day_after((year, month, day)),
        Period::Month => months_after((year, month, 1), 1),
        Period::Year => (year.saturating_add(1), 1, 1),
        Period::Lifetime => return None,
    };
    Some(start_of(context.zone, next))
}
