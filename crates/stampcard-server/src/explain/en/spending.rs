//! What points can be spent on, and what becomes of them.

use stampcard_model::{
    Activation, BasisPoints, Nudges, Offer, OfferGives, PriceEvent, RefundPolicy, Refunds, Review, Reward,
    RewardKind, UnitLimit, VariablePrice,
};

use super::{English, Item, Section, a_period, counted, decimal, how_often, list, number, quoted};

impl English<'_> {
    pub(super) fn catalogue(&self) -> Section {
        let rewards = &self.0.program.rewards;
        let lasting = rewards.iter().any(|reward| reward.voucher_days.is_none());
        let intro = lasting.then(|| "A voucher for which no time is stated does not expire.".to_owned());
        let items = rewards.iter().map(|reward| self.sold(reward)).collect();
        Section {
            heading: format!("What {} can be spent on", self.all()),
            intro: intro.into_iter().collect(),
            items,
        }
    }

    fn sold(&self, reward: &Reward) -> Item {
        let Reward {
            id: _,
            kind,
            title,
            description: _,
            terms: _,
            image_url: _,
            price,
            variable,
            money_minor,
            stock,
            tier,
            when,
            per_member_limit,
            per_member_cap,
            period_cap,
            cooldown_hours,
            minimum_order_minor,
            review,
            cancel_hours,
            voucher_days,
        } = reward;
        let up = if variable.is_some() { " or more" } else { "" };
        let money =
            if *money_minor > 0 { format!(" and {}", self.money(*money_minor)) } else { String::new() };
        let says = format!(
            "**{}**: {}, for {}{up}{money}.",
            self.0.text(title),
            self.kind(kind),
            self.points(price.get())
        );
        let mut more = Vec::new();
        more.extend(variable.as_ref().map(|variable| self.chosen(variable)));
        more.extend(tier.as_ref().map(|tier| format!("From the tier {} up.", self.0.tier(tier))));
        more.extend(self.conditions(when));
        more.extend(stock.map(|stock| match stock {
            1 => "There is only one, for all members together.".to_owned(),
            stock => format!("There are only {}, for all members together.", number(stock)),
        }));
        more.extend(per_member_limit.map(|limit| format!("At most {} for each member.", number(limit))));
        let cap = |cap: &UnitLimit, whom: &str| {
            format!("At most {} {} for {whom}.", number(cap.units), a_period(cap.period))
        };
        more.extend(per_member_cap.as_ref().map(|limit| cap(limit, "each member")));
        more.extend(period_cap.as_ref().map(|limit| cap(limit, "all members together")));
        more.extend(cooldown_hours.map(|hours| {
            format!("After one, a member waits {} for the next.", counted(hours.into(), "hour"))
        }));
        more.extend((*minimum_order_minor > 0).then(|| {
            format!(
                "The voucher is taken for orders with at least {} of goods.",
                self.money(*minimum_order_minor)
            )
        }));
        more.extend(
            voucher_days.map(|days| format!("The voucher is valid for {}.", counted(days.into(), "day"))),
        );
        more.extend(cancel_hours.map(|hours| {
            let hours = counted(hours.into(), "hour");
            format!("The member can cancel it for {hours}, as long as the voucher is unused.")
        }));
        more.extend(review.map(|review| {
            format!(
                "It waits until the shop approves it {}; the rule for all others does not apply.",
                self.reviewed(review)
            )
        }));
        Item { says, more }
    }

    fn kind(&self, kind: &RewardKind) -> String {
        match kind {
            RewardKind::Discount { amount_minor } => format!("{} off an order", self.money(*amount_minor)),
            RewardKind::PercentageDiscount { share } => format!("{} off an order", percent(*share)),
            RewardKind::FreeShipping => "an order without shipping costs".to_owned(),
            RewardKind::Product { sku } => format!("the product {}", quoted(sku.as_str())),
            RewardKind::GiftCard { amount_minor } => {
                format!("a gift card worth {}", self.money(*amount_minor))
            }
            RewardKind::StoreCredit { amount_minor } => {
                format!("{} of store credit", self.money(*amount_minor))
            }
            RewardKind::CashPayout { amount_minor } => format!("{} paid out", self.money(*amount_minor)),
            RewardKind::Service => "a service for the member".to_owned(),
            RewardKind::BusinessService => "a service for the member's business".to_owned(),
            RewardKind::Experience => "something to take part in".to_owned(),
            RewardKind::Donation { amount_minor } => {
                format!("a donation of {} in the member's name", self.money(*amount_minor))
            }
            RewardKind::Custom => "something that the shop arranges by hand".to_owned(),
            RewardKind::Unrecognized => "something that this version does not know".to_owned(),
        }
    }

    fn chosen(&self, variable: &VariablePrice) -> String {
        let VariablePrice { rate, step, least, most } = variable;
        format!(
            "The member chooses how much: {} to {} in steps of {}; {} are worth {}.",
            number(least.get()),
            self.points(most.get()),
            number(step.get()),
            self.points(rate.points.into()),
            self.money(rate.minor.into())
        )
        .replace(&format!("; {} are worth", self.points(1)), &format!("; {} is worth", self.points(1)))
    }

    /// When a redemption waits, after “it waits”.
    pub(super) fn reviewed(&self, review: Review) -> String {
        let Review { above_points, after } = review;
        let above = above_points.map(|points| format!("if it costs more than {}", self.points(points.get())));
        let after = after.map(|often| {
            format!(
                "if the member has redeemed {} or more in the last {}",
                how_often(often.times.into()),
                counted(often.days.into(), "day")
            )
        });
        list(above.into_iter().chain(after), "or")
    }

    pub(super) fn special_prices(&self) -> Section {
        let item = |event: &PriceEvent| {
            let PriceEvent { id: _, title, when, rewards, price_share, value_share } = event;
            let which = if rewards.is_empty() {
                "every reward".to_owned()
            } else {
                list(rewards.iter().map(|reward| quoted(&self.0.reward(reward))), "and")
            };
            let price = (*price_share != BasisPoints::ONE).then(|| match price_share.0 {
                5_000 => format!("half price for {which}"),
                _ => format!("{} of the price for {which}", percent(*price_share)),
            });
            let value = (*value_share != BasisPoints::ONE).then(|| match value_share.0 {
                20_000 => format!("twice the value for {which}"),
                share => format!("{} times the value for {which}", decimal(share.into(), 4)),
            });
            let says = format!(
                "**{}**: {}.",
                self.0.text(title),
                list(price.clone().into_iter().chain(value), "and")
            );
            let mut more = self.conditions(when);
            if price.is_some() && self.0.any_variable(rewards) {
                more.push(
                    "Where the member chooses the price, it stays, and is worth more instead.".to_owned(),
                );
            }
            Item { says, more }
        };
        let items: Vec<Item> = self.0.program.price_events.iter().map(item).collect();
        let intro = (items.len() > 1)
            .then(|| "Where several are on at once, the first in this list counts.".to_owned());
        Section { heading: "Special prices".to_owned(), intro: intro.into_iter().collect(), items }
    }

    pub(super) fn returns(&self) -> Section {
        let Refunds { policy, restore_grace_days } = self.0.program.refunds;
        let all = self.all();
        let taken = match policy {
            RefundPolicy::OnlyPending => format!(
                "When an order comes back, the {all} that it earned are taken back only if they cannot be spent yet."
            ),
            RefundPolicy::WithinBalance => format!(
                "When an order comes back, the {all} that it earned are taken back, as far as the member has them."
            ),
            RefundPolicy::Unlimited => format!(
                "When an order comes back, all {all} that it earned are taken back. What the member lacks they owe, and \
                 the next {all} that they get pay for it."
            ),
        };
        let restored = match restore_grace_days {
            0 => format!(
                "When a redemption is cancelled, its {all} come back with the date on which they expire; those that have \
                 expired meanwhile are lost."
            ),
            days => format!(
                "When a redemption is cancelled, its {all} come back with the date on which they expire; those that have \
                 expired meanwhile can be spent for another {}.",
                counted(days.into(), "day")
            ),
        };
        Section {
            heading: "Returns and cancellations".to_owned(),
            intro: vec![taken, restored],
            items: Vec::new(),
        }
    }

    pub(super) fn offered(&self) -> Section {
        let item = |offer: &Offer| {
            let Offer { id: _, title, description: _, when, assigned, activation, gives, uses } = offer;
            let says = format!("**{}**: {}.", self.0.text(title), self.given(gives));
            let mut more = vec![match activation {
                Activation::Automatic => "Nobody has to do anything for it.".to_owned(),
                Activation::Member => "The member has to take it up.".to_owned(),
                Activation::Code { code } => {
                    format!("The member has to enter the code {}.", quoted(code.as_str()))
                }
            }];
            if *assigned {
                more.push("Only for members whom the shop gives it to, one by one.".to_owned());
            }
            more.extend(self.conditions(when));
            if *uses > 1 {
                more.push(format!("Each member can use it {}.", how_often((*uses).into())));
            }
            Item { says, more }
        };
        let items = self.0.program.offers.iter().map(item).collect();
        Section { heading: "Offers".to_owned(), intro: Vec::new(), items }
    }

    fn given(&self, gives: &OfferGives) -> String {
        let next = |minor: u64| match minor {
            0 => "with the next order".to_owned(),
            minor => format!("with the next order that has at least {} of goods", self.money(minor)),
        };
        match gives {
            OfferGives::Points { points } => format!("{}, once", self.points(points.get())),
            OfferGives::Bonus { points, minimum_order_minor } => {
                format!("{} {}", self.points(points.get()), next(*minimum_order_minor))
            }
            OfferGives::Multiplier { factor, lines, minimum_order_minor } => {
                let lines = self.lines(lines).map_or(String::new(), |lines| format!(" for {lines}"));
                format!("{}{lines}, {}", self.times(factor.0), next(*minimum_order_minor))
            }
        }
    }

    pub(super) fn reminders(&self) -> Section {
        let Nudges { expiry_days, thresholds, tier_at_risk_days, win_back_days, birthday } =
            &self.0.program.nudges;
        let mut says = Vec::new();
        if !expiry_days.is_empty() {
            let days = list(expiry_days.iter().map(|days| number((*days).into())), "and");
            let unit = if expiry_days.as_slice() == [1] { "day" } else { "days" };
            says.push(format!("{days} {unit} before {} expire.", self.all()));
        }
        if !thresholds.is_empty() {
            let points = list(thresholds.iter().map(|points| number(points.get())), "and");
            says.push(format!("When {points} {} are there to be spent.", self.all()));
        }
        says.extend(
            tier_at_risk_days.map(|days| format!("{} before a tier is lost.", counted(days.into(), "day"))),
        );
        says.extend(
            win_back_days.map(|days| format!("{} after the last order.", counted(days.into(), "day"))),
        );
        if *birthday {
            says.push("On the birthday, with a greeting.".to_owned());
        }
        let items = says.into_iter().map(|says| Item { says, more: Vec::new() }).collect();
        Section { heading: "When members are reminded".to_owned(), intro: Vec::new(), items }
    }
}

fn percent(share: BasisPoints) -> String {
    format!("{}%", decimal(share.0.into(), 2))
}
