//! The rewards that a member can redeem now and use in this very cart.

use leptos::prelude::*;
use stampcard_model::{
    RewardKind,
    api::{Preview, ProgramView},
};

use crate::{
    CatalogItem, Known, Locale, Phase,
    common::{icon, kind_icon},
    locale::Key,
    markup::{El, el},
    reward_grid::Desk,
};

/// More than one looks through at a checkout.
const SHOWN_MAX: usize = 4;

/// The rewards, the most valuable for their price first; none for guests, and where there is nothing to choose.
pub(super) fn view(
    locale: &Locale,
    program: &ProgramView,
    known: &Known,
    preview: &Preview,
    is_stale: bool,
    desk: Desk,
) -> Option<El> {
    let items = known.items.value.as_ref()?;
    let usable = usable(items, preview);
    if usable.is_empty() {
        return None;
    }
    let fresh = |phase: Phase| matches!(phase, Phase::Ready | Phase::Loading);
    let is_on =
        !is_stale && fresh(known.me.phase) && fresh(known.items.phase) && !known.redeem.is_under_way();
    let best = usable.first().and_then(|(_, worth)| *worth).filter(|worth| *worth > 0 && usable.len() > 1);
    let choices = usable.iter().enumerate().map(|(place, (item, worth))| {
        choice(locale, program, item, *worth, place == 0 && best.is_some(), desk)
    });
    let list = el("ul|class=choices").each(choices);
    let list = el("fieldset|class=shelf").attr_if(!is_on, "disabled", "").child(list);
    let title = el("h3|class=label|part=usable-title").child(locale.text(Key::PreviewUsable));
    Some(el("div|class=usable|part=usable").child(title).child(list))
}

fn choice(
    locale: &Locale,
    program: &ProgramView,
    item: &CatalogItem,
    worth: Option<u64>,
    is_best: bool,
    desk: Desk,
) -> El {
    let reward = &item.reward;
    let price = locale.amount(reward.price, &program.terminology);
    let worth = worth
        .filter(|worth| *worth > 0)
        .map(|worth| locale.say(Key::PreviewWorth, &[("money", &locale.money(worth, &program.money))]));
    let detail = match worth {
        Some(worth) => [&price, " · ", &worth].concat(),
        None => price,
    };
    let best = is_best.then(|| el("span|class=best|part=best").child(locale.text(Key::PreviewBest)));
    let about = el("div|class=choice-text")
        .child(el("p|class=choice-title|part=title").child(reward.title.as_str()).child(best))
        .child(el("p|class=why-detail|part=price").child(detail));
    let laid = ArcRwSignal::new(item.clone());
    let redeem = el("button|type=button|class=button quiet|part=button redeem")
        .attr("aria-label", locale.say(Key::RewardRedeemNamed, &[("title", &reward.title)]))
        .on("click", move |event| desk.open(laid.clone(), &event))
        .child(locale.text(Key::RewardRedeem));
    el("li|class=choice|part=choice").child(icon(kind_icon(&reward.kind))).child(about).child(redeem)
}

/// What the member can redeem now that takes something off this cart, each with what it takes off if that is money.
fn usable<'a>(items: &'a [CatalogItem], preview: &Preview) -> Vec<(&'a CatalogItem, Option<u64>)> {
    let open = |item: &&CatalogItem| {
        let allowed = item.mine.as_ref().is_some_and(|mine| mine.refusal.is_none());
        // The dialog has no place for money yet, and nobody pays what they have not confirmed.
        allowed && item.reward.money_minor == 0 && item.reward.stock_left != Some(0)
    };
    let mut usable: Vec<_> = items
        .iter()
        .filter(open)
        .filter_map(|item| Some((item, worth(&item.reward.kind, preview)?)))
        .filter(|(_, worth)| *worth != Some(0))
        .collect();
    // By money for each point, without a fraction: a ÷ b > c ÷ d where a × d > c × b.
    usable.sort_by(|(a, a_worth), (b, b_worth)| {
        let by = |worth: Option<u64>, other: &CatalogItem| {
            u128::from(worth.unwrap_or_default()) * u128::from(other.reward.price.get().max(1))
        };
        by(*b_worth, a).cmp(&by(*a_worth, b))
    });
    usable.truncate(SHOWN_MAX);
    usable
}

/// What a reward takes off the cart in minor units, the inner none where that is not money; none for what no cart can
/// use.
fn worth(kind: &RewardKind, preview: &Preview) -> Option<Option<u64>> {
    match kind {
        RewardKind::Discount { amount_minor } => Some(Some((*amount_minor).min(preview.goods_minor))),
        RewardKind::PercentageDiscount { share } => {
            let off = u128::from(preview.goods_minor) * u128::from(share.0) / 10_000;
            Some(Some(u64::try_from(off).unwrap_or(u64::MAX)))
        }
        RewardKind::FreeShipping => Some(Some(preview.shipping_minor)),
        RewardKind::GiftCard { amount_minor } | RewardKind::StoreCredit { amount_minor } => {
            Some(Some((*amount_minor).min(preview.goods_minor.saturating_add(preview.shipping_minor))))
        }
        RewardKind::Product { .. } => Some(None),
        RewardKind::CashPayout { .. }
        | RewardKind::Service
        | RewardKind::BusinessService
        | RewardKind::Experience
        | RewardKind::Donation { .. }
        | RewardKind::Custom
        | RewardKind::Unrecognized => None,
    }
}

#[cfg(test)]
mod tests {
    use stampcard_model::{BasisPoints, Points};

    use super::*;
    use crate::reward_grid::within_reach;

    fn preview(goods_minor: u64, shipping_minor: u64) -> Preview {
        let points = Points::ZERO;
        Preview { points, goods_minor, shipping_minor, given: Vec::new(), missed: Vec::new() }
    }

    fn titles(items: &[CatalogItem], preview: &Preview) -> Vec<String> {
        usable(items, preview).iter().map(|(item, _)| item.reward.title.clone()).collect()
    }

    #[test]
    fn the_reward_that_takes_most_off_for_its_price_comes_first() {
        let of = |title: &str, price: u64, kind: RewardKind| {
            let mut item = within_reach(title, price);
            item.reward.kind = kind;
            item
        };
        let items = [
            of("ship", 100, RewardKind::FreeShipping),
            of("five", 100, RewardKind::Discount { amount_minor: 500 }),
            of("tenth", 100, RewardKind::PercentageDiscount { share: BasisPoints(1_000) }),
            of("walk", 1, RewardKind::Experience),
        ];
        assert_eq!(titles(&items, &preview(2_000, 490)), ["five", "ship", "tenth"]);
        assert_eq!(titles(&items, &preview(9_000, 0)), ["tenth", "five"]);
        assert_eq!(titles(&items, &preview(300, 490)), ["ship", "five", "tenth"]);
    }

    #[test]
    fn what_a_member_may_not_redeem_now_is_not_offered() {
        let mut item = within_reach("five", 100);
        item.reward.kind = RewardKind::Discount { amount_minor: 500 };
        let cart = preview(2_000, 0);
        assert_eq!(titles(std::slice::from_ref(&item), &cart).len(), 1);
        item.mine = None;
        assert!(titles(&[item], &cart).is_empty());
    }
}
