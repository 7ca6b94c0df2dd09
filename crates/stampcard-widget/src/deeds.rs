//! What a member does with one click, besides redeeming: once, whatever happens on the way.

use std::rc::Rc;

use stampcard_client::{Backend, Error, Unreachable};
use stampcard_model::{
    Activity, ActivityId, ActivityKind, IdempotencyKey, Points, Refusal, RuleId, SurveyId, VoucherCode,
    api::{BookedActivity, EarnView, NewMemberActivity, NewOfferActivation},
};
use stampcard_ui::{Deed, Known, Outcome};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::{
    host::{set, to_js},
    parts::Part,
    session::{Session, failure_of},
};

/// Why a deed was not done.
pub(crate) enum NotDone {
    /// Another one is under way.
    Busy,
    /// The backend said no, or nothing.
    Error(Error),
}

impl Session {
    /// Does what the member asked for; the answer is the backend's. What may have been done before is asked for with
    /// the same key.
    pub(crate) async fn carry_out(self: &Rc<Self>, deed: Deed) -> Result<JsValue, NotDone> {
        if self.state.known.with(Known::is_doing) {
            return Err(NotDone::Busy);
        }
        let member = self.member.get();
        let key = self.key_of(&deed).ok_or(NotDone::Busy)?;
        self.show_deed(&deed, Outcome::Sending);
        let answer = self.send_deed(&deed, &key).await;
        if member != self.member.get() {
            return answer.map(|(_, _, answer)| answer).map_err(NotDone::Error);
        }
        if answer.as_ref().err().is_none_or(|error| !error.leaves_doubt()) {
            self.deed_keys.borrow_mut().retain(|(_, known)| *known != key);
        }
        match answer {
            Ok((points, available, answer)) => {
                if let Some(available) = available {
                    self.know_available(available);
                }
                self.show_deed(&deed, Outcome::Done { points });
                if deed == Deed::Erase {
                    self.host.tell("erased", &answer, &JsValue::UNDEFINED);
                }
                self.read();
                Ok(answer)
            }
            Err(error) => {
                self.show_deed(
                    &deed,
                    match &error {
                        Error::Refused(_) | Error::RefusedUnrecognized { .. } => {
                            self.read();
                            Outcome::Refused { code: error.code().to_owned() }
                        }
                        Error::Unauthorized
                        | Error::RateLimited { .. }
                        | Error::Unreachable(_)
                        | Error::Malformed { .. }
                        | Error::Rejected { .. } => {
                            self.tell_error(&error);
                            Outcome::Failed(failure_of(&error))
                        }
                    },
                );
                Err(NotDone::Error(error))
            }
        }
    }

    /// Hands a voucher to the page; it may refuse it.
    pub(crate) fn apply(&self, code: &VoucherCode, origin: &JsValue) {
        let listed = self.state.known.with(|known| {
            known.vouchers.value.as_deref()?.iter().find(|voucher| voucher.code == *code).cloned()
        });
        let voucher = self.voucher_shown().filter(|voucher| voucher.code == *code).or(listed);
        if voucher.is_some_and(|voucher| self.host.apply(&to_js(&voucher), origin)) {
            self.state.known.set(Known { applied: Some(code.clone()), ..self.state.known.get() });
        }
    }

    /// Points that came with it, points that are there after it if the answer says so, and the whole answer.
    async fn send_deed(
        &self,
        deed: &Deed,
        key: &IdempotencyKey,
    ) -> Result<(Points, Option<Points>, JsValue), Error> {
        Ok(match deed {
            Deed::Cancel { redemption_id } => {
                let cancelled = self.client.cancel(key, redemption_id).await?;
                self.forget_done();
                (cancelled.points, Some(cancelled.balance_after), to_js(&cancelled))
            }
            Deed::Activate { offer_id, code } => {
                let code = NewOfferActivation { code: code.clone() };
                let activated = self.client.activate(key, offer_id, &code).await?;
                (activated.points, Some(activated.balance_after), to_js(&activated))
            }
            Deed::Claim { rule_id } => {
                let activity =
                    self.activity(rule_id, key).ok_or(Error::Refused(Refusal::ActivityNotFound))?;
                let claimed = self.client.claim(key, &NewMemberActivity { activity }).await?;
                (claimed.points, Some(claimed.balance_after), to_js(&claimed))
            }
            Deed::Decide { consent } => {
                let decided = to_js(&self.client.decide(key, consent).await?);
                self.host.tell("consentChanged", &decided, &JsValue::UNDEFINED);
                (Points::ZERO, None, decided)
            }
            Deed::Export { is_table } => {
                let saved = JsFuture::from(self.host.save(*is_table)).await;
                saved.map_err(|_| Error::Unreachable(Unreachable::Offline))?;
                (Points::ZERO, None, JsValue::UNDEFINED)
            }
            Deed::Erase => {
                self.client.erase().await?;
                (Points::ZERO, None, js_sys::Object::new().into())
            }
            Deed::Tell { feedback } => {
                let told = to_js(&self.client.tell(key, feedback).await?);
                let claimed = self.claim_survey(&feedback.survey_id, key).await;
                let points = claimed.as_ref().map_or(Points::ZERO, |claimed| claimed.points);
                set(&told, "points", &(points.get() as f64).into());
                self.host.tell("feedbackGiven", &told, &JsValue::UNDEFINED);
                (points, claimed.map(|claimed| claimed.balance_after), told)
            }
        })
    }

    /// Claims what a rule gives for the survey that was answered. What cannot be claimed now is lost to nobody: the
    /// answer is kept, and asking again with the same key claims it.
    async fn claim_survey(&self, survey_id: &SurveyId, key: &IdempotencyKey) -> Option<BookedActivity> {
        self.read_part(Part::Ways).await.ok()?;
        let code = self.state.known.with(|known| {
            let ways = known.ways.value.as_deref()?;
            let mut open = ways.iter().filter(|way| way.claimable && way.closed.is_none());
            open.find_map(|way| match &way.rule.earn {
                EarnView::Activity { activity: ActivityKind::Survey, code: Some(code), .. } => {
                    (code.as_str() == survey_id.as_str()).then(|| code.clone())
                }
                EarnView::Activity { .. }
                | EarnView::Spend { .. }
                | EarnView::Visit { .. }
                | EarnView::Bonus { .. }
                | EarnView::Goal { .. }
                | EarnView::Referral { .. }
                | EarnView::Unrecognized => None,
            })
        })?;
        let id = ActivityId::new(["survey-", survey_id.as_str()].concat()).ok()?;
        let activity = Activity { id, kind: ActivityKind::Survey, code: Some(code) };
        let key = IdempotencyKey::new([key.as_str(), "-points"].concat()).ok()?;
        self.client.claim(&key, &NewMemberActivity { activity }).await.ok()
    }

    /// What the rule gives points for. It is named by the key, so that a repetition is the same activity.
    fn activity(&self, rule_id: &RuleId, key: &IdempotencyKey) -> Option<Activity> {
        let (kind, code) = self.state.known.with(|known| {
            let way = known.ways.value.as_deref()?.iter().find(|way| way.rule.id == *rule_id)?;
            match &way.rule.earn {
                EarnView::Activity { activity, code, .. } => Some((*activity, code.clone())),
                EarnView::Spend { .. }
                | EarnView::Visit { .. }
                | EarnView::Bonus { .. }
                | EarnView::Goal { .. }
                | EarnView::Referral { .. }
                | EarnView::Unrecognized => None,
            }
        })?;
        Some(Activity { id: ActivityId::new(key.as_str()).ok()?, kind, code })
    }

    /// The key that the deed was sent with and not answered, else a new one.
    fn key_of(&self, deed: &Deed) -> Option<IdempotencyKey> {
        let mut keys = self.deed_keys.borrow_mut();
        if let Some((_, key)) = keys.iter().find(|(known, _)| known == deed) {
            return Some(key.clone());
        }
        let key = IdempotencyKey::new(self.host.new_key()).ok()?;
        keys.push((deed.clone(), key.clone()));
        Some(key)
    }

    fn show_deed(&self, deed: &Deed, outcome: Outcome) {
        self.state.known.set(Known { deed: Some((deed.clone(), outcome)), ..self.state.known.get() });
    }
}
