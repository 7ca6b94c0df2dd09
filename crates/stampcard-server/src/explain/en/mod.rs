//! A program in plain English.

mod earning;
mod spending;
mod tiers;

use stampcard_model::{
    Bought, Condition, Date, Expiry, Limit, Lines, MonthDay, Pending, Period, RoundUp, Rounding, Span, Stage,
    Weekday,
};

use super::{Item, Section, Told, Words, decimal, money, number};

/// English.
pub(super) struct English<'a>(pub(super) Told<'a>);

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Words for English<'_> {
    fn title(&self) -> String {
        self.0.text(&self.0.program.name)
    }

    fn about(&self) -> Vec<String> {
        let program = self.0.program;
        let since = program.effective_at.map_or(String::new(), |at| {
            let (day, time) = self.0.local(at);
            format!(", in force from {} at {time} ({})", date(day), program.time_zone)
        });
        let one = self.0.word(1);
        let rounding = match program.currency.rounding {
            Rounding::Floor => format!("Fractions of {} are rounded down", a(&one)),
            Rounding::HalfUp => format!("Fractions of {} are rounded to the nearest whole one", a(&one)),
            Rounding::Ceil => format!("Fractions of {} are rounded up", a(&one)),
        };
        vec![
            format!("Version {} of the program `{}`{since}.", program.version, program.id),
            format!(
                "Members collect {}. Orders are in {}. {rounding}. Days, months and years follow the \
                 time zone {}.",
                self.all(),
                money::name(&program.money, self.0.language),
                program.time_zone
            ),
        ]
    }

    fn earning(&self) -> Section {
        let items = self.0.program.earn_rules.iter().map(|rule| self.rule(rule)).collect::<Vec<_>>();
        let intro = if items.is_empty() { vec!["Nothing earns by itself.".to_owned()] } else { Vec::new() };
        Section { heading: format!("How members earn {}", self.all()), intro, items }
    }

    fn multipliers(&self) -> Option<Section> {
        self.more_for_purchases().if_any()
    }

    fn limits(&self) -> Option<Section> {
        self.bounds().if_any()
    }

    fn life_of_points(&self) -> Section {
        let program = self.0.program;
        let all = capital(&self.all());
        let pending = match program.pending {
            Pending::None => format!("{all} can be spent as soon as they are earned."),
            Pending::Days { days } => format!(
                "{all} from an order can be spent {} later, those from anything else at once.",
                counted(days.into(), "day")
            ),
            Pending::Fulfilled => format!(
                "{all} from an order can be spent when the order is fulfilled, those from anything else at once."
            ),
        };
        let expiry = match &program.expiry {
            Expiry::Never => format!("{all} never expire."),
            Expiry::AfterMonths { months, round_up } => format!(
                "{all} expire {} after they were earned{}.",
                counted((*months).into(), "month"),
                at_the_end("at", *round_up)
            ),
            Expiry::OnDates { dates, least_months } => {
                let dates = list(dates.iter().map(|date| month_day(*date)), "or");
                let least = match least_months {
                    0 => String::new(),
                    months => format!(
                        ", but never less than {} after they were earned",
                        counted((*months).into(), "month")
                    ),
                };
                let first = if dates.contains(" or ") { ", whichever comes first" } else { "" };
                format!("{all} expire at the end of {dates}{first}{least}.")
            }
            Expiry::Inactivity { months } => format!(
                "All {} of a member expire together when the member has neither earned nor redeemed anything for {}.",
                self.all(),
                counted((*months).into(), "month")
            ),
        };
        let heading = format!("When {} can be spent, and until when", self.all());
        Section { heading, intro: vec![pending, expiry], items: Vec::new() }
    }

    fn tiers(&self) -> Section {
        let tiers = &self.0.program.tiers;
        let heading = "Tiers".to_owned();
        if let [only] = tiers.tiers.as_slice() {
            let intro = vec![format!("There are no tiers: every member is “{}”.", self.0.text(&only.name))];
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
        let says = format!("A redemption waits until the shop approves it {}.", self.reviewed(review));
        Section {
            heading: "Redemptions that wait for approval".to_owned(),
            intro: vec![says],
            items: Vec::new(),
        }
        .if_any()
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

impl English<'_> {
    /// The word for the points in general.
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
            let names = list(tiers.iter().map(|tier| self.0.tier(tier)), "or");
            says.push(format!("Only for members of the tier {names}."));
        }
        if !segments.is_empty() {
            let names = list(segments.iter().map(|segment| quoted(segment.as_str())), "or");
            says.push(format!("Only for members of the segment {names}."));
        }
        if !stages.is_empty() {
            let stages = list(stages.iter().map(|stage| self.stage(*stage)), "or");
            says.push(format!("Only for members who {stages}."));
        }
        if !consents.is_empty() {
            let names = list(consents.iter().map(|purpose| quoted(purpose.as_str())), "and");
            says.push(format!("Only for members who consent to {names}."));
        }
        if let Some(Bought { days, orders, spend_minor }) = bought {
            let orders = orders.map(|orders| format!("placed at least {}", counted(orders.into(), "order")));
            let spend = spend_minor.map(|minor| format!("bought goods for at least {}", self.money(minor)));
            let both = list(orders.into_iter().chain(spend), "and");
            says.push(format!("Only for members who {both} in the last {}.", counted((*days).into(), "day")));
        }
        match birthday {
            Some(Span::Day) => says.push("Only on the member's birthday.".to_owned()),
            Some(Span::Month) => says.push("Only in the month of the member's birthday.".to_owned()),
            None => {}
        }
        match (starts_on, ends_on) {
            (Some(starts_on), Some(ends_on)) if starts_on == ends_on => {
                says.push(format!("Only on {}.", date(starts_on.parts())));
            }
            (Some(starts_on), Some(ends_on)) => {
                says.push(format!("Only from {}.", span(*starts_on, *ends_on)))
            }
            (Some(starts_on), None) => says.push(format!("From {} on.", date(starts_on.parts()))),
            (None, Some(ends_on)) => says.push(format!("Until {}.", date(ends_on.parts()))),
            (None, None) => {}
        }
        if !weekdays.is_empty() {
            says.push(format!(
                "Only on {}.",
                list(weekdays.iter().map(|day| weekday(*day).to_owned()), "and")
            ));
        }
        says
    }

    fn stage(&self, stage: Stage) -> String {
        let lifecycle = self.0.program.lifecycle;
        match stage {
            Stage::Prospect => "have never ordered".to_owned(),
            Stage::Lapsed => {
                format!("have not ordered for {}", counted(lifecycle.lapsed_days.into(), "day"))
            }
            Stage::AtRisk => format!(
                "have not ordered for {} to {}",
                number(lifecycle.at_risk_days.into()),
                counted(lifecycle.lapsed_days.into(), "day")
            ),
            Stage::New => format!("joined less than {} ago", counted(lifecycle.new_days.into(), "day")),
            Stage::Active => format!(
                "are no longer new and have ordered in the last {}",
                counted(lifecycle.at_risk_days.into(), "day")
            ),
        }
    }

    /// Which lines of an order, as “the category “tea” and the product “oolong””; nothing when it is all of them.
    fn lines(&self, lines: &Lines) -> Option<String> {
        let Lines { categories, products, skus } = lines;
        let named = |what: &str, names: Vec<&str>| {
            let plural =
                if names.len() > 1 { what.replace("category", "categorie") + "s" } else { what.to_owned() };
            (!names.is_empty())
                .then(|| format!("the {plural} {}", list(names.into_iter().map(quoted), "and")))
        };
        let parts = [
            named("category", categories.iter().map(|name| name.as_str()).collect()),
            named("product", products.iter().map(|name| name.as_str()).collect()),
            named("variant", skus.iter().map(|name| name.as_str()).collect()),
        ];
        (!lines.is_empty()).then(|| list(parts.into_iter().flatten(), "and"))
    }

    fn member_limits(&self, limits: &[Limit]) -> Option<String> {
        let most = |limit: &Limit| {
            let points = limit.points.map(|points| self.points(points.get()));
            let times = limit.times.map(|times| how_often(times.into()));
            format!("{} {}", list(times.into_iter().chain(points), "and"), a_period(limit.period))
        };
        let all = list(limits.iter().map(most), "and");
        (!limits.is_empty()).then(|| format!("At most {all} for each member."))
    }
}

fn how_often(times: u64) -> String {
    match times {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        times => format!("{} times", number(times)),
    }
}

/// Per which stretch, after an amount.
fn a_period(period: Period) -> &'static str {
    match period {
        Period::Day => "a day",
        Period::Month => "a month",
        Period::Year => "a year",
        Period::Lifetime => "in all",
    }
}

/// “, at the end of that month”, or “to” it.
fn at_the_end(at: &str, round_up: Option<RoundUp>) -> String {
    let stretch = match round_up {
        None => return String::new(),
        Some(RoundUp::Month) => "month",
        Some(RoundUp::Quarter) => "quarter",
        Some(RoundUp::Year) => "year",
    };
    format!(", {at} the end of that {stretch}")
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Mondays",
        Weekday::Tuesday => "Tuesdays",
        Weekday::Wednesday => "Wednesdays",
        Weekday::Thursday => "Thursdays",
        Weekday::Friday => "Fridays",
        Weekday::Saturday => "Saturdays",
        Weekday::Sunday => "Sundays",
    }
}

fn month(month: u8) -> &'static str {
    MONTHS.get(usize::from(month).saturating_sub(1)).copied().unwrap_or_default()
}

fn date((year, of, day): (i32, u8, u8)) -> String {
    format!("{day} {} {year}", month(of))
}

fn month_day(day: MonthDay) -> String {
    let (of, day) = day.parts();
    format!("{day} {}", month(of))
}

fn span(from: Date, to: Date) -> String {
    let ((year, of, day), end) = (from.parts(), to.parts());
    match (year == end.0, of == end.1) {
        (true, true) => format!("{day} to {}", date(end)),
        (true, false) => format!("{day} {} to {}", month(of), date(end)),
        (false, _) => format!("{} to {}", date(from.parts()), date(end)),
    }
}

fn quoted(name: &str) -> String {
    format!("“{name}”")
}

fn counted(number_of: u64, what: &str) -> String {
    let plural = if number_of == 1 { "" } else { "s" };
    format!("{} {what}{plural}", number(number_of))
}

fn a(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} {word}")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// “one”, “one and two”, “one, two and three”.
fn list(parts: impl IntoIterator<Item = String>, last: &str) -> String {
    let mut parts: Vec<String> = parts.into_iter().collect();
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(end) => format!("{} {last} {end}", parts.join(", ")),
        None => String::new(),
    }
}
