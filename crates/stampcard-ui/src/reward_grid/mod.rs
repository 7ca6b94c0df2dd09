//! The redemption catalogue and the way from a card to a voucher.
//!
//! Parts: `grid`, `toolbar`, `filter`, `search`, `sort`, `list`, `reward`, `image`, `kind`, `title`, `description`,
//! `tag`, `terms`, `price`, `missing`, `button`, `redeem`, `notice`, `retry`, `dialog`, `dialog-title`, `choice`,
//! `step`, `amount`, `slider`, `worth`, `code`, `copy`, `apply`, `undo`, `cancel`.
//! Slots: `guest` (join and log-in links), `empty` (when the program has no rewards), `footer`.

mod arrange;
mod art;
mod card;
mod cells;
mod choice;
mod confirm;
mod outcome;
mod redeem_dialog;
mod toolbar;

use std::sync::Arc;

use leptos::prelude::*;
use stampcard_model::api::ProgramView;

use crate::{
    Act, CatalogItem, I18n, Known, Locale, Phase,
    common::{self, Stage, stage},
    locale::Key,
    markup::{Drawing, El, Markup, Row, el, live},
};
use arrange::{Arrangement, arrange};
pub(crate) use card::{kind_key, price};
use cells::{Cell, distinct, merge};
pub(crate) use redeem_dialog::Desk;
pub use redeem_dialog::price_moved;
use toolbar::Totals;

/// The dialog in which what lies on a desk is confirmed and its voucher handed out.
pub(crate) fn dialog(i18n: I18n, desk: Desk) -> Markup {
    redeem_dialog::view(i18n, desk)
}

/// Cards that a skeleton has.
const SKELETON_CARDS: usize = 6;

/// The rewards of the program: what they cost, which the member can have, and the way to redeem one.
#[component]
pub fn RewardGrid(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// Whether the page takes vouchers into its cart.
    can_apply: ReadSignal<bool>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    // Cards read the program through this, so that a refresh that changes nothing redraws nothing.
    let program = Memo::new(move |_| known.with(|known| known.program.value.clone()));
    let cells = Memo::new(move |cells: Option<&Vec<Cell>>| known.with(|known| merge(cells, listed(known))));
    let arrangement = RwSignal::new(Arrangement::default());
    let shown = Memo::new(move |_| {
        let order =
            known.with(|known| arrangement.with(|arrangement| arrange(distinct(listed(known)), arrangement)));
        cells
            .with(|cells| order.into_iter().filter_map(|index| cells.get(index).cloned()).collect::<Vec<_>>())
    });
    let desk = Desk::new(known, can_apply, on_act);
    let count = move || Some(shown.with(Vec::len));
    let said =
        common::announce(count, move |count| Some(i18n.get().count(Key::RewardsShown, *count as u64, &[])));

    let head = live(move || {
        let locale = i18n.get();
        known.with(|known| head(&locale, known, on_act))
    });
    // Rows outlive every change of what is around them.
    let owner = Owner::current().unwrap_or_default();
    let shelf = live(move || match known.with(Room::of) {
        Room::Skeleton => Some(skeleton()),
        Room::Nothing => None,
        Room::Shelf { disabled } => {
            let rows = move || {
                let cells = shown.get();
                cells.into_iter().map(|cell| row(i18n, program, cell, desk)).collect()
            };
            let list = el("ul|class=rewards|part=list").rows(owner.clone(), rows);
            Some(el("fieldset|class=shelf").attr_if(disabled, "disabled", "").child(list))
        }
    });
    // What is beside the shelf is there with it.
    let has_shelf = move || known.with(|known| matches!(Room::of(known), Room::Shelf { .. }));
    let toolbar = live(move || {
        let totals = known.with(|known| Totals::of(listed(known)));
        has_shelf().then(|| toolbar::view(i18n, totals, arrangement))
    });
    let under_way =
        live(move || if has_shelf() { redeem_dialog::background(i18n, desk, cells) } else { None });
    let none_match = live(move || {
        (has_shelf() && shown.with(Vec::is_empty)).then(|| toolbar::none_match(i18n, arrangement))
    });
    let section = el("section|class=catalog|part=grid")
        .child(el("h2|class=unseen").child(live(move || i18n.get().text(Key::RewardsLabel))))
        .child(head)
        .child(under_way)
        .child(toolbar)
        .child(shelf)
        .child(none_match)
        .child(el("slot|name=footer"));
    Drawing(vec![
        el("div|class=frame").child(section).into(),
        redeem_dialog::view(i18n, desk),
        common::status(said),
    ])
}

fn row(i18n: I18n, program: Memo<Option<Arc<ProgramView>>>, cell: Cell, desk: Desk) -> Row {
    Row {
        key: cell.id.as_str().to_owned(),
        say: Box::new(move || card::view(i18n, program, cell.item, desk)),
    }
}

fn listed(known: &Known) -> &[CatalogItem] {
    known.items.value.as_ref().map(|items| items.as_slice()).unwrap_or_default()
}

/// What takes the place of the catalogue.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Skeleton,
    Nothing,
    /// Nothing can be redeemed from a `disabled` one.
    Shelf {
        disabled: bool,
    },
}

impl Room {
    fn of(known: &Known) -> Self {
        let fresh = |phase: Phase| matches!(phase, Phase::Ready | Phase::Loading);
        match stage(&known.program, &known.items) {
            Stage::Loading => Self::Skeleton,
            Stage::Guest(_) | Stage::Failed(_) => Self::Nothing,
            Stage::Shown(_, items, _) if items.is_empty() => Self::Nothing,
            Stage::Shown(..) => {
                let live = fresh(known.me.phase) && fresh(known.items.phase) && !known.redeem.is_under_way();
                Self::Shelf { disabled: !live }
            }
        }
    }
}

/// What is said above the catalogue, or instead of it.
fn head(locale: &Locale, known: &Known, on_act: Callback<Act>) -> Option<El> {
    let (program, items, failure) = match stage(&known.program, &known.items) {
        Stage::Loading => return None,
        Stage::Failed(failure) => return Some(common::failure(locale, failure, on_act)),
        Stage::Guest(program) => return Some(invite(locale, program)),
        Stage::Shown(program, items, failure) => (program, items, failure),
    };
    // What a reward means for a member is as stale as the member.
    let failure = failure.or(match known.me.phase {
        Phase::Failed(failure) => Some(failure),
        Phase::Guest | Phase::Loading | Phase::Ready => None,
    });
    if let Some(failure) = failure {
        Some(common::stale(locale, failure, known.as_of, on_act))
    } else if items.is_empty() {
        let hint = el("p|class=hint|part=hint").child(locale.text(Key::RewardsEmpty));
        Some(el("slot|name=empty").child(hint))
    } else {
        (known.me.phase == Phase::Guest).then(|| invite(locale, program))
    }
}

fn invite(locale: &Locale, program: &ProgramView) -> El {
    let sentence = locale.say(Key::RewardsGuest, &[("program", &program.name)]);
    el("div|class=welcome|part=invite")
        .child(el("p|class=invite").child(sentence))
        .child(el("slot|name=guest"))
}

fn skeleton() -> El {
    el("div|class=rewards skeleton|aria-hidden=true").each((0..SKELETON_CARDS).map(|_| el("div")))
}

#[cfg(test)]
pub(crate) use tests::within_reach;

#[cfg(test)]
mod tests {
    use stampcard_model::{Points, RewardId, RewardKind, api::RewardView};

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
    pub(crate) fn within_reach(title: &str, price: u64) -> CatalogItem {
        let mine = MyStanding {
            missing: Points::ZERO,
            refusal: None,
            opens_at: None,
            member_left: None,
            redeemed: 0,
        };
        CatalogItem { mine: Some(mine), ..item(title, price) }
    }
}
