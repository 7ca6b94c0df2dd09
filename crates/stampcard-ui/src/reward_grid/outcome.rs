//! How a redemption ends: with a voucher, with a refusal, or nobody knows.

use leptos::{html, prelude::*, task::spawn_local};
use stampcard_model::{
    Points, Refusal, VoucherCode,
    api::{ProgramView, RedemptionView},
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::redeem_dialog::Desk;
use crate::{
    Failure, Locale,
    common::{failure_key, icon, shape},
    locale::Key,
};

/// The sentence for a refusal; one for all that a member cannot meet here or that this version has not heard of.
pub(super) const fn refusal_key(refusal: Option<Refusal>) -> Key {
    match refusal {
        Some(Refusal::MemberNotFound) => Key::RefusalMemberNotFound,
        Some(Refusal::RewardNotFound) => Key::RefusalRewardNotFound,
        Some(Refusal::TierRequired) => Key::RefusalTierRequired,
        Some(Refusal::MemberLimitReached) => Key::RefusalMemberLimitReached,
        Some(Refusal::OutOfStock) => Key::RefusalOutOfStock,
        Some(Refusal::PriceChanged) => Key::RefusalPriceChanged,
        Some(Refusal::InsufficientPoints) => Key::RefusalInsufficientPoints,
        Some(Refusal::NotOpen) => Key::RefusalNotOpen,
        Some(Refusal::NotEligible | Refusal::ConsentRequired) => Key::RefusalNotEligible,
        Some(Refusal::CooldownActive) => Key::RefusalCooldownActive,
        Some(Refusal::PeriodCapReached) => Key::RefusalPeriodCapReached,
        Some(
            Refusal::OrderNotFound
            | Refusal::ActivityNotFound
            | Refusal::ReferralNotFound
            | Refusal::OfferNotFound
            | Refusal::RedemptionNotFound
            | Refusal::VoucherNotFound
            | Refusal::OrderAlreadyBooked
            | Refusal::ActivityAlreadyBooked
            | Refusal::ReferralAlreadyBooked
            | Refusal::OfferAlreadyActivated
            | Refusal::OrderAlreadyRefunded
            | Refusal::AlreadyReversed
            | Refusal::ReturnExceedsOrder
            | Refusal::OrderLinesUnknown
            | Refusal::MoneyMismatch
            | Refusal::VoucherUsed
            | Refusal::VoucherExpired
            | Refusal::RedemptionNotHeld
            | Refusal::RedemptionAlreadyCancelled
            | Refusal::CancellationClosed
            | Refusal::OrderTooSmall
            | Refusal::OfferCodeWrong
            | Refusal::EarnLimitReached
            | Refusal::PriceNotOffered
            | Refusal::PointsOutOfRange,
        )
        | None => Key::RefusalUnrecognized,
    }
}

pub(super) fn voucher(
    locale: &Locale,
    program: &ProgramView,
    redemption: &RedemptionView,
    desk: Desk,
) -> AnyView {
    let voucher = &redemption.voucher;
    let words = &program.terminology;
    let until = voucher.expires_at.map(|end| {
        let date = locale.last_day(end, &program.time_zone);
        view! { <p>{locale.say(Key::RedeemValidUntil, &[("date", &date)])}</p> }
    });
    let balance = locale.amount(redemption.balance_after, words);
    view! {
        <div class="triumph" aria-hidden="true">{icon(shape::CHECK)}</div>
        <h2 class="dialog-title" id="dialog-title" part="dialog-title" tabindex="-1">{locale.text(Key::RedeemDone)}</h2>
        <p class="dialog-reward">{voucher.title.clone()}</p>
        {code(locale, voucher.code.clone(), desk)}
        <div class="print">
            <p>{locale.text(Key::RedeemHint)}</p>
            {until}
        </div>
        <dl class="sums"><div><dt>{locale.text(Key::RedeemBalanceAfter)}</dt><dd>{balance}</dd></div></dl>
        <div class="actions">
            <button type="button" class="button quiet" part="button" on:click=move |_| desk.close()>
                {locale.text(Key::RedeemFinish)}
            </button>
        </div>
    }
    .into_any()
}

/// The code with its button. The button says what happened, to the eye and in the live region.
fn code(locale: &Locale, code: VoucherCode, desk: Desk) -> impl IntoView {
    let node = NodeRef::<html::Code>::new();
    let text = code.as_str().to_owned();
    let label = RwSignal::new(locale.text(Key::RedeemCopy));
    let (copied, selected) = (locale.text(Key::RedeemCopied), locale.text(Key::RedeemSelected));
    let copy = move |_| {
        let (code, copied, selected) = (code.clone(), copied.clone(), selected.clone());
        spawn_local(async move {
            if write_clipboard(code.as_str()).await || select_and_copy(node) {
                label.try_set(copied.clone());
                desk.say(copied);
                desk.copied(code);
            } else {
                desk.say(selected);
            }
        });
    };
    view! {
        <div class="voucher">
            <span class="label" id="code-label">{locale.text(Key::RedeemCode)}</span>
            <code class="code" part="code" node_ref=node>{text}</code>
            <button type="button" class="button" part="button copy" on:click=copy>{label}</button>
        </div>
    }
}

/// Writes through the clipboard; `false` where the page may not, or has none.
async fn write_clipboard(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    // A page that was not loaded over https has no clipboard, whatever the bindings say.
    if clipboard.is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Selects the code, and copies the selection the old way where the browser still knows it.
fn select_and_copy(node: NodeRef<html::Code>) -> bool {
    let select = || {
        let code = node.get_untracked()?;
        let selection = document().get_selection().ok()??;
        selection.select_all_children(&code).ok()?;
        document().dyn_into::<web_sys::HtmlDocument>().ok()?.exec_command("copy").ok()
    };
    select().unwrap_or(false)
}

pub(super) fn refused(
    locale: &Locale,
    program: &ProgramView,
    code: &str,
    price: Points,
    desk: Desk,
) -> AnyView {
    let refusal = Refusal::from_code(code);
    let words = &program.terminology;
    let again = (refusal == Some(Refusal::PriceChanged))
        .then(|| locale.say(Key::RedeemSubmit, &[("amount", &locale.amount(price, words))]));
    let sentence = locale.say(refusal_key(refusal), &[("words", &words.other)]);
    ending(locale, Key::RedeemRefused, vec![sentence], again, desk)
}

pub(super) fn failed(locale: &Locale, program: &ProgramView, failure: Failure, desk: Desk) -> AnyView {
    let sentences = vec![
        locale.text(failure_key(failure)),
        locale.say(Key::RedeemAgain, &[("words", &program.terminology.other)]),
    ];
    ending(locale, Key::RedeemFailed, sentences, Some(locale.text(Key::Retry)), desk)
}

/// An end without a voucher, with a way to ask once more if that makes sense.
fn ending(locale: &Locale, title: Key, sentences: Vec<String>, again: Option<String>, desk: Desk) -> AnyView {
    let again = again.map(|label| {
        view! {
            <button type="button" class="button" part="button redeem" on:click=move |_| desk.submit()>{label}</button>
        }
    });
    view! {
        <h2 class="dialog-title" id="dialog-title" part="dialog-title" tabindex="-1">{locale.text(title)}</h2>
        <div class="print">{sentences.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view()}</div>
        <div class="actions">
            <button type="button" class="button quiet" part="button" on:click=move |_| desk.close()>
                {locale.text(Key::Close)}
            </button>
            {again}
        </div>
    }
    .into_any()
}
