//! One reward of the catalogue.

use std::sync::Arc;

use leptos::prelude::*;
use stampcard_model::{
    Points, Refusal, RewardKind,
    api::{ProgramView, RewardView},
};

use super::{art, outcome::refusal_key, redeem_dialog::Desk};
use crate::{
    CatalogItem, I18n, Locale, MyStanding,
    common::{icon, kind_icon, shape},
    locale::{self, Key},
    markup::{El, Markup, el, live},
    tier_meter,
};

/// Few enough units left to say how many.
const STOCK_SHOWN_TO: u64 = 10;

/// The card redraws when its own reward, the program or the language changes, and for nothing else.
pub(super) fn view(
    i18n: I18n,
    program: Memo<Option<Arc<ProgramView>>>,
    item: ArcRwSignal<CatalogItem>,
    desk: Desk,
) -> Markup {
    let body = live(move || {
        let locale = i18n.get();
        let cell = item.clone();
        let open = move |event| desk.open(cell.clone(), &event);
        program.with(|program| program.as_ref().map(|p| item.with(|item| draw(&locale, p, item, open))))
    });
    el("li|class=reward|part=reward|tabindex=-1").child(body).into()
}

fn draw(
    locale: &Locale,
    program: &ProgramView,
    item: &CatalogItem,
    open: impl Fn(web_sys::Event) + Send + 'static,
) -> El {
    let reward = &item.reward;
    let standing = Standing::of(item);
    let class = if standing == Standing::SoldOut { "sheet gone" } else { "sheet" };
    let rubber = (standing == Standing::SoldOut)
        .then(|| el("span|class=rubber|aria-hidden=true").child(locale.text(Key::RewardSoldOut)));
    let description = (!reward.description.is_empty())
        .then(|| el("p|class=description|part=description|dir=auto").child(reward.description.as_str()));
    let tags = tags(locale, program, item, standing)
        .into_iter()
        .map(|(path, text)| el("li|class=tag|part=tag").child(path.map(icon)).child(el("span").child(text)));
    let kind = el("p|class=label|part=kind")
        .child(icon(kind_icon(&reward.kind)))
        .child(el("span").child(locale.text(kind_key(&reward.kind))));
    let price = el("p|class=price|part=price")
        .child(el("b").child(numbers(locale, reward)))
        .child(" ")
        .child(el("span").child(word_and_money(locale, program, reward)));
    let about = el("div|class=about")
        .child(kind)
        .child(el("h3|class=title|part=title|dir=auto").child(reward.title.as_str()))
        .child(description)
        .child(el("ul|class=tags").each(tags))
        .child(terms(locale, reward))
        .child(el("div|class=foot").child(price).child(foot(locale, program, item, standing, open)));
    el("div").attr("class", class).child(art::view(locale, program, reward)).child(rubber).child(about)
}

/// The price, or the least and the most of a price that the member chooses.
fn numbers(locale: &Locale, reward: &RewardView) -> String {
    let least = locale.number(reward.price.get());
    match reward.variable.filter(|variable| variable.most > reward.price) {
        Some(variable) => [&least, "–", &locale.number(variable.most.get())].concat(),
        None => least,
    }
}

/// What comes after the number: the program's word, and what is to be paid on top.
fn word_and_money(locale: &Locale, program: &ProgramView, reward: &RewardView) -> String {
    let word =
        locale::word(reward.variable.map_or(reward.price, |variable| variable.most), &program.terminology);
    match reward.money_minor {
        0 => word.to_owned(),
        minor => [word, " + ", &locale.money(minor, &program.money)].concat(),
    }
}

/// The whole price.
pub(crate) fn price(locale: &Locale, program: &ProgramView, reward: &RewardView) -> String {
    [&numbers(locale, reward), " ", &word_and_money(locale, program, reward)].concat()
}

/// What a reward is to the member, as far as the foot of its card shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// There is no member to redeem it.
    ForGuests,
    WithinReach,
    Missing(Points),
    SoldOut,
    Refused(Option<Refusal>),
}

impl Standing {
    fn of(item: &CatalogItem) -> Self {
        if item.reward.stock_left == Some(0) {
            return Self::SoldOut;
        }
        let Some(MyStanding { missing, refusal, .. }) = &item.mine else {
            return Self::ForGuests;
        };
        match refusal.as_deref().map(Refusal::from_code) {
            None => Self::WithinReach,
            Some(Some(Refusal::OutOfStock)) => Self::SoldOut,
            Some(Some(Refusal::InsufficientPoints)) if !missing.is_zero() => Self::Missing(*missing),
            Some(refusal) => Self::Refused(refusal),
        }
    }
}

fn foot(
    locale: &Locale,
    program: &ProgramView,
    item: &CatalogItem,
    standing: Standing,
    open: impl Fn(web_sys::Event) + Send + 'static,
) -> Option<El> {
    let reason = |path: Option<&'static str>, sentence: String| {
        el("p|class=reason|part=missing").child(path.map(icon)).child(el("span").child(sentence))
    };
    if let Standing::Refused(refusal) = standing
        && let Some(opens) = opens_at(locale, program, item, refusal)
    {
        return Some(reason(Some(shape::CLOCK), opens));
    }
    Some(match standing {
        Standing::ForGuests => return None,
        Standing::SoldOut => reason(None, locale.text(Key::RewardSoldOut)),
        Standing::Refused(Some(Refusal::MemberLimitReached)) => {
            reason(Some(shape::CHECK), locale.text(Key::RewardMemberNone))
        }
        Standing::Refused(Some(Refusal::TierRequired)) => {
            reason(Some(shape::LOCK), tier_sentence(locale, program, item))
        }
        Standing::Refused(refusal) => {
            let words = [("words", program.terminology.other.as_str())];
            reason(None, locale.say(refusal_key(refusal), &words))
        }
        Standing::Missing(missing) => {
            let price = item.reward.price;
            let percent =
                (price.saturating_sub(missing).get() as f64 / price.get().max(1) as f64 * 100.0) as u32;
            let number = locale.number(missing.get());
            let args = [("number", number.as_str()), ("word", locale::word(missing, &program.terminology))];
            let fill = [&percent.min(100).to_string(), "%"].concat();
            el("p|class=reason short|part=missing")
                .child(el("span|class=gauge").attr("--fill", fill))
                .child(el("span").child(locale.say(Key::RewardMissing, &args)))
        }
        Standing::WithinReach => {
            let name = locale.say(Key::RewardRedeemNamed, &[("title", &item.reward.title)]);
            el("button|type=button|class=button|part=button redeem|aria-haspopup=dialog")
                .attr("aria-label", name)
                .on("click", open)
                .child(locale.text(Key::RewardRedeem))
        }
    })
}

/// From when on it can be had, where that is known: a day, or after a rest of some hours the time as well.
fn opens_at(
    locale: &Locale,
    program: &ProgramView,
    item: &CatalogItem,
    refusal: Option<Refusal>,
) -> Option<String> {
    let opens_at = item.mine.as_ref()?.opens_at?;
    let date = if refusal == Some(Refusal::CooldownActive) {
        locale.clock(opens_at.as_millis() as f64)
    } else {
        locale.day(opens_at, &program.time_zone)
    };
    let key = if refusal == Some(Refusal::NotOpen) { Key::RewardOpens } else { Key::RewardAgain };
    Some(locale.say(key, &[("date", &date)]))
}

/// What limits a reward and is not said at its foot, each with an icon if it has one.
fn tags(
    locale: &Locale,
    program: &ProgramView,
    item: &CatalogItem,
    standing: Standing,
) -> Vec<(Option<&'static str>, String)> {
    let reward = &item.reward;
    let mut tags = Vec::new();
    if reward.tier.is_some() && standing != Standing::Refused(Some(Refusal::TierRequired)) {
        tags.push((Some(shape::LOCK), tier_sentence(locale, program, item)));
    }
    if let Some(left) = reward.stock_left.filter(|left| (1..=STOCK_SHOWN_TO).contains(left)) {
        tags.push((None, locale.count(Key::RewardStock, left, &[])));
    }
    let member_left = item.mine.as_ref().and_then(|mine| mine.member_left);
    match (reward.per_member_limit, member_left) {
        (Some(limit), Some(left)) if 0 < left && left < limit => {
            tags.push((None, locale.count(Key::RewardMemberLeft, left, &[])));
        }
        (Some(limit), _) => tags.push((None, locale.count(Key::RewardLimit, limit, &[]))),
        (None, _) => {}
    }
    tags
}

fn tier_sentence(locale: &Locale, program: &ProgramView, item: &CatalogItem) -> String {
    let tier = item.reward.tier.as_ref().and_then(|id| tier_meter::find(program, id));
    let Some(tier) = tier else {
        return locale.text(Key::RefusalTierRequired);
    };
    let top = program.tiers.last().is_some_and(|last| last.id == tier.id);
    let key = if top { Key::RewardTierTop } else { Key::RewardTier };
    locale.say(key, &[("tier", &tier.name)])
}

/// The fine print, folded away; nothing when there is none.
fn terms(locale: &Locale, reward: &RewardView) -> Option<El> {
    let print = fine_print(locale, reward)?;
    let summary = el("summary").child(locale.text(Key::RewardTerms)).child(icon(shape::CHEVRON));
    Some(el("details|class=terms|part=terms").child(summary).child(el("p").child(print)))
}

/// The terms with how long the voucher is good for.
pub(super) fn fine_print(locale: &Locale, reward: &RewardView) -> Option<String> {
    let days = reward.voucher_days.map(|days| locale.count(Key::RewardValidity, u64::from(days), &[]));
    match (reward.terms.is_empty(), days) {
        (true, days) => days,
        (false, None) => Some(locale.apart(&reward.terms)),
        (false, Some(days)) => Some([&locale.apart(&reward.terms), " ", &days].concat()),
    }
}

pub(crate) const fn kind_key(kind: &RewardKind) -> Key {
    match kind {
        RewardKind::Discount { .. } | RewardKind::PercentageDiscount { .. } => Key::KindDiscount,
        RewardKind::FreeShipping => Key::KindFreeShipping,
        RewardKind::Product { .. } => Key::KindProduct,
        RewardKind::GiftCard { .. } => Key::KindGiftCard,
        RewardKind::StoreCredit { .. } => Key::KindStoreCredit,
        RewardKind::CashPayout { .. } => Key::KindCashPayout,
        RewardKind::Service | RewardKind::BusinessService => Key::KindService,
        RewardKind::Experience => Key::KindExperience,
        RewardKind::Donation { .. } => Key::KindDonation,
        RewardKind::Custom => Key::KindCustom,
        RewardKind::Unrecognized => Key::KindUnrecognized,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{item, within_reach};
    use super::*;

    fn refused(code: &str, missing: u64) -> CatalogItem {
        let mine = MyStanding {
            missing: Points::new(missing).unwrap(),
            refusal: Some(code.to_owned()),
            opens_at: None,
            member_left: None,
            redeemed: 0,
        };
        CatalogItem { mine: Some(mine), ..item("a", 100) }
    }

    #[test]
    fn the_foot_of_a_card_says_what_stands_between_the_member_and_the_reward() {
        let mut gone = within_reach("a", 100);
        gone.reward.stock_left = Some(0);
        for (item, expected) in [
            (item("a", 100), Standing::ForGuests),
            (within_reach("a", 100), Standing::WithinReach),
            (gone, Standing::SoldOut),
            (refused("out_of_stock", 0), Standing::SoldOut),
            (refused("insufficient_points", 40), Standing::Missing(Points::new(40).unwrap())),
            (refused("tier_required", 40), Standing::Refused(Some(Refusal::TierRequired))),
            (refused("not_yet_invented", 0), Standing::Refused(None)),
            (refused("insufficient_points", 0), Standing::Refused(Some(Refusal::InsufficientPoints))),
        ] {
            assert_eq!(Standing::of(&item), expected);
        }
    }
}
