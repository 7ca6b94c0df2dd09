//! What the host shop sells, and what comes back.

use serde::{Deserialize, Serialize};

use crate::{Category, MoneyCode, OrderId, ProductId, Sku, api::ProblemError, wire::is_default};

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
    /// What shipping costs, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shipping_minor: u64,
    /// What of lines, tax and shipping was paid with gift cards, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub gift_card_minor: u64,
}

impl Order {
    /// The most lines an order may have.
    pub const LINES_MAX: usize = 200;

    /// What is wrong with it besides what its types say, with pointers that begin with `at`.
    pub fn faults(&self, at: &str) -> Vec<ProblemError> {
        let fault = |is_so: bool, place: &str, detail: &str| {
            let pointer = [at, place].concat();
            (!is_so).then(|| ProblemError { pointer, detail: detail.to_owned() })
        };
        let amount = |minor: u64, place: &str| {
            fault(minor <= Line::AMOUNT_MINOR_MAX, place, "is more than 1000000000000")
        };
        let few = (1..=Self::LINES_MAX).contains(&self.lines.len());
        let each = self.lines.iter().enumerate().flat_map(|(index, line)| {
            let place = |field: &str| format!("/lines/{index}/{field}");
            [
                fault(line.quantity >= 1, &place("quantity"), "is not at least 1"),
                amount(line.amount_minor, &place("amount_minor")),
                amount(line.discount_minor, &place("discount_minor")),
                amount(line.tax_minor, &place("tax_minor")),
            ]
        });
        let also = [
            amount(self.shipping_minor, "/shipping_minor"),
            amount(self.gift_card_minor, "/gift_card_minor"),
        ];
        let whole = fault(few, "/lines", "has not 1 to 200 lines");
        [whole].into_iter().chain(each).chain(also).flatten().collect()
    }

    /// What all lines cost after discounts and without tax and shipping, in minor units; `None` above `u64::MAX`.
    pub fn goods_minor(&self) -> Option<u64> {
        self.lines.iter().try_fold(0_u64, |sum, line| sum.checked_add(line.amount_minor))
    }
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Line {
    /// The product variant.
    pub sku: Sku,
    /// The product with all its variants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// The category that earn rules look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// How many.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 4294967295_u32))]
    pub quantity: u32,
    /// What the whole line costs after discounts and without tax and shipping, in minor units.
    #[cfg_attr(feature = "openapi", schema(maximum = 1000000000000_u64))]
    pub amount_minor: u64,
    /// What discounts took off the whole line, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub discount_minor: u64,
    /// The tax on the whole line, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tax_minor: u64,
    /// Whether the line is itself a gift card.
    #[serde(default, skip_serializing_if = "is_default")]
    pub gift_card: bool,
}

impl Line {
    /// The largest amount of a line, in minor units.
    pub const AMOUNT_MINOR_MAX: u64 = 1_000_000_000_000;
}

/// What of an order came back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Returned {
    /// What of its lines: at most 200.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub lines: Vec<ReturnedLine>,
    /// What of the shipping was paid back, in minor units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shipping_minor: u64,
}

/// What of a line came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnedLine {
    /// The product variant; where several lines are of it, they are gone through in their order.
    pub sku: Sku,
    /// How many came back; 0 when only money was given back.
    pub quantity: u32,
    /// What of the lines' `amount_minor` was paid back, in minor units.
    pub amount_minor: u64,
}
