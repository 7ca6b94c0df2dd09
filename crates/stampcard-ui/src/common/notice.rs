//! Sentences for what could not be had, each with a way to try again.

use leptos::prelude::*;

use crate::{
    Act, Failure, Locale,
    locale::Key,
    markup::{El, el},
};

/// What stands in place of a value that could not be had.
pub(crate) fn failure(locale: &Locale, failure: Failure, on_act: Callback<Act>) -> El {
    notice(locale, locale.text(failure_key(failure)), failure, on_act)
}

/// What stands beside a stale value.
pub(crate) fn stale(locale: &Locale, failure: Failure, as_of: Option<f64>, on_act: Callback<Act>) -> El {
    let mut sentence = locale.text(failure_key(failure));
    if let Some(at_ms) = as_of {
        sentence.push(' ');
        sentence.push_str(&locale.say(Key::Stale, &[("time", &locale.clock(at_ms))]));
    }
    notice(locale, sentence, failure, on_act)
}

fn notice(locale: &Locale, sentence: String, failure: Failure, on_act: Callback<Act>) -> El {
    let login = (failure == Failure::Unauthorized).then(|| el("slot|name=guest"));
    let retry = el("button|type=button|class=button quiet|part=button retry")
        .on("click", move |_| on_act.run(Act::Retry))
        .child(locale.text(Key::Retry));
    el("div|class=notice|part=notice").child(el("p").child(sentence)).child(login).child(retry)
}

/// The sentence for a failure.
pub(crate) const fn failure_key(failure: Failure) -> Key {
    match failure {
        Failure::Offline => Key::FailureOffline,
        Failure::Unauthorized => Key::FailureUnauthorized,
        Failure::Unavailable => Key::FailureUnavailable,
        Failure::Malformed => Key::FailureMalformed,
    }
}
