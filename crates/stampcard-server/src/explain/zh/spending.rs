//! What points can be spent on, and what becomes of them.

use stampcard_model::{
    Activation, BasisPoints, Nudges, Offer, OfferGives, PriceEvent, RefundPolicy, Refunds, Review, Reward,
    RewardKind, UnitLimit, VariablePrice,
};

use super::{Chinese, Item, Section, a_period, decimal, list, number, quoted};

impl Chinese<'_> {
    pub(super) fn catalogue(&self) -> Section {
        let rewards = &self.0.program.rewards;
        let lasting = rewards.iter().any(|reward| reward.voucher_days.is_none());
        let intro = lasting.then(|| "未注明有效期的券长期有效。".to_owned());
        let items = rewards.iter().map(|reward| self.sold(reward)).collect();
        Section {
            heading: format!("{}可以兑换什么", self.all()), intro: intro.into_iter().collect(), items
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
        let from = if variable.is_some() { "起" } else { "" };
        let money =
            if *money_minor > 0 { format!("另加 {}", self.money(*money_minor)) } else { String::new() };
        let price = self.points(price.get());
        let says = format!("**{}**：{}，需 {price}{from}{money}。", self.0.text(title), self.kind(kind));
        let mut more = Vec::new();
        more.extend(variable.as_ref().map(|variable| self.chosen(variable)));
        more.extend(tier.as_ref().map(|tier| format!("{}及以上会员可兑。", quoted(&self.0.tier(tier)))));
        more.extend(self.conditions(when));
        more.extend(stock.map(|stock| format!("共 {} 份，兑完即止。", number(stock))));
        more.extend(per_member_limit.map(|limit| format!("每位会员限兑 {} 份。", number(limit))));
        let cap = |cap: &UnitLimit, whom: &str| {
            format!("{whom}{}限兑 {} 份。", a_period(cap.period), number(cap.units))
        };
        more.extend(per_member_cap.as_ref().map(|limit| cap(limit, "每位会员")));
        more.extend(period_cap.as_ref().map(|limit| cap(limit, "全体会员合计")));
        more.extend(
            cooldown_hours.map(|hours| format!("同一会员两次兑换须间隔 {} 小时。", number(hours.into()))),
        );
        more.extend(
            (*minimum_order_minor > 0)
                .then(|| format!("商品金额满 {}的订单方可用券。", self.money(*minimum_order_minor))),
        );
        more.extend(voucher_days.map(|days| format!("券自兑换起 {} 天内有效。", number(days.into()))));
        more.extend(
            cancel_hours.map(|hours| format!("兑换后 {} 小时内，券未使用的可以取消。", number(hours.into()))),
        );
        more.extend(
            review.map(|review| {
                format!("{}的，须经商家审核；统一的审核规则在此不适用。", self.reviewed(review))
            }),
        );
        Item { says, more }
    }

    fn kind(&self, kind: &RewardKind) -> String {
        match kind {
            RewardKind::Discount { amount_minor } => format!("订单立减 {}", self.money(*amount_minor)),
            RewardKind::PercentageDiscount { share } => off(*share),
            RewardKind::FreeShipping => "一笔订单免运费".to_owned(),
            RewardKind::Product { sku } => format!("商品{}", quoted(sku.as_str())),
            RewardKind::GiftCard { amount_minor } => format!("{}的礼品卡", self.money(*amount_minor)),
            RewardKind::StoreCredit { amount_minor } => format!("{}店铺余额", self.money(*amount_minor)),
            RewardKind::CashPayout { amount_minor } => format!("提现 {}", self.money(*amount_minor)),
            RewardKind::Service => "为会员提供的服务".to_owned(),
            RewardKind::BusinessService => "为会员企业提供的服务".to_owned(),
            RewardKind::Experience => "体验活动".to_owned(),
            RewardKind::Donation { amount_minor } => format!("以会员名义捐赠 {}", self.money(*amount_minor)),
            RewardKind::Custom => "由商家安排兑现".to_owned(),
            RewardKind::Unrecognized => "这一版不认识的奖励".to_owned(),
        }
    }

    fn chosen(&self, variable: &VariablePrice) -> String {
        let VariablePrice { rate, step, least, most } = variable;
        format!(
            "数额由会员自选：{} 至 {}，以 {} 为一档；每 {}抵 {}。",
            number(least.get()),
            self.points(most.get()),
            number(step.get()),
            self.points(rate.points.into()),
            self.money(rate.minor.into())
        )
    }

    /// When a redemption waits.
    pub(super) fn reviewed(&self, review: Review) -> String {
        let Review { above_points, after } = review;
        let above = above_points.map(|points| format!("兑换所需超过 {}", self.points(points.get())));
        let after = after.map(|often| {
            format!("会员最近 {} 天内已兑换至少 {} 次", number(often.days.into()), number(often.times.into()))
        });
        above.into_iter().chain(after).collect::<Vec<_>>().join("，或")
    }

    pub(super) fn special_prices(&self) -> Section {
        let item = |event: &PriceEvent| {
            let PriceEvent { id: _, title, when, rewards, price_share, value_share } = event;
            let which = if rewards.is_empty() {
                "全部奖励".to_owned()
            } else {
                list(rewards.iter().map(|reward| quoted(&self.0.reward(reward))))
            };
            let price = (*price_share != BasisPoints::ONE).then(|| match price_share.0 {
                5_000 => "半价兑换".to_owned(),
                share if share.is_multiple_of(100) => format!("{} 折兑换", decimal(share.into(), 3)),
                share => format!("按原价的 {}% 兑换", decimal(share.into(), 2)),
            });
            let value = (*value_share != BasisPoints::ONE).then(|| match value_share.0 {
                20_000 => "价值翻倍".to_owned(),
                share => format!("价值按 {} 倍计", decimal(share.into(), 4)),
            });
            let both: Vec<String> = price.clone().into_iter().chain(value).collect();
            let says = format!("**{}**：{which}{}。", self.0.text(title), both.join("，"));
            let mut more = self.conditions(when);
            if price.is_some() && self.0.any_variable(rewards) {
                more.push("由会员自选数额的，数额不变，价值相应增加。".to_owned());
            }
            Item { says, more }
        };
        let items: Vec<Item> = self.0.program.price_events.iter().map(item).collect();
        let intro = (items.len() > 1).then(|| "几项同时进行时，以排在前面的为准。".to_owned());
        Section { heading: "限时优惠".to_owned(), intro: intro.into_iter().collect(), items }
    }

    pub(super) fn returns(&self) -> Section {
        let Refunds { policy, restore_grace_days } = self.0.program.refunds;
        let all = self.all();
        let taken = match policy {
            RefundPolicy::OnlyPending => format!("退货时，只收回该订单所得中尚不可用的{all}。"),
            RefundPolicy::WithinBalance => format!("退货时，收回该订单所得的{all}，以会员现有的为限。"),
            RefundPolicy::Unlimited => {
                format!(
                    "退货时，如数收回该订单所得的{all}；会员不足的部分记为欠额，从之后所得的{all}中扣除。"
                )
            }
        };
        let restored = match restore_grace_days {
            0 => format!("取消兑换时，{all}连同原有效期一并退回；其间已过期的不再恢复。"),
            days => format!(
                "取消兑换时，{all}连同原有效期一并退回；其间已过期的，可再用 {} 天。",
                number(days.into())
            ),
        };
        Section { heading: "退货与取消".to_owned(), intro: vec![taken, restored], items: Vec::new() }
    }

    pub(super) fn offered(&self) -> Section {
        let item = |offer: &Offer| {
            let Offer { id: _, title, description: _, when, assigned, activation, gives, uses } = offer;
            let says = format!("**{}**：{}。", self.0.text(title), self.given(gives));
            let mut more = vec![match activation {
                Activation::Automatic => "自动生效，会员无须操作。".to_owned(),
                Activation::Member => "须由会员领取。".to_owned(),
                Activation::Code { code } => format!("须由会员输入口令{}。", quoted(code.as_str())),
            }];
            if *assigned {
                more.push("仅限商家逐一指定的会员。".to_owned());
            }
            more.extend(self.conditions(when));
            if *uses > 1 {
                more.push(format!("每位会员可用 {} 次。", number((*uses).into())));
            }
            Item { says, more }
        };
        let items = self.0.program.offers.iter().map(item).collect();
        Section { heading: "优惠活动".to_owned(), intro: Vec::new(), items }
    }

    fn given(&self, gives: &OfferGives) -> String {
        let next = |minor: u64| match minor {
            0 => "下一笔订单".to_owned(),
            minor => format!("下一笔商品金额满 {}的订单", self.money(minor)),
        };
        match gives {
            OfferGives::Points { points } => format!("得 {}，仅一次", self.points(points.get())),
            OfferGives::Bonus { points, minimum_order_minor } => {
                format!("{}加赠 {}", next(*minimum_order_minor), self.points(points.get()))
            }
            OfferGives::Multiplier { factor, lines, minimum_order_minor } => {
                let which =
                    self.lines(lines).map_or("消费".to_owned(), |lines| format!("购买指定商品（{lines}）"));
                format!("{}，{which}所得{}", next(*minimum_order_minor), self.times(factor.0))
            }
        }
    }

    pub(super) fn reminders(&self) -> Section {
        let Nudges { expiry_days, thresholds, tier_at_risk_days, win_back_days, birthday } =
            &self.0.program.nudges;
        let all = self.all();
        let mut says = Vec::new();
        if !expiry_days.is_empty() {
            let days = expiry_days.iter().map(|days| format!("{} 天", number((*days).into())));
            says.push(format!("{all}过期前 {}。", list(days)));
        }
        if !thresholds.is_empty() {
            let points = thresholds.iter().map(|points| self.points(points.get()));
            says.push(format!("可用的{all}达到 {}时。", list(points)));
        }
        says.extend(tier_at_risk_days.map(|days| format!("即将降级前 {} 天。", number(days.into()))));
        says.extend(win_back_days.map(|days| format!("最近一次下单后 {} 天。", number(days.into()))));
        if *birthday {
            says.push("生日当天，送上祝福。".to_owned());
        }
        let items = says.into_iter().map(|says| Item { says, more: Vec::new() }).collect();
        Section { heading: "何时提醒会员".to_owned(), intro: Vec::new(), items }
    }
}

/// A share off, as shops say it: 10 % off is “打 9 折”.
fn off(share: BasisPoints) -> String {
    let left = BasisPoints::ONE.0.saturating_sub(share.0);
    match left {
        0 => "订单全免".to_owned(),
        left if left.is_multiple_of(100) => format!("订单打 {} 折", decimal(left.into(), 3)),
        _ => format!("订单减免 {}%", decimal(share.0.into(), 2)),
    }
}
