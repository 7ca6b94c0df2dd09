//! The shop's line to the loyalty API: what a merchant's server sends, and what it makes of the answers.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, header},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use stampcard_model::{
    IdempotencyKey, OrderId, Points, ReferralCode, Refusal, RewardId, Timestamp, VoucherCode,
    api::{
        BookedOrder, EnrolledMember, LIMIT_MAX, Me, MyReferral, NewMember, NewOrder, NewRedemption,
        NewReferral, NewRefund, NewVoucherUse, Page, Problem, RedemptionView, ReferralView, Refund,
        VoucherView,
    },
};
use stampcard_server::App;
use tower::ServiceExt;

use crate::{
    ShopMember,
    secrets::{Secrets, random_hex},
    words::Language,
};

/// Who signs the member tokens.
pub(crate) const ISSUER: &str = "lantern-tea";
/// The largest answer that is read, in bytes.
const ANSWER_MAX: usize = 1024 * 1024;
/// How many pages of vouchers are looked through for one.
const PAGES_MAX: usize = 20;

/// The loyalty API as the merchant's server sees it.
#[derive(Clone)]
pub(crate) struct Loyalty {
    app: App,
    router: Router,
    secrets: Secrets,
    audience: String,
    token_life_s: u32,
}

/// Why the loyalty API did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum No {
    /// A rule said no.
    Refused(Refusal),
    /// It does not answer, or not in a way that can be understood; the log says more.
    Unavailable,
}

/// A member's token for a page.
#[derive(Serialize)]
pub(crate) struct Token {
    pub(crate) token: String,
    pub(crate) expires_at: Timestamp,
}

#[derive(Deserialize, Serialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    exp: i64,
    jti: String,
}

impl Loyalty {
    pub(crate) fn new(app: App, secrets: Secrets, audience: String, token_life_s: u32) -> Self {
        let router = app.router();
        Self { app, router, secrets, audience, token_life_s }
    }

    /// The present instant, as the loyalty API reads it.
    pub(crate) fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// Signs a token for a member.
    pub(crate) fn token(&self, member: ShopMember) -> Token {
        let issued_s = self.now().as_millis().div_euclid(1_000);
        let expires_s = issued_s + i64::from(self.token_life_s);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: self.audience.clone(),
            sub: member.id.to_owned(),
            iat: issued_s,
            exp: expires_s,
            jti: random_hex::<16>(),
        };
        let key = EncodingKey::from_secret(self.secrets.token_secret.as_bytes());
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
            .expect("plain claims can be signed with a secret");
        Token { token, expires_at: Timestamp::from_millis(expires_s * 1_000) }
    }

    pub(crate) async fn enroll(&self, member: ShopMember) -> Result<EnrolledMember, No> {
        let body = NewMember {
            reference: member.id.to_owned(),
            display_name: Some(member.name.to_owned()),
            birthday: None,
            segments: None,
            household: None,
        };
        self.write("/v1/members", &format!("enroll-{}", member.id), &body).await
    }

    /// What a member invites friends with; only the seed has a use for it.
    pub(crate) async fn referral(&self, member: ShopMember) -> Result<MyReferral, No> {
        self.read(member, "/v1/me/referral", Language::En).await
    }

    /// Says that a member follows an invitation. The same one is followed once.
    pub(crate) async fn follow(&self, friend: ShopMember, code: ReferralCode) -> Result<ReferralView, No> {
        let key = format!("follow-{}-{}", friend.id, code.as_str());
        self.write("/v1/referrals", &key, &NewReferral { friend_reference: friend.id.to_owned(), code }).await
    }

    pub(crate) async fn book(&self, order: NewOrder) -> Result<BookedOrder, No> {
        self.write("/v1/orders", &format!("book-{}", order.order.id), &order).await
    }

    pub(crate) async fn refund(&self, order: &OrderId) -> Result<Refund, No> {
        self.write(
            &format!("/v1/orders/{order}/refunds"),
            &format!("refund-{order}"),
            &NewRefund { returned: None },
        )
        .await
    }

    /// Takes a voucher for an order. The same order takes it once, however often it asks.
    pub(crate) async fn use_voucher(&self, code: &VoucherCode, order: &OrderId) -> Result<VoucherView, No> {
        let body = NewVoucherUse { order_id: Some(order.clone()), goods_minor: None };
        self.write(&format!("/v1/vouchers/{code}/use"), &format!("use-voucher-{order}"), &body).await
    }

    /// Redeems as the member's own page does; only the seed has a use for it.
    pub(crate) async fn redeem(
        &self,
        member: ShopMember,
        reward_id: RewardId,
        price: Points,
    ) -> Result<RedemptionView, No> {
        let body = NewRedemption { reward_id, price, money_minor: 0 };
        let token = self.token(member).token;
        let key = random_hex::<16>();
        self.send(Method::POST, "/v1/me/redemptions", &token, Some(&key), Language::En, Some(&body)).await
    }

    pub(crate) async fn me(&self, member: ShopMember) -> Result<Me, No> {
        self.read(member, "/v1/me", Language::En).await
    }

    /// All vouchers of a member, newest first.
    pub(crate) async fn vouchers(
        &self,
        member: ShopMember,
        language: Language,
    ) -> Result<Vec<VoucherView>, No> {
        let mut vouchers = Vec::new();
        let mut address = format!("/v1/me/vouchers?limit={LIMIT_MAX}");
        for _ in 0..PAGES_MAX {
            let page: Page<VoucherView> = self.read(member, &address, language).await?;
            vouchers.extend(page.items);
            let Some(next) = page.next else { break };
            address = format!("/v1/me/vouchers?limit={LIMIT_MAX}&cursor={next}");
        }
        Ok(vouchers)
    }

    async fn read<T: DeserializeOwned>(
        &self,
        member: ShopMember,
        address: &str,
        language: Language,
    ) -> Result<T, No> {
        let token = self.token(member).token;
        self.send(Method::GET, address, &token, None, language, None::<&()>).await
    }

    async fn write<T: DeserializeOwned>(
        &self,
        address: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Result<T, No> {
        let secret = &self.secrets.secret_key;
        self.send(Method::POST, address, secret, Some(key), Language::En, Some(body)).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        address: &str,
        credential: &str,
        key: Option<&str>,
        language: Language,
        body: Option<&impl Serialize>,
    ) -> Result<T, No> {
        let lost = |what: &str| {
            tracing::warn!(address, what, "the loyalty API was not understood");
            No::Unavailable
        };
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::AUTHORIZATION, format!("Bearer {credential}"))
            .header(header::ACCEPT_LANGUAGE, language.tag());
        if let Some(key) = key {
            request = request.header(IdempotencyKey::HEADER, key);
        }
        let content = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(serde_json::to_vec(body).map_err(|_| lost("the body"))?)
            }
            None => Body::empty(),
        };
        let request = request.body(content).map_err(|_| lost("the address"))?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), ANSWER_MAX).await.map_err(|_| lost("the answer"))?;
        if status.is_success() {
            return serde_json::from_slice(&bytes).map_err(|_| lost("the answer's shape"));
        }
        let problem: Problem = serde_json::from_slice(&bytes).map_err(|_| lost("the problem's shape"))?;
        match Refusal::from_code(&problem.code) {
            Some(refusal) => Err(No::Refused(refusal)),
            None => Err(lost(&problem.code)),
        }
    }
}
