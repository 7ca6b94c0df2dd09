//! The definition of a program: one document, versioned, that says how points are earned, expire and are spent.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    Category, LocalizedText, MoneyCode, Points, ProgramId, Reward, RewardId, RuleId, Terminology, Tier,
    TierId, flat, text,
};

/// A whole program. Entries record the version that booked them, so a new version never rewrites history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Program {
    /// Names the program.
    pub id: ProgramId,
    /// Counts up with every change, from 1.
    pub version: u32,
    /// What the member reads.
    pub name: LocalizedText,
    /// The BCP 47 tag that texts fall back to.
    pub default_locale: String,
    /// The points themselves.
    pub currency: Currency,
    /// The money that orders are in.
    pub money: MoneyCode,
    /// The IANA time zone that calendar rules are computed in, such as `Europe/Berlin`.
    pub time_zone: String,
    /// How points are earned.
    pub earn_rules: Vec<EarnRule>,
    /// When points expire.
    pub expiry: Expiry,
    /// The tiers and what reaches them.
    pub tiers: TierProgram,
    /// The catalogue, in the order in which it is shown.
    pub rewards: Vec<Reward>,
}

/// The points themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Currency {
    /// What members call them, by BCP 47 tag.
    pub terminology: BTreeMap<String, Terminology>,
    /// How an accrual becomes a whole number.
    #[serde(default)]
    pub rounding: Rounding,
}

/// How an accrual becomes a whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Rounding {
    /// Down.
    #[default]
    Floor,
    /// To the nearest, halves up.
    HalfUp,
    /// Up.
    Ceil,
}

/// One way to earn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EarnRule {
    /// Names the rule inside the program.
    pub id: RuleId,
    /// What the member reads.
    pub title: LocalizedText,
    /// What earns.
    pub earn: EarnRuleKind,
}

/// What earns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields, try_from = "flat::FlatEarnRule")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EarnRuleKind {
    /// Points for money spent.
    Spend {
        /// The ratio for lines of no listed category.
        ratio: Ratio,
        /// Categories with a ratio of their own; `points: 0` excludes a category.
        #[serde(default)]
        categories: Vec<CategoryRatio>,
    },
}

/// Points for an amount of money: `points` for each `per_minor` minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ratio {
    /// Points given; at most 1,000,000.
    pub points: u32,
    /// For this many minor units of money; at least 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub per_minor: u32,
}

/// A category with a ratio of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CategoryRatio {
    /// The category of the host shop.
    pub category: Category,
    /// Its ratio.
    pub ratio: Ratio,
}

/// When points expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields, try_from = "flat::FlatExpiry")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Expiry {
    /// Never.
    Never,
    /// At the end of the day, in the program's time zone, that lies this many months after earning.
    AfterMonths {
        /// 1 to 120. A day that the month lacks becomes its last day.
        months: u16,
    },
}

/// The tiers and what reaches them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierProgram {
    /// Which points count.
    pub window: Window,
    /// From the lowest, which everybody has, to the highest.
    pub tiers: Vec<Tier>,
}

/// Which points count towards a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields, try_from = "flat::FlatWindow")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Window {
    /// Points earned in the last `days` times 24 hours, less those taken back.
    Rolling {
        /// 1 to 3,660.
        days: u16,
    },
}

impl Program {
    /// The reward with this id.
    pub fn reward(&self, id: &RewardId) -> Option<&Reward> {
        self.rewards.iter().find(|reward| reward.id == *id)
    }

    /// The place of a tier, 0 for the lowest.
    pub fn tier_rank(&self, id: &TierId) -> Option<usize> {
        self.tiers.tiers.iter().position(|tier| tier.id == *id)
    }

    /// What members call the points in this locale.
    pub fn terminology(&self, locale: &str) -> Terminology {
        text::resolve(&self.currency.terminology, locale, &self.default_locale)
            .cloned()
            .unwrap_or_else(|| Terminology { one: "point".to_owned(), other: "points".to_owned() })
    }

    /// Everything that is wrong with the program, each with the place; empty means that it may be activated.
    ///
    /// The time zone's name is not checked here, as this crate knows no time zones.
    pub fn faults(&self) -> Vec<ProgramFault> {
        let mut faults = Faults(Vec::new());
        faults.check(self.version >= 1, "/version", "counts from 1");
        faults.check(!self.default_locale.is_empty(), "/default_locale", "is empty");
        faults.text("/name", &self.name);
        faults.check(!self.currency.terminology.is_empty(), "/currency/terminology", "names no language");
        faults.unique("/earn_rules", self.earn_rules.iter().map(|rule| rule.id.as_str()));
        for (index, rule) in self.earn_rules.iter().enumerate() {
            faults.text(&format!("/earn_rules/{index}/title"), &rule.title);
            match &rule.earn {
                EarnRuleKind::Spend { ratio, categories } => {
                    faults.ratio(&format!("/earn_rules/{index}/earn/ratio"), *ratio);
                    let at = format!("/earn_rules/{index}/earn/categories");
                    faults.unique(&at, categories.iter().map(|c| c.category.as_str()));
                    for (place, category) in categories.iter().enumerate() {
                        faults.ratio(&format!("{at}/{place}/ratio"), category.ratio);
                    }
                }
            }
        }
        match self.expiry {
            Expiry::Never => {}
            Expiry::AfterMonths { months } => {
                faults.check((1..=120).contains(&months), "/expiry/months", "is not between 1 and 120");
            }
        }
        match self.tiers.window {
            Window::Rolling { days } => {
                faults.check((1..=3_660).contains(&days), "/tiers/window/days", "is not between 1 and 3660");
            }
        }
        self.tier_faults(&mut faults);
        self.reward_faults(&mut faults);
        faults.0
    }

    fn tier_faults(&self, faults: &mut Faults) {
        let tiers = &self.tiers.tiers;
        faults.unique("/tiers/tiers", tiers.iter().map(|tier| tier.id.as_str()));
        faults.check(
            tiers.first().is_some_and(|tier| tier.threshold.is_zero()),
            "/tiers/tiers/0/threshold",
            "is not 0: everybody has the first tier",
        );
        let mut below: Option<Points> = None;
        for (index, tier) in tiers.iter().enumerate() {
            let rises = below.is_none_or(|below| tier.threshold > below);
            faults.check(rises, &format!("/tiers/tiers/{index}/threshold"), "is not above the tier before");
            let multiplier = (1..=1_000_000).contains(&tier.multiplier.0);
            faults.check(
                multiplier,
                &format!("/tiers/tiers/{index}/multiplier"),
                "is not between 1 and 1000000",
            );
            faults.text(&format!("/tiers/tiers/{index}/name"), &tier.name);
            below = Some(tier.threshold);
        }
    }

    fn reward_faults(&self, faults: &mut Faults) {
        faults.unique("/rewards", self.rewards.iter().map(|reward| reward.id.as_str()));
        for (index, reward) in self.rewards.iter().enumerate() {
            let at = |field: &str| format!("/rewards/{index}/{field}");
            faults.text(&at("title"), &reward.title);
            faults.check(!reward.price.is_zero(), &at("price"), "is not at least 1");
            let tier_known = reward.tier.as_ref().is_none_or(|tier| self.tier_rank(tier).is_some());
            faults.check(tier_known, &at("tier"), "names no tier of the program");
            faults.check(reward.per_member_limit != Some(0), &at("per_member_limit"), "is not at least 1");
            let days = reward.voucher_days.is_none_or(|days| (1..=3_660).contains(&days));
            faults.check(days, &at("voucher_days"), "is not between 1 and 3660");
            let image = reward.image_url.as_deref().is_none_or(is_image_url);
            faults.check(image, &at("image_url"), "is neither an https address nor root-relative");
        }
    }
}

/// One thing that is wrong with a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProgramFault {
    /// Where: a JSON pointer into the document.
    pub pointer: String,
    /// What, as the end of a sentence that begins with the place.
    pub detail: String,
}

/// Whether `url` may be shown as a picture: `https://…` or root-relative, without white space or control characters.
fn is_image_url(url: &str) -> bool {
    let place = url.starts_with("https://") || (url.starts_with('/') && !url.starts_with("//"));
    place && url.len() <= 2_048 && !url.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\')
}

struct Faults(Vec<ProgramFault>);

impl Faults {
    fn check(&mut self, fits: bool, pointer: &str, detail: &str) {
        if !fits {
            self.0.push(ProgramFault { pointer: pointer.to_owned(), detail: detail.to_owned() });
        }
    }

    fn text(&mut self, pointer: &str, text: &LocalizedText) {
        self.check(
            !text.0.is_empty() && text.0.values().all(|t| !t.is_empty()),
            pointer,
            "is empty in some language",
        );
        self.check(
            text.0.values().all(|t| t.chars().count() <= 2_000),
            pointer,
            "is longer than 2000 characters",
        );
    }

    fn ratio(&mut self, pointer: &str, ratio: Ratio) {
        self.check(ratio.per_minor >= 1, &format!("{pointer}/per_minor"), "is not at least 1");
        self.check(ratio.points <= 1_000_000, &format!("{pointer}/points"), "is more than 1000000");
    }

    fn unique<'a>(&mut self, pointer: &str, ids: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for (index, id) in ids.enumerate() {
            self.check(seen.insert(id), &format!("{pointer}/{index}"), "stands twice");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> serde_json::Value {
        serde_json::json!({
            "id": "p", "version": 1, "name": {"en": "P"}, "default_locale": "en",
            "currency": {"terminology": {"en": {"one": "star", "other": "stars"}}},
            "money": "EUR", "time_zone": "Europe/Berlin",
            "earn_rules": [{"id": "spend", "title": {"en": "Shop"},
                "earn": {"type": "spend", "ratio": {"points": 1, "per_minor": 100}}}],
            "expiry": {"type": "after_months", "months": 12},
            "tiers": {"window": {"type": "rolling", "days": 365}, "tiers": [
                {"id": "basic", "name": {"en": "Basic"}, "threshold": 0, "multiplier": 10000},
                {"id": "gold", "name": {"en": "Gold"}, "threshold": 500, "multiplier": 15000}]},
            "rewards": [{"id": "bag", "kind": {"type": "custom"}, "title": {"en": "Bag"}, "price": 100}]
        })
    }

    fn check(pointer: &str, value: serde_json::Value, expected: &[&str]) {
        let mut document = program();
        if !pointer.is_empty() {
            *document.pointer_mut(pointer).expect("the pointer names a place") = value;
        }
        let program: Program = serde_json::from_value(document).expect("the document has the right shape");
        let faults: Vec<String> =
            program.faults().iter().map(|f| format!("{} {}", f.pointer, f.detail)).collect();
        assert_eq!(faults, expected, "{pointer}");
    }

    #[test]
    fn every_fault_is_named_with_its_place() {
        use serde_json::json;
        check("", json!(null), &[]);
        check("/version", json!(0), &["/version counts from 1"]);
        check("/expiry/months", json!(0), &["/expiry/months is not between 1 and 120"]);
        check(
            "/tiers/tiers/0/threshold",
            json!(1),
            &["/tiers/tiers/0/threshold is not 0: everybody has the first tier"],
        );
        check(
            "/tiers/tiers/1/threshold",
            json!(0),
            &["/tiers/tiers/1/threshold is not above the tier before"],
        );
        check("/rewards/0/price", json!(0), &["/rewards/0/price is not at least 1"]);
        check(
            "/earn_rules/0/earn/ratio/per_minor",
            json!(0),
            &["/earn_rules/0/earn/ratio/per_minor is not at least 1"],
        );
        check("/rewards/0/title", json!({"en": ""}), &["/rewards/0/title is empty in some language"]);
    }

    #[test]
    fn a_picture_is_https_or_of_the_same_origin() {
        for good in ["https://shop.example/a.png", "/a.png"] {
            assert!(is_image_url(good), "{good}");
        }
        for bad in
            ["javascript:alert(1)", "http://a/b.png", "//a/b.png", "data:image/png;x", "/\\evil", "/a b"]
        {
            assert!(!is_image_url(bad), "{bad}");
        }
    }
}
