//! What the host shop sells.

use serde::{Deserialize, Serialize};

use crate::{Category, MoneyCode, OrderId, Sku};

/// A purchase that earns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    /// Names the order in the host shop; an order earns once.
    pub id: OrderId,
    /// The money of every amount; it must be the program's.
    pub money: MoneyCode,
    /// What was bought: 1 to 200 lines.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 200))]
    pub lines: Vec<Line>,
}

impl Order {
    /// The most lines an order may have.
    pub const LINES_MAX: usize = 200;
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Line {
    /// The product variant.
    pub sku: Sku,
    /// The category that earn rules look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// How many.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 4294967295_u32))]
    pub quantity: u32,
    /// What the whole line costs after discounts and without tax and shipping, in minor units.
    #[cfg_attr(feature = "openapi", schema(maximum = 1000000000000_u64))]
    pub amount_minor: u64,
}

impl Line {
    /// The largest amount of a line, in minor units.
    pub const AMOUNT_MINOR_MAX: u64 = 1_000_000_000_000;
}
