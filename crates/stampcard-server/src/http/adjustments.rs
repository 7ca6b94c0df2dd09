//! `POST /v1/members/adjustments`.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use stampcard_model::{
    EntryBody, Points,
    api::{Adjusted, NewAdjustment, ProblemError},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::Merchant,
    body::{Checked, Keyed, fault, respond},
    error::Failure,
    language::language,
    text,
};
use crate::{
    App,
    store::{Action, Booked, Effect, Principal, Write},
};

/// The longest reason, in characters.
const REASON_MAX: usize = 200;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(adjust))
}

/// Gives a member points by hand, or takes them: all of them or none.
#[utoipa::path(post, path = "/v1/members/adjustments", tag = "merchant", request_body = NewAdjustment,
    responses((status = 201, description = "What it did.", body = Adjusted)))]
async fn adjust(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    headers: HeaderMap,
    write: Keyed<NewAdjustment>,
) -> Result<Response, Failure> {
    let Merchant { program, key } = merchant;
    let language = language(&program.program, &headers);
    let once = write.once(Principal::Merchant(key), language, |effect| match effect {
        Effect::Booked(booked) => Some((StatusCode::CREATED, view(booked)?)),
        Effect::Enrolled { .. } | Effect::VoucherUsed(_) | Effect::Recorded(_) => None,
    });
    let NewAdjustment { member_reference, delta, reason } = write.body;
    let action = Action::Adjust { reference: member_reference, delta, reason };
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewAdjustment {
    fn faults(&self) -> Vec<ProblemError> {
        let something = (1..=Points::MAX.get()).contains(&self.delta.unsigned_abs());
        let faults = [
            fault(
                text::is_reference(&self.member_reference),
                "/member_reference",
                "is not 1 to 128 printable characters",
            ),
            fault(something, "/delta", "is 0 or beyond the range of points"),
            fault(text::is_line(&self.reason, REASON_MAX), "/reason", "is not 1 to 200 printable characters"),
        ];
        faults.into_iter().flatten().collect()
    }
}

fn view(booked: &Booked) -> Option<Adjusted> {
    booked.entries.iter().find_map(|entry| {
        let EntryBody::Adjustment { delta, expires_at, .. } = &entry.body else { return None };
        Some(Adjusted {
            seq: entry.seq,
            delta: *delta,
            expires_at: *expires_at,
            balance_after: booked.after.balance.available,
        })
    })
}
