//! `GET /v1/me/entries`, newest first.

use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use stampcard_model::{
    Account, EntryBody, OrderId, Refusal, Source,
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

pub(crate) fn view(program: &ProgramInForce, line: Line, language: &str) -> EntryView {
    let Line { entry, balance_after } = line;
    let moved = |account| {
        let postings = entry.postings.iter().filter(move |posting| posting.account == account);
        postings.map(|posting| posting.delta).sum()
    };
    let mut view = EntryView {
        seq: entry.seq,
        kind: entry.body.kind(),
        occurred_at: entry.occurred_at,
        delta: moved(Account::Available),
        pending_delta: moved(Account::Pending),
        balance_after,
        order_id: None,
        reward_id: None,
        title: None,
        expires_at: None,
        accruals: Vec::new(),
        missed: Vec::new(),
        tier: None,
    };
    match entry.body {
        EntryBody::Accrual { source, accruals, missed, expires_at, .. } => {
            view.order_id = order_of(source);
            view.accruals = accruals;
            view.missed = missed;
            view.expires_at = expires_at;
        }
        EntryBody::Redemption { reward_id, .. }
        | EntryBody::Hold { reward_id, .. }
        | EntryBody::Release { reward_id, .. }
        | EntryBody::Cancellation { reward_id, .. } => {
            view.title = Some(program.reward_title(entry.program_version, &reward_id, language));
            view.reward_id = Some(reward_id);
        }
        EntryBody::Adjustment { reason, expires_at, .. } => {
            view.title = Some(reason);
            view.expires_at = expires_at;
        }
        EntryBody::Reversal { source, .. } => view.order_id = order_of(source),
        EntryBody::TierChange { tier, .. } => view.tier = Some(tier),
        EntryBody::Activation { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Settlement { .. }
        | EntryBody::OfferActivation { .. } => {}
    }
    view
}

fn order_of(source: Source) -> Option<OrderId> {
    match source {
        Source::Order { order_id } => Some(order_id),
        Source::Activity { .. } | Source::Referral { .. } | Source::Offer { .. } => None,
    }
}
