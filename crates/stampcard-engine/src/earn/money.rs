//! Points for money spent: which money counts, by which ratio.

use stampcard_model::{
    Accrual, AppliedMultiplier, Basis, BasisPoints, Category, Counts, EarnRule, EarnRuleKind, Line, Occasion,
    Order, Points, ProductId, Program, Ratio, Refusal, Rounding, Sku,
};

use super::multiply::{Multipliers, combined};

/// Lines that have the same ratio and the same multipliers.
struct Group<'a> {
    own: Own<'a>,
    multipliers: Vec<AppliedMultiplier>,
    base_minor: u64,
}

/// Whose ratio applies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own<'a> {
    Sku(&'a Sku),
    Product(&'a ProductId),
    Category(&'a Category),
    Rule,
}

/// What a rule gives for the money in an order: an accrual for each group of lines, in the order of their first lines.
pub(super) fn spend(
    program: &Program,
    occasion: &Occasion,
    order: &Order,
    rule: &EarnRule,
    goods_minor: u64,
) -> Result<Vec<Accrual>, Refusal> {
    let EarnRuleKind::Spend { ratio, categories, products, skus, counts } = &rule.earn else {
        return Ok(Vec::new());
    };
    let multipliers = Multipliers::on(program, occasion, goods_minor);
    let counted = Counted::of(order, *counts).ok_or(Refusal::PointsOutOfRange)?;
    let mut groups: Vec<(Group<'_>, Ratio)> = Vec::new();
    let mut add = |own, ratio, multipliers: Vec<AppliedMultiplier>, minor: u64| {
        let known = groups.iter_mut().find(|(group, _)| group.own == own && group.multipliers == multipliers);
        match known {
            Some((group, _)) => group.base_minor = group.base_minor.checked_add(minor)?,
            None => groups.push((Group { own, multipliers, base_minor: minor }, ratio)),
        }
        Some(())
    };
    for (line, minor) in order.lines.iter().zip(counted.lines) {
        if !rule.lines.include(line) || (line.gift_card && !counts.gift_card_lines) {
            continue;
        }
        let by_sku =
            || skus.iter().find(|own| own.sku == line.sku).map(|own| (Own::Sku(&own.sku), own.ratio));
        let by_product = || {
            let own = products.iter().find(|own| line.product.as_ref() == Some(&own.product))?;
            Some((Own::Product(&own.product), own.ratio))
        };
        let by_category = || {
            let own = categories.iter().find(|own| line.category.as_ref() == Some(&own.category))?;
            Some((Own::Category(&own.category), own.ratio))
        };
        let (own, ratio) = by_sku().or_else(by_product).or_else(by_category).unwrap_or((Own::Rule, *ratio));
        add(own, ratio, multipliers.of_line(line), minor).ok_or(Refusal::PointsOutOfRange)?;
    }
    if counted.shipping > 0 && rule.lines.is_empty() {
        add(Own::Rule, *ratio, multipliers.of_all(), counted.shipping).ok_or(Refusal::PointsOutOfRange)?;
    }
    groups.into_iter().map(|(group, ratio)| accrual(program, rule, group, ratio)).collect()
}

fn accrual(program: &Program, rule: &EarnRule, group: Group<'_>, ratio: Ratio) -> Result<Accrual, Refusal> {
    let Group { own, multipliers, base_minor } = group;
    let rounding = program.currency.rounding;
    let multiplier = combined(program.stacking, &multipliers);
    let points = rounded(base_minor, ratio, multiplier, rounding).ok_or(Refusal::PointsOutOfRange)?;
    let (category, product, sku) = match own {
        Own::Sku(sku) => (None, None, Some(sku.clone())),
        Own::Product(product) => (None, Some(product.clone()), None),
        Own::Category(category) => (Some(category.clone()), None, None),
        Own::Rule => (None, None, None),
    };
    Ok(Accrual {
        rule_id: rule.id.clone(),
        basis: Basis::Spend,
        category,
        product,
        sku,
        base_minor,
        ratio,
        multiplier,
        multipliers,
        stacking: program.stacking,
        rounding,
        cap: None,
        points,
    })
}

/// The money of an order that counts, in minor units.
struct Counted {
    /// Line by line.
    lines: Vec<u64>,
    shipping: u64,
}

impl Counted {
    /// What was paid with gift cards is taken from lines, tax and shipping in proportion to what each costs: after each
    /// of them as much is taken, rounded down, as the share of all before. `None` above `u64::MAX`.
    fn of(order: &Order, counts: Counts) -> Option<Self> {
        let goods = order.goods_minor()?;
        let tax = order.lines.iter().try_fold(0_u64, |sum, line| sum.checked_add(line.tax_minor))?;
        let total = goods.checked_add(tax)?.checked_add(order.shipping_minor)?;
        let by_card = if counts.gift_card_payments { 0 } else { order.gift_card_minor.min(total) };
        let (mut before, mut taken) = (0_u128, 0_u128);
        let mut paid = |minor: u64| {
            before += u128::from(minor);
            let share = (u128::from(by_card) * before).checked_div(u128::from(total)).unwrap_or_default();
            let own = share - taken;
            taken = share;
            minor.saturating_sub(u64::try_from(own).unwrap_or(u64::MAX))
        };
        let mut line = |line: &Line| {
            let (goods, tax) = (paid(line.amount_minor), paid(line.tax_minor));
            let tax = if counts.tax { tax } else { 0 };
            let discount = if counts.discounts { line.discount_minor } else { 0 };
            goods.checked_add(tax)?.checked_add(discount)
        };
        let lines = order.lines.iter().map(&mut line).collect::<Option<_>>()?;
        let shipping = paid(order.shipping_minor);
        Some(Self { lines, shipping: if counts.shipping { shipping } else { 0 } })
    }
}

/// `base × ratio × multiplier` as a whole number; `None` above [`Points::MAX`].
fn rounded(base_minor: u64, ratio: Ratio, multiplier: BasisPoints, rounding: Rounding) -> Option<Points> {
    // 64 + 32 + 32 bits: the product of the largest factors still fits.
    let whole = u128::from(base_minor) * u128::from(ratio.points) * u128::from(multiplier.0);
    let parts = u128::from(ratio.per_minor) * u128::from(BasisPoints::ONE.0);
    // Only a program with faults has a ratio per nothing.
    let (quotient, rest) = (whole.checked_div(parts)?, whole.checked_rem(parts)?);
    let up = match rounding {
        Rounding::Floor => false,
        Rounding::HalfUp => rest * 2 >= parts,
        Rounding::Ceil => rest > 0,
    };
    Points::new(u64::try_from(quotient + u128::from(up)).ok()?).ok()
}
