//! What came back: what an order is without it, and what is taken back for it.

use std::sync::Arc;

use stampcard_model::{
    Booking, EntryBody, Line, Order, Points, Program, RefundPolicy, Refusal, Rest, Returned, ReturnedLine,
    Source,
};

use crate::{Context, Earned, MemberState, earn::earn_from, lot};

/// A part of an order that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    /// What came back.
    pub returned: Returned,
    /// The version of the program that booked the order ([`Earned::program_version`]).
    pub booked_under: Arc<Program>,
}

/// What is left of an order when something came back; `None` when nothing is. Tax and discounts of a line go with its
/// amount, what was paid with gift cards with the total, each rounded down.
///
/// # Errors
/// [`Refusal::ReturnExceedsOrder`] when more comes back than the order has.
pub fn without(order: &Order, returned: &Returned) -> Result<Option<Order>, Refusal> {
    let total = |order: &Order| {
        let lines = order.lines.iter().map(|line| u128::from(line.amount_minor) + u128::from(line.tax_minor));
        lines.sum::<u128>() + u128::from(order.shipping_minor)
    };
    let mut rest = order.clone();
    rest.shipping_minor =
        order.shipping_minor.checked_sub(returned.shipping_minor).ok_or(Refusal::ReturnExceedsOrder)?;
    for ReturnedLine { sku, quantity, amount_minor } in &returned.lines {
        let (mut quantity, mut amount_minor) = (*quantity, *amount_minor);
        for line in rest.lines.iter_mut().filter(|line| line.sku == *sku) {
            let taken = (line.quantity.min(quantity), line.amount_minor.min(amount_minor));
            (quantity, amount_minor) = (quantity - taken.0, amount_minor - taken.1);
            shrink(line, taken.0, taken.1);
        }
        if quantity > 0 || amount_minor > 0 {
            return Err(Refusal::ReturnExceedsOrder);
        }
    }
    rest.gift_card_minor = part(order.gift_card_minor, total(&rest), total(order));
    rest.lines.retain(|line| line.quantity > 0 || line.amount_minor > 0);
    Ok(Some(rest).filter(|rest| !rest.lines.is_empty() || rest.shipping_minor > 0))
}

/// Takes back what came of something that earned, or a part of it: what it earned, less what the rest of it earns on the
/// same occasion under the same version. Never more than it earned, and nothing is given.
pub(crate) fn reversal(
    context: &Context<'_>,
    member: &MemberState,
    source: &Source,
    returned: Option<&Return>,
) -> Result<EntryBody, Refusal> {
    let earned = member.sources.get(source).ok_or_else(|| not_found(source))?;
    if earned.reversed {
        return Err(already_reversed(source));
    }
    let rest = returned.map(|returned| rest_of(earned, returned)).transpose()?.flatten();
    let due = earned.points.saturating_sub(rest.as_ref().map_or(Points::ZERO, |rest| rest.points));
    let own = member.lots.iter().find(|lot| lot.seq == earned.seq && lot.waits.is_some());
    let pending = own.map_or(Points::ZERO, |lot| lot.remaining.min(due));
    let within = match context.program.refunds.policy {
        RefundPolicy::OnlyPending => pending,
        RefundPolicy::WithinBalance | RefundPolicy::Unlimited => due,
    };
    let draws = lot::draw(member, context.now, Some(earned.seq), within);
    let points = lot::total(&draws);
    let missing = due.saturating_sub(points);
    let (owed, shortfall) = match context.program.refunds.policy {
        RefundPolicy::Unlimited => (missing, Points::ZERO),
        RefundPolicy::OnlyPending | RefundPolicy::WithinBalance => (Points::ZERO, missing),
    };
    member.balance.owed.checked_add(owed).ok_or(Refusal::PointsOutOfRange)?;
    let (reverses, source, rest) = (earned.seq, source.clone(), rest.map(Box::new));
    Ok(EntryBody::Reversal { reverses, source, points, pending, draws, owed, shortfall, rest })
}

/// What is left of an order after a part came back, and what it earns; `None` when nothing is left.
fn rest_of(earned: &Earned, part: &Return) -> Result<Option<Rest>, Refusal> {
    let booking = earned.booking.as_ref().ok_or(Refusal::OrderLinesUnknown)?;
    let Some(order) = without(&booking.order, &part.returned)? else { return Ok(None) };
    let program = &part.booked_under;
    if program.version != earned.program_version {
        return Err(Refusal::OrderLinesUnknown);
    }
    let mut earning = earn_from(program, &booking.occasion, &order, Some(&earned.gave))?;
    // Without what came back a multiplier of less than one may be gone, and the rest be worth more: it keeps what it had.
    let mut left = earned.points;
    for accrual in &mut earning.accruals {
        accrual.points = accrual.points.min(left);
        left = left.saturating_sub(accrual.points);
    }
    let points = Points::saturating_from(earning.points());
    let qualifying = Points::saturating_from(earning.qualifying(program));
    let booking = Booking { order, occasion: booking.occasion.clone() };
    Ok(Some(Rest { accruals: earning.accruals, points, qualifying, booking }))
}

fn shrink(line: &mut Line, quantity: u32, amount_minor: u64) {
    let left = line.amount_minor - amount_minor;
    if line.amount_minor > 0 {
        line.tax_minor = part(line.tax_minor, left.into(), line.amount_minor.into());
        line.discount_minor = part(line.discount_minor, left.into(), line.amount_minor.into());
    }
    line.amount_minor = left;
    line.quantity -= quantity;
}

/// `whole × some ÷ all`, rounded down; nothing of nothing.
fn part(whole: u64, some: u128, all: u128) -> u64 {
    let product = u128::from(whole).saturating_mul(some);
    u64::try_from(product.checked_div(all).unwrap_or_default()).unwrap_or(whole)
}

/// What is said of something that earned nothing yet.
pub(crate) const fn not_found(source: &Source) -> Refusal {
    match source {
        Source::Order { .. } => Refusal::OrderNotFound,
        Source::Activity { .. } => Refusal::ActivityNotFound,
        Source::Referral { .. } => Refusal::ReferralNotFound,
        Source::Offer { .. } => Refusal::OfferNotFound,
    }
}

const fn already_reversed(source: &Source) -> Refusal {
    match source {
        Source::Order { .. } => Refusal::OrderAlreadyRefunded,
        Source::Activity { .. } | Source::Referral { .. } | Source::Offer { .. } => Refusal::AlreadyReversed,
    }
}
