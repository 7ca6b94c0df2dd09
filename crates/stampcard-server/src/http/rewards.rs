//! `GET /v1/rewards` and `GET /v1/me/rewards`, in the order of the program.

use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use stampcard_engine::{RewardState, available, refusal_now};
use stampcard_model::{
    Program, Refusal, Reward,
    api::{MyReward, Page, RewardView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::{MemberCaller, Visitor},
    cache::{self, Keep},
    error::Failure,
    language::language,
    page::{List, Paging},
};
use crate::App;

pub(super) fn public_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(rewards))
}

pub(super) fn member_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(my_rewards))
}

/// The catalogue, in the language of the request.
#[utoipa::path(get, path = "/v1/rewards", tag = "public", params(Paging),
    responses((status = 200, description = "A page of the catalogue.", body = Page<RewardView>)))]
async fn rewards(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    paging: Paging,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &visitor.program.program;
    let language = language(program, &headers);
    let version = program.version.to_string();
    let list = List { app: &app, name: ["rewards", program.id.as_str(), &version] };
    let begin = paging.position(&list)?;
    let taken = app.store().taken(&program.id).await?;
    let page = list.page(part(program, begin, paging.limit()), paging.limit(), after, |(_, reward)| {
        view(program, reward, taken.get(&reward.id).copied().unwrap_or_default(), &language)
    });
    cache::answer(&headers, &page, &language, Keep::Public)
}

/// The catalogue with what each reward means for the member now: points missing, and why a redemption would be refused.
#[utoipa::path(get, path = "/v1/me/rewards", tag = "member", params(Paging),
    responses((status = 200, description = "A page of the catalogue.", body = Page<MyReward>)))]
async fn my_rewards(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    paging: Paging,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &caller.program.program;
    let language = language(program, &headers);
    let version = program.version.to_string();
    let list = List { app: &app, name: ["my rewards", program.id.as_str(), &version] };
    let begin = paging.position(&list)?;
    let now = app.now();
    let found = app.store().member(&caller.program, &caller.reference, now).await?;
    let found = found.ok_or(Refusal::MemberNotFound)?;
    let has = available(&found.state, now);
    let page = list.page(part(program, begin, paging.limit()), paging.limit(), after, |(_, reward)| {
        let shared = found.taken.get(&reward.id).copied().unwrap_or_default();
        let redeemed = found.state.redeemed.get(&reward.id).copied().unwrap_or_default();
        let refusal = refusal_now(program, &found.state, reward, shared, reward.price, now);
        MyReward {
            reward: view(program, reward, shared, &language),
            missing: reward.price.saturating_sub(has),
            refusal: refusal.map(|refusal| refusal.code().to_owned()),
            member_left: reward.per_member_limit.map(|limit| limit.saturating_sub(redeemed)),
        }
    });
    cache::answer(&headers, &page, &language, Keep::Private)
}

/// Rewards with their places, from `begin` on, and one more than a page holds.
fn part(program: &Program, begin: Option<u64>, limit: u16) -> Vec<(u64, &Reward)> {
    let begin = begin.and_then(|begin| usize::try_from(begin).ok()).unwrap_or_default();
    (0..).zip(&program.rewards).skip(begin).take(usize::from(limit) + 1).collect()
}

/// Where the page after a reward begins.
fn after((place, _): &(u64, &Reward)) -> u64 {
    place.saturating_add(1)
}

fn view(program: &Program, reward: &Reward, shared: RewardState, language: &str) -> RewardView {
    let text =
        |text: &stampcard_model::LocalizedText| text.resolve(language, &program.default_locale).to_owned();
    RewardView {
        id: reward.id.clone(),
        kind: reward.kind.clone(),
        title: text(&reward.title),
        description: text(&reward.description),
        terms: text(&reward.terms),
        image_url: reward.image_url.clone(),
        price: reward.price,
        stock_left: reward.stock.map(|stock| stock.saturating_sub(shared.taken)),
        tier: reward.tier.clone(),
        per_member_limit: reward.per_member_limit,
        voucher_days: reward.voucher_days,
    }
}
