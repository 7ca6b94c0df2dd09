//! The shop's words, by language; the pages' scripts read the same files.

use std::{collections::BTreeMap, fs, path::Path};

use axum::http::{HeaderMap, header};
use serde_json::Value;

use crate::Fault;

/// A language that the shop speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Language {
    En,
    ZhCn,
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::En, Self::ZhCn];
    /// The cookie that remembers the choice.
    const COOKIE: &str = "lang";

    /// The BCP 47 tag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// The language that the visitor chose, else the first one of their browser's that the shop speaks, else English.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let chosen = cookie(headers, Self::COOKIE);
        let chosen = chosen.and_then(|tag| Self::ALL.into_iter().find(|language| language.tag() == tag));
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let mut ranges =
            accepted.unwrap_or_default().split(',').map(|range| range.trim().to_ascii_lowercase());
        let liked = || {
            ranges.find_map(|range| match range.get(..2) {
                Some("en") => Some(Self::En),
                Some("zh") => Some(Self::ZhCn),
                _ => None,
            })
        };
        chosen.or_else(liked).unwrap_or(Self::En)
    }
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The words of every language, by key.
#[derive(Clone, Debug)]
pub(crate) struct Words(BTreeMap<Language, serde_json::Map<String, Value>>);

impl Words {
    /// Reads `locale/<tag>.json` for every language.
    ///
    /// # Errors
    /// [`Fault::Missing`] or [`Fault::Broken`].
    pub(crate) fn read(www: &Path) -> Result<Self, Fault> {
        let mut words = BTreeMap::new();
        for language in Language::ALL {
            let file = www.join("locale").join(format!("{}.json", language.tag()));
            let text = fs::read(&file).map_err(|_| Fault::Missing {
                what: "shop's words",
                place: file.clone(),
                remedy: "Point --www to the repository's www folder.",
            })?;
            let entries =
                serde_json::from_slice(&text).map_err(|error| Fault::Broken(file, error.to_string()))?;
            words.insert(language, entries);
        }
        Ok(Self(words))
    }

    /// The text for a key. What has several forms, for counting, is left to the scripts.
    pub(crate) fn text(&self, language: Language, key: &str) -> Option<&str> {
        self.0.get(&language)?.get(key)?.as_str()
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::PathBuf};

    use axum::http::HeaderValue;

    use super::*;
    use crate::{catalog::Catalog, template};

    fn www() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www")
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let words = Words::read(&www()).expect("the words are there");
        let keys: Vec<BTreeSet<&String>> = words.0.values().map(|entries| entries.keys().collect()).collect();
        assert_eq!(keys[0], keys[1]);
        let english = &words.0[&Language::En];
        for (key, entry) in english {
            let placeholders = |entry: &Value| match entry {
                Value::String(text) => holes(text),
                Value::Object(forms) => forms.values().filter_map(Value::as_str).flat_map(holes).collect(),
                other => panic!("{key} is {other}"),
            };
            let chinese = &words.0[&Language::ZhCn][key];
            assert_eq!(placeholders(entry), placeholders(chinese), "{key}");
        }
    }

    #[test]
    fn a_page_in_its_file_says_what_the_english_words_say() {
        let words = Words::read(&www()).expect("the words are there");
        let folders = ["", "parts", "parts/elements"]
            .map(|folder| fs::read_dir(www().join(folder)).expect("the folder is there"));
        let files = folders.into_iter().flatten().map(|entry| entry.expect("the entry can be read").path());
        let pages: Vec<PathBuf> =
            files.filter(|file| file.extension().is_some_and(|end| end == "html")).collect();
        assert!(pages.len() > 8, "{pages:?}");
        for file in pages {
            let page = fs::read_to_string(&file).expect("the page can be read");
            let said = template::say(&page, |key| {
                let text = words.text(Language::En, key);
                assert!(text.is_some() || key.contains("{{"), "{}: nothing to say for {key}", file.display());
                text
            });
            assert_eq!(said, page, "{}", file.display());
        }
    }

    #[test]
    fn every_product_has_words() {
        let words = Words::read(&www()).expect("the words are there");
        for product in Catalog::own().products {
            let told: &[&str] = if product.listed {
                &["name", "line", "story", "origin", "size", "brew"]
            } else {
                &["name", "line"]
            };
            for part in told {
                let key = format!("product.{}.{part}", product.slug);
                assert!(words.text(Language::ZhCn, &key).is_some_and(|text| !text.is_empty()), "{key}");
            }
        }
    }

    #[test]
    fn a_chosen_language_counts_more_than_the_browsers() {
        for (cookie, accepted, expected) in [
            ("", "zh-TW, en;q=0.5", Language::ZhCn),
            ("", "fr, en-GB", Language::En),
            ("", "fr", Language::En),
            ("a=b; lang=zh-CN", "en", Language::ZhCn),
            ("lang=en", "zh-CN", Language::En),
            ("lang=tlh", "zh-CN", Language::ZhCn),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            assert_eq!(Language::of(&headers), expected, "{cookie} {accepted}");
        }
    }

    fn holes(text: &str) -> BTreeSet<String> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect()
    }
}
