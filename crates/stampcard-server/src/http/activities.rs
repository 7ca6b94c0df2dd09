//! `POST /v1/activities` and `POST /v1/me/activities`.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use stampcard_model::{
    Activity, ActivityKind, EntryBody, Refusal, Source,
    api::{BookedActivity, NewActivity, NewMemberActivity, ProblemError},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::{MemberCaller, Merchant},
    body::{Checked, Keyed, fault, respond},
    error::Failure,
    language::language,
    text,
};
use crate::{
    App,
    store::{Action, Booked, Effect, Principal, Write},
};

pub(super) fn merchant_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(book))
}

pub(super) fn member_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(claim))
}

/// Books something that a member did, if it earns. It earns once.
#[utoipa::path(post, path = "/v1/activities", tag = "merchant", request_body = NewActivity,
    responses((status = 201, description = "What it earned.", body = BookedActivity)))]
async fn book(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    headers: HeaderMap,
    write: Keyed<NewActivity>,
) -> Result<Response, Failure> {
    let Merchant { program, key } = merchant;
    let language = language(&program.program, &headers);
    let once = write.once(Principal::Merchant(key), language, answer);
    let NewActivity { member_reference, activity } = write.body;
    let action = Action::Act { reference: member_reference, activity };
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

/// Books something that the member did, if members may claim it themselves: a check-in, an anniversary, an answered
/// survey, a profile that is complete.
#[utoipa::path(post, path = "/v1/me/activities", tag = "member", request_body = NewMemberActivity,
    responses((status = 201, description = "What it earned.", body = BookedActivity)))]
async fn claim(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    headers: HeaderMap,
    write: Keyed<NewMemberActivity>,
) -> Result<Response, Failure> {
    let principal = caller.principal();
    let MemberCaller { program, reference, .. } = caller;
    let language = language(&program.program, &headers);
    let once = write.once(principal, language, answer);
    let activity = write.body.activity;
    if !activity.kind.is_claimable() {
        return Err(Refusal::ActivityNotFound.into());
    }
    let action = Action::Act { reference, activity };
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewActivity {
    fn faults(&self) -> Vec<ProblemError> {
        let known = text::is_reference(&self.member_reference);
        let reference = fault(known, "/member_reference", "is not 1 to 128 printable characters");
        reference.into_iter().chain(unheard_of(&self.activity)).collect()
    }
}

impl Checked for NewMemberActivity {
    fn faults(&self) -> Vec<ProblemError> {
        unheard_of(&self.activity).into_iter().collect()
    }
}

fn unheard_of(activity: &Activity) -> Option<ProblemError> {
    fault(activity.kind != ActivityKind::Unrecognized, "/activity/kind", "is no kind of activity")
}

fn answer(effect: &Effect) -> Option<(StatusCode, BookedActivity)> {
    match effect {
        Effect::Booked(booked) => Some((StatusCode::CREATED, view(booked)?)),
        Effect::Enrolled { .. } | Effect::VoucherUsed(_) | Effect::Recorded(_) => None,
    }
}

fn view(booked: &Booked) -> Option<BookedActivity> {
    booked.entries.iter().find_map(|entry| {
        let EntryBody::Accrual { source, accruals, missed, points, expires_at, active_until, .. } =
            &entry.body
        else {
            return None;
        };
        let Source::Activity { activity_id } = source else { return None };
        Some(BookedActivity {
            activity_id: activity_id.clone(),
            points: *points,
            accruals: accruals.clone(),
            missed: missed.clone(),
            expires_at: expires_at.or(*active_until),
            balance_after: booked.after.balance.available,
        })
    })
}
