//! What comes back: a whole order, or a part of it.

use serde_json::{Value, json};
use stampcard_model::{Line, Order, RefundPolicy, Refusal, Returned};

use super::{
    earning::{Gift, Room, cut, earn},
    model::{Answer, Model},
};

impl Model {
    pub(super) fn refund(&mut self, now: i64, order: &str, returned: Option<&Returned>) -> Answer {
        let (who, index) = self.order_of(order).ok_or(Refusal::OrderNotFound)?;
        let booking = &self.members[who].bookings[index];
        if booking.back {
            return Err(Refusal::OrderAlreadyRefunded);
        }
        let whole = booking.order.as_ref().unwrap();
        let rest = match returned {
            Some(returned) => without(whole, returned)?,
            None => None,
        };
        let before = booking.points();
        // What gave nothing at first gives nothing for the rest.
        let mut occasion = booking.occasion.clone();
        let gave = |name: &str| booking.gifts.iter().any(|gift| gift.rule == name);
        let version = self.version_of(booking);
        for rule in version.earn_rules.iter().map(|rule| rule.id.as_str()).filter(|rule| !gave(rule)) {
            occasion.on.remove(rule);
        }
        for offer in version.offers.iter().filter(|offer| !gave(offer.id.as_str())) {
            if matches!(offer.gives, stampcard_model::OfferGives::Bonus { .. }) {
                occasion.on.remove(offer.id.as_str());
            }
        }
        let gifts = match &rest {
            Some(rest) => earn(version, &occasion, rest),
            None => Vec::new(),
        };
        // The rest never earns more than the whole did.
        let all = Room { rule: None, points: before };
        let gifts = cut(gifts, &[all]);
        let booking = booking.clone();
        let (taken, missing, owed) = self.take_back(who, index, now, gifts, rest.clone());
        self.unreward(now, &booking, rest.as_ref());
        Ok(vec![
            ("/points", json!(taken)),
            ("/shortfall", json!(missing - owed)),
            ("/owed", if owed > 0 { json!(owed) } else { Value::Null }),
            ("/balance_after", json!(self.members[who].available())),
            ("/tier_after", self.tier_after(who, now)),
        ])
    }

    /// Takes back what a booking gave, but for some gifts and what is left of its order; what was taken, what was not
    /// there, and what of that is owed.
    pub(super) fn take_back(
        &mut self,
        who: usize,
        index: usize,
        now: i64,
        gifts: Vec<Gift>,
        rest: Option<Order>,
    ) -> (u64, u64, u64) {
        let member = &mut self.members[who];
        let booking = &mut member.bookings[index];
        let due = booking.points() - gifts.iter().map(|gift| gift.points).sum::<u64>();
        booking.back = rest.is_none();
        booking.gifts = gifts;
        if rest.is_some() {
            booking.order = rest;
        }
        let mut taken = member.take_own(due, index, true);
        if self.program.refunds.policy != RefundPolicy::OnlyPending {
            taken += member.take_own(due - taken, index, false);
            let more = (due - taken).min(member.available());
            member.take(more, now);
            taken += more;
        }
        let missing = due - taken;
        let owed = if self.program.refunds.policy == RefundPolicy::Unlimited { missing } else { 0 };
        member.owed += owed;
        self.happened(who, now, true);
        (taken, missing, owed)
    }
}

/// What is left of an order when something came back; none when nothing is. Tax and discounts go with a line's amount,
/// gift cards with the total, each rounded down.
fn without(order: &Order, returned: &Returned) -> Result<Option<Order>, Refusal> {
    if returned.shipping_minor > order.shipping_minor {
        return Err(Refusal::ReturnExceedsOrder);
    }
    let mut rest = order.clone();
    rest.shipping_minor -= returned.shipping_minor;
    for back in &returned.lines {
        let (mut pieces, mut money) = (back.quantity, back.amount_minor);
        for line in rest.lines.iter_mut().filter(|line| line.sku == back.sku) {
            let (some, paid) = (pieces.min(line.quantity), money.min(line.amount_minor));
            let left = line.amount_minor - paid;
            line.tax_minor = share(line.tax_minor, left, line.amount_minor);
            line.discount_minor = share(line.discount_minor, left, line.amount_minor);
            line.amount_minor = left;
            line.quantity -= some;
            (pieces, money) = (pieces - some, money - paid);
        }
        if pieces > 0 || money > 0 {
            return Err(Refusal::ReturnExceedsOrder);
        }
    }
    rest.gift_card_minor = share(order.gift_card_minor, total(&rest), total(order));
    rest.lines.retain(|line| line.quantity > 0 || line.amount_minor > 0);
    let nothing = rest.lines.is_empty() && rest.shipping_minor == 0;
    Ok(if nothing { None } else { Some(rest) })
}

fn total(order: &Order) -> u64 {
    let line = |line: &Line| line.amount_minor + line.tax_minor;
    order.lines.iter().map(line).sum::<u64>() + order.shipping_minor
}

/// What is left of something that goes with a whole; all of it when the whole is nothing.
fn share(part: u64, left: u64, whole: u64) -> u64 {
    (part * left).checked_div(whole).unwrap_or(part)
}
