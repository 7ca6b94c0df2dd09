//! Tiers: what reaches and keeps them, and what they give.

use stampcard_model::{
    BasisPoints, Benefit, BenefitKind, Downgrade, Measure, Tier, Upgrade, Validity, Window,
};

use super::{English, Item, at_the_end, counted, number};

impl English<'_> {
    /// What counts for a tier, how long, and what becomes of it.
    pub(super) fn tier_rules(&self) -> String {
        let tiers = &self.0.program.tiers;
        let window = match tiers.window {
            Window::Rolling { days } => format!(" in the last {}", counted(days.into(), "day")),
            Window::Lifetime => " since joining".to_owned(),
            Window::CalendarYear => " in the calendar year".to_owned(),
            Window::SinceJoining { months: 12 } => " in each year from the day of joining on".to_owned(),
            Window::SinceJoining { months } => {
                format!(" in each {} months from the day of joining on", number(months.into()))
            }
        };
        let measure = match tiers.measure {
            Measure::PointsEarned => format!("What counts are the {} earned{window}", self.all()),
            Measure::Spend => format!(
                "What counts is the money spent on goods{window}, after discounts and without tax and shipping"
            ),
            Measure::Orders => format!("What counts is the number of orders{window}"),
            Measure::PointsHeld => {
                format!("What counts is how many {} a member can spend at the moment", self.all())
            }
        };
        let upgrade = match tiers.upgrade {
            Upgrade::AtOnce => "A higher tier begins at once",
            Upgrade::NextPeriod => "A higher tier begins with the next period",
        };
        let kept = match tiers.validity {
            Validity::WhileQualified => {
                return format!("{measure}. {upgrade} and lasts as long as the member qualifies for it.");
            }
            Validity::Months { months, round_up } => {
                format!(" and lasts {}{}", counted(months.into(), "month"), at_the_end("to", round_up))
            }
            Validity::NextPeriod => match tiers.window {
                Window::CalendarYear => " and lasts to the end of the next calendar year".to_owned(),
                Window::Rolling { .. } | Window::Lifetime | Window::SinceJoining { .. } => {
                    " and lasts to the end of the period after".to_owned()
                }
            },
        };
        let grace = match tiers.grace_days {
            0 => "by then".to_owned(),
            days => format!("by then, or in the {} after,", counted(days.into(), "day")),
        };
        let fall = match tiers.downgrade {
            Downgrade::None => return format!("{measure}. {upgrade} and is never lost again."),
            Downgrade::OneLevel => {
                format!("A member who has not earned it again {grace} moves down by one tier.")
            }
            Downgrade::Requalify => {
                format!(
                    "A member who has not earned it again {grace} moves to the tier that they then qualify for."
                )
            }
        };
        format!("{measure}. {upgrade}{kept}. {fall}")
    }

    pub(super) fn ladder(&self) -> Vec<Item> {
        let tiers = &self.0.program.tiers;
        let measured = |threshold: u64| match tiers.measure {
            Measure::PointsEarned | Measure::PointsHeld => self.points(threshold),
            Measure::Spend => self.money(threshold),
            Measure::Orders => counted(threshold, "order"),
        };
        let item = |(rank, tier): (usize, &Tier)| {
            let name = self.0.text(&tier.name);
            let says = match rank {
                0 => format!("**{name}**: every member, from the start."),
                _ => format!("**{name}**: from {} on.", measured(tier.threshold.get())),
            };
            let factor = (tier.multiplier != BasisPoints::ONE)
                .then(|| format!("Money spent earns {}.", self.times(tier.multiplier.0)));
            let benefits = tier.benefits.iter().map(|benefit| self.benefit(benefit));
            Item { says, more: factor.into_iter().chain(benefits).collect() }
        };
        tiers.tiers.iter().enumerate().map(item).collect()
    }

    fn benefit(&self, benefit: &Benefit) -> String {
        let Benefit { kind, title, url } = benefit;
        let kind = match kind {
            BenefitKind::Multiplier => "More for each purchase",
            BenefitKind::Discount => "Discount",
            BenefitKind::FreeShipping => "Free shipping",
            BenefitKind::EarlyAccess => "Early access",
            BenefitKind::Event => "Event",
            BenefitKind::BirthdayGift => "Birthday gift",
            BenefitKind::DedicatedService => "Personal service",
            BenefitKind::Custom => "Also",
            BenefitKind::Unrecognized => "Something that this version does not know",
        };
        let title = self.0.text(title);
        let link = url.as_ref().map_or(String::new(), |url| format!(" (see {url})"));
        // Many benefits are called what they are.
        if title.eq_ignore_ascii_case(kind) {
            format!("{title}{link}.")
        } else {
            format!("{kind}: {title}{link}.")
        }
    }
}
