//! `GET /v1/me`: everything for a first paint, as of one instant.

use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use stampcard_engine::{Standing, balance, expiring_next, standing};
use stampcard_model::{
    Refusal,
    api::{ExpiringPoints, Me, MemberView, ProblemCode, TierKeep, TierNext, TierStanding},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::MemberCaller,
    cache::{self, Keep},
    error::Failure,
    language::language,
};
use crate::{App, store::Member};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(me))
}

/// The member of the token, with balance and tier as they are now.
#[utoipa::path(get, path = "/v1/me", tag = "member",
    responses((status = 200, description = "The member.", body = Me)))]
async fn me(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &caller.program.program;
    let now = app.now();
    let found = app.store().member(&caller.program, &caller.reference, now).await?;
    let found = found.ok_or(Refusal::MemberNotFound)?;
    let state = &found.state;
    let expiring = expiring_next(state, now);
    let context = found.context(&caller.program, now);
    let me = Me {
        member: member(&found.member),
        balance: balance(state, now),
        expiring: expiring.map(|(points, expires_at)| ExpiringPoints { points, expires_at }),
        // A program in force has a tier that everybody has.
        tier: standing(&context, state).map(tier).ok_or(ProblemCode::Internal)?,
        personalized: !found.profile.impersonal,
    };
    cache::answer(&headers, &me, &language(program, &headers), Keep::Private)
}

pub(super) fn member(member: &Member) -> MemberView {
    MemberView {
        id: member.id.clone(),
        display_name: member.display_name.clone(),
        birthday: member.birthday.map(|birthday| birthday.day),
        enrolled_at: member.enrolled_at,
    }
}

fn tier(standing: Standing<'_>) -> TierStanding {
    TierStanding {
        tier: standing.tier.id.clone(),
        qualifying: standing.qualifying,
        next: standing.next.map(|next| TierNext {
            tier: next.tier.id.clone(),
            threshold: next.tier.threshold,
            missing: next.missing,
            by: next.by,
            begins_at: next.begins_at,
        }),
        keep: standing.keep.map(|risk| TierKeep { until: risk.until, missing: risk.missing }),
        until: standing.until,
    }
}
