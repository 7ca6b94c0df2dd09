//! What a cart costs.
//!
//! **Invariant:** all amounts are whole cents, and the lines that the loyalty program is told of add up to the subtotal
//! less the discount.

use serde::{Deserialize, Serialize};
use stampcard_model::{BasisPoints, Line, RewardKind, Sku};

use crate::catalog::{Catalog, Product};

/// The most of one product that fits into a parcel.
const QUANTITY_MAX: u32 = 20;
/// The most lines of a cart.
const LINES_MAX: usize = 50;
const GIFT_CARDS: &str = "gift-cards";

/// A line of a cart as the page says it: no price.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    pub(crate) sku: Sku,
    pub(crate) quantity: u32,
}

/// A cart with prices.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Priced {
    pub(crate) lines: Vec<PricedLine>,
    /// The lines together.
    pub(crate) subtotal_minor: u64,
    /// What a voucher takes off the lines.
    pub(crate) discount_minor: u64,
    pub(crate) shipping_minor: u64,
    /// What is to be paid for what came with a voucher.
    #[serde(default)]
    pub(crate) due_minor: u64,
    /// What a gift card pays.
    pub(crate) card_minor: u64,
    /// What is left to pay.
    pub(crate) total_minor: u64,
}

/// A voucher as a price sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken<'a> {
    pub(crate) kind: &'a RewardKind,
    /// What is to be paid with it.
    pub(crate) money_minor: u64,
}

/// A line with its price.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct PricedLine {
    pub(crate) sku: Sku,
    pub(crate) slug: String,
    pub(crate) image: String,
    /// Whether it has a page of its own.
    pub(crate) listed: bool,
    /// Whether it came with a voucher.
    pub(crate) gift: bool,
    pub(crate) quantity: u32,
    pub(crate) unit_minor: u64,
    pub(crate) amount_minor: u64,
}

/// Why a cart has no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoPrice {
    EmptyCart,
    UnknownProduct,
    TooMany,
    /// The voucher is not for a cart at all.
    VoucherNotForCart,
    /// The voucher would change nothing.
    VoucherNoEffect,
}

/// Prices a cart.
///
/// # Errors
/// A [`NoPrice`]; the voucher is only looked at when the cart alone has a price.
pub(crate) fn price(
    catalog: &Catalog,
    wanted: &[Wanted],
    voucher: Option<Taken<'_>>,
    ships_free: bool,
) -> Result<Priced, NoPrice> {
    let due_minor = voucher.map_or(0, |voucher| voucher.money_minor);
    let voucher = voucher.map(|voucher| voucher.kind);
    let mut lines = wanted.iter().map(|wanted| line(catalog, wanted)).collect::<Result<Vec<_>, _>>()?;
    if lines.is_empty() {
        return Err(NoPrice::EmptyCart);
    }
    if lines.len() > LINES_MAX {
        return Err(NoPrice::TooMany);
    }
    let subtotal_minor: u64 = lines.iter().map(|line| line.amount_minor).sum();
    let free_anyway = ships_free || subtotal_minor >= catalog.free_shipping_from_minor;
    let mut shipping_minor = if free_anyway { 0 } else { catalog.shipping_minor };
    let mut discount_minor = 0;
    let mut card_minor = 0;
    let reducible: u64 =
        lines.iter().filter(|line| is_reducible(catalog, line)).map(|line| line.amount_minor).sum();
    match voucher {
        None => {}
        Some(RewardKind::Discount { amount_minor }) => discount_minor = reducible.min(*amount_minor),
        Some(RewardKind::PercentageDiscount { share }) => discount_minor = share_of(reducible, *share),
        Some(RewardKind::FreeShipping) if shipping_minor == 0 => return Err(NoPrice::VoucherNoEffect),
        Some(RewardKind::FreeShipping) => shipping_minor = 0,
        Some(RewardKind::Product { sku }) => {
            let gift = catalog.product(sku).ok_or(NoPrice::VoucherNotForCart)?;
            lines.push(PricedLine { gift: true, amount_minor: 0, unit_minor: 0, ..priced(gift, 1) });
        }
        Some(RewardKind::GiftCard { amount_minor } | RewardKind::StoreCredit { amount_minor }) => {
            card_minor = (subtotal_minor + shipping_minor).min(*amount_minor);
        }
        Some(
            RewardKind::CashPayout { .. }
            | RewardKind::Service
            | RewardKind::BusinessService
            | RewardKind::Experience
            | RewardKind::Donation { .. }
            | RewardKind::Custom
            | RewardKind::Unrecognized,
        ) => return Err(NoPrice::VoucherNotForCart),
    }
    let reduces =
        matches!(voucher, Some(RewardKind::Discount { .. } | RewardKind::PercentageDiscount { .. }));
    if reduces && discount_minor == 0 {
        return Err(NoPrice::VoucherNoEffect);
    }
    let total_minor = subtotal_minor - discount_minor + shipping_minor + due_minor - card_minor;
    Ok(Priced { lines, subtotal_minor, discount_minor, shipping_minor, due_minor, card_minor, total_minor })
}

impl Priced {
    /// What the loyalty program is told: the lines that were paid for, each with its share of the discount taken off.
    ///
    /// The shares are in proportion to the amounts; cents that do not divide go to the first lines.
    pub(crate) fn paid_lines(&self, catalog: &Catalog) -> Vec<Line> {
        let paid: Vec<&PricedLine> = self.lines.iter().filter(|line| !line.gift).collect();
        let reducible: u64 =
            paid.iter().filter(|line| is_reducible(catalog, line)).map(|line| line.amount_minor).sum();
        let share = |line: &PricedLine| match is_reducible(catalog, line) {
            true if reducible > 0 => line.amount_minor * self.discount_minor / reducible,
            _ => 0,
        };
        let mut left = self.discount_minor - paid.iter().map(|line| share(line)).sum::<u64>();
        paid.iter()
            .map(|line| {
                let takes_cent = left > 0 && is_reducible(catalog, line) && share(line) < line.amount_minor;
                left -= u64::from(takes_cent);
                Line {
                    sku: line.sku.clone(),
                    category: catalog.product(&line.sku).map(|product| product.category.clone()),
                    quantity: line.quantity,
                    amount_minor: line.amount_minor - share(line) - u64::from(takes_cent),
                    product: None,
                    discount_minor: share(line) + u64::from(takes_cent),
                    tax_minor: 0,
                    gift_card: false,
                }
            })
            .collect()
    }
}

fn line(catalog: &Catalog, wanted: &Wanted) -> Result<PricedLine, NoPrice> {
    let product =
        catalog.product(&wanted.sku).filter(|product| product.listed).ok_or(NoPrice::UnknownProduct)?;
    if !(1..=QUANTITY_MAX).contains(&wanted.quantity) {
        return Err(NoPrice::TooMany);
    }
    Ok(priced(product, wanted.quantity))
}

fn priced(product: &Product, quantity: u32) -> PricedLine {
    PricedLine {
        sku: product.sku.clone(),
        slug: product.slug.clone(),
        image: product.image(),
        listed: product.listed,
        gift: false,
        quantity,
        unit_minor: product.price_minor,
        amount_minor: product.price_minor * u64::from(quantity),
    }
}

/// Gift cards are money and never reduced.
fn is_reducible(catalog: &Catalog, line: &PricedLine) -> bool {
    !line.gift && catalog.product(&line.sku).is_some_and(|product| product.category.as_str() != GIFT_CARDS)
}

/// A share of an amount, halves up.
fn share_of(amount_minor: u64, share: BasisPoints) -> u64 {
    (amount_minor * u64::from(share.0) + 5_000) / 10_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cart_costs_its_lines_and_shipping_until_the_parcel_is_large_enough() {
        check("TEA-LAPSANG×1", None, "1290 − 0 + 490 − 0 = 1780");
        check("TEA-LAPSANG×2, WARE-SCOOP×1", None, "3530 − 0 + 490 − 0 = 4020");
        check("WARE-TEAPOT×1", None, "6800 − 0 + 0 − 0 = 6800");
    }

    #[test]
    fn a_voucher_does_what_it_says() {
        check(
            "TEA-LAPSANG×1",
            Some(RewardKind::Discount { amount_minor: 500 }),
            "1290 − 500 + 490 − 0 = 1280",
        );
        check(
            "WARE-SCOOP×1",
            Some(RewardKind::Discount { amount_minor: 5_000 }),
            "950 − 950 + 490 − 0 = 490",
        );
        let share = BasisPoints(1_500);
        check("TEA-LAPSANG×1", Some(RewardKind::PercentageDiscount { share }), "1290 − 194 + 490 − 0 = 1586");
        check("TEA-LAPSANG×1", Some(RewardKind::FreeShipping), "1290 − 0 + 0 − 0 = 1290");
        check(
            "TEA-LAPSANG×1",
            Some(RewardKind::GiftCard { amount_minor: 2_500 }),
            "1290 − 0 + 490 − 1780 = 0",
        );
        let cups = RewardKind::Product { sku: sku("WARE-CUPS") };
        let priced = check("TEA-LAPSANG×1", Some(cups), "1290 − 0 + 490 − 0 = 1780");
        assert!(priced.lines.iter().any(|line| line.gift && line.sku == sku("WARE-CUPS")));
    }

    #[test]
    fn a_discount_leaves_gift_cards_alone() {
        let all = RewardKind::PercentageDiscount { share: BasisPoints(10_000) };
        let priced = check("GIFT-25×1, TEA-LAPSANG×1", Some(all.clone()), "3790 − 1290 + 490 − 0 = 2990");
        let paid: Vec<u64> =
            priced.paid_lines(&Catalog::own()).iter().map(|line| line.amount_minor).collect();
        assert_eq!(paid, [2_500, 0]);
        refuse("GIFT-25×1", Some(all), NoPrice::VoucherNoEffect);
    }

    #[test]
    fn the_discount_is_shared_out_to_the_cent() {
        for discount in 1..=2_000 {
            let kind = RewardKind::Discount { amount_minor: discount };
            let wanted = cart("TEA-LAPSANG×1, WARE-SCOOP×1, TEA-JASMINE×3");
            let catalog = Catalog::own();
            let priced = price(&catalog, &wanted, Some(free(&kind)), false).expect("the cart has a price");
            let paid: u64 = priced.paid_lines(&catalog).iter().map(|line| line.amount_minor).sum();
            assert_eq!(paid, priced.subtotal_minor - discount);
        }
    }

    #[test]
    fn a_gift_is_not_told_to_the_program() {
        let gift = RewardKind::Product { sku: sku("TEA-SAMPLER") };
        let priced = check("TEA-LAPSANG×1", Some(gift), "1290 − 0 + 490 − 0 = 1780");
        assert_eq!(priced.paid_lines(&Catalog::own()).len(), 1);
    }

    #[test]
    fn what_cannot_be_sold_has_no_price() {
        refuse("", None, NoPrice::EmptyCart);
        refuse("TEA-UNHEARD-OF×1", None, NoPrice::UnknownProduct);
        refuse("TEA-SAMPLER×1", None, NoPrice::UnknownProduct);
        refuse("TEA-LAPSANG×0", None, NoPrice::TooMany);
        refuse("TEA-LAPSANG×21", None, NoPrice::TooMany);
        refuse("WARE-TEAPOT×1", Some(RewardKind::FreeShipping), NoPrice::VoucherNoEffect);
        refuse("WARE-TEAPOT×1", Some(RewardKind::Experience), NoPrice::VoucherNotForCart);
        let unheard_of = RewardKind::Product { sku: sku("TEA-UNHEARD-OF") };
        refuse("WARE-TEAPOT×1", Some(unheard_of), NoPrice::VoucherNotForCart);
    }

    #[test]
    fn a_tier_that_ships_free_pays_no_shipping() {
        let priced =
            price(&Catalog::own(), &cart("TEA-LAPSANG×1"), None, true).expect("the cart has a price");
        assert_eq!((priced.shipping_minor, priced.total_minor), (0, 1_290));
    }

    #[test]
    fn a_reward_that_costs_money_too_is_paid_with_the_order_and_earns_nothing() {
        let catalog = Catalog::own();
        let kind = RewardKind::Product { sku: sku("WARE-GAIWAN") };
        let voucher = Taken { kind: &kind, money_minor: 1_200 };
        let priced =
            price(&catalog, &cart("TEA-LAPSANG×1"), Some(voucher), false).expect("the cart has a price");
        assert_eq!((priced.subtotal_minor, priced.due_minor, priced.total_minor), (1_290, 1_200, 2_980));
        let told: u64 = priced.paid_lines(&catalog).iter().map(|line| line.amount_minor).sum();
        assert_eq!(told, 1_290);
    }

    fn free(kind: &RewardKind) -> Taken<'_> {
        Taken { kind, money_minor: 0 }
    }

    fn check(cart_text: &str, voucher: Option<RewardKind>, expected: &str) -> Priced {
        let priced = price(&Catalog::own(), &cart(cart_text), voucher.as_ref().map(free), false)
            .expect("the cart has a price");
        let Priced { subtotal_minor, discount_minor, shipping_minor, card_minor, total_minor, .. } = &priced;
        let sum =
            format!("{subtotal_minor} − {discount_minor} + {shipping_minor} − {card_minor} = {total_minor}");
        assert_eq!(sum, expected, "{cart_text}");
        priced
    }

    fn refuse(cart_text: &str, voucher: Option<RewardKind>, expected: NoPrice) {
        assert_eq!(
            price(&Catalog::own(), &cart(cart_text), voucher.as_ref().map(free), false),
            Err(expected),
            "{cart_text}"
        );
    }

    fn cart(text: &str) -> Vec<Wanted> {
        let lines = text.split(", ").filter_map(|line| line.split_once('×'));
        lines
            .map(|(name, quantity)| Wanted {
                sku: sku(name),
                quantity: quantity.parse().expect("a quantity is a number"),
            })
            .collect()
    }

    fn sku(name: &str) -> Sku {
        Sku::new(name).expect("the name is a SKU")
    }
}
