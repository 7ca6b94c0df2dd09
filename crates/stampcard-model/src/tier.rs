//! A member's status and what it gives.

use serde::{Deserialize, Serialize};

use crate::{BasisPoints, LocalizedText, Points, TierId, answer::words};

/// A tier as the program defines it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tier {
    /// Names the tier inside the program.
    pub id: TierId,
    /// What the member reads.
    pub name: LocalizedText,
    /// What reaches it, in the measure's unit: points, minor units of money, or orders; 0 for the first tier.
    pub threshold: Points,
    /// What points for money spent are multiplied by while the member has this tier; 10,000 is one times.
    pub multiplier: BasisPoints,
    /// What the tier gives without points.
    #[serde(default)]
    pub benefits: Vec<Benefit>,
}

/// Something a tier gives without points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Benefit {
    /// What sort of benefit it is; it chooses the icon.
    pub kind: BenefitKind,
    /// What the member reads.
    pub title: LocalizedText,
    /// Where to find it: an `https` or root-relative address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Sorts of benefits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BenefitKind {
    /// More points for each purchase.
    Multiplier,
    /// A standing discount.
    Discount,
    /// Shipping at no charge.
    FreeShipping,
    /// New things before others see them.
    EarlyAccess,
    /// Invitations to events.
    Event,
    /// Something on the birthday.
    BirthdayGift,
    /// A person to turn to.
    DedicatedService,
    /// Anything else.
    Custom,
    /// A sort this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

words! {
    BenefitKind else Unrecognized {
        "multiplier" Multiplier, "discount" Discount, "free_shipping" FreeShipping, "early_access" EarlyAccess,
        "event" Event, "birthday_gift" BirthdayGift, "dedicated_service" DedicatedService, "custom" Custom,
    }
}
