//! The one live region of a component.

use leptos::prelude::*;

/// A sentence for each change of `value` from one known value to another; nothing for the first one.
pub(crate) fn announce<T>(
    value: Memo<Option<T>>,
    sentence: impl Fn(T) -> Option<String> + 'static,
) -> RwSignal<String>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let said = RwSignal::new(String::new());
    Effect::new(move |before: Option<Option<T>>| {
        let now = value.get();
        let known_before = before.flatten();
        if let (Some(before), Some(now)) = (&known_before, &now)
            && before != now
        {
            said.set(untrack(|| sentence(now.clone())).unwrap_or_default());
        }
        now.or(known_before)
    });
    said
}

/// The live region that says `sentence` whenever it changes.
pub(crate) fn status(sentence: RwSignal<String>) -> impl IntoView {
    view! { <p class="unseen" role="status">{sentence}</p> }
}
