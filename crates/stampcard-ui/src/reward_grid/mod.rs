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
    markup::{Drawing, El, Row, el, live},
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
    let enabled = Memo::new(move |_| {
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
    let head = live(move || {
        let locale = i18n.get();
        let member = member.get();
        program.with(|program| {
            items.with(|items| head(&locale, &stage(program, items), member, as_of.get(), on_retry))
        })
    });
    let room =
        Memo::new(move |_| program.with(|program| items.with(|items| Room::of(&stage(program, items)))));
    // Rows outlive every change of what is around them.
    let owner = Owner::current().unwrap_or_default();
    let shelf = live(move || match room.get() {
        Room::Skeleton => Some(skeleton()),
        Room::Nothing => None,
        Room::Shelf => {
            let rows = move || {
                let cells = shown.get();
                cells.into_iter().map(|cell| row(i18n, facts, cell, desk)).collect()
            };
            let list = el("ul|class=rewards|part=list").rows(owner.clone(), rows);
            Some(el("fieldset|class=shelf").attr_if(!enabled.get(), "disabled", "").child(list))
        }
    });
    // What is around the shelf is there with it.
    let beside = move |say: fn(&Beside) -> Option<El>| {
        let beside = Beside { i18n, desk, cells, totals, arrangement, count };
        live(move || if room.get() == Room::Shelf { say(&beside) } else { None })
    };
    let section = el("section|class=catalog|part=grid")
        .child(el("h2|class=unseen").child(live(move || i18n.get().text(Key::RewardsLabel))))
        .child(head)
        .child(beside(|at| redeem_dialog::background(at.i18n, at.desk, at.cells)))
        .child(beside(|at| Some(toolbar::view(at.i18n, at.totals, at.arrangement))))
        .child(shelf)
        .child(beside(|at| (at.count.get() == Some(0)).then(|| toolbar::none_match(at.i18n, at.arrangement))))
        .child(el("slot|name=footer"));
    Drawing(vec![
        el("div|class=frame").child(section).into(),
        redeem_dialog::view(i18n, desk),
        common::status(said),
    ])
}

/// What stands beside the shelf is made of this.
struct Beside {
    i18n: I18n,
    desk: Desk,
    cells: Memo<Vec<Cell>>,
    totals: Memo<Totals>,
    arrangement: RwSignal<Arrangement>,
    count: Memo<Option<usize>>,
}

fn row(i18n: I18n, program: Memo<Option<ProgramView>>, cell: Cell, desk: Desk) -> Row {
    Row {
        key: cell.id.as_str().to_owned(),
        say: Box::new(move || card::view(i18n, program, cell.item, desk)),
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
) -> Option<El> {
    let (program, items, failure) = match stage {
        Stage::Loading => return None,
        Stage::Failed(failure) => return Some(common::failure(locale, *failure, on_retry)),
        Stage::Guest(program) => return Some(invite(locale, program)),
        Stage::Shown(program, items, failure) => (program, items, failure),
    };
    // What a reward means for a member is as stale as the member.
    let failure = failure.or(match member {
        Phase::Failed(failure) => Some(failure),
        Phase::Guest | Phase::Loading | Phase::Ready => None,
    });
    if let Some(failure) = failure {
        Some(common::stale(locale, failure, as_of, on_retry))
    } else if items.is_empty() {
        let hint = el("p|class=hint|part=hint").child(locale.text(Key::RewardsEmpty));
        Some(el("slot|name=empty").child(hint))
    } else {
        (member == Phase::Guest).then(|| invite(locale, program))
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
