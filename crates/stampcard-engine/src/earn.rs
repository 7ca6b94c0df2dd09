//! What an order earns, and why.

mod money;
mod multiply;

use std::collections::BTreeSet;

use stampcard_model::{
    Accrual, Basis, BasisPoints, Cap, EarnRule, EarnRuleKind, Missed, MissedReason, Occasion, OfferGives,
    Order, Points, Program, Ratio, ReferralSide, Refusal, RuleId,
};

/// What an order or an activity earns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earning {
    /// What each rule gave, and why.
    pub accruals: Vec<Accrual>,
    /// Which rules gave nothing, and why.
    pub missed: Vec<Missed>,
}

impl Earning {
    /// All points together, exact.
    pub fn points(&self) -> u128 {
        self.accruals.iter().map(|accrual| u128::from(accrual.points.get())).sum()
    }

    /// How many of them count where a tier is measured by points earned.
    pub(crate) fn qualifying(&self, program: &Program) -> u128 {
        let counts =
            |accrual: &&Accrual| program.earn_rule(&accrual.rule_id).is_none_or(|rule| rule.counts_for_tier);
        self.accruals.iter().filter(counts).map(|accrual| u128::from(accrual.points.get())).sum()
    }

    fn miss(&mut self, rule_id: &RuleId, reason: MissedReason) {
        self.missed.push(Missed { rule_id: rule_id.clone(), reason });
    }
}

/// What an order brings on an occasion, in the order of the rules and then of the offers. Of one rule: in the order of
/// the first line that each accrual counts, each rounded once, by the program's rounding, and then cut to what limits
/// leave.
///
/// Lines that have the same ratio and the same multipliers are counted together; an excluded category still yields an
/// accrual, of 0 points, so that it can be explained. A tier that the program does not know multiplies by one.
///
/// # Errors
/// [`Refusal::MoneyMismatch`] when the order's money is not the program's; [`Refusal::PointsOutOfRange`] when some lines
/// cost more than `u64::MAX` minor units or earn more than [`Points::MAX`].
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
/// let earning = stampcard_engine::earn(&program, &stampcard_model::Occasion::default(), &order)?;
/// assert_eq!(earning.accruals.len(), 1);
/// assert_eq!((earning.accruals[0].base_minor, earning.accruals[0].points.get()), (100, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn earn(program: &Program, occasion: &Occasion, order: &Order) -> Result<Earning, Refusal> {
    earn_from(program, occasion, order, None)
}

/// [`earn`], of these rules and offers alone.
pub(crate) fn earn_from(
    program: &Program,
    occasion: &Occasion,
    order: &Order,
    only: Option<&BTreeSet<RuleId>>,
) -> Result<Earning, Refusal> {
    if order.money != program.money {
        return Err(Refusal::MoneyMismatch);
    }
    let goods_minor = order.goods_minor().ok_or(Refusal::PointsOutOfRange)?;
    let mut earning = Earning { accruals: Vec::new(), missed: occasion.closed.clone() };
    let asked = |id: &RuleId| {
        only.is_none_or(|only| only.contains(id))
            && !occasion.closed.iter().any(|closed| closed.rule_id == *id)
    };
    for rule in program.earn_rules.iter().filter(|rule| asked(&rule.id)) {
        let least = rule.minimum_order_minor.max(program.limits.minimum_order_minor);
        let given = if order.lines.is_empty() {
            Err(MissedReason::NothingCounts)
        } else if goods_minor < least {
            Err(MissedReason::TooSmall { missing_minor: least.saturating_sub(goods_minor) })
        } else {
            by_rule(program, occasion, order, rule, goods_minor)?
        };
        match given {
            Ok(accruals) => earning.accruals.extend(accruals),
            // A rule that has nothing to do with the order is not told.
            Err(MissedReason::Unrecognized) => {}
            Err(reason) => earning.miss(&rule.id, reason),
        }
    }
    for offer in program.offers.iter().filter(|offer| occasion.offers.contains(&offer.id)) {
        let OfferGives::Bonus { points, minimum_order_minor } = offer.gives else { continue };
        let Some(rule_id) = RuleId::new(offer.id.as_str()).ok().filter(|id| asked(id)) else { continue };
        match minimum_order_minor.checked_sub(goods_minor).filter(|missing| *missing > 0) {
            Some(missing_minor) => earning.miss(&rule_id, MissedReason::TooSmall { missing_minor }),
            None if order.lines.is_empty() => earning.miss(&rule_id, MissedReason::NothingCounts),
            None => {
                let basis = Basis::Offer { offer_id: offer.id.clone() };
                earning.accruals.push(flat(program, &rule_id, basis, points));
            }
        }
    }
    cut(&mut earning.accruals, occasion);
    explain_nothing(&mut earning);
    let place = |id: &RuleId| program.earn_rules.iter().position(|rule| rule.id == *id).unwrap_or(usize::MAX);
    earning.missed.sort_by_key(|missed| place(&missed.rule_id));
    Ok(earning)
}

/// Points that are given as they stand.
pub(crate) fn flat(program: &Program, rule_id: &RuleId, basis: Basis, points: Points) -> Accrual {
    Accrual {
        rule_id: rule_id.clone(),
        basis,
        category: None,
        product: None,
        sku: None,
        base_minor: 0,
        ratio: Ratio { points: 0, per_minor: 1 },
        multiplier: BasisPoints::ONE,
        multipliers: Vec::new(),
        stacking: program.stacking,
        rounding: program.currency.rounding,
        cap: None,
        points,
    }
}

/// Cuts accruals to the room that limits leave, first come, first served. Of several rooms the smallest cuts: the rule's
/// before the member's before the program's where they are equal.
pub(crate) fn cut(accruals: &mut [Accrual], occasion: &Occasion) {
    let mut rooms = occasion.rooms.clone();
    for accrual in accruals {
        let uncut = accrual.points;
        let mine =
            |rule_id: &Option<RuleId>| rule_id.as_ref().is_none_or(|rule_id| *rule_id == accrual.rule_id);
        let tightest =
            rooms.iter().filter(|room| mine(&room.rule_id)).min_by_key(|room| (room.points, room.by as u8));
        if let Some(room) = tightest.filter(|room| room.points < uncut) {
            accrual.points = room.points;
            accrual.cap = Some(Cap { by: room.by, period: room.period, uncut });
        }
        for room in rooms.iter_mut().filter(|room| mine(&room.rule_id)) {
            room.points = room.points.saturating_sub(accrual.points);
        }
    }
}

/// What one rule gives, or why nothing; [`MissedReason::Unrecognized`] for a rule that is not about this order.
fn by_rule(
    program: &Program,
    occasion: &Occasion,
    order: &Order,
    rule: &EarnRule,
    goods_minor: u64,
) -> Result<Result<Vec<Accrual>, MissedReason>, Refusal> {
    let give = |basis, points| Ok(Ok(vec![flat(program, &rule.id, basis, points)]));
    match &rule.earn {
        EarnRuleKind::Spend { .. } => money::spend(program, occasion, order, rule, goods_minor).map(Ok),
        EarnRuleKind::Visit { points } => give(Basis::Visit, *points),
        EarnRuleKind::Bonus { steps } => {
            let lines = order.lines.iter().filter(|line| rule.lines.include(line));
            let minor = lines.map(|line| line.amount_minor).fold(0, u64::saturating_add);
            match steps.iter().rev().find(|step| step.at_least_minor <= minor) {
                Some(step) => give(Basis::Bonus { at_least_minor: step.at_least_minor }, step.points),
                None => {
                    let first = steps.first().map_or(0, |step| step.at_least_minor);
                    Ok(Err(MissedReason::TooSmall { missing_minor: first.saturating_sub(minor) }))
                }
            }
        }
        EarnRuleKind::Goal { measure, target, period, points, repeats } => {
            let Some(progress) = occasion.progress.iter().find(|progress| progress.rule_id == rule.id) else {
                return Ok(Err(MissedReason::Unrecognized));
            };
            let more = match measure {
                stampcard_model::GoalMeasure::Orders => 1,
                stampcard_model::GoalMeasure::Spend => goods_minor,
            };
            let after = progress.before.saturating_add(more);
            let reached = after.checked_div(*target).unwrap_or_default();
            let due = if *repeats { reached } else { reached.min(1) };
            let times = due.saturating_sub(progress.given).min(progress.left.unwrap_or(u64::MAX));
            if times == 0 {
                let next = target.saturating_mul(reached.saturating_add(1));
                let ahead = *repeats || reached == 0;
                let missing = next.saturating_sub(after);
                return Ok(Err(if ahead {
                    MissedReason::GoalAhead { missing }
                } else {
                    MissedReason::GoalReached
                }));
            }
            let points = u128::from(points.get()).saturating_mul(u128::from(times));
            let points = u64::try_from(points).ok().and_then(|points| Points::new(points).ok());
            let basis = Basis::Goal { measure: *measure, target: *target, period: *period, times };
            give(basis, points.ok_or(Refusal::PointsOutOfRange)?)
        }
        EarnRuleKind::Referral { advocate: _, friend } => match &occasion.referral_id {
            Some(referral_id) => {
                let referral_id = referral_id.clone();
                give(Basis::Referral { referral_id, side: ReferralSide::Friend }, *friend)
            }
            None => Ok(Err(MissedReason::Unrecognized)),
        },
        EarnRuleKind::Activity { .. } => Ok(Err(MissedReason::Unrecognized)),
    }
}

/// Says of every rule all of whose accruals are of nothing why that is.
fn explain_nothing(earning: &mut Earning) {
    let mut missed = Vec::new();
    for of_rule in earning.accruals.chunk_by(|a, b| a.rule_id == b.rule_id) {
        let Some(first) = of_rule.first().filter(|_| of_rule.iter().all(|accrual| accrual.points.is_zero()))
        else {
            continue;
        };
        let cap = of_rule.iter().find_map(|accrual| accrual.cap);
        let counts = of_rule.iter().any(|accrual| accrual.base_minor > 0 && accrual.ratio.points > 0);
        let reason = match (cap, &first.basis) {
            (Some(cap), _) => MissedReason::LimitReached { by: cap.by, period: cap.period },
            (None, Basis::Spend) if counts => MissedReason::RoundedToNothing,
            (None, Basis::Spend) => MissedReason::NothingCounts,
            // The other side of an invitation may be the only one that gets something.
            (None, _) => continue,
        };
        missed.push(Missed { rule_id: first.rule_id.clone(), reason });
    }
    earning.missed.extend(missed);
}
