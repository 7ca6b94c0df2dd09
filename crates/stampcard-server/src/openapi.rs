//! The document that describes every route: OpenAPI 3.1, from the code.

use utoipa::openapi::OpenApi;

use crate::http::planes;

/// The OpenAPI document of this server.
pub fn document() -> OpenApi {
    let planes = planes();
    let mut document = planes.server.into_openapi();
    document.merge(planes.public.into_openapi());
    document.merge(planes.member.into_openapi());
    document.merge(planes.merchant.into_openapi());
    document
}
