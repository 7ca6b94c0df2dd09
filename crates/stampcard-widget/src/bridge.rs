//! Everything that JavaScript can call.

use std::{any::Any, rc::Rc};

use js_sys::{Function, Promise};
use leptos::prelude::*;
use stampcard_client::{Backend, Error, PageRequest};
use stampcard_model::{
    OfferId, Points, RedemptionId, Refusal, RewardId, RuleId, SurveyId, VoucherCode,
    api::{NewConsent, NewFeedback, NewRedemption, ProblemCode},
};
use stampcard_ui::{Asker, Deed, Known, Locale, Remote};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::{
    deeds::NotDone,
    elements::{Origin, Seat},
    feed::Viewer,
    host::{Host, set, to_js},
    parts::{Part, Parts},
    read::LINES,
    redeem::NotRedeemed,
    session,
    spec::ELEMENTS,
};

thread_local! {
    static PANICKED: std::cell::RefCell<Option<Function>> = const { std::cell::RefCell::new(None) };
}

/// Calls `panicked` with the place in the source when this instance panics; after that it must not be used any more.
#[wasm_bindgen]
pub fn watch(panicked: Function) {
    PANICKED.with(|known| known.replace(Some(panicked)));
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| [at.file(), ":", &at.line().to_string()].concat());
        PANICKED.with(|known| {
            if let Ok(known) = known.try_borrow()
                && let Some(panicked) = &*known
            {
                // There is nobody left to tell.
                let _ = panicked.call1(&JsValue::UNDEFINED, &place.unwrap_or_default().into());
            }
        });
    }));
}

/// The element that is being drawn, as the shell knows it. Nothing is unwound after a crash, so that it is the one that
/// crashed; undefined where the crash was elsewhere.
#[wasm_bindgen]
pub fn drawing() -> JsValue {
    use_context::<Origin>().and_then(|Origin(origin)| origin.try_get_value()).unwrap_or_default()
}

/// One program in one language on this page.
#[wasm_bindgen]
pub struct Session(Rc<session::Session>);

/// An element that is drawn. Freeing it takes it off the page.
#[wasm_bindgen]
pub struct Mount {
    session: Rc<session::Session>,
    /// As whom it asks for previews, where its text is an order.
    previews: Option<Asker>,
    flag: ArcRwSignal<bool>,
    text: ArcRwSignal<String>,
    _drawn: Box<dyn Any>,
    _viewer: Viewer,
}

#[wasm_bindgen]
impl Session {
    /// Makes a session. Nothing is sent before something is mounted or asked for.
    ///
    /// # Errors
    /// Throws `not_configured` when endpoint or key cannot be one.
    #[wasm_bindgen(constructor)]
    pub fn new(
        host: Host,
        endpoint: &str,
        key: &str,
        locale: &str,
        catalogue: JsValue,
    ) -> Result<Session, JsValue> {
        let language = Locale::new(locale, Some(catalogue));
        let session = session::Session::new(host.clone(), endpoint, key, language)
            .map_err(|error| host.error("not_configured", false, &error.to_string()))?;
        session.client.set_locale(locale);
        Ok(Self(session))
    }

    /// Draws an element into `base`; nothing for a name that is none. `flag` says whether the element's own boolean
    /// attribute is set, `text` is what the page says to this element alone.
    pub fn mount(
        &self,
        element: &str,
        base: HtmlElement,
        flag: bool,
        text: &str,
        origin: JsValue,
    ) -> Option<Mount> {
        let spec = ELEMENTS.iter().find(|spec| spec.name == element)?;
        let flag = ArcRwSignal::new(flag);
        let viewer = Viewer::default();
        let (session, asker) = (Rc::clone(&self.0), self.0.new_asker());
        let said = ArcRwSignal::new(text.to_owned());
        let seat = Seat {
            session: Rc::clone(&session),
            viewer: Rc::clone(&viewer),
            flag: flag.clone(),
            text: said.clone(),
            asker,
            origin,
        };
        let previews = spec.parts.has(Part::Earning).then_some(asker);
        if let Some(asker) = previews {
            session.ask_preview(asker, text);
        }
        let drawn = seat.draw(base, spec.component, spec.shows);
        session.serve(&viewer, spec.parts);
        Some(Mount { session, previews, flag, text: said, _drawn: drawn, _viewer: viewer })
    }

    /// Changes the language of sentences and answers.
    pub fn set_locale(&self, locale: &str, catalogue: JsValue) {
        self.0.client.set_locale(locale);
        self.0.state.locale.set(Locale::new(locale, Some(catalogue)));
        self.0.read();
    }

    /// Another member is here, or none any more.
    pub fn identify(&self) {
        self.0.identify();
    }

    /// Reads everything anew.
    pub fn refresh(&self) -> Promise {
        let session = Rc::clone(&self.0);
        self.0.promise(Box::pin(async move {
            session.read_to_end().await;
            Ok(JsValue::UNDEFINED)
        }))
    }

    /// The backend has told of a change of this kind.
    pub fn changed(&self, kind: &str) {
        if self.0.reading.has_begun.get() {
            self.0.read_soon(Parts::changed_with(kind));
        }
    }

    /// Reads the program.
    pub fn program(&self) -> Promise {
        self.part(Part::Program, |_| JsValue::UNDEFINED)
    }

    /// Reads the member; null for a guest.
    pub fn me(&self) -> Promise {
        self.part(Part::Me, |known| known.me.value.as_deref().map_or(JsValue::NULL, to_js))
    }

    /// Reads the catalogue.
    pub fn rewards(&self) -> Promise {
        self.part(Part::Rewards, |known| {
            let list = js_sys::Array::new();
            for item in known.items.value.iter().flat_map(|items| items.iter()) {
                list.push(&listed(item));
            }
            list.into()
        })
    }

    /// Reads the member's vouchers.
    pub fn vouchers(&self) -> Promise {
        self.part(Part::Vouchers, |known| list(&known.vouchers))
    }

    /// Reads the ways to earn.
    pub fn earn(&self) -> Promise {
        self.part(Part::Ways, |known| list(&known.ways))
    }

    /// Reads the member's offers.
    pub fn offers(&self) -> Promise {
        self.part(Part::Offers, |known| list(&known.offers))
    }

    /// Reads what the member invites friends with; null where nothing rewards it, and for a guest.
    pub fn referral(&self) -> Promise {
        self.part(Part::Referral, |known| {
            let referral = known.referral.value.as_deref().and_then(Option::as_ref);
            referral.map_or(JsValue::NULL, to_js)
        })
    }

    /// Reads a page of the member's ledger, newest first.
    pub fn activity(&self, cursor: Option<String>) -> Promise {
        let session = Rc::clone(&self.0);
        self.0.promise(Box::pin(async move {
            let page = PageRequest { limit: Some(LINES), cursor };
            let page = session.client.entries(&page).await;
            page.map(|page| to_js(&page)).map_err(|error| session.host.error_of(&error))
        }))
    }

    /// Previews an order, told as JSON.
    pub fn preview(&self, order: String) -> Promise {
        let session = Rc::clone(&self.0);
        self.0.promise(Box::pin(async move {
            session.read_part(Part::Earning).await.map_err(|error| session.host.error_of(&error))?;
            session.preview(&order).await
        }))
    }

    /// Cancels a redemption.
    pub fn cancel(&self, redemption_id: &str) -> Promise {
        let redemption_id = RedemptionId::new(redemption_id);
        self.deed(redemption_id.map(|redemption_id| Deed::Cancel { redemption_id }).ok())
    }

    /// Takes an offer up.
    pub fn activate(&self, offer_id: &str, code: Option<String>) -> Promise {
        let code = code.map(VoucherCode::new).transpose();
        let deed = || Some(Deed::Activate { offer_id: OfferId::new(offer_id).ok()?, code: code.ok()? });
        self.deed(deed())
    }

    /// Claims what a rule gives points for.
    pub fn claim(&self, rule_id: &str) -> Promise {
        self.deed(RuleId::new(rule_id).map(|rule_id| Deed::Claim { rule_id }).ok())
    }

    /// Tells what the member thinks.
    pub fn feedback(&self, survey_id: &str, score: u8, comment: Option<String>) -> Promise {
        let survey_id = SurveyId::new(survey_id).ok();
        let feedback = survey_id.map(|survey_id| NewFeedback { survey_id, score, comment });
        self.deed(feedback.map(|feedback| Deed::Tell { feedback }))
    }

    /// Reads the decision in force for each purpose.
    pub fn consents(&self) -> Promise {
        self.part(Part::Consents, |known| list(&known.consents))
    }

    /// Gives a consent, or takes it back.
    pub fn consent(
        &self,
        purpose: String,
        granted: bool,
        version: String,
        text: String,
        locale: String,
    ) -> Promise {
        self.deed(Some(Deed::Decide { consent: NewConsent { purpose, granted, version, text, locale } }))
    }

    /// Forgets the member.
    pub fn erase(&self) -> Promise {
        self.deed(Some(Deed::Erase))
    }

    /// Redeems a reward, at its price of now unless another is said: one that the member chose, or was shown.
    pub fn redeem(&self, reward_id: &str, price: Option<f64>) -> Promise {
        let session = Rc::clone(&self.0);
        let reward_id = RewardId::new(reward_id);
        self.0.promise(Box::pin(async move {
            let host = &session.host;
            let parts = Parts::of(&[Part::Me, Part::Rewards]);
            session.read_parts(parts).await.map_err(|error| host.error_of(&error))?;
            let known = session.state.known.with(|known| {
                let reward = known.reward(reward_id.as_ref().ok()?)?;
                Some((reward.id.clone(), reward.price, reward.money_minor))
            });
            let Some((reward_id, least, money_minor)) = known else {
                return Err(host.error_of(&Error::Refused(Refusal::RewardNotFound)));
            };
            let price = match price {
                None => least,
                Some(price) => {
                    points(price).ok_or_else(|| host.error_of(&Error::Refused(Refusal::PriceNotOffered)))?
                }
            };
            let wish = NewRedemption { reward_id, price, money_minor };
            match session.redeem(wish, JsValue::UNDEFINED).await {
                Ok(redemption) => {
                    session.dismiss();
                    Ok(to_js(&*redemption))
                }
                Err(NotRedeemed::Busy) => Err(host.error("busy", true, "")),
                Err(NotRedeemed::Cancelled) => Err(host.error("cancelled", false, "")),
                Err(NotRedeemed::Error(error)) => Err(host.error_of(&error)),
            }
        }))
    }
}

/// An amount of points as JavaScript says it.
fn points(number: f64) -> Option<Points> {
    let whole = number as u64;
    Points::new(whole).ok().filter(|_| whole as f64 == number)
}

impl Session {
    /// Reads a part and answers with what `of` makes of it.
    fn part(&self, part: Part, of: fn(&Known) -> JsValue) -> Promise {
        let session = Rc::clone(&self.0);
        self.0.promise(Box::pin(async move {
            session.read_part(part).await.map_err(|error| session.host.error_of(&error))?;
            Ok(session.state.known.with(of))
        }))
    }

    /// Does something; nothing is sent for an id that cannot be one.
    fn deed(&self, deed: Option<Deed>) -> Promise {
        let session = Rc::clone(&self.0);
        self.0.promise(Box::pin(async move {
            let host = &session.host;
            let Some(deed) = deed else {
                return Err(host.error(ProblemCode::NotFound.code(), false, ""));
            };
            if matches!(deed, Deed::Claim { .. }) {
                session.read_part(Part::Ways).await.map_err(|error| host.error_of(&error))?;
            }
            session.carry_out(deed).await.map_err(|not_done| match not_done {
                NotDone::Busy => host.error("busy", true, ""),
                NotDone::Error(error) => host.error_of(&error),
            })
        }))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.0.end();
    }
}

#[wasm_bindgen]
impl Mount {
    /// Takes the element's own boolean attribute and text as they are now.
    pub fn update(&self, flag: bool, text: &str) {
        if self.flag.get_untracked() != flag {
            self.flag.set(flag);
        }
        if self.text.with_untracked(|known| known != text) {
            self.text.set(text.to_owned());
        }
        if let Some(asker) = self.previews {
            self.session.ask_preview(asker, text);
        }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if let Some(asker) = self.previews {
            self.session.ask_preview(asker, "");
        }
    }
}

/// A list as JavaScript reads it; a guest has none.
fn list<T: serde::Serialize>(list: &Remote<Vec<T>>) -> JsValue {
    list.value.as_deref().map_or_else(|| js_sys::Array::new().into(), to_js)
}

/// A reward of the catalogue as JavaScript reads it.
fn listed(item: &stampcard_ui::CatalogItem) -> JsValue {
    let reward = to_js(&item.reward);
    if let Some(mine) = &item.mine {
        let standing = js_sys::Object::new().into();
        set(&standing, "missing", &(mine.missing.get() as f64).into());
        if let Some(refusal) = &mine.refusal {
            set(&standing, "refusal", &refusal.into());
        }
        if let Some(opens_at) = mine.opens_at {
            set(&standing, "opens_at", &opens_at.to_string().into());
        }
        set(&standing, "redeemed", &(mine.redeemed as f64).into());
        if let Some(left) = mine.member_left {
            set(&standing, "left", &(left as f64).into());
        }
        set(&reward, "mine", &standing);
    }
    reward
}
