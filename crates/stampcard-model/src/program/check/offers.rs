//! Faults of offers and nudges.

use super::{
    Faults, MINOR_MAX,
    earn::{line_faults, points_faults},
};
use crate::program::{OfferGives, Program};

impl Program {
    pub(super) fn offer_faults(&self, faults: &mut Faults) {
        faults.unique("/offers", self.offers.iter().map(|offer| &offer.id));
        for (index, offer) in self.offers.iter().enumerate() {
            let at = |field: &str| format!("/offers/{index}/{field}");
            let free = self.earn_rules.iter().all(|rule| rule.id.as_str() != offer.id.as_str());
            faults.check(free, at("id"), "is the name of an earn rule");
            faults.text(&at("title"), &offer.title);
            faults.text_if_any(&at("description"), &offer.description);
            self.condition_faults(faults, &at("when"), &offer.when);
            faults.check(offer.uses >= 1, at("uses"), "is not at least 1");
            match &offer.gives {
                OfferGives::Points { points } => {
                    points_faults(faults, at("gives/points"), *points);
                    faults.check(offer.uses == 1, at("uses"), "is more than 1 for points that come once");
                }
                OfferGives::Bonus { points, minimum_order_minor } => {
                    points_faults(faults, at("gives/points"), *points);
                    faults.within(*minimum_order_minor, 0..=MINOR_MAX, at("gives/minimum_order_minor"));
                }
                OfferGives::Multiplier { factor, lines, minimum_order_minor } => {
                    faults.factor(at("gives/factor"), *factor);
                    line_faults(faults, &at("gives/lines"), lines);
                    faults.within(*minimum_order_minor, 0..=MINOR_MAX, at("gives/minimum_order_minor"));
                }
            }
        }
        let nudges = &self.nudges;
        faults.unique("/nudges/expiry_days", &nudges.expiry_days);
        for (index, days) in nudges.expiry_days.iter().enumerate() {
            faults.within(*days, 1..=365, format_args!("/nudges/expiry_days/{index}"));
        }
        faults.unique("/nudges/thresholds", &nudges.thresholds);
        for (index, points) in nudges.thresholds.iter().enumerate() {
            faults.check(!points.is_zero(), format_args!("/nudges/thresholds/{index}"), "is not at least 1");
        }
        faults.within(nudges.tier_at_risk_days.unwrap_or(1), 1..=365, "/nudges/tier_at_risk_days");
        faults.within(nudges.win_back_days.unwrap_or(1), 1..=3_660, "/nudges/win_back_days");
    }
}
