//! Sentences by key, with placeholders and plural variants.

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

/// The sentences of one language, over the English ones.
pub(super) struct Phrases {
    /// By key; none where English stands in.
    texts: Vec<Option<String>>,
    /// Plural variants other than `other`.
    variants: Vec<(Key, &'static str, String)>,
}

/// The CLDR plural categories besides `other`.
const CATEGORIES: [&str; 5] = ["zero", "one", "two", "few", "many"];

impl Phrases {
    pub(super) fn english() -> Self {
        Self { texts: Vec::new(), variants: Vec::new() }
    }

    /// Reads a catalogue through `get`, which answers with the text at a key of the catalogue file.
    pub(super) fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let mut variants = Vec::new();
        let texts = KEYS
            .iter()
            .zip(ENGLISH)
            .map(|(key, (name, _, plural))| {
                if !plural {
                    return get(name);
                }
                let at = |category: &str| get(&[name, ".", category].concat());
                variants.extend(CATEGORIES.iter().filter_map(|c| Some((*key, *c, at(c)?))));
                at("other")
            })
            .collect();
        Self { texts, variants }
    }

    pub(super) fn text(&self, key: Key) -> &str {
        let translated = self.texts.get(key as usize).and_then(Option::as_deref);
        translated.or_else(|| ENGLISH.get(key as usize).map(|(_, text, _)| *text)).unwrap_or_default()
    }

    /// The variant for a plural category of the language that is spoken.
    pub(super) fn variant(&self, key: Key, category: &str) -> &str {
        if self.texts.get(key as usize).is_some_and(Option::is_some) {
            let found = self.variants.iter().find(|(k, c, _)| *k == key && *c == category);
            return found.map_or_else(|| self.text(key), |(_, _, text)| text);
        }
        let found = ENGLISH_VARIANTS.iter().find(|(k, c, _)| *k == key && *c == category);
        found.map_or_else(|| self.text(key), |(_, _, text)| text)
    }
}

/// Puts `args` into the braces of `text`. A brace that names no argument stays as it is.
pub(super) fn fill(text: &str, args: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let arg = after
            .split_once('}')
            .and_then(|(name, tail)| Some((args.iter().find(|(n, _)| *n == name)?.1, tail)));
        match arg {
            Some((value, tail)) => {
                filled.push_str(value);
                rest = tail;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// A value between marks that keep its direction to itself, where it may differ from the sentence's. Plain numbers need
/// none, and a sign before them would lose them; what is put together from isolated parts runs as the sentence does.
pub(super) fn isolated(value: &str, in_rtl: bool) -> String {
    const ISOLATE: &str = "\u{2068}";
    const END: &str = "\u{2069}";
    let may_turn = |letter: char| match in_rtl {
        true => letter.is_ascii_alphabetic() || !letter.is_ascii(),
        // The scripts from right to left, from Hebrew on, and their presentation forms.
        false => matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'),
    };
    if value.chars().any(may_turn) && !value.contains(ISOLATE) {
        [ISOLATE, value, END].concat()
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(text: &str) -> serde_json::Map<String, serde_json::Value> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn placeholders_are_filled_once_and_never_from_the_values() {
        let args = [("a", "{b}"), ("b", "2")];
        for (text, expected) in [
            ("{a} and {b}", "{b} and 2"),
            ("{unknown} {a", "{unknown} {a"),
            ("{{a}}", "{{b}}"),
            ("", ""),
            ("积分{b}个", "积分2个"),
        ] {
            assert_eq!(fill(text, &args), expected);
        }
    }

    #[test]
    fn words_in_a_sentence_keep_their_direction_to_themselves_once() {
        let [latin, arabic] = ["\u{2068}2 Teas (Gold)\u{2069}", "\u{2068}نقطة\u{2069}"];
        for (value, in_rtl, in_ltr) in [
            ("2 Teas (Gold)", latin, "2 Teas (Gold)"),
            ("نقطة", arabic, arabic),
            ("1,152", "1,152", "1,152"),
            ("30 \u{2068}leaves\u{2069}", "30 \u{2068}leaves\u{2069}", "30 \u{2068}leaves\u{2069}"),
            ("", "", ""),
        ] {
            assert_eq!(isolated(value, true), in_rtl);
            assert_eq!(isolated(value, false), in_ltr);
        }
    }

    #[test]
    fn every_sentence_of_a_catalogue_is_read() {
        for text in [include_str!("zh-CN.json"), include_str!("ar.json")] {
            let texts = catalogue(text);
            let phrases = Phrases::read(|name| Some(texts.get(name)?.as_str()?.to_owned()));
            for (key, (name, _, plural)) in KEYS.iter().zip(ENGLISH) {
                let names = if *plural { format!("{name}.other") } else { (*name).to_owned() };
                assert_eq!(phrases.text(*key), texts[&names].as_str().unwrap());
                for category in CATEGORIES {
                    if let Some(text) = texts.get(&format!("{name}.{category}")) {
                        assert_eq!(phrases.variant(*key, category), text.as_str().unwrap());
                    }
                }
            }
        }
    }

    /// What the gate says of a German catalogue beside a small English one.
    fn faults(tag: &str, catalogue: &str) -> Vec<String> {
        use crate::catalogue::{self, read};
        let english =
            read(r#"{"a":"{x} and {y}","b.one":"{number} day","b.other":"{number} days"}"#).unwrap();
        catalogue::faults(tag, &read(catalogue).unwrap(), &english)
    }

    #[test]
    fn the_build_says_what_a_language_lacks_and_where_it_differs() {
        let b = r#""b.one":"{number} Tag","b.other":"{number} Tage""#;
        for (tag, text, fault) in [
            ("de", format!(r#"{{{b}}}"#), "`a` is missing: \"{x} and {y}\""),
            (
                "de",
                format!(r#"{{"a":"{{x}}",{b}}}"#),
                r#"`a` does not use exactly the placeholders {"x", "y"}"#,
            ),
            ("de", format!(r#"{{"a":"{{x}}{{y}}","c":"zu viel",{b}}}"#), "`c` is not in en.json"),
            (
                "de",
                r#"{"a":"{x}{y}","b":"{number}"}"#.to_owned(),
                "`b` has plurals in one of the languages only",
            ),
            (
                "de",
                r#"{"a":"{x}{y}","b.other":"{number}"}"#.to_owned(),
                r#"`b` must have exactly the plural categories ["one", "other"]"#,
            ),
            (
                "fr",
                format!(r#"{{"a":"{{x}}{{y}}",{b}}}"#),
                r#"`b` must have exactly the plural categories ["one", "many", "other"]"#,
            ),
            ("xx", "{}".to_owned(), "nobody has said in catalogue.rs which plural categories xx has"),
        ] {
            assert_eq!(faults(tag, &text), [fault]);
        }
        assert_eq!(faults("de", &format!(r#"{{"a":"{{y}}, {{x}}",{b}}}"#)), [""; 0]);
    }

    #[test]
    fn what_is_no_catalogue_is_told_before_it_is_compared() {
        use crate::catalogue::read;
        for (text, fault) in [
            (r#"{"a":" "}"#, "`a` is empty"),
            (r#"{"a":"1","a.one":"2"}"#, "`a` stands with and without a plural category"),
        ] {
            assert_eq!(read(text).err().as_deref(), Some(fault));
        }
        assert!(read(r#"{"a":1}"#).is_err());
    }

    #[test]
    fn a_catalogue_full_of_rubbish_is_english() {
        let phrases = Phrases::read(|_| None);
        assert_eq!(phrases.text(Key::Retry), "Try again");
        assert_eq!(phrases.variant(Key::BalanceExpiring, "one"), "{amount} expires on {date}");
        assert_eq!(phrases.variant(Key::BalanceExpiring, "few"), "{amount} expire on {date}");
    }

    #[test]
    fn a_plural_variant_is_the_languages_own() {
        let phrases = Phrases::read(|name| match name {
            "reward.stock.few" => Some("{number} zbývají".to_owned()),
            "reward.stock.other" => Some("{number} zbývá".to_owned()),
            _ => None,
        });
        assert_eq!(phrases.variant(Key::RewardStock, "few"), "{number} zbývají");
        assert_eq!(phrases.variant(Key::RewardStock, "one"), "{number} zbývá");
        assert_eq!(phrases.variant(Key::RewardLimit, "one"), "One per member");
    }
}
