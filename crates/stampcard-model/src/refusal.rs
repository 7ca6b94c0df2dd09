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
    /// No such activity was booked, or the program gives nothing for it.
    ActivityNotFound = "activity_not_found",
    /// No such invitation, or the program gives nothing for it.
    ReferralNotFound = "referral_not_found",
    /// No such offer in the program, or it was not taken up.
    OfferNotFound = "offer_not_found",
    /// No such redemption.
    RedemptionNotFound = "redemption_not_found",
    /// No such voucher.
    VoucherNotFound = "voucher_not_found",
    /// The order was booked before.
    OrderAlreadyBooked = "order_already_booked",
    /// The activity was booked before.
    ActivityAlreadyBooked = "activity_already_booked",
    /// The invitation was rewarded before.
    ReferralAlreadyBooked = "referral_already_booked",
    /// The offer was taken up before.
    OfferAlreadyActivated = "offer_already_activated",
    /// The order was refunded before.
    OrderAlreadyRefunded = "order_already_refunded",
    /// What earned the points was taken back before.
    AlreadyReversed = "already_reversed",
    /// More is said to come back than the order has.
    ReturnExceedsOrder = "return_exceeds_order",
    /// The order was booked without its lines: it can come back only as a whole.
    OrderLinesUnknown = "order_lines_unknown",
    /// The order's money is not the program's.
    MoneyMismatch = "money_mismatch",
    /// The voucher was used before.
    VoucherUsed = "voucher_used",
    /// The voucher expired.
    VoucherExpired = "voucher_expired",
    /// The redemption is not held, or no longer.
    RedemptionNotHeld = "redemption_not_held",
    /// The redemption was cancelled before, or given up.
    RedemptionAlreadyCancelled = "redemption_already_cancelled",
    /// The redemption can no longer be cancelled.
    CancellationClosed = "cancellation_closed",
    /// The order is too small.
    OrderTooSmall = "order_too_small",
    /// The code is not the offer's.
    OfferCodeWrong = "offer_code_wrong",
    /// It is not on at this time.
    NotOpen = "not_open",
    /// The reward is for a higher tier.
    TierRequired = "tier_required",
    /// It is for other members.
    NotEligible = "not_eligible",
    /// It needs a consent that the member has not given.
    ConsentRequired = "consent_required",
    /// The member has earned as much for it as one member may, or all members have.
    EarnLimitReached = "earn_limit_reached",
    /// The member has redeemed this reward as often as one member may.
    MemberLimitReached = "member_limit_reached",
    /// The member redeemed this reward too short a time ago.
    CooldownActive = "cooldown_active",
    /// No unit is left.
    OutOfStock = "out_of_stock",
    /// No unit is left in this period.
    PeriodCapReached = "period_cap_reached",
    /// The price is not one that the member may choose.
    PriceNotOffered = "price_not_offered",
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
    /// The member told of a birthday before.
    BirthdayAlreadyTold = "birthday_already_told",
    /// The friend follows an invitation already.
    AlreadyReferred = "already_referred",
    /// No such webhook.
    WebhookNotFound = "webhook_not_found",
    /// The program has as many webhooks as it may.
    TooManyWebhooks = "too_many_webhooks",
    /// No such message was given up.
    MessageNotFound = "message_not_found",
    /// The webhook is disabled.
    WebhookDisabled = "webhook_disabled",
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
