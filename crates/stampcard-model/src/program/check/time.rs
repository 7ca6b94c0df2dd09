//! Faults of pending, expiry and the stages of a member's life with the shop.

use super::Faults;
use crate::program::{Expiry, Pending, Program};

impl Program {
    pub(super) fn time_faults(&self, faults: &mut Faults) {
        match self.pending {
            Pending::None | Pending::Fulfilled => {}
            Pending::Days { days } => faults.within(days, 1..=365, "/pending/days"),
        }
        match &self.expiry {
            Expiry::Never => {}
            Expiry::AfterMonths { months, round_up: _ } | Expiry::Inactivity { months } => {
                faults.within(*months, 1..=120, "/expiry/months");
            }
            Expiry::OnDates { dates, least_months } => {
                faults.check((1..=20).contains(&dates.len()), "/expiry/dates", "is not 1 to 20 days");
                faults.unique("/expiry/dates", dates);
                faults.within(*least_months, 0..=120, "/expiry/least_months");
            }
        }
        let lifecycle = &self.lifecycle;
        faults.check(lifecycle.new_days >= 1, "/lifecycle/new_days", "is not at least 1");
        faults.check(lifecycle.at_risk_days >= 1, "/lifecycle/at_risk_days", "is not at least 1");
        let later = lifecycle.lapsed_days > lifecycle.at_risk_days;
        faults.check(later, "/lifecycle/lapsed_days", "is not above /lifecycle/at_risk_days");
    }
}
