//! `cargo xtask build`: the widget's files in `target/sdk/`.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    fault::Fault,
    glue, link, npm,
    sh::{self, cargo, root, say},
    tools,
};

/// The folder of the npm package.
pub const NPM: &str = npm::FOLDER;

/// Where the components, their styles and their sentences are.
const UI: &str = "crates/stampcard-ui/src";

/// The themes that a page may link, in the components' folder and beside the script.
const THEMES: &str = "themes";

/// The sentences of the catalogue that the shell says without the wasm.
const SHELL_SENTENCES: [&str; 4] = ["failure.unavailable", "retry", "close", "rewards.label"];

/// How much of a catalogue's checksum is in its name; `crates/stampcard-widget/npm/src/locale.ts` makes the same name.
const SUM_IN_NAME: usize = 10;

/// Builds the widget. Steps whose input is what it was are left out.
pub fn run(dev: bool) -> Result<(), Fault> {
    tools::wasm_target()?;
    tools::npm_packages(NPM)?;
    let sdk = sh::target().join("sdk");
    let work = sh::target().join("sdk-work");
    make_folder(&work)?;
    let compiled = compile("stampcard-widget", dev)?;
    let engine = compile("stampcard-preview", dev)?;

    let makers = [include_bytes!("build.rs").as_slice(), include_bytes!("glue.rs"), include_bytes!("npm.rs")];
    let wasm_stamp = stamp(&[&[u8::from(dev)], &read(&compiled)?, &read(&engine)?, &makers.concat()]);
    step(&work.join("wasm.stamp"), &wasm_stamp, "the wasm", || {
        bind(&compiled, &work, dev)?;
        small(&engine, &work.join("preview.wasm"), dev)
    })?;

    let sources = shell_sources()?;
    let mut parts = vec![wasm_stamp.as_bytes()];
    parts.extend(sources.iter().map(Vec::as_slice));
    step(&work.join("shell.stamp"), &stamp(&parts), "the shell", || bundle(&work, &sdk, &wasm_stamp))?;
    say(&format!("the widget is in {}", sdk.display()));
    Ok(())
}

/// Compiles a crate, which no other one may lend features to; what was compiled is the answer.
fn compile(package: &str, dev: bool) -> Result<PathBuf, Fault> {
    say(&format!("compiling {package}"));
    let profile = if dev { "wasm-dev" } else { "wasm" };
    let mut build = cargo(&["build", "--package", package, "--target", "wasm32-unknown-unknown"]);
    build.args(["--profile", profile]);
    if !dev {
        // Panics name the file they are in: without this the widget would hold, and weigh, this machine's folders.
        build.env("CARGO_ENCODED_RUSTFLAGS", remapped_paths());
    }
    let this =
        std::env::current_exe().map_err(|e| Fault::Setup(format!("this program cannot find itself: {e}")))?;
    build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", this).env(link::LINKER, link::linker()?);
    sh::run(build)?;
    let folder = sh::target().join("wasm32-unknown-unknown").join(profile);
    Ok(folder.join(package.replace('-', "_")).with_extension("wasm"))
}

fn remapped_paths() -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let mut maps = vec![format!("--remap-path-prefix={}=", root().display())];
    let registries =
        home.map(|home| home.join("registry/src")).and_then(|sources| fs::read_dir(sources).ok());
    for registry in registries.into_iter().flatten().flatten() {
        maps.push(format!("--remap-path-prefix={}=", registry.path().display()));
    }
    maps.join("\u{1f}")
}

/// Makes the small wasm and its JavaScript side.
fn bind(compiled: &Path, work: &Path, dev: bool) -> Result<(), Fault> {
    let odd = |e| Fault::Failed(format!("wasm-bindgen cannot read the widget: {e:#}"));
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).out_name("stampcard").typescript(false);
    bindgen.remove_producers_section(true);
    let mut bound = bindgen.web(true).and_then(Bindgen::generate_output).map_err(odd)?;
    if !dev {
        silence(bound.wasm_mut())?;
    }
    // Written to files, as only those are laid out in the lines that `glue` reads.
    let folder = work.join("bound");
    bound.emit(&folder).map_err(odd)?;
    let js = fs::read_to_string(folder.join("stampcard.js")).map_err(|e| unreadable(&folder, &e))?;
    let (from, to) = (folder.join("stampcard_bg.wasm"), work.join("stampcard.wasm"));
    small(&from, &to, dev)?;

    let (patched, shaken) = (work.join("patched.mjs"), work.join("shaken.mjs"));
    write(&patched, glue::patched(&js, &npm::imports(&to)?)?.as_bytes())?;
    npm::esbuild(&patched, &shaken, &["--bundle".to_owned(), "--format=esm".to_owned()])?;
    let module = fs::read_to_string(&shaken).map_err(|e| unreadable(&shaken, &e))?;
    write(&work.join("glue.js"), glue::as_function(&module)?.as_bytes())
}

/// Makes a wasm as small as it gets, unless it is to be ready soon.
fn small(from: &Path, to: &Path, dev: bool) -> Result<(), Fault> {
    if dev { copy(from, to) } else { npm::wasm_opt(from, to) }
}

/// Parts of the standard library that only messages need which nobody reads: why an answer is malformed is told as one
/// code, and of a panic only its place. The compiler cannot know, and printing a fraction alone weighs as much as a
/// component.
const SILENT: [(&str, &str); 5] = [
    ("<f64 as core", "::fmt::Display>::fmt"),
    ("<&str as core", "::fmt::Debug>::fmt"),
    ("<char as core", "::fmt::Debug>::fmt"),
    ("<serde_core::de::Unexpected as core", "::fmt::Display>::fmt"),
    ("<wasm_bindgen::JsValue as core", "::fmt::Debug>::fmt"),
];

/// Makes those functions print nothing.
fn silence(wasm: &mut walrus::Module) -> Result<(), Fault> {
    for (start, end) in SILENT {
        let is_it = |name: &str| name.starts_with(start) && name.contains(end);
        let found = wasm.funcs.iter().find(|function| function.name.as_deref().is_some_and(is_it));
        let id = found.map(|function| function.id()).ok_or_else(|| {
            Fault::Failed(format!("the wasm has no function {start}…{end} any more: take it off the list"))
        })?;
        if let walrus::FunctionKind::Local(function) = &mut wasm.funcs.get_mut(id).kind {
            let mut body = function.builder_mut().func_body();
            body.instrs_mut().clear();
            body.i32_const(0);
        }
    }
    Ok(())
}

/// Everything else that the shell is made of: files whose content decides whether it is made anew.
fn shell_sources() -> Result<Vec<Vec<u8>>, Fault> {
    let mut files = Vec::new();
    for folder in [npm::folder().join("src"), npm::folder().join("types"), root().join(UI)] {
        list(&folder, &mut files)?;
    }
    files.extend(
        ["package-lock.json", "errors.md", "custom-elements.json"].map(|name| npm::folder().join(name)),
    );
    files.sort();
    let mut sources = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_none_or(|end| end != "rs")) {
        sources.push(read(file)?);
    }
    Ok(sources)
}

/// Bundles the two scripts and lays everything out.
fn bundle(work: &Path, sdk: &Path, build: &str) -> Result<(), Fault> {
    make_folder(sdk)?;
    let styles = styles()?;
    write(&work.join("styles.css"), styles.as_bytes())?;
    let minify = "--minify".to_owned();
    npm::esbuild(&work.join("styles.css"), &work.join("styles.min.css"), std::slice::from_ref(&minify))?;

    let mut flags = vec![
        "--bundle".to_owned(),
        minify.clone(),
        format!("--alias:stampcard-glue={}", work.join("glue.js").display()),
        format!("--alias:stampcard-css={}", work.join("styles.min.css").display()),
        "--loader:.css=text".to_owned(),
        format!("--define:BUILD={:?}", build),
        format!("--define:VERSION={:?}", env!("CARGO_PKG_VERSION")),
        format!("--define:SENTENCES={}", sentences(sdk)?),
    ];
    flags.push("--format=iife".to_owned());
    npm::esbuild(&npm::folder().join("src/script.ts"), &sdk.join("stampcard.js"), &flags)?;
    flags.pop();
    flags.push("--format=esm".to_owned());
    npm::esbuild(&npm::folder().join("src/index.ts"), &sdk.join("stampcard.mjs"), &flags)?;
    npm::esbuild(&work.join("glue.js"), &work.join("glue.min.js"), &[minify, "--format=esm".to_owned()])?;

    for wasm in ["stampcard.wasm", "preview.wasm"] {
        copy(&work.join(wasm), &sdk.join(wasm))?;
    }
    lay_out_themes(sdk)?;
    copy(&npm::folder().join("types/stampcard.d.ts"), &sdk.join("stampcard.d.ts"))?;
    copy(&npm::folder().join("custom-elements.json"), &sdk.join("custom-elements.json"))?;
    copy(&npm::folder().join("errors.md"), &sdk.join("errors.md"))
}

/// The components' styles in the order of their list.
fn styles() -> Result<String, Fault> {
    let folder = root().join(UI);
    let order = fs::read_to_string(folder.join("styles.txt")).map_err(|e| unreadable(&folder, &e))?;
    let mut all = String::new();
    for name in order.lines().map(str::trim).filter(|name| !name.is_empty()) {
        let path = folder.join(name);
        all.push_str(&fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?);
        all.push('\n');
    }
    Ok(all)
}

/// Lays out the themes as they are written: who wants a theme of their own begins with one of them.
fn lay_out_themes(sdk: &Path) -> Result<(), Fault> {
    let mut themes = Vec::new();
    list(&root().join(UI).join(THEMES), &mut themes)?;
    make_folder(&sdk.join(THEMES))?;
    for theme in themes {
        copy(&theme, &sdk.join(THEMES).join(theme.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// Lays out the catalogues other than the built-in English one. The answer is what the shell says itself in each
/// language, and the SHA-256 of the catalogue: the browser refuses another one, and the file is named after it.
fn sentences(sdk: &Path) -> Result<serde_json::Value, Fault> {
    let places = sdk.join("locale");
    if places.exists() {
        // What was there is named after other contents.
        fs::remove_dir_all(&places).map_err(|e| unwritable(&places, &e))?;
    }
    make_folder(&places)?;
    let mut files = Vec::new();
    list(&root().join(UI).join("locale"), &mut files)?;
    let mut of_shell = serde_json::Map::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "json")) {
        let catalogue: serde_json::Value = serde_json::from_slice(&read(file)?)
            .map_err(|e| Fault::Failed(format!("{} is no catalogue: {e}", file.display())))?;
        let tag = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut said: Vec<String> = SHELL_SENTENCES
            .map(|key| catalogue.get(key).and_then(|text| text.as_str()).unwrap_or_default().to_owned())
            .to_vec();
        if tag != "en" {
            let plain = places.join("plain.json");
            write(&plain, catalogue.to_string().as_bytes())?;
            let sum = npm::sha256(&plain)?;
            let named =
                sum.chars().take(SUM_IN_NAME).map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
            let place = places.join(format!("{tag}-{}.json", named.collect::<String>()));
            fs::rename(&plain, &place).map_err(|e| unwritable(&place, &e))?;
            said.push(sum);
        }
        of_shell.insert(tag, serde_json::json!(said));
    }
    Ok(of_shell.into())
}

/// Does the work unless the stamp of its last input is this one.
fn step(
    place: &Path,
    stamp: &str,
    what: &str,
    work: impl FnOnce() -> Result<(), Fault>,
) -> Result<(), Fault> {
    let is_done = fs::read_to_string(place).is_ok_and(|last| last == stamp);
    if is_done && sh::target().join("sdk/stampcard.js").exists() {
        return Ok(());
    }
    say(&format!("making {what}"));
    work()?;
    write(place, stamp.as_bytes())
}

fn stamp(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Every file below a folder.
pub fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Fault> {
    for entry in fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
        let path = entry.map_err(|e| unreadable(folder, &e))?.path();
        if path.is_dir() { list(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn make_folder(place: &Path) -> Result<(), Fault> {
    fs::create_dir_all(place).map_err(|e| unwritable(place, &e))
}

fn read(place: &Path) -> Result<Vec<u8>, Fault> {
    fs::read(place).map_err(|e| unreadable(place, &e))
}

fn write(place: &Path, content: &[u8]) -> Result<(), Fault> {
    fs::write(place, content).map_err(|e| unwritable(place, &e))
}

fn copy(from: &Path, to: &Path) -> Result<(), Fault> {
    write(to, &read(from)?)
}

fn unreadable(place: &Path, error: &std::io::Error) -> Fault {
    Fault::Failed(format!("{} cannot be read: {error}", place.display()))
}

fn unwritable(place: &Path, error: &std::io::Error) -> Fault {
    Fault::Setup(format!("{} cannot be written: {error}", place.display()))
}
