//! What the member confirms: the price, what else is to be paid, and the balance after.

use stampcard_model::{Refusal, api::ProgramView};

use super::{
    card::fine_print,
    choice::{self, Choice},
    outcome::{self, refusal_key},
    redeem_dialog::{Desk, price_moved},
};
use crate::{
    CatalogItem, Known, Locale, RedeemState,
    locale::Key,
    markup::{El, el},
};

pub(super) fn view(
    locale: &Locale,
    program: &ProgramView,
    item: &CatalogItem,
    known: &Known,
    desk: Desk,
) -> El {
    let reward = &item.reward;
    let busy = known.redeem.is_under_way();
    let refusal = item.mine.as_ref().and_then(|mine| mine.refusal.as_deref()).filter(|_| !busy);
    let available = known.me.value.as_ref().map(|me| me.balance.available);
    let choice =
        Choice::of(reward, available).map(|choice| choice::view(locale, program, reward, choice, busy, desk));
    let print = fine_print(locale, reward).map(|print| el("p|class=print").child(print));
    let words = [("words", program.terminology.other.as_str())];
    let note = note(known, refusal).map(|key| el("p|class=note|part=notice").child(locale.say(key, &words)));
    el("div|data-step=confirm")
        .child(outcome::title(locale, Key::RedeemConfirm))
        .child(el("p|class=dialog-reward|dir=auto").child(reward.title.as_str()))
        .child(choice)
        .child(sums(locale, program, item, known, desk))
        .child(print)
        .child(note)
        .child(actions(locale, program, item, known, refusal.is_some(), desk))
}

/// What there is to say before the member confirms: the price that moved, why it cannot be, or why it takes so long.
fn note(known: &Known, refusal: Option<&str>) -> Option<Key> {
    match &known.redeem {
        RedeemState::Refused { code, .. } if price_moved(code) => Some(Key::RefusalPriceChanged),
        RedeemState::Waiting { .. } => Some(Key::RedeemWaiting),
        RedeemState::Idle
        | RedeemState::Sending { .. }
        | RedeemState::Done { .. }
        | RedeemState::Refused { .. }
        | RedeemState::Failed { .. } => refusal.map(|code| refusal_key(Refusal::from_code(code))),
    }
}

/// The balance, the price and the balance after it, as far as they are known, and what is to be paid on top.
fn sums(locale: &Locale, program: &ProgramView, item: &CatalogItem, known: &Known, desk: Desk) -> El {
    let words = &program.terminology;
    let price = desk.price(item, known);
    let available = known.me.value.as_ref().map(|me| me.balance.available);
    let now = available.map(|available| (Key::RedeemBalanceNow, locale.amount(available, words), false));
    let takes =
        price.map(|price| (Key::RedeemPrice, locale.signed("−", &locale.amount(price, words)), false));
    let left = available.zip(price).map(|(available, price)| available.saturating_sub(price));
    let after = left.map(|left| (Key::RedeemBalanceAfter, locale.amount(left, words), true));
    let minor = item.reward.money_minor;
    let money = (minor > 0).then(|| (Key::RedeemMoney, locale.money(minor, &program.money), true));
    let rows = [now, takes, after, money].into_iter().flatten();
    el("dl|class=sums").each(rows.map(|(key, amount, total)| outcome::sum(locale.text(key), amount, total)))
}

fn actions(
    locale: &Locale,
    program: &ProgramView,
    item: &CatalogItem,
    known: &Known,
    is_refused: bool,
    desk: Desk,
) -> El {
    let busy = known.redeem.is_under_way();
    let sending = matches!(known.redeem, RedeemState::Sending { .. });
    let price = desk.price(item, known);
    let label = match price {
        _ if busy => locale.text(Key::RedeemSending),
        None => locale.text(Key::RewardRedeem),
        Some(price) => {
            let points = locale.amount(price, &program.terminology);
            let amount = match item.reward.money_minor {
                0 => points,
                minor => [&points, " + ", &locale.money(minor, &program.money)].concat(),
            };
            locale.say(Key::RedeemSubmit, &[("amount", &amount)])
        }
    };
    let off = busy || is_refused || price.is_none();
    let cancel = el("button|type=button|class=button quiet|part=button")
        .attr_if(sending, "aria-disabled", "true")
        .on("click", move |_| {
            if !sending {
                desk.close()
            }
        })
        .child(locale.text(if busy { Key::Close } else { Key::RedeemCancel }));
    let submit = el("button|type=button|part=button redeem")
        .attr("class", if busy { "button busy" } else { "button" })
        .attr_if(off, "aria-disabled", "true")
        .attr_if(busy, "aria-busy", "true")
        .on("click", move |_| {
            if !off {
                desk.submit()
            }
        })
        .child(label);
    el("div|class=actions").child(cancel).child(submit)
}
