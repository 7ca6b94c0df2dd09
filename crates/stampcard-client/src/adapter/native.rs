//! The reference contract, v1.

use std::sync::{Mutex, PoisonError};

use serde::{Serialize, de::DeserializeOwned};
use stampcard_model::{
    IdempotencyKey, OfferId, RedemptionId, Refusal,
    api::{
        ActivatedOffer, BookedActivity, Cancellation, ConsentView, EarningView, EntryView, FeedbackView,
        KEY_HEADER, Me, MyReferral, MyReward, NewCancellation, NewConsent, NewFeedback, NewMemberActivity,
        NewOfferActivation, NewRedemption, OfferView, Page, ProblemCode, ProgramView, RedemptionView,
        RewardView, Told, VoucherView, WayToEarn,
    },
};

use crate::{
    Backend, Capabilities, Error, Guest, Method, PageRequest, Request, Response, SetupError, TokenSource,
    Transport, TransportError, Unreachable,
    race::race,
    retry::{self, Next, Strategy},
    token::{Lease, Tokens},
};

/// A client of a backend that speaks the reference contract.
///
/// One is enough for a page or a process: calls run side by side and share the member's token.
pub struct Native<T, S = Guest> {
    transport: T,
    tokens: Tokens<S>,
    endpoint: String,
    publishable_key: String,
    locale: Mutex<String>,
}

/// How long an answer may take, and a token, in milliseconds.
const TIMEOUT_MS: u32 = 10_000;

impl<T: Transport, S: TokenSource> Native<T, S> {
    /// Makes a client; nothing is sent.
    ///
    /// # Errors
    /// Fails when the endpoint or the publishable key cannot be one.
    pub fn new(endpoint: &str, publishable_key: &str, transport: T, source: S) -> Result<Self, SetupError> {
        let endpoint = endpoint.trim_end_matches('/');
        let host = endpoint.strip_prefix("https://").or_else(|| endpoint.strip_prefix("http://"));
        let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_graphic() && !b"?#@\\\"<>".contains(&b));
        if !host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && is_plain(host)) {
            return Err(SetupError::Endpoint);
        }
        let key_fits = publishable_key.starts_with("pk_")
            && (4..=128).contains(&publishable_key.len())
            && publishable_key.bytes().all(|b| b.is_ascii_graphic());
        if !key_fits {
            return Err(SetupError::PublishableKey);
        }
        Ok(Self {
            transport,
            tokens: Tokens::new(source),
            endpoint: endpoint.to_owned(),
            publishable_key: publishable_key.to_owned(),
            locale: Mutex::default(),
        })
    }

    /// Sets the language of all further answers, as a BCP 47 tag (`en`, `zh-CN`). Anything that is none leaves the
    /// choice to the backend.
    pub fn set_locale(&self, tag: &str) {
        let fits = tag.len() <= 35 && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let tag = if fits { tag } else { "" };
        tag.clone_into(&mut self.locale.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Forgets the member's token, as after a log-out or when another member logs in. Calls under way may still be
    /// answered for the old member but are never repeated in the new one's name; the next call asks the source again.
    pub fn forget(&self) {
        self.tokens.forget();
    }

    /// The source of the tokens.
    pub const fn source(&self) -> &S {
        self.tokens.source()
    }
}

impl<T: Transport, S: TokenSource> Native<T, S> {
    /// [`Backend::earning`] or [`Backend::my_earning`] as it arrived, for a page that hands it to the engine unread.
    ///
    /// # Errors
    /// As those.
    pub async fn earning_unread(&self, mine: bool) -> Result<T::Body, Error> {
        let call = earning(mine);
        self.exchange(&call).await?.ok_or(Error::Malformed { what: call.what })
    }
}

impl<T: Transport, S: TokenSource> Backend for Native<T, S> {
    fn capabilities(&self) -> Capabilities {
        Capabilities::ALL
    }

    async fn program(&self) -> Result<ProgramView, Error> {
        self.answer(Call::read("program", Plane::Public, "/v1/program".to_owned())).await
    }

    async fn rewards(&self, page: &PageRequest) -> Result<Page<RewardView>, Error> {
        self.answer(Call::read("rewards", Plane::Public, paged("/v1/rewards", page))).await
    }

    async fn me(&self) -> Result<Me, Error> {
        self.answer(Call::read("me", Plane::Member, "/v1/me".to_owned())).await
    }

    async fn my_rewards(&self, page: &PageRequest) -> Result<Page<MyReward>, Error> {
        self.answer(Call::read("my_rewards", Plane::Member, paged("/v1/me/rewards", page))).await
    }

    async fn earning(&self) -> Result<EarningView, Error> {
        self.answer(earning(false)).await
    }

    async fn my_earning(&self) -> Result<EarningView, Error> {
        self.answer(earning(true)).await
    }

    async fn entries(&self, page: &PageRequest) -> Result<Page<EntryView>, Error> {
        self.answer(Call::read("entries", Plane::Member, paged("/v1/me/entries", page))).await
    }

    async fn vouchers(&self, page: &PageRequest) -> Result<Page<VoucherView>, Error> {
        self.answer(Call::read("vouchers", Plane::Member, paged("/v1/me/vouchers", page))).await
    }

    async fn redeem(
        &self,
        key: &IdempotencyKey,
        redemption: &NewRedemption,
    ) -> Result<RedemptionView, Error> {
        self.answer(self.write("redeem", "/v1/me/redemptions".to_owned(), key, redemption)).await
    }

    async fn redemption(&self, id: &RedemptionId) -> Result<RedemptionView, Error> {
        let target = at("/v1/me/redemptions/", id.as_str(), "")?;
        self.answer(Call::read("redemption", Plane::Member, target)).await
    }

    async fn ways(&self, page: &PageRequest) -> Result<Page<WayToEarn>, Error> {
        self.answer(Call::read("ways", Plane::Member, paged("/v1/me/ways-to-earn", page))).await
    }

    async fn offers(&self, page: &PageRequest) -> Result<Page<OfferView>, Error> {
        self.answer(Call::read("offers", Plane::Member, paged("/v1/me/offers", page))).await
    }

    async fn referral(&self) -> Result<MyReferral, Error> {
        self.answer(Call::read("referral", Plane::Member, "/v1/me/referral".to_owned())).await
    }

    async fn feedback(&self) -> Result<Page<FeedbackView>, Error> {
        self.answer(Call::read("feedback", Plane::Member, "/v1/me/feedback".to_owned())).await
    }

    async fn tell(&self, key: &IdempotencyKey, feedback: &NewFeedback) -> Result<FeedbackView, Error> {
        self.answer(self.write("tell", "/v1/me/feedback".to_owned(), key, feedback)).await
    }

    async fn consents(&self) -> Result<Page<ConsentView>, Error> {
        self.answer(Call::read("consents", Plane::Member, "/v1/me/consents".to_owned())).await
    }

    async fn decide(&self, key: &IdempotencyKey, consent: &NewConsent) -> Result<ConsentView, Error> {
        let call = self.write("decide", "/v1/me/consents".to_owned(), key, consent);
        self.answer(Call { method: Method::Put, ..call }).await
    }

    async fn erase(&self) -> Result<(), Error> {
        let call = Call::read("erase", Plane::Member, "/v1/me".to_owned());
        self.exchange(&Call { method: Method::Delete, ..call }).await.map(drop)
    }

    async fn cancel(&self, key: &IdempotencyKey, id: &RedemptionId) -> Result<Cancellation, Error> {
        let target = at("/v1/me/redemptions/", id.as_str(), "/cancel")?;
        self.answer(self.write("cancel", target, key, &NewCancellation {})).await
    }

    async fn activate(
        &self,
        key: &IdempotencyKey,
        id: &OfferId,
        activation: &NewOfferActivation,
    ) -> Result<ActivatedOffer, Error> {
        let target = at("/v1/me/offers/", id.as_str(), "/activate")?;
        self.answer(self.write("activate", target, key, activation)).await
    }

    async fn claim(
        &self,
        key: &IdempotencyKey,
        activity: &NewMemberActivity,
    ) -> Result<BookedActivity, Error> {
        self.answer(self.write("claim", "/v1/me/activities".to_owned(), key, activity)).await
    }
}

/// One call, before it is known with which token and how often it is sent.
struct Call {
    what: &'static str,
    plane: Plane,
    method: Method,
    /// Path and query, percent-encoded.
    target: String,
    write: Option<Write>,
}

struct Write {
    key: IdempotencyKey,
    body: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Plane {
    Public,
    Member,
}

impl Call {
    const fn read(what: &'static str, plane: Plane, target: String) -> Self {
        Self { what, plane, method: Method::Get, target, write: None }
    }
}

/// What orders earn anybody, or the member.
fn earning(mine: bool) -> Call {
    if mine {
        Call::read("my_earning", Plane::Member, "/v1/me/earning".to_owned())
    } else {
        Call::read("earning", Plane::Public, "/v1/program/earning".to_owned())
    }
}

impl<T: Transport, S: TokenSource> Native<T, S> {
    fn write<B: Serialize>(
        &self,
        what: &'static str,
        target: String,
        key: &IdempotencyKey,
        body: &B,
    ) -> Call {
        let body = T::encode(body).unwrap_or_default();
        let write = Some(Write { key: key.clone(), body });
        Call { what, plane: Plane::Member, method: Method::Post, target, write }
    }

    async fn answer<D: DeserializeOwned>(&self, call: Call) -> Result<D, Error> {
        let body = self.exchange(&call).await?;
        body.and_then(T::decode).ok_or(Error::Malformed { what: call.what })
    }

    /// Sends until there is an answer or no sense in going on. The only part that does not depend on what is answered,
    /// so that it is compiled once.
    async fn exchange(&self, call: &Call) -> Result<Option<T::Body>, Error> {
        let strategy = if call.write.is_some() { Strategy::KeyedWrite } else { Strategy::Read };
        let mut lease = match call.plane {
            Plane::Public => None,
            Plane::Member => Some(self.lend(None).await?),
        };
        let mut asked_again = false;
        let mut attempt = 1;
        loop {
            let sent = self.transport.send(&self.request(call, lease.as_ref())).await;
            let retry_after_ms = sent.as_ref().ok().and_then(|response| response.retry_after_ms);
            let error = match (interpret::<T>(sent), &lease) {
                (Ok(body), _) => return Ok(body),
                (Err(Error::Unauthorized), Some(refused)) if !asked_again => {
                    asked_again = true;
                    lease = Some(self.lend(Some(refused)).await?);
                    continue;
                }
                // Without a member it is the publishable key that was refused.
                (Err(Error::Unauthorized), None) => {
                    return Err(Error::Rejected { status: 401, code: Some(ProblemCode::Unauthorized) });
                }
                (Err(error), _) => error,
            };
            match retry::next(strategy, &error, retry_after_ms, attempt, self.transport.jitter()) {
                Next::Wait { ms } => self.transport.wait(ms).await,
                Next::Stop => return Err(error),
            }
            if lease.as_ref().is_some_and(|lease| !self.tokens.stands(lease)) {
                return Err(error);
            }
            attempt += 1;
        }
    }

    /// Asks for the member's token, but not forever: the source is the host page's.
    async fn lend(&self, refused: Option<&Lease>) -> Result<Lease, Error> {
        let lent = race(self.tokens.lend(refused), self.transport.wait(TIMEOUT_MS)).await;
        lent.unwrap_or(Err(Error::Unreachable(Unreachable::TokenSource)))
    }

    fn request(&self, call: &Call, lease: Option<&Lease>) -> Request {
        let mut headers = vec![("accept", "application/json".to_owned())];
        headers.push((KEY_HEADER, self.publishable_key.clone()));
        let locale = self.locale.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if !locale.is_empty() {
            headers.push(("accept-language", locale));
        }
        if let Some(lease) = lease {
            headers.push(("authorization", ["Bearer ", lease.token.as_str()].concat()));
        }
        if let Some(write) = &call.write {
            headers.push(("content-type", "application/json".to_owned()));
            headers.push((IdempotencyKey::HEADER, write.key.as_str().to_owned()));
        }
        Request {
            method: call.method,
            url: [&*self.endpoint, &call.target].concat(),
            headers,
            body: call.write.as_ref().map(|write| write.body.clone()),
            timeout_ms: TIMEOUT_MS,
            revalidate: call.plane == Plane::Member,
        }
    }
}

/// What an answer means. A 401 is [`Error::Unauthorized`] here, whoever was refused.
fn interpret<T: Transport>(
    sent: Result<Response<T::Body>, TransportError>,
) -> Result<Option<T::Body>, Error> {
    let response = sent.map_err(|error| {
        Error::Unreachable(match error {
            TransportError::Offline => Unreachable::Offline,
            TransportError::Timeout => Unreachable::Timeout,
        })
    })?;
    let status = response.status;
    Err(match status {
        200..=299 => return Ok(response.body),
        401 => Error::Unauthorized,
        429 => Error::RateLimited { retry_after_ms: response.retry_after_ms },
        400..=499 => refusal(status, response.body.and_then(T::decode::<Told>)),
        500..=599 => Error::Unreachable(Unreachable::Server { status }),
        _ => Error::Rejected { status, code: None },
    })
}

/// What a status from 400 to 499 means, with what the backend told.
fn refusal(status: u16, told: Option<Told>) -> Error {
    let Some(Told { code }) = told else {
        return Error::Rejected { status, code: None };
    };
    if let Some(refusal) = Refusal::from_code(&code) {
        return Error::Refused(refusal);
    }
    let known = ProblemCode::ALL.iter().copied().find(|known| known.code() == code);
    let is_code = (1..=64).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if known.is_none() && is_code {
        return Error::RefusedUnrecognized { code };
    }
    Error::Rejected { status, code: known }
}

/// The path of what an id names.
fn at(folder: &str, id: &str, rest: &str) -> Result<String, Error> {
    // Every URL parser resolves these two, encoded or not, so they cannot be asked for.
    if matches!(id, "." | "..") {
        return Err(Error::Rejected { status: 404, code: Some(ProblemCode::NotFound) });
    }
    let mut target = folder.to_owned();
    percent_encode(&mut target, id);
    target.push_str(rest);
    Ok(target)
}

/// Path and query of a part of a list.
fn paged(path: &str, page: &PageRequest) -> String {
    let mut target = path.to_owned();
    if let Some(limit) = page.limit {
        target.push_str("?limit=");
        target.push_str(&limit.to_string());
    }
    if let Some(cursor) = &page.cursor {
        target.push_str(if page.limit.is_some() { "&cursor=" } else { "?cursor=" });
        percent_encode(&mut target, cursor);
    }
    target
}

/// Appends `text`, encoding everything but the unreserved characters of RFC 3986.
fn percent_encode(target: &mut String, text: &str) {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default().to_ascii_uppercase();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            target.push(byte.into());
        } else {
            target.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}
