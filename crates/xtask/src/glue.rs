//! The JavaScript side of the wasm, from what wasm-bindgen writes to what the shell carries.

use std::collections::BTreeSet;

use crate::fault::Fault;

/// Classes whose exports were not linked.
const UNUSED_CLASSES: &str = "IntoUnderlying";

/// What writes markup. Nothing of ours does: text becomes nodes, so that pages that enforce Trusted Types need no policy.
const SINK: &str = ".innerHTML";

/// Starts an instance from a compiled module; fetching is the shell's. An end leaves nothing of it that can be called:
/// its promises, timers and listeners would trap again, in memory that a crash has left torn.
const LIFE: &str = "\
async function init(module) {
    __wbg_finalize_init(await WebAssembly.instantiate(module, __wbg_get_imports()), module);
}
function end() {
    wasm = new Proxy({}, { get: () => () => [] });
}
export { init, end };
";

/// What wasm-bindgen wrote, without what nobody uses: `imports` are those that the finished wasm still has.
pub fn patched(glue: &str, imports: &BTreeSet<String>) -> Result<String, Fault> {
    let mut kept = String::new();
    let (mut in_kept_statement, mut in_kept_import) = (true, true);
    for line in glue.lines() {
        if line.starts_with("async function __wbg_load(") {
            kept.push_str(LIFE);
            return if kept.contains(SINK) {
                Err(odd("nothing that writes markup was expected"))
            } else {
                Ok(kept)
            };
        }
        if line.starts_with(|first: char| first.is_alphabetic() || first == '/') {
            in_kept_statement = !line.contains(UNUSED_CLASSES);
        }
        if let Some(import) = import_name(line) {
            in_kept_import = imports.contains(import);
        } else if !line.starts_with("        ") {
            in_kept_import = true;
        }
        if in_kept_statement && in_kept_import {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    Err(odd("the function that loads the wasm was expected"))
}

/// An ES module as a function that makes a new instance with every call, so that a crashed one can be left behind.
pub fn as_function(module: &str) -> Result<String, Fault> {
    let (body, exports) =
        module.rsplit_once("export {").ok_or_else(|| odd("a list of exports was expected"))?;
    let names = exports.split_once('}').ok_or_else(|| odd("an end of the exports was expected"))?.0;
    if names.contains(" as ") || body.contains("import.meta") || body.contains("\nimport ") {
        return Err(odd("neither imports nor renamed exports were expected"));
    }
    Ok(format!("export default function instance() {{\n{body}\nreturn {{{names}}};\n}}\n"))
}

/// The name of the import whose function begins in this line.
fn import_name(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix("        ")?.split_once(": ")?;
    (name.starts_with("__w") && rest.starts_with("function")).then_some(name)
}

fn odd(what: &str) -> Fault {
    Fault::Failed(format!("wasm-bindgen's output has another shape: {what}"))
}
