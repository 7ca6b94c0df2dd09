//! `cargo xtask size`: the widget's weight against `tests/golden/sizes.json`.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};

use crate::{
    build,
    fault::Fault,
    npm,
    sh::{self, root, say},
};

/// Where the sizes are written down.
const GOLDEN: &str = "tests/golden/sizes.json";

/// What a page should fetch at most to show the three elements, in bytes after brotli.
const PAGE_AIM: u64 = 85_000;

/// How far a size may be from what is written down, in thousandths of it: brotli differs a little between versions.
const DRIFT_MAX: u64 = 10;

/// Raw bytes, and bytes after brotli.
type Weights = BTreeMap<String, (u64, u64)>;

/// Compares the sizes, or writes them down.
pub fn run(update: bool) -> Result<(), Fault> {
    build::run(false)?;
    let weights = weigh()?;
    for (name, (raw, brotli)) in &weights {
        println!("{name:>14}  {raw:>8} raw  {brotli:>7} brotli");
    }
    let page = page(&weights);
    println!("{:>14}  {page:>22} brotli; the aim is {PAGE_AIM}", "page");
    let place = root().join(GOLDEN);
    if update {
        let text = serde_json::to_string_pretty(&written(&weights)).unwrap_or_default() + "\n";
        say(&format!("writing {GOLDEN}"));
        return fs::write(&place, text).map_err(|e| Fault::Setup(format!("{GOLDEN} cannot be written: {e}")));
    }
    let golden = fs::read(&place).ok().and_then(|text| serde_json::from_slice(&text).ok());
    let drifts = drifts(&weights, &golden.unwrap_or(Value::Null));
    if drifts.is_empty() {
        return Ok(());
    }
    Err(Fault::Failed(format!(
        "{GOLDEN} says otherwise of {}. If that is meant: cargo xtask size --update",
        drifts.join(", ")
    )))
}

/// What the page of a shop fetches: the wasm and the classic script, which holds the glue.
fn page(weights: &Weights) -> u64 {
    ["stampcard.wasm", "stampcard.js"]
        .iter()
        .filter_map(|name| weights.get(*name))
        .map(|(_, brotli)| brotli)
        .sum()
}

fn weigh() -> Result<Weights, Fault> {
    let sdk = sh::target().join("sdk");
    let work = sh::target().join("sdk-work");
    let mut weights = Weights::new();
    for (name, place) in [
        ("stampcard.wasm", sdk.join("stampcard.wasm")),
        ("preview.wasm", sdk.join("preview.wasm")),
        ("stampcard.js", sdk.join("stampcard.js")),
        ("stampcard.mjs", sdk.join("stampcard.mjs")),
        ("glue", work.join("glue.min.js")),
        ("styles", work.join("styles.min.css")),
    ] {
        weights.insert(name.to_owned(), (length(&place)?, npm::brotli(&place)?));
    }
    for folder in ["locale", "themes"] {
        let mut files = Vec::new();
        build::list(&sdk.join(folder), &mut files)?;
        for place in files {
            let name = place.file_stem().unwrap_or_default().to_string_lossy();
            // After a language's tag stands the checksum.
            let name = name.rsplit_once('-').map_or(&*name, |(tag, _)| tag);
            weights.insert(format!("{folder}/{name}"), (length(&place)?, npm::brotli(&place)?));
        }
    }
    Ok(weights)
}

fn length(place: &Path) -> Result<u64, Fault> {
    fs::metadata(place)
        .map(|about| about.len())
        .map_err(|e| Fault::Failed(format!("{} cannot be read: {e}", place.display())))
}

fn written(weights: &Weights) -> Value {
    weights
        .iter()
        .map(|(name, (raw, brotli))| (name.clone(), json!({ "raw": raw, "brotli": brotli })))
        .collect()
}

/// The names whose sizes are not near those that are written down.
fn drifts(weights: &Weights, golden: &Value) -> Vec<String> {
    let is_near = |now: u64, then: &Value| {
        then.as_u64().is_some_and(|then| now.abs_diff(then) * 1_000 <= then * DRIFT_MAX)
    };
    weights
        .iter()
        .filter(|(name, (raw, brotli))| {
            let then = &golden[name.as_str()];
            !is_near(*raw, &then["raw"]) || !is_near(*brotli, &then["brotli"])
        })
        .map(|(name, _)| name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_may_drift_by_one_percent_and_a_new_file_must_be_written_down() {
        let weights = Weights::from([("a".to_owned(), (1_000, 100)), ("b".to_owned(), (2_000, 200))]);
        let golden = written(&weights);
        assert_eq!(drifts(&weights, &golden), Vec::<String>::new());
        let near = Weights::from([("a".to_owned(), (1_010, 101)), ("b".to_owned(), (1_980, 198))]);
        assert_eq!(drifts(&near, &golden), Vec::<String>::new());
        let far = Weights::from([("a".to_owned(), (1_011, 100)), ("b".to_owned(), (2_000, 197))]);
        assert_eq!(drifts(&far, &golden), ["a", "b"]);
        assert_eq!(drifts(&weights, &Value::Null), ["a", "b"]);
    }
}
