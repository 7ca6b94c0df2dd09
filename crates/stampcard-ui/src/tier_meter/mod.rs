//! Where the member stands among the tiers.

use leptos::prelude::*;
use stampcard_model::api::{Me, ProgramView};

use crate::{I18n, Remote};

/// The tier, the way to the next one, what keeps it, and what each tier gives.
#[component]
pub fn TierMeter(
    /// The program, for its tiers, words and time zone.
    #[prop(into)]
    program: Signal<Remote<ProgramView>>,
    /// The member.
    #[prop(into)]
    me: Signal<Remote<Me>>,
    /// When the last known values were read, in milliseconds since 1970 UTC.
    #[prop(into)]
    as_of: Signal<Option<f64>>,
    /// The member asks to try again.
    on_retry: Callback<()>,
) -> impl IntoView {
    let i18n = I18n::current();
    view! {
        <section class="tier" on:click=move |_| on_retry.run(())>
            {move || i18n.get().tag().to_owned()}
            {move || me.with(|me| me.value.as_ref().map(|me| me.tier.qualifying.get()))}
            {move || program.with(|p| p.value.as_ref().map(|p| p.name.clone()))}
            {move || as_of.get().is_some()}
        </section>
    }
}
