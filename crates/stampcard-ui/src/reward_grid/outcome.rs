//! How a redemption ends: with a voucher, with a review, with a refusal, or nobody knows.

use leptos::{prelude::*, task::spawn_local};
use stampcard_model::{
    Points, Refusal, VoucherCode,
    api::{ProgramView, RedemptionView, VoucherView},
};

use super::redeem_dialog::Desk;
use crate::{
    Failure, Locale,
    common::{self, failure_key, icon, shape},
    locale::Key,
    markup::{El, el, live},
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
        Some(Refusal::RedeemedTooOften) => Key::RefusalRedeemedTooOften,
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
            | Refusal::PointsOutOfRange
            | Refusal::FeedbackAlreadyGiven
            | Refusal::BirthdayAlreadyTold
            | Refusal::AlreadyReferred
            | Refusal::WebhookNotFound
            | Refusal::TooManyWebhooks
            | Refusal::MessageNotFound
            | Refusal::WebhookDisabled,
        )
        | None => Key::RefusalUnrecognized,
    }
}

/// What came of asking: a voucher, or a review by the shop. `title` is the reward's, as far as it is known.
pub(super) fn done(
    locale: &Locale,
    program: &ProgramView,
    redemption: &RedemptionView,
    title: Option<&str>,
    desk: Desk,
) -> El {
    match &redemption.voucher {
        Some(issued) => voucher(locale, program, redemption, issued, desk),
        None => held(locale, program, redemption, title, desk),
    }
}

/// The points are set aside, and there is nothing yet to show at a checkout.
fn held(
    locale: &Locale,
    program: &ProgramView,
    redemption: &RedemptionView,
    reward: Option<&str>,
    desk: Desk,
) -> El {
    let words = &program.terminology;
    let sums = [
        (Key::RedeemHeldPoints, locale.amount(redemption.price, words)),
        (Key::RedeemBalanceAfter, locale.amount(redemption.balance_after, words)),
    ]
    .map(|(key, amount)| el("div").child(el("dt").child(locale.text(key))).child(el("dd").child(amount)));
    let hint = locale.say(Key::RedeemHeldHint, &[("words", &words.other)]);
    el("div|data-step=held")
        .child(title(locale, Key::RedeemHeld))
        .child(reward.map(|reward| el("p|class=dialog-reward").child(reward)))
        .child(el("div|class=print").child(el("p").child(hint)))
        .child(el("dl|class=sums").each(sums))
        .child(el("div|class=actions").child(close(locale, Key::RedeemFinish, desk)))
}

fn voucher(
    locale: &Locale,
    program: &ProgramView,
    redemption: &RedemptionView,
    voucher: &VoucherView,
    desk: Desk,
) -> El {
    let words = &program.terminology;
    let until = voucher.expires_at.map(|end| {
        let date = locale.last_day(end, &program.time_zone);
        el("p").child(locale.say(Key::RedeemValidUntil, &[("date", &date)]))
    });
    let balance = el("div")
        .child(el("dt").child(locale.text(Key::RedeemBalanceAfter)))
        .child(el("dd").child(locale.amount(redemption.balance_after, words)));
    el("div|data-step=voucher")
        .child(el("div|class=triumph|aria-hidden=true").child(icon(shape::CHECK)))
        .child(title(locale, Key::RedeemDone))
        .child(el("p|class=dialog-reward").child(voucher.title.as_str()))
        .child(code(locale, voucher.code.clone(), desk))
        .child(el("div|class=print").child(el("p").child(locale.text(Key::RedeemHint))).child(until))
        .child(el("dl|class=sums").child(balance))
        .child(el("div|class=actions").child(close(locale, Key::RedeemFinish, desk)))
}

/// The heading of what the dialog shows; it takes focus.
pub(super) fn title(locale: &Locale, key: Key) -> El {
    el("h2|class=dialog-title|id=dialog-title|part=dialog-title|tabindex=-1").child(locale.text(key))
}

fn close(locale: &Locale, key: Key, desk: Desk) -> El {
    el("button|type=button|class=button quiet|part=button")
        .on("click", move |_| desk.close())
        .child(locale.text(key))
}

/// The code with its button. The button says what happened, to the eye and in the live region.
fn code(locale: &Locale, code: VoucherCode, desk: Desk) -> El {
    let node = StoredValue::<Option<web_sys::Node>, LocalStorage>::new_local(None);
    let text = code.as_str().to_owned();
    let label = RwSignal::new(locale.text(Key::RedeemCopy));
    let (copied, selected) = (locale.text(Key::RedeemCopied), locale.text(Key::RedeemSelected));
    let copy = move |_| {
        let (code, copied, selected) = (code.clone(), copied.clone(), selected.clone());
        spawn_local(async move {
            let shown = node.try_get_value().flatten();
            if common::copy(code.as_str(), shown).await {
                label.try_set(copied.clone());
                desk.say(copied);
                desk.copied(code);
            } else {
                desk.say(selected);
            }
        });
    };
    let shown = el("code|class=code|part=code")
        .created(move |code| node.set_value(Some(code.clone().into())))
        .child(text);
    let button = el("button|type=button|class=button|part=button copy")
        .on("click", copy)
        .child(live(move || label.get()));
    el("div|class=voucher")
        .child(el("span|class=label|id=code-label").child(locale.text(Key::RedeemCode)))
        .child(shown)
        .child(button)
}

pub(super) fn refused(locale: &Locale, program: &ProgramView, code: &str, price: Points, desk: Desk) -> El {
    let refusal = Refusal::from_code(code);
    let words = &program.terminology;
    let again = (refusal == Some(Refusal::PriceChanged))
        .then(|| locale.say(Key::RedeemSubmit, &[("amount", &locale.amount(price, words))]));
    let sentence = locale.say(refusal_key(refusal), &[("words", &words.other)]);
    ending(locale, Key::RedeemRefused, vec![sentence], again, desk)
}

pub(super) fn failed(locale: &Locale, program: &ProgramView, failure: Failure, desk: Desk) -> El {
    let sentences = vec![
        locale.text(failure_key(failure)),
        locale.say(Key::RedeemAgain, &[("words", &program.terminology.other)]),
    ];
    ending(locale, Key::RedeemFailed, sentences, Some(locale.text(Key::Retry)), desk)
}

/// An end without a voucher, with a way to ask once more if that makes sense.
fn ending(locale: &Locale, key: Key, sentences: Vec<String>, again: Option<String>, desk: Desk) -> El {
    let again = again.map(|label| {
        el("button|type=button|class=button|part=button redeem")
            .on("click", move |_| desk.submit())
            .child(label)
    });
    let sentences = sentences.into_iter().map(|sentence| el("p").child(sentence));
    el("div|data-step=end")
        .child(title(locale, key))
        .child(el("div|class=print").each(sentences))
        .child(el("div|class=actions").child(close(locale, Key::Close, desk)).child(again))
}
