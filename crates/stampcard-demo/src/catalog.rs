//! What the shop sells, and for how much. Names and stories are words of the pages (`www/locale`).

use serde::Deserialize;
use stampcard_model::{Category, Sku};

/// Everything on sale.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Catalog {
    /// What a parcel costs, in cents.
    pub(crate) shipping_minor: u64,
    /// From this subtotal on parcels are free, in cents.
    pub(crate) free_shipping_from_minor: u64,
    /// In the order in which they are shown.
    pub(crate) products: Vec<Product>,
}

/// One thing on sale.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Product {
    /// Its place in addresses and among the words.
    pub(crate) slug: String,
    pub(crate) sku: Sku,
    pub(crate) category: Category,
    /// In cents, tax included.
    pub(crate) price_minor: u64,
    /// Whether it is on the shelf, or only comes with a voucher.
    pub(crate) listed: bool,
}

impl Catalog {
    /// The shop's own list.
    pub(crate) fn own() -> Self {
        serde_json::from_str(include_str!("../catalog.json"))
            .expect("the demo's catalog has the shape of a catalog")
    }

    pub(crate) fn product(&self, sku: &Sku) -> Option<&Product> {
        self.products.iter().find(|product| product.sku == *sku)
    }

    pub(crate) fn listed(&self) -> impl Iterator<Item = &Product> {
        self.products.iter().filter(|product| product.listed)
    }
}

impl Product {
    /// Where its picture is.
    pub(crate) fn image(&self) -> String {
        let folder = if self.listed { "products" } else { "rewards" };
        format!("/images/{folder}/{}.svg", self.slug)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;

    #[test]
    fn every_product_has_a_picture_and_a_name_of_its_own() {
        let www = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www");
        let catalog = Catalog::own();
        let slugs: BTreeSet<_> = catalog.products.iter().map(|product| &product.slug).collect();
        let skus: BTreeSet<_> = catalog.products.iter().map(|product| &product.sku).collect();
        assert_eq!((slugs.len(), skus.len()), (catalog.products.len(), catalog.products.len()));
        for product in &catalog.products {
            let image = product.image();
            assert!(www.join(image.trim_start_matches('/')).is_file(), "{image}");
        }
    }
}
