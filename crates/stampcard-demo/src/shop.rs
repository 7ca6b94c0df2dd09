//! What every part of the shop's backend shares.

use std::{path::PathBuf, sync::Arc};

use stampcard_model::Program;
use tokio::sync::Mutex;

use crate::{book::Book, catalog::Catalog, loyalty::Loyalty, words::Words};

/// The shop. Clones share everything.
pub(crate) type Shop = Arc<ShopParts>;

pub(crate) struct ShopParts {
    pub(crate) catalog: Catalog,
    /// The program as the merchant knows it, which is its author.
    pub(crate) program: Program,
    pub(crate) loyalty: Loyalty,
    pub(crate) book: Book,
    /// One checkout at a time: of two that are the same attempt, the second finds what the first did.
    pub(crate) till: Mutex<()>,
    pub(crate) www: PathBuf,
    pub(crate) sdk: PathBuf,
    pub(crate) words: Words,
    /// Where pages reach the loyalty API.
    pub(crate) endpoint: String,
    pub(crate) publishable_key: String,
    /// The shop's own origins.
    pub(crate) origins: Vec<String>,
}
