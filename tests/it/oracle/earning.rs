//! What an order earns: rule by rule, line by line, cut by limits.

use std::collections::{BTreeMap, BTreeSet};

use stampcard_model::{
    Counts, EarnRule, EarnRuleKind, GoalMeasure, Line, OfferGives, Order, Program, Ratio, Rounding, Stacking,
};

/// Where the member stands when an order comes in; what is left of the order after a return is looked at by the same.
#[derive(Clone, Debug)]
pub struct Occasion {
    pub tier: usize,
    /// Rules, multipliers and offers that are on for the member, and whose limits leave something.
    pub on: BTreeSet<String>,
    pub rooms: Vec<Room>,
    /// How far goals are, how often each was given, and how often it may yet be.
    pub progress: BTreeMap<String, (u64, u64, u64)>,
    /// The invitation that an order may reward.
    pub invitation: Option<usize>,
}

impl Occasion {
    pub fn is_on(&self, name: &str) -> bool {
        self.on.contains(name)
    }

    /// Whether no limit leaves nothing for a rule.
    pub fn has_room(&self, rule: &str) -> bool {
        let mut rooms = self.rooms.iter();
        rooms.all(|room| room.points > 0 || room.rule.as_ref().is_some_and(|one| *one != rule))
    }
}

/// How many points may still be given for a rule, or for all of them.
#[derive(Clone, Debug)]
pub struct Room {
    pub rule: Option<String>,
    pub points: u64,
}

/// What a rule or an offer gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gift {
    pub rule: String,
    pub points: u64,
    pub counts_for_tier: bool,
    /// How often a goal was reached with it.
    pub times: u64,
    /// How many days without a gap.
    pub streak: u32,
    /// Offers that multiplied it.
    pub offers: BTreeSet<String>,
}

/// All that an order earns.
pub fn earn(program: &Program, occasion: &Occasion, order: &Order) -> Vec<Gift> {
    let goods: u64 = order.lines.iter().map(|line| line.amount_minor).sum();
    let mut gifts = Vec::new();
    if order.lines.is_empty() {
        // Only its shipping is left.
        return gifts;
    }
    for rule in &program.earn_rules {
        let least = rule.minimum_order_minor.max(program.limits.minimum_order_minor);
        if goods < least || !occasion.on.contains(rule.id.as_str()) {
            continue;
        }
        for gift in given(program, occasion, order, rule, goods) {
            gifts.push(Gift { rule: rule.id.to_string(), counts_for_tier: rule.counts_for_tier, ..gift });
        }
    }
    for offer in program.offers.iter().filter(|offer| occasion.on.contains(offer.id.as_str())) {
        let OfferGives::Bonus { points, minimum_order_minor } = &offer.gives else { continue };
        if goods >= (*minimum_order_minor).max(program.limits.minimum_order_minor) {
            let rule = offer.id.to_string();
            gifts.push(Gift { rule, points: points.get(), counts_for_tier: true, ..Gift::default() });
        }
    }
    cut(gifts, &occasion.rooms)
}

/// Whether an order is one that an invitation is rewarded for, whatever it gives the friend.
pub fn brings(program: &Program, occasion: &Occasion, order: &Order) -> bool {
    let goods: u64 = order.lines.iter().map(|line| line.amount_minor).sum();
    let mut invitations = program.earn_rules.iter().filter(|rule| {
        let least = rule.minimum_order_minor.max(program.limits.minimum_order_minor);
        matches!(rule.earn, EarnRuleKind::Referral { .. })
            && goods >= least
            && occasion.is_on(rule.id.as_str())
            && occasion.has_room(rule.id.as_str())
    });
    !order.lines.is_empty() && occasion.invitation.is_some() && invitations.next().is_some()
}

/// Cuts what is given to what each limit leaves, first come, first served.
pub fn cut(gifts: Vec<Gift>, rooms: &[Room]) -> Vec<Gift> {
    let mut rooms = rooms.to_vec();
    let mut left = Vec::new();
    for gift in gifts {
        let mut mine: Vec<&mut Room> = rooms
            .iter_mut()
            .filter(|room| room.rule.as_ref().is_none_or(|rule| *rule == gift.rule))
            .collect();
        let points = mine.iter().map(|room| room.points).fold(gift.points, u64::min);
        mine.iter_mut().for_each(|room| room.points -= points);
        if points > 0 || gift.points == 0 {
            left.push(Gift { points, ..gift });
        }
    }
    left
}

fn given(program: &Program, occasion: &Occasion, order: &Order, rule: &EarnRule, goods: u64) -> Vec<Gift> {
    let just = |points: u64| if points > 0 { vec![Gift { points, ..Gift::default() }] } else { Vec::new() };
    match &rule.earn {
        EarnRuleKind::Spend { .. } => spent(program, occasion, order, rule, goods),
        EarnRuleKind::Visit { points } => just(points.get()),
        EarnRuleKind::Bonus { steps } => {
            let lines = order.lines.iter().filter(|line| is_one_of(rule, line));
            let goods: u64 = lines.map(|line| line.amount_minor).sum();
            let reached = steps.iter().filter(|step| step.at_least_minor <= goods);
            just(reached.map(|step| step.points.get()).max().unwrap_or(0))
        }
        EarnRuleKind::Goal { measure, target, points, repeats, .. } => {
            let (before, given, left) = occasion.progress[rule.id.as_str()];
            let now = match measure {
                GoalMeasure::Orders => before + 1,
                GoalMeasure::Spend => before + goods,
            };
            let mut reached = now / target;
            if !repeats {
                reached = reached.min(1);
            }
            let times = reached.saturating_sub(given).min(left);
            let mut gifts = just(times * points.get());
            gifts.iter_mut().for_each(|gift| gift.times = times);
            gifts
        }
        EarnRuleKind::Referral { friend, .. } if occasion.invitation.is_some() => just(friend.get()),
        EarnRuleKind::Activity { .. } | EarnRuleKind::Referral { .. } => Vec::new(),
    }
}

fn is_one_of(rule: &EarnRule, line: &Line) -> bool {
    concerns(&rule.lines, line)
}

fn concerns(lines: &stampcard_model::Lines, line: &Line) -> bool {
    let every = lines.categories.is_empty() && lines.products.is_empty() && lines.skus.is_empty();
    let category = lines.categories.iter().any(|category| line.category.as_ref() == Some(category));
    let product = lines.products.iter().any(|product| line.product.as_ref() == Some(product));
    every || category || product || lines.skus.contains(&line.sku)
}

/// A multiplier that is on, by its name; the tier's has none.
type Factors = Vec<(String, u32)>;

fn spent(program: &Program, occasion: &Occasion, order: &Order, rule: &EarnRule, goods: u64) -> Vec<Gift> {
    let EarnRuleKind::Spend { ratio, categories, products, skus, counts } = &rule.earn else { panic!() };
    let (money, shipping) = counted(order, *counts);
    let factors = |line: Option<&Line>| factors(program, occasion, line, goods);
    let mut groups: Vec<(String, Ratio, Factors, u64)> = Vec::new();
    let mut add = |name: String, ratio: Ratio, factors: Factors, minor: u64| match groups
        .iter_mut()
        .find(|group| group.0 == name && group.2 == factors)
    {
        Some(group) => group.3 += minor,
        None => groups.push((name, ratio, factors, minor)),
    };
    for (line, minor) in order.lines.iter().zip(money) {
        if !is_one_of(rule, line) || (line.gift_card && !counts.gift_card_lines) {
            continue;
        }
        let mut own = (String::new(), *ratio);
        for one in categories.iter().filter(|one| line.category.as_ref() == Some(&one.category)) {
            own = (format!("category {}", one.category), one.ratio);
        }
        for one in products.iter().filter(|one| line.product.as_ref() == Some(&one.product)) {
            own = (format!("product {}", one.product), one.ratio);
        }
        for one in skus.iter().filter(|one| line.sku == one.sku) {
            own = (format!("sku {}", one.sku), one.ratio);
        }
        add(own.0, own.1, factors(Some(line)), minor);
    }
    let every =
        rule.lines.categories.is_empty() && rule.lines.products.is_empty() && rule.lines.skus.is_empty();
    if counts.shipping && every {
        add(String::new(), *ratio, factors(None), shipping);
    }
    let worth = groups.into_iter().map(|(_, ratio, factors, minor)| {
        let points = round(minor, ratio, together(program.stacking, &factors), program.currency.rounding);
        let offers =
            factors.into_iter().filter_map(|(name, _)| name.strip_prefix("offer ").map(str::to_owned));
        Gift { points, offers: offers.collect(), ..Gift::default() }
    });
    worth.filter(|gift| gift.points > 0).collect()
}

/// What of each line and of the shipping counts. A gift card pays for goods and tax of each line and for shipping in
/// proportion; after each of them it has paid its share of all so far, rounded down.
fn counted(order: &Order, counts: Counts) -> (Vec<u64>, u64) {
    let mut parts: Vec<u64> =
        order.lines.iter().flat_map(|line| [line.amount_minor, line.tax_minor]).collect();
    parts.push(order.shipping_minor);
    let total: u64 = parts.iter().sum();
    let card = if counts.gift_card_payments { 0 } else { order.gift_card_minor.min(total) };
    let paid_until = |end: usize| {
        let so_far: u64 = parts.iter().take(end).sum();
        if total == 0 { 0 } else { u128::from(card) * u128::from(so_far) / u128::from(total) }
    };
    let part = |at: usize| parts[at] - u64::try_from(paid_until(at + 1) - paid_until(at)).unwrap();
    let line = |(index, line): (usize, &Line)| {
        let tax = if counts.tax { part(2 * index + 1) } else { 0 };
        let discount = if counts.discounts { line.discount_minor } else { 0 };
        part(2 * index) + tax + discount
    };
    (order.lines.iter().enumerate().map(line).collect(), part(parts.len() - 1))
}

/// The multipliers for a line, or for what is no line.
fn factors(program: &Program, occasion: &Occasion, line: Option<&Line>, goods: u64) -> Factors {
    let concerned = |lines: &stampcard_model::Lines| match line {
        Some(line) => concerns(lines, line),
        None => *lines == stampcard_model::Lines::default(),
    };
    let mut factors = vec![(String::new(), program.tiers.tiers[occasion.tier].multiplier.0)];
    for one in &program.multipliers {
        let on = occasion.on.contains(one.id.as_str());
        if on && concerned(&one.lines) && goods >= one.minimum_order_minor {
            factors.push((format!("multiplier {}", one.id), one.factor.0));
        }
    }
    for offer in &program.offers {
        let OfferGives::Multiplier { factor, lines, minimum_order_minor } = &offer.gives else { continue };
        let on = occasion.on.contains(offer.id.as_str());
        if on && concerned(lines) && goods >= *minimum_order_minor {
            factors.push((format!("offer {}", offer.id), factor.0));
        }
    }
    if program.stacking == Stacking::Best {
        // The first of the highest applies alone.
        let best = factors.iter().map(|(_, factor)| *factor).max();
        factors = factors.into_iter().find(|(_, factor)| Some(*factor) == best).into_iter().collect();
    }
    factors.retain(|(_, factor)| *factor != 10_000);
    factors
}

fn together(stacking: Stacking, factors: &Factors) -> u64 {
    let all = factors.iter().map(|(_, factor)| u64::from(*factor));
    let result = match stacking {
        Stacking::Best => all.max().unwrap_or(10_000),
        Stacking::SumOfBonuses => {
            let sum: i64 = all.map(|factor| i64::try_from(factor).unwrap() - 10_000).sum();
            u64::try_from((sum + 10_000).max(0)).unwrap()
        }
        Stacking::Product => all.fold(10_000, |product, factor| product * factor / 10_000),
    };
    result.min(1_000_000)
}

/// Counts off a point for each full price of one, and rounds what is left over.
fn round(minor: u64, ratio: Ratio, factor: u64, rounding: Rounding) -> u64 {
    let money = u128::from(minor) * u128::from(ratio.points) * u128::from(factor);
    let price = u128::from(ratio.per_minor) * 10_000;
    let (mut points, left) = (u64::try_from(money / price).unwrap(), money % price);
    let up = match rounding {
        Rounding::Floor => false,
        Rounding::HalfUp => left >= price - left,
        Rounding::Ceil => left > 0,
    };
    if up {
        points += 1;
    }
    points
}
