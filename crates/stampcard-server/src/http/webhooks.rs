//! `/v1/webhooks`: the addresses that are told of what happens.

use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use stampcard_model::{
    Refusal, WebhookId,
    api::{
        NewRedelivery, NewWebhook, NewWebhookSecret, Page, ProblemError, Topic, WebhookMessageView,
        WebhookSettings, WebhookView, WebhookWithSecret,
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::Merchant,
    body::{Checked, Keyed, fault, respond},
    error::Failure,
    language::language,
    page::{List, Paging},
};
use crate::{
    App,
    store::{Action, Effect, Executed, Principal, Record, Recorded, Waiting, Webhook, WebhookSecret, Write},
    webhook::{Targets, secret_text},
};

/// How long the secret before signs beside a new one.
const ROTATION_HOURS: i64 = 24;
const TOPICS_MAX: usize = 32;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(add, list))
        .routes(routes!(show, set, remove))
        .routes(routes!(rotate))
        .routes(routes!(given_up))
        .routes(routes!(redeliver))
}

/// Adds an address. From now on it is told of what happens: each message once for each answer that is not a success, ten
/// times over three days at most.
#[utoipa::path(post, path = "/v1/webhooks", tag = "merchant", request_body = NewWebhook,
    responses((status = 201, description = "The address and its secret.", body = WebhookWithSecret)))]
async fn add(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    headers: HeaderMap,
    write: Keyed<NewWebhook>,
) -> Result<Response, Failure> {
    let url = target(app.parts().courier.targets, &write.body.url)?;
    let id = app.seams().webhook_id();
    let secret = WebhookSecret(app.seams().webhook_secret());
    let topics = sorted(&write.body.topics);
    execute(&app, merchant, &headers, &write, Record::AddWebhook { id, url, topics, secret }, |webhook| {
        (StatusCode::CREATED, with_secret(webhook))
    })
    .await
}

/// Every address, oldest first; at most 20.
#[utoipa::path(get, path = "/v1/webhooks", tag = "merchant",
    responses((status = 200, description = "All of them.", body = Page<WebhookView>)))]
async fn list(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
) -> Result<impl IntoResponse, Failure> {
    let webhooks = app.store().webhooks(&merchant.program.program.id).await?;
    let page = Page { items: webhooks.iter().map(view).collect(), next: None };
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(page)))
}

/// One address.
#[utoipa::path(get, path = "/v1/webhooks/{id}", tag = "merchant",
    params(("id" = WebhookId, Path, description = "Names the address.")),
    responses((status = 200, description = "The address.", body = WebhookView)))]
async fn show(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    id: Result<Path<String>, PathRejection>,
) -> Result<impl IntoResponse, Failure> {
    let id = named(id)?;
    let webhooks = app.store().webhooks(&merchant.program.program.id).await?;
    let webhook = webhooks.iter().find(|webhook| webhook.id == id).ok_or(Refusal::WebhookNotFound)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(view(webhook))))
}

/// Says anew where and of what is told, and whether.
#[utoipa::path(put, path = "/v1/webhooks/{id}", tag = "merchant", request_body = WebhookSettings,
    params(("id" = WebhookId, Path, description = "Names the address.")),
    responses((status = 200, description = "The address.", body = WebhookView)))]
async fn set(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    write: Keyed<WebhookSettings>,
) -> Result<Response, Failure> {
    let id = named(id)?;
    let url = target(app.parts().courier.targets, &write.body.url)?;
    let (topics, enabled) = (sorted(&write.body.topics), write.body.enabled);
    let record = Record::SetWebhook { id, url, topics, enabled };
    execute(&app, merchant, &headers, &write, record, |webhook| (StatusCode::OK, view(webhook))).await
}

/// Makes a new secret. For 24 hours messages carry two signatures, by the new secret and by the one before.
#[utoipa::path(post, path = "/v1/webhooks/{id}/rotate", tag = "merchant", request_body = NewWebhookSecret,
    params(("id" = WebhookId, Path, description = "Names the address.")),
    responses((status = 200, description = "The address and its new secret.", body = WebhookWithSecret)))]
async fn rotate(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    write: Keyed<NewWebhookSecret>,
) -> Result<Response, Failure> {
    let id = named(id)?;
    let secret = WebhookSecret(app.seams().webhook_secret());
    let previous_until = app.now().plus_millis(ROTATION_HOURS * 3_600_000);
    let record = Record::RotateWebhook { id, secret, previous_until };
    execute(&app, merchant, &headers, &write, record, |webhook| (StatusCode::OK, with_secret(webhook))).await
}

/// Messages that were given up, those given up first first. They are kept as long as the server's settings say.
#[utoipa::path(get, path = "/v1/webhooks/{id}/messages", tag = "merchant",
    params(("id" = WebhookId, Path, description = "Names the address."), Paging),
    responses((status = 200, description = "A page of messages.", body = Page<WebhookMessageView>)))]
async fn given_up(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    id: Result<Path<String>, PathRejection>,
    paging: Paging,
) -> Result<impl IntoResponse, Failure> {
    let (id, program) = (named(id)?, &merchant.program.program.id);
    let list = List { app: &app, name: ["messages", program.as_str(), id.as_str()] };
    let after = paging.position(&list)?;
    let found = app.store().given_up(program, &id, after, paging.limit() + 1).await?;
    let found = found.ok_or(Refusal::WebhookNotFound)?;
    let page = list.page(found, paging.limit(), Waiting::place, |waiting| message_view(&waiting));
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(page)))
}

/// Sends a message once more that was given up: at once, and then as any other. The address must be enabled.
#[utoipa::path(post, path = "/v1/webhooks/{id}/messages/{message_id}/redeliver", tag = "merchant",
    request_body = NewRedelivery,
    params(("id" = WebhookId, Path, description = "Names the address."),
        ("message_id" = String, Path, description = "Names the message.")),
    responses((status = 202, description = "The message, to be sent.", body = WebhookMessageView)))]
async fn redeliver(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
    write: Keyed<NewRedelivery>,
) -> Result<Response, Failure> {
    let Path((id, message)) = path?;
    let id = WebhookId::new(id).map_err(|_| Refusal::WebhookNotFound)?;
    let Merchant { program, key } = merchant;
    let language = language(&program.program, &headers);
    let once = write.once(Principal::Merchant(key), language, move |effect| match effect {
        Effect::Recorded(Recorded::Redelivering(waiting)) => {
            Some((StatusCode::ACCEPTED, message_view(waiting)))
        }
        Effect::Recorded(_) | Effect::Enrolled { .. } | Effect::Booked(_) | Effect::VoucherUsed(_) => None,
    });
    let action = Action::Record(Record::Redeliver { id, message });
    let write = Write { program, now: app.now(), action, once: Some(once) };
    Ok(respond(app.store().execute(write).await?))
}

/// Removes an address, with everything that waits for it.
#[utoipa::path(delete, path = "/v1/webhooks/{id}", tag = "merchant",
    params(("id" = WebhookId, Path, description = "Names the address.")),
    responses((status = 204, description = "It is gone.")))]
async fn remove(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Failure> {
    let action = Action::Record(Record::RemoveWebhook { id: named(id)? });
    let write = Write { program: merchant.program, now: app.now(), action, once: None };
    match app.store().execute(write).await? {
        Executed::Now(Err(refusal), _) => Err(refusal.into()),
        Executed::Now(Ok(_), _) | Executed::Before(_) => Ok(StatusCode::NO_CONTENT),
    }
}

/// Carries out a write of an address, and answers with what `word` makes of the address after it.
async fn execute<T, V: serde::Serialize>(
    app: &App,
    merchant: Merchant,
    headers: &HeaderMap,
    write: &Keyed<T>,
    record: Record,
    word: impl FnOnce(&Webhook) -> (StatusCode, V) + Send + 'static,
) -> Result<Response, Failure> {
    let Merchant { program, key } = merchant;
    let language = language(&program.program, headers);
    let once = write.once(Principal::Merchant(key), language, move |effect| match effect {
        Effect::Recorded(Recorded::Webhook(webhook)) => Some(word(webhook)),
        Effect::Recorded(_) | Effect::Enrolled { .. } | Effect::Booked(_) | Effect::VoucherUsed(_) => None,
    });
    let write = Write { program, now: app.now(), action: Action::Record(record), once: Some(once) };
    Ok(respond(app.store().execute(write).await?))
}

impl Checked for NewWebhook {
    fn faults(&self) -> Vec<ProblemError> {
        topics_fault(&self.topics)
    }
}

impl Checked for WebhookSettings {
    fn faults(&self) -> Vec<ProblemError> {
        topics_fault(&self.topics)
    }
}

impl Checked for NewRedelivery {
    fn faults(&self) -> Vec<ProblemError> {
        Vec::new()
    }
}

impl Checked for NewWebhookSecret {
    fn faults(&self) -> Vec<ProblemError> {
        Vec::new()
    }
}

fn topics_fault(topics: &[Topic]) -> Vec<ProblemError> {
    fault(topics.len() <= TOPICS_MAX, "/topics", "has more than 32 topics").into_iter().collect()
}

fn target(targets: Targets, url: &str) -> Result<String, Failure> {
    let fits = targets.url(url).map(|_| url.to_owned());
    fits.ok_or_else(|| {
        Failure::from(stampcard_model::api::ProblemCode::InvalidBody)
            .at("/url", "is no https address of at most 2048 characters on the public internet")
    })
}

fn sorted(topics: &[Topic]) -> Vec<Topic> {
    let mut topics = topics.to_vec();
    topics.sort_unstable();
    topics.dedup();
    topics
}

fn named(id: Result<Path<String>, PathRejection>) -> Result<WebhookId, Failure> {
    let Path(id) = id?;
    WebhookId::new(id).map_err(|_| Refusal::WebhookNotFound.into())
}

fn with_secret(webhook: &Webhook) -> WebhookWithSecret {
    WebhookWithSecret { webhook: view(webhook), secret: secret_text(&webhook.secret.0) }
}

fn message_view(waiting: &Waiting) -> WebhookMessageView {
    WebhookMessageView {
        id: waiting.id.clone(),
        topic: waiting.topic,
        member_id: waiting.member.clone(),
        occurred_at: waiting.occurred_at,
        attempts: waiting.attempts,
        given_up_at: waiting.given_up_at,
    }
}

fn view(webhook: &Webhook) -> WebhookView {
    WebhookView {
        id: webhook.id.clone(),
        url: webhook.url.clone(),
        topics: webhook.topics.clone(),
        enabled: webhook.enabled,
        created_at: webhook.created_at,
        waiting: webhook.waiting,
        given_up: webhook.given_up,
        last_attempt_at: webhook.last_attempt_at,
        last_status: webhook.last_status,
        failing_since: webhook.failing_since,
    }
}
