//! `GET /v1/program/earning` and `GET /v1/me/earning`: what pages preview orders with.

use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use stampcard_engine::{Context, MemberState, earning_view};
use stampcard_model::{Refusal, api::EarningView};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::{MemberCaller, Visitor},
    cache::{self, Keep},
    error::Failure,
    language::language,
};
use crate::App;

pub(super) fn public_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(earning))
}

pub(super) fn member_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(my_earning))
}

/// What orders would earn somebody who joins now: the rules that look at orders, and which of them are open.
#[utoipa::path(get, path = "/v1/program/earning", tag = "public",
    responses((status = 200, description = "What orders earn.", body = EarningView)))]
async fn earning(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &visitor.program.program;
    let language = language(program, &headers);
    let now = app.now();
    let issued = app.store().issued(&visitor.program, now).await?;
    let context = Context { issued, ..Context::new(program, &visitor.program.zone, now) };
    let view = earning_view(&context, &MemberState::default(), &language);
    cache::answer(&headers, &view, &language, Keep::Public)
}

/// What orders earn the member now: the rules that look at orders, which of them are open, what limits leave and how far
/// goals are.
#[utoipa::path(get, path = "/v1/me/earning", tag = "member",
    responses((status = 200, description = "What orders earn the member.", body = EarningView)))]
async fn my_earning(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let language = language(&caller.program.program, &headers);
    let now = app.now();
    let found = app.store().member(&caller.program, &caller.reference, now).await?;
    let found = found.ok_or(Refusal::MemberNotFound)?;
    let view = earning_view(&found.context(&caller.program, now), &found.state, &language);
    cache::answer(&headers, &view, &language, Keep::Private)
}
