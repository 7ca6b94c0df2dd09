//! What a member decides about their data, a copy of it, and its deletion.
//!
//! Parts: `list`, `card`, `title`, `text`, `retention`, `state`, `choice`, `export`, `leave`, `ask`, `button`, `do`,
//! `note`, `notice`, `retry`, `invite`, `hint`. Slots: `retention` (how long data is kept), `guest` (join and log-in
//! links), `empty`, `footer`.

mod leave;

use leptos::prelude::*;
use stampcard_model::api::{ConsentView, NewConsent, ProgramView, Purpose};

use crate::{
    Act, Deed, I18n, Known, Locale,
    common::{List, ListState, deed_button, deed_note, icon, shape},
    locale::Key,
    markup::{Drawing, El, el, live},
};

/// Whether anything may be chosen for the member alone; only there no decision means yes.
const PERSONALIZATION: &str = "personalization";
/// The version of our own text for it.
const PERSONAL_VERSION: &str = "1";
/// The most purposes that are shown.
const PURPOSES_MAX: usize = 20;

/// What a member decides about their data, and may have of it.
#[component]
pub fn Privacy(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// What the shop asks consents for.
    purposes: Memo<Vec<Purpose>>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let list = List {
        known,
        on_act,
        label: Key::PrivacyLabel,
        guest: Key::PrivacyGuest,
        empty: Key::PrivacyGuest,
        section: "section|class=list|part=list",
        skeleton: ("div|class=privacy skeleton|aria-hidden=true", 3),
        state: |known| match known.is_erased() {
            true => ListState::Shown(None),
            false => ListState::of(known, &known.consents, |_| false),
        },
        is_deed: |deed| matches!(deed, Deed::Decide { .. } | Deed::Export { .. } | Deed::Erase),
    };
    let desk = Desk { on_act, is_asked: RwSignal::new(false), is_sure: RwSignal::new(false) };
    let body = move || {
        let cards = live(move || {
            let locale = i18n.get();
            known.with(|known| {
                let program = known.program.value.as_deref()?;
                if known.is_erased() {
                    return Some(el("ul|class=privacy gone").child(leave::farewell(&locale)));
                }
                let decided = known.consents.value.as_deref()?;
                let asked = purposes.with(|asked| all(&locale, asked));
                let cards = asked.iter().map(|purpose| {
                    let decision = decided.iter().find(|decided| decided.purpose == purpose.purpose);
                    desk.purpose(&locale, program, known, purpose, decision)
                });
                Some(
                    el("ul|class=privacy")
                        .each(cards)
                        .child(desk.copy(&locale, program, known))
                        .child(desk.leave(&locale, program, known)),
                )
            })
        });
        el("div").child(cards)
    };
    list.draw(i18n, RwSignal::new(String::new()), Box::new(body), |_, _| None)
}

/// What the shop asks for and can be decided, and the program's own purpose unless the shop words it itself.
fn all(locale: &Locale, asked: &[Purpose]) -> Vec<Purpose> {
    let mut all: Vec<Purpose> =
        asked.iter().filter(|purpose| fits(purpose)).take(PURPOSES_MAX).cloned().collect();
    if !all.iter().any(|purpose| purpose.purpose == PERSONALIZATION) {
        all.push(Purpose {
            purpose: PERSONALIZATION.to_owned(),
            title: locale.text(Key::PrivacyPersonal),
            text: locale.text(Key::PrivacyPersonalText),
            version: PERSONAL_VERSION.to_owned(),
            retention: None,
        });
    }
    all
}

/// Whether the backend can keep a decision about it.
fn fits(purpose: &Purpose) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte);
    (1..=64).contains(&purpose.purpose.len())
        && purpose.purpose.bytes().all(is_word)
        && (1..=64).contains(&purpose.version.chars().count())
        && !purpose.version.contains(char::is_control)
        && (1..=2_000).contains(&purpose.text.chars().count())
        && !purpose.title.is_empty()
}

/// Where a member decides.
#[derive(Clone, Copy)]
struct Desk {
    on_act: Callback<Act>,
    /// Whether the member is asked about the deletion.
    is_asked: RwSignal<bool>,
    /// Whether they know what it means.
    is_sure: RwSignal<bool>,
}

impl Desk {
    /// A purpose: its text, what was decided, and two buttons of one kind.
    fn purpose(
        self,
        locale: &Locale,
        program: &ProgramView,
        known: &Known,
        purpose: &Purpose,
        decision: Option<&ConsentView>,
    ) -> El {
        let is_ours = purpose.purpose == PERSONALIZATION;
        let is_older = decision.is_some_and(|decided| decided.granted && decided.version != purpose.version);
        let date = decision.map(|decided| locale.day(decided.decided_at, &program.time_zone));
        let date = [("date", date.as_deref().unwrap_or_default())];
        let state = match decision {
            None if is_ours => locale.text(Key::PrivacyAlways),
            None => locale.text(Key::PrivacyUndecided),
            Some(_) if is_older => locale.say(Key::PrivacyOlder, &date),
            Some(ConsentView { granted: true, .. }) => locale.say(Key::PrivacyGiven, &date),
            Some(ConsentView { granted: false, .. }) => locale.say(Key::PrivacyDeclined, &date),
        };
        let chosen =
            decision.filter(|_| !is_older).map(|decided| decided.granted).or(is_ours.then_some(true));
        let choices = [(true, Key::PrivacyYes), (false, Key::PrivacyNo)].map(|(granted, word)| {
            let consent = NewConsent {
                purpose: purpose.purpose.clone(),
                granted,
                version: purpose.version.clone(),
                text: purpose.text.clone(),
                locale: locale.tag().to_owned(),
            };
            let word = locale.text(word);
            let name = locale.say(Key::VoucherNamed, &[("what", &word), ("title", &purpose.title)]);
            let is_chosen = chosen == Some(granted);
            deed_button(known, "button quiet", word, name, Deed::Decide { consent }, self.on_act)
                .attr("aria-pressed", if is_chosen { "true" } else { "false" })
        });
        let is_mine =
            |deed: &Deed| matches!(deed, Deed::Decide { consent } if consent.purpose == purpose.purpose);
        let version = locale.say(Key::PrivacyVersion, &[("version", &purpose.version)]);
        let retention = purpose.retention.as_deref().map(|words| {
            el("p|class=when|part=retention").child(icon(shape::CLOCK)).child(locale.apart(words))
        });
        el("li|class=way|part=card|tabindex=-1").child(
            el("div|class=sheet")
                .child(el("h3|class=title|part=title|dir=auto").child(purpose.title.as_str()))
                .child(el("p|class=wording|part=text|dir=auto").child(purpose.text.as_str()))
                .child(retention)
                .child(el("p|class=when|part=state").child([version, state].join(" · ")))
                .child(
                    el("div|class=choice|part=choice|role=group")
                        .attr("aria-label", purpose.title.clone())
                        .each(choices),
                )
                .child(deed_note(locale, &program.terminology, known, is_mine)),
        )
    }

    /// The copy, in two forms.
    fn copy(self, locale: &Locale, program: &ProgramView, known: &Known) -> El {
        let buttons = [(false, Key::PrivacyJson), (true, Key::PrivacyCsv)].map(|(is_table, label)| {
            let label = locale.text(label);
            deed_button(known, "button quiet", label.clone(), label, Deed::Export { is_table }, self.on_act)
        });
        let is_mine = |deed: &Deed| matches!(deed, Deed::Export { .. });
        el("li|class=way|part=card export|tabindex=-1").child(
            el("div|class=sheet")
                .child(el("h3|class=title|part=title").child(locale.text(Key::PrivacyData)))
                .child(
                    el("p|class=wording")
                        .child(el("slot|name=retention").child(locale.text(Key::PrivacyKept))),
                )
                .child(el("div|class=choice").each(buttons))
                .child(deed_note(locale, &program.terminology, known, is_mine)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_that_no_backend_keeps_is_not_asked_for() {
        let good = Purpose {
            purpose: "marketing_email".to_owned(),
            title: "News".to_owned(),
            text: "May we write?".to_owned(),
            version: "3".to_owned(),
            retention: None,
        };
        assert!(fits(&good));
        let text = |text: &str| Purpose { text: text.to_owned(), ..good.clone() };
        let purpose = |purpose: &str| Purpose { purpose: purpose.to_owned(), ..good.clone() };
        let version = |version: &str| Purpose { version: version.to_owned(), ..good.clone() };
        for bad in [
            text(""),
            text(&"x".repeat(2_001)),
            purpose(""),
            purpose("News!"),
            purpose(&"x".repeat(65)),
            version(""),
            version("a\nb"),
            Purpose { title: String::new(), ..good.clone() },
        ] {
            assert!(!fits(&bad), "{bad:?}");
        }
    }
}
