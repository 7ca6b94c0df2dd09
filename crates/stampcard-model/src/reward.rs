//! What points can be spent on.

use serde::{Deserialize, Serialize};

use crate::{BasisPoints, LocalizedText, Points, RewardId, Sku, TierId, flat::FlatReward};

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
    /// The points one redemption takes; at least 1.
    pub price: Points,
    /// Units that can be redeemed by all members together; none means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<u64>,
    /// The lowest tier that may redeem it; none means everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierId>,
    /// Units one member may redeem; none means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_member_limit: Option<u64>,
    /// Days of 24 hours from redemption until the voucher expires; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher_days: Option<u32>,
}

/// What a member gets for a reward. An older reader takes a kind it has never heard of as
/// [`RewardKind::Unrecognized`] and draws it as a plain card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "FlatReward")]
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
    /// Something done for the member: a workshop, a tasting, a fitting.
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
