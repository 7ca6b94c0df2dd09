//! `GET` and `POST /v1/me/feedback`.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use stampcard_model::{
    Refusal,
    api::{FeedbackView, NewFeedback, Page, ProblemError},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::MemberCaller,
    body::{Checked, Keyed, fault, respond},
    cache::{self, Keep},
    error::Failure,
    language::language,
    privacy::feedback_view,
};
use crate::{
    App,
    store::{Action, Effect, Feedback, Record, Recorded, Write},
};

/// The longest comment, in characters.
const COMMENT_MAX: usize = 1_000;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(told, tell))
}

/// What the member told, oldest first.
#[utoipa::path(get, path = "/v1/me/feedback", tag = "member",
    responses((status = 200, description = "All of it, by survey.", body = Page<FeedbackView>)))]
async fn told(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &caller.program.program;
    let found = app.store().feedback(&program.id, &caller.reference).await?;
    let told = found.ok_or(Refusal::MemberNotFound)?;
    let page = Page { items: told.iter().map(feedback_view).collect::<Vec<_>>(), next: None };
    cache::answer(&headers, &page, &language(program, &headers), Keep::Private)
}

/// Tells what the member thinks, once for each survey.
#[utoipa::path(post, path = "/v1/me/feedback", tag = "member", request_body = NewFeedback,
    responses((status = 201, description = "What was told.", body = FeedbackView)))]
async fn tell(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    headers: HeaderMap,
    write: Keyed<NewFeedback>,
) -> Result<Response, Failure> {
    let principal = caller.principal();
    let MemberCaller { program, reference, .. } = caller;
    let now = app.now();
    let once = write.once(principal, language(&program.program, &headers), |effect| match effect {
        Effect::Recorded(Recorded::Told(feedback)) => Some((StatusCode::CREATED, feedback_view(feedback))),
        Effect::Recorded(_) | Effect::Enrolled { .. } | Effect::Booked(_) | Effect::VoucherUsed(_) => None,
    });
    let NewFeedback { survey_id, score, comment } = write.body;
    let feedback = Feedback { survey_id, score, comment, told_at: now };
    let action = Action::Record(Record::Tell { reference, feedback });
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewFeedback {
    fn faults(&self) -> Vec<ProblemError> {
        let comment = self.comment.as_deref().is_none_or(|comment| comment.chars().count() <= COMMENT_MAX);
        let faults = [
            fault((1..=5).contains(&self.score), "/score", "is not 1 to 5"),
            fault(comment, "/comment", "has more than 1000 characters"),
        ];
        faults.into_iter().flatten().collect()
    }
}
