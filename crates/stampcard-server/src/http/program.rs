//! `GET /v1/program`.

use axum::{Extension, http::HeaderMap, response::Response};
use stampcard_model::{
    EarnRule, Program,
    api::{BenefitView, EarnRuleView, ProgramView, TierView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::Visitor,
    cache::{self, Keep},
    error::Failure,
    language::language,
};
use crate::App;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(program))
}

/// The program, in the language of the request.
#[utoipa::path(get, path = "/v1/program", tag = "public",
    responses((status = 200, description = "The program.", body = ProgramView)))]
async fn program(Extension(visitor): Extension<Visitor>, headers: HeaderMap) -> Result<Response, Failure> {
    let program = &visitor.program.program;
    let language = language(program, &headers);
    cache::answer(&headers, &view(program, &language), &language, Keep::Public)
}

fn view(program: &Program, language: &str) -> ProgramView {
    let text =
        |text: &stampcard_model::LocalizedText| text.resolve(language, &program.default_locale).to_owned();
    ProgramView {
        id: program.id.clone(),
        version: program.version,
        name: text(&program.name),
        terminology: program.terminology(language),
        money: program.money.clone(),
        time_zone: program.time_zone.clone(),
        earn_rules: program.earn_rules.iter().map(|rule| earn_rule(program, rule, language)).collect(),
        expiry: (&program.expiry).into(),
        window: program.tiers.window.into(),
        measure: program.tiers.measure.into(),
        validity: program.tiers.validity.into(),
        downgrade: program.tiers.downgrade.into(),
        tiers: program
            .tiers
            .tiers
            .iter()
            .map(|tier| TierView {
                id: tier.id.clone(),
                name: text(&tier.name),
                threshold: tier.threshold,
                multiplier: tier.multiplier,
                benefits: tier
                    .benefits
                    .iter()
                    .map(|benefit| BenefitView {
                        kind: benefit.kind,
                        title: text(&benefit.title),
                        url: benefit.url.clone(),
                    })
                    .collect(),
            })
            .collect(),
    }
}

pub(super) fn earn_rule(program: &Program, rule: &EarnRule, language: &str) -> EarnRuleView {
    EarnRuleView {
        id: rule.id.clone(),
        title: rule.title.resolve(language, &program.default_locale).to_owned(),
        earn: (&rule.earn).into(),
        limits: rule.limits.clone(),
        minimum_order_minor: rule.minimum_order_minor.max(program.limits.minimum_order_minor),
    }
}
