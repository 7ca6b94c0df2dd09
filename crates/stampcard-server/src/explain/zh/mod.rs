//! A program in plain Chinese.

mod earning;
mod spending;
mod tiers;

use stampcard_model::{
    Bought, Condition, Date, Expiry, Limit, Lines, MonthDay, Pending, Period, RoundUp, Rounding, Span, Stage,
    Weekday,
};

use super::{Item, Section, Told, Words, decimal, money, number};

/// Chinese in simplified characters.
pub(super) struct Chinese<'a>(pub(super) Told<'a>);

impl Words for Chinese<'_> {
    fn title(&self) -> String {
        self.0.text(&self.0.program.name)
    }

    fn about(&self) -> Vec<String> {
        let program = self.0.program;
        let since = program.effective_at.map_or(String::new(), |at| {
            let (day, time) = self.0.local(at);
            format!("，自 {} {time}（{}）起生效", date(day), program.time_zone)
        });
        let all = self.all();
        let rounding = match program.currency.rounding {
            Rounding::Floor => format!("不足 1 {all}的部分舍去"),
            Rounding::HalfUp => format!("不足 1 {all}的部分四舍五入"),
            Rounding::Ceil => format!("不足 1 {all}的部分按 1 {all}计"),
        };
        vec![
            format!("会员计划 `{}` 第 {} 版{since}。", program.id, program.version),
            format!(
                "会员积攒的积分叫“{all}”，订单以{}计价。{rounding}。日、月、年一律按 {} 当地时间起算。",
                money::name(&program.money, self.0.language),
                program.time_zone
            ),
        ]
    }

    fn earning(&self) -> Section {
        let items = self.0.program.earn_rules.iter().map(|rule| self.rule(rule)).collect::<Vec<_>>();
        let intro = if items.is_empty() {
            vec![format!("没有自动获得{}的方式。", self.all())]
        } else {
            Vec::new()
        };
        Section { heading: format!("怎样获得{}", self.all()), intro, items }
    }

    fn multipliers(&self) -> Option<Section> {
        self.more_for_purchases().if_any()
    }

    fn limits(&self) -> Option<Section> {
        self.bounds().if_any()
    }

    fn life_of_points(&self) -> Section {
        let program = self.0.program;
        let all = self.all();
        let pending = match program.pending {
            Pending::None => format!("{all}到账后即可使用。"),
            Pending::Days { days } => {
                format!("订单所得的{all}在 {} 天后可用，其他方式所得的{all}立即可用。", number(days.into()))
            }
            Pending::Fulfilled => format!("订单所得的{all}在订单完成后可用，其他方式所得的{all}立即可用。"),
        };
        let expiry = match &program.expiry {
            Expiry::Never => format!("{all}永久有效。"),
            Expiry::AfterMonths { months, round_up } => {
                let months = number((*months).into());
                match at_the_end(*round_up) {
                    Some(end) => format!("{all}自获得之日起满 {months} 个月，于{end}过期。"),
                    None => format!("{all}自获得之日起满 {months} 个月过期。"),
                }
            }
            Expiry::OnDates { dates, least_months } => {
                let dates = list(dates.iter().map(|date| month_day(*date)));
                let least = match least_months {
                    0 => String::new(),
                    months => format!("，但至少保留 {} 个月", number((*months).into())),
                };
                let nearest = if dates.contains('、') { "中最近的一天" } else { "" };
                format!("{all}在每年 {dates}{nearest}结束时过期{least}。")
            }
            Expiry::Inactivity { months } => format!(
                "会员连续 {} 个月既没有获得也没有兑换{all}，其全部{all}即告过期。",
                number((*months).into())
            ),
        };
        let heading = format!("{all}何时可用、何时过期");
        Section { heading, intro: vec![pending, expiry], items: Vec::new() }
    }

    fn tiers(&self) -> Section {
        let tiers = &self.0.program.tiers;
        let heading = "会员等级".to_owned();
        if let [only] = tiers.tiers.as_slice() {
            let intro = vec![format!("不分等级，所有会员都是“{}”。", self.0.text(&only.name))];
            return Section { heading, intro, items: Vec::new() };
        }
        Section { heading, intro: vec![self.tier_rules()], items: self.ladder() }
    }

    fn rewards(&self) -> Option<Section> {
        self.catalogue().if_any()
    }

    fn price_events(&self) -> Option<Section> {
        self.special_prices().if_any()
    }

    fn review(&self) -> Option<Section> {
        let review = self.0.program.review?;
        let says = format!("{}的，须经商家审核后才生效。", self.reviewed(review));
        Section { heading: "需要审核的兑换".to_owned(), intro: vec![says], items: Vec::new() }.if_any()
    }

    fn refunds(&self) -> Section {
        self.returns()
    }

    fn offers(&self) -> Option<Section> {
        self.offered().if_any()
    }

    fn nudges(&self) -> Option<Section> {
        self.reminders().if_any()
    }
}

impl Chinese<'_> {
    /// What the points are called.
    fn all(&self) -> String {
        self.0.word(0)
    }

    fn points(&self, points: u64) -> String {
        format!("{} {}", number(points), self.0.word(points))
    }

    fn money(&self, minor: u64) -> String {
        self.0.money(minor)
    }

    /// For whom and when, a sentence each.
    fn conditions(&self, when: &Condition) -> Vec<String> {
        let Condition { tiers, segments, stages, consents, bought, birthday, starts_on, ends_on, weekdays } =
            when;
        let mut says = Vec::new();
        if !tiers.is_empty() {
            says.push(format!("仅限{}会员。", list(tiers.iter().map(|tier| quoted(&self.0.tier(tier))))));
        }
        if !segments.is_empty() {
            let names = list(segments.iter().map(|segment| quoted(segment.as_str())));
            says.push(format!("仅限人群{names}中的会员。"));
        }
        if !stages.is_empty() {
            let stages: Vec<String> = stages.iter().map(|stage| self.stage(*stage)).collect();
            says.push(format!("仅限{}的会员。", stages.join("或")));
        }
        if !consents.is_empty() {
            let names = list(consents.iter().map(|purpose| quoted(purpose.as_str())));
            says.push(format!("仅限已同意{names}的会员。"));
        }
        if let Some(Bought { days, orders, spend_minor }) = bought {
            let orders = orders.map(|orders| format!("下单至少 {} 次", number(orders.into())));
            let spend = spend_minor.map(|minor| format!("消费满 {}", self.money(minor)));
            let both = orders.into_iter().chain(spend).collect::<Vec<_>>().join("且");
            says.push(format!("仅限最近 {} 天内{both}的会员。", number((*days).into())));
        }
        match birthday {
            Some(Span::Day) => says.push("仅限会员生日当天。".to_owned()),
            Some(Span::Month) => says.push("仅限会员生日当月。".to_owned()),
            None => {}
        }
        match (starts_on, ends_on) {
            (Some(starts_on), Some(ends_on)) if starts_on == ends_on => {
                says.push(format!("仅限 {}。", date(starts_on.parts())));
            }
            (Some(starts_on), Some(ends_on)) => says.push(format!("时间：{}。", span(*starts_on, *ends_on))),
            (Some(starts_on), None) => says.push(format!("自 {}起。", date(starts_on.parts()))),
            (None, Some(ends_on)) => says.push(format!("截至 {}。", date(ends_on.parts()))),
            (None, None) => {}
        }
        if !weekdays.is_empty() {
            says.push(format!("仅限{}。", list(weekdays.iter().map(|day| weekday(*day).to_owned()))));
        }
        says
    }

    fn stage(&self, stage: Stage) -> String {
        let lifecycle = self.0.program.lifecycle;
        let days = |days: u16| number(days.into());
        match stage {
            Stage::Prospect => "从未下单".to_owned(),
            Stage::Lapsed => format!("已有 {} 天以上没有下单", days(lifecycle.lapsed_days)),
            Stage::AtRisk => {
                format!("已有 {} 至 {} 天没有下单", days(lifecycle.at_risk_days), days(lifecycle.lapsed_days))
            }
            Stage::New => format!("入会不满 {} 天", days(lifecycle.new_days)),
            Stage::Active => format!("入会已久且最近 {} 天内下过单", days(lifecycle.at_risk_days)),
        }
    }

    /// Which lines of an order, after “指定商品”; nothing when it is all of them.
    fn lines(&self, lines: &Lines) -> Option<String> {
        let Lines { categories, products, skus } = lines;
        let named = |what: &str, names: Vec<&str>| {
            (!names.is_empty()).then(|| format!("{what}{}", list(names.into_iter().map(quoted))))
        };
        let parts = [
            named("类别", categories.iter().map(|name| name.as_str()).collect()),
            named("商品", products.iter().map(|name| name.as_str()).collect()),
            named("规格", skus.iter().map(|name| name.as_str()).collect()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!lines.is_empty()).then(|| parts.join("，"))
    }

    /// What one member may get, after “每位会员”.
    fn member_limits(&self, limits: &[Limit]) -> Option<String> {
        let most = |limit: &Limit| {
            let times = limit.times.map(|times| format!("{} 次", number(times.into())));
            let points = limit.points.map(|points| self.points(points.get()));
            let both = times.into_iter().chain(points).collect::<Vec<_>>().join("、");
            format!("{}最多 {both}", a_period(limit.period))
        };
        let all = limits.iter().map(most).collect::<Vec<_>>().join("，");
        (!limits.is_empty()).then(|| format!("每位会员{all}。"))
    }
}

fn a_period(period: Period) -> &'static str {
    match period {
        Period::Day => "每天",
        Period::Month => "每月",
        Period::Year => "每年",
        Period::Lifetime => "累计",
    }
}

fn at_the_end(round_up: Option<RoundUp>) -> Option<&'static str> {
    match round_up {
        None => None,
        Some(RoundUp::Month) => Some("当月月末"),
        Some(RoundUp::Quarter) => Some("当季季末"),
        Some(RoundUp::Year) => Some("当年年末"),
    }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "每周一",
        Weekday::Tuesday => "每周二",
        Weekday::Wednesday => "每周三",
        Weekday::Thursday => "每周四",
        Weekday::Friday => "每周五",
        Weekday::Saturday => "每周六",
        Weekday::Sunday => "每周日",
    }
}

fn date((year, month, day): (i32, u8, u8)) -> String {
    format!("{year} 年 {month} 月 {day} 日")
}

fn month_day(day: MonthDay) -> String {
    let (month, day) = day.parts();
    format!("{month} 月 {day} 日")
}

fn span(from: Date, to: Date) -> String {
    let end = to.parts();
    if from.parts().0 == end.0 {
        format!("{}至 {} 月 {} 日", date(from.parts()), end.1, end.2)
    } else {
        format!("{}至 {}", date(from.parts()), date(end))
    }
}

fn quoted(name: &str) -> String {
    format!("“{name}”")
}

fn list(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join("、").replace("”、“", "”“")
}
