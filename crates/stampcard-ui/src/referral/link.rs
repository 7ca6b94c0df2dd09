//! The link of an invitation, and the browser's own way to share it.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::{prelude::window, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The longest address that is shown.
const LENGTH_MAX: usize = 2_000;

/// The program's own link where it is one, else the shop's with the code in it.
pub(super) fn of(program: Option<&str>, shop: &str, code: &str) -> Option<String> {
    let shop = shop.trim();
    let program = program.filter(|link| is_address(link));
    program.map(str::to_owned).or_else(|| {
        (is_address(shop) && shop.contains("{code}") && is_plain(code)).then(|| shop.replace("{code}", code))
    })
}

/// An address that friends can follow. Without encryption only where a shop is being built.
fn is_address(link: &str) -> bool {
    let is_here = |host: &str| {
        let rest = link.strip_prefix("http://").and_then(|rest| rest.strip_prefix(host));
        rest.is_some_and(|rest| rest.starts_with([':', '/']))
    };
    let is_safe = link.starts_with("https://") || is_here("localhost") || is_here("127.0.0.1");
    is_safe && link.len() <= LENGTH_MAX && !link.contains(|c: char| c.is_control() || c.is_whitespace())
}

/// What a backend calls a code is put into an address only if it means nothing there.
fn is_plain(code: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// Whether the browser can share.
pub(super) fn can_share() -> bool {
    sharing().is_some()
}

/// Opens the browser's sheet. Whoever closes it has shared nothing, and nothing is said of it.
pub(super) fn share(title: &str, text: &str, url: &str) {
    let data = Object::new();
    for (name, value) in [("title", title), ("text", text), ("url", url)] {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&data, &name.into(), &value.into());
    }
    let shared = sharing().and_then(|(share, navigator)| share.call1(&navigator, &data).ok());
    if let Some(shared) = shared.and_then(|shared| shared.dyn_into::<Promise>().ok()) {
        spawn_local(async move {
            // Nobody is told that the sheet was closed.
            let _ = JsFuture::from(shared).await;
        });
    }
}

fn sharing() -> Option<(Function, JsValue)> {
    let navigator: JsValue = window().navigator().into();
    let share = Reflect::get(&navigator, &"share".into()).ok()?.dyn_into().ok()?;
    Some((share, navigator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_an_address_of_the_web_with_the_code_in_it() {
        for (shop, expected) in [
            ("https://shop.example/?friend={code}", Some("https://shop.example/?friend=4TBD-7K2M")),
            (" http://localhost:4341/hi/{code} ", Some("http://localhost:4341/hi/4TBD-7K2M")),
            ("http://127.0.0.1:4341/?friend={code}", Some("http://127.0.0.1:4341/?friend=4TBD-7K2M")),
            ("http://shop.example/?friend={code}", None),
            ("http://localhost.example/?friend={code}", None),
            ("https://shop.example/", None),
            ("javascript:alert('{code}')", None),
            ("data:text/html,{code}", None),
            ("https://shop.example/a b/{code}", None),
            ("/{code}", None),
            ("", None),
        ] {
            assert_eq!(of(None, shop, "4TBD-7K2M").as_deref(), expected, "{shop}");
        }
        assert_eq!(of(None, "https://shop.example/?friend={code}", "a&b=c"), None);
    }

    #[test]
    fn the_programs_own_link_comes_first_unless_it_is_none() {
        let shop = "https://shop.example/?friend={code}";
        let own = "https://tea.example/?friend=A-1";
        assert_eq!(of(Some(own), shop, "A-1").as_deref(), Some(own));
        for hostile in ["javascript:alert(1)", "", "https://tea.example/\u{202e} x"] {
            let fallback = Some("https://shop.example/?friend=A-1");
            assert_eq!(of(Some(hostile), shop, "A-1").as_deref(), fallback, "{hostile}");
            assert_eq!(of(Some(hostile), "", "A-1"), None);
        }
    }
}
