//! One reward of the catalogue.

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
    tier_meter,
};

/// Few enough units left to say how many.
const STOCK_SHOWN_TO: u64 = 10;

/// The card redraws when its own reward, the program or the language changes, and for nothing else.
pub(super) fn view(
    i18n: I18n,
    program: Memo<Option<ProgramView>>,
    item: ArcRwSignal<CatalogItem>,
    desk: Desk,
) -> impl IntoView {
    let body = move || {
        let locale = i18n.get();
        let cell = item.clone();
        let open = Callback::new(move |event| desk.open(cell.clone(), &event));
        program.with(|program| program.as_ref().map(|p| item.with(|item| draw(&locale, p, item, open))))
    };
    view! { <li class="reward" part="reward" tabindex="-1">{body}</li> }
}

fn draw(
    locale: &Locale,
    program: &ProgramView,
    item: &CatalogItem,
    open: Callback<web_sys::MouseEvent>,
) -> AnyView {
    let reward = &item.reward;
    let standing = Standing::of(item);
    let class = if standing == Standing::SoldOut { "sheet gone" } else { "sheet" };
    let rubber = (standing == Standing::SoldOut)
        .then(|| view! { <span class="rubber" aria-hidden="true">{locale.text(Key::RewardSoldOut)}</span> });
    let description = (!reward.description.is_empty())
        .then(|| view! { <p class="description" part="description">{reward.description.clone()}</p> });
    let tags = tags(locale, program, item, standing)
        .into_iter()
        .map(|(path, text)| view! { <li class="tag" part="tag">{path.map(icon)}<span>{text}</span></li> });
    let words = &program.terminology;
    view! {
        <div class=class>
            {art::view(locale, program, reward)}
            {rubber}
            <div class="about">
                <p class="label" part="kind">{icon(kind_icon(&reward.kind))}<span>{locale.text(kind_key(&reward.kind))}</span></p>
                <h3 class="title" part="title">{reward.title.clone()}</h3>
                {description}
                <ul class="tags">{tags.collect_view()}</ul>
                {terms(locale, reward)}
                <div class="foot">
                    <p class="price" part="price">
                        <b>{locale.number(reward.price.get())}</b>
                        " "
                        <span>{locale::word(reward.price, words).to_owned()}</span>
                    </p>
                    {foot(locale, program, item, standing, open)}
                </div>
            </div>
        </div>
    }
    .into_any()
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
            // The dialog has no place for money yet, and nobody pays what they have not confirmed.
            None if item.reward.money_minor > 0 => Self::Refused(None),
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
    open: Callback<web_sys::MouseEvent>,
) -> AnyView {
    let reason = |path: Option<&'static str>, sentence: String| {
        view! { <p class="reason" part="missing">{path.map(icon)}<span>{sentence}</span></p> }.into_any()
    };
    match standing {
        Standing::ForGuests => ().into_any(),
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
            view! {
                <p class="reason short" part="missing">
                    <span class="gauge" style:--fill=[&percent.min(100).to_string(), "%"].concat()></span>
                    <span>{locale.say(Key::RewardMissing, &args)}</span>
                </p>
            }
            .into_any()
        }
        Standing::WithinReach => {
            let name = locale.say(Key::RewardRedeemNamed, &[("title", &item.reward.title)]);
            view! {
                <button
                    type="button"
                    class="button"
                    part="button redeem"
                    aria-label=name
                    aria-haspopup="dialog"
                    on:click=move |event| open.run(event)
                >
                    {locale.text(Key::RewardRedeem)}
                </button>
            }
            .into_any()
        }
    }
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
fn terms(locale: &Locale, reward: &RewardView) -> Option<AnyView> {
    let print = fine_print(locale, reward)?;
    Some(
        view! {
            <details class="terms" part="terms">
                <summary>{locale.text(Key::RewardTerms)}{icon(shape::CHEVRON)}</summary>
                <p>{print}</p>
            </details>
        }
        .into_any(),
    )
}

/// The terms with how long the voucher is good for.
pub(super) fn fine_print(locale: &Locale, reward: &RewardView) -> Option<String> {
    let days = reward.voucher_days.map(|days| locale.count(Key::RewardValidity, u64::from(days), &[]));
    match (reward.terms.is_empty(), days) {
        (true, days) => days,
        (false, None) => Some(reward.terms.clone()),
        (false, Some(days)) => Some([reward.terms.as_str(), " ", &days].concat()),
    }
}

const fn kind_key(kind: &RewardKind) -> Key {
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
            member_left: None,
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
