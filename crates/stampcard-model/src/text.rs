//! Text in several languages, the currency's own name, and money codes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::answer::{Fault, Read, Tree, fields};

/// One text in several languages, by BCP 47 tag (`en`, `zh-CN`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocalizedText(pub BTreeMap<String, String>);

impl LocalizedText {
    /// The text for `locale`: the exact tag, else one of the same language, else `fallback`'s, else the first, else
    /// nothing.
    pub fn resolve(&self, locale: &str, fallback: &str) -> &str {
        resolve(&self.0, locale, fallback).map(String::as_str).unwrap_or_default()
    }
}

/// What a member calls the points: `{one: "star", other: "stars"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Terminology {
    /// The word for exactly one.
    pub one: String,
    /// The word for any other number.
    pub other: String,
}

/// Chooses from a map by BCP 47 tag in the order that [`LocalizedText::resolve`] states.
pub(crate) fn resolve<'a, T>(by_tag: &'a BTreeMap<String, T>, locale: &str, fallback: &str) -> Option<&'a T> {
    let language = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let exact = |wanted: &str| by_tag.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(wanted));
    let related = |wanted: &str| by_tag.iter().find(|(tag, _)| language(tag) == language(wanted));
    exact(locale)
        .or_else(|| related(locale))
        .or_else(|| exact(fallback))
        .or_else(|| by_tag.iter().next())
        .map(|(_, value)| value)
}

/// An ISO 4217 money code: three capital letters (`EUR`, `CNY`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[A-Z]{3}$", example = "EUR"))]
pub struct MoneyCode(String);

impl MoneyCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MoneyCode {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, &'static str> {
        let fits = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        if fits { Ok(Self(code)) } else { Err("a money code is three capital letters of ISO 4217") }
    }
}

impl From<MoneyCode> for String {
    fn from(code: MoneyCode) -> Self {
        code.0
    }
}

fields! {
    Terminology { one, other }
}

impl Read for MoneyCode {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        Self::try_from(tree.text(fault).to_owned()).unwrap_or_else(|_| fault.found(tree, Self(String::new())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_language_is_chosen() {
        let text = LocalizedText(
            [("en", "Tote bag"), ("zh-CN", "帆布袋")].map(|(k, v)| (k.into(), v.into())).into(),
        );
        for (asked, fallback, expected) in [
            ("zh-CN", "en", "帆布袋"),
            ("ZH-cn", "en", "帆布袋"),
            ("zh-TW", "en", "帆布袋"),
            ("en-GB", "zh-CN", "Tote bag"),
            ("fr", "zh-CN", "帆布袋"),
            ("fr", "xx", "Tote bag"),
        ] {
            assert_eq!(text.resolve(asked, fallback), expected, "{asked} with {fallback}");
        }
        assert_eq!(LocalizedText::default().resolve("en", "en"), "");
    }
}
