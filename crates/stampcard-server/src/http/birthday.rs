//! `PUT /v1/me/birthday`.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use stampcard_model::api::{BirthdayView, NewBirthday, ProblemError};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::MemberCaller,
    body::{Checked, Keyed, respond},
    error::Failure,
    language::language,
};
use crate::{
    App,
    store::{Action, Effect, Record, Recorded, Write},
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(tell))
}

/// Tells the member's birthday. Once: another day is for the merchant to say. Telling the same day again changes nothing.
#[utoipa::path(put, path = "/v1/me/birthday", tag = "member", request_body = NewBirthday,
    responses((status = 200, description = "The birthday.", body = BirthdayView)))]
async fn tell(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    headers: HeaderMap,
    write: Keyed<NewBirthday>,
) -> Result<Response, Failure> {
    let principal = caller.principal();
    let MemberCaller { program, reference, .. } = caller;
    let once = write.once(principal, language(&program.program, &headers), |effect| match effect {
        Effect::Recorded(Recorded::BirthdayTold(birthday)) => {
            Some((StatusCode::OK, BirthdayView { birthday: *birthday }))
        }
        Effect::Recorded(_) | Effect::Enrolled { .. } | Effect::Booked(_) | Effect::VoucherUsed(_) => None,
    });
    let action = Action::Record(Record::TellBirthday { reference, birthday: write.body.birthday });
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewBirthday {
    fn faults(&self) -> Vec<ProblemError> {
        Vec::new()
    }
}
