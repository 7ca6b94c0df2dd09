//! The one live region of a component.

use leptos::prelude::*;

use super::each_time;
use crate::markup::{Markup, el, live};

/// A sentence for each change of a value from one known value to another; nothing for the first one.
pub(crate) fn announce<T: PartialEq + 'static>(
    value: impl Fn() -> Option<T> + 'static,
    sentence: impl Fn(&T) -> Option<String> + 'static,
) -> RwSignal<String> {
    let said = RwSignal::new(String::new());
    let mut before = None;
    each_time(move || {
        let Some(now) = value() else { return };
        if before.as_ref().is_some_and(|before| *before != now) {
            said.set(untrack(|| sentence(&now)).unwrap_or_default());
        }
        before = Some(now);
    });
    said
}

/// The live region that says `sentence` whenever it changes.
pub(crate) fn status(sentence: RwSignal<String>) -> Markup {
    el("p|class=unseen|role=status").child(live(move || sentence.get())).into()
}
