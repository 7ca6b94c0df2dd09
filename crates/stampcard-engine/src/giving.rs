//! What is booked when points are given: by an order, an activity, an invitation, an offer, by hand.

use stampcard_model::{
    Activation, Basis, Booking, EntryBody, Occasion, OfferGives, OfferId, Order, Pending, Points, Refusal,
    RuleId, Source, VoucherCode, Wait,
};

use crate::{
    Context, Earning, MemberState,
    activity::{by_activity, by_offer, by_referral, given},
    conditions::{Moment, refusal},
    earn::earn,
    expiry::{LotLife, lot_life},
    lot,
    occasion::{is_given, occasion_of},
    refund::not_found,
};

/// Books an order, whatever it earns.
pub(crate) fn by_an_order(
    context: &Context<'_>,
    member: &MemberState,
    order: &Order,
) -> Result<EntryBody, Refusal> {
    let source = Source::Order { order_id: order.id.clone() };
    unbooked(member, &source, Refusal::OrderAlreadyBooked)?;
    let occasion = occasion_of(&Moment::new(context, member));
    let earning = earn(context.program, &occasion, order)?;
    // What was not on at the time is told by `missed`, and never gives anything later.
    let booking = Booking { order: order.clone(), occasion: Occasion { closed: Vec::new(), ..occasion } };
    accrual(context, member, source, earning, Some(booking))
}

/// Books something that the member did, if it earns.
pub(crate) fn by_an_activity(
    context: &Context<'_>,
    member: &MemberState,
    activity: &stampcard_model::Activity,
) -> Result<EntryBody, Refusal> {
    let source = Source::Activity { activity_id: activity.id.clone() };
    unbooked(member, &source, Refusal::ActivityAlreadyBooked)?;
    let earning = by_activity(&Moment::new(context, member), activity);
    given(&earning, Refusal::ActivityNotFound)?;
    accrual(context, member, source, earning, None)
}

/// Books an invitation that led to an order, if it earns.
pub(crate) fn by_an_invitation(
    context: &Context<'_>,
    member: &MemberState,
    referral_id: &stampcard_model::ReferralId,
) -> Result<EntryBody, Refusal> {
    let source = Source::Referral { referral_id: referral_id.clone() };
    unbooked(member, &source, Refusal::ReferralAlreadyBooked)?;
    let earning = by_referral(&Moment::new(context, member), referral_id);
    given(&earning, Refusal::ReferralNotFound)?;
    accrual(context, member, source, earning, None)
}

/// Takes up an offer; `None` for one that is on without that.
pub(crate) fn by_an_offer(
    context: &Context<'_>,
    member: &MemberState,
    offer_id: &OfferId,
    code: Option<&VoucherCode>,
) -> Result<Option<EntryBody>, Refusal> {
    let moment = Moment::new(context, member);
    let offer = context.program.offer(offer_id).filter(|offer| is_given(&moment, offer));
    let offer = offer.ok_or(Refusal::OfferNotFound)?;
    if member.offers.contains_key(offer_id) {
        return Err(Refusal::OfferAlreadyActivated);
    }
    if let Activation::Code { code: asked } = &offer.activation
        && !code.is_some_and(|code| code.as_str().eq_ignore_ascii_case(asked.as_str()))
    {
        return Err(Refusal::OfferCodeWrong);
    }
    if let Some(closed) = moment.against(&offer.when).map(|reason| refusal(&reason)).min() {
        return Err(closed);
    }
    match (&offer.gives, &offer.activation) {
        (OfferGives::Points { points }, _) => {
            let rule_id = RuleId::new(offer_id.as_str()).map_err(|_| Refusal::OfferNotFound)?;
            let earning = by_offer(&moment, rule_id, Basis::Offer { offer_id: offer_id.clone() }, *points)?;
            let source = Source::Offer { offer_id: offer_id.clone() };
            accrual(context, member, source, earning, None).map(Some)
        }
        (OfferGives::Bonus { .. } | OfferGives::Multiplier { .. }, Activation::Automatic) => Ok(None),
        (
            OfferGives::Bonus { .. } | OfferGives::Multiplier { .. },
            Activation::Member | Activation::Code { .. },
        ) => Ok(Some(EntryBody::OfferActivation { offer_id: offer_id.clone() })),
    }
}

/// Lets points be spent that wait to be fulfilled; `None` when there are none.
pub(crate) fn fulfillment(member: &MemberState, source: &Source) -> Result<Option<EntryBody>, Refusal> {
    let earned = member.sources.get(source).ok_or_else(|| not_found(source))?;
    let waiting =
        member.lots.iter().filter(|lot| lot.seq == earned.seq && lot.waits == Some(Wait::Fulfilled));
    let draws = lot::all_of(waiting);
    let points = lot::total(&draws);
    Ok((!points.is_zero()).then_some(EntryBody::Activation { points, draws }))
}

/// Gives points by hand, or takes them.
pub(crate) fn adjustment(
    context: &Context<'_>,
    member: &MemberState,
    delta: i64,
    reason: &str,
) -> Result<EntryBody, Refusal> {
    let reason = reason.to_owned();
    let amount = u128::from(delta.unsigned_abs());
    if delta >= 0 {
        let LotLife { expires_at, active_until } = life_of(context, addable(member, amount)?);
        return Ok(EntryBody::Adjustment { delta, reason, draws: Vec::new(), expires_at, active_until });
    }
    let draws = lot::draw(member, context.now, None, Points::saturating_from(amount));
    if u128::from(lot::total(&draws).get()) < amount {
        return Err(Refusal::InsufficientPoints);
    }
    Ok(EntryBody::Adjustment { delta, reason, draws, expires_at: None, active_until: None })
}

/// `amount` as points, if the member's accounts can take them: everything that the member has, in whatever state, stays
/// within the range of points, so that it can move between accounts.
pub(crate) fn addable(member: &MemberState, amount: u128) -> Result<Points, Refusal> {
    let points = u64::try_from(amount).ok().and_then(|amount| Points::new(amount).ok());
    let balance = member.balance;
    let had = balance.available.checked_add(balance.pending).and_then(|sum| sum.checked_add(balance.held));
    points
        .filter(|points| had.is_some_and(|had| had.checked_add(*points).is_some()))
        .ok_or(Refusal::PointsOutOfRange)
}

/// The entry for what something earned.
fn accrual(
    context: &Context<'_>,
    member: &MemberState,
    source: Source,
    earning: Earning,
    booking: Option<Booking>,
) -> Result<EntryBody, Refusal> {
    let points = addable(member, earning.points())?;
    let qualifying = Points::saturating_from(earning.qualifying(context.program));
    let waits = waits(context, &source).filter(|_| !points.is_zero());
    let LotLife { expires_at, active_until } = life_of(context, points);
    let Earning { accruals, missed } = earning;
    let (qualifying, booking) = (Some(qualifying).filter(|some| *some != points), booking.map(Box::new));
    Ok(EntryBody::Accrual {
        source,
        accruals,
        missed,
        points,
        qualifying,
        waits,
        expires_at,
        active_until,
        booking,
    })
}

/// What points wait for: those of orders as the program says, and those of an invitation like those of the friend's
/// order. All others can be spent at once.
fn waits(context: &Context<'_>, source: &Source) -> Option<Wait> {
    match (source, context.program.pending) {
        (Source::Activity { .. } | Source::Offer { .. }, _) | (_, Pending::None) => None,
        (_, Pending::Days { days }) => Some(Wait::Until { at: context.now.plus_days(i64::from(days)) }),
        (_, Pending::Fulfilled) => Some(Wait::Fulfilled),
    }
}

fn unbooked(member: &MemberState, source: &Source, refusal: Refusal) -> Result<(), Refusal> {
    if member.sources.contains_key(source) { Err(refusal) } else { Ok(()) }
}

/// The life of a lot, if there is one: no points open none.
fn life_of(context: &Context<'_>, points: Points) -> LotLife {
    if points.is_zero() { LotLife::default() } else { lot_life(context) }
}
