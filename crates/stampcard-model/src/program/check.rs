//! What is wrong with a program, place by place.

mod earn;
mod offers;
mod rewards;
mod tiers;
mod time;

use core::{fmt::Display, ops::RangeInclusive};
use std::collections::BTreeSet;

use serde::Serialize;

use super::{Program, Ratio};
use crate::{BasisPoints, LocalizedText};

/// One thing that is wrong with a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProgramFault {
    /// Where: a JSON pointer into the document.
    pub pointer: String,
    /// What, as the end of a sentence that begins with the place.
    pub detail: String,
}

impl Program {
    /// Everything that is wrong with the program, each with the place; empty means that it may be activated.
    ///
    /// The time zone's name is not checked here, as this crate knows no time zones.
    pub fn faults(&self) -> Vec<ProgramFault> {
        let mut faults = Faults(Vec::new());
        faults.check(self.version >= 1, "/version", "counts from 1");
        faults.check(!self.default_locale.is_empty(), "/default_locale", "is empty");
        faults.text("/name", &self.name);
        faults.check(!self.currency.terminology.is_empty(), "/currency/terminology", "names no language");
        let named =
            self.currency.terminology.values().all(|words| !words.one.is_empty() && !words.other.is_empty());
        faults.check(named, "/currency/terminology", "is empty in some language");
        if let Some(link) = &self.invitation_link {
            let fits =
                is_address(link) && link.starts_with("https://") && link.matches("{code}").count() == 1;
            faults.check(fits, "/invitation_link", "is no https address with {code} once");
        }
        self.earn_faults(&mut faults);
        self.time_faults(&mut faults);
        self.tier_faults(&mut faults);
        self.reward_faults(&mut faults);
        self.offer_faults(&mut faults);
        faults.0
    }
}

/// The most points that a rule may give at once.
const POINTS_MAX: u64 = 1_000_000;
/// The most minor units of money that a rule may name.
const MINOR_MAX: u64 = 1_000_000_000_000;
/// The highest multiplier: a hundred times.
const FACTOR_MAX: u64 = 1_000_000;

struct Faults(Vec<ProgramFault>);

impl Faults {
    fn check(&mut self, fits: bool, pointer: impl Display, detail: impl Display) {
        if !fits {
            self.0.push(ProgramFault { pointer: pointer.to_string(), detail: detail.to_string() });
        }
    }

    fn within(&mut self, value: impl Into<u64>, range: RangeInclusive<u64>, pointer: impl Display) {
        let detail = format!("is not between {} and {}", range.start(), range.end());
        self.check(range.contains(&value.into()), pointer, detail);
    }

    fn text(&mut self, pointer: &str, text: &LocalizedText) {
        self.check(
            !text.0.is_empty() && text.0.values().all(|t| !t.is_empty()),
            pointer,
            "is empty in some language",
        );
        self.text_if_any(pointer, text);
    }

    fn text_if_any(&mut self, pointer: &str, text: &LocalizedText) {
        let short = text.0.values().all(|t| t.chars().count() <= 2_000);
        self.check(short, pointer, "is longer than 2000 characters");
    }

    fn ratio(&mut self, pointer: &str, ratio: Ratio) {
        self.check(ratio.per_minor >= 1, format_args!("{pointer}/per_minor"), "is not at least 1");
        let points = u64::from(ratio.points) <= POINTS_MAX;
        self.check(points, format_args!("{pointer}/points"), format_args!("is more than {POINTS_MAX}"));
    }

    fn factor(&mut self, pointer: impl Display, factor: BasisPoints) {
        self.within(factor.0, 1..=FACTOR_MAX, pointer);
    }

    fn unique<T: Ord>(&mut self, pointer: &str, names: impl IntoIterator<Item = T>) {
        let mut seen = BTreeSet::new();
        for (index, name) in names.into_iter().enumerate() {
            self.check(seen.insert(name), format_args!("{pointer}/{index}"), "stands twice");
        }
    }

    /// An address that a page may show or open: `https://…` or root-relative, without white space or control
    /// characters.
    fn address(&mut self, pointer: impl Display, url: Option<&str>) {
        self.check(url.is_none_or(is_address), pointer, "is neither an https address nor root-relative");
    }
}

fn is_address(url: &str) -> bool {
    let place = url.starts_with("https://") || (url.starts_with('/') && !url.starts_with("//"));
    place && url.len() <= 2_048 && !url.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\')
}

#[cfg(test)]
mod tests;
