//! What each tier gives, folded away until the member asks.

use leptos::prelude::*;
use stampcard_model::{
    TierId,
    api::{ProgramView, TierView},
};

use super::measured;
use crate::{
    Locale,
    common::{benefit_icon, icon, shape},
    locale::Key,
};

/// A list of the tiers; the member's own is marked.
pub(super) fn view(locale: &Locale, program: &ProgramView, here: Option<&TierId>) -> AnyView {
    let tiers = program.tiers.iter().map(|tier| row(locale, program, tier, here == Some(&tier.id)));
    view! {
        <details class="benefits" part="benefits">
            <summary part="summary">{locale.text(Key::TierBenefits)}{icon(shape::CHEVRON)}</summary>
            <ul class="tiers">{tiers.collect_view()}</ul>
        </details>
    }
    .into_any()
}

fn row(locale: &Locale, program: &ProgramView, tier: &TierView, here: bool) -> AnyView {
    let from = match tier.threshold.is_zero() {
        true => locale.text(Key::TierFromStart),
        false => locale.say(Key::TierFrom, &[("amount", &measured(locale, program, tier.threshold))]),
    };
    let benefits = tier.benefits.iter().map(|benefit| {
        view! { <li part="benefit">{icon(benefit_icon(benefit.kind))}<span>{benefit.title.clone()}</span></li> }
    });
    let none = tier.benefits.is_empty().then(|| locale.text(Key::TierBenefitsNone));
    let mark = here.then(|| view! { <span class="here-mark">{locale.text(Key::TierCurrent)}</span> });
    view! {
        <li class=if here { "here" } else { "" } aria-current=here.then_some("true") part="tier">
            <p class="tier-head"><strong part="tier-name">{tier.name.clone()}</strong><span class="from">{from}</span>{mark}</p>
            {none}
            <ul>{benefits.collect_view()}</ul>
        </li>
    }
    .into_any()
}
