//! Being forgotten: first what it means, then whether that is understood.

use leptos::prelude::*;
use stampcard_model::{Points, api::ProgramView};
use wasm_bindgen::JsCast;

use super::Desk;
use crate::{
    Deed, Known, Locale,
    common::{deed_button, deed_note, icon, shape},
    locale::Key,
    markup::{El, el},
};

impl Desk {
    /// What is deleted and what stays, and the way there in two steps.
    pub(super) fn leave(self, locale: &Locale, program: &ProgramView, known: &Known) -> El {
        let points = known.me.value.as_ref().map_or(Points::ZERO, |me| me.balance.available);
        let amount = locale.amount(points, &program.terminology);
        let amount = [("amount", amount.as_str())];
        let title = locale.text(Key::PrivacyLeave);
        let step = match self.is_asked.get() {
            true => self.ask(locale, known, &locale.say(Key::PrivacyLeaveAsk, &amount)),
            false => el("button|type=button|class=button quiet|part=button leave")
                .attr("aria-label", title.clone())
                .on("click", move |_| {
                    self.is_sure.set(false);
                    self.is_asked.set(true);
                })
                .child(locale.text(Key::PrivacyLeaveStart)),
        };
        let is_mine = |deed: &Deed| *deed == Deed::Erase;
        el("li|class=way|part=card leave|tabindex=-1").child(
            el("div|class=sheet")
                .child(el("h3|class=title|part=title").child(title))
                .child(el("p|class=wording|part=text").child(locale.say(Key::PrivacyLeaveText, &amount)))
                .child(step)
                .child(deed_note(locale, &program.terminology, known, is_mine)),
        )
    }

    /// The harmless answer has the focus, and the other one does nothing before a tick.
    fn ask(self, locale: &Locale, known: &Known, question: &str) -> El {
        let keep = el("button|type=button|class=button quiet|part=button")
            .created(|keep| focus_soon(keep.clone()))
            .on("click", move |_| self.is_asked.set(false))
            .child(locale.text(Key::PrivacyLeaveKeep));
        let tick = el("input|type=checkbox").on("change", move |event| {
            self.is_sure.set(event_target::<web_sys::HtmlInputElement>(&event).checked());
        });
        let sure =
            el("label|class=tick").child(tick).child(el("span").child(locale.text(Key::PrivacyLeaveSure)));
        let label = locale.text(Key::PrivacyLeaveDo);
        let erase = match self.is_sure.get() {
            true => deed_button(known, "button", label.clone(), label, Deed::Erase, self.on_act),
            false => el("button|type=button|class=button|part=button|aria-disabled=true").child(label),
        };
        el("div|class=ask|part=ask")
            .child(el("p").child(question))
            .child(sure)
            .child(el("div|class=choice").child(keep).child(erase))
    }
}

/// What stands there afterwards.
pub(super) fn farewell(locale: &Locale) -> El {
    let what = el("div|class=what")
        .child(el("h3|class=line-title|part=title").child(locale.text(Key::PrivacyGone)))
        .child(el("p|class=when|part=text").child(locale.text(Key::PrivacyGoneText)));
    let mark = el("span|class=mark|aria-hidden=true").child(icon(shape::CHECK));
    el("li|class=way|part=card|tabindex=-1")
        .created(|card| focus_soon(card.clone()))
        .child(el("div|class=farewell").child(el("div|class=way-body").child(mark).child(what)))
}

/// What was pressed is gone.
fn focus_soon(element: web_sys::Element) {
    request_animation_frame(move || {
        if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
            // Focus that a browser refuses stays where it is.
            let _ = element.focus();
        }
    });
}
