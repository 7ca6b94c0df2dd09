//! `cargo xtask build`: the widget's files in `target/sdk/`.

use crate::fault::Fault;

/// The folder of the npm package.
pub const NPM: &str = "crates/stampcard-widget/npm";

/// Builds the widget.
pub fn run(_dev: bool) -> Result<(), Fault> {
    Err(Fault::Failed("the widget has no build yet".to_owned()))
}
