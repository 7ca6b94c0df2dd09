//! What is bought with points, taken back and returned.

use serde_json::{Value, json};
use stampcard_model::{BasisPoints, PriceEvent, Refusal, Reward, RewardKind, UnitLimit};
use stampcard_server::settings::{TooOften, Velocity};

use super::{
    calendar::{DAY, HOUR},
    member::{End, Redemption},
    model::{Answer, Model, instant},
    script::Step,
};

impl Model {
    /// What a reward costs a member now.
    pub fn price(&self, who: usize, now: i64, reward: &Reward) -> u64 {
        let share = self.event(who, now, reward).map_or(BasisPoints::ONE, |event| event.price_share);
        if reward.variable.is_some() {
            return reward.price.get();
        }
        (reward.price.get() * u64::from(share.0)).div_ceil(10_000).max(1)
    }

    fn event(&self, who: usize, now: i64, reward: &Reward) -> Option<&PriceEvent> {
        self.program.price_events.iter().find(|event| {
            let named = event.rewards.is_empty() || event.rewards.contains(&reward.id);
            named && self.members[who].closed(&self.program, self.zone, now, &event.when).is_none()
        })
    }

    /// What a voucher of the reward is worth.
    fn worth(&self, who: usize, now: i64, reward: &Reward, price: u64) -> Option<u64> {
        let event = self.event(who, now, reward);
        let value = event.map_or(10_000, |event| u64::from(event.value_share.0));
        if let Some(variable) = reward.variable {
            let cheaper = event.map_or(10_000, |event| u64::from(event.price_share.0));
            let whole = price * u64::from(variable.rate.minor) * value;
            return Some(whole / (u64::from(variable.rate.points) * cheaper));
        }
        match reward.kind {
            RewardKind::PercentageDiscount { share } => {
                Some((u64::from(share.0) * value / 10_000).min(10_000))
            }
            _ => Some(reward.kind.amount_minor()? * value / 10_000),
        }
    }

    /// Every reason why the member may not have the reward now at a price; the first is told.
    pub fn refusal(&self, who: usize, now: i64, reward: &Reward, price: u64, money: u64) -> Option<Refusal> {
        let (program, member) = (&self.program, &self.members[who]);
        let mine =
            || member.redemptions.iter().filter(|one| one.reward == reward.id.as_str() && !one.cancelled);
        let all = self.members.iter().flat_map(|member| &member.redemptions);
        let all: Vec<_> = all.filter(|one| one.reward == reward.id.as_str() && !one.cancelled).collect();
        let in_period = |cap: UnitLimit, at: i64| at >= self.zone.period(cap.period, now).0;
        let mut refusals: Vec<Refusal> =
            member.closed(program, self.zone, now, &reward.when).into_iter().collect();
        let mut check = |applies: bool, refusal| refusals.extend(applies.then_some(refusal));
        let rank = member.rank(program, self.zone, now);
        let below = |tier: &stampcard_model::TierId| {
            program.tiers.tiers.iter().position(|one| one.id == *tier).unwrap() > rank
        };
        check(reward.tier.as_ref().is_some_and(below), Refusal::TierRequired);
        let limit = reward.per_member_limit.is_some_and(|most| mine().count() as u64 >= most);
        check(limit, Refusal::MemberLimitReached);
        let capped = reward
            .per_member_cap
            .is_some_and(|cap| mine().filter(|one| in_period(cap, one.at)).count() as u64 >= cap.units);
        check(capped, Refusal::MemberLimitReached);
        let soon = |hours: u32| mine().any(|one| now - one.at < i64::from(hours) * HOUR);
        check(reward.cooldown_hours.is_some_and(soon), Refusal::CooldownActive);
        check(reward.stock.is_some_and(|stock| all.len() as u64 >= stock), Refusal::OutOfStock);
        let capped = reward
            .period_cap
            .is_some_and(|cap| all.iter().filter(|one| in_period(cap, one.at)).count() as u64 >= cap.units);
        check(capped, Refusal::PeriodCapReached);
        match reward.variable {
            Some(variable) => {
                let (least, most) = (variable.least.get(), variable.most.get());
                let steps =
                    price >= least && price <= most && (price - least).is_multiple_of(variable.step.get());
                check(!steps, Refusal::PriceNotOffered);
            }
            None => check(price != self.price(who, now, reward), Refusal::PriceChanged),
        }
        check(money != reward.money_minor, Refusal::PriceChanged);
        check(member.available() < price, Refusal::InsufficientPoints);
        refusals.into_iter().min()
    }

    /// Each reward's price and what stands in its way.
    pub fn catalogue(&self, who: usize, now: i64) -> Value {
        let rewards = self.program.rewards.iter().map(|reward| {
            let price = self.price(who, now, reward);
            let refusal = self.refusal(who, now, reward, price, reward.money_minor);
            let missing = price.saturating_sub(self.members[who].available());
            json!([reward.id, price, missing, refusal.map(|refusal| refusal.code())])
        });
        rewards.collect()
    }

    pub(super) fn redeem(&mut self, who: usize, step: &Step, reward: &str, price: u64, money: u64) -> Answer {
        let now = step.at;
        let reward = self.program.rewards.iter().find(|one| one.id.as_str() == reward);
        let reward = reward.ok_or(Refusal::RewardNotFound)?.clone();
        if let Some(refusal) = self.refusal(who, now, &reward, price, money) {
            return Err(refusal);
        }
        let Velocity { redemptions, hours, then } = self.velocity;
        let since = now - i64::from(hours) * HOUR;
        let lately = self.members[who].redemptions.iter().filter(|one| one.at > since).count();
        let too_often = redemptions > 0 && lately >= usize::from(redemptions);
        if too_often && then == TooOften::Refuse {
            return Err(Refusal::RedeemedTooOften);
        }
        let held = too_often || self.is_reviewed(who, now, &reward, price);
        // Without the points the tier may be another, and with it the event.
        let worth = self.worth(who, now, &reward, price);
        let member = &mut self.members[who];
        let paid = member.take(price, now);
        member.was_active(&self.program, self.zone, now);
        member.redemptions.push(Redemption {
            step: step.number,
            reward: reward.id.to_string(),
            at: now,
            price,
            paid,
            worth,
            voucher_expires_at: None,
            minimum_order_minor: reward.minimum_order_minor,
            cancel_until: None,
            grace_days: self.program.refunds.restore_grace_days,
            held,
            issued: None,
            used: false,
            cancelled: false,
        });
        let index = member.redemptions.len() - 1;
        if !held {
            self.issue(who, index, now);
        }
        self.happened(who, now, false);
        let mut answer = self.told(who, index);
        let money = if money > 0 { json!(money) } else { Value::Null };
        answer.extend([("/price", json!(price)), ("/money_minor", money)]);
        answer.push(("/balance_after", json!(self.members[who].available())));
        Ok(answer)
    }

    /// Whether the merchant is to approve it.
    fn is_reviewed(&self, who: usize, now: i64, reward: &Reward, price: u64) -> bool {
        let Some(review) = reward.review.or(self.program.review) else { return false };
        let often = |times: u32, days: u16| {
            let since = now - i64::from(days) * DAY;
            let lately = self.members[who].redemptions.iter().filter(|one| !one.cancelled && one.at > since);
            lately.count() as u64 >= u64::from(times)
        };
        review.above_points.is_some_and(|above| price > above.get())
            || review.after.is_some_and(|after| often(after.times, after.days))
    }

    /// Issues the voucher of a redemption.
    fn issue(&mut self, who: usize, index: usize, now: i64) {
        let redemption = &mut self.members[who].redemptions[index];
        let reward = self.program.rewards.iter().find(|one| one.id.as_str() == redemption.reward).unwrap();
        redemption.voucher_expires_at = reward.voucher_days.map(|days| now + i64::from(days) * DAY);
        redemption.cancel_until = reward.cancel_hours.map(|hours| now + i64::from(hours) * HOUR);
        redemption.held = false;
        redemption.issued = Some(self.vouchers);
        self.vouchers += 1;
    }

    /// What is told of a redemption that is held or completed.
    fn told(&self, who: usize, index: usize) -> Vec<(&'static str, Value)> {
        let redemption = &self.members[who].redemptions[index];
        if redemption.held {
            return vec![("/status", json!("under_review")), ("/voucher", Value::Null)];
        }
        let reward = self.program.rewards.iter().find(|one| one.id.as_str() == redemption.reward).unwrap();
        let worth_at = match reward.kind {
            RewardKind::PercentageDiscount { .. } => "/voucher/kind/share",
            _ => "/voucher/kind/amount_minor",
        };
        vec![
            ("/status", json!("completed")),
            ("/cancel_until", json!(redemption.cancel_until.map(instant))),
            ("/voucher/state", json!("active")),
            ("/voucher/kind/sku", json!(reward.kind)["sku"].clone()),
            ("/voucher/expires_at", json!(redemption.voucher_expires_at.map(instant))),
            (worth_at, json!(redemption.worth)),
        ]
    }

    pub(super) fn review(&mut self, now: i64, step: usize, approved: bool) -> Answer {
        let (who, index) = self.redemption(step).ok_or(Refusal::RedemptionNotFound)?;
        if !self.members[who].redemptions[index].held {
            return Err(Refusal::RedemptionNotHeld);
        }
        if approved {
            self.issue(who, index, now);
            self.happened(who, now, false);
            return Ok(self.told(who, index));
        }
        self.give_back(who, index, now);
        Ok(vec![("/status", json!("rejected")), ("/voucher", Value::Null)])
    }

    pub(super) fn give_back(&mut self, who: usize, index: usize, now: i64) {
        self.put_back(who, index, now);
        self.happened(who, now, false);
    }

    /// Points go back to where they came from.
    pub(super) fn put_back(&mut self, who: usize, index: usize, now: i64) {
        let member = &mut self.members[who];
        let grace = i64::from(member.redemptions[index].grace_days) * DAY;
        (member.redemptions[index].cancelled, member.redemptions[index].held) = (true, false);
        for mut parcel in member.redemptions[index].paid.clone() {
            let ended = member.end_of(&parcel).is_some_and(|end| end <= now);
            if ended && grace > 0 {
                parcel.end = End::At(now + grace);
            }
            member.parcels.push(parcel);
        }
    }

    fn redemption(&self, step: usize) -> Option<(usize, usize)> {
        let all = self.members.iter().enumerate();
        let mut all = all.flat_map(|(who, member)| (0..member.redemptions.len()).map(move |at| (who, at)));
        all.find(|(who, at)| self.members[*who].redemptions[*at].step == step)
    }

    pub(super) fn cancel(&mut self, who: usize, now: i64, step: usize) -> Answer {
        let found = self.redemption(step).filter(|(whose, _)| *whose == who);
        let (_, index) = found.ok_or(Refusal::RedemptionNotFound)?;
        let redemption = &self.members[who].redemptions[index];
        // What the merchant has not approved yet can be taken back at any time.
        if !redemption.held {
            if redemption.used {
                return Err(Refusal::VoucherUsed);
            }
            if redemption.cancelled {
                return Err(Refusal::RedemptionAlreadyCancelled);
            }
            if redemption.voucher_expires_at.is_some_and(|end| end <= now) {
                return Err(Refusal::VoucherExpired);
            }
            if redemption.cancel_until.is_none_or(|until| until <= now) {
                return Err(Refusal::CancellationClosed);
            }
        }
        let price = redemption.price;
        self.give_back(who, index, now);
        Ok(vec![("/points", json!(price)), ("/balance_after", json!(self.members[who].available()))])
    }

    pub(super) fn use_voucher(&mut self, now: i64, step: usize, goods: Option<u64>) -> Answer {
        let found = self.redemption(step);
        let issued = |&(who, index): &(usize, usize)| self.members[who].redemptions[index].issued.is_some();
        let (who, index) = found.filter(issued).ok_or(Refusal::VoucherNotFound)?;
        let redemption = &mut self.members[who].redemptions[index];
        if redemption.used {
            return Err(Refusal::VoucherUsed);
        }
        if redemption.cancelled {
            return Err(Refusal::RedemptionAlreadyCancelled);
        }
        if redemption.voucher_expires_at.is_some_and(|end| end <= now) {
            return Err(Refusal::VoucherExpired);
        }
        if goods.unwrap_or(0) < redemption.minimum_order_minor {
            return Err(Refusal::OrderTooSmall);
        }
        redemption.used = true;
        Ok(vec![("/state", json!("used")), ("/used_at", instant(now))])
    }

    /// The state of each of the member's vouchers, by the step that issued it.
    pub fn vouchers(&self, who: usize, now: i64) -> Vec<(usize, &'static str)> {
        let state = |one: &Redemption| {
            if one.cancelled {
                "cancelled"
            } else if one.used {
                "used"
            } else if one.voucher_expires_at.is_some_and(|end| end <= now) {
                "expired"
            } else {
                "active"
            }
        };
        let redemptions = self.members[who].redemptions.iter();
        let mut issued: Vec<&Redemption> = redemptions.filter(|one| one.issued.is_some()).collect();
        issued.sort_by_key(|one| one.issued);
        issued.into_iter().map(|one| (one.step, state(one))).collect()
    }
}
