//! What a member can use in this very cart: the vouchers they have, and the rewards that they can redeem now.

use std::sync::Arc;

use leptos::prelude::*;
use stampcard_model::{
    RewardKind, VoucherCode, VoucherState,
    api::{Preview, ProgramView, VoucherView},
};

use crate::{
    Act, Asker, CatalogItem, Deed, I18n, Known, Locale, Outcome, Phase,
    common::{self, Card, deed_note, give_back, icon, kind_icon},
    locale::Key,
    markup::{El, Markup, el, live},
    reward_grid::{self, Desk},
};

/// More of a kind than one looks through at a checkout.
const SHOWN_MAX: usize = 4;

/// Tells the key of a reward from a voucher's code, which has no space.
const REWARD: &str = "reward ";

/// Where what can be used lies.
#[derive(Clone, Copy)]
pub(super) struct Shelf {
    known: ReadSignal<Known>,
    asker: Asker,
    /// Whether the page takes vouchers.
    can_apply: ReadSignal<bool>,
    on_act: Callback<Act>,
    desk: Desk,
    /// The voucher that the member is asked about before it goes back.
    asked: RwSignal<Option<VoucherCode>>,
}

impl Shelf {
    pub(super) fn new(
        known: ReadSignal<Known>,
        asker: Asker,
        can_apply: ReadSignal<bool>,
        on_act: Callback<Act>,
        desk: Desk,
    ) -> Self {
        Self { known, asker, can_apply, on_act, desk, asked: RwSignal::new(None) }
    }

    /// What is on it: the keys of vouchers and of rewards.
    fn keys(self, known: &Known) -> [Vec<String>; 2] {
        let Some(preview) = known.preview(self.asker).and_then(|preview| preview.value.as_deref()) else {
            return Default::default();
        };
        let mine = if self.can_apply.get() { vouchers(known, preview) } else { Vec::new() };
        let codes = mine.iter().map(|(voucher, _)| voucher.code.as_str().to_owned());
        let ids = rewards(known, preview);
        let ids = ids.iter().map(|(item, _)| [REWARD, item.reward.id.as_str()].concat());
        [codes.collect(), ids.collect()]
    }

    /// Whether something may be done with it: with what is known for certain, and one thing at a time.
    fn is_on(self, known: &Known) -> bool {
        let is_fresh = |phase: Phase| matches!(phase, Phase::Ready | Phase::Loading);
        let preview = known.preview(self.asker).map(|preview| preview.phase);
        let phases = [Some(known.me.phase), Some(known.items.phase), preview];
        phases.into_iter().all(|phase| phase.is_some_and(is_fresh)) && !known.redeem.is_under_way()
    }
}

/// What can be used, and what became of what was given back; nothing for guests, and where there is neither.
pub(super) fn view(i18n: I18n, shelf: Shelf, owner: Owner) -> Markup {
    let known = shelf.known;
    // None when it is empty, else whether it is on. Rows look for themselves.
    let state = Memo::new(move |_| {
        known.with(|known| {
            let is_empty = shelf.keys(known).iter().all(Vec::is_empty);
            (!is_empty).then(|| shelf.is_on(known))
        })
    });
    let voucher_card: Card = Arc::new(move |locale, program, known, code| {
        let preview = known.preview(shelf.asker)?.value.as_deref()?;
        let mine = vouchers(known, preview);
        let (voucher, off) = mine.into_iter().find(|(voucher, _)| voucher.code.as_str() == code)?;
        Some(voucher_row(locale, program, known, voucher, off, shelf))
    });
    let reward_card: Card = Arc::new(move |locale, program, known, id| {
        let (id, preview) = (id.strip_prefix(REWARD)?, known.preview(shelf.asker)?.value.as_deref()?);
        let all = rewards(known, preview);
        let best = all.first().filter(|(_, off)| off.is_some() && all.len() > 1);
        let best = best.map(|(item, _)| &item.reward.id);
        let (item, off) = all.iter().find(|(item, _)| item.reward.id.as_str() == id)?;
        let is_best = best == Some(&item.reward.id);
        Some(reward_row(locale, program, item, *off, is_best, shelf.desk))
    });
    live(move || {
        let list = state.get().map(|is_on| {
            let (voucher_card, reward_card) = (voucher_card.clone(), reward_card.clone());
            let rows = move || {
                let [codes, ids] = known.with(|known| shelf.keys(known));
                let voucher = "li|class=use|part=voucher|tabindex=-1";
                let reward = "li|class=use|part=reward|tabindex=-1";
                let mut rows = common::rows(i18n, known, voucher, codes, &voucher_card);
                rows.extend(common::rows(i18n, known, reward, ids, &reward_card));
                rows
            };
            let title = live(move || i18n.get().text(Key::PreviewUsable));
            let list = el("ul|class=uses").rows(owner.clone(), rows);
            el("div|class=usable|part=usable")
                .child(el("h3|class=label|part=usable-title").child(title))
                .child(el("fieldset|class=shelf").attr_if(!is_on, "disabled", "").child(list))
        });
        let note = live(move || {
            let locale = i18n.get();
            known.with(|known| given_back(&locale, known))
        });
        el("div|class=shelves").child(list).child(note)
    })
}

/// The voucher that went back is on no shelf any more.
fn given_back(locale: &Locale, known: &Known) -> Option<El> {
    let is_done = matches!(known.deed, Some((_, Outcome::Done { .. })));
    let words = &known.program.value.as_ref()?.terminology;
    let note = || deed_note(locale, words, known, |deed| matches!(deed, Deed::Cancel { .. }));
    is_done.then(note).flatten()
}

fn voucher_row(
    locale: &Locale,
    program: &ProgramView,
    known: &Known,
    voucher: &VoucherView,
    off: Option<u64>,
    shelf: Shelf,
) -> El {
    let is_applied = known.applied.as_ref() == Some(&voucher.code);
    let label = locale.text(if is_applied { Key::VoucherApplied } else { Key::VoucherApply });
    let name = locale.say(Key::VoucherNamed, &[("what", &label), ("title", &voucher.title)]);
    let code = voucher.code.clone();
    let apply = el("button|type=button|class=button|part=button apply")
        .attr("aria-label", name)
        .on("click", move |_| shelf.on_act.run(Act::Apply { code: code.clone() }))
        .child(label);
    let also = (voucher.money_minor > 0)
        .then(|| ["+ ", &locale.money(voucher.money_minor, &program.money)].concat());
    let detail = [also, off.map(|off| worth_sentence(locale, program, off))];
    let is_mine = |deed: &Deed| deed.cancels(&voucher.redemption_id);
    row(&voucher.kind, &voucher.title, None, detail.into_iter().flatten().collect(), apply)
        .child(give_back(locale, program, known, voucher, shelf.asked, shelf.on_act))
        .child(deed_note(locale, &program.terminology, known, is_mine))
}

fn reward_row(
    locale: &Locale,
    program: &ProgramView,
    item: &CatalogItem,
    off: Option<u64>,
    is_best: bool,
    desk: Desk,
) -> El {
    let reward = &item.reward;
    // What it takes off is the member's choice where the price is.
    let off = off.filter(|_| reward.variable.is_none()).map(|off| worth_sentence(locale, program, off));
    let detail = [Some(reward_grid::price(locale, program, reward)), off];
    let best = is_best.then(|| el("span|class=best|part=best").child(locale.text(Key::PreviewBest)));
    let laid = ArcRwSignal::new(item.clone());
    let redeem = el("button|type=button|class=button quiet|part=button redeem|aria-haspopup=dialog")
        .attr("aria-label", locale.say(Key::RewardRedeemNamed, &[("title", &reward.title)]))
        .on("click", move |event| desk.open(laid.clone(), &event))
        .child(locale.text(Key::RewardRedeem));
    row(&reward.kind, &reward.title, best, detail.into_iter().flatten().collect(), redeem)
}

fn row(kind: &RewardKind, title: &str, best: Option<El>, detail: Vec<String>, button: El) -> El {
    let about = el("div|class=use-text")
        .child(el("p|class=use-title|part=title").child(el("bdi").child(title)).child(best))
        .child(el("p|class=why-detail|part=price").child(detail.join(" · ")));
    el("div|class=use-row").child(icon(kind_icon(kind))).child(about).child(button)
}

fn worth_sentence(locale: &Locale, program: &ProgramView, off: u64) -> String {
    locale.say(Key::PreviewWorth, &[("money", &locale.money(off, &program.money))])
}

/// The vouchers that take something off this cart, or bring something with it, each with what it takes off if that is
/// money; the one that is in use is among them.
fn vouchers<'a>(known: &'a Known, preview: &Preview) -> Vec<(&'a VoucherView, Option<u64>)> {
    let all = known.vouchers.value.as_deref().map(Vec::as_slice).unwrap_or_default();
    let is_applied = |voucher: &VoucherView| known.applied.as_ref() == Some(&voucher.code);
    let mut usable: Vec<_> = all
        .iter()
        .filter(|voucher| voucher.state == VoucherState::Active)
        .filter_map(|voucher| match worth(&voucher.kind, preview)? {
            // What it takes off may be gone from the cart already, by its own doing.
            Some(0) => is_applied(voucher).then_some((voucher, None)),
            off => Some((voucher, off)),
        })
        .collect();
    usable.sort_by_key(|(voucher, _)| !is_applied(voucher));
    usable.truncate(SHOWN_MAX);
    usable
}

/// What the member can redeem now for this cart, each with what it takes off if that is money: first what takes most off
/// for its price.
fn rewards<'a>(known: &'a Known, preview: &Preview) -> Vec<(&'a CatalogItem, Option<u64>)> {
    let all = known.items.value.as_deref().map(Vec::as_slice).unwrap_or_default();
    let is_open = |item: &&CatalogItem| {
        let is_allowed = item.mine.as_ref().is_some_and(|mine| mine.refusal.is_none());
        is_allowed && item.reward.stock_left != Some(0)
    };
    let mut usable: Vec<_> = all
        .iter()
        .filter(is_open)
        .filter_map(|item| Some((item, worth(&item.reward.kind, preview)?)))
        .filter(|(item, off)| off.is_none_or(|off| off > item.reward.money_minor))
        .collect();
    // By money for each point, without a fraction: a ÷ b > c ÷ d where a × d > c × b.
    usable.sort_by(|(a, a_off), (b, b_off)| {
        let by = |item: &CatalogItem, off: Option<u64>, other: &CatalogItem| {
            let saved = off.unwrap_or_default().saturating_sub(item.reward.money_minor);
            u128::from(saved) * u128::from(other.reward.price.get().max(1))
        };
        by(b, *b_off, a).cmp(&by(a, *a_off, b))
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
    use stampcard_model::{BasisPoints, Points, RedemptionId, RewardId, Timestamp};

    use super::*;
    use crate::{Remote, reward_grid::within_reach};

    fn preview(goods_minor: u64, shipping_minor: u64) -> Preview {
        let points = Points::ZERO;
        Preview { points, goods_minor, shipping_minor, given: Vec::new(), missed: Vec::new() }
    }

    fn titles(items: &[CatalogItem], preview: &Preview) -> Vec<String> {
        let known = Known { items: Remote::ready(items.to_vec()), ..Known::loading() };
        rewards(&known, preview).iter().map(|(item, _)| item.reward.title.clone()).collect()
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

    #[test]
    fn what_costs_more_than_it_takes_off_is_not_offered() {
        let mut item = within_reach("five", 100);
        item.reward.kind = RewardKind::Discount { amount_minor: 500 };
        item.reward.money_minor = 499;
        assert_eq!(titles(std::slice::from_ref(&item), &preview(2_000, 0)), ["five"]);
        assert!(titles(std::slice::from_ref(&item), &preview(400, 0)).is_empty());
        item.reward.money_minor = 500;
        assert!(titles(&[item], &preview(2_000, 0)).is_empty());
    }

    #[test]
    fn vouchers_that_fit_are_offered_and_the_one_in_use_stays_in_view() {
        let of = |code: &str, kind: RewardKind, state: VoucherState| VoucherView {
            code: VoucherCode::new(code).unwrap(),
            state,
            redemption_id: RedemptionId::new(code).unwrap(),
            reward_id: RewardId::new("r").unwrap(),
            title: code.to_owned(),
            kind,
            terms: String::new(),
            money_minor: 0,
            issued_at: Timestamp::from_millis(0),
            expires_at: None,
            used_at: None,
            cancel_until: None,
        };
        let five = || RewardKind::Discount { amount_minor: 500 };
        let list = vec![
            of("FIVE", five(), VoucherState::Active),
            of("USED", five(), VoucherState::Used),
            of("WALK", RewardKind::Experience, VoucherState::Active),
            of("SHIP", RewardKind::FreeShipping, VoucherState::Active),
        ];
        let known = Known { vouchers: Remote::ready(list), ..Known::loading() };
        let codes = |known: &Known, preview: &Preview| -> Vec<String> {
            vouchers(known, preview).iter().map(|(voucher, _)| voucher.title.clone()).collect()
        };
        assert_eq!(codes(&known, &preview(2_000, 490)), ["FIVE", "SHIP"]);
        assert_eq!(codes(&known, &preview(2_000, 0)), ["FIVE"]);
        let known = Known { applied: VoucherCode::new("SHIP").ok(), ..known };
        assert_eq!(codes(&known, &preview(2_000, 0)), ["SHIP", "FIVE"]);
    }
}
