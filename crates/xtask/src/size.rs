//! `cargo xtask size`: the widget's weight against `tests/golden/sizes.json`.

use crate::fault::Fault;

/// Compares the sizes, or writes them down.
pub fn run(_update: bool) -> Result<(), Fault> {
    Err(Fault::Failed("the widget has no build yet".to_owned()))
}
