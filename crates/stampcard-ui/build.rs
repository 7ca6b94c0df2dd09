//! Turns the catalogues in `src/locale/` into code: `en.json` becomes the `Key` enum and the built-in English texts;
//! every other catalogue must say exactly the same things with the same placeholders, or the build fails.
//!
//! A catalogue is one flat object. A key that ends in a CLDR plural category is one variant of the message named
//! before it; `other` is never left out, and the variants that a language has are the same for all its messages.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::Path,
    process::ExitCode,
};

/// The CLDR plural categories, in the order of `locale::Category`.
const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// A message's texts by plural category; a message without plurals has only `other`.
#[derive(Default)]
struct Message {
    plural: bool,
    texts: BTreeMap<usize, String>,
}

type Catalogue = BTreeMap<String, Message>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let folder = Path::new("src/locale");
    println!("cargo:rerun-if-changed=src/locale");
    let english = read(&folder.join("en.json"))?;
    let mut names: Vec<_> = fs::read_dir(folder)
        .map_err(|e| format!("src/locale cannot be listed: {e}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "json") && !path.ends_with("en.json"))
        .collect();
    names.sort();
    for path in names {
        compare(&english, &read(&path)?).map_err(|fault| format!("{}: {fault}", path.display()))?;
    }
    let out = env::var("OUT_DIR").map_err(|e| format!("OUT_DIR: {e}"))?;
    fs::write(Path::new(&out).join("keys.rs"), code(&english)).map_err(|e| format!("keys.rs: {e}"))
}

fn read(path: &Path) -> Result<Catalogue, String> {
    let at = path.display();
    let text = fs::read_to_string(path).map_err(|e| format!("{at}: {e}"))?;
    let flat: BTreeMap<String, String> = serde_json::from_str(&text).map_err(|e| format!("{at}: {e}"))?;
    let mut catalogue = Catalogue::new();
    for (key, text) in flat {
        let (name, category) = split(&key);
        let message = catalogue.entry(name.to_owned()).or_default();
        let plural = category.is_some();
        if !message.texts.is_empty() && message.plural != plural {
            return Err(format!("{at}: `{name}` stands with and without a plural category"));
        }
        if text.is_empty() {
            return Err(format!("{at}: `{key}` is empty"));
        }
        message.plural = plural;
        message.texts.insert(category.unwrap_or(CATEGORIES.len() - 1), text);
    }
    let categories: Vec<BTreeSet<usize>> =
        catalogue.values().filter(|m| m.plural).map(|m| m.texts.keys().copied().collect()).collect();
    if categories.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(format!("{at}: the messages with plurals do not all have the same categories"));
    }
    match catalogue.iter().find(|(_, m)| !m.texts.contains_key(&(CATEGORIES.len() - 1))) {
        Some((name, _)) => Err(format!("{at}: `{name}.other` is missing")),
        None => Ok(catalogue),
    }
}

/// A key's message and, if it ends in one, plural category.
fn split(key: &str) -> (&str, Option<usize>) {
    key.rsplit_once('.')
        .and_then(|(name, last)| Some((name, Some(CATEGORIES.iter().position(|c| *c == last)?))))
        .unwrap_or((key, None))
}

fn compare(english: &Catalogue, other: &Catalogue) -> Result<(), String> {
    if let Some(name) = other.keys().find(|name| !english.contains_key(*name)) {
        return Err(format!("`{name}` is not in en.json"));
    }
    for (name, message) in english {
        let translated = other.get(name).ok_or_else(|| format!("`{name}` is missing"))?;
        if translated.plural != message.plural {
            return Err(format!("`{name}` has plurals in one of the languages only"));
        }
        let wanted = placeholders(message.texts.values());
        if placeholders(translated.texts.values()) != wanted {
            return Err(format!("`{name}` does not use exactly the placeholders {wanted:?}"));
        }
    }
    Ok(())
}

/// The names in braces in any of the texts.
fn placeholders<'a>(texts: impl Iterator<Item = &'a String>) -> BTreeSet<&'a str> {
    texts
        .flat_map(|text| text.split('{').skip(1))
        .map(|rest| rest.split_once('}').map_or(rest, |(name, _)| name))
        .collect()
}

fn code(english: &Catalogue) -> String {
    let mut keys = String::new();
    let mut table = String::new();
    let mut variants = String::new();
    let mut list = String::new();
    for (name, message) in english {
        let key = camel(name);
        let _ = writeln!(keys, "    /// `{name}`\n    {key},");
        let _ = writeln!(list, "    Key::{key},");
        for (category, text) in &message.texts {
            if *category == CATEGORIES.len() - 1 {
                let _ = writeln!(table, "    ({name:?}, {text:?}, {}),", message.plural);
            } else {
                let _ = writeln!(variants, "    (Key::{key}, {:?}, {text:?}),", CATEGORIES[*category]);
            }
        }
    }
    format!(
        "/// What can be said.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n#[repr(u16)]\npub enum Key {{\n{keys}}}\n\n\
         /// Every key, in order.\nstatic KEYS: &[Key] = &[\n{list}];\n\n\
         /// By key: its name, its English text, whether it has plurals.\n\
         static ENGLISH: &[(&str, &str, bool)] = &[\n{table}];\n\n\
         /// The English texts of plural categories other than `other`.\n\
         static ENGLISH_VARIANTS: &[(Key, &str, &str)] = &[\n{variants}];\n"
    )
}

/// `balance.label_guest` as `BalanceLabelGuest`.
fn camel(name: &str) -> String {
    name.split(['.', '_'])
        .flat_map(|word| {
            let (head, tail) = word.split_at(word.len().min(1));
            [head.to_ascii_uppercase(), tail.to_owned()]
        })
        .collect()
}
