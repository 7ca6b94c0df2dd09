//! The language of an answer, from `Accept-Language`.

use axum::http::{HeaderMap, header};
use stampcard_model::Program;

/// The longest header that is looked at, in bytes, and the most languages in it.
const LENGTH_MAX: usize = 1_024;
const RANGES_MAX: usize = 32;

/// The tag, among those that the program's name is written in, that the request likes best; the program's default when
/// it likes none of them.
pub(super) fn language(program: &Program, headers: &HeaderMap) -> String {
    let asked =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let spoken: Vec<&str> = program.name.0.keys().map(String::as_str).collect();
    choose(asked, &spoken).unwrap_or(&program.default_locale).to_owned()
}

fn choose<'a>(asked: &str, spoken: &[&'a str]) -> Option<&'a str> {
    if asked.len() > LENGTH_MAX {
        return None;
    }
    let mut ranges: Vec<(u16, &str)> = asked.split(',').take(RANGES_MAX).filter_map(range).collect();
    // Stable: of two that are liked as well the first is taken.
    ranges.sort_by_key(|(quality, _)| core::cmp::Reverse(*quality));
    ranges.into_iter().find_map(|(_, wanted)| {
        let exact = spoken.iter().find(|tag| tag.eq_ignore_ascii_case(wanted));
        exact
            .or_else(|| spoken.iter().find(|tag| primary(tag).eq_ignore_ascii_case(primary(wanted))))
            .copied()
    })
}

/// A language range with its quality in thousandths; `None` when it has no shape or is not wanted at all.
fn range(text: &str) -> Option<(u16, &str)> {
    let mut parts = text.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty() && tag.len() <= 35)?;
    let quality = match parts.next() {
        None => 1_000,
        Some(parameter) => quality(parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?)?,
    };
    (quality > 0).then_some((quality, tag))
}

/// `0`, `0.8`, `1.000` in thousandths.
fn quality(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match (whole, fraction) {
        ("0", fraction) => Some(fraction),
        ("1", 0) => Some(1_000),
        _ => None,
    }
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_liked_best_is_chosen() {
        for (asked, expected) in [
            ("zh-CN", Some("zh-CN")),
            ("zh-cn,en;q=0.9", Some("zh-CN")),
            ("en;q=0.8, zh;q=0.9", Some("zh-CN")),
            ("fr, en-GB;q=0.5", Some("en")),
            ("fr;q=1, en;q=0", None),
            ("en;q=banana, zh-TW", Some("zh-CN")),
            ("zh-CN;q=1.5, en;q=0.1", Some("en")),
            ("*", None),
            ("", None),
            (&"zh-CN,".repeat(400), None),
        ] {
            assert_eq!(choose(asked, &["en", "zh-CN"]), expected, "{asked}");
        }
    }
}
