//! What a program does, in words that a shop's owner understands.
//!
//! Each language writes whole sentences of its own; what a program can say is matched without a rest, so that a new kind of
//! anything does not compile before it has words in every language.

mod en;
mod money;
mod zh;

use std::fmt::Write;

use stampcard_engine::Zone;
use stampcard_model::{LocalizedText, Program, Reward, RewardId, TierId, Timestamp};

use crate::IanaZone;
pub(crate) use money::digits;

/// A language that a program can be explained in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English.
    #[value(name = "en")]
    English,
    /// Chinese in simplified characters.
    #[value(name = "zh-CN", alias = "zh")]
    Chinese,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }
}

/// Says what a program does, as text that is Markdown, too.
pub fn explain(program: &Program, language: Language) -> String {
    let told = Told { program, language };
    match language {
        Language::English => write(&en::English(told), program),
        Language::Chinese => write(&zh::Chinese(told), program),
    }
}

/// What a language says of each part of a program; nothing where the program says nothing.
trait Words {
    fn title(&self) -> String;
    fn about(&self) -> Vec<String>;
    fn earning(&self) -> Section;
    fn multipliers(&self) -> Option<Section>;
    fn limits(&self) -> Option<Section>;
    fn life_of_points(&self) -> Section;
    fn tiers(&self) -> Section;
    fn rewards(&self) -> Option<Section>;
    fn price_events(&self) -> Option<Section>;
    fn review(&self) -> Option<Section>;
    fn refunds(&self) -> Section;
    fn offers(&self) -> Option<Section>;
    fn nudges(&self) -> Option<Section>;
}

/// A part of the text: sentences, then a list.
struct Section {
    heading: String,
    intro: Vec<String>,
    items: Vec<Item>,
}

/// A sentence with what else is to be said of it.
struct Item {
    says: String,
    more: Vec<String>,
}

impl Section {
    /// A part that is there if it says anything.
    fn if_any(self) -> Option<Self> {
        (!self.intro.is_empty() || !self.items.is_empty()).then_some(self)
    }
}

fn write(words: &dyn Words, program: &Program) -> String {
    // Named one by one: a new field of a program has to find its words.
    let Program {
        id: _,
        version: _,
        effective_at: _,
        name: _,
        default_locale: _,
        currency: _,
        money: _,
        time_zone: _,
        earn_rules: _,
        invitation_link: _,
        multipliers: _,
        stacking: _,
        limits: _,
        pending: _,
        expiry: _,
        tiers: _,
        lifecycle: _,
        rewards: _,
        price_events: _,
        review: _,
        refunds: _,
        offers: _,
        nudges: _,
    } = program;
    let sections = [
        Some(words.earning()),
        words.multipliers(),
        words.limits(),
        Some(words.life_of_points()),
        Some(words.tiers()),
        words.rewards(),
        words.price_events(),
        words.review(),
        Some(words.refunds()),
        words.offers(),
        words.nudges(),
    ];
    let mut text = format!("# {}\n", words.title());
    let mut line = |line: String| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{line}");
    };
    let paragraphs = |line: &mut dyn FnMut(String), all: Vec<String>| {
        for paragraph in all {
            line(String::new());
            line(paragraph);
        }
    };
    paragraphs(&mut line, words.about());
    for Section { heading, intro, items } in sections.into_iter().flatten() {
        line(String::new());
        line(format!("## {heading}"));
        paragraphs(&mut line, intro);
        if !items.is_empty() {
            line(String::new());
        }
        for Item { says, more } in items {
            line(format!("- {says}"));
            more.into_iter().for_each(|more| line(format!("  - {more}")));
        }
    }
    text
}

/// What both languages look up in the same way.
#[derive(Clone, Copy)]
struct Told<'a> {
    program: &'a Program,
    language: Language,
}

impl<'a> Told<'a> {
    /// A text in the language, on one line, whatever its author put into it.
    fn text(&self, text: &LocalizedText) -> String {
        plain(text.resolve(self.language.tag(), &self.program.default_locale))
    }

    /// The word for so many points.
    fn word(&self, points: u64) -> String {
        let words = self.program.terminology(self.language.tag());
        plain(if points == 1 { &words.one } else { &words.other })
    }

    fn tier(&self, id: &TierId) -> String {
        let tier = self.program.tiers.tiers.iter().find(|tier| tier.id == *id);
        tier.map_or_else(|| id.as_str().to_owned(), |tier| self.text(&tier.name))
    }

    fn reward(&self, id: &RewardId) -> String {
        self.program.reward(id).map_or_else(|| id.as_str().to_owned(), |reward| self.text(&reward.title))
    }

    fn money(&self, minor: u64) -> String {
        money::money(minor, &self.program.money, self.language)
    }

    /// Whether a tier changes what money spent earns.
    fn tiers_multiply(&self) -> bool {
        self.program.tiers.tiers.iter().any(|tier| tier.multiplier != stampcard_model::BasisPoints::ONE)
    }

    /// The rewards whose price the member chooses, of those named; all of them when none is.
    fn any_variable(&self, of: &[RewardId]) -> bool {
        let named = |reward: &&Reward| of.is_empty() || of.contains(&reward.id);
        self.program.rewards.iter().filter(named).any(|reward| reward.variable.is_some())
    }

    /// The day and the time of an instant in the program's time zone; in UTC when the zone is not known.
    fn local(&self, at: Timestamp) -> ((i32, u8, u8), String) {
        let Some(zone) = IanaZone::named(&self.program.time_zone) else {
            return (at.civil_date(), "00:00".to_owned());
        };
        let (hour, minute) = zone.time_at(at);
        (zone.date_at(at), format!("{hour:02}:{minute:02}"))
    }
}

/// Text that stays on its line.
fn plain(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A whole number with a comma between groups of three digits, as both languages write it.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// So many of `per`, as a decimal without needless zeros: 12,500 of 10,000 is 1.25.
fn decimal(amount: u64, places: u32) -> String {
    let per = 10_u64.saturating_pow(places);
    let whole = number(amount.checked_div(per).unwrap_or_default());
    let rest = amount.checked_rem(per).unwrap_or_default();
    if rest == 0 {
        return whole;
    }
    let rest = format!("{rest:0width$}", width = places as usize);
    format!("{whole}.{}", rest.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_decimals_are_short() {
        for (given, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345_678, "12,345,678"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(number(given), expected);
        }
        for (given, places, expected) in
            [(12_500, 4, "1.25"), (20_000, 4, "2"), (1, 4, "0.0001"), (10_000_000, 4, "1,000"), (5, 0, "5")]
        {
            assert_eq!(decimal(given, places), expected);
        }
        assert_eq!(plain("  two\nlines \u{7} "), "two lines");
    }
}
