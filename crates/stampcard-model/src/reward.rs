//! What points can be spent on.

use serde::{Deserialize, Serialize};

use crate::{
    BasisPoints, Condition, LocalizedText, Points, Review, RewardId, Sku, TierId, UnitLimit, VariablePrice,
    wire::is_default,
};

/// A reward as the program defines it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reward {
    /// Names the reward inside the program.
    pub id: RewardId,
    /// What the member gets.
    pub kind: RewardKind,
    /// What the member reads first.
    pub title: LocalizedText,
    /// One or two sentences more.
    #[serde(default)]
    pub description: LocalizedText,
    /// The fine print.
    #[serde(default)]
    pub terms: LocalizedText,
    /// An `https` or root-relative address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// The points one redemption takes; at least 1. The fewest, when the price is variable.
    pub price: Points,
    /// Lets the member choose the price; what the reward is worth follows from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<VariablePrice>,
    /// What the member pays on top, in minor units of the program's money.
    #[serde(default, skip_serializing_if = "is_default")]
    pub money_minor: u64,
    /// Units that can be redeemed by all members together; none means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<u64>,
    /// The lowest tier that may redeem it; none means everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierId>,
    /// For whom and when it can be redeemed.
    #[serde(default, skip_serializing_if = "Condition::is_empty")]
    pub when: Condition,
    /// Units one member may redeem; none means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_member_limit: Option<u64>,
    /// Units one member may redeem in each period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_member_cap: Option<UnitLimit>,
    /// Units all members together may redeem in each period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_cap: Option<UnitLimit>,
    /// How many hours must lie between two redemptions by one member; at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub cooldown_hours: Option<u32>,
    /// The voucher is taken for an order with goods for at least so much, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub minimum_order_minor: u64,
    /// Which redemptions are held until the merchant approves, instead of those that the program names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// For how many hours the member may cancel a redemption, as long as the voucher is unused; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_hours: Option<u32>,
    /// Days of 24 hours from redemption until the voucher expires; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher_days: Option<u32>,
}

/// What a member gets for a reward. An older reader takes a kind it has never heard of as
/// [`RewardKind::Unrecognized`] and draws it as a plain card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RewardKind {
    /// A fixed amount off an order.
    Discount {
        /// Minor units of the program's money.
        amount_minor: u64,
    },
    /// A share off an order.
    PercentageDiscount {
        /// Hundredths of a percent: 1,000 is 10 %.
        share: BasisPoints,
    },
    /// An order without shipping costs.
    FreeShipping,
    /// A product.
    Product {
        /// The variant in the host shop.
        sku: Sku,
    },
    /// A gift card.
    GiftCard {
        /// Minor units of the program's money.
        amount_minor: u64,
    },
    /// Credit in the host shop.
    StoreCredit {
        /// Minor units of the program's money.
        amount_minor: u64,
    },
    /// Money paid out.
    CashPayout {
        /// Minor units of the program's money.
        amount_minor: u64,
    },
    /// Work done for the member: a repair, an engraving, a delivery.
    Service,
    /// Work done for the member's business: advice, training, a dedicated contact.
    BusinessService,
    /// Something the member takes part in: a workshop, a tasting, a fitting.
    Experience,
    /// A donation in the member's name.
    Donation {
        /// Minor units of the program's money.
        amount_minor: u64,
    },
    /// Anything that the merchant fulfils by hand.
    Custom,
    /// A kind this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl RewardKind {
    /// What it is worth in minor units of money; `None` for what has no amount.
    pub const fn amount_minor(&self) -> Option<u64> {
        match self {
            Self::Discount { amount_minor }
            | Self::GiftCard { amount_minor }
            | Self::StoreCredit { amount_minor }
            | Self::CashPayout { amount_minor }
            | Self::Donation { amount_minor } => Some(*amount_minor),
            Self::PercentageDiscount { .. }
            | Self::FreeShipping
            | Self::Product { .. }
            | Self::Service
            | Self::BusinessService
            | Self::Experience
            | Self::Custom
            | Self::Unrecognized => None,
        }
    }
}
