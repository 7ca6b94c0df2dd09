//! What there is to know of a program and its member, part by part.

use stampcard_model::api::ChangeKind;

/// A part that is asked for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Program,
    Me,
    Rewards,
    Vouchers,
    History,
    Ways,
    Offers,
    /// What orders earn.
    Earning,
    Referral,
    Feedback,
    Consents,
}

/// Some of the parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts(u16);

impl Part {
    pub(crate) const EVERY: [Self; 11] = [
        Self::Program,
        Self::Me,
        Self::Rewards,
        Self::Vouchers,
        Self::History,
        Self::Ways,
        Self::Offers,
        Self::Earning,
        Self::Referral,
        Self::Feedback,
        Self::Consents,
    ];
}

impl Parts {
    pub(crate) const ALL: Self = Self::of(&Part::EVERY);
    /// What every element shows.
    pub(crate) const BASIC: Self = Self::of(&[Part::Program, Part::Me]);

    pub(crate) const fn of(parts: &[Part]) -> Self {
        let mut bits = 0;
        let mut rest = parts;
        while let [first, others @ ..] = rest {
            bits |= 1 << *first as u16;
            rest = others;
        }
        Self(bits)
    }

    pub(crate) const fn has(self, part: Part) -> bool {
        self.0 & 1 << part as u16 != 0
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    pub(crate) const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Those that are among `others`, too.
    pub(crate) const fn among(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// The parts that may be others now that the backend has told of a change of this name.
    pub(crate) fn changed_with(name: &str) -> Self {
        let known = [ChangeKind::BalanceChanged, ChangeKind::VoucherChanged, ChangeKind::TierChanged];
        let kind = known.into_iter().find(|kind| kind.name() == name).unwrap_or(ChangeKind::Unrecognized);
        match kind {
            ChangeKind::BalanceChanged => {
                let rest = Self::of(&[Part::Offers, Part::Referral, Part::Earning]);
                Self::of(&[Part::Me, Part::Rewards, Part::History, Part::Ways]).and(rest)
            }
            ChangeKind::VoucherChanged => Self::of(&[Part::Me, Part::Rewards, Part::Vouchers]),
            // Also told when another version of the program has come into force.
            ChangeKind::TierChanged | ChangeKind::Unrecognized => Self::ALL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_put_in_and_nothing_else() {
        let set = Parts::of(&[Part::Me, Part::Offers]);
        for part in Part::EVERY {
            assert_eq!(set.has(part), matches!(part, Part::Me | Part::Offers), "{part:?}");
            assert!(Parts::ALL.has(part));
        }
        assert!(Parts::default().is_empty() && !set.is_empty());
        assert_eq!(set.without(Parts::BASIC), Parts::of(&[Part::Offers]));
        assert_eq!(set.among(Parts::BASIC), Parts::of(&[Part::Me]));
        assert_eq!(set.and(Parts::BASIC), Parts::of(&[Part::Program, Part::Me, Part::Offers]));
    }

    #[test]
    fn a_change_names_what_may_be_others_now() {
        assert!(!Parts::changed_with("balance_changed").has(Part::Vouchers));
        assert!(Parts::changed_with("voucher_changed").has(Part::Vouchers));
        assert_eq!(Parts::changed_with("tier_changed"), Parts::ALL);
        assert_eq!(Parts::changed_with("something new"), Parts::ALL);
    }
}
