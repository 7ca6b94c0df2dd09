//! `GET /v1/me/offers`, `POST /v1/me/offers/{id}/activate` and `PUT /v1/members/offers`.

use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use stampcard_engine::{Offered, offers};
use stampcard_model::{
    Activation, EntryBody, OfferId, Points, Program, Refusal, Source,
    api::{
        ActivatedOffer, MemberOffer, NewMemberOffer, NewOfferActivation, OfferState, OfferView, Page,
        ProblemError,
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::{MemberCaller, Merchant},
    body::{Checked, Keyed, fault, respond},
    cache::{self, Keep},
    error::Failure,
    language::language,
    page::{List, Paging, part},
    text,
};
use crate::{
    App,
    store::{Action, Booked, Effect, Principal, Record, Recorded, Write},
};

pub(super) fn member_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(my_offers)).routes(routes!(activate))
}

pub(super) fn merchant_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(give))
}

/// The offers of the member, with what became of each. Offers that are over, and those of others, are not among them.
#[utoipa::path(get, path = "/v1/me/offers", tag = "member", params(Paging),
    responses((status = 200, description = "A page of offers.", body = Page<OfferView>)))]
async fn my_offers(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    paging: Paging,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &caller.program.program;
    let language = language(program, &headers);
    let version = program.version.to_string();
    let list = List { app: &app, name: ["my offers", program.id.as_str(), &version] };
    let begin = paging.position(&list)?;
    let now = app.now();
    let found = app.store().member(&caller.program, &caller.reference, now).await?;
    let found = found.ok_or(Refusal::MemberNotFound)?;
    let offers = offers(&found.context(&caller.program, now), &found.state);
    // By its place in the program, which stays when an offer before it comes or goes.
    let place = |offered: &Offered<'_>| {
        program.offers.iter().zip(1..).find(|(offer, _)| offer.id == offered.offer.id).map_or(0, |(_, n)| n)
    };
    let page = list.page(part(&offers, begin, paging.limit(), place), paging.limit(), place, |offered| {
        view(program, &offered, &language)
    });
    cache::answer(&headers, &page, &language, Keep::Private)
}

/// Takes an offer up, once. What it gives comes at once or with an order, as the offer says.
#[utoipa::path(post, path = "/v1/me/offers/{id}/activate", tag = "member", request_body = NewOfferActivation,
    params(("id" = OfferId, Path, description = "Names the offer.")),
    responses((status = 201, description = "What it gave at once.", body = ActivatedOffer)))]
async fn activate(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    write: Keyed<NewOfferActivation>,
) -> Result<Response, Failure> {
    let Path(id) = id?;
    let offer_id = OfferId::new(id).map_err(|_| Refusal::OfferNotFound)?;
    let principal = caller.principal();
    let MemberCaller { program, reference, .. } = caller;
    let of = offer_id.clone();
    let once = write.once(principal, language(&program.program, &headers), move |effect| match effect {
        Effect::Booked(booked) => Some((StatusCode::CREATED, activated(of, booked))),
        Effect::Enrolled { .. } | Effect::VoucherUsed(_) | Effect::Recorded(_) => None,
    });
    let action = Action::TakeUp { reference, offer_id, code: write.body.code };
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

/// Gives an offer to one member, or takes it away. What the member got from it stays.
#[utoipa::path(put, path = "/v1/members/offers", tag = "merchant", request_body = NewMemberOffer,
    responses((status = 200, description = "Whether the member has it.", body = MemberOffer)))]
async fn give(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    headers: HeaderMap,
    write: Keyed<NewMemberOffer>,
) -> Result<Response, Failure> {
    let Merchant { program, key } = merchant;
    let language = language(&program.program, &headers);
    let once = write.once(Principal::Merchant(key), language, |effect| match effect {
        Effect::Recorded(Recorded::OfferGiven { offer_id, given }) => {
            Some((StatusCode::OK, MemberOffer { offer_id: offer_id.clone(), given: *given }))
        }
        Effect::Recorded(_) | Effect::Enrolled { .. } | Effect::Booked(_) | Effect::VoucherUsed(_) => None,
    });
    let NewMemberOffer { member_reference, offer_id, given } = write.body;
    let action = Action::Record(Record::GiveOffer { reference: member_reference, offer_id, given });
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

impl Checked for NewOfferActivation {
    fn faults(&self) -> Vec<ProblemError> {
        Vec::new()
    }
}

impl Checked for NewMemberOffer {
    fn faults(&self) -> Vec<ProblemError> {
        let known = text::is_reference(&self.member_reference);
        fault(known, "/member_reference", "is not 1 to 128 printable characters").into_iter().collect()
    }
}

fn view(program: &Program, offered: &Offered<'_>, language: &str) -> OfferView {
    let Offered { offer, to_take_up, taken_up_at, uses_left, refusal } = *offered;
    let text =
        |text: &stampcard_model::LocalizedText| text.resolve(language, &program.default_locale).to_owned();
    let state = match (uses_left, to_take_up) {
        (0, _) => OfferState::Used,
        (_, true) => OfferState::Open,
        (_, false) => OfferState::Active,
    };
    OfferView {
        id: offer.id.clone(),
        title: text(&offer.title),
        description: text(&offer.description),
        gives: (&offer.gives).into(),
        state,
        needs_code: matches!(offer.activation, Activation::Code { .. }) && to_take_up,
        uses_left,
        taken_up_at,
        starts_on: offer.when.starts_on,
        ends_on: offer.when.ends_on,
        refusal: refusal.filter(|_| state != OfferState::Used).map(|refusal| refusal.code().to_owned()),
    }
}

fn activated(offer_id: OfferId, booked: &Booked) -> ActivatedOffer {
    let gave = booked.entries.iter().find_map(|entry| {
        let EntryBody::Accrual { source, points, expires_at, .. } = &entry.body else { return None };
        let Source::Offer { offer_id: of } = source else { return None };
        (*of == offer_id).then_some((*points, *expires_at))
    });
    let (points, expires_at) = gave.unwrap_or((Points::ZERO, None));
    ActivatedOffer { offer_id, points, expires_at, balance_after: booked.after.balance.available }
}
