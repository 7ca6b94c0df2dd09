//! Each step of a script as a request.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use super::{
    run::Run,
    script::{Act, Step},
};
use crate::http_server::{post, put};

impl Run<'_> {
    pub(super) fn request(&self, step: &Step, code: Option<&str>) -> Request<Body> {
        let key = format!("step-{}-of-{}", step.number, self.index);
        let reference = self.member(step.member);
        let write = |path: String, by: String, body: Value| post(&path, &by, &key, &body);
        let known = |redemption: &usize| self.redemptions.get(redemption);
        let (merchant, member) = (self.merchant(), self.bearer(step.member));
        match &step.act {
            Act::Order(order) => {
                let body = json!({"member_reference": reference, "order": order});
                write("/v1/orders".to_owned(), merchant, body)
            }
            Act::Refund { order, returned } => {
                let body = if returned.is_some() { json!({"returned": returned}) } else { json!({}) };
                write(format!("/v1/orders/{order}/refunds"), merchant, body)
            }
            Act::Fulfill { order } => write(format!("/v1/orders/{order}/fulfilled"), merchant, json!({})),
            Act::Does { activity, claimed: false } => {
                let body = json!({"member_reference": reference, "activity": activity});
                write("/v1/activities".to_owned(), merchant, body)
            }
            Act::Does { activity, claimed: true } => {
                write("/v1/me/activities".to_owned(), member, json!({"activity": activity}))
            }
            Act::TakeUp { offer, code } => {
                let body = code.as_ref().map_or(json!({}), |code| json!({"code": code}));
                write(format!("/v1/me/offers/{offer}/activate"), member, body)
            }
            Act::Adjust { delta } => {
                let body = json!({"member_reference": reference, "delta": delta, "reason": "By hand"});
                write("/v1/members/adjustments".to_owned(), merchant, body)
            }
            Act::Redeem { reward, price, money } => {
                let body = json!({"reward_id": reward, "price": price, "money_minor": money});
                write("/v1/me/redemptions".to_owned(), member, body)
            }
            Act::Cancel { redemption } => {
                let id = known(redemption).map_or("r_never", |(id, _)| id);
                write(format!("/v1/me/redemptions/{id}/cancel"), member, json!({}))
            }
            Act::Use { redemption, goods } => {
                let code = known(redemption).and_then(|(_, code)| code.as_deref());
                let code = code.unwrap_or("AAAA-BBBB-CCCC");
                let body = goods.map_or(json!({}), |goods| json!({"goods_minor": goods}));
                write(format!("/v1/vouchers/{code}/use"), merchant, body)
            }
            Act::Review { redemption, approved } => {
                let id = known(redemption).map_or("r_never", |(id, _)| id);
                let (what, body) =
                    if *approved { ("approve", json!({})) } else { ("reject", json!({"reason": "No"})) };
                write(format!("/v1/reviews/{id}/{what}"), merchant, body)
            }
            Act::Tell(told) => {
                let mut body = json!(told);
                body["reference"] = json!(reference);
                write("/v1/members".to_owned(), merchant, body)
            }
            Act::Birthday(day) => put("/v1/me/birthday", &member, &key, &json!({"birthday": day})),
            Act::Decide { purpose, granted } => {
                let body = json!({"purpose": purpose, "granted": granted, "version": "1", "text": "Yes?", "locale": "en"});
                put("/v1/me/consents", &member, &key, &body)
            }
            Act::Assign { offer, given } => {
                let body = json!({"member_reference": reference, "offer_id": offer, "given": given});
                put("/v1/members/offers", &merchant, &key, &body)
            }
            Act::Follow { .. } => {
                let body = json!({"friend_reference": reference, "code": code});
                write("/v1/referrals".to_owned(), merchant, body)
            }
            Act::Erase => {
                Request::delete("/v1/me").header("authorization", member).body(Body::empty()).unwrap()
            }
            Act::Again { .. } | Act::Reuse { .. } | Act::Sweep | Act::Look => panic!("{}", step.act),
        }
    }
}
