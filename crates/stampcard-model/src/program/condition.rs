//! When a rule, a multiplier, a price or an offer holds, for whom, and for which lines of an order.

use serde::{Deserialize, Serialize};

use crate::{
    Category, Date, Line, ProductId, PurposeId, SegmentId, Sku, TierId, answer::words, wire::is_default,
};

/// Who it is for and when it holds. Each part that is given must hold; an empty condition always holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Condition {
    /// The member has one of these tiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<TierId>,
    /// The member belongs to one of these segments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<SegmentId>,
    /// The member is at one of these stages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    /// The member consents to all of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<PurposeId>,
    /// The member has bought so much lately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bought: Option<Bought>,
    /// It is the member's birthday, or the month of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Span>,
    /// From the start of this day on, in the program's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<Date>,
    /// To the end of this day, in the program's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Date>,
    /// On these days of the week, in the program's time zone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
}

impl Condition {
    /// Whether it holds for everybody at any time.
    pub fn is_empty(&self) -> bool {
        is_default(self)
    }
}

/// What a member has bought in the days before now, returned things aside. Each part that is given must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bought {
    /// In the last so many times 24 hours; 1 to 3,660.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3660))]
    pub days: u16,
    /// At least so many orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<u32>,
    /// Goods for at least so much, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend_minor: Option<u64>,
}

/// How close to a day of the year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Span {
    /// On the day.
    Day,
    /// In its calendar month.
    #[default]
    Month,
}

/// Where a member is in their life with the shop. The first that fits, from the top, is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Stage {
    /// Never ordered.
    Prospect,
    /// Ordered last at least [`Lifecycle::lapsed_days`] ago.
    Lapsed,
    /// Ordered last at least [`Lifecycle::at_risk_days`] ago.
    AtRisk,
    /// Joined less than [`Lifecycle::new_days`] ago.
    New,
    /// All others.
    Active,
}

/// What parts the stages of a member's life with the shop, in times 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lifecycle {
    /// How long a member is new.
    pub new_days: u16,
    /// After how long without an order a member is at risk.
    pub at_risk_days: u16,
    /// After how long without an order a member has lapsed.
    pub lapsed_days: u16,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self { new_days: 30, at_risk_days: 90, lapsed_days: 180 }
    }
}

/// Days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl Weekday {
    /// The week, from Monday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];
}

/// Which lines of an order: those that any part names; all of them when no part names any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lines {
    /// Lines of these categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// Lines of these products.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductId>,
    /// Lines of these product variants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<Sku>,
}

impl Lines {
    /// Whether these are all lines.
    pub fn is_empty(&self) -> bool {
        is_default(self)
    }

    /// Whether the line is one of them.
    pub fn include(&self, line: &Line) -> bool {
        self.is_empty()
            || line.category.as_ref().is_some_and(|category| self.categories.contains(category))
            || line.product.as_ref().is_some_and(|product| self.products.contains(product))
            || self.skus.contains(&line.sku)
    }
}

words! {
    Span { "day" Day, "month" Month }
}
