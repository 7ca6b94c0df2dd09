//! How a redemption ends: with a voucher, with a review, with a refusal, or nobody knows.

use leptos::{prelude::*, task::spawn_local};
use stampcard_model::{
    Points, Refusal, Timestamp, VoucherCode,
    api::{ProgramView, RedemptionView, RewardView, VoucherView},
};

use wasm_bindgen::JsCast;

use super::{
    art,
    redeem_dialog::{Desk, price_moved},
};
use crate::{
    Failure, Known, Locale, Outcome, RedeemState,
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

/// What came of asking.
pub(super) struct Ended<'a> {
    pub(super) redemption: &'a RedemptionView,
    /// What was redeemed, as far as the catalogue has it.
    pub(super) reward: Option<&'a RewardView>,
    pub(super) is_first: bool,
    /// How cancelling it goes, where that was asked for.
    pub(super) cancelling: Option<&'a Outcome>,
}

/// A voucher, a review by the shop, or neither any more.
pub(super) fn done(
    locale: &Locale,
    program: &ProgramView,
    ended: &Ended<'_>,
    known: &Known,
    desk: Desk,
) -> El {
    match (ended.cancelling, &ended.redemption.voucher) {
        (Some(Outcome::Done { points }), _) => cancelled(locale, program, *points, known, desk),
        (_, Some(issued)) => voucher(locale, program, ended, issued, desk),
        (_, None) => held(locale, program, ended, desk),
    }
}

/// What is said once, for those who do not see it happen.
pub(super) fn spoken(locale: &Locale, known: &Known) -> String {
    let words = known.program.value.as_ref().map(|program| program.terminology.other.as_str());
    let key = match &known.redeem {
        RedeemState::Refused { code, .. } if price_moved(code) => Some(Key::RefusalPriceChanged),
        RedeemState::Waiting { .. } => Some(Key::RedeemWaiting),
        RedeemState::Done { redemption, is_first } => match known.cancelling(&redemption.id) {
            Some(Outcome::Done { .. }) => Some(Key::RedeemCancelled),
            Some(Outcome::Refused { .. }) => Some(Key::RedeemNotCancelled),
            Some(Outcome::Failed(failure)) => Some(failure_key(*failure)),
            Some(Outcome::Sending) | None => is_first.then_some(Key::RedeemFirst),
        },
        RedeemState::Idle
        | RedeemState::Sending { .. }
        | RedeemState::Refused { .. }
        | RedeemState::Failed { .. } => None,
    };
    key.map(|key| locale.say(key, &[("words", words.unwrap_or_default())])).unwrap_or_default()
}

/// One line of a sum; a total is what matters.
pub(super) fn sum(label: String, amount: String, is_total: bool) -> El {
    el("div").attr_if(is_total, "class", "total").child(el("dt").child(label)).child(el("dd").child(amount))
}

/// The points are set aside, and there is nothing yet to show at a checkout.
fn held(locale: &Locale, program: &ProgramView, ended: &Ended<'_>, desk: Desk) -> El {
    let words = &program.terminology;
    let redemption = ended.redemption;
    let sums = [
        sum(locale.text(Key::RedeemHeldPoints), locale.amount(redemption.price, words), false),
        sum(locale.text(Key::RedeemBalanceAfter), locale.amount(redemption.balance_after, words), true),
    ];
    let hint = locale.say(Key::RedeemHeldHint, &[("words", &words.other)]);
    el("div|data-step=held")
        .child(title(locale, Key::RedeemHeld))
        .child(ended.reward.map(|reward| el("p|class=dialog-reward|dir=auto").child(reward.title.as_str())))
        .child(el("div|class=print").child(el("p").child(hint)))
        .child(el("dl|class=sums").each(sums))
        .child(el("div|class=actions").child(close(locale, Key::RedeemFinish, desk)))
        .child(undo(locale, program, ended, None, desk))
}

/// The points are back.
fn cancelled(locale: &Locale, program: &ProgramView, points: Points, known: &Known, desk: Desk) -> El {
    let words = &program.terminology;
    let hint = locale.say(Key::RedeemCancelledHint, &[("amount", &locale.amount(points, words))]);
    let balance =
        known.me.value.as_ref().map(|me| {
            sum(locale.text(Key::RedeemBalanceNow), locale.amount(me.balance.available, words), true)
        });
    el("div|data-step=cancelled")
        .child(title(locale, Key::RedeemCancelled))
        .child(el("div|class=print").child(el("p").child(hint)))
        .child(el("dl|class=sums").each(balance))
        .child(el("div|class=actions").child(close(locale, Key::Close, desk)))
}

fn voucher(
    locale: &Locale,
    program: &ProgramView,
    ended: &Ended<'_>,
    voucher: &VoucherView,
    desk: Desk,
) -> El {
    let Ended { redemption, reward, is_first, cancelling } = *ended;
    let paragraph = |sentence: String| el("p").child(sentence);
    let money = (voucher.money_minor > 0).then(|| {
        let money = locale.money(voucher.money_minor, &program.money);
        paragraph(locale.say(Key::RedeemMoneyHint, &[("money", &money)]))
    });
    let until = voucher.expires_at.map(|end| {
        let date = locale.last_day(end, &program.time_zone);
        paragraph(locale.say(Key::RedeemValidUntil, &[("date", &date)]))
    });
    let terms = (!voucher.terms.is_empty()).then(|| el("p|dir=auto").child(voucher.terms.as_str()));
    let hints = [Some(paragraph(locale.text(Key::RedeemHint))), money, until, terms];
    let after = locale.amount(redemption.balance_after, &program.terminology);
    let busy = cancelling == Some(&Outcome::Sending);
    let code_of = voucher.code.clone();
    let apply = desk.can_apply.get().then(|| {
        el("button|type=button|class=button|part=button apply")
            .attr_if(busy, "aria-disabled", "true")
            .on("click", move |_| {
                if !busy {
                    desk.apply(code_of.clone())
                }
            })
            .child(locale.text(Key::RedeemApply))
    });
    // What it is worth is in the title, unless the member chose it.
    let worth = reward.filter(|reward| reward.variable.is_some());
    let worth = worth.and_then(|_| art::value(locale, program, &voucher.kind));
    let named = match worth {
        Some(worth) => [&locale.apart(&voucher.title), " · ", &worth].concat(),
        None => locale.apart(&voucher.title),
    };
    el("div|data-step=voucher")
        .child(
            el("div|aria-hidden=true")
                .attr("class", if is_first { "triumph first" } else { "triumph" })
                .child(icon(shape::CHECK)),
        )
        .child(title(locale, Key::RedeemDone))
        .child(el("p|class=dialog-reward").child(named))
        .child(is_first.then(|| el("p|class=dialog-first").child(locale.text(Key::RedeemFirst))))
        .child(code(locale, voucher.code.clone(), desk))
        .child(el("div|class=print").each(hints.into_iter().flatten()))
        .child(el("dl|class=sums").child(sum(locale.text(Key::RedeemBalanceAfter), after, true)))
        .child(el("div|class=actions").child(close(locale, Key::RedeemFinish, desk)).child(apply))
        .child(undo(locale, program, ended, redemption.cancel_until, desk))
}

/// The way back, as long as there is one: asked for, and asked once more before anything happens.
fn undo(
    locale: &Locale,
    program: &ProgramView,
    ended: &Ended<'_>,
    until: Option<Timestamp>,
    desk: Desk,
) -> Option<El> {
    let Ended { redemption, cancelling, .. } = *ended;
    // What is under review can be given up at any time.
    if until.is_none() && redemption.voucher.is_some() {
        return None;
    }
    let amount = locale.amount(redemption.price, &program.terminology);
    let asks = desk.asks.get();
    let sentence = match (cancelling, until) {
        (Some(Outcome::Refused { .. }), _) => locale.text(Key::RedeemNotCancelled),
        (Some(Outcome::Failed(failure)), _) => locale.text(failure_key(*failure)),
        _ if asks => locale.say(Key::RedeemUndoAsk, &[("amount", &amount)]),
        (_, Some(until)) => {
            let date = locale.clock(until.as_millis() as f64);
            locale.say(Key::RedeemUndoUntil, &[("amount", &amount), ("date", &date)])
        }
        (_, None) => locale.say(Key::RedeemUndoHint, &[("amount", &amount)]),
    };
    let busy = cancelling == Some(&Outcome::Sending);
    let id = redemption.id.clone();
    let button = |class: &'static str, key: Key| {
        el("button|type=button|part=button cancel")
            .attr("class", class)
            .attr_if(busy, "aria-disabled", "true")
            .child(locale.text(key))
    };
    let ask = move |asks: bool| {
        if !busy {
            desk.asks.set(asks);
        }
    };
    let (first, second) = if matches!(cancelling, Some(Outcome::Refused { .. })) {
        (None, None)
    } else if asks {
        let (class, key) = match busy {
            true => ("button busy", Key::RedeemCancelling),
            false => ("button", Key::RedeemUndoConfirm),
        };
        let confirm = move |event| {
            if !busy && !is_second(&event) {
                desk.cancel(id.clone());
            }
        };
        let keep = button("button quiet", Key::RedeemUndoKeep).on("click", move |event| {
            if !is_second(&event) {
                ask(false);
            }
        });
        (Some(keep), Some(button(class, key).on("click", confirm)))
    } else {
        (Some(button("button quiet", Key::RedeemUndo).on("click", move |_| ask(true))), None)
    };
    let buttons = el("div|class=actions").child(first).child(second);
    Some(el("div|class=undo|part=undo").child(el("p|class=print").child(sentence)).child(buttons))
}

/// Whether it is the second click of a double one, which was meant for what stood there before: nobody is asked whether
/// they mean it and answers by accident.
fn is_second(event: &web_sys::Event) -> bool {
    event.dyn_ref::<web_sys::MouseEvent>().is_some_and(|click| click.detail() > 1)
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

pub(super) fn refused(locale: &Locale, program: &ProgramView, code: &str, desk: Desk) -> El {
    let key = refusal_key(Refusal::from_code(code));
    let sentence = locale.say(key, &[("words", &program.terminology.other)]);
    ending(locale, Key::RedeemRefused, vec![sentence], None, desk)
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
