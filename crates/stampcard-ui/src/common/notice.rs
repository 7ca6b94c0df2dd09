//! Sentences for what could not be had, each with a way to try again.

use leptos::prelude::*;

use crate::{Failure, Locale, locale::Key};

/// What stands in place of a value that could not be had.
pub(crate) fn failure(locale: &Locale, failure: Failure, on_retry: Callback<()>) -> AnyView {
    notice(locale, locale.text(failure_key(failure)), failure, on_retry)
}

/// What stands beside a stale value.
pub(crate) fn stale(
    locale: &Locale,
    failure: Failure,
    as_of: Option<f64>,
    on_retry: Callback<()>,
) -> AnyView {
    let mut sentence = locale.text(failure_key(failure));
    if let Some(at_ms) = as_of {
        sentence.push(' ');
        sentence.push_str(&locale.say(Key::Stale, &[("time", &locale.clock(at_ms))]));
    }
    notice(locale, sentence, failure, on_retry)
}

fn notice(locale: &Locale, sentence: String, failure: Failure, on_retry: Callback<()>) -> AnyView {
    let login = (failure == Failure::Unauthorized).then(|| view! { <slot name="guest"></slot> });
    view! {
        <div class="notice" part="notice">
            <p>{sentence}</p>
            {login}
            <button type="button" class="button quiet" part="button retry" on:click=move |_| on_retry.run(())>
                {locale.text(Key::Retry)}
            </button>
        </div>
    }
    .into_any()
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
