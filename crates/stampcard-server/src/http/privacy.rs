//! What a member decides and may have: consents, the copy of everything, and being forgotten.

use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use stampcard_engine::available;
use stampcard_model::{
    Balance, Refusal,
    api::{
        ConsentProof, ConsentView, EntryView, FeedbackView, MemberExport, NewConsent, NudgeRecord, Page,
        ProblemError, ReviewRecord,
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::{MemberCaller, one},
    body::{Checked, Keyed, fault, respond},
    cache::{self, Keep},
    entries,
    error::Failure,
    language::language,
    me, redemptions, referrals, text,
};
use crate::{
    App,
    store::{Action, Consent, Effect, Record, Recorded, Reviewed, Told, Write},
};

/// The longest text of a consent, in characters.
const TEXT_MAX: usize = 2_000;
const WORD_MAX: usize = 64;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(consents, decide)).routes(routes!(export)).routes(routes!(erase))
}

/// The decision in force for each purpose.
#[utoipa::path(get, path = "/v1/me/consents", tag = "member",
    responses((status = 200, description = "All of them, by purpose.", body = Page<ConsentView>)))]
async fn consents(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let program = &caller.program.program;
    let found = app.store().consents(&program.id, &caller.reference).await?;
    let decided = found.ok_or(Refusal::MemberNotFound)?;
    let in_force: std::collections::BTreeMap<_, _> =
        decided.iter().map(|consent| (consent.purpose.as_str(), consent)).collect();
    let page = Page { items: in_force.into_values().map(view).collect::<Vec<_>>(), next: None };
    cache::answer(&headers, &page, &language(program, &headers), Keep::Private)
}

/// Gives a consent or takes it back. Each decision is kept, with the text that was shown.
#[utoipa::path(put, path = "/v1/me/consents", tag = "member", request_body = NewConsent,
    responses((status = 200, description = "The decision.", body = ConsentView)))]
async fn decide(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    headers: HeaderMap,
    write: Keyed<NewConsent>,
) -> Result<Response, Failure> {
    let principal = caller.principal();
    let MemberCaller { program, reference, token_id, .. } = caller;
    let now = app.now();
    let once = write.once(principal, language(&program.program, &headers), |effect| match effect {
        Effect::Recorded(Recorded::Decided(consent)) => Some((StatusCode::OK, view(consent))),
        Effect::Recorded(_) | Effect::Enrolled { .. } | Effect::Booked(_) | Effect::VoucherUsed(_) => None,
    });
    let NewConsent { purpose, granted, version, text, locale } = write.body;
    let origin = one(&headers, &header::ORIGIN).map(str::to_owned);
    let consent = Consent { purpose, granted, version, text, locale, decided_at: now, origin, token_id };
    let action = Action::Record(Record::Decide { reference, consent });
    Ok(respond(app.store().execute(Write { program, now, action, once: Some(once) }).await?))
}

/// What a copy is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum ExportFormat {
    #[default]
    Json,
    Csv,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// `json` is everything, `csv` the ledger as a table (RFC 4180).
    #[serde(default)]
    #[param(inline)]
    format: ExportFormat,
}

/// A copy of everything that is known of the member.
#[utoipa::path(get, path = "/v1/me/export", tag = "member", params(Asked),
    responses((status = 200, description = "The copy.", content(
        (MemberExport = "application/json"), (String = "text/csv")))))]
async fn export(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Query(asked) = asked?;
    let program = &caller.program;
    let language = language(&program.program, &headers);
    let now = app.now();
    let snapshot =
        app.store().member(program, &caller.reference, now).await?.ok_or(Refusal::MemberNotFound)?;
    let found = app.store().everything(&program.program.id, &caller.reference).await?;
    let found = found.ok_or(Refusal::MemberNotFound)?;
    let entries: Vec<EntryView> =
        found.lines.into_iter().map(|line| entries::view(program, line, &language)).collect();
    let name = |extension| format!("attachment; filename=\"stampcard.{extension}\"");
    let (mut response, name) = match asked.format {
        ExportFormat::Csv => {
            (cache::answer_bytes(&headers, csv(&entries), "text/csv", &language, Keep::Private)?, name("csv"))
        }
        ExportFormat::Json => {
            let member = found.member;
            let invitations = found.referrals.iter();
            let invitations =
                invitations.map(|referral| referrals::invitation(referral, &member.id)).collect();
            let export = MemberExport {
                exported_at: now,
                member: me::member(&member),
                reference: member.reference,
                segments: member.segments.into_iter().collect(),
                offers: member.offers.into_iter().collect(),
                household: member.household,
                referral_code: member.referral_code,
                invitations,
                balance: Balance { available: available(&snapshot.state, now), ..snapshot.state.balance },
                entries,
                redemptions: found
                    .redemptions
                    .iter()
                    .map(|redemption| redemptions::view(program, redemption, now, &language))
                    .collect(),
                consents: found.consents.iter().map(view).collect(),
                feedback: found.feedback.iter().map(feedback_view).collect(),
                nudges: found.nudges.into_iter().map(nudge_record).collect(),
                reviews: found.reviews.into_iter().map(review_record).collect(),
            };
            (cache::answer(&headers, &export, &language, Keep::Private)?, name("json"))
        }
    };
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Forgets the member, for good and without a way back: name, reference, comments, kept answers. Points that are left are
/// written off. The ledger stays, and leads to nobody; whoever enrolls under the reference later begins anew. Asking
/// again, or for somebody who is not enrolled, changes nothing and is answered the same.
#[utoipa::path(delete, path = "/v1/me", tag = "member",
    responses((status = 204, description = "The member is forgotten.")))]
async fn erase(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
) -> Result<impl IntoResponse, Failure> {
    let principal = caller.principal();
    let MemberCaller { program, reference, .. } = caller;
    let action = Action::Record(Record::Erase { reference, principal });
    app.store().execute(Write { program, now: app.now(), action, once: None }).await?;
    Ok((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]))
}

impl Checked for NewConsent {
    fn faults(&self) -> Vec<ProblemError> {
        let purpose = (1..=WORD_MAX).contains(&self.purpose.len())
            && self.purpose.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-'));
        let locale = (2..=35).contains(&self.locale.len())
            && self.locale.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let text = (1..=TEXT_MAX).contains(&self.text.chars().count());
        let faults = [
            fault(purpose, "/purpose", "is not 1 to 64 of a-z, 0-9, _, . and -"),
            fault(text::is_line(&self.version, WORD_MAX), "/version", "is not 1 to 64 printable characters"),
            fault(text, "/text", "is not 1 to 2000 characters"),
            fault(locale, "/locale", "is no language tag"),
        ];
        faults.into_iter().flatten().collect()
    }
}

fn view(consent: &Consent) -> ConsentView {
    let hash = Sha256::digest(&consent.text);
    ConsentView {
        purpose: consent.purpose.clone(),
        granted: consent.granted,
        version: consent.version.clone(),
        text: consent.text.clone(),
        locale: consent.locale.clone(),
        decided_at: consent.decided_at,
        proof: ConsentProof {
            text_sha256: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            origin: consent.origin.clone(),
            token_id: consent.token_id.clone(),
        },
    }
}

pub(super) fn feedback_view(feedback: &crate::store::Feedback) -> FeedbackView {
    FeedbackView {
        survey_id: feedback.survey_id.clone(),
        score: feedback.score,
        comment: feedback.comment.clone(),
        told_at: feedback.told_at,
    }
}

fn nudge_record(Told { kind, occasion, told_at }: Told) -> NudgeRecord {
    NudgeRecord { kind, occasion, told_at }
}

fn review_record(reviewed: Reviewed) -> ReviewRecord {
    let Reviewed { redemption_id, held_at, reasons, decision, decided_at, note, .. } = reviewed;
    ReviewRecord { redemption_id, held_at, reasons, decision, decided_at, reason: note }
}

/// The ledger as a table.
fn csv(entries: &[EntryView]) -> Vec<u8> {
    let mut table =
        String::from("seq,kind,occurred_at,delta,balance_after,order_id,reward_id,title,expires_at\r\n");
    for entry in entries {
        let kind = serde_json::to_value(entry.kind).ok();
        let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default();
        let fields = [
            entry.seq.to_string(),
            kind.to_owned(),
            entry.occurred_at.to_string(),
            entry.delta.to_string(),
            entry.balance_after.to_string(),
            quoted(entry.order_id.as_ref().map(stampcard_model::OrderId::as_str)),
            quoted(entry.reward_id.as_ref().map(stampcard_model::RewardId::as_str)),
            quoted(entry.title.as_deref()),
            entry.expires_at.map(|at| at.to_string()).unwrap_or_default(),
        ];
        table.push_str(&fields.join(","));
        table.push_str("\r\n");
    }
    table.into_bytes()
}

/// A text as a field. One that a spreadsheet would take for a formula is marked as text.
fn quoted(text: Option<&str>) -> String {
    let Some(text) = text else { return String::new() };
    let mark = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_text_whatever_it_holds() {
        for (text, expected) in [
            (None, ""),
            (Some("Tote bag"), "\"Tote bag\""),
            (Some("5\" cup, blue"), "\"5\"\" cup, blue\""),
            (Some("=HYPERLINK(1)"), "\"'=HYPERLINK(1)\""),
            (Some("-1"), "\"'-1\""),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }
}
