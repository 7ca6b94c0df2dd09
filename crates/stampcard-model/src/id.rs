//! Identifiers: opaque, bounded strings.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::answer::{Fault, Read, Tree};

/// The longest identifier, in bytes.
const LENGTH_MAX: usize = 64;

/// An identifier that is empty, longer than 64 bytes, or holds anything but visible ASCII characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError;

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an identifier has 1 to 64 visible ASCII characters and no space")
    }
}

impl core::error::Error for IdError {}

/// Whether a text is an identifier.
fn fits(id: &str) -> bool {
    (1..=LENGTH_MAX).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
}

/// The text of any identifier, once for all of them.
#[inline(never)]
fn read(tree: &Tree, fault: &Fault) -> String {
    let id = tree.text(fault);
    if fits(id) { id.to_owned() } else { fault.found(tree, String::new()) }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $example:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(
            value_type = String, min_length = 1, max_length = 64, pattern = "^[!-~]{1,64}$", example = $example
        ))]
        pub struct $name(String);

        impl $name {
            /// Takes a string as an identifier.
            ///
            /// # Errors
            /// Fails unless `id` is 1 to 64 visible ASCII characters (`!` to `~`).
            pub fn new(id: impl Into<String>) -> Result<Self, IdError> {
                let id = id.into();
                if fits(&id) { Ok(Self(id)) } else { Err(IdError) }
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(id: String) -> Result<Self, IdError> {
                Self::new(id)
            }
        }

        impl Read for $name {
            fn read(tree: &Tree, fault: &Fault) -> Self {
                Self(read(tree, fault))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// Names a program.
    ProgramId = "lantern";
    /// Names a member inside the ledger: a surrogate that says nothing about the person.
    MemberId = "m_01jd3v5k0x8q";
    /// Names a tier of a program.
    TierId = "gold";
    /// Names a reward of a program.
    RewardId = "tote-bag";
    /// Names an earn rule of a program.
    RuleId = "spend";
    /// Names an order of the host shop.
    OrderId = "1042";
    /// Names a redemption.
    RedemptionId = "r_01jd3v9w2m4c";
    /// The code a member shows or types to use a voucher.
    VoucherCode = "7K2M-9QXR-4TBD";
    /// Names a product variant of the host shop.
    Sku = "TEA-OOLONG-100";
    /// Names a product category of the host shop.
    Category = "tea";
    /// Names a product of the host shop, with all its variants.
    ProductId = "oolong";
    /// Names a group of members, which the caller works out.
    SegmentId = "gardeners";
    /// Names what a member consents to.
    PurposeId = "marketing";
    /// Names a multiplier of a program.
    MultiplierId = "double-tea-week";
    /// Names a price event of a program.
    PriceEventId = "half-price-june";
    /// Names an offer of a program.
    OfferId = "spring-bonus";
    /// Names something a member did; it earns once.
    ActivityId = "review-88";
    /// Tells activities of one kind apart: which network, which survey, which workshop.
    ActivityCode = "instagram";
    /// Names the invitation of one friend by one member.
    ReferralId = "f_01jd3w7p";
    /// Names a household by a digest that the merchant makes of what its people share: an address, a phone, a device.
    HouseholdId = "9f86d081884c7d65";
    /// What a member invites friends with.
    ReferralCode = "4TBD-7K2M-9QXR";
    /// Names a survey of the host shop.
    SurveyId = "2026-spring";
    /// Names an address that is told of what happens.
    WebhookId = "w_01jd3vb7q2zk";
}

impl PurposeId {
    /// The purpose of whatever is chosen for one member alone. Without a decision it is carried out; whoever refuses it
    /// belongs to no segment and has no offer that was given to them.
    pub const PERSONALIZATION: &str = "personalization";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_short_visible_ascii() {
        assert!(OrderId::new("#1042/a").is_ok());
        assert!(OrderId::new("x".repeat(64)).is_ok());
        for bad in ["", " ", "a b", "积分", "a\n", &"x".repeat(65)] {
            assert_eq!(OrderId::new(bad), Err(IdError), "{bad:?} was taken");
        }
    }
}
