//! What a member should know of: each thing once, by a name of its own.

use stampcard_model::{Timestamp, VoucherState, api::OfferState};

use crate::Known;

/// What something new is about. They are told in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// Points that expire soon.
    Expiring,
    /// A tier that is lost soon.
    Tier,
    /// Offers that the member has not taken up.
    Offers,
    /// Vouchers that end soon.
    Vouchers,
    /// A survey that waits for an answer.
    Survey,
}

const DAY_MS: f64 = 86_400_000.0;
/// How long before it happens something is new, in milliseconds.
const MONTH_MS: f64 = 30.0 * DAY_MS;
const WEEK_MS: f64 = 7.0 * DAY_MS;

/// What is new, each with a name that stays the same as long as it is the same.
pub(super) fn news(known: &Known, survey: &str) -> Vec<(About, String)> {
    let mut news = Vec::new();
    let (Some(me), Some(now)) = (known.me.value.as_deref(), known.as_of) else {
        return news;
    };
    let is_within = |at: Timestamp, ms: f64| at.as_millis() as f64 - now <= ms;
    if let Some(expiring) = me.expiring.filter(|expiring| is_within(expiring.expires_at, MONTH_MS)) {
        news.push((About::Expiring, named("points", &expiring.expires_at.as_millis().to_string())));
    }
    if let Some(keep) = me.tier.keep.filter(|keep| !keep.missing.is_zero() && is_within(keep.until, MONTH_MS))
    {
        news.push((About::Tier, named("tier", &keep.until.as_millis().to_string())));
    }
    for offer in known.offers.value.iter().flat_map(|offers| offers.iter()) {
        if offer.state == OfferState::Open && offer.refusal.is_none() {
            news.push((About::Offers, named("offer", offer.id.as_str())));
        }
    }
    for voucher in known.vouchers.value.iter().flat_map(|vouchers| vouchers.iter()) {
        let is_ending = voucher.expires_at.is_some_and(|at| is_within(at, WEEK_MS));
        if voucher.state == VoucherState::Active && is_ending {
            news.push((About::Vouchers, named("voucher", voucher.code.as_str())));
        }
    }
    let told = known.feedback.value.as_deref();
    let is_told = told.is_none_or(|told| told.iter().any(|told| told.survey_id.as_str() == survey));
    if !survey.is_empty() && !is_told {
        news.push((About::Survey, named("survey", survey)));
    }
    news
}

fn named(kind: &str, name: &str) -> String {
    [kind, " ", name].concat()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Remote;

    /// 2026-11-22T00:00:00Z.
    const NOW: f64 = 1_795_305_600_000.0;

    macro_rules! ready {
        ($value:expr) => {
            Remote::ready(serde_json::from_value($value).unwrap())
        };
    }

    fn known(expires_at: &str, keep: Value) -> Known {
        let me = json!({
            "member": {"id": "m-1", "enrolled_at": "2026-01-01T00:00:00Z"},
            "balance": {"available": 10, "pending": 0, "held": 0},
            "expiring": {"points": 5, "expires_at": expires_at},
            "tier": {"tier": "gold", "qualifying": 7, "keep": keep},
        });
        Known { me: ready!(me), as_of: Some(NOW), ..Known::loading() }
    }

    fn check(known: &Known, survey: &str, expected: &[About]) {
        let abouts: Vec<About> = news(known, survey).into_iter().map(|(about, _)| about).collect();
        assert_eq!(abouts, expected);
    }

    #[test]
    fn points_and_tiers_are_news_in_their_last_month() {
        let keep = |until: &str, missing: u32| json!({"until": until, "missing": missing});
        check(
            &known("2026-12-22T00:00:00Z", keep("2026-12-01T00:00:00Z", 3)),
            "",
            &[About::Expiring, About::Tier],
        );
        check(&known("2026-12-22T00:00:01Z", keep("2026-12-01T00:00:00Z", 0)), "", &[]);
        check(&known("2027-12-22T00:00:00Z", keep("2027-12-01T00:00:00Z", 3)), "", &[]);
        check(&Known { as_of: None, ..known("2026-12-01T00:00:00Z", Value::Null) }, "", &[]);
        check(&Known::loading(), "tins", &[]);
    }

    #[test]
    fn a_survey_is_news_until_it_is_answered_and_not_before_that_is_known() {
        let quiet = known("2027-12-22T00:00:00Z", Value::Null);
        check(&quiet, "tins", &[]);
        let asked = Known { feedback: ready!(json!([])), ..quiet.clone() };
        check(&asked, "tins", &[About::Survey]);
        check(&asked, "", &[]);
        let told = json!([{"survey_id": "tins", "score": 5, "told_at": "2026-11-01T00:00:00Z"}]);
        let told = Known { feedback: ready!(told), ..quiet };
        check(&told, "tins", &[]);
        check(&told, "cups", &[About::Survey]);
    }

    #[test]
    fn offers_are_news_while_they_may_be_taken_up_and_each_has_a_name() {
        let offer = |id: &str, state: &str, refusal: Value| {
            json!({
                "id": id, "title": "t", "description": "", "gives": {"type": "points", "points": 5},
                "state": state, "uses_left": 1, "refusal": refusal,
            })
        };
        let offers = json!([
            offer("a", "open", Value::Null),
            offer("b", "active", Value::Null),
            offer("c", "open", json!("not_open")),
            offer("d", "from_the_future", Value::Null),
            offer("e", "open", Value::Null),
        ]);
        let known = Known { offers: ready!(offers), ..known("2027-12-22T00:00:00Z", Value::Null) };
        let names: Vec<String> = news(&known, "").into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["offer a", "offer e"]);
    }

    #[test]
    fn vouchers_are_news_in_their_last_week() {
        let voucher = |code: &str, state: &str, expires_at: &str| {
            json!({
                "code": code, "state": state, "redemption_id": "r", "reward_id": "w", "title": "t",
                "kind": {"type": "free_shipping"}, "issued_at": "2026-11-01T00:00:00Z", "expires_at": expires_at,
            })
        };
        let vouchers = json!([
            voucher("AAAA-1111", "active", "2026-11-29T00:00:00Z"),
            voucher("AAAA-2222", "active", "2026-11-29T00:00:01Z"),
            voucher("AAAA-3333", "used", "2026-11-23T00:00:00Z"),
        ]);
        let known = Known { vouchers: ready!(vouchers), ..known("2027-12-22T00:00:00Z", Value::Null) };
        let names: Vec<String> = news(&known, "").into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["voucher AAAA-1111"]);
    }
}
