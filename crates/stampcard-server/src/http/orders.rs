//! `POST /v1/orders`, `POST /v1/orders/{id}/refunds` and `POST /v1/orders/{id}/fulfilled`.

use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use stampcard_engine::standing;
use stampcard_model::{
    EntryBody, Line, Order, OrderId, Points, Refusal, Returned, Source, TierId, Timestamp,
    api::{BookedOrder, Fulfillment, NewFulfillment, NewOrder, NewRefund, ProblemError, Refund},
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
    OpenApiRouter::new().routes(routes!(book)).routes(routes!(refund)).routes(routes!(fulfilled))
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
        Effect::Enrolled { .. } | Effect::VoucherUsed(_) | Effect::Recorded(_) => None,
    });
    let NewOrder { member_reference, order } = write.body;
    let action = Action::Book { reference: member_reference, order };
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

/// Takes an order back: as a whole once, or what came back of it.
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
        Effect::Enrolled { .. } | Effect::VoucherUsed(_) | Effect::Recorded(_) => None,
    });
    let action = Action::Refund { order_id, returned: write.body.returned };
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

/// Lets the points of an order be spent that wait for it to be fulfilled. Saying it again changes nothing.
#[utoipa::path(post, path = "/v1/orders/{id}/fulfilled", tag = "merchant", request_body = NewFulfillment,
    params(("id" = OrderId, Path, description = "Names the order.")),
    responses((status = 200, description = "What fulfilling it did.", body = Fulfillment)))]
async fn fulfilled(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    write: Keyed<NewFulfillment>,
) -> Result<Response, Failure> {
    let Path(id) = id?;
    let order_id = OrderId::new(id).map_err(|_| Refusal::OrderNotFound)?;
    let Merchant { program, key } = merchant;
    let language = language(&program.program, &headers);
    let of = order_id.clone();
    let now = app.now();
    let once = write.once(Principal::Merchant(key), language, move |effect| match effect {
        Effect::Booked(booked) => Some((StatusCode::OK, fulfillment(of, booked, now))),
        Effect::Enrolled { .. } | Effect::VoucherUsed(_) | Effect::Recorded(_) => None,
    });
    let action = Action::Fulfill { order_id };
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewOrder {
    fn faults(&self) -> Vec<ProblemError> {
        let reference = fault(
            text::is_reference(&self.member_reference),
            "/member_reference",
            "is not 1 to 128 printable characters",
        );
        reference.into_iter().chain(self.order.faults("/order")).collect()
    }
}

impl Checked for NewRefund {
    fn faults(&self) -> Vec<ProblemError> {
        let Some(Returned { lines, shipping_minor }) = &self.returned else { return Vec::new() };
        let few = lines.len() <= Order::LINES_MAX;
        let something =
            *shipping_minor > 0 || lines.iter().any(|line| line.quantity > 0 || line.amount_minor > 0);
        let whole = [
            fault(few, "/returned/lines", "has more than 200 lines"),
            fault(something, "/returned", "is nothing"),
            amount(*shipping_minor, "/returned/shipping_minor".to_owned()),
        ];
        let each = lines.iter().enumerate();
        let each =
            each.map(|(at, line)| amount(line.amount_minor, format!("/returned/lines/{at}/amount_minor")));
        whole.into_iter().chain(each).flatten().collect()
    }
}

impl Checked for NewFulfillment {
    fn faults(&self) -> Vec<ProblemError> {
        Vec::new()
    }
}

fn amount(minor: u64, pointer: String) -> Option<ProblemError> {
    fault(minor <= Line::AMOUNT_MINOR_MAX, pointer, "is more than 1000000000000")
}

fn booked_order(program: &ProgramInForce, booked: &Booked) -> Option<BookedOrder> {
    booked.entries.iter().find_map(|entry| {
        let EntryBody::Accrual { source, accruals, missed, points, waits, expires_at, active_until, .. } =
            &entry.body
        else {
            return None;
        };
        let Source::Order { order_id } = source else { return None };
        Some(BookedOrder {
            order_id: order_id.clone(),
            points: *points,
            accruals: accruals.clone(),
            missed: missed.clone(),
            pending: waits.is_some(),
            expires_at: expires_at.or(*active_until),
            balance_after: booked.after.balance.available,
            tier_after: tier_after(program, booked)?,
        })
    })
}

fn refunded(program: &ProgramInForce, booked: &Booked) -> Option<Refund> {
    booked.entries.iter().find_map(|entry| {
        let EntryBody::Reversal { source, points, shortfall, owed, .. } = &entry.body else { return None };
        let Source::Order { order_id } = source else { return None };
        Some(Refund {
            order_id: order_id.clone(),
            points: *points,
            shortfall: *shortfall,
            owed: *owed,
            balance_after: booked.after.balance.available,
            tier_after: tier_after(program, booked)?,
        })
    })
}

fn fulfillment(order_id: OrderId, booked: &Booked, now: Timestamp) -> Fulfillment {
    let lot =
        booked.after.sources.get(&Source::Order { order_id: order_id.clone() }).map(|earned| earned.seq);
    // What time alone had let be spent before now was written down, too.
    let activated = booked.entries.iter().rev().find_map(|entry| {
        let EntryBody::Activation { points, draws } = &entry.body else { return None };
        let its_own = entry.occurred_at >= now && draws.iter().all(|draw| Some(draw.lot) == lot);
        Some(*points).filter(|_| its_own)
    });
    let points = activated.unwrap_or(Points::ZERO);
    Fulfillment { order_id, points, balance_after: booked.after.balance.available }
}

fn tier_after(program: &ProgramInForce, booked: &Booked) -> Option<TierId> {
    let now = booked.entries.last()?.occurred_at;
    let context = booked.context(program, now);
    standing(&context, &booked.after).map(|standing| standing.tier.id.clone())
}
