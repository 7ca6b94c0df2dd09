//! May this member have this reward now, at what price, and what is it worth.

use stampcard_model::{
    BasisPoints, Often, Period, Points, PriceEvent, Refusal, Review, ReviewReason, Reward, RewardId,
    RewardKind, Timestamp, UnitLimit, VariablePrice, Worth,
};

use crate::{
    Context, MemberState, Phase,
    book::as_of,
    calendar::period_start,
    conditions::{Moment, days_before, refusal},
    lot::available,
};

/// What all members share of a reward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RewardState {
    /// Units redeemed or held so far, by all members, less those given back.
    pub taken: u64,
    /// Those among them since the start of the period of the reward's `period_cap` ([`crate::period_start`]); without such
    /// a cap it does not matter.
    pub taken_in_period: u64,
}

/// What a reward costs and is worth to a member now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price<'a> {
    /// The points it takes; the fewest, when the price is variable.
    pub points: Points,
    /// What the member pays on top, in minor units.
    pub money_minor: u64,
    /// What it is worth at that price, in minor units of money or hundredths of a percent of an order; none for what has
    /// no number.
    pub value: Option<u64>,
    /// The event that makes it so.
    pub event: Option<&'a PriceEvent>,
}

impl Price<'_> {
    /// What points are worth at this price where they are worth `usual` at other times: half the price for the same is
    /// the same price for double. In lowest terms, so that it is exact unless the program's own numbers are absurd.
    pub fn rate(&self, usual: Worth) -> Worth {
        let Some(event) = self.event else { return usual };
        let points = u64::from(usual.points) * u64::from(event.price_share.0);
        let minor = u64::from(usual.minor) * u64::from(event.value_share.0);
        let divisor = common_divisor(points, minor).max(1);
        let (mut points, mut minor) = (points / divisor, minor / divisor);
        loop {
            if let (Ok(points), Ok(minor)) = (u32::try_from(points), u32::try_from(minor)) {
                return Worth { points: points.max(1), minor };
            }
            // Rounded so that nobody is promised more than they get.
            (points, minor) = (points.div_ceil(2), minor / 2);
        }
    }
}

/// What the reward costs and is worth to the member at `context.now`, for the least price or, where it is variable, for
/// `chosen` points.
pub fn price_now<'a>(
    context: &Context<'a>,
    member: &MemberState,
    reward: &Reward,
    chosen: Option<Points>,
) -> Price<'a> {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let member = as_of(&context, member);
    price_of(&Moment::new(&context, &member), context.program, reward, chosen)
}

/// Why a redemption would be refused at `context.now`; `None` when it would succeed, or be held for review.
///
/// `price` and `money_minor` are what the member confirmed: pass those of [`price_now`] to ask before confirming. Where
/// several refusals apply it is the first in the order of [`Refusal`].
pub fn refusal_now(
    context: &Context<'_>,
    member: &MemberState,
    reward: &Reward,
    shared: RewardState,
    price: Points,
    money_minor: u64,
) -> Option<Refusal> {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let member = as_of(&context, member);
    refusal_of(&Moment::new(&context, &member), reward, shared, price, money_minor)
}

/// Why a redemption at this price would be held until the merchant approves; nothing when it would not be.
pub fn review_reasons(
    context: &Context<'_>,
    member: &MemberState,
    reward: &Reward,
    price: Points,
) -> Vec<ReviewReason> {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    reviewed_for(&context, &as_of(&context, member), reward, price)
}

/// [`review_reasons`], for a member that is caught up.
pub(crate) fn reviewed_for(
    context: &Context<'_>,
    member: &MemberState,
    reward: &Reward,
    price: Points,
) -> Vec<ReviewReason> {
    let Some(Review { above_points, after }) = reward.review.or(context.program.review) else {
        return Vec::new();
    };
    let above = above_points.filter(|above| price > *above);
    let often = after.filter(|often| {
        count(member, days_before(context.now, often.days), |_| true) >= u64::from(often.times)
    });
    let above = above.map(|points| ReviewReason::PriceAbove { points });
    let often = often.map(|Often { times, days }| ReviewReason::RedeemedOften { times, days });
    above.into_iter().chain(often).collect()
}

/// Whether a voucher of the reward is taken for an order with goods for so much.
///
/// # Errors
/// [`Refusal::OrderTooSmall`].
pub const fn voucher_fits(reward: &Reward, goods_minor: u64) -> Result<(), Refusal> {
    if goods_minor < reward.minimum_order_minor { Err(Refusal::OrderTooSmall) } else { Ok(()) }
}

/// A kind of reward that is worth so much: the value of a [`Price`] or of what was agreed. `None` leaves it as it is.
pub fn valued(kind: &RewardKind, value: Option<u64>) -> RewardKind {
    let Some(value) = value else { return kind.clone() };
    match kind {
        RewardKind::Discount { .. } => RewardKind::Discount { amount_minor: value },
        RewardKind::GiftCard { .. } => RewardKind::GiftCard { amount_minor: value },
        RewardKind::StoreCredit { .. } => RewardKind::StoreCredit { amount_minor: value },
        RewardKind::CashPayout { .. } => RewardKind::CashPayout { amount_minor: value },
        RewardKind::Donation { .. } => RewardKind::Donation { amount_minor: value },
        RewardKind::PercentageDiscount { .. } => {
            let share =
                BasisPoints(u32::try_from(value).unwrap_or(BasisPoints::ONE.0).min(BasisPoints::ONE.0));
            RewardKind::PercentageDiscount { share }
        }
        RewardKind::FreeShipping
        | RewardKind::Product { .. }
        | RewardKind::Service
        | RewardKind::BusinessService
        | RewardKind::Experience
        | RewardKind::Custom
        | RewardKind::Unrecognized => kind.clone(),
    }
}

/// [`price_now`], at a moment.
pub(crate) fn price_of<'a>(
    moment: &Moment<'_>,
    program: &'a stampcard_model::Program,
    reward: &Reward,
    chosen: Option<Points>,
) -> Price<'a> {
    let event = program.price_events.iter().find(|event| {
        let about = event.rewards.is_empty() || event.rewards.contains(&reward.id);
        about && moment.against(&event.when).next().is_none()
    });
    let one = BasisPoints::ONE;
    let (price_share, value_share) = event.map_or((one, one), |event| (event.price_share, event.value_share));
    let (points, value) = match &reward.variable {
        Some(variable) => {
            let points = chosen.unwrap_or(reward.price);
            (points, worth(variable, points, price_share, value_share))
        }
        None => {
            let price = u128::from(reward.price.get()) * u128::from(price_share.0);
            let price = Points::saturating_from(price.div_ceil(u128::from(one.0)).max(1));
            (price, fixed_value(&reward.kind, value_share))
        }
    };
    Price { points, money_minor: reward.money_minor, value, event }
}

/// [`refusal_now`], at a moment.
pub(crate) fn refusal_of(
    moment: &Moment<'_>,
    reward: &Reward,
    shared: RewardState,
    price: Points,
    money_minor: u64,
) -> Option<Refusal> {
    let Moment { context, member, tier, .. } = moment;
    let program = context.program;
    let rank = tier.and_then(|tier| program.tier_rank(tier));
    let tier_reached = reward.tier.as_ref().is_none_or(|needed| {
        // A tier that the program does not know is one that nobody has.
        program.tier_rank(needed).is_some_and(|needed| rank.is_some_and(|rank| rank >= needed))
    });
    let due = price_of(moment, program, reward, Some(price));
    let redeemed = member.redeemed.get(&reward.id).copied().unwrap_or_default();
    let limit = reward.per_member_limit.is_some_and(|limit| redeemed >= limit);
    let cap = reward.per_member_cap.is_some_and(|UnitLimit { period, units }| {
        count(member, period_start(context.zone, context.now, period), |id| *id == reward.id) >= units
    });
    let cooling = reward.cooldown_hours.is_some_and(|hours| {
        let since = context.now.plus_millis(-i64::from(hours) * HOUR_MS).plus_millis(1);
        count(member, since, |id| *id == reward.id) > 0
    });
    let sold_out = reward.period_cap.is_some_and(|cap| shared.taken_in_period >= cap.units);
    let reasons = [
        (Refusal::TierRequired, !tier_reached),
        (Refusal::MemberLimitReached, limit || cap),
        (Refusal::CooldownActive, cooling),
        (Refusal::OutOfStock, reward.stock.is_some_and(|stock| shared.taken >= stock)),
        (Refusal::PeriodCapReached, sold_out),
        (Refusal::PriceNotOffered, !is_offered(reward, price)),
        (Refusal::PriceChanged, price != due.points || money_minor != due.money_minor),
        (Refusal::InsufficientPoints, available(member, context.now) < due.points),
    ];
    let applying = reasons.into_iter().filter_map(|(refusal, applies)| applies.then_some(refusal));
    moment.against(&reward.when).map(|reason| refusal(&reason)).chain(applying).min()
}

/// When the stretch of the calendar that an instant lies in began, in the program's time zone.
pub fn starts_at(context: &Context<'_>, period: Period) -> Timestamp {
    period_start(context.zone, context.now, period)
}

const HOUR_MS: i64 = 3_600_000;

/// Redemptions and holds since an instant that were not given back.
fn count(member: &MemberState, since: Timestamp, which: impl Fn(&RewardId) -> bool) -> u64 {
    let redemptions = member.redemptions.values();
    let counting = redemptions.filter(|r| r.at >= since && r.phase != Phase::Closed && which(&r.reward_id));
    counting.fold(0, |sum, _| sum + 1)
}

/// Whether the price is one of those that the member may choose from.
fn is_offered(reward: &Reward, price: Points) -> bool {
    reward.variable.as_ref().is_none_or(|VariablePrice { step, most, .. }| {
        let steps = price.checked_sub(reward.price).map(|way| way.get().checked_rem(step.get()));
        price <= *most && steps == Some(Some(0))
    })
}

/// What points are worth: half the price for the same is the same price for double.
fn worth(
    variable: &VariablePrice,
    points: Points,
    price_share: BasisPoints,
    value_share: BasisPoints,
) -> Option<u64> {
    let minor = u128::from(points.get()) * u128::from(variable.rate.minor);
    let whole = minor.saturating_mul(u128::from(value_share.0));
    let parts = u128::from(variable.rate.points) * u128::from(price_share.0);
    u64::try_from(whole.checked_div(parts)?).ok()
}

fn common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

fn fixed_value(kind: &RewardKind, value_share: BasisPoints) -> Option<u64> {
    let times = |value: u64| {
        let value = u128::from(value) * u128::from(value_share.0) / u128::from(BasisPoints::ONE.0);
        u64::try_from(value).unwrap_or(u64::MAX)
    };
    match kind {
        RewardKind::PercentageDiscount { share } => {
            Some(times(u64::from(share.0)).min(u64::from(BasisPoints::ONE.0)))
        }
        RewardKind::Discount { .. }
        | RewardKind::GiftCard { .. }
        | RewardKind::StoreCredit { .. }
        | RewardKind::CashPayout { .. }
        | RewardKind::Donation { .. }
        | RewardKind::FreeShipping
        | RewardKind::Product { .. }
        | RewardKind::Service
        | RewardKind::BusinessService
        | RewardKind::Experience
        | RewardKind::Custom
        | RewardKind::Unrecognized => kind.amount_minor().map(times),
    }
}
