//! How points are earned.

use stampcard_model::{
    ActivityCode, ActivityKind, Counts, EarnRule, EarnRuleKind, GoalMeasure, Limits, Measure, Multiplier,
    Period, Ratio, Span, Stacking, StreakStep,
};

use super::{English, Item, Section, a_period, capital, counted, decimal, how_often, list, number, quoted};

impl English<'_> {
    pub(super) fn rule(&self, rule: &EarnRule) -> Item {
        let EarnRule { id: _, title, earn, when, lines, minimum_order_minor, limits, counts_for_tier } = rule;
        let says = format!("**{}**: {}", self.0.text(title), self.earns(earn));
        let mut more = self.rule_details(earn);
        more.extend(self.lines(lines).map(|lines| format!("Only for {lines}.")));
        more.extend(self.minimum(*minimum_order_minor));
        more.extend(self.conditions(when));
        more.extend(self.member_limits(limits));
        if !counts_for_tier && self.0.program.tiers.measure == Measure::PointsEarned {
            more.push(format!("These {} do not count toward a tier.", self.all()));
        }
        Item { says, more }
    }

    fn earns(&self, earn: &EarnRuleKind) -> String {
        match earn {
            EarnRuleKind::Spend { ratio, .. } => format!("{} spent.", self.ratio(*ratio)),
            EarnRuleKind::Visit { points } => {
                format!("{} for each order, whatever its size.", self.points(points.get()))
            }
            EarnRuleKind::Bonus { steps } => {
                let step = |step: &stampcard_model::BonusStep| {
                    format!("{} from {} on", self.points(step.points.get()), self.money(step.at_least_minor))
                };
                let best = if steps.len() > 1 {
                    " Only the highest step that the order reaches counts."
                } else {
                    ""
                };
                format!("extra for a large order: {}.{best}", list(steps.iter().map(step), "and"))
            }
            EarnRuleKind::Goal { measure, target, period, points, repeats } => {
                let target = match (measure, repeats) {
                    (GoalMeasure::Orders, true) => format!("every {}", counted(*target, "order")),
                    (GoalMeasure::Orders, false) => format!("placing {}", counted(*target, "order")),
                    (GoalMeasure::Spend, true) => format!("every {} of goods", self.money(*target)),
                    (GoalMeasure::Spend, false) => format!("buying {} of goods", self.money(*target)),
                };
                self.goal(&target, *period, points.get(), *repeats)
            }
            EarnRuleKind::Activity { activity, code, points, streak: _, span } => {
                let for_what = activity_words(*activity, code.as_ref(), *span);
                if points.is_zero() {
                    format!("nothing by itself {for_what}.")
                } else {
                    format!("{} {for_what}.", self.points(points.get()))
                }
            }
            EarnRuleKind::Referral { advocate, friend } => {
                let advocate = (!advocate.is_zero())
                    .then(|| format!("{} for the member who invited", self.points(advocate.get())));
                let friend = (!friend.is_zero())
                    .then(|| format!("{} for the friend who was invited", self.points(friend.get())));
                let link = self.0.program.invitation_link.as_ref();
                let link = link.map_or(String::new(), |link| format!(" The link is {link}."));
                let both = list(advocate.into_iter().chain(friend), "and");
                format!("{both}, with the friend's first order.{link}")
            }
        }
    }

    fn goal(&self, target: &str, period: Period, points: u64, repeats: bool) -> String {
        let points = self.points(points);
        let stretch = match period {
            Period::Day => " in one day",
            Period::Month => " in one calendar month",
            Period::Year => " in one calendar year",
            Period::Lifetime => "",
        };
        match (repeats, period) {
            (true, _) => format!("{points} for {target}{stretch}."),
            (false, Period::Lifetime) => format!("{points} for {target} in all, once."),
            (false, Period::Day | Period::Month | Period::Year) => {
                format!("{points} for {target}{stretch}, once {}.", a_period(period))
            }
        }
    }

    fn ratio(&self, ratio: Ratio) -> String {
        format!("{} for every {}", self.points(ratio.points.into()), self.money(ratio.per_minor.into()))
    }

    fn rule_details(&self, earn: &EarnRuleKind) -> Vec<String> {
        match earn {
            EarnRuleKind::Spend { ratio: _, categories, products, skus, counts } => {
                let own = |what: &str, name: &str, ratio: Ratio| match ratio.points {
                    0 => format!("{what} {}: nothing.", quoted(name)),
                    _ => format!("{what} {}: {}.", quoted(name), self.ratio(ratio)),
                };
                let categories =
                    categories.iter().map(|one| own("In the category", one.category.as_str(), one.ratio));
                let products =
                    products.iter().map(|one| own("For the product", one.product.as_str(), one.ratio));
                let skus = skus.iter().map(|one| own("For the variant", one.sku.as_str(), one.ratio));
                categories.chain(products).chain(skus).chain([what_counts(*counts)]).collect()
            }
            EarnRuleKind::Activity { streak, .. } if !streak.is_empty() => {
                let step = |step: &StreakStep| {
                    format!("{} on day {}", self.points(step.points.get()), number(step.days.into()))
                };
                let steps = list(streak.iter().map(step), "and");
                vec![format!("Extra for coming on days in a row: {steps}. Then the count begins again.")]
            }
            EarnRuleKind::Activity { .. }
            | EarnRuleKind::Visit { .. }
            | EarnRuleKind::Bonus { .. }
            | EarnRuleKind::Goal { .. }
            | EarnRuleKind::Referral { .. } => Vec::new(),
        }
    }

    pub(super) fn minimum(&self, minor: u64) -> Option<String> {
        (minor > 0).then(|| format!("Only for orders with at least {} of goods.", self.money(minor)))
    }

    /// What becomes of points when they are multiplied: “twice the stars”.
    pub(super) fn times(&self, factor: u32) -> String {
        match factor {
            20_000 => format!("twice the {}", self.all()),
            30_000 => format!("three times the {}", self.all()),
            factor => format!("{} times the {}", decimal(factor.into(), 4), self.all()),
        }
    }

    pub(super) fn more_for_purchases(&self) -> Section {
        let program = self.0.program;
        let item = |multiplier: &Multiplier| {
            let Multiplier { id: _, title, factor, when, lines, minimum_order_minor } = multiplier;
            let lines = self.lines(lines).map_or(String::new(), |lines| format!(" for {lines}"));
            let says = format!("**{}**: {}{lines}.", self.0.text(title), self.times(factor.0));
            let more = self.conditions(when).into_iter().chain(self.minimum(*minimum_order_minor)).collect();
            Item { says, more }
        };
        let items: Vec<Item> = program.multipliers.iter().map(item).collect();
        let several = items.len() + usize::from(self.0.tiers_multiply()) > 1;
        let stacking = match program.stacking {
            Stacking::Best => "only the highest counts",
            Stacking::SumOfBonuses => {
                "what each gives on top is added up: 1.5 times and twice make 2.5 times"
            }
            Stacking::Product => "they multiply one another: 1.5 times and twice make three times",
        };
        let intro = (several && !items.is_empty()).then(|| {
            format!(
                "This is for money spent; all other {} are given as they stand. Where several apply at once (a \
                 tier's is one of them), {stacking}. It is never more than 100 times.",
                self.all()
            )
        });
        let heading = format!("When money spent earns more {}", self.all());
        Section { heading, intro: intro.into_iter().collect(), items }
    }

    pub(super) fn bounds(&self) -> Section {
        let Limits { per_member, issued, minimum_order_minor } = &self.0.program.limits;
        let member = self
            .member_limits(per_member)
            .map(|says| says.replace(" for each member.", " for each member, whatever it is for."));
        let issued = issued.map(|cap| {
            format!(
                "All members together earn at most {} {}. What is taken back makes no room for more.",
                self.points(cap.points.get()),
                a_period(cap.period)
            )
        });
        let minimum = (*minimum_order_minor > 0).then(|| {
            format!("An order with less than {} of goods earns nothing.", self.money(*minimum_order_minor))
        });
        let items =
            [member, issued, minimum].into_iter().flatten().map(|says| Item { says, more: Vec::new() });
        Section { heading: "Limits for everything".to_owned(), intro: Vec::new(), items: items.collect() }
    }
}

/// What of an order's money counts.
fn what_counts(counts: Counts) -> String {
    let Counts { tax, shipping, discounts, gift_card_payments, gift_card_lines } = counts;
    let goods = if discounts { "before discounts" } else { "after discounts" };
    let besides = match (tax, shipping) {
        (true, true) => "with tax and shipping",
        (true, false) => "with tax and without shipping",
        (false, true) => "with shipping and without tax",
        (false, false) => "without tax and shipping",
    };
    let left_out = [
        (!gift_card_payments).then(|| "what is paid with a gift card".to_owned()),
        (!gift_card_lines).then(|| "gift cards that are bought".to_owned()),
    ];
    let left_out = match list(left_out.into_iter().flatten(), "and") {
        none if none.is_empty() => String::new(),
        left_out => format!(" {} do not count.", capital(&left_out)).replace("card do not", "card does not"),
    };
    format!("What counts is the price of the goods {goods}, {besides}.{left_out}")
}

fn activity_words(activity: ActivityKind, code: Option<&ActivityCode>, span: Span) -> String {
    let which =
        |before: &str| code.map_or(String::new(), |code| format!("{before}{}", quoted(code.as_str())));
    match activity {
        ActivityKind::SignUp => "for joining, once".to_owned(),
        ActivityKind::Newsletter => format!("for subscribing to the newsletter{}, once", which(" ")),
        ActivityKind::Birthday => match span {
            Span::Day => "on the member's birthday, once a year".to_owned(),
            Span::Month => "in the month of the member's birthday, once a year".to_owned(),
        },
        ActivityKind::Anniversary => match span {
            Span::Day => "on the day on which the member joined, once a year".to_owned(),
            Span::Month => "in the month in which the member joined, once a year".to_owned(),
        },
        ActivityKind::Review => format!("for each review of a product{}", which(" on ")),
        ActivityKind::PhotoReview => format!("for each review of a product with a photo{}", which(" on ")),
        ActivityKind::SocialFollow => match code {
            Some(code) => format!("for following the shop on {}, once", quoted(code.as_str())),
            None => "for following the shop on a social network, once".to_owned(),
        },
        ActivityKind::SocialShare => match code {
            Some(code) => format!("for each post about the shop on {}", quoted(code.as_str())),
            None => "for each post about the shop on a social network".to_owned(),
        },
        ActivityKind::ProfileCompleted => "for filling in the profile, once".to_owned(),
        ActivityKind::Survey => match code {
            Some(code) => format!("for answering the survey {}", quoted(code.as_str())),
            None => "for each survey answered".to_owned(),
        },
        ActivityKind::CheckIn => format!("for checking in{}, {} a day", which(" to "), how_often(1)),
        ActivityKind::Custom => format!("each time the shop reports{}", which(" ")),
        ActivityKind::Unrecognized => "for something that this version does not know".to_owned(),
    }
}
