//! Faults of tiers.

use super::Faults;
use crate::{
    BenefitKind, Points,
    program::{Downgrade, Measure, Program, Upgrade, Validity, Window},
};

impl Program {
    pub(super) fn tier_faults(&self, faults: &mut Faults) {
        let periods = match self.tiers.window {
            Window::Rolling { days } => {
                faults.within(days, 1..=3_660, "/tiers/window/days");
                false
            }
            Window::Lifetime => false,
            Window::CalendarYear => true,
            Window::SinceJoining { months } => {
                faults.within(months, 1..=120, "/tiers/window/months");
                true
            }
        };
        let held = self.tiers.measure == Measure::PointsHeld;
        let kept = match self.tiers.validity {
            Validity::WhileQualified => {
                faults.check(self.tiers.grace_days == 0, "/tiers/grace_days", NEEDS_VALIDITY);
                let falls = self.tiers.downgrade == Downgrade::Requalify;
                faults.check(falls, "/tiers/downgrade", NEEDS_VALIDITY);
                false
            }
            Validity::Months { months, round_up: _ } => {
                faults.within(months, 1..=120, "/tiers/validity/months");
                true
            }
            Validity::NextPeriod => {
                faults.check(periods, "/tiers/validity", NEEDS_PERIODS);
                true
            }
        };
        if self.tiers.upgrade == Upgrade::NextPeriod {
            faults.check(periods && !held, "/tiers/upgrade", NEEDS_PERIODS);
            faults.check(kept, "/tiers/upgrade", NEEDS_VALIDITY);
        }
        faults.within(self.tiers.grace_days, 0..=365, "/tiers/grace_days");
        self.ladder_faults(faults);
    }

    fn ladder_faults(&self, faults: &mut Faults) {
        let tiers = &self.tiers.tiers;
        faults.unique("/tiers/tiers", tiers.iter().map(|tier| &tier.id));
        faults.check(
            tiers.first().is_some_and(|tier| tier.threshold.is_zero()),
            "/tiers/tiers/0/threshold",
            "is not 0: everybody has the first tier",
        );
        let mut below: Option<Points> = None;
        for (index, tier) in tiers.iter().enumerate() {
            let at = format!("/tiers/tiers/{index}");
            let rises = below.is_none_or(|below| tier.threshold > below);
            faults.check(rises, format_args!("{at}/threshold"), "is not above the tier before");
            faults.factor(format_args!("{at}/multiplier"), tier.multiplier);
            faults.text(&format!("{at}/name"), &tier.name);
            for (place, benefit) in tier.benefits.iter().enumerate() {
                let at = format!("{at}/benefits/{place}");
                let known = benefit.kind != BenefitKind::Unrecognized;
                faults.check(known, format_args!("{at}/kind"), "is no kind of benefit");
                faults.text(&format!("{at}/title"), &benefit.title);
                faults.address(format_args!("{at}/url"), benefit.url.as_deref());
            }
            below = Some(tier.threshold);
        }
    }
}

const NEEDS_VALIDITY: &str = "needs a validity other than while_qualified";
const NEEDS_PERIODS: &str = "needs a window with periods: calendar_year or since_joining, and no points_held";
