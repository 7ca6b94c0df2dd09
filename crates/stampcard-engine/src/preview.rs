//! What an order would earn, computed where no program and no ledger is: from what the server told of both.

use std::collections::BTreeMap;

use stampcard_model::{
    Activation, Condition, Currency, Downgrade, EarnRule, EarnRuleKind, Expiry, GoalMeasure, Lifecycle,
    Limits, LocalizedText, Measure, Missed, MissedReason, Multiplier, MultiplierSource, Nudges, Offer, Order,
    Pending, Points, Program, Refunds, Refusal, RuleId, Tier, TierProgram, Upgrade, Validity, Window,
    api::{
        EarningView, FactorView, GivenView, MissedView, OrderMultiplier, OrderOffer, OrderRule, Preview,
        TierFactor,
    },
};

use crate::{Context, Earning, MemberState, earn, occasion, occasion::is_for_orders};

/// What the server tells of a program to whoever is to preview orders, in one language. For somebody who is no member
/// yet, pass the default state.
pub fn earning_view(context: &Context<'_>, member: &MemberState, language: &str) -> EarningView {
    let program = context.program;
    let text = |text: &LocalizedText| text.resolve(language, &program.default_locale).to_owned();
    let occasion = occasion(context, member);
    let rules = program.earn_rules.iter().filter(|rule| is_for_orders(rule)).map(|rule| OrderRule {
        id: rule.id.clone(),
        title: text(&rule.title),
        earn: rule.earn.clone(),
        lines: rule.lines.clone(),
        minimum_order_minor: rule.minimum_order_minor,
    });
    let multipliers = program.multipliers.iter().filter(|known| occasion.multipliers.contains(&known.id));
    let multipliers = multipliers.map(|multiplier| OrderMultiplier {
        id: multiplier.id.clone(),
        title: text(&multiplier.title),
        factor: multiplier.factor,
        lines: multiplier.lines.clone(),
        minimum_order_minor: multiplier.minimum_order_minor,
    });
    let offers = program.offers.iter().filter(|offer| occasion.offers.contains(&offer.id));
    let offers = offers.map(|offer| OrderOffer {
        id: offer.id.clone(),
        title: text(&offer.title),
        gives: offer.gives.clone(),
    });
    let tier = program.tiers.tiers.iter().find(|tier| Some(&tier.id) == occasion.tier.as_ref());
    EarningView {
        program_id: program.id.clone(),
        version: program.version,
        money: program.money.clone(),
        rounding: program.currency.rounding,
        stacking: program.stacking,
        minimum_order_minor: program.limits.minimum_order_minor,
        tier: tier.map(|tier| TierFactor {
            id: tier.id.clone(),
            name: text(&tier.name),
            multiplier: tier.multiplier,
        }),
        rules: rules.collect(),
        multipliers: multipliers.collect(),
        offers: offers.collect(),
        occasion,
    }
}

/// What an order would bring whoever the view was made for, were it booked at that instant: the same as [`earn`] says of
/// the program itself.
///
/// # Errors
/// As [`earn`].
pub fn earn_by_view(view: &EarningView, order: &Order) -> Result<Earning, Refusal> {
    earn(&program(view), &view.occasion, order)
}

/// [`earn_by_view`] with the names that members read.
///
/// # Errors
/// As [`earn`]; and [`Refusal::PointsOutOfRange`] when all points together are more than there can be.
pub fn preview(view: &EarningView, order: &Order) -> Result<Preview, Refusal> {
    let earning = earn_by_view(view, order)?;
    let points = u64::try_from(earning.points()).ok().and_then(|points| Points::new(points).ok());
    let given =
        earning.accruals.iter().filter(|accrual| !accrual.points.is_zero()).map(|accrual| GivenView {
            rule_id: accrual.rule_id.clone(),
            title: title(view, &accrual.rule_id),
            points: accrual.points,
            money_minor: accrual.base_minor,
            factors: accrual
                .multipliers
                .iter()
                .map(|applied| FactorView { title: source(view, &applied.from), factor: applied.factor })
                .collect(),
            cap: accrual.cap,
        });
    let missed = earning.missed.iter().map(|Missed { rule_id, reason }| MissedView {
        rule_id: rule_id.clone(),
        title: title(view, rule_id),
        reason: reason.clone(),
        in_money: match reason {
            MissedReason::TooSmall { .. } => true,
            MissedReason::GoalAhead { .. } => counts_money(view, rule_id),
            MissedReason::NotNow
            | MissedReason::OtherDay
            | MissedReason::OtherTier
            | MissedReason::OtherMembers
            | MissedReason::ConsentMissing
            | MissedReason::LimitReached { .. }
            | MissedReason::Used
            | MissedReason::GoalReached
            | MissedReason::NothingCounts
            | MissedReason::RoundedToNothing
            | MissedReason::Unrecognized => false,
        },
    });
    Ok(Preview {
        points: points.ok_or(Refusal::PointsOutOfRange)?,
        goods_minor: order.goods_minor().ok_or(Refusal::PointsOutOfRange)?,
        shipping_minor: order.shipping_minor,
        given: given.collect(),
        missed: missed.collect(),
    })
}

/// A program with all that earning looks at, and nothing else.
fn program(view: &EarningView) -> Program {
    let none = LocalizedText::default;
    let rules = view.rules.iter().map(|rule| EarnRule {
        id: rule.id.clone(),
        title: none(),
        earn: rule.earn.clone(),
        when: Condition::default(),
        lines: rule.lines.clone(),
        minimum_order_minor: rule.minimum_order_minor,
        limits: Vec::new(),
        counts_for_tier: true,
    });
    let multipliers = view.multipliers.iter().map(|multiplier| Multiplier {
        id: multiplier.id.clone(),
        title: none(),
        factor: multiplier.factor,
        when: Condition::default(),
        lines: multiplier.lines.clone(),
        minimum_order_minor: multiplier.minimum_order_minor,
    });
    let offers = view.offers.iter().map(|offer| Offer {
        id: offer.id.clone(),
        title: none(),
        description: none(),
        when: Condition::default(),
        assigned: false,
        activation: Activation::Automatic,
        gives: offer.gives.clone(),
        uses: 1,
    });
    let tiers = view.tier.iter().map(|tier| Tier {
        id: tier.id.clone(),
        name: none(),
        threshold: Points::ZERO,
        multiplier: tier.multiplier,
        benefits: Vec::new(),
    });
    Program {
        id: view.program_id.clone(),
        version: view.version,
        effective_at: None,
        name: none(),
        default_locale: String::new(),
        currency: Currency { terminology: BTreeMap::new(), rounding: view.rounding },
        money: view.money.clone(),
        time_zone: String::new(),
        earn_rules: rules.collect(),
        invitation_link: None,
        multipliers: multipliers.collect(),
        stacking: view.stacking,
        limits: Limits { minimum_order_minor: view.minimum_order_minor, ..Limits::default() },
        pending: Pending::default(),
        expiry: Expiry::Never,
        tiers: TierProgram {
            measure: Measure::default(),
            window: Window::Lifetime,
            upgrade: Upgrade::default(),
            validity: Validity::default(),
            downgrade: Downgrade::default(),
            grace_days: 0,
            tiers: tiers.collect(),
        },
        lifecycle: Lifecycle::default(),
        rewards: Vec::new(),
        price_events: Vec::new(),
        review: None,
        refunds: Refunds::default(),
        offers: offers.collect(),
        nudges: Nudges::default(),
    }
}

/// Whether a goal is one of money.
fn counts_money(view: &EarningView, id: &RuleId) -> bool {
    let rule = view.rules.iter().find(|rule| rule.id == *id);
    rule.is_some_and(|rule| matches!(rule.earn, EarnRuleKind::Goal { measure: GoalMeasure::Spend, .. }))
}

/// What a rule or an offer is called.
fn title(view: &EarningView, id: &RuleId) -> String {
    let rule = view.rules.iter().find(|rule| rule.id == *id).map(|rule| &rule.title);
    let offer =
        || view.offers.iter().find(|offer| offer.id.as_str() == id.as_str()).map(|offer| &offer.title);
    rule.or_else(offer).cloned().unwrap_or_default()
}

/// What a multiplier is called.
fn source(view: &EarningView, from: &MultiplierSource) -> String {
    let title = match from {
        MultiplierSource::Tier { .. } => view.tier.as_ref().map(|tier| &tier.name),
        MultiplierSource::Multiplier { multiplier_id } => {
            view.multipliers.iter().find(|known| known.id == *multiplier_id).map(|known| &known.title)
        }
        MultiplierSource::Offer { offer_id } => {
            view.offers.iter().find(|known| known.id == *offer_id).map(|known| &known.title)
        }
        MultiplierSource::Unrecognized => None,
    };
    title.cloned().unwrap_or_default()
}
