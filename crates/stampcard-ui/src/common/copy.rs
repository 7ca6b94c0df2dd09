//! A code to the clipboard.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Copies what `shown` shows; where the page may not, it is selected for the member to copy. Answers whether it is
/// copied.
pub(crate) async fn copy(text: &str, shown: Option<web_sys::Node>) -> bool {
    write_clipboard(text).await || select_and_copy(shown).unwrap_or(false)
}

/// Writes through the clipboard; `false` where the page may not, or has none.
async fn write_clipboard(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    // A page that was not loaded over https has no clipboard, whatever the bindings say.
    if clipboard.is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Selects the code, and copies the selection the old way where the browser still knows it.
fn select_and_copy(shown: Option<web_sys::Node>) -> Option<bool> {
    let selection = document().get_selection().ok()??;
    selection.select_all_children(&shown?).ok()?;
    document().dyn_into::<web_sys::HtmlDocument>().ok()?.exec_command("copy").ok()
}
