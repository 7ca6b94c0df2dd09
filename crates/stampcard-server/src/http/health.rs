//! `GET /healthz` and `GET /readyz`, for those who keep the server running, and the documents that describe it.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::error::Failure;
use crate::App;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(alive))
        .routes(routes!(ready))
        .routes(routes!(document))
        .routes(routes!(program_schema))
}

/// Whether the process answers.
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 204, description = "It does.")))]
async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Whether the server can read and write its ledger.
#[utoipa::path(get, path = "/readyz", tag = "server", responses((status = 204, description = "It can.")))]
async fn ready(State(app): State<App>) -> Result<StatusCode, Failure> {
    app.store().check().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// This document.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "server",
    responses((status = 200, description = "The routes of this server in OpenAPI 3.1.", body = Object)))]
async fn document() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=60")], Json(crate::openapi::document()))
}

/// What a program's document may say.
#[utoipa::path(get, path = "/v1/program.schema.json", tag = "server",
    responses((status = 200, description = "A JSON Schema (2020-12).", body = Object,
        content_type = "application/schema+json")))]
async fn program_schema() -> impl IntoResponse {
    let schema = format!("{:#}\n", crate::program_schema());
    (
        [(header::CACHE_CONTROL, "public, max-age=60"), (header::CONTENT_TYPE, "application/schema+json")],
        schema,
    )
}
