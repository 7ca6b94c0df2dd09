//! Catalogues of sentences, and what one must have to stand beside the English one: the gate of every build.
//!
//! A catalogue is one flat object. A key that ends in a CLDR plural category is one variant of the message named
//! before it. A language has the variants that CLDR knows for it, no more and no fewer.

use std::collections::{BTreeMap, BTreeSet};

/// The CLDR plural categories, in the order of `locale::Category`.
pub(crate) const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// Which of them a language has, for whole numbers and fractions. `tests/browser/languages.spec.ts` asks the browser.
const PLURALS: [(&str, &[&str]); 8] = [
    ("ar", &CATEGORIES),
    ("de", &["one", "other"]),
    ("en", &["one", "other"]),
    ("es", &["one", "many", "other"]),
    ("fr", &["one", "many", "other"]),
    ("ja", &["other"]),
    ("zh-CN", &["other"]),
    ("zh-TW", &["other"]),
];

/// A message's texts by plural category; a message without plurals has only `other`.
#[derive(Default)]
pub(crate) struct Message {
    pub(crate) plural: bool,
    pub(crate) texts: BTreeMap<usize, String>,
}

pub(crate) type Catalogue = BTreeMap<String, Message>;

/// Reads a catalogue.
pub(crate) fn read(text: &str) -> Result<Catalogue, String> {
    let flat: BTreeMap<String, String> = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let mut catalogue = Catalogue::new();
    for (key, text) in flat {
        let (name, category) = split(&key);
        let message = catalogue.entry(name.to_owned()).or_default();
        let plural = category.is_some();
        if !message.texts.is_empty() && message.plural != plural {
            return Err(format!("`{name}` stands with and without a plural category"));
        }
        if text.trim().is_empty() {
            return Err(format!("`{key}` is empty"));
        }
        message.plural = plural;
        message.texts.insert(category.unwrap_or(CATEGORIES.len() - 1), text);
    }
    Ok(catalogue)
}

/// A key's message and, if it ends in one, plural category.
fn split(key: &str) -> (&str, Option<usize>) {
    key.rsplit_once('.')
        .and_then(|(name, last)| Some((name, Some(CATEGORIES.iter().position(|c| *c == last)?))))
        .unwrap_or((key, None))
}

/// Everything that a language's catalogue has otherwise than the English one, a sentence each.
pub(crate) fn faults(tag: &str, catalogue: &Catalogue, english: &Catalogue) -> Vec<String> {
    let Some((_, plurals)) = PLURALS.iter().find(|(known, _)| *known == tag) else {
        return vec![format!("nobody has said in catalogue.rs which plural categories {tag} has")];
    };
    let unknown = catalogue.keys().filter(|name| !english.contains_key(*name));
    let mut faults: Vec<String> = unknown.map(|name| format!("`{name}` is not in en.json")).collect();
    for (name, message) in english {
        let Some(translated) = catalogue.get(name) else {
            let text = message.texts.values().next_back().map_or("", String::as_str);
            faults.push(format!("`{name}` is missing: {text:?}"));
            continue;
        };
        if translated.plural != message.plural {
            faults.push(format!("`{name}` has plurals in one of the languages only"));
            continue;
        }
        faults.extend(plural_fault(name, translated, plurals));
        let wanted = placeholders(message);
        if placeholders(translated) != wanted {
            faults.push(format!("`{name}` does not use exactly the placeholders {wanted:?}"));
        }
    }
    faults
}

/// What is wrong with the variants of a message that has plurals.
fn plural_fault(name: &str, message: &Message, plurals: &[&str]) -> Option<String> {
    let has = |category: &&str| CATEGORIES.iter().position(|c| c == category);
    let wanted: BTreeSet<usize> = plurals.iter().filter_map(has).collect();
    let is_right = !message.plural || message.texts.keys().eq(wanted.iter());
    (!is_right).then(|| format!("`{name}` must have exactly the plural categories {plurals:?}"))
}

/// The names in braces in any of the texts.
fn placeholders(message: &Message) -> BTreeSet<&str> {
    message
        .texts
        .values()
        .flat_map(|text| text.split('{').skip(1))
        .map(|rest| rest.split_once('}').map_or(rest, |(name, _)| name))
        .collect()
}
