//! What an order's accruals are computed with besides the program and the order.

use stampcard_model::{
    Activation, ActivityKind, Condition, EarnRule, EarnRuleKind, GoalMeasure, Limit, LimitOf, Missed,
    MissedReason, Occasion, Offer, OfferGives, Period, Points, Progress, Room, RuleId, Timestamp,
};

use crate::{Context, Counted, MemberState, Tally, book::as_of, calendar::period_start, conditions::Moment};

/// All that an order's accruals take from the member and the instant. The same order brings the same accruals on the same
/// occasion, wherever [`crate::earn`] runs.
///
/// An instant before the member's last entry is read as that entry's. For somebody who is no member yet, pass the
/// default state.
pub fn occasion(context: &Context<'_>, member: &MemberState) -> Occasion {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let member = as_of(&context, member);
    occasion_of(&Moment::new(&context, &member))
}

/// [`occasion`], at a moment.
pub(crate) fn occasion_of(moment: &Moment<'_>) -> Occasion {
    let Moment { context, member, tier, .. } = moment;
    let program = context.program;
    let over_all = over_all(moment);
    let mut occasion = Occasion { tier: tier.cloned(), ..Occasion::default() };
    let on = |when: &Condition| moment.against(when).next().is_none();
    let multipliers = program.multipliers.iter().filter(|multiplier| on(&multiplier.when));
    occasion.multipliers = multipliers.map(|multiplier| multiplier.id.clone()).collect();
    for rule in program.earn_rules.iter().filter(|rule| is_for_orders(rule)) {
        let open = moment.against(&rule.when).next().map_or(over_all.as_ref().map_err(Clone::clone), Err);
        match open.and_then(|_| room_of(moment, rule)) {
            Ok(room) => {
                occasion.rooms.extend(room);
                if let EarnRuleKind::Goal { measure, period, .. } = &rule.earn {
                    let left = times_left(moment, rule);
                    occasion
                        .progress
                        .push(Progress { left, ..progress(moment, &rule.id, *measure, *period) });
                }
            }
            Err(reason) => occasion.closed.push(Missed { rule_id: rule.id.clone(), reason }),
        }
    }
    if let Ok(rooms) = over_all {
        occasion.rooms.extend(rooms);
        let offers = program.offers.iter().filter(|offer| offer_is_on(moment, offer));
        occasion.offers = offers.map(|offer| offer.id.clone()).collect();
    }
    occasion.referral_id = context.profile.referral.clone().filter(|_| member.referred.is_none());
    occasion
}

/// The room that the rule's own limits leave a member, if it has any.
///
/// # Errors
/// The limit that leaves nothing.
pub(crate) fn room_of(moment: &Moment<'_>, rule: &EarnRule) -> Result<Option<Room>, MissedReason> {
    let limits = natural_limit(&rule.earn).into_iter().chain(rule.limits.iter().copied());
    tightest(moment, limits, LimitOf::Rule, Some(&rule.id), |since| tally_of_rule(moment, &rule.id, since))
}

/// How often the rule's own limits let it give something yet.
fn times_left(moment: &Moment<'_>, rule: &EarnRule) -> Option<u64> {
    let left = |limit: &Limit| {
        let since = period_start(moment.context.zone, moment.context.now, limit.period);
        let had = || tally_of_rule(moment, &rule.id, since).times;
        limit.times.map(|times| u64::from(times).saturating_sub(had()))
    };
    rule.limits.iter().filter_map(left).min()
}

/// What a rule gave the member from an instant on.
pub(crate) fn tally_of_rule(moment: &Moment<'_>, rule_id: &RuleId, since: Timestamp) -> Tally {
    let tallies = since_then(moment, since).filter_map(|counted| counted.rules.get(rule_id));
    tallies.fold(Tally::default(), |sum, tally| Tally {
        times: sum.times.saturating_add(tally.times),
        points: sum.points.saturating_add(tally.points),
    })
}

/// What all rules together gave the member from an instant on.
pub(crate) fn tally_of_all(moment: &Moment<'_>, since: Timestamp) -> Tally {
    since_then(moment, since).fold(Tally::default(), |sum, counted| Tally {
        times: sum.times.saturating_add(counted.accruals),
        points: sum.points.saturating_add(counted.points),
    })
}

/// The rooms that limits over all rules leave.
///
/// # Errors
/// The limit that leaves nothing.
pub(crate) fn over_all(moment: &Moment<'_>) -> Result<Vec<Room>, MissedReason> {
    let limits = &moment.context.program.limits;
    let had = |since| tally_of_all(moment, since);
    let own = tightest(moment, limits.per_member.iter().copied(), LimitOf::Member, None, had)?;
    let cap = limits.issued.map(|cap| Limit { period: cap.period, points: Some(cap.points), times: None });
    let issued = |_| Tally { times: 0, points: moment.context.issued.get() };
    let all = tightest(moment, cap.into_iter(), LimitOf::Program, None, issued)?;
    Ok(own.into_iter().chain(all).collect())
}

/// Whether the rule looks at orders.
pub(crate) const fn is_for_orders(rule: &EarnRule) -> bool {
    match rule.earn {
        EarnRuleKind::Spend { .. }
        | EarnRuleKind::Visit { .. }
        | EarnRuleKind::Bonus { .. }
        | EarnRuleKind::Goal { .. }
        | EarnRuleKind::Referral { .. } => true,
        EarnRuleKind::Activity { .. } => false,
    }
}

/// How often something earns by its nature.
pub(crate) const fn natural_limit(earn: &EarnRuleKind) -> Option<Limit> {
    let EarnRuleKind::Activity { activity, .. } = earn else { return None };
    let period = match activity {
        ActivityKind::SignUp
        | ActivityKind::Newsletter
        | ActivityKind::SocialFollow
        | ActivityKind::ProfileCompleted => Period::Lifetime,
        ActivityKind::Birthday | ActivityKind::Anniversary => Period::Year,
        ActivityKind::CheckIn => Period::Day,
        ActivityKind::Review
        | ActivityKind::PhotoReview
        | ActivityKind::SocialShare
        | ActivityKind::Survey
        | ActivityKind::Custom
        | ActivityKind::Unrecognized => return None,
    };
    Some(Limit { period, points: None, times: Some(1) })
}

/// The smallest room that some limits leave; the first of equal ones.
fn tightest(
    moment: &Moment<'_>,
    limits: impl Iterator<Item = Limit>,
    by: LimitOf,
    rule_id: Option<&RuleId>,
    had: impl Fn(Timestamp) -> Tally,
) -> Result<Option<Room>, MissedReason> {
    let mut tightest: Option<Room> = None;
    for Limit { period, points, times } in limits {
        let had = had(period_start(moment.context.zone, moment.context.now, period));
        let left =
            points.map(|points| points.saturating_sub(Points::saturating_from(u128::from(had.points))));
        if times.is_some_and(|times| had.times >= u64::from(times)) || left.is_some_and(Points::is_zero) {
            return Err(MissedReason::LimitReached { by, period });
        }
        if let Some(points) = left.filter(|left| tightest.as_ref().is_none_or(|room| *left < room.points)) {
            tightest = Some(Room { rule_id: rule_id.cloned(), by, period, points });
        }
    }
    Ok(tightest)
}

pub(crate) fn progress(
    moment: &Moment<'_>,
    rule_id: &RuleId,
    measure: GoalMeasure,
    period: Period,
) -> Progress {
    let since = period_start(moment.context.zone, moment.context.now, period);
    let sum = |of: &dyn Fn(&Counted) -> u64| since_then(moment, since).map(of).fold(0, u64::saturating_add);
    let before = match measure {
        GoalMeasure::Orders => sum(&|counted| counted.orders),
        GoalMeasure::Spend => sum(&|counted| counted.spend_minor),
    };
    let given = sum(&|counted| counted.rules.get(rule_id).map_or(0, |tally| tally.times));
    Progress { rule_id: rule_id.clone(), before, given, left: None }
}

/// Whether an offer gives something with the next order that fits it. Members are not told of offers that are not theirs.
fn offer_is_on(moment: &Moment<'_>, offer: &Offer) -> bool {
    let with_orders = match offer.gives {
        OfferGives::Points { .. } => false,
        OfferGives::Bonus { .. } | OfferGives::Multiplier { .. } => true,
    };
    let taken_up = match offer.activation {
        Activation::Automatic => true,
        Activation::Member | Activation::Code { .. } => moment.member.offers.contains_key(&offer.id),
    };
    let unused = used(moment.member, offer) < u64::from(offer.uses);
    with_orders
        && taken_up
        && unused
        && is_given(moment, offer)
        && moment.against(&offer.when).next().is_none()
}

/// Whether the offer is for everybody, or was given to the member.
pub(crate) fn is_given(moment: &Moment<'_>, offer: &Offer) -> bool {
    !offer.assigned || moment.context.profile.offers.contains(&offer.id)
}

/// How often the member has used the offer.
pub(crate) fn used(member: &MemberState, offer: &Offer) -> u64 {
    let Ok(rule_id) = RuleId::new(offer.id.as_str()) else { return 0 };
    let tallies = member.counted.values().filter_map(|counted| counted.rules.get(&rule_id));
    tallies.fold(0, |sum, tally| sum.saturating_add(tally.times))
}

fn since_then<'a>(moment: &Moment<'a>, since: Timestamp) -> impl Iterator<Item = &'a Counted> + use<'a> {
    moment.member.counted.values().filter(move |counted| counted.at >= since)
}
