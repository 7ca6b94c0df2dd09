//! Every "no" a rule can say.

use core::fmt;

macro_rules! refusals {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal,)*) => {
        /// A rule said no: expected, named, shown to the member. Where several apply, the first in this order is
        /// returned. A code is never renamed and never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Refusal {
            $($(#[doc = $doc])* $name,)*
        }

        impl Refusal {
            /// Every refusal, in order of precedence.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code on the wire.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The refusal with this code; `None` for a code this version has not heard of.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|refusal| refusal.code() == code)
            }
        }
    };
}

refusals! {
    /// No such member in this program.
    MemberNotFound = "member_not_found",
    /// No such reward in the program.
    RewardNotFound = "reward_not_found",
    /// No such order was booked.
    OrderNotFound = "order_not_found",
    /// No such voucher.
    VoucherNotFound = "voucher_not_found",
    /// The order was booked before.
    OrderAlreadyBooked = "order_already_booked",
    /// The order was refunded before.
    OrderAlreadyRefunded = "order_already_refunded",
    /// The order's money is not the program's.
    MoneyMismatch = "money_mismatch",
    /// The voucher was used before.
    VoucherUsed = "voucher_used",
    /// The voucher expired.
    VoucherExpired = "voucher_expired",
    /// The reward is for a higher tier.
    TierRequired = "tier_required",
    /// The member has redeemed this reward as often as one member may.
    MemberLimitReached = "member_limit_reached",
    /// No unit is left.
    OutOfStock = "out_of_stock",
    /// The price is no longer the one that the member confirmed.
    PriceChanged = "price_changed",
    /// The member has too few points.
    InsufficientPoints = "insufficient_points",
    /// The account would leave the range of points.
    PointsOutOfRange = "points_out_of_range",
    /// The member has redeemed too often lately.
    RedeemedTooOften = "redeemed_too_often",
    /// The member told of this survey before.
    FeedbackAlreadyGiven = "feedback_already_given",
    /// No such webhook.
    WebhookNotFound = "webhook_not_found",
    /// The program has as many webhooks as it may.
    TooManyWebhooks = "too_many_webhooks",
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_snake_case_and_read_back() {
        for refusal in Refusal::ALL {
            let code = refusal.code();
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{code}");
            assert_eq!(Refusal::from_code(code), Some(*refusal));
        }
        assert_eq!(Refusal::from_code("not_yet_invented"), None);
    }
}
