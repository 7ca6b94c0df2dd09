//! `GET /v1/me/offers`, `POST /v1/me/offers/{id}/activate` and `PUT /v1/members/offers`.

use serde::{Deserialize, Serialize};

use crate::{
    BasisPoints, Category, Date, OfferGives, OfferId, Points, ProductId, Sku, Timestamp, VoucherCode,
    answer::{Fault, Read, Tree, answers, read_by_serde, words},
    wire::is_default,
};

/// An offer of the member as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferView {
    /// Names the offer.
    pub id: OfferId,
    /// What the member reads first.
    pub title: String,
    /// One or two sentences more; may be empty.
    pub description: String,
    /// What it gives.
    pub gives: OfferGivesView,
    /// Where it is in its life.
    pub state: OfferState,
    /// Whether taking it up needs a code.
    #[serde(default, skip_serializing_if = "is_default")]
    pub needs_code: bool,
    /// How often the member may still use it.
    pub uses_left: u64,
    /// When the member took it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_up_at: Option<Timestamp>,
    /// The first day that it is on, in the program's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<Date>,
    /// The last day that it is on, in the program's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Date>,
    /// The code of the [`crate::Refusal`] that taking it up would meet now, the typed code aside; while it is active, why it
    /// gives nothing now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// Where an offer is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OfferState {
    /// The member may take it up.
    Open,
    /// It gives something with the next order that fits it.
    Active,
    /// It was used as often as it may be.
    Used,
    /// Something this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

/// What an offer gives, as [`OfferGives`] says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OfferGivesView {
    /// Points for taking it up.
    Points {
        /// So many.
        points: Points,
    },
    /// Points with the next order that is large enough.
    Bonus {
        /// So many.
        points: Points,
        /// Goods for at least so much, in minor units.
        #[serde(default, skip_serializing_if = "is_default")]
        minimum_order_minor: u64,
    },
    /// More points for money spent with the next order that is large enough. With lists: for lines that any of them names.
    Multiplier {
        /// What points are multiplied by; 10,000 is one times.
        factor: BasisPoints,
        /// Goods for at least so much, in minor units.
        #[serde(default, skip_serializing_if = "is_default")]
        minimum_order_minor: u64,
        /// Lines of these categories.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        categories: Vec<Category>,
        /// Lines of these products.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        products: Vec<ProductId>,
        /// Lines of these product variants.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skus: Vec<Sku>,
    },
    /// Something this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}

impl From<&OfferGives> for OfferGivesView {
    fn from(gives: &OfferGives) -> Self {
        match gives.clone() {
            OfferGives::Points { points } => Self::Points { points },
            OfferGives::Bonus { points, minimum_order_minor } => Self::Bonus { points, minimum_order_minor },
            OfferGives::Multiplier { factor, lines, minimum_order_minor } => Self::Multiplier {
                factor,
                minimum_order_minor,
                categories: lines.categories,
                products: lines.products,
                skus: lines.skus,
            },
        }
    }
}

/// Takes an offer up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewOfferActivation {
    /// The code that the offer asks for; capitals make no difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<VoucherCode>,
}

/// What taking an offer up did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivatedOffer {
    /// The offer.
    pub offer_id: OfferId,
    /// Points that it gave at once; an offer that is used with an order gives none now.
    pub points: Points,
    /// When they expire; none means never, or that there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Available points after it.
    pub balance_after: Points,
}

/// Gives an offer to one member, or takes it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewMemberOffer {
    /// The host shop's own id of the customer, as enrolled.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 128, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub member_reference: String,
    /// Which; the program must say that it is given one by one.
    pub offer_id: OfferId,
    /// Whether the member has it from now on.
    pub given: bool,
}

/// Whether a member has an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberOffer {
    /// Which.
    pub offer_id: OfferId,
    /// Whether the member has it.
    pub given: bool,
}

answers! {
    OfferView {
        id, title, description, gives, state, needs_code = false, uses_left, taken_up_at, starts_on, ends_on, refusal,
    }
    ActivatedOffer { offer_id, points, expires_at, balance_after }
}

words! {
    OfferState else Unrecognized { "open" Open, "active" Active, "used" Used }
}

impl Read for OfferGivesView {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        let minimum_order_minor = || tree.field_or("minimum_order_minor", 0, fault);
        match tree.kind(fault) {
            "points" => Self::Points { points: tree.field("points", fault) },
            "bonus" => Self::Bonus {
                points: tree.field("points", fault),
                minimum_order_minor: minimum_order_minor(),
            },
            "multiplier" => Self::Multiplier {
                factor: tree.field("factor", fault),
                minimum_order_minor: minimum_order_minor(),
                categories: tree.field_or("categories", Vec::new(), fault),
                products: tree.field_or("products", Vec::new(), fault),
                skus: tree.field_or("skus", Vec::new(), fault),
            },
            _ => Self::Unrecognized,
        }
    }
}

read_by_serde! { OfferGivesView }
