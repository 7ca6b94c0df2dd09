//! The offers for this member: what each gives, until when, and how to take it up.
//!
//! Parts: `list`, `offers`, `offer`, `gives`, `title`, `description`, `date`, `state`, `code`, `button`, `do`, `note`,
//! `notice`, `retry`, `invite`, `hint`. Slots: `guest` (join and log-in links), `empty` (when there are none),
//! `footer`.

use std::sync::Arc;

use leptos::prelude::*;
use stampcard_model::{
    OfferId, Refusal, VoucherCode,
    api::{OfferGivesView, OfferState, OfferView, ProgramView},
};
use wasm_bindgen::JsCast;

use crate::{
    Act, Deed, I18n, Known, Locale,
    common::{Card, List, ListState, deed_button, deed_note, icon, refusal_key, shape},
    locale::Key,
    markup::{Drawing, El, el},
};

/// The offers, and the way to take one up.
#[component]
pub fn OfferList(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let list = List {
        known,
        on_act,
        label: Key::OffersLabel,
        guest: Key::OffersGuest,
        empty: Key::OffersEmpty,
        section: "section|class=list|part=list",
        skeleton: ("div|class=offers skeleton|aria-hidden=true", 2),
        state: |known| {
            ListState::of(known, &known.offers, |offers: &Vec<OfferView>| {
                offers.iter().all(|offer| offer.gives == OfferGivesView::Unrecognized)
            })
        },
        is_deed: |deed| matches!(deed, Deed::Activate { .. }),
    };
    let said = RwSignal::new(String::new());
    // The offer whose code was none.
    let odd = RwSignal::new(None);
    let card: Card = Arc::new(move |locale, program, known, id| {
        let offer = listed(known).iter().find(|offer| offer.id.as_str() == id)?;
        Some(Counter { locale, program, known, on_act, odd, said }.view(offer))
    });
    let owner = Owner::current().unwrap_or_default();
    let body = move || {
        let card = card.clone();
        let rows = move || list.rows(i18n, "li|class=offer|part=offer|tabindex=-1", known.with(ids), &card);
        el("ul|class=offers|part=offers").rows(owner.clone(), rows)
    };
    list.draw(i18n, said, Box::new(body), |_, _| None)
}

fn listed(known: &Known) -> &[OfferView] {
    known.offers.value.as_ref().map(|offers| offers.as_slice()).unwrap_or_default()
}

/// Those that this version can put into words.
fn ids(known: &Known) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for offer in listed(known).iter().filter(|offer| offer.gives != OfferGivesView::Unrecognized) {
        ids.push(offer.id.as_str().to_owned());
    }
    ids
}

/// What an offer is drawn with.
#[derive(Clone, Copy)]
struct Counter<'a> {
    locale: &'a Locale,
    program: &'a ProgramView,
    known: &'a Known,
    on_act: Callback<Act>,
    odd: RwSignal<Option<OfferId>>,
    said: RwSignal<String>,
}

impl Counter<'_> {
    fn view(self, offer: &OfferView) -> El {
        let Self { locale, program, known, .. } = self;
        let (worth, sentence) = self.gives(&offer.gives);
        let is_used = offer.state == OfferState::Used;
        let class = match offer.state {
            OfferState::Used => "coupon used",
            OfferState::Active => "coupon active",
            OfferState::Open | OfferState::Unrecognized => "coupon",
        };
        let description = (!offer.description.is_empty())
            .then(|| el("p|class=description|part=description|dir=auto").child(offer.description.as_str()));
        let starts = offer.starts_on.filter(|_| offer.refusal.as_deref() == Some(Refusal::NotOpen.code()));
        let date = match (starts, offer.ends_on) {
            (Some(day), _) => Some((Key::OfferFrom, day)),
            (None, Some(day)) => Some((Key::OfferUntil, day)),
            (None, None) => None,
        };
        let date = date.map(|(key, day)| {
            let sentence = el("span").child(locale.say(key, &[("date", &locale.date(day))]));
            el("p|class=fact|part=date").child(icon(shape::CLOCK)).child(sentence)
        });
        let uses = (offer.uses_left > 1)
            .then(|| el("p|class=fact").child(locale.count(Key::OfferUses, offer.uses_left, &[])));
        let is_mine = |deed: &Deed| match deed {
            Deed::Activate { offer_id, .. } => *offer_id == offer.id,
            Deed::Claim { .. }
            | Deed::Cancel { .. }
            | Deed::Tell { .. }
            | Deed::Decide { .. }
            | Deed::Export { .. }
            | Deed::Erase => false,
        };
        let about = el("div|class=about")
            .child(el("h3|class=title|part=title|dir=auto").child(offer.title.as_str()))
            .child(el("p|class=worth-words").child(sentence))
            .child(description)
            .child(date.filter(|_| !is_used))
            .child(uses)
            .child(self.foot(offer))
            .child(deed_note(locale, &program.terminology, known, is_mine));
        el("div")
            .attr("class", class)
            .child(el("div|class=worth|part=gives|aria-hidden=true").child(el("bdi").child(worth)))
            .child(about)
    }

    /// What it gives, as a figure and in words.
    fn gives(self, gives: &OfferGivesView) -> (String, String) {
        let Self { locale, program, .. } = self;
        let with_minimum = |sentence: String, minor: u64| match minor {
            0 => sentence,
            _ => {
                let money = locale.money(minor, &program.money);
                [sentence, locale.say(Key::EarnMinimum, &[("money", &money)])].join(" ")
            }
        };
        match gives {
            OfferGivesView::Points { points } => {
                let amount = locale.amount(*points, &program.terminology);
                let figure = locale.signed("+", &locale.number(points.get()));
                (figure, locale.say(Key::OfferPoints, &[("amount", &amount)]))
            }
            OfferGivesView::Bonus { points, minimum_order_minor } => {
                let amount = locale.amount(*points, &program.terminology);
                let figure = locale.signed("+", &locale.number(points.get()));
                let sentence = locale.say(Key::OfferBonus, &[("amount", &amount)]);
                (figure, with_minimum(sentence, *minimum_order_minor))
            }
            OfferGivesView::Multiplier { factor, minimum_order_minor, categories, products, skus } => {
                let some = !categories.is_empty() || !products.is_empty() || !skus.is_empty();
                let key = if some { Key::OfferTimesSome } else { Key::OfferTimes };
                let times = locale.times(*factor);
                let words = program.terminology.other.as_str();
                let sentence = locale.say(key, &[("factor", &times), ("words", words)]);
                (["×", &times].concat(), with_minimum(sentence, *minimum_order_minor))
            }
            OfferGivesView::Unrecognized => (String::new(), String::new()),
        }
    }

    /// What can be done with it, or why nothing.
    fn foot(self, offer: &OfferView) -> Option<El> {
        let Self { locale, known, on_act, .. } = self;
        let state = |path: &'static str, key: Key| {
            Some(el("p|class=reason|part=state").child(icon(path)).child(el("span").child(locale.text(key))))
        };
        let refusal = offer.refusal.as_deref().map(|code| refusal_key(Refusal::from_code(code)));
        match (offer.state, refusal) {
            (OfferState::Used, _) => state(shape::CHECK, Key::OfferUsed),
            (OfferState::Active | OfferState::Open, Some(key)) => state(shape::LOCK, key),
            (OfferState::Active, None) => state(shape::CHECK, Key::OfferActive),
            (OfferState::Unrecognized, _) => None,
            (OfferState::Open, None) if offer.needs_code => Some(self.form(offer)),
            (OfferState::Open, None) => {
                let label = locale.text(Key::OfferActivate);
                let name = locale.say(Key::VoucherNamed, &[("what", &label), ("title", &offer.title)]);
                let deed = Deed::Activate { offer_id: offer.id.clone(), code: None };
                Some(deed_button(known, "button", label, name, deed, on_act))
            }
        }
    }

    /// Asks for the code. Its capitals make no difference.
    fn form(self, offer: &OfferView) -> El {
        let Self { locale, known, on_act, odd, said, .. } = self;
        let id = offer.id.clone();
        let is_off = known.is_doing();
        let is_odd = odd.with(|odd| odd.as_ref() == Some(&id));
        let label = locale.text(Key::OfferCode);
        let name = locale.say(Key::VoucherNamed, &[("what", &label), ("title", &offer.title)]);
        let field = el("input|class=field|part=code|maxlength=64|autocomplete=off|autocapitalize=characters")
            .attr("aria-label", name)
            .attr("placeholder", label)
            .attr_if(is_odd, "aria-invalid", "true");
        let submit = el("button|type=submit|part=button do")
            .attr("class", if is_off { "button busy" } else { "button" })
            .attr_if(is_off, "aria-disabled", "true")
            .child(locale.text(Key::OfferActivate));
        let wrong = locale.text(Key::DeedCodeWrong);
        let note = is_odd.then(|| el("p|class=note trouble|part=note").child(wrong.as_str()));
        el("form|class=code-form")
            .on("submit", move |event| {
                event.prevent_default();
                let typed = event_target::<web_sys::Element>(&event).query_selector("input").ok().flatten();
                let typed = typed.and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok());
                let typed = typed.map(|input| input.value()).unwrap_or_default();
                let code = VoucherCode::new(typed.trim().to_ascii_uppercase()).ok();
                odd.set(code.is_none().then(|| id.clone()));
                if code.is_none() {
                    said.set(wrong.clone());
                }
                if code.is_some() && !is_off {
                    on_act.run(Act::Do(Deed::Activate { offer_id: id.clone(), code }));
                }
            })
            .child(field)
            .child(submit)
            .child(note)
    }
}
