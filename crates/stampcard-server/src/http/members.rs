//! `POST /v1/members`.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use stampcard_model::api::{EnrolledMember, NewMember, ProblemError};
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
    store::{Action, Effect, Member, Principal, Write},
};

/// The longest name, in characters.
const DISPLAY_NAME_MAX: usize = 100;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(enroll))
}

/// Enrolls a member, or answers with the one enrolled before under this reference. A name that is given replaces the
/// one before; one that is left out leaves it.
#[utoipa::path(post, path = "/v1/members", tag = "merchant", request_body = NewMember, responses(
    (status = 200, description = "The member, enrolled before.", body = EnrolledMember),
    (status = 201, description = "The member, enrolled now.", body = EnrolledMember)))]
async fn enroll(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    headers: HeaderMap,
    write: Keyed<NewMember>,
) -> Result<Response, Failure> {
    let Merchant { program, key } = merchant;
    let language = language(&program.program, &headers);
    let once = write.once(Principal::Merchant(key), language, |effect| match effect {
        Effect::Enrolled { member, new } => {
            Some((if *new { StatusCode::CREATED } else { StatusCode::OK }, view(member)))
        }
        Effect::Booked(_) | Effect::VoucherUsed(_) | Effect::Recorded(_) => None,
    });
    let NewMember { reference, display_name } = write.body;
    let action = Action::Enroll { id: app.seams().member_id(), reference, display_name };
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewMember {
    fn faults(&self) -> Vec<ProblemError> {
        let name = self.display_name.as_deref().is_none_or(|name| text::is_line(name, DISPLAY_NAME_MAX));
        let faults = [
            fault(text::is_reference(&self.reference), "/reference", "is not 1 to 128 printable characters"),
            fault(name, "/display_name", "is not 1 to 100 printable characters"),
        ];
        faults.into_iter().flatten().collect()
    }
}

fn view(member: &Member) -> EnrolledMember {
    EnrolledMember {
        id: member.id.clone(),
        reference: member.reference.clone(),
        display_name: member.display_name.clone(),
        enrolled_at: member.enrolled_at,
    }
}
