//! `GET /v1/me/entries`, newest first.

use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use stampcard_model::{
    Account, EntryBody, Refusal,
    api::{EntryView, Page},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::MemberCaller,
    cache::{self, Keep},
    error::Failure,
    language::language,
    page::{List, Paging},
};
use crate::{App, ProgramInForce, store::Line};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(entries))
}

/// The member's ledger, newest first. Points that have expired stand here when their expiry is written down, which may
/// be a little later.
#[utoipa::path(get, path = "/v1/me/entries", tag = "member", params(Paging),
    responses((status = 200, description = "A page of the ledger.", body = Page<EntryView>)))]
async fn entries(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    paging: Paging,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &caller.program.program;
    let language = language(program, &headers);
    let list = List { app: &app, name: ["entries", program.id.as_str(), &caller.reference] };
    let before = paging.position(&list)?;
    let found = app.store().lines(&program.id, &caller.reference, before, paging.limit() + 1).await?;
    let (_, lines) = found.ok_or(Refusal::MemberNotFound)?;
    let page = list.page(
        lines,
        paging.limit(),
        |line| line.entry.seq,
        |line| view(&caller.program, line, &language),
    );
    cache::answer(&headers, &page, &language, Keep::Private)
}

fn view(program: &ProgramInForce, line: Line, language: &str) -> EntryView {
    let Line { entry, balance_after } = line;
    let moved = entry.postings.iter().filter(|posting| posting.account == Account::Available);
    let mut view = EntryView {
        seq: entry.seq,
        kind: entry.body.kind(),
        occurred_at: entry.occurred_at,
        delta: moved.map(|posting| posting.delta).sum(),
        balance_after,
        order_id: None,
        reward_id: None,
        title: None,
        expires_at: None,
        accruals: Vec::new(),
    };
    match entry.body {
        EntryBody::Accrual { order_id, accruals, points: _, expires_at } => {
            view.order_id = Some(order_id);
            view.accruals = accruals;
            view.expires_at = expires_at;
        }
        EntryBody::Redemption { reward_id, .. } => {
            view.title = Some(program.reward_title(entry.program_version, &reward_id, language));
            view.reward_id = Some(reward_id);
        }
        EntryBody::Expiry { .. } => {}
        EntryBody::Adjustment { reason, expires_at, .. } => {
            view.title = Some(reason);
            view.expires_at = expires_at;
        }
        EntryBody::Reversal { order_id, .. } => view.order_id = Some(order_id),
    }
    view
}
