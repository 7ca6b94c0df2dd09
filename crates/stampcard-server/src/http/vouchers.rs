//! `GET /v1/me/vouchers`, newest first, and `POST /v1/vouchers/{code}/use`.

use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use stampcard_engine::valued;
use stampcard_model::{
    Refusal, RewardKind, Timestamp, VoucherCode, VoucherState,
    api::{NewVoucherUse, Page, ProblemError, VoucherView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::{MemberCaller, Merchant},
    body::{Checked, Keyed, respond},
    cache::{self, Keep},
    error::Failure,
    language::language,
    page::{List, Paging},
};
use crate::{
    App, ProgramInForce,
    store::{Action, Effect, Principal, Redemption, Voucher, Write},
};

pub(super) fn member_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(vouchers))
}

pub(super) fn merchant_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(use_voucher))
}

/// The member's vouchers, newest first.
#[utoipa::path(get, path = "/v1/me/vouchers", tag = "member", params(Paging),
    responses((status = 200, description = "A page of vouchers.", body = Page<VoucherView>)))]
async fn vouchers(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    paging: Paging,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &caller.program.program;
    let language = language(program, &headers);
    let list = List { app: &app, name: ["vouchers", program.id.as_str(), &caller.reference] };
    let before = paging.position(&list)?;
    let found =
        app.store().redemptions(&program.id, &caller.reference, true, before, paging.limit() + 1).await?;
    let (_, redemptions) = found.ok_or(Refusal::MemberNotFound)?;
    let now = app.now();
    let issued = |redemption: Redemption| redemption.voucher.clone().map(|voucher| (redemption, voucher));
    let page = list.page(
        redemptions.into_iter().filter_map(issued).collect(),
        paging.limit(),
        |(redemption, _)| redemption.seq,
        |(redemption, voucher)| view(&caller.program, &redemption, &voucher, now, &language),
    );
    cache::answer(&headers, &page, &language, Keep::Private)
}

/// Takes a voucher, once and for good. Small letters count as capitals.
#[utoipa::path(post, path = "/v1/vouchers/{code}/use", tag = "merchant", request_body = NewVoucherUse,
    params(("code" = VoucherCode, Path, description = "The code of the voucher.")),
    responses((status = 200, description = "The voucher, used.", body = VoucherView)))]
async fn use_voucher(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    code: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    write: Keyed<NewVoucherUse>,
) -> Result<Response, Failure> {
    let Path(code) = code?;
    let code = VoucherCode::new(code.to_ascii_uppercase()).map_err(|_| Refusal::VoucherNotFound)?;
    let Merchant { program, key } = merchant;
    let language = language(&program.program, &headers);
    let now = app.now();
    let of = program.clone();
    let tongue = language.clone();
    let once = write.once(Principal::Merchant(key), language, move |effect| match effect {
        Effect::VoucherUsed(redemption) => {
            let voucher = redemption.voucher.as_ref()?;
            Some((StatusCode::OK, view(&of, redemption, voucher, now, &tongue)))
        }
        Effect::Enrolled { .. } | Effect::Booked(_) | Effect::Recorded(_) => None,
    });
    let action =
        Action::UseVoucher { code, order_id: write.body.order_id, goods_minor: write.body.goods_minor };
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewVoucherUse {
    fn faults(&self) -> Vec<ProblemError> {
        Vec::new()
    }
}

pub(super) fn view(
    program: &ProgramInForce,
    redemption: &Redemption,
    voucher: &Voucher,
    now: Timestamp,
    language: &str,
) -> VoucherView {
    let reward = program.reward_as_of(redemption.program_version, &redemption.reward_id);
    let state = redemption.state_of(voucher, now);
    let terms = reward.map(|reward| reward.terms.resolve(language, &program.program.default_locale));
    VoucherView {
        code: voucher.code.clone(),
        state,
        redemption_id: redemption.id.clone(),
        reward_id: redemption.reward_id.clone(),
        title: program.reward_title(redemption.program_version, &redemption.reward_id, language),
        kind: reward.map_or(RewardKind::Custom, |reward| valued(&reward.kind, redemption.deal.value)),
        terms: terms.unwrap_or_default().to_owned(),
        money_minor: redemption.deal.money_minor,
        issued_at: redemption.redeemed_at,
        expires_at: voucher.expires_at,
        used_at: voucher.used_at,
        cancel_until: redemption
            .deal
            .cancel_until
            .filter(|until| state == VoucherState::Active && now < *until),
    }
}
