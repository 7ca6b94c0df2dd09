//! Three planes, mounted apart: public (publishable key), member (token), merchant (secret key). What no plane mounts
//! does not exist.

mod activities;
mod adjustments;
mod auth;
mod birthday;
mod body;
mod cache;
mod cors;
mod earning;
mod entries;
mod error;
mod feedback;
mod health;
mod language;
mod limit;
mod me;
mod members;
mod observe;
mod offers;
mod orders;
mod page;
mod privacy;
mod program;
mod redemptions;
mod referrals;
mod reviews;
mod rewards;
mod stream;
mod text;
mod token;
mod vouchers;
mod ways;
mod webhooks;

use std::any::Any;

use axum::{
    Router,
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
};
use stampcard_model::api::ProblemCode;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::App;
pub(crate) use body::{is_list_for_object, json_pointer};
pub(crate) use entries::view as entry_view;
pub(crate) use error::Failure;

/// The routes of one plane each, without their guards.
pub(crate) struct Planes {
    pub(crate) server: OpenApiRouter<App>,
    pub(crate) public: OpenApiRouter<App>,
    pub(crate) member: OpenApiRouter<App>,
    pub(crate) merchant: OpenApiRouter<App>,
}

/// Every route there is.
pub(crate) fn planes() -> Planes {
    Planes {
        server: health::router(),
        public: program::router().merge(rewards::public_router()).merge(earning::public_router()),
        member: me::router()
            .merge(entries::router())
            .merge(rewards::member_router())
            .merge(redemptions::router())
            .merge(vouchers::member_router())
            .merge(activities::member_router())
            .merge(stream::router())
            .merge(privacy::router())
            .merge(birthday::router())
            .merge(offers::member_router())
            .merge(referrals::member_router())
            .merge(ways::router())
            .merge(earning::member_router())
            .merge(feedback::router()),
        merchant: members::router()
            .merge(orders::router())
            .merge(vouchers::merchant_router())
            .merge(activities::merchant_router())
            .merge(adjustments::router())
            .merge(offers::merchant_router())
            .merge(referrals::merchant_router())
            .merge(reviews::router())
            .merge(webhooks::router()),
    }
}

/// Every route behind the guard of its plane. The outer layers see what the inner ones refuse.
pub(crate) fn router(app: &App) -> Router {
    let Planes { server, public, member, merchant } = planes();
    let state = || app.clone();
    Router::new()
        .merge(mountable(server))
        .merge(
            mountable(public)
                .route_layer(from_fn_with_state(state(), auth::public))
                .route_layer(from_fn_with_state(state(), limit::address))
                .route_layer(from_fn_with_state(state(), cors::cors)),
        )
        .merge(
            mountable(member)
                .route_layer(from_fn_with_state(state(), auth::member))
                .route_layer(from_fn_with_state(state(), limit::address))
                .route_layer(from_fn_with_state(state(), cors::cors)),
        )
        .merge(mountable(merchant).route_layer(from_fn_with_state(state(), auth::merchant)))
        .fallback(|| async { Failure::from(ProblemCode::NotFound) })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state(), observe::observe))
        .with_state(state())
}

/// The fallback comes before the layers, so that they see what it answers, too.
fn mountable(plane: OpenApiRouter<App>) -> Router<App> {
    let (router, _) = plane.split_for_parts();
    router.method_not_allowed_fallback(|| async { Failure::from(ProblemCode::MethodNotAllowed) })
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Failure::from(ProblemCode::Internal).into_response()
}
