//! Turns the catalogues in `src/locale/` into code: `en.json` becomes the `Key` enum and the built-in English texts;
//! every other catalogue must say exactly the same things with the same placeholders, or the build fails and says what
//! is wrong in which file.

#[path = "catalogue.rs"]
mod catalogue;

use std::{env, fmt::Write as _, fs, path::Path, process::ExitCode};

use catalogue::{CATEGORIES, Catalogue};

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
    println!("cargo:rerun-if-changed=catalogue.rs");
    let english = read(&folder.join("en.json"))?;
    let mut paths: Vec<_> = fs::read_dir(folder)
        .map_err(|e| format!("src/locale cannot be listed: {e}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
        .collect();
    paths.sort();
    let mut faults = Vec::new();
    for path in paths {
        let found = catalogue::faults(&tag(&path), &read(&path)?, &english);
        faults.extend(found.iter().map(|fault| format!("{}: {fault}", path.display())));
    }
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    let out = env::var("OUT_DIR").map_err(|e| format!("OUT_DIR: {e}"))?;
    fs::write(Path::new(&out).join("keys.rs"), code(&english)).map_err(|e| format!("keys.rs: {e}"))
}

/// The language of a catalogue's file.
fn tag(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> Result<Catalogue, String> {
    let at = path.display();
    let text = fs::read_to_string(path).map_err(|e| format!("{at}: {e}"))?;
    catalogue::read(&text).map_err(|e| format!("{at}: {e}"))
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
