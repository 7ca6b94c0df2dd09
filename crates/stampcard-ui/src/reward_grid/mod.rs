//! The redemption catalogue and the way from a card to a voucher.

use leptos::prelude::*;
use stampcard_model::{
    Points, RewardId, VoucherCode,
    api::{Me, ProgramView},
};

use crate::{CatalogItem, I18n, RedeemState, Remote};

/// The rewards of the program: what they cost, which the member can have, and the way to redeem one.
#[component]
pub fn RewardGrid(
    /// The program, for its words, money, tiers and time zone.
    #[prop(into)]
    program: Signal<Remote<ProgramView>>,
    /// The member, for the balance.
    #[prop(into)]
    me: Signal<Remote<Me>>,
    /// The rewards in the program's order.
    #[prop(into)]
    items: Signal<Remote<Vec<CatalogItem>>>,
    /// When the last known values were read, in milliseconds since 1970 UTC.
    #[prop(into)]
    as_of: Signal<Option<f64>>,
    /// Where the redemption under way is.
    #[prop(into)]
    redeem: Signal<RedeemState>,
    /// The member confirmed to redeem this reward for this price, or asks to try that again.
    on_redeem: Callback<(RewardId, Points)>,
    /// The member has seen the end of the redemption; it may be forgotten.
    on_dismiss: Callback<()>,
    /// The member copied a voucher's code.
    on_copied: Callback<VoucherCode>,
    /// The member asks to try again.
    on_retry: Callback<()>,
) -> impl IntoView {
    let i18n = I18n::current();
    let _ = (me, as_of, redeem, on_redeem, on_dismiss, on_copied);
    view! {
        <section class="rewards" on:click=move |_| on_retry.run(())>
            {move || i18n.get().tag().to_owned()}
            {move || items.with(|items| items.value.as_ref().map(Vec::len))}
            {move || program.with(|p| p.value.as_ref().map(|p| p.name.clone()))}
        </section>
    }
}
