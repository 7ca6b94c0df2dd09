//! How points are earned.

use stampcard_model::{
    ActivityCode, ActivityKind, Counts, EarnRule, EarnRuleKind, GoalMeasure, Limits, Measure, Multiplier,
    Period, Ratio, Span, Stacking, StreakStep,
};

use super::{Chinese, Item, Section, a_period, decimal, number, quoted};

impl Chinese<'_> {
    pub(super) fn rule(&self, rule: &EarnRule) -> Item {
        let EarnRule { id: _, title, earn, when, lines, minimum_order_minor, limits, counts_for_tier } = rule;
        let says = format!("**{}**：{}。", self.0.text(title), self.earns(earn));
        let mut more = self.rule_details(earn);
        more.extend(self.lines(lines).map(|lines| format!("仅限指定商品：{lines}。")));
        more.extend(self.minimum(*minimum_order_minor));
        more.extend(self.conditions(when));
        more.extend(self.member_limits(limits));
        if !counts_for_tier && self.0.program.tiers.measure == Measure::PointsEarned {
            more.push(format!("这些{}不计入等级。", self.all()));
        }
        Item { says, more }
    }

    fn earns(&self, earn: &EarnRuleKind) -> String {
        match earn {
            EarnRuleKind::Spend { ratio, .. } => self.ratio(*ratio),
            EarnRuleKind::Visit { points } => format!("每笔订单得 {}，不论金额", self.points(points.get())),
            EarnRuleKind::Bonus { steps } => {
                let step = |step: &stampcard_model::BonusStep| {
                    format!("满 {}加赠 {}", self.money(step.at_least_minor), self.points(step.points.get()))
                };
                let best = if steps.len() > 1 { "，按达到的最高一档赠送" } else { "" };
                let steps: Vec<String> = steps.iter().map(step).collect();
                format!("单笔订单{}{best}", steps.join("，"))
            }
            EarnRuleKind::Goal { measure, target, period, points, repeats } => {
                let target = match measure {
                    GoalMeasure::Orders => format!("满 {} 单", number(*target)),
                    GoalMeasure::Spend => format!("消费满 {}", self.money(*target)),
                };
                self.goal(&target, *period, points.get(), *repeats)
            }
            EarnRuleKind::Activity { activity, code, points, streak: _, span } => {
                let (what, how_often) = activity_words(*activity, code.as_ref(), *span);
                if points.is_zero() {
                    format!("{what}，单次不得{}", self.all())
                } else {
                    format!("{what}得 {}{how_often}", self.points(points.get()))
                }
            }
            EarnRuleKind::Referral { advocate, friend } => {
                let advocate =
                    (!advocate.is_zero()).then(|| format!("邀请人得 {}", self.points(advocate.get())));
                let friend =
                    (!friend.is_zero()).then(|| format!("被邀请的好友得 {}", self.points(friend.get())));
                let both: Vec<String> = advocate.into_iter().chain(friend).collect();
                let link = self.0.program.invitation_link.as_ref();
                let link = link.map_or(String::new(), |link| format!("。邀请链接：{link}"));
                format!("好友完成首单后，{}{link}", both.join("，"))
            }
        }
    }

    fn goal(&self, target: &str, period: Period, points: u64, repeats: bool) -> String {
        let points = self.points(points);
        let stretch = match period {
            Period::Day => "当天",
            Period::Month => "当月",
            Period::Year => "当年",
            Period::Lifetime => "累计",
        };
        match (repeats, period) {
            (true, _) => format!("{stretch}每{target}，得 {points}"),
            (false, Period::Lifetime) => format!("{stretch}{target}，得 {points}，仅一次"),
            (false, Period::Day | Period::Month | Period::Year) => {
                format!("{stretch}{target}，得 {points}，{}一次", a_period(period))
            }
        }
    }

    fn ratio(&self, ratio: Ratio) -> String {
        format!("每消费 {}得 {}", self.money(ratio.per_minor.into()), self.points(ratio.points.into()))
    }

    fn rule_details(&self, earn: &EarnRuleKind) -> Vec<String> {
        match earn {
            EarnRuleKind::Spend { ratio: _, categories, products, skus, counts } => {
                let own = |what: &str, name: &str, ratio: Ratio| match ratio.points {
                    0 => format!("{what}{}：不累积{}。", quoted(name), self.all()),
                    _ => format!("{what}{}：{}。", quoted(name), self.ratio(ratio)),
                };
                let categories = categories.iter().map(|one| own("类别", one.category.as_str(), one.ratio));
                let products = products.iter().map(|one| own("商品", one.product.as_str(), one.ratio));
                let skus = skus.iter().map(|one| own("规格", one.sku.as_str(), one.ratio));
                categories.chain(products).chain(skus).chain([what_counts(*counts)]).collect()
            }
            EarnRuleKind::Activity { streak, .. } if !streak.is_empty() => {
                let step = |step: &StreakStep| {
                    format!("第 {} 天加赠 {}", number(step.days.into()), self.points(step.points.get()))
                };
                let steps: Vec<String> = streak.iter().map(step).collect();
                vec![format!("连续签到：{}，之后重新计数。", steps.join("，"))]
            }
            EarnRuleKind::Activity { .. }
            | EarnRuleKind::Visit { .. }
            | EarnRuleKind::Bonus { .. }
            | EarnRuleKind::Goal { .. }
            | EarnRuleKind::Referral { .. } => Vec::new(),
        }
    }

    pub(super) fn minimum(&self, minor: u64) -> Option<String> {
        (minor > 0).then(|| format!("订单商品金额须满 {}。", self.money(minor)))
    }

    /// What becomes of points when they are multiplied: “的星翻倍”.
    pub(super) fn times(&self, factor: u32) -> String {
        match factor {
            20_000 => format!("的{}翻倍", self.all()),
            factor => format!("的{}按 {} 倍计", self.all(), decimal(factor.into(), 4)),
        }
    }

    pub(super) fn more_for_purchases(&self) -> Section {
        let program = self.0.program;
        let item = |multiplier: &Multiplier| {
            let Multiplier { id: _, title, factor, when, lines, minimum_order_minor } = multiplier;
            let which =
                self.lines(lines).map_or("消费".to_owned(), |lines| format!("购买指定商品（{lines}）"));
            let says = format!("**{}**：{which}所得{}。", self.0.text(title), self.times(factor.0));
            let more = self.conditions(when).into_iter().chain(self.minimum(*minimum_order_minor)).collect();
            Item { says, more }
        };
        let items: Vec<Item> = program.multipliers.iter().map(item).collect();
        let several = items.len() + usize::from(self.0.tiers_multiply()) > 1;
        let stacking = match program.stacking {
            Stacking::Best => "只取最高的一个",
            Stacking::SumOfBonuses => "各自多出的部分相加：1.5 倍与 2 倍合为 2.5 倍",
            Stacking::Product => "彼此相乘：1.5 倍与 2 倍合为 3 倍",
        };
        let intro = (several && !items.is_empty()).then(|| {
            format!(
                "只有消费所得的{}会加倍，其他方式所得的不变。同时符合几项时（等级倍数也算在内），{stacking}。最高不超过 100 倍。",
                self.all()
            )
        });
        let heading = format!("消费何时得更多{}", self.all());
        Section { heading, intro: intro.into_iter().collect(), items }
    }

    pub(super) fn bounds(&self) -> Section {
        let Limits { per_member, issued, minimum_order_minor } = &self.0.program.limits;
        let member = self.member_limits(per_member).map(|says| says.replace('。', "，各种方式合计。"));
        let issued = issued.map(|cap| {
            format!(
                "全体会员{}合计最多获得 {}，收回的部分不再腾出额度。",
                a_period(cap.period),
                self.points(cap.points.get())
            )
        });
        let minimum = (*minimum_order_minor > 0)
            .then(|| format!("商品金额不足 {}的订单不得{}。", self.money(*minimum_order_minor), self.all()));
        let items =
            [member, issued, minimum].into_iter().flatten().map(|says| Item { says, more: Vec::new() });
        Section { heading: "总的限制".to_owned(), intro: Vec::new(), items: items.collect() }
    }
}

/// What of an order's money counts.
fn what_counts(counts: Counts) -> String {
    let Counts { tax, shipping, discounts, gift_card_payments, gift_card_lines } = counts;
    let goods = if discounts { "折前" } else { "折后" };
    let besides = match (tax, shipping) {
        (true, true) => "含税和运费",
        (true, false) => "含税，不含运费",
        (false, true) => "含运费，不含税",
        (false, false) => "不含税和运费",
    };
    let left_out: Vec<&str> =
        [(!gift_card_payments).then_some("用礼品卡支付的部分"), (!gift_card_lines).then_some("所购的礼品卡")]
            .into_iter()
            .flatten()
            .collect();
    let left_out =
        if left_out.is_empty() { String::new() } else { format!("；{}不计", left_out.join("和")) };
    format!("按商品{goods}金额计算，{besides}{left_out}。")
}

/// What a member does, and how often it earns.
fn activity_words(activity: ActivityKind, code: Option<&ActivityCode>, span: Span) -> (String, &'static str) {
    let which = code.map_or(String::new(), |code| quoted(code.as_str()));
    let on = |else_: &str| if which.is_empty() { else_.to_owned() } else { which.clone() };
    match activity {
        ActivityKind::SignUp => ("注册成为会员".to_owned(), "，仅一次"),
        ActivityKind::Newsletter => (format!("订阅资讯{which}"), "，仅一次"),
        ActivityKind::Birthday => match span {
            Span::Day => ("生日当天".to_owned(), "，每年一次"),
            Span::Month => ("生日当月".to_owned(), "，每年一次"),
        },
        ActivityKind::Anniversary => match span {
            Span::Day => ("入会周年当天".to_owned(), "，每年一次"),
            Span::Month => ("入会周年当月".to_owned(), "，每年一次"),
        },
        ActivityKind::Review => (format!("每写一条商品评价{which}"), ""),
        ActivityKind::PhotoReview => (format!("每写一条带图的商品评价{which}"), ""),
        ActivityKind::SocialFollow => (format!("在{}上关注本店", on("社交网络")), "，仅一次"),
        ActivityKind::SocialShare => (format!("每在{}上分享一次", on("社交网络")), ""),
        ActivityKind::ProfileCompleted => ("填完个人资料".to_owned(), "，仅一次"),
        ActivityKind::Survey => match code {
            Some(_) => (format!("回答问卷{which}"), ""),
            None => ("每回答一份问卷".to_owned(), ""),
        },
        ActivityKind::CheckIn => (format!("签到{which}"), "，每天一次"),
        ActivityKind::Custom => (format!("每次完成{which}（由商家上报）"), ""),
        ActivityKind::Unrecognized => ("这一版不认识的活动".to_owned(), ""),
    }
}
