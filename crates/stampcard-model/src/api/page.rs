//! Pages of a list.

use serde::{Deserialize, Deserializer, Serialize};

use crate::answer::{self, Fault, Read, Tree};

/// How many items a page has unless the request says so.
pub const LIMIT_DEFAULT: u16 = 20;
/// How many items a request may ask for.
pub const LIMIT_MAX: u16 = 100;

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items of this part.
    pub items: Vec<T>,
    /// What to send as `cursor` for the next part; none at the end. Opaque and bound to the list it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T: Read> Read for Page<T> {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        Self { items: tree.field("items", fault), next: tree.field("next", fault) }
    }
}

impl<'de, T: Read> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        answer::read(from)
    }
}
