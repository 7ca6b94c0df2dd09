//! `GET /v1/rewards` and `GET /v1/me/rewards`, in the order of the program.

use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use stampcard_engine::{
    Context, MemberState, Price, RewardState, available, opens_at, price_now, refusal_now, valued,
};
use stampcard_model::{
    Program, Refusal, Reward, VariablePrice,
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
    let now = app.now();
    let taken = app.store().taken(&visitor.program, now).await?;
    let context = Context::new(program, &visitor.program.zone, now);
    let nobody = MemberState::default();
    let page = list.page(part(program, begin, paging.limit()), paging.limit(), after, |(_, reward)| {
        let price = price_now(&context, &nobody, reward, None);
        view(program, reward, price, taken.get(&reward.id).copied().unwrap_or_default(), &language)
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
    let context = found.context(&caller.program, now);
    let page = list.page(part(program, begin, paging.limit()), paging.limit(), after, |(_, reward)| {
        let shared = found.taken.get(&reward.id).copied().unwrap_or_default();
        let redeemed = found.state.redeemed.get(&reward.id).copied().unwrap_or_default();
        let price = price_now(&context, &found.state, reward, None);
        let refusal = refusal_now(&context, &found.state, reward, shared, price.points, price.money_minor);
        MyReward {
            missing: price.points.saturating_sub(has),
            reward: view(program, reward, price, shared, &language),
            refusal: refusal.map(|refusal| refusal.code().to_owned()),
            opens_at: refusal.and_then(|refusal| opens_at(&context, &found.state, reward, refusal)),
            member_left: reward.per_member_limit.map(|limit| limit.saturating_sub(redeemed)),
            redeemed,
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

fn view(
    program: &Program,
    reward: &Reward,
    price: Price<'_>,
    shared: RewardState,
    language: &str,
) -> RewardView {
    let text =
        |text: &stampcard_model::LocalizedText| text.resolve(language, &program.default_locale).to_owned();
    RewardView {
        id: reward.id.clone(),
        kind: valued(&reward.kind, price.value),
        title: text(&reward.title),
        description: text(&reward.description),
        terms: text(&reward.terms),
        image_url: reward.image_url.clone(),
        price: price.points,
        usual_price: Some(reward.price).filter(|usual| *usual != price.points),
        variable: reward
            .variable
            .map(|variable| VariablePrice { rate: price.rate(variable.rate), ..variable }),
        money_minor: price.money_minor,
        stock_left: reward.stock.map(|stock| stock.saturating_sub(shared.taken)),
        tier: reward.tier.clone(),
        per_member_limit: reward.per_member_limit,
        voucher_days: reward.voucher_days,
    }
}
