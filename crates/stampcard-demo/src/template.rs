//! Pages from files: parts put in, places filled, words in the visitor's language.
//!
//! `{{include header}}` takes in `parts/header.html`; `{{name}}` takes in a value. Whatever carries `data-t="key"` gets
//! the words of the key as its text, and `data-t-aria-label="key"` as that attribute: the page's script reads the same
//! marks when the visitor changes the language.

use std::{fs, io, path::Path};

/// A value for a place in a page.
pub(crate) enum Value {
    /// Text; it is escaped.
    Text(String),
    /// Markup that was made by this module.
    Markup(String),
}

/// Reads a page with its parts.
///
/// # Errors
/// Fails when the page or one of its parts cannot be read.
pub(crate) fn read(www: &Path, page: &str) -> io::Result<String> {
    let text = fs::read_to_string(www.join(page))?;
    replace(&text, |place| match place.strip_prefix("include ") {
        Some(part) => part_named(www, part).map(|part| Some(Value::Markup(part))),
        None => Ok(None),
    })
}

/// Reads a part alone.
///
/// # Errors
/// Fails when it cannot be read.
pub(crate) fn part_named(www: &Path, part: &str) -> io::Result<String> {
    Ok(fs::read_to_string(www.join("parts").join(format!("{part}.html")))?.trim_end().to_owned())
}

/// Fills the places of a page.
pub(crate) fn fill(page: &str, value: impl Fn(&str) -> Option<Value>) -> String {
    match replace(page, |place| Ok::<_, std::convert::Infallible>(value(place))) {
        Ok(filled) => filled,
    }
}

/// Puts the words into everything that is marked.
pub(crate) fn say<'w>(page: &str, words: impl Fn(&str) -> Option<&'w str>) -> String {
    let mut said = String::with_capacity(page.len() + 1_024);
    let mut rest = page;
    while let Some((before, from)) = rest.find('<').map(|at| rest.split_at(at)) {
        let end = from.find('>').map_or(from.len(), |at| at + 1);
        let (tag, after) = from.split_at(end);
        said.push_str(before);
        let mut text = None;
        let mut tag = tag.to_owned();
        for (name, key) in marks(&tag.clone()) {
            match (name, words(&key)) {
                (_, None) => {}
                (None, words) => text = words,
                (Some(name), Some(words)) => tag = with_attribute(&tag, &name, words),
            }
        }
        said.push_str(&tag);
        rest = after;
        if let Some(text) = text {
            said.push_str(&escaped(text));
            rest = &after[after.find('<').unwrap_or(after.len())..];
        }
    }
    said.push_str(rest);
    said
}

/// The marks of a tag: the attribute that each is about (none is the text), and the key.
fn marks(tag: &str) -> Vec<(Option<String>, String)> {
    let marks = tag.split(" data-t").skip(1).filter_map(|mark| {
        let (name, rest) = mark.split_once("=\"")?;
        let (key, _) = rest.split_once('"')?;
        match name.strip_prefix('-') {
            Some(name) => Some((Some(name.to_owned()), key.to_owned())),
            None => name.is_empty().then(|| (None, key.to_owned())),
        }
    });
    marks.collect()
}

fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    let opening = format!(" {name}=\"");
    let Some((before, from)) = tag.split_once(&opening) else { return tag.to_owned() };
    let after = from.split_once('"').map_or("", |(_, after)| after);
    format!("{before}{opening}{}\"{after}", escaped(value))
}

fn replace<E>(text: &str, value: impl Fn(&str) -> Result<Option<Value>, E>) -> Result<String, E> {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, place, after)) = next_place(rest) {
        replaced.push_str(before);
        match value(place)? {
            Some(Value::Text(text)) => replaced.push_str(&escaped(&text)),
            Some(Value::Markup(markup)) => replaced.push_str(&markup),
            None => {
                replaced.push_str("{{");
                replaced.push_str(place);
                replaced.push_str("}}");
            }
        }
        rest = after;
    }
    replaced.push_str(rest);
    Ok(replaced)
}

fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, from) = text.split_once("{{")?;
    let (place, after) = from.split_once("}}")?;
    Some((before, place, after))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_text_and_never_markup() {
        let filled = fill("<p title=\"{{a}}\">{{a}} {{b}} {{c}}</p>", |place| match place {
            "a" => Some(Value::Text("<\"&".to_owned())),
            "b" => Some(Value::Markup("<b>!</b>".to_owned())),
            _ => None,
        });
        assert_eq!(filled, "<p title=\"&lt;&quot;&amp;\">&lt;&quot;&amp; <b>!</b> {{c}}</p>");
    }

    #[test]
    fn marked_places_speak_the_language() {
        let words = |key: &str| (key == "k").then_some("茶 & <杯>");
        for (page, expected) in [
            ("<p data-t=\"k\">tea</p>", "<p data-t=\"k\">茶 &amp; &lt;杯&gt;</p>"),
            ("<p data-t=\"k\"></p>!", "<p data-t=\"k\">茶 &amp; &lt;杯&gt;</p>!"),
            ("<p data-t=\"other\">tea</p>", "<p data-t=\"other\">tea</p>"),
            (
                "<a aria-label=\"tea\" data-t-aria-label=\"k\" href=\"/\">x</a>",
                "<a aria-label=\"茶 &amp; &lt;杯&gt;\" data-t-aria-label=\"k\" href=\"/\">x</a>",
            ),
            ("<script data-token-url=\"k\">", "<script data-token-url=\"k\">"),
            ("plain", "plain"),
            ("<p data-t=\"k", "<p data-t=\"k"),
        ] {
            assert_eq!(say(page, words), expected);
        }
    }

    #[test]
    fn a_page_takes_in_its_parts() {
        let www = tempfile::tempdir().expect("there is room for a folder");
        fs::create_dir(www.path().join("parts")).expect("the folder takes a folder");
        fs::write(www.path().join("parts/head.html"), "<head>\n").expect("the folder takes a file");
        fs::write(www.path().join("a.html"), "{{include head}}{{x}}").expect("the folder takes a file");
        assert_eq!(read(www.path(), "a.html").expect("the page is there"), "<head>{{x}}");
        fs::write(www.path().join("b.html"), "{{include tail}}").expect("the folder takes a file");
        assert!(read(www.path(), "b.html").is_err());
    }
}
