//! What an order earns, and why.

use stampcard_model::{
    Accrual, BasisPoints, CategoryRatio, EarnRuleKind, Order, Points, Program, Ratio, Refusal, Rounding,
    TierId,
};

/// The accruals an order brings a member of this tier: one a rule and category, in the order of the rules and then of
/// the first line of each category. Each is rounded once, by the program's rounding.
///
/// Lines of a category that the rule lists form one group each, all other lines form one group together; an excluded
/// category still yields an accrual, of 0 points, so that it can be explained. A tier that the program does not know
/// multiplies by one.
///
/// # Errors
/// [`Refusal::MoneyMismatch`] when the order's money is not the program's; [`Refusal::PointsOutOfRange`] when a group
/// costs more than `u64::MAX` minor units or earns more than [`Points::MAX`].
///
/// # Examples
/// With one point for 100 minor units, two lines of 50 earn a point together where each alone would earn none:
///
/// ```
/// # let lantern = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engine/lantern.json"));
/// # let program: stampcard_model::Program = serde_json::from_str(lantern)?;
/// let order = serde_json::from_str(
///     r#"{"id": "1042", "money": "EUR", "lines": [
///         {"sku": "CUP", "quantity": 1, "amount_minor": 50},
///         {"sku": "BOWL", "quantity": 1, "amount_minor": 50}]}"#,
/// )?;
/// let accruals = stampcard_engine::earn(&program, &"basic".to_owned().try_into()?, &order)?;
/// assert_eq!(accruals.len(), 1);
/// assert_eq!((accruals[0].base_minor, accruals[0].points.get()), (100, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn earn(program: &Program, tier: &TierId, order: &Order) -> Result<Vec<Accrual>, Refusal> {
    let tier = program.tiers.tiers.iter().find(|known| known.id == *tier);
    accruals(program, tier.map_or(BasisPoints::ONE, |tier| tier.multiplier), order)
}

/// [`earn`], for a multiplier instead of a tier.
pub(crate) fn accruals(
    program: &Program,
    multiplier: BasisPoints,
    order: &Order,
) -> Result<Vec<Accrual>, Refusal> {
    if order.money != program.money {
        return Err(Refusal::MoneyMismatch);
    }
    let rounding = program.currency.rounding;
    let mut accruals = Vec::new();
    for rule in &program.earn_rules {
        match &rule.earn {
            EarnRuleKind::Spend { ratio, categories } => {
                for (own, base_minor) in bases(categories, order).ok_or(Refusal::PointsOutOfRange)? {
                    let ratio = own.map_or(*ratio, |own| own.ratio);
                    let points =
                        rounded(base_minor, ratio, multiplier, rounding).ok_or(Refusal::PointsOutOfRange)?;
                    accruals.push(Accrual {
                        rule_id: rule.id.clone(),
                        category: own.map(|own| own.category.clone()),
                        base_minor,
                        ratio,
                        multiplier,
                        rounding,
                        points,
                    });
                }
            }
        }
    }
    Ok(accruals)
}

/// The money of each group of lines, in the order of their first lines; `None` above `u64::MAX`.
fn bases<'a>(
    categories: &'a [CategoryRatio],
    order: &Order,
) -> Option<Vec<(Option<&'a CategoryRatio>, u64)>> {
    let mut bases: Vec<(Option<&CategoryRatio>, u64)> = Vec::new();
    for line in &order.lines {
        let own = categories.iter().find(|listed| line.category.as_ref() == Some(&listed.category));
        match bases.iter_mut().find(|(group, _)| *group == own) {
            Some((_, base)) => *base = base.checked_add(line.amount_minor)?,
            None => bases.push((own, line.amount_minor)),
        }
    }
    Some(bases)
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
