//! `POST /v1/members`.

use std::collections::BTreeSet;

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
    store::{Action, Effect, Member, Principal, Said, Write},
};

/// The longest name, in characters.
const DISPLAY_NAME_MAX: usize = 100;
/// Segments of one member at most.
const SEGMENTS_MAX: usize = 50;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(enroll))
}

/// Enrolls a member, or answers with the one enrolled before under this reference. What is given replaces what was said
/// before; what is left out stays.
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
    let NewMember { reference, display_name, birthday, segments, household } = write.body;
    let segments = segments.map(BTreeSet::from_iter);
    let said = Said { display_name, birthday, segments, household };
    let action = Action::Enroll { id: app.seams().member_id(), reference, said };
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewMember {
    fn faults(&self) -> Vec<ProblemError> {
        let name = self.display_name.as_deref().is_none_or(|name| text::is_line(name, DISPLAY_NAME_MAX));
        let segments = self.segments.as_ref().is_none_or(|segments| segments.len() <= SEGMENTS_MAX);
        let faults = [
            fault(text::is_reference(&self.reference), "/reference", "is not 1 to 128 printable characters"),
            fault(name, "/display_name", "is not 1 to 100 printable characters"),
            fault(segments, "/segments", "has more than 50 segments"),
        ];
        faults.into_iter().flatten().collect()
    }
}

fn view(member: &Member) -> EnrolledMember {
    EnrolledMember {
        id: member.id.clone(),
        reference: member.reference.clone(),
        display_name: member.display_name.clone(),
        birthday: member.birthday.map(|birthday| birthday.day),
        segments: member.segments.iter().cloned().collect(),
        household: member.household.clone(),
        enrolled_at: member.enrolled_at,
    }
}
