//! The redemption catalogue and the way from a card to a voucher.
//!
//! Parts: `grid`, `toolbar`, `filter`, `search`, `sort`, `list`, `reward`, `image`, `kind`, `title`, `description`,
//! `tag`, `terms`, `price`, `missing`, `button`, `redeem`, `notice`, `retry`, `dialog`, `dialog-title`, `code`, `copy`.
//! Slots: `guest` (join and log-in links), `empty` (when the program has no rewards), `footer`.

mod arrange;
mod art;
mod card;
mod cells;
mod outcome;
mod redeem_dialog;
mod toolbar;

use leptos::prelude::*;
use stampcard_model::{
    Points, RewardId, VoucherCode,
    api::{Me, ProgramView},
};

use crate::{
    CatalogItem, I18n, Locale, Phase, RedeemState, Remote,
    common::{self, Stage, stage},
    locale::Key,
};
use arrange::{Arrangement, arrange};
use cells::{Cell, distinct, merge};
use redeem_dialog::{Callbacks, Desk};
use toolbar::Totals;

/// Cards that a skeleton has.
const SKELETON_CARDS: usize = 6;

/// The rewards of the program: what they cost, which the member can have, and the way to redeem one.
#[component]
pub fn RewardGrid(
    /// The program, for its words, money, tiers and time zone.
    #[prop(into)]
    program: Signal<Remote<ProgramView>>,
    /// The member, for the balance.
    #[prop(into)]
    me: Signal<Remote<Me>>,
    /// The rewards in the program's order.
    #[prop(into)]
    items: Signal<Remote<Vec<CatalogItem>>>,
    /// When the last known values were read, in milliseconds since 1970 UTC.
    #[prop(into)]
    as_of: Signal<Option<f64>>,
    /// Where the redemption under way is.
    #[prop(into)]
    redeem: Signal<RedeemState>,
    /// The member confirmed to redeem this reward for this price, or asks to try that again.
    on_redeem: Callback<(RewardId, Points)>,
    /// The member has seen the end of the redemption; it may be forgotten.
    on_dismiss: Callback<()>,
    /// The member copied a voucher's code.
    on_copied: Callback<VoucherCode>,
    /// The member asks to try again.
    on_retry: Callback<()>,
) -> impl IntoView {
    let i18n = I18n::current();
    // Cards read the program through this, so that a refresh that changes nothing redraws nothing.
    let facts = Memo::new(move |_| program.with(|program| program.value.clone()));
    let cells =
        Memo::new(move |known: Option<&Vec<Cell>>| items.with(|items| merge(known, known_items(items))));
    let arrangement = RwSignal::new(Arrangement::default());
    let shown = Memo::new(move |_| {
        let order = items
            .with(|items| arrangement.with(|arrangement| arrange(distinct(known_items(items)), arrangement)));
        cells
            .with(|cells| order.into_iter().filter_map(|index| cells.get(index).cloned()).collect::<Vec<_>>())
    });
    let totals = Memo::new(move |_| items.with(|items| Totals::of(known_items(items))));
    let live = Memo::new(move |_| {
        let fresh = |phase: Phase| matches!(phase, Phase::Ready | Phase::Loading);
        me.with(|me| fresh(me.phase))
            && items.with(|items| fresh(items.phase))
            && redeem.with(|redeem| !redeem.is_under_way())
    });
    let desk = Desk::new(facts, me, redeem, Callbacks { on_redeem, on_dismiss, on_copied });
    let count = Memo::new(move |_| Some(shown.with(Vec::len)));
    let said =
        common::announce(count, move |count| Some(i18n.get().count(Key::RewardsShown, count as u64, &[])));

    let member = Memo::new(move |_| me.with(|me| me.phase));
    let head = move || {
        let locale = i18n.get();
        let member = member.get();
        program.with(|program| {
            items.with(|items| head(&locale, &stage(program, items), member, as_of.get(), on_retry))
        })
    };
    let room =
        Memo::new(move |_| program.with(|program| items.with(|items| Room::of(&stage(program, items)))));
    let body = move || match room.get() {
        Room::Skeleton => skeleton(),
        Room::Nothing => ().into_any(),
        Room::Shelf => view! {
            {redeem_dialog::background(i18n, desk, cells)}
            {toolbar::view(i18n, totals, arrangement)}
            <fieldset class="shelf" disabled=move || !live.get()>
                <ul class="rewards" part="list">
                    <For each=move || shown.get() key=|cell| cell.id.clone() let:cell>
                        {card::view(i18n, facts, cell.item, desk)}
                    </For>
                </ul>
            </fieldset>
            {toolbar::none_match(i18n, count, arrangement)}
        }
        .into_any(),
    };
    view! {
        <div class="frame">
            <section class="catalog" part="grid">
                <h2 class="unseen">{move || i18n.get().text(Key::RewardsLabel)}</h2>
                {head}
                {body}
                <slot name="footer"></slot>
            </section>
        </div>
        {redeem_dialog::view(i18n, desk)}
        {common::status(said)}
    }
}

fn known_items(items: &Remote<Vec<CatalogItem>>) -> &[CatalogItem] {
    items.value.as_deref().unwrap_or_default()
}

/// What takes the place of the catalogue.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Skeleton,
    Nothing,
    Shelf,
}

impl Room {
    fn of(stage: &Stage<'_, Vec<CatalogItem>>) -> Self {
        match stage {
            Stage::Loading => Self::Skeleton,
            Stage::Guest(_) | Stage::Failed(_) => Self::Nothing,
            Stage::Shown(_, items, _) if items.is_empty() => Self::Nothing,
            Stage::Shown(..) => Self::Shelf,
        }
    }
}

/// What is said above the catalogue, or instead of it.
fn head(
    locale: &Locale,
    stage: &Stage<'_, Vec<CatalogItem>>,
    member: Phase,
    as_of: Option<f64>,
    on_retry: Callback<()>,
) -> AnyView {
    let (program, items, failure) = match stage {
        Stage::Loading => return ().into_any(),
        Stage::Failed(failure) => return common::failure(locale, *failure, on_retry),
        Stage::Guest(program) => return invite(locale, program),
        Stage::Shown(program, items, failure) => (program, items, failure),
    };
    // What a reward means for a member is as stale as the member.
    let failure = failure.or(match member {
        Phase::Failed(failure) => Some(failure),
        Phase::Guest | Phase::Loading | Phase::Ready => None,
    });
    if let Some(failure) = failure {
        common::stale(locale, failure, as_of, on_retry)
    } else if items.is_empty() {
        view! { <slot name="empty"><p class="hint" part="hint">{locale.text(Key::RewardsEmpty)}</p></slot> }
            .into_any()
    } else if member == Phase::Guest {
        invite(locale, program)
    } else {
        ().into_any()
    }
}

fn invite(locale: &Locale, program: &ProgramView) -> AnyView {
    let sentence = locale.say(Key::RewardsGuest, &[("program", &program.name)]);
    view! {
        <div class="welcome" part="invite">
            <p class="invite">{sentence}</p>
            <slot name="guest"></slot>
        </div>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    let cards = (0..SKELETON_CARDS).map(|_| view! { <div></div> }).collect_view();
    view! { <div class="rewards skeleton" aria-hidden="true">{cards}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use stampcard_model::{RewardKind, api::RewardView};

    use super::*;
    use crate::MyStanding;

    /// A reward for guests, whose title is also its id as far as an id can be.
    pub(super) fn item(title: &str, price: u64) -> CatalogItem {
        let id: String = title.chars().filter(char::is_ascii_graphic).collect();
        CatalogItem::from(RewardView {
            id: RewardId::new(id).unwrap(),
            kind: RewardKind::Custom,
            title: title.to_owned(),
            description: String::new(),
            terms: String::new(),
            image_url: None,
            price: Points::new(price).unwrap(),
            usual_price: None,
            variable: None,
            money_minor: 0,
            stock_left: None,
            tier: None,
            per_member_limit: None,
            voucher_days: None,
        })
    }

    /// A reward that the member can redeem now.
    pub(super) fn within_reach(title: &str, price: u64) -> CatalogItem {
        let mine = Some(MyStanding { missing: Points::ZERO, refusal: None, member_left: None });
        CatalogItem { mine, ..item(title, price) }
    }
}
