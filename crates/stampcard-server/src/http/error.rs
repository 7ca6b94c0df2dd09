//! What is answered instead of success: RFC 9457 `application/problem+json` with a stable code.

use axum::{
    extract::rejection::{PathRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use stampcard_model::{
    Refusal,
    api::{Problem, ProblemCode, ProblemError},
};

use crate::store::StoreError;

/// The media type of every answer with a status of 400 or more.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// How long to wait unless something else is known, in seconds.
const RETRY_AFTER_S: u32 = 1;

/// Places named at most in one answer.
const ERRORS_MAX: usize = 20;

/// A problem that does not know its request yet. As a response it has no body: the outermost layer, which knows the
/// request's id, puts it into words.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    retryable: bool,
    /// How long to wait before a try that may succeed, in seconds.
    retry_after_s: u32,
    errors: Vec<ProblemError>,
}

impl Failure {
    /// Names a place in the body, a header or a query parameter.
    pub(crate) fn at(self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.with(vec![ProblemError { pointer: pointer.into(), detail: detail.into() }])
    }

    pub(crate) fn with(mut self, mut errors: Vec<ProblemError>) -> Self {
        errors.truncate(ERRORS_MAX);
        self.errors = errors;
        self
    }

    /// Says how many seconds to wait before the next try.
    pub(crate) fn after(self, retry_after_s: u32) -> Self {
        Self { retry_after_s, ..self }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    pub(crate) fn title(&self) -> &'static str {
        self.title
    }

    /// The body for a request.
    pub(crate) fn body(&self, request_id: &str) -> Vec<u8> {
        let problem = Problem {
            type_uri: format!("about:blank#{}", self.code),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            request_id: request_id.to_owned(),
            retryable: self.retryable,
            errors: self.errors.clone(),
        };
        // A struct of strings always has a JSON form.
        serde_json::to_vec(&problem).unwrap_or_default()
    }

    /// What an answer without a problem's body means, by its status alone.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::UNAUTHORIZED => ProblemCode::Unauthorized,
            StatusCode::FORBIDDEN => ProblemCode::OriginNotAllowed,
            StatusCode::NOT_FOUND => ProblemCode::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => ProblemCode::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemCode::UnsupportedMediaType,
            StatusCode::UNPROCESSABLE_ENTITY => ProblemCode::InvalidBody,
            StatusCode::TOO_MANY_REQUESTS => ProblemCode::RateLimited,
            StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => ProblemCode::Unavailable,
            status if status.is_server_error() => ProblemCode::Internal,
            _ => ProblemCode::BadRequest,
        };
        code.into()
    }
}

impl From<ProblemCode> for Failure {
    fn from(code: ProblemCode) -> Self {
        Self {
            // Every code's status is one; a test says so.
            status: StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code: code.code(),
            title: title(code),
            retryable: code.retryable(),
            retry_after_s: RETRY_AFTER_S,
            errors: Vec::new(),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let (status, title) = refused(refusal);
        let code = refusal.code();
        Self { status, code, title, retryable: false, retry_after_s: RETRY_AFTER_S, errors: Vec::new() }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable => ProblemCode::Unavailable,
            StoreError::KeyReused => ProblemCode::IdempotencyKeyReused,
            StoreError::TokenUsed => ProblemCode::TokenUsed,
            StoreError::Broken => ProblemCode::Internal,
        }
        .into()
    }
}

impl From<PathRejection> for Failure {
    /// A path that is no text names nothing.
    fn from(_: PathRejection) -> Self {
        ProblemCode::NotFound.into()
    }
}

impl From<QueryRejection> for Failure {
    fn from(rejection: QueryRejection) -> Self {
        Self::from(ProblemCode::BadRequest).at("query", rejection.body_text())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        let headers = response.headers_mut();
        if self.retryable {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(self.retry_after_s));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The status of each refusal, and a sentence for a developer: 404 for what is not there, 422 for what this program
/// will never take, 409 for what the present state forbids.
fn refused(refusal: Refusal) -> (StatusCode, &'static str) {
    use StatusCode as S;
    match refusal {
        Refusal::MemberNotFound => (S::NOT_FOUND, "No such member is enrolled."),
        Refusal::RewardNotFound => (S::NOT_FOUND, "The program has no such reward."),
        Refusal::OrderNotFound => (S::NOT_FOUND, "No such order was booked."),
        Refusal::ActivityNotFound => (S::NOT_FOUND, "The program gives nothing for such an activity."),
        Refusal::ReferralNotFound => {
            (S::NOT_FOUND, "There is no such invitation, or the program gives nothing for it.")
        }
        Refusal::OfferNotFound => (S::NOT_FOUND, "The program has no such offer for the member."),
        Refusal::RedemptionNotFound => (S::NOT_FOUND, "There is no such redemption."),
        Refusal::VoucherNotFound => (S::NOT_FOUND, "There is no such voucher."),
        Refusal::OrderAlreadyBooked => (S::CONFLICT, "The order was booked before."),
        Refusal::ActivityAlreadyBooked => (S::CONFLICT, "The activity was booked before."),
        Refusal::ReferralAlreadyBooked => (S::CONFLICT, "The invitation was rewarded before."),
        Refusal::OfferAlreadyActivated => (S::CONFLICT, "The offer was taken up before."),
        Refusal::OrderAlreadyRefunded => (S::CONFLICT, "The order was refunded before."),
        Refusal::AlreadyReversed => (S::CONFLICT, "What earned the points was taken back before."),
        Refusal::ReturnExceedsOrder => {
            (S::UNPROCESSABLE_ENTITY, "More is said to come back than the order has.")
        }
        Refusal::OrderLinesUnknown => {
            (S::CONFLICT, "The order was booked without its lines: it can come back only as a whole.")
        }
        Refusal::MoneyMismatch => (S::UNPROCESSABLE_ENTITY, "The order's money is not the program's."),
        Refusal::VoucherUsed => (S::CONFLICT, "The voucher was used before."),
        Refusal::VoucherExpired => (S::CONFLICT, "The voucher has expired."),
        Refusal::RedemptionNotHeld => (S::CONFLICT, "The redemption is not held, or no longer."),
        Refusal::RedemptionAlreadyCancelled => (S::CONFLICT, "The redemption was cancelled before."),
        Refusal::CancellationClosed => (S::CONFLICT, "The redemption can no longer be cancelled."),
        Refusal::OrderTooSmall => (S::CONFLICT, "The order is too small."),
        Refusal::OfferCodeWrong => (S::CONFLICT, "The code is not the offer's."),
        Refusal::NotOpen => (S::CONFLICT, "It is not on at this time."),
        Refusal::TierRequired => (S::CONFLICT, "The reward is for a higher tier."),
        Refusal::NotEligible => (S::CONFLICT, "It is for other members."),
        Refusal::ConsentRequired => (S::CONFLICT, "It needs a consent that the member has not given."),
        Refusal::EarnLimitReached => (S::CONFLICT, "The member has earned as much for it as one may."),
        Refusal::MemberLimitReached => {
            (S::CONFLICT, "The member has redeemed the reward as often as one member may.")
        }
        Refusal::OutOfStock => (S::CONFLICT, "No unit of the reward is left."),
        Refusal::CooldownActive => (S::CONFLICT, "The member redeemed the reward too short a time ago."),
        Refusal::PeriodCapReached => (S::CONFLICT, "No unit of the reward is left in this period."),
        Refusal::PriceNotOffered => {
            (S::UNPROCESSABLE_ENTITY, "The price is not one that the member may choose.")
        }
        Refusal::PriceChanged => (S::CONFLICT, "The price is not the one that the member confirmed."),
        Refusal::InsufficientPoints => (S::CONFLICT, "The member has too few points."),
        Refusal::RedeemedTooOften => (S::CONFLICT, "The member has redeemed too often lately."),
        Refusal::FeedbackAlreadyGiven => (S::CONFLICT, "The member told of this survey before."),
        Refusal::BirthdayAlreadyTold => {
            (S::CONFLICT, "The member told of a birthday before; only the merchant changes it.")
        }
        Refusal::AlreadyReferred => (S::CONFLICT, "The friend follows an invitation already."),
        Refusal::WebhookNotFound => (S::NOT_FOUND, "There is no such webhook."),
        Refusal::TooManyWebhooks => (S::CONFLICT, "The program has 20 webhooks already."),
        Refusal::MessageNotFound => (S::NOT_FOUND, "No such message was given up."),
        Refusal::WebhookDisabled => (S::CONFLICT, "The webhook is disabled."),
        Refusal::PointsOutOfRange => (S::CONFLICT, "The account would leave the range of points."),
    }
}

/// A sentence for a developer.
fn title(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::BadRequest => "The request has no usable shape.",
        ProblemCode::IdempotencyKeyMissing => {
            "A write needs one Idempotency-Key of 8 to 255 visible ASCII characters."
        }
        ProblemCode::CursorInvalid => "The cursor is not one that this list gave.",
        ProblemCode::Unauthorized => "The credential is missing, wrong, expired, or of another plane.",
        ProblemCode::TokenUsed => "The token was for one write, and did another.",
        ProblemCode::OriginNotAllowed => "The page's origin is not on the list, or not the token's.",
        ProblemCode::InsufficientScope => "The token's scope does not cover the request.",
        ProblemCode::NotFound => "Nothing is here.",
        ProblemCode::MethodNotAllowed => "The route does not take this method.",
        ProblemCode::IdempotencyKeyInFlight => "The key is being carried out right now.",
        ProblemCode::BodyTooLarge => "The body is larger than 16 kB.",
        ProblemCode::UnsupportedMediaType => "The body is not application/json.",
        ProblemCode::InvalidBody => "Something in the body is not as it must be.",
        ProblemCode::IdempotencyKeyReused => "The key was used before with other content.",
        ProblemCode::RateLimited => "There were too many requests.",
        ProblemCode::Internal => "Something broke on the server.",
        ProblemCode::Unavailable => "The server cannot take the request now.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_travels_with_its_own_status() {
        for code in ProblemCode::ALL {
            let failure = Failure::from(*code);
            assert_eq!(failure.status().as_u16(), code.status(), "{code}");
            assert!(failure.status().as_u16() >= 400, "{code}");
        }
        for refusal in Refusal::ALL {
            assert!(Failure::from(*refusal).status().is_client_error(), "{refusal}");
        }
    }
}
