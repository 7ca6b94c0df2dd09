//! The picture of a reward, or a seal drawn from its kind.

use leptos::prelude::event_target;
use stampcard_model::{
    RewardKind,
    api::{ProgramView, RewardView},
};

use crate::{
    Locale,
    common::{icon, kind_icon},
    markup::{El, el},
};

/// The seal shows until the picture has been loaded, which may be never.
pub(super) fn view(locale: &Locale, program: &ProgramView, reward: &RewardView) -> El {
    let value = value(locale, program, &reward.kind);
    let class = if value.is_some() { "seal solid" } else { "seal" };
    let seal = match value {
        Some(value) => el("span|class=value").child(value),
        None => icon(kind_icon(&reward.kind)),
    };
    let picture = reward.image_url.clone().filter(|url| is_picture_url(url)).map(|url| {
        el("img|alt=|loading=lazy|decoding=async|referrerpolicy=no-referrer")
            .on("load", loaded)
            .attr("src", url)
    });
    el("div|class=art|part=image|aria-hidden=true")
        .child(el("span").attr("class", class).child(seal))
        .child(picture)
}

/// What a reward is worth, where that is a number.
pub(super) fn value(locale: &Locale, program: &ProgramView, kind: &RewardKind) -> Option<String> {
    match kind {
        RewardKind::Discount { amount_minor }
        | RewardKind::GiftCard { amount_minor }
        | RewardKind::StoreCredit { amount_minor }
        | RewardKind::CashPayout { amount_minor }
        | RewardKind::Donation { amount_minor } => Some(locale.money(*amount_minor, &program.money)),
        RewardKind::PercentageDiscount { share } => Some(locale.percent(share.0)),
        RewardKind::FreeShipping
        | RewardKind::Product { .. }
        | RewardKind::Service
        | RewardKind::BusinessService
        | RewardKind::Experience
        | RewardKind::Custom
        | RewardKind::Unrecognized => None,
    }
}

fn loaded(event: web_sys::Event) {
    // What is not known to be loaded is not shown.
    let _ = event_target::<web_sys::Element>(&event).class_list().add_1("loaded");
}

/// Whether a picture may be asked for: over `https`, or from the page's own origin.
fn is_picture_url(url: &str) -> bool {
    let own = url.starts_with('/') && !url.starts_with("//") && !url.contains('\\');
    own || url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_comes_over_https_or_from_the_page_itself() {
        for good in ["https://shop.example/a.png", "/images/a.svg"] {
            assert!(is_picture_url(good), "{good}");
        }
        for bad in [
            "",
            "//evil.example/a",
            "/\\evil.example",
            "http://a/b",
            "javascript:1",
            "data:image/png,",
            "a.png",
        ] {
            assert!(!is_picture_url(bad), "{bad}");
        }
    }
}
