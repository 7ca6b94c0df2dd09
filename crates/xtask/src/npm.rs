//! The JavaScript tools of the widget's npm package.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    fault::Fault,
    sh::{self, command},
};

/// The folder of the npm package.
pub const FOLDER: &str = "crates/stampcard-widget/npm";

/// Optimizes a wasm file for size. Features are listed one by one: with all of them the output needs some that no
/// browser has.
pub fn wasm_opt(from: &Path, to: &Path) -> Result<(), Fault> {
    let mut tool = tool("binaryen/bin/wasm-opt");
    tool.args([
        "-Oz",
        "--converge",
        "--enable-reference-types",
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-multivalue",
        "--strip-target-features",
        "-o",
    ]);
    tool.arg(to).arg(from);
    sh::run(tool)
}

/// Bundles or minifies with esbuild.
pub fn esbuild(from: &Path, to: &Path, flags: &[String]) -> Result<(), Fault> {
    let mut tool = tool("esbuild/bin/esbuild");
    tool.arg(from).args(["--target=es2022", "--charset=utf8", "--log-level=warning"]).args(flags);
    tool.arg(format!("--outfile={}", to.display()));
    sh::run(tool)
}

/// The names of the functions that a wasm file imports.
pub fn imports(wasm: &Path) -> Result<BTreeSet<String>, Fault> {
    const SCRIPT: &str = "const [, path] = process.argv, wasm = new WebAssembly.Module(fs.readFileSync(path)); \
        console.log(WebAssembly.Module.imports(wasm).map(({ name }) => name).join('\\n'))";
    Ok(evaluate(SCRIPT, wasm)?.lines().map(str::to_owned).collect())
}

/// How many bytes a file has after brotli at its best.
pub fn brotli(file: &Path) -> Result<u64, Fault> {
    const SCRIPT: &str = "const [, path] = process.argv; \
        const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: fs.statSync(path).size }; \
        console.log(zlib.brotliCompressSync(fs.readFileSync(path), { params }).length)";
    let told = evaluate(SCRIPT, file)?;
    told.trim().parse().map_err(|_| Fault::Failed(format!("{} cannot be weighed", file.display())))
}

/// A file's SHA-256 in base64, as `integrity` takes it.
pub fn sha256(file: &Path) -> Result<String, Fault> {
    const SCRIPT: &str = "const [, path] = process.argv; \
        console.log(crypto.createHash('sha256').update(fs.readFileSync(path)).digest('base64'))";
    Ok(evaluate(SCRIPT, file)?.trim().to_owned())
}

/// What a line of JavaScript prints about a file.
fn evaluate(script: &str, file: &Path) -> Result<String, Fault> {
    let mut node = command("node", &["--eval", script], ".");
    let told = node.arg(file).output().map_err(|e| Fault::Setup(format!("node cannot be started: {e}")))?;
    if !told.status.success() {
        let error = String::from_utf8_lossy(&told.stderr).into_owned();
        return Err(Fault::Failed(format!("{} cannot be read: {error}", file.display())));
    }
    Ok(String::from_utf8_lossy(&told.stdout).into_owned())
}

/// A package's program, run by node.
fn tool(program: &str) -> std::process::Command {
    let mut node = command("node", &[], ".");
    node.arg(folder().join("node_modules").join(program));
    node
}

/// The folder of the npm package as a path.
pub fn folder() -> PathBuf {
    sh::root().join(FOLDER)
}
