//! How a deed goes, in words and in its button.

use leptos::prelude::*;
use stampcard_model::{Points, Refusal, Terminology};

use super::failure_key;
use crate::{
    Act, Deed, Known, Locale, Outcome,
    locale::Key,
    markup::{El, el},
};

/// What is said of a deed.
pub(crate) fn deed_sentence(locale: &Locale, words: &Terminology, deed: &Deed, outcome: &Outcome) -> String {
    let given = |points: Points, key: Key, none: Key| match points.is_zero() {
        true => locale.text(none),
        false => locale.say(key, &[("amount", &locale.amount(points, words))]),
    };
    match (outcome, deed) {
        (Outcome::Sending, _) => locale.text(Key::DeedSending),
        (Outcome::Done { points }, Deed::Cancel { .. }) => {
            given(*points, Key::DeedCancelled, Key::VoucherCancelled)
        }
        (Outcome::Done { points }, Deed::Activate { .. }) => {
            given(*points, Key::DeedClaimed, Key::DeedActivated)
        }
        (Outcome::Done { points }, Deed::Claim { .. }) => given(*points, Key::DeedClaimed, Key::DeedDone),
        (Outcome::Done { points }, Deed::Tell { .. }) => {
            given(*points, Key::DeedClaimed, Key::FeedbackThanks)
        }
        (Outcome::Done { .. }, Deed::Decide { .. }) => locale.text(Key::PrivacySaved),
        (Outcome::Done { .. }, Deed::Export { .. }) => locale.text(Key::PrivacyReady),
        (Outcome::Done { .. }, Deed::Erase) => locale.text(Key::PrivacyGone),
        (Outcome::Refused { code }, _) => locale.text(refusal_key(Refusal::from_code(code))),
        (Outcome::Failed(failure), _) => {
            [locale.text(failure_key(*failure)), locale.text(Key::DeedAgain)].join(" ")
        }
    }
}

/// What stands at the thing that a deed was about, once it is answered.
pub(crate) fn deed_note(
    locale: &Locale,
    words: &Terminology,
    known: &Known,
    is_mine: impl Fn(&Deed) -> bool,
) -> Option<El> {
    let (deed, outcome) = known.deed.as_ref().filter(|(deed, _)| is_mine(deed))?;
    let class = match outcome {
        Outcome::Sending => return None,
        Outcome::Done { .. } => "note",
        Outcome::Refused { .. } | Outcome::Failed(_) => "note trouble",
    };
    let sentence = deed_sentence(locale, words, deed, outcome);
    Some(el("p|part=note").attr("class", class).child(sentence))
}

/// A button that does something; while it is under way it says so and does nothing.
pub(crate) fn deed_button(
    known: &Known,
    class: &'static str,
    label: String,
    name: String,
    deed: Deed,
    on_act: Callback<Act>,
) -> El {
    let is_busy = matches!(&known.deed, Some((doing, Outcome::Sending)) if *doing == deed);
    let is_off = known.is_doing();
    el("button|type=button|part=button do")
        .attr("class", if is_busy { "button busy" } else { class })
        .attr("aria-label", name)
        .attr_if(is_off, "aria-disabled", "true")
        .attr_if(is_busy, "aria-busy", "true")
        .on("click", move |_| {
            if !is_off {
                on_act.run(Act::Do(deed.clone()));
            }
        })
        .child(label)
}

/// The sentence for a refusal of a deed; one for all that a member cannot meet here or that this version has not heard
/// of.
pub(crate) const fn refusal_key(refusal: Option<Refusal>) -> Key {
    match refusal {
        Some(Refusal::OfferCodeWrong) => Key::DeedCodeWrong,
        Some(Refusal::CancellationClosed) => Key::DeedTooLate,
        Some(Refusal::VoucherUsed) => Key::DeedVoucherUsed,
        Some(Refusal::VoucherExpired) => Key::DeedVoucherExpired,
        Some(
            Refusal::OfferAlreadyActivated
            | Refusal::ActivityAlreadyBooked
            | Refusal::RedemptionAlreadyCancelled
            | Refusal::FeedbackAlreadyGiven,
        ) => Key::DeedAlready,
        Some(Refusal::NotOpen | Refusal::OfferNotFound | Refusal::ActivityNotFound) => Key::DeedNotOpen,
        Some(Refusal::NotEligible | Refusal::TierRequired) => Key::DeedNotEligible,
        Some(Refusal::ConsentRequired) => Key::DeedConsent,
        Some(Refusal::EarnLimitReached | Refusal::PeriodCapReached | Refusal::MemberLimitReached) => {
            Key::DeedLimit
        }
        Some(
            Refusal::MemberNotFound
            | Refusal::RewardNotFound
            | Refusal::OutOfStock
            | Refusal::PriceChanged
            | Refusal::InsufficientPoints
            | Refusal::CooldownActive
            | Refusal::RedeemedTooOften
            | Refusal::OrderNotFound
            | Refusal::ReferralNotFound
            | Refusal::RedemptionNotFound
            | Refusal::VoucherNotFound
            | Refusal::OrderAlreadyBooked
            | Refusal::ReferralAlreadyBooked
            | Refusal::OrderAlreadyRefunded
            | Refusal::AlreadyReversed
            | Refusal::ReturnExceedsOrder
            | Refusal::OrderLinesUnknown
            | Refusal::MoneyMismatch
            | Refusal::RedemptionNotHeld
            | Refusal::OrderTooSmall
            | Refusal::PriceNotOffered
            | Refusal::PointsOutOfRange
            | Refusal::BirthdayAlreadyTold
            | Refusal::AlreadyReferred
            | Refusal::WebhookNotFound
            | Refusal::TooManyWebhooks
            | Refusal::MessageNotFound
            | Refusal::WebhookDisabled,
        )
        | None => Key::DeedRefused,
    }
}
