//! The member's balance, as a card or as a pill for a header.

use leptos::prelude::*;
use stampcard_model::api::{Me, ProgramView};

use crate::{I18n, Remote};

/// What the member has: available, pending, and what expires next.
#[component]
pub fn BalanceCard(
    /// The program, for its words and its time zone.
    #[prop(into)]
    program: Signal<Remote<ProgramView>>,
    /// The member.
    #[prop(into)]
    me: Signal<Remote<Me>>,
    /// When the last known values were read, in milliseconds since 1970 UTC.
    #[prop(into)]
    as_of: Signal<Option<f64>>,
    /// Whether to draw a pill for a header instead of a card.
    #[prop(into, optional)]
    compact: Signal<bool>,
    /// The member asks to try again.
    on_retry: Callback<()>,
) -> impl IntoView {
    let i18n = I18n::current();
    view! {
        <section class="balance" on:click=move |_| on_retry.run(())>
            {move || i18n.get().tag().to_owned()}
            {move || me.with(|me| me.value.as_ref().map(|me| me.balance.available.get()))}
            {move || program.with(|p| p.value.as_ref().map(|p| p.terminology.other.clone()))}
            {move || as_of.get().is_some() || compact.get()}
        </section>
    }
}
