//! The definition of a program: one document, versioned, that says how points are earned, expire and are spent.

mod check;
mod condition;
mod earn;
mod limit;
mod offer;
mod spending;
mod tiers;
mod time;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use check::ProgramFault;
pub use condition::{Bought, Condition, Lifecycle, Lines, Span, Stage, Weekday};
pub use earn::{
    BonusStep, CategoryRatio, Counts, EarnRule, EarnRuleKind, GoalMeasure, Multiplier, ProductRatio, Ratio,
    SkuRatio, Stacking, StreakStep,
};
pub use limit::{IssueCap, Limit, Limits, Period, UnitLimit};
pub use offer::{Activation, Nudges, Offer, OfferGives};
pub use spending::{Often, PriceEvent, RefundPolicy, Refunds, Review, VariablePrice, Worth};
pub use tiers::{Downgrade, Measure, TierProgram, Upgrade, Validity, Window};
pub use time::{Expiry, Pending, RoundUp};

use crate::{
    LocalizedText, MoneyCode, OfferId, Points, ProgramId, ReferralCode, Reward, RewardId, RuleId,
    Terminology, TierId, Timestamp, answer::words, text, wire::is_default,
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
    /// From this instant on this version is in force; none means as soon as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_at: Option<Timestamp>,
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
    /// Where the link of an invitation leads: an `https` address with `{code}` once, in whose place the member's code comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 2048, pattern = r"^https://[^\s\x00-\x1f\x7f\\]*\{code\}[^\s\x00-\x1f\x7f\\]*$")
    )]
    pub invitation_link: Option<String>,
    /// What gives more points for money spent, besides tiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub multipliers: Vec<Multiplier>,
    /// What becomes of several multipliers at once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stacking: Stacking,
    /// What holds for all earn rules together.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: Limits,
    /// When points that an order earned can be spent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pending: Pending,
    /// When points expire.
    pub expiry: Expiry,
    /// The tiers and what reaches and keeps them.
    pub tiers: TierProgram,
    /// What parts the stages of a member's life with the shop.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lifecycle: Lifecycle,
    /// The catalogue, in the order in which it is shown.
    pub rewards: Vec<Reward>,
    /// Times in which rewards cost less or are worth more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub price_events: Vec<PriceEvent>,
    /// Which redemptions are held until the merchant approves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// What becomes of points when things come back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refunds: Refunds,
    /// What members may take up for a while.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
    /// What members are reminded of.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nudges: Nudges,
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

impl Program {
    /// The reward with this id.
    pub fn reward(&self, id: &RewardId) -> Option<&Reward> {
        self.rewards.iter().find(|reward| reward.id == *id)
    }

    /// The link that invites with a code.
    pub fn invitation_link(&self, code: &ReferralCode) -> Option<String> {
        self.invitation_link.as_ref().map(|link| link.replacen("{code}", code.as_str(), 1))
    }

    /// The place of a tier, 0 for the lowest.
    pub fn tier_rank(&self, id: &TierId) -> Option<usize> {
        self.tiers.tiers.iter().position(|tier| tier.id == *id)
    }

    /// The earn rule with this id.
    pub fn earn_rule(&self, id: &RuleId) -> Option<&EarnRule> {
        self.earn_rules.iter().find(|rule| rule.id == *id)
    }

    /// The rules that reward invitations, with what they give advocate and friend.
    pub fn invitations(&self) -> impl Iterator<Item = (&EarnRule, Points, Points)> {
        self.earn_rules.iter().filter_map(|rule| match &rule.earn {
            EarnRuleKind::Referral { advocate, friend } => Some((rule, *advocate, *friend)),
            EarnRuleKind::Spend { .. }
            | EarnRuleKind::Visit { .. }
            | EarnRuleKind::Bonus { .. }
            | EarnRuleKind::Goal { .. }
            | EarnRuleKind::Activity { .. } => None,
        })
    }

    /// The offer with this id.
    pub fn offer(&self, id: &OfferId) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.id == *id)
    }

    /// What members call the points in this locale.
    pub fn terminology(&self, locale: &str) -> Terminology {
        text::resolve(&self.currency.terminology, locale, &self.default_locale)
            .cloned()
            .unwrap_or_else(|| Terminology { one: "point".to_owned(), other: "points".to_owned() })
    }
}

words! {
    Rounding { "floor" Floor, "half_up" HalfUp, "ceil" Ceil }
}
