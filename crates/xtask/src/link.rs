//! The wasm's linker: LLVM's own, which is told to export less.
//!
//! Leptos brings streams for server functions, which the widget has none of. Their exports keep all behind them in the
//! wasm, and once linked nobody can tell it from what is needed. Nothing but a linker's arguments can leave it out.

use std::{ffi::OsString, path::PathBuf, process::Command};

use crate::fault::Fault;

/// Names LLVM's linker when this program is run as one.
pub const LINKER: &str = "STAMPCARD_LINKER";

/// What is common to the names of the exports that nobody calls.
const UNUSED: &str = "intounderlying";

/// The linker that comes with the toolchain.
pub fn linker() -> Result<PathBuf, Fault> {
    let about = |what: &str| {
        let told =
            Command::new("rustc").args(["--print", what]).current_dir(crate::sh::root()).output().ok()?;
        Some(String::from_utf8(told.stdout).ok()?.trim().to_owned())
    };
    let place = about("sysroot").zip(about("host-tuple")).map(|(sysroot, host)| {
        PathBuf::from(sysroot)
            .join("lib/rustlib")
            .join(host)
            .join("bin")
            .join(format!("rust-lld{}", std::env::consts::EXE_SUFFIX))
    });
    place.filter(|place| place.exists()).ok_or_else(|| {
        Fault::Setup("the toolchain's rust-lld is needed: install Rust with rustup.".to_owned())
    })
}

/// Links with `linker`, as rustc asked for with the arguments of this program.
pub fn run(linker: OsString) -> Result<(), Fault> {
    let mut link = Command::new(linker);
    let mut args = std::env::args_os().skip(1).peekable();
    while let Some(arg) = args.next() {
        let is_unused = |arg: &OsString| arg.to_string_lossy().contains(UNUSED);
        if arg == "--export" && args.next_if(is_unused).is_some() || is_unused(&arg) {
            continue;
        }
        link.arg(arg);
    }
    crate::sh::run(link)
}
