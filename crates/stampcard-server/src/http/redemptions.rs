//! `/v1/me/redemptions`, `GET /v1/me/redemptions/{id}` and `POST /v1/me/redemptions/{id}/cancel`.

use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use stampcard_model::{
    EntryBody, RedemptionId, Refusal,
    api::{Cancellation, NewCancellation, NewRedemption, Page, ProblemCode, ProblemError, RedemptionView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::MemberCaller,
    body::{Checked, Keyed, respond},
    cache::{self, Keep},
    error::Failure,
    language::language,
    page::{List, Paging},
    vouchers,
};
use crate::{
    App, ProgramInForce,
    store::{Action, Booked, Effect, Redemption, Write},
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(redeem, redemptions))
        .routes(routes!(redemption))
        .routes(routes!(cancel))
}

/// Spends points on a reward and issues a voucher, once for each key. One that is to be reviewed holds the points, and has
/// no voucher until the merchant approves.
#[utoipa::path(post, path = "/v1/me/redemptions", tag = "member", request_body = NewRedemption,
    responses(
        (status = 201, description = "The redemption.", body = RedemptionView),
        (status = 202, description = "The redemption, under review.", body = RedemptionView)))]
async fn redeem(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    headers: HeaderMap,
    write: Keyed<NewRedemption>,
) -> Result<Response, Failure> {
    let principal = caller.principal();
    let MemberCaller { program, reference, .. } = caller;
    let language = language(&program.program, &headers);
    let now = app.now();
    let of = program.clone();
    let tongue = language.clone();
    let once = write.once(principal, language, move |effect| match effect {
        Effect::Booked(booked) => {
            let redemption = booked.redemption.as_ref()?;
            let status =
                if redemption.voucher.is_some() { StatusCode::CREATED } else { StatusCode::ACCEPTED };
            Some((status, view(&of, redemption, now, &tongue)))
        }
        Effect::Enrolled { .. } | Effect::VoucherUsed(_) | Effect::Recorded(_) => None,
    });
    let NewRedemption { reward_id, price, money_minor } = write.body;
    let (redemption_id, voucher_code) = (app.seams().redemption_id(), app.seams().voucher_code());
    let velocity = app.parts().limits.velocity;
    let action =
        Action::Redeem { reference, reward_id, price, money_minor, redemption_id, voucher_code, velocity };
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

/// The member's redemptions, newest first, those under review, rejected and cancelled among them.
#[utoipa::path(get, path = "/v1/me/redemptions", tag = "member", params(Paging),
    responses((status = 200, description = "A page of redemptions.", body = Page<RedemptionView>)))]
async fn redemptions(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    paging: Paging,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &caller.program.program;
    let language = language(program, &headers);
    let list = List { app: &app, name: ["redemptions", program.id.as_str(), &caller.reference] };
    let before = paging.position(&list)?;
    let limit = paging.limit();
    let found = app.store().redemptions(&program.id, &caller.reference, false, before, limit + 1).await?;
    let (_, redemptions) = found.ok_or(Refusal::MemberNotFound)?;
    let now = app.now();
    let page = list.page(
        redemptions,
        limit,
        |redemption| redemption.seq,
        |redemption| view(&caller.program, &redemption, now, &language),
    );
    cache::answer(&headers, &page, &language, Keep::Private)
}

/// A redemption of the member.
#[utoipa::path(get, path = "/v1/me/redemptions/{id}", tag = "member",
    params(("id" = RedemptionId, Path, description = "Names the redemption.")),
    responses((status = 200, description = "The redemption.", body = RedemptionView)))]
async fn redemption(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Path(id) = id?;
    let id = RedemptionId::new(id).map_err(|_| ProblemCode::NotFound)?;
    let MemberCaller { program, reference, .. } = caller;
    let found = app.store().redemption(&program.program.id, &reference, &id).await?;
    let (_, redemption) = found.ok_or(Refusal::MemberNotFound)?;
    let redemption = redemption.ok_or(ProblemCode::NotFound)?;
    let language = language(&program.program, &headers);
    let view = view(&program, &redemption, app.now(), &language);
    cache::answer(&headers, &view, &language, Keep::Private)
}

/// Cancels a redemption while the member may, and one that is under review at any time: its points go back to where they
/// came from.
#[utoipa::path(post, path = "/v1/me/redemptions/{id}/cancel", tag = "member", request_body = NewCancellation,
    params(("id" = RedemptionId, Path, description = "Names the redemption.")),
    responses((status = 200, description = "What cancelling it did.", body = Cancellation)))]
async fn cancel(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    write: Keyed<NewCancellation>,
) -> Result<Response, Failure> {
    let Path(id) = id?;
    let redemption_id = RedemptionId::new(id).map_err(|_| Refusal::RedemptionNotFound)?;
    let principal = caller.principal();
    let MemberCaller { program, reference, .. } = caller;
    let language = language(&program.program, &headers);
    let once = write.once(principal, language, move |effect| match effect {
        Effect::Booked(booked) => Some((StatusCode::OK, cancelled(booked)?)),
        Effect::Enrolled { .. } | Effect::VoucherUsed(_) | Effect::Recorded(_) => None,
    });
    let action = Action::Cancel { reference, redemption_id };
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewCancellation {
    fn faults(&self) -> Vec<ProblemError> {
        Vec::new()
    }
}

fn cancelled(booked: &Booked) -> Option<Cancellation> {
    booked.entries.iter().rev().find_map(|entry| {
        let (EntryBody::Cancellation { redemption_id, points, .. }
        | EntryBody::Release { redemption_id, points, .. }) = &entry.body
        else {
            return None;
        };
        let balance_after = booked.after.balance.available;
        Some(Cancellation { redemption_id: redemption_id.clone(), points: *points, balance_after })
    })
}

impl Checked for NewRedemption {
    fn faults(&self) -> Vec<ProblemError> {
        Vec::new()
    }
}

pub(super) fn view(
    program: &ProgramInForce,
    redemption: &Redemption,
    now: stampcard_model::Timestamp,
    language: &str,
) -> RedemptionView {
    RedemptionView {
        id: redemption.id.clone(),
        status: redemption.status,
        reward_id: redemption.reward_id.clone(),
        price: redemption.price,
        money_minor: redemption.deal.money_minor,
        cancel_until: redemption.deal.cancel_until,
        redeemed_at: redemption.redeemed_at,
        balance_after: redemption.balance_after,
        voucher: redemption
            .voucher
            .as_ref()
            .map(|voucher| vouchers::view(program, redemption, voucher, now, language)),
    }
}
