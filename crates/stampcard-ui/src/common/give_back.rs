//! The way back from a redemption, from its voucher.

use leptos::prelude::*;
use stampcard_model::{
    VoucherCode,
    api::{ProgramView, VoucherView},
};
use wasm_bindgen::JsCast;

use super::deed_button;
use crate::{
    Act, Deed, Known, Locale,
    locale::Key,
    markup::{El, el},
};

/// A link while there is a way back. It asks first, as the voucher is void after it: `asked` is the one it asks about.
pub(crate) fn give_back(
    locale: &Locale,
    program: &ProgramView,
    known: &Known,
    voucher: &VoucherView,
    asked: RwSignal<Option<VoucherCode>>,
    on_act: Callback<Act>,
) -> Option<El> {
    let until = voucher.cancel_until?;
    let code = voucher.code.clone();
    let label = locale.text(Key::VoucherCancel);
    let name = locale.say(Key::VoucherNamed, &[("what", &label), ("title", &voucher.title)]);
    if asked.with(|asked| asked.as_ref() == Some(&code)) {
        let deed = Deed::Cancel { redemption_id: voucher.redemption_id.clone() };
        let keep = el("button|type=button|class=button quiet|part=button")
            .created(|keep| focus_soon(keep.clone()))
            .on("click", move |_| asked.set(None))
            .child(locale.text(Key::VoucherKeep));
        let sure = deed_button(known, "button", label, name, deed, on_act);
        let ask = locale.say(Key::VoucherCancelAsk, &[("words", &program.terminology.other)]);
        return Some(
            el("div|class=ask")
                .child(el("p").child(ask))
                .child(el("div|class=actions").child(keep).child(sure)),
        );
    }
    let time = locale.clock(until.as_millis() as f64);
    let link = el("button|type=button|class=link|part=button cancel")
        .attr("aria-label", name)
        .on("click", move |_| asked.set(Some(code.clone())))
        .child(label);
    let until = el("span|class=hint").child(locale.say(Key::VoucherCancelUntil, &[("time", &time)]));
    Some(el("p|class=back").child(link).child(" ").child(until))
}

/// What was pressed is gone: the harmless answer to the question takes the focus.
fn focus_soon(element: web_sys::Element) {
    request_animation_frame(move || {
        if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
            // Focus that a browser refuses stays where it is.
            let _ = element.focus();
        }
    });
}
