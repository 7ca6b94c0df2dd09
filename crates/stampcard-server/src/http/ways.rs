//! `GET /v1/me/ways-to-earn`, in the order of the program.

use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use stampcard_engine::{Left, StreakNow, Way, ways};
use stampcard_model::{
    EarnRuleKind, Program, Progress, Refusal,
    api::{GoalProgress, LimitLeft, Page, StreakView, WayToEarn},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::MemberCaller,
    cache::{self, Keep},
    error::Failure,
    language::language,
    page::{List, Paging, part},
    program::earn_rule,
};
use crate::App;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ways_to_earn))
}

/// Every way to earn with what it means for the member now: whether it is open, what is left of its limits, how far they are.
#[utoipa::path(get, path = "/v1/me/ways-to-earn", tag = "member", params(Paging),
    responses((status = 200, description = "A page of ways to earn.", body = Page<WayToEarn>)))]
async fn ways_to_earn(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    paging: Paging,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &caller.program.program;
    let language = language(program, &headers);
    let version = program.version.to_string();
    let list = List { app: &app, name: ["ways to earn", program.id.as_str(), &version] };
    let begin = paging.position(&list)?;
    let now = app.now();
    let found = app.store().member(&caller.program, &caller.reference, now).await?;
    let found = found.ok_or(Refusal::MemberNotFound)?;
    let ways: Vec<(u64, Way<'_>)> =
        (1..).zip(ways(&found.context(&caller.program, now), &found.state)).collect();
    let place = |(place, _): &(u64, Way<'_>)| *place;
    let page = list.page(part(&ways, begin, paging.limit(), place), paging.limit(), place, |(_, way)| {
        view(program, &way, &language)
    });
    cache::answer(&headers, &page, &language, Keep::Private)
}

fn view(program: &Program, way: &Way<'_>, language: &str) -> WayToEarn {
    let (claimable, target) = match &way.rule.earn {
        EarnRuleKind::Activity { activity, .. } => (activity.is_claimable(), 0),
        EarnRuleKind::Goal { target, .. } => (false, *target),
        EarnRuleKind::Spend { .. }
        | EarnRuleKind::Visit { .. }
        | EarnRuleKind::Bonus { .. }
        | EarnRuleKind::Referral { .. } => (false, 0),
    };
    let left = |Left { by, period, points, times }: &Left| LimitLeft {
        by: *by,
        period: *period,
        points: *points,
        times: *times,
    };
    WayToEarn {
        rule: earn_rule(program, way.rule, language),
        claimable,
        closed: way.closed.clone(),
        left: way.left.iter().map(left).collect(),
        streak: way.streak.map(|StreakNow { days, today }| StreakView { days, today }),
        progress: way.progress.as_ref().map(|Progress { before, given, rule_id: _, left: _ }| GoalProgress {
            done: *before,
            target,
            rewarded: *given,
        }),
    }
}
