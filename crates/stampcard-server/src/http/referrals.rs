//! `GET /v1/me/referral`, `POST /v1/referrals` and `GET /v1/referrals`.

use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use stampcard_model::{
    MemberId, Program, ReferralCode, ReferralSide, Refusal,
    api::{
        FriendView, InvitationView, MyReferral, NewReferral, Page, ProblemCode, ProblemError, ReferralReward,
        ReferralView,
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::{MemberCaller, Merchant},
    body::{Checked, Keyed, fault, respond},
    cache::{self, Keep},
    error::Failure,
    language::language,
    page::{List, Paging},
    text,
};
use crate::{
    App,
    store::{
        Action, Effect, Executed, Invitations, Invited, Principal, Record, Recorded, Referral, Referred,
        Write,
    },
};

/// Friends that a member is shown at most.
const FRIENDS_MAX: u16 = 100;

pub(super) fn member_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(my_referral))
}

pub(super) fn merchant_router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(referrals, follow))
}

/// What the member invites friends with, what it gives, and what became of those who followed. The code is made when it is
/// first asked for, and stays.
#[utoipa::path(get, path = "/v1/me/referral", tag = "member",
    responses((status = 200, description = "The code and the friends.", body = MyReferral)))]
async fn my_referral(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &caller.program.program;
    let language = language(program, &headers);
    let found = app.store().invited(&program.id, &caller.reference, FRIENDS_MAX).await?;
    let Invitations { code, invited } = found.ok_or(Refusal::MemberNotFound)?;
    let rewards = rewards(program, &language);
    if rewards.is_empty() {
        return Err(Refusal::ReferralNotFound.into());
    }
    let code = match code {
        Some(code) => code,
        None => new_code(&app, &caller).await?,
    };
    let friends = invited.iter().map(friend).collect();
    let referral = MyReferral { link: program.invitation_link(&code), code, rewards, friends };
    cache::answer(&headers, &referral, &language, Keep::Private)
}

/// Makes the member's code. Two who ask at once get the same.
async fn new_code(app: &App, caller: &MemberCaller) -> Result<ReferralCode, Failure> {
    let code = app.seams().referral_code();
    let record = Record::MakeReferralCode { reference: caller.reference.clone(), code };
    let program = caller.program.clone();
    let write = Write { program, now: app.now(), action: Action::Record(record), once: None };
    match app.store().execute(write).await? {
        Executed::Now(Ok(Effect::Recorded(Recorded::ReferralCode(code))), _) => Ok(code),
        Executed::Now(Err(refusal), _) => Err(refusal.into()),
        Executed::Now(Ok(_), _) | Executed::Before(_) => Err(ProblemCode::Internal.into()),
    }
}

/// Says that a member follows an invitation, before their first order. One that does not stand is kept with the reason, which
/// is for the merchant alone.
#[utoipa::path(post, path = "/v1/referrals", tag = "merchant", request_body = NewReferral,
    responses((status = 201, description = "The invitation; it may be refused.", body = ReferralView)))]
async fn follow(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    headers: HeaderMap,
    write: Keyed<NewReferral>,
) -> Result<Response, Failure> {
    let Merchant { program, key } = merchant;
    let language = language(&program.program, &headers);
    let once = write.once(Principal::Merchant(key), language, |effect| match effect {
        // Kept answers know no references, so that nobody who is erased is left in one.
        Effect::Recorded(Recorded::Followed(referral)) => {
            Some((StatusCode::CREATED, view(referral, None, None)))
        }
        Effect::Recorded(_) | Effect::Enrolled { .. } | Effect::Booked(_) | Effect::VoucherUsed(_) => None,
    });
    let NewReferral { friend_reference, code } = write.body;
    let code = ReferralCode::new(code.as_str().to_ascii_uppercase()).map_err(|_| ProblemCode::Internal)?;
    let id = app.seams().referral_id();
    let action = Action::Record(Record::Follow { reference: friend_reference, code, id });
    let now = app.now();
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Only those that were refused, or only those that stand.
    refused: Option<bool>,
}

/// Invitations that were followed, newest first, with those that were refused and why.
#[utoipa::path(get, path = "/v1/referrals", tag = "merchant", params(Asked, Paging),
    responses((status = 200, description = "A page of invitations.", body = Page<ReferralView>)))]
async fn referrals(
    State(app): State<App>,
    Extension(merchant): Extension<Merchant>,
    asked: Result<Query<Asked>, QueryRejection>,
    paging: Paging,
) -> Result<impl IntoResponse, Failure> {
    let Query(Asked { refused }) = asked?;
    let program = &merchant.program.program;
    let name = match refused {
        None => "referrals",
        Some(true) => "referrals that were refused",
        Some(false) => "referrals that stand",
    };
    let list = List { app: &app, name: [name, program.id.as_str(), ""] };
    let before = paging.position(&list)?;
    let found = app.store().referrals(&program.id, refused, before, paging.limit() + 1).await?;
    let page = list.page(
        found,
        paging.limit(),
        |referred| referred.referral.seq,
        |Referred { referral, advocate_reference, friend_reference }| {
            view(&referral, advocate_reference, friend_reference)
        },
    );
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(page)))
}

impl Checked for NewReferral {
    fn faults(&self) -> Vec<ProblemError> {
        let known = text::is_reference(&self.friend_reference);
        fault(known, "/friend_reference", "is not 1 to 128 printable characters").into_iter().collect()
    }
}

fn rewards(program: &Program, language: &str) -> Vec<ReferralReward> {
    let least = program.limits.minimum_order_minor;
    let reward = |(rule, advocate, friend): (&stampcard_model::EarnRule, _, _)| ReferralReward {
        rule_id: rule.id.clone(),
        title: rule.title.resolve(language, &program.default_locale).to_owned(),
        advocate,
        friend,
        minimum_order_minor: rule.minimum_order_minor.max(least),
    };
    program.invitations().map(reward).collect()
}

fn friend(invited: &Invited) -> FriendView {
    let Invited { referral, points } = invited;
    FriendView { state: referral.state(), followed_at: referral.followed_at, points: *points }
}

fn view(
    referral: &Referral,
    advocate_reference: Option<String>,
    friend_reference: Option<String>,
) -> ReferralView {
    let reward = referral.reward.as_ref();
    ReferralView {
        id: referral.id.clone(),
        state: referral.state(),
        advocate_reference,
        friend_reference,
        followed_at: referral.followed_at,
        fault: referral.fault,
        order_id: reward.map(|reward| reward.order_id.clone()),
        rewarded_at: reward.map(|reward| reward.rewarded_at),
        withheld: reward.and_then(|reward| reward.withheld).map(|refusal| refusal.code().to_owned()),
        taken_back_at: reward.and_then(|reward| reward.taken_back_at),
    }
}

/// An invitation in the copy of everything that is known of a member. Nobody else is named in it.
pub(super) fn invitation(referral: &Referral, member: &MemberId) -> InvitationView {
    let advocate = referral.advocate == *member;
    InvitationView {
        id: referral.id.clone(),
        side: if advocate { ReferralSide::Advocate } else { ReferralSide::Friend },
        state: referral.state(),
        followed_at: referral.followed_at,
    }
}
