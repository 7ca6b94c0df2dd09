//! `GET /v1/reviews`, oldest first, and `POST /v1/reviews/{redemption_id}/approve` and `/reject`.

use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use stampcard_model::{
    RedemptionId, Refusal,
    api::{NewApproval, NewRejection, Page, ProblemError, RedemptionView, ReviewView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::Merchant,
    body::{Checked, Keyed, fault, respond},
    cache::{self, Keep},
    error::Failure,
    language::language,
    page::{List, Paging},
    redemptions, text,
};
use crate::{
    App, ProgramInForce,
    store::{Action, Effect, Principal, UnderReview, Write},
};

/// The longest reason, in characters.
const REASON_MAX: usize = 200;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(reviews)).routes(routes!(approve)).routes(routes!(reject))
}

/// Redemptions that wait to be approved, oldest first.
#[utoipa::path(get, path = "/v1/reviews", tag = "merchant", params(Paging),
    responses((status = 200, description = "A page of redemptions.", body = Page<ReviewView>)))]
async fn reviews(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    paging: Paging,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Merchant { program, .. } = merchant;
    let id = &program.program.id;
    let language = language(&program.program, &headers);
    let list = List { app: &app, name: ["reviews", id.as_str(), ""] };
    let after = paging.position(&list)?;
    let found = app.store().reviews(id, after, paging.limit() + 1).await?;
    let page = list.page(
        found,
        paging.limit(),
        |waiting| waiting.place,
        |waiting| view(&program, waiting, &language),
    );
    cache::answer(&headers, &page, &language, Keep::Private)
}

/// Approves a redemption: the points that were held are spent and a voucher is issued, whatever became of the reward
/// since.
#[utoipa::path(post, path = "/v1/reviews/{redemption_id}/approve", tag = "merchant", request_body = NewApproval,
    params(("redemption_id" = RedemptionId, Path, description = "Names the redemption.")),
    responses((status = 200, description = "The redemption, completed.", body = RedemptionView)))]
async fn approve(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    write: Keyed<NewApproval>,
) -> Result<Response, Failure> {
    let redemption_id = named(id)?;
    let (voucher_code, by) = (app.seams().voucher_code(), merchant.key.clone());
    let action = Action::Approve { redemption_id, voucher_code, by };
    execute(&app, merchant, &headers, &write, action).await
}

/// Rejects a redemption: the points that were held go back to where they came from.
#[utoipa::path(post, path = "/v1/reviews/{redemption_id}/reject", tag = "merchant", request_body = NewRejection,
    params(("redemption_id" = RedemptionId, Path, description = "Names the redemption.")),
    responses((status = 200, description = "The redemption, rejected.", body = RedemptionView)))]
async fn reject(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    write: Keyed<NewRejection>,
) -> Result<Response, Failure> {
    let redemption_id = named(id)?;
    let (note, by) = (write.body.reason.clone(), merchant.key.clone());
    execute(&app, merchant, &headers, &write, Action::Reject { redemption_id, note, by }).await
}

/// Carries out a decision, and answers with the redemption as it is after it.
async fn execute<T>(
    app: &App,
    merchant: Merchant,
    headers: &HeaderMap,
    write: &Keyed<T>,
    action: Action,
) -> Result<Response, Failure> {
    let Merchant { program, key } = merchant;
    let language = language(&program.program, headers);
    let now = app.now();
    let (of, tongue) = (program.clone(), language.clone());
    let once = write.once(Principal::Merchant(key), language, move |effect| match effect {
        Effect::Booked(booked) => {
            let redemption = booked.redemption.as_ref()?;
            Some((StatusCode::OK, redemptions::view(&of, redemption, now, &tongue)))
        }
        Effect::Enrolled { .. } | Effect::VoucherUsed(_) | Effect::Recorded(_) => None,
    });
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewApproval {
    fn faults(&self) -> Vec<ProblemError> {
        Vec::new()
    }
}

impl Checked for NewRejection {
    fn faults(&self) -> Vec<ProblemError> {
        let fits = text::is_line(&self.reason, REASON_MAX);
        fault(fits, "/reason", "is not 1 to 200 printable characters").into_iter().collect()
    }
}

fn named(id: Result<Path<String>, PathRejection>) -> Result<RedemptionId, Failure> {
    let Path(id) = id?;
    RedemptionId::new(id).map_err(|_| Refusal::RedemptionNotFound.into())
}

fn view(program: &ProgramInForce, waiting: UnderReview, language: &str) -> ReviewView {
    let title = program.reward_title(waiting.program_version, &waiting.reward_id, language);
    ReviewView {
        redemption_id: waiting.id,
        member_id: waiting.member,
        member_reference: waiting.reference,
        reward_id: waiting.reward_id,
        title,
        price: waiting.price,
        money_minor: waiting.money_minor,
        held_at: waiting.held_at,
        reasons: waiting.reasons,
    }
}
