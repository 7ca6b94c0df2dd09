//! The sections of a panel: which there are, for whom, and in which order.

use stampcard_model::api::{EarnView, ProgramView};

use super::{Told, is_member};
use crate::{
    Known, Locale, Phase,
    common::shape,
    locale::Key,
    markup::{El, el},
};

/// A section: an element, with its name and its icon.
#[derive(Clone, Copy)]
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) icon: &'static str,
    label: Key,
    /// The element.
    pub(super) sketch: &'static str,
    is_there: fn(&Known, &Told<'_>) -> bool,
}

/// All of them, in the order that a page gets which names none.
const SECTIONS: [Section; 9] = [
    Section {
        name: "rewards",
        icon: shape::PRESENT,
        label: Key::RewardsLabel,
        sketch: "stampcard-rewards|class=inside|part=section",
        is_there: |_, _| true,
    },
    Section {
        name: "vouchers",
        icon: shape::TICKET,
        label: Key::VouchersLabel,
        sketch: "stampcard-vouchers|class=inside|part=section",
        is_there: |known, _| is_member(known),
    },
    Section {
        name: "offers",
        icon: shape::TAG,
        label: Key::OffersLabel,
        sketch: "stampcard-offers|class=inside|part=section",
        is_there: |known, _| {
            let is_none = known.offers.value.as_ref().is_some_and(|offers| offers.is_empty());
            is_member(known) && !is_none
        },
    },
    Section {
        name: "earn",
        icon: shape::SPARKS,
        label: Key::EarnLabel,
        sketch: "stampcard-earn|class=inside|part=section",
        is_there: |known, _| has(known, |program| !program.earn_rules.is_empty()),
    },
    Section {
        name: "tier",
        icon: shape::STAMP,
        label: Key::TierLabelGuest,
        sketch: "stampcard-tier|class=inside|part=section",
        is_there: |known, _| has(known, |program| !program.tiers.is_empty()),
    },
    Section {
        name: "referral",
        icon: shape::FRIENDS,
        label: Key::ReferralLabel,
        sketch: "stampcard-referral|class=inside|part=section",
        is_there: |known, _| is_member(known) && has(known, invites),
    },
    Section {
        name: "feedback",
        icon: shape::PEN,
        label: Key::FeedbackLabel,
        sketch: "stampcard-feedback|class=inside|part=section",
        is_there: |known, told| is_member(known) && !told.survey.is_empty(),
    },
    Section {
        name: "activity",
        icon: shape::CLOCK,
        label: Key::ActivityLabel,
        sketch: "stampcard-activity|class=inside|part=section",
        is_there: |known, _| is_member(known),
    },
    Section {
        name: "privacy",
        icon: shape::LOCK,
        label: Key::PrivacyLabel,
        sketch: "stampcard-privacy|class=inside|part=section",
        // Whoever has just been forgotten reads so there.
        is_there: |known, _| is_member(known) || known.is_erased(),
    },
];

impl Section {
    pub(super) fn title(self, locale: &Locale, program: Option<&ProgramView>) -> String {
        let words = program.map(|program| program.terminology.other.as_str());
        locale.say(self.label, &[("words", words.unwrap_or_default())])
    }
}

/// Those that there are now, in the page's order.
pub(super) fn sections(known: &Known, told: &Told<'_>) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let mut add = |section: &Section| {
        if (section.is_there)(known, told) && !found.iter().any(|other| other.name == section.name) {
            found.push(*section);
        }
    };
    if told.wanted.trim().is_empty() {
        SECTIONS.iter().for_each(add);
    } else {
        let wanted = told.wanted.split_ascii_whitespace();
        wanted.filter_map(named).for_each(&mut add);
    }
    found
}

/// The one that is open; none at home, and for one that is not there.
pub(super) fn open(known: &Known, told: &Told<'_>) -> Option<Section> {
    let section = named(told.section)?;
    let has_begun = known.program.value.is_some() || known.program.phase != Phase::Loading;
    let is_there = sections(known, told).iter().any(|there| there.name == section.name);
    // While nobody knows what there is, nothing is taken away that a link has asked for.
    (is_there || !has_begun).then_some(*section)
}

fn named(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}

/// The element of a section, with what the page puts into it.
pub(super) fn view(section: Section, locale: &Locale, known: &Known, told: &Told<'_>) -> El {
    let asks = told.has_question && section.name == "feedback";
    let question = asks.then(|| el("slot|name=question|slot=question"));
    el(section.sketch).child(links(locale, known, told)).child(question)
}

/// The ways to become a member, for an element's slot; the page's own content comes first.
pub(super) fn links(locale: &Locale, known: &Known, told: &Told<'_>) -> Option<El> {
    if is_member(known) {
        return None;
    }
    let [join, login] = told.links;
    let link = |sketch: &'static str, href: &str, label: Key| {
        (!href.is_empty()).then(|| el(sketch).attr("href", href.to_owned()).child(locale.text(label)))
    };
    let slot = el("slot|name=guest")
        .child(link("a|class=button|part=button link", join, Key::PanelJoin))
        .child(link("a|class=button quiet|part=button link", login, Key::PanelLogin));
    Some(el("div|class=links|slot=guest").child(slot))
}

fn has(known: &Known, what: fn(&ProgramView) -> bool) -> bool {
    known.program.value.as_deref().is_some_and(what)
}

/// Whether a program rewards invitations.
fn invites(program: &ProgramView) -> bool {
    program.earn_rules.iter().any(|rule| matches!(rule.earn, EarnView::Referral { .. }))
}

#[cfg(test)]
mod tests {
    use stampcard_model::api::OfferView;

    use super::*;
    use crate::Remote;

    fn check(known: &Known, text: &str, expected: &[&str]) {
        let names: Vec<&str> =
            sections(known, &Told::read(text)).iter().map(|section| section.name).collect();
        assert_eq!(names, expected, "{text:?}");
    }

    #[test]
    fn a_visitor_has_what_is_for_visitors_and_a_member_all() {
        let member = Known::loading();
        check(&member, "", &["rewards", "vouchers", "offers", "activity", "privacy"]);
        check(&member, "\n\ntins", &["rewards", "vouchers", "offers", "feedback", "activity", "privacy"]);
        let none: Remote<Vec<OfferView>> = Remote::ready(Vec::new());
        check(&Known { offers: none, ..member }, "", &["rewards", "vouchers", "activity", "privacy"]);
        check(&Known { me: Remote::guest(), ..Known::loading() }, "\n\ntins", &["rewards"]);
    }

    #[test]
    fn a_page_chooses_the_order_and_nothing_comes_twice_or_from_nowhere() {
        check(&Known::loading(), "\nprivacy rewards  nothing privacy", &["privacy", "rewards"]);
        check(&Known::loading(), "\nnothing", &[]);
    }

    #[test]
    fn what_a_link_asks_for_stays_open_until_it_is_known_not_to_be_there() {
        let name = |known: &Known, text: &str| open(known, &Told::read(text)).map(|section| section.name);
        assert_eq!(name(&Known::loading(), "referral"), Some("referral"));
        assert_eq!(name(&Known::loading(), "nothing"), None);
        assert_eq!(name(&Known::loading(), ""), None);
        let failed = Known { program: Remote::loading().failed(crate::Failure::Offline), ..Known::loading() };
        assert_eq!(name(&failed, "referral"), None);
        assert_eq!(name(&failed, "vouchers"), Some("vouchers"));
    }
}
