//! What the shop's backend says when it does not do something. The page has a sentence for each code.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use stampcard_model::Refusal;

use crate::{loyalty::No, pricing::NoPrice};

macro_rules! problems {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $status:ident;)*) => {
        /// What the shop's backend says when it does not do something.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Problem {
            $($(#[doc = $doc])* $name,)*
        }

        impl Problem {
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            pub(crate) const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }
        }
    };
}

problems! {
    /// The request has not the shape that it should have.
    BadRequest = "bad_request", BAD_REQUEST;
    /// It is for members, and the visitor is a guest.
    NotSignedIn = "not_signed_in", UNAUTHORIZED;
    /// Another site's page sent it.
    ForeignOrigin = "foreign_origin", FORBIDDEN;
    /// There is nothing in the cart.
    EmptyCart = "empty_cart", UNPROCESSABLE_ENTITY;
    /// Something in the cart is not sold.
    UnknownProduct = "unknown_product", UNPROCESSABLE_ENTITY;
    /// More of something than fits into a parcel, or none of it.
    TooMany = "too_many", UNPROCESSABLE_ENTITY;
    /// Guests have no vouchers.
    VoucherNeedsMember = "voucher_needs_member", UNPROCESSABLE_ENTITY;
    /// The member has no such voucher.
    VoucherUnknown = "voucher_unknown", UNPROCESSABLE_ENTITY;
    /// It was used before.
    VoucherUsed = "voucher_used", UNPROCESSABLE_ENTITY;
    /// It was not used in time.
    VoucherExpired = "voucher_expired", UNPROCESSABLE_ENTITY;
    /// It is honored elsewhere.
    VoucherNotForCart = "voucher_not_for_cart", UNPROCESSABLE_ENTITY;
    /// The cart would cost the same with it.
    VoucherNoEffect = "voucher_no_effect", UNPROCESSABLE_ENTITY;
    /// The member has no such order.
    OrderUnknown = "order_unknown", NOT_FOUND;
    /// It was taken back before.
    OrderReturned = "order_returned", CONFLICT;
    /// It was bought too long ago to be taken back.
    OrderTooOld = "order_too_old", CONFLICT;
    /// The same attempt came before with another cart, or the price on the page is not the price.
    OrderChanged = "order_changed", CONFLICT;
    /// The loyalty program has not answered for it yet.
    OrderUnfinished = "order_unfinished", CONFLICT;
    /// The loyalty program does not answer.
    LoyaltyUnavailable = "loyalty_unavailable", SERVICE_UNAVAILABLE;
    /// Something broke in the shop; the log says what.
    Internal = "internal", INTERNAL_SERVER_ERROR;
}

#[derive(Serialize)]
struct Body {
    code: &'static str,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status(), Json(Body { code: self.code() })).into_response()
    }
}

impl From<NoPrice> for Problem {
    fn from(no: NoPrice) -> Self {
        match no {
            NoPrice::EmptyCart => Self::EmptyCart,
            NoPrice::UnknownProduct => Self::UnknownProduct,
            NoPrice::TooMany => Self::TooMany,
            NoPrice::VoucherNotForCart => Self::VoucherNotForCart,
            NoPrice::VoucherNoEffect => Self::VoucherNoEffect,
        }
    }
}

impl From<No> for Problem {
    fn from(no: No) -> Self {
        match no {
            No::Refused(Refusal::VoucherNotFound) => Self::VoucherUnknown,
            No::Refused(Refusal::VoucherUsed) => Self::VoucherUsed,
            No::Refused(Refusal::VoucherExpired) => Self::VoucherExpired,
            No::Refused(Refusal::OrderAlreadyRefunded) => Self::OrderReturned,
            No::Refused(refusal) => {
                tracing::error!(%refusal, "the loyalty program refused what the shop never asks for");
                Self::Internal
            }
            No::Unavailable => Self::LoyaltyUnavailable,
        }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the shop's books cannot be read or written");
        Self::Internal
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::words::{Language, Words};

    #[test]
    fn the_page_has_a_sentence_for_every_code() {
        let www = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www");
        let words = Words::read(&www).expect("the words are there");
        for problem in Problem::ALL {
            let key = format!("error.{}", problem.code());
            assert!(words.text(Language::En, &key).is_some(), "{key}");
        }
    }
}
