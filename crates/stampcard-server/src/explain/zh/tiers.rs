//! Tiers: what reaches and keeps them, and what they give.

use stampcard_model::{
    BasisPoints, Benefit, BenefitKind, Downgrade, Measure, Tier, Upgrade, Validity, Window,
};

use super::{Chinese, Item, at_the_end, number};

impl Chinese<'_> {
    /// What counts for a tier, how long, and what becomes of it.
    pub(super) fn tier_rules(&self) -> String {
        let tiers = &self.0.program.tiers;
        let window = match tiers.window {
            Window::Rolling { days } => format!("最近 {} 天内", number(days.into())),
            Window::Lifetime => "入会以来".to_owned(),
            Window::CalendarYear => "每个自然年内".to_owned(),
            Window::SinceJoining { months: 12 } => "自入会日起每满一年的周期内".to_owned(),
            Window::SinceJoining { months } => format!("自入会日起每 {} 个月的周期内", number(months.into())),
        };
        let measure = match tiers.measure {
            Measure::PointsEarned => format!("等级按{window}获得的{}计算", self.all()),
            Measure::Spend => format!("等级按{window}的商品消费额计算（折后金额，不含税和运费）"),
            Measure::Orders => format!("等级按{window}的订单数计算"),
            Measure::PointsHeld => format!("等级按会员当前可用的{}计算", self.all()),
        };
        let upgrade = match tiers.upgrade {
            Upgrade::AtOnce => "达标后立即升级",
            Upgrade::NextPeriod => "达标后从下一周期起升级",
        };
        let kept = match tiers.validity {
            Validity::WhileQualified => return format!("{measure}。{upgrade}，在达标期间一直保留。"),
            Validity::Months { months, round_up } => {
                let end = at_the_end(round_up).map_or(String::new(), |end| format!("，并延至{end}"));
                format!("等级有效期 {} 个月{end}", number(months.into()))
            }
            Validity::NextPeriod => match tiers.window {
                Window::CalendarYear => "等级保留到下一个自然年年底".to_owned(),
                Window::Rolling { .. } | Window::Lifetime | Window::SinceJoining { .. } => {
                    "等级保留到下一周期结束".to_owned()
                }
            },
        };
        let grace = match tiers.grace_days {
            0 => "到期".to_owned(),
            days => format!("到期后再过 {} 天", number(days.into())),
        };
        let fall = match tiers.downgrade {
            Downgrade::None => return format!("{measure}。{upgrade}，升级后不再降级。"),
            Downgrade::OneLevel => format!("{grace}仍未重新达标的，降一级。"),
            Downgrade::Requalify => format!("{grace}仍未重新达标的，降到当时符合条件的等级。"),
        };
        format!("{measure}。{upgrade}，{kept}；{fall}")
    }

    pub(super) fn ladder(&self) -> Vec<Item> {
        let tiers = &self.0.program.tiers;
        let measured = |threshold: u64| match tiers.measure {
            Measure::PointsEarned => format!("获得满 {}", self.points(threshold)),
            Measure::PointsHeld => format!("持有满 {}", self.points(threshold)),
            Measure::Spend => format!("消费满 {}", self.money(threshold)),
            Measure::Orders => format!("满 {} 单", number(threshold)),
        };
        let item = |(rank, tier): (usize, &Tier)| {
            let name = self.0.text(&tier.name);
            let says = match rank {
                0 => format!("**{name}**：入会即是。"),
                _ => format!("**{name}**：{}。", measured(tier.threshold.get())),
            };
            let factor = (tier.multiplier != BasisPoints::ONE)
                .then(|| format!("消费所得{}。", self.times(tier.multiplier.0)));
            let benefits = tier.benefits.iter().map(|benefit| self.benefit(benefit));
            Item { says, more: factor.into_iter().chain(benefits).collect() }
        };
        tiers.tiers.iter().enumerate().map(item).collect()
    }

    fn benefit(&self, benefit: &Benefit) -> String {
        let Benefit { kind, title, url } = benefit;
        let kind = match kind {
            BenefitKind::Multiplier => "消费多得",
            BenefitKind::Discount => "折扣",
            BenefitKind::FreeShipping => "免运费",
            BenefitKind::EarlyAccess => "优先购",
            BenefitKind::Event => "活动",
            BenefitKind::BirthdayGift => "生日礼",
            BenefitKind::DedicatedService => "专属服务",
            BenefitKind::Custom => "另有",
            BenefitKind::Unrecognized => "这一版不认识的权益",
        };
        let title = self.0.text(title);
        let link = url.as_ref().map_or(String::new(), |url| format!("（见 {url} ）"));
        // Many benefits are called what they are.
        if title == kind { format!("{title}{link}。") } else { format!("{kind}：{title}{link}。") }
    }
}
