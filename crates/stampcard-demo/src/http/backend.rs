//! The shop's own backend, for its own pages: small JSON in and out.

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, FromRequest, Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use stampcard_model::ReferralCode;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::{
    ShopMember,
    checkout::{CheckoutRequest, OrderView, Quote, QuoteRequest},
    members,
    problem::Problem,
    session::{self, Member, Visitor},
    shop::Shop,
};

/// The largest body, in bytes.
const BODY_MAX: usize = 16 * 1024;

pub(super) fn router() -> Router<Shop> {
    Router::new()
        .route("/session", post(sign_in))
        .route("/token", get(token))
        .route("/quote", post(quote))
        .route("/checkout", post(check_out))
        .route("/orders", get(orders))
        .route("/orders/{id}/return", post(give_back))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// A member's id, or `guest`.
    member: String,
    /// The code of an invitation that the visitor takes along.
    #[serde(default)]
    friend: Option<ReferralCode>,
}

#[derive(Serialize)]
struct SignedIn {
    member: Option<&'static str>,
}

/// The demo's stand-in for a password: everybody may be anybody.
async fn sign_in(State(shop): State<Shop>, Body(body): Body<SignIn>) -> Result<Response, Problem> {
    let member = match body.member.as_str() {
        "guest" => None,
        id => Some(members::find(id).ok_or(Problem::BadRequest)?),
    };
    // A new name with every change of member, so that nobody can know it beforehand.
    let (session, cookie) = session::start();
    shop.book.put_session(&session, member.map(|member| member.id))?;
    if let Some((member, code)) = member.zip(body.friend) {
        // Whether it stands is the program's to decide, and signing in works without it.
        let _ = shop.loyalty.follow(member, code).await;
    }
    let body = SignedIn { member: member.map(|member| member.id) };
    Ok(([(header::SET_COOKIE, cookie)], Json(body)).into_response())
}

/// A guest has no token, which is no error: browsers would write one into the console of every guest.
async fn token(State(shop): State<Shop>, visitor: Visitor) -> Response {
    match visitor.member {
        Some(member) => Json(shop.loyalty.token(member)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn quote(
    State(shop): State<Shop>,
    visitor: Visitor,
    Body(request): Body<QuoteRequest>,
) -> Result<Json<Quote>, Problem> {
    shop.quote(visitor.member, request, visitor.language).await.map(Json)
}

async fn check_out(
    State(shop): State<Shop>,
    visitor: Visitor,
    Body(request): Body<CheckoutRequest>,
) -> Result<Response, Problem> {
    let mut headers = HeaderMap::new();
    let session = match visitor.session {
        Some(session) => session,
        None => {
            let (session, cookie) = session::start();
            headers.insert(header::SET_COOKIE, cookie);
            session
        }
    };
    let order = shop.check_out(visitor.member, &session, request).await?;
    Ok((headers, Json(shop.view(order, visitor.language))).into_response())
}

#[derive(Serialize)]
struct Orders {
    member: Greeted,
    orders: Vec<OrderView>,
}

#[derive(Serialize)]
struct Greeted {
    id: &'static str,
    name: &'static str,
}

impl From<ShopMember> for Greeted {
    fn from(member: ShopMember) -> Self {
        Self { id: member.id, name: member.name }
    }
}

async fn orders(State(shop): State<Shop>, Member(member, language): Member) -> Result<Json<Orders>, Problem> {
    let orders = shop.orders(member).await?;
    let orders = orders.into_iter().map(|order| shop.view(order, language)).collect();
    Ok(Json(Orders { member: member.into(), orders }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GiveBack {}

async fn give_back(
    State(shop): State<Shop>,
    Member(member, _): Member,
    Path(id): Path<String>,
    Body(GiveBack {}): Body<GiveBack>,
) -> Result<Response, Problem> {
    shop.give_back(member, &id).await.map(|refund| Json(refund).into_response())
}

/// JSON, whose faults are answered as the shop answers everything.
struct Body<T>(T);

impl<T: DeserializeOwned> FromRequest<Shop> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, shop: &Shop) -> Result<Self, Problem> {
        let json = Json::<T>::from_request(request, shop).await;
        json.map(|Json(body)| Self(body)).map_err(|_| Problem::BadRequest)
    }
}
