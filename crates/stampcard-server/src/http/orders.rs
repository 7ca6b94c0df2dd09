//! `POST /v1/orders` and `POST /v1/orders/{id}/refunds`.

use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use stampcard_engine::standing;
use stampcard_model::{
    EntryBody, Line, Order, OrderId, Refusal, TierId,
    api::{BookedOrder, NewOrder, NewRefund, ProblemError, Refund},
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
    App, ProgramInForce,
    store::{Action, Booked, Effect, Principal, Write},
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(book)).routes(routes!(refund))
}

/// Books a purchase of a member. An order earns once.
#[utoipa::path(post, path = "/v1/orders", tag = "merchant", request_body = NewOrder,
    responses((status = 201, description = "What the order earned.", body = BookedOrder)))]
async fn book(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    headers: HeaderMap,
    write: Keyed<NewOrder>,
) -> Result<Response, Failure> {
    let Merchant { program, key } = merchant;
    let language = language(&program.program, &headers);
    let of = program.clone();
    let once = write.once(Principal::Merchant(key), language, move |effect| match effect {
        Effect::Booked(booked) => Some((StatusCode::CREATED, booked_order(&of, booked)?)),
        Effect::Enrolled { .. } | Effect::VoucherUsed(_) => None,
    });
    let NewOrder { member_reference, order } = write.body;
    let action = Action::Book { reference: member_reference, order };
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

/// Takes an order back as a whole, once.
#[utoipa::path(post, path = "/v1/orders/{id}/refunds", tag = "merchant", request_body = NewRefund,
    params(("id" = OrderId, Path, description = "Names the order.")),
    responses((status = 201, description = "What taking it back did.", body = Refund)))]
async fn refund(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    write: Keyed<NewRefund>,
) -> Result<Response, Failure> {
    let Path(id) = id?;
    let order_id = OrderId::new(id).map_err(|_| Refusal::OrderNotFound)?;
    let Merchant { program, key } = merchant;
    let language = language(&program.program, &headers);
    let of = program.clone();
    let once = write.once(Principal::Merchant(key), language, move |effect| match effect {
        Effect::Booked(booked) => Some((StatusCode::CREATED, refunded(&of, booked)?)),
        Effect::Enrolled { .. } | Effect::VoucherUsed(_) => None,
    });
    let action = Action::Refund { order_id };
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewOrder {
    fn faults(&self) -> Vec<ProblemError> {
        let lines = &self.order.lines;
        let whole = [
            fault(
                text::is_reference(&self.member_reference),
                "/member_reference",
                "is not 1 to 128 printable characters",
            ),
            fault((1..=Order::LINES_MAX).contains(&lines.len()), "/order/lines", "has not 1 to 200 lines"),
        ];
        let each = lines.iter().enumerate().flat_map(|(index, line)| {
            let at = |field: &str| format!("/order/lines/{index}/{field}");
            [
                fault(line.quantity >= 1, at("quantity"), "is not at least 1"),
                fault(
                    line.amount_minor <= Line::AMOUNT_MINOR_MAX,
                    at("amount_minor"),
                    "is more than 1000000000000",
                ),
            ]
        });
        whole.into_iter().chain(each).flatten().collect()
    }
}

impl Checked for NewRefund {
    fn faults(&self) -> Vec<ProblemError> {
        Vec::new()
    }
}

fn booked_order(program: &ProgramInForce, booked: &Booked) -> Option<BookedOrder> {
    match &booked.entries.last()?.body {
        EntryBody::Accrual { order_id, accruals, points, expires_at } => Some(BookedOrder {
            order_id: order_id.clone(),
            points: *points,
            accruals: accruals.clone(),
            expires_at: *expires_at,
            balance_after: booked.after.balance.available,
            tier_after: tier_after(program, booked)?,
        }),
        EntryBody::Redemption { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Adjustment { .. }
        | EntryBody::Reversal { .. } => None,
    }
}

fn refunded(program: &ProgramInForce, booked: &Booked) -> Option<Refund> {
    match &booked.entries.last()?.body {
        EntryBody::Reversal { order_id, points, shortfall, .. } => Some(Refund {
            order_id: order_id.clone(),
            points: *points,
            shortfall: *shortfall,
            balance_after: booked.after.balance.available,
            tier_after: tier_after(program, booked)?,
        }),
        EntryBody::Accrual { .. }
        | EntryBody::Redemption { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Adjustment { .. } => None,
    }
}

fn tier_after(program: &ProgramInForce, booked: &Booked) -> Option<TierId> {
    let now = booked.entries.last()?.occurred_at;
    standing(&program.program, &booked.after, now).map(|standing| standing.tier.id.clone())
}
