//! What each tier gives, folded away until the member asks.

use stampcard_model::{
    TierId,
    api::{ProgramView, TierView},
};

use super::measured;
use crate::{
    Locale,
    common::{benefit_icon, icon, shape},
    locale::Key,
    markup::{El, el},
};

/// A list of the tiers; the member's own is marked.
pub(super) fn view(locale: &Locale, program: &ProgramView, here: Option<&TierId>) -> El {
    let tiers = program.tiers.iter().map(|tier| row(locale, program, tier, here == Some(&tier.id)));
    let summary =
        el("summary|part=summary").child(locale.text(Key::TierBenefits)).child(icon(shape::CHEVRON));
    el("details|class=benefits|part=benefits").child(summary).child(el("ul|class=tiers").each(tiers))
}

fn row(locale: &Locale, program: &ProgramView, tier: &TierView, here: bool) -> El {
    let from = match tier.threshold.is_zero() {
        true => locale.text(Key::TierFromStart),
        false => locale.say(Key::TierFrom, &[("amount", &measured(locale, program, tier.threshold))]),
    };
    let benefits = tier.benefits.iter().map(|benefit| {
        let title = el("span|dir=auto").child(benefit.title.as_str());
        el("li|part=benefit").child(icon(benefit_icon(benefit.kind))).child(title)
    });
    let none = if tier.benefits.is_empty() { locale.text(Key::TierBenefitsNone) } else { String::new() };
    let mark = here.then(|| el("span|class=here-mark").child(locale.text(Key::TierCurrent)));
    let head = el("p|class=tier-head")
        .child(el("strong|part=tier-name").child(el("bdi").child(tier.name.as_str())))
        .child(el("span|class=from").child(from))
        .child(mark);
    el("li|part=tier")
        .attr("class", if here { "here" } else { "" })
        .attr_if(here, "aria-current", "true")
        .child(head)
        .child(none)
        .child(el("ul").each(benefits))
}
