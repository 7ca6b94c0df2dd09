//! The shop's origin: pages, files, and the backend under `/shop`.

mod backend;
mod elements;
mod guard;
mod pages;

use axum::{Router, http::HeaderValue, http::header, middleware};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::shop::Shop;

/// Everything on the shop's origin.
pub(crate) fn router(shop: Shop) -> Router {
    let files = ["css", "js", "images", "locale"].into_iter().fold(Router::new(), |router, folder| {
        router.nest_service(&format!("/{folder}"), ServeDir::new(shop.www.join(folder)))
    });
    let files = files
        .nest_service("/sdk", ServeDir::new(&shop.sdk))
        // Files change while one works on them; asking whether they did costs little on one machine.
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-cache"),
        ));
    let backend = backend::router().layer(middleware::from_fn_with_state(shop.clone(), guard::same_origin));
    Router::new()
        .merge(files)
        .nest("/shop", backend)
        .merge(pages::router())
        .merge(elements::router())
        .layer(middleware::from_fn_with_state(shop.clone(), guard::protect))
        .with_state(shop)
}
