//! Which multipliers apply to a line, and what they make together.

use stampcard_model::{
    AppliedMultiplier, BasisPoints, Line, Lines, MultiplierSource, Occasion, OfferGives, Program, Stacking,
};

use crate::tiering::tier;

/// The multipliers that are on for an order, each with the lines that it is for: the tier's, then those of the program,
/// then those of offers.
pub(super) struct Multipliers<'a> {
    stacking: Stacking,
    on: Vec<(AppliedMultiplier, Option<&'a Lines>)>,
}

impl<'a> Multipliers<'a> {
    pub(super) fn on(program: &'a Program, occasion: &Occasion, goods_minor: u64) -> Self {
        let mut on: Vec<(AppliedMultiplier, Option<&'a Lines>)> = Vec::new();
        if let Some(tier) = occasion.tier.as_ref().and_then(|id| tier(program, id)) {
            let from = MultiplierSource::Tier { tier_id: tier.id.clone() };
            on.push((AppliedMultiplier { from, factor: tier.multiplier }, None));
        }
        for multiplier in program.multipliers.iter().filter(|known| occasion.multipliers.contains(&known.id))
        {
            if goods_minor >= multiplier.minimum_order_minor {
                let from = MultiplierSource::Multiplier { multiplier_id: multiplier.id.clone() };
                on.push((AppliedMultiplier { from, factor: multiplier.factor }, Some(&multiplier.lines)));
            }
        }
        for offer in program.offers.iter().filter(|known| occasion.offers.contains(&known.id)) {
            if let OfferGives::Multiplier { factor, lines, minimum_order_minor } = &offer.gives
                && goods_minor >= *minimum_order_minor
            {
                let from = MultiplierSource::Offer { offer_id: offer.id.clone() };
                on.push((AppliedMultiplier { from, factor: *factor }, Some(lines)));
            }
        }
        Self { stacking: program.stacking, on }
    }

    /// Those that apply to a line.
    pub(super) fn of_line(&self, line: &Line) -> Vec<AppliedMultiplier> {
        self.chosen(|lines| lines.is_none_or(|lines| lines.include(line)))
    }

    /// Those that apply to what is no line.
    pub(super) fn of_all(&self) -> Vec<AppliedMultiplier> {
        self.chosen(|lines| lines.is_none_or(Lines::is_empty))
    }

    /// All of them, or the best alone where that is what the program says, the first of equal ones; one times is not told.
    fn chosen(&self, applies: impl Fn(Option<&Lines>) -> bool) -> Vec<AppliedMultiplier> {
        let all = self.on.iter().filter(|(_, lines)| applies(*lines)).map(|(applied, _)| applied);
        let chosen: Vec<&AppliedMultiplier> = match self.stacking {
            Stacking::SumOfBonuses | Stacking::Product => all.collect(),
            Stacking::Best => all
                .reduce(|best, next| if next.factor > best.factor { next } else { best })
                .into_iter()
                .collect(),
        };
        chosen.into_iter().filter(|applied| applied.factor != BasisPoints::ONE).cloned().collect()
    }
}

/// What some multipliers make together; at most a hundred times.
pub(super) fn combined(stacking: Stacking, multipliers: &[AppliedMultiplier]) -> BasisPoints {
    const ONE: i128 = BasisPoints::ONE.0 as i128;
    const MOST: i128 = 100 * ONE;
    let factors = multipliers.iter().map(|applied| i128::from(applied.factor.0));
    let together = match stacking {
        Stacking::Best => factors.max().unwrap_or(ONE),
        Stacking::SumOfBonuses => ONE + factors.map(|factor| factor - ONE).sum::<i128>(),
        // Cut at each step, as the product of many would have no end.
        Stacking::Product => factors.fold(ONE, |product, factor| (product * factor / ONE).min(MOST)),
    };
    BasisPoints(u32::try_from(together.clamp(0, MOST)).unwrap_or(BasisPoints::ONE.0))
}
