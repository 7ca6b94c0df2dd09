//! Tiers: what is reached, kept, lost and undone.

use stampcard_model::{Downgrade, Measure, Period, Program, Upgrade, Validity, Window};

use super::{
    calendar::{DAY, Zone, plus_months},
    member::Member,
};

/// A tier that is kept for a time, and how the member came to it.
#[derive(Clone, Debug, Default)]
pub struct Held {
    pub rank: usize,
    pub until: Option<i64>,
    /// When it was reached at once, and the tier before.
    reached: Option<(i64, Box<Held>)>,
}

#[derive(Clone, Debug)]
pub struct Standing {
    pub held: Held,
    /// Periods that end by then were looked at.
    seen: i64,
}

impl Standing {
    pub fn new(joined_at: i64) -> Self {
        Self { held: Held::default(), seen: joined_at }
    }
}

impl Member {
    /// The place of the tier that the member has.
    pub fn rank(&self, program: &Program, zone: Zone, now: i64) -> usize {
        if program.tiers.validity == Validity::WhileQualified {
            reached(program, self.qualifying(program, zone, now))
        } else {
            self.standing.held.rank
        }
    }

    /// What counts in the window.
    pub fn qualifying(&self, program: &Program, zone: Zone, now: i64) -> u64 {
        self.measured(program.tiers.measure, self.window(program, zone, now).0)
    }

    /// The window at an instant: what is booked from its first instant on counts, and it is over at the other.
    pub fn window(&self, program: &Program, zone: Zone, at: i64) -> (i64, i64) {
        match program.tiers.window {
            // What is as old as the window is out of it.
            Window::Rolling { days } => (at - i64::from(days) * DAY + 1, i64::MAX),
            Window::Lifetime => (i64::MIN, i64::MAX),
            Window::CalendarYear => zone.period(Period::Year, at),
            Window::SinceJoining { months } => {
                let joined = zone.day(self.joined_at);
                let end = |n: u16| zone.begins(plus_months(joined, n * months));
                let running = (1..).find(|n| end(*n) > at).unwrap();
                (end(running - 1), end(running))
            }
        }
    }

    /// When time alone changes the tier next, or confirms it.
    pub fn tier_changes_at(&self, program: &Program, zone: Zone) -> Option<i64> {
        if program.tiers.validity == Validity::WhileQualified {
            return None;
        }
        let promotes = program.tiers.upgrade == Upgrade::NextPeriod;
        let period = promotes.then(|| self.window(program, zone, self.standing.seen).1);
        let review = self.standing.held.until.map(|until| looked_at(program, zone, until));
        period.into_iter().chain(review).min()
    }

    /// Does what time does to the tier next.
    pub fn change_tier(&mut self, program: &Program, zone: Zone) {
        let at = self.tier_changes_at(program, zone).unwrap();
        let measure = program.tiers.measure;
        if program.tiers.upgrade == Upgrade::NextPeriod {
            let (begins, ends) = self.window(program, zone, self.standing.seen);
            if ends == at {
                self.standing.seen = at;
                let rank = reached(program, self.measured(measure, begins));
                if rank > self.standing.held.rank {
                    let until = self.valid_until(program, zone, at - 1);
                    self.standing.held = Held { rank, until, reached: None };
                }
            }
        }
        let Some(until) = self.standing.held.until.filter(|until| looked_at(program, zone, *until) <= at)
        else {
            return;
        };
        let counts = self.measured(measure, self.window(program, zone, until - 1).0);
        let rank = self.standing.held.rank;
        let enough = reached(program, counts).min(rank);
        let rank = match program.tiers.downgrade {
            Downgrade::None => rank,
            Downgrade::OneLevel => enough.max(rank - 1),
            Downgrade::Requalify => enough,
        };
        let until = if rank == 0 { None } else { self.valid_until(program, zone, until - 1) };
        self.standing.held = Held { rank, until, reached: None };
    }

    /// What becomes of the tier after something happened.
    pub fn after(&mut self, program: &Program, zone: Zone, at: i64, came_back: bool) {
        let tiers = &program.tiers;
        if tiers.validity == Validity::WhileQualified {
            return;
        }
        let rank = reached(program, self.qualifying(program, zone, at));
        if tiers.upgrade == Upgrade::AtOnce && rank > self.standing.held.rank {
            let until = self.valid_until(program, zone, at);
            let before = Box::new(self.standing.held.clone());
            self.standing.held = Held { rank, until, reached: Some((at, before)) };
        } else if came_back && tiers.measure != Measure::PointsHeld {
            self.undo(program, zone, at);
        }
    }

    /// Goes back to what still counts, or to the tier before, when what reached the tier came back.
    fn undo(&mut self, program: &Program, zone: Zone, now: i64) {
        while let Some(held) = self.undone(program, zone, now) {
            self.standing.held = held;
        }
    }

    fn undone(&self, program: &Program, zone: Zone, now: i64) -> Option<Held> {
        let (at, before) = self.standing.held.reached.clone()?;
        let counts = self.measured(program.tiers.measure, self.window(program, zone, at).0);
        let rank = reached(program, counts);
        let valid = before.until.is_none_or(|until| now < until);
        let back = if valid && before.rank >= rank {
            *before
        } else {
            let until = self.standing.held.until.filter(|_| rank > 0);
            Held { rank, until, reached: Some((at, before)) }
        };
        (back.rank < self.standing.held.rank).then_some(back)
    }

    /// Until when a tier is valid that was earned at an instant.
    fn valid_until(&self, program: &Program, zone: Zone, at: i64) -> Option<i64> {
        match program.tiers.validity {
            _ if program.tiers.downgrade == Downgrade::None => None,
            Validity::WhileQualified => None,
            Validity::Months { months, round_up } => Some(zone.end_after(at, months, round_up)),
            Validity::NextPeriod => {
                let next = self.window(program, zone, at).1;
                Some(self.window(program, zone, next).1)
            }
        }
    }
}

/// When the member is looked at whose tier is valid until then: after so many days of grace.
fn looked_at(program: &Program, zone: Zone, until: i64) -> i64 {
    match i64::from(program.tiers.grace_days) {
        0 => until,
        days => zone.begins(zone.day(until) + days),
    }
}

/// The highest tier whose threshold so much makes.
pub fn reached(program: &Program, counts: u64) -> usize {
    program.tiers.tiers.iter().rposition(|tier| tier.threshold.get() <= counts).unwrap()
}
