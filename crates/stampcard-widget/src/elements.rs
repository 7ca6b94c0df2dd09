//! One function an element: which component it is, and which part of the session it looks at.

use std::{any::Any, rc::Rc};

use leptos::{mount::mount_to, prelude::*};
use stampcard_client::{FetchTransport, Transport};
use stampcard_model::api::{NewRedemption, Purpose, Purposes};
use stampcard_ui::{
    Act, ActivityList, Asker, BalanceCard, CartPoints, Drawing, EarnList, Feedback, I18n, Known, Launcher,
    Locale, OfferList, Panel, Phase, Privacy, ProductPoints, Referral, RewardGrid, TierMeter, VoucherList,
    each_time,
};
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use crate::{feed::Viewer, session::Session};

/// An element's place at a session.
pub(crate) struct Seat {
    pub(crate) session: Rc<Session>,
    pub(crate) viewer: Viewer,
    /// Whether the element's own boolean attribute is set.
    pub(crate) flag: ArcRwSignal<bool>,
    /// Whose order is previewed.
    pub(crate) asker: Asker,
    /// What the page says to this element alone.
    pub(crate) text: ArcRwSignal<String>,
    /// The element, as the shell knows it.
    pub(crate) origin: JsValue,
}

/// Whose drawing the current owner belongs to, as the shell knows it.
#[derive(Clone)]
pub(crate) struct Origin(pub(crate) StoredValue<JsValue, LocalStorage>);

/// What a component is given.
pub(crate) struct Props {
    known: ReadSignal<Known>,
    flag: ReadSignal<bool>,
    asker: Asker,
    text: ReadSignal<String>,
    on_act: Callback<Act>,
}

/// `<stampcard-balance>`: available, pending, and what expires next.
pub(crate) fn balance(Props { known, flag, text, on_act, .. }: Props) -> Drawing {
    view! { <BalanceCard known=known compact=flag opens=text on_act=on_act/> }.into_inner()
}

/// `<stampcard-tier>`: the tier, the way to the next one, and what each gives.
pub(crate) fn tier(Props { known, on_act, .. }: Props) -> Drawing {
    view! { <TierMeter known=known on_act=on_act/> }.into_inner()
}

/// `<stampcard-rewards>`: the catalogue, and the way from a card to a voucher.
pub(crate) fn rewards(Props { known, flag, on_act, .. }: Props) -> Drawing {
    view! { <RewardGrid known=known can_apply=flag on_act=on_act/> }.into_inner()
}

/// `<stampcard-vouchers>`: active, used and expired ones, and the way to use one.
pub(crate) fn vouchers(Props { known, flag, on_act, .. }: Props) -> Drawing {
    view! { <VoucherList known=known apply=flag on_act=on_act/> }.into_inner()
}

/// `<stampcard-activity>`: the ledger, and why each line is what it is.
pub(crate) fn activity(Props { known, on_act, .. }: Props) -> Drawing {
    view! { <ActivityList known=known on_act=on_act/> }.into_inner()
}

/// `<stampcard-earn>`: the ways to earn, how far they are, and what a member may claim.
pub(crate) fn earn(Props { known, on_act, .. }: Props) -> Drawing {
    view! { <EarnList known=known on_act=on_act/> }.into_inner()
}

/// `<stampcard-offers>`: the member's offers, and the way to take one up.
pub(crate) fn offers(Props { known, on_act, .. }: Props) -> Drawing {
    view! { <OfferList known=known on_act=on_act/> }.into_inner()
}

/// `<stampcard-product>`: what a product would earn.
pub(crate) fn product(Props { known, asker, on_act, .. }: Props) -> Drawing {
    view! { <ProductPoints known=known asker=asker on_act=on_act/> }.into_inner()
}

/// `<stampcard-cart>`: what a cart would earn, and what could be used in it.
pub(crate) fn cart(Props { known, flag, asker, on_act, .. }: Props) -> Drawing {
    view! { <CartPoints known=known asker=asker can_apply=flag on_act=on_act/> }.into_inner()
}

/// `<stampcard-referral>`: what the member invites friends with, and what became of them.
pub(crate) fn referral(Props { known, text, on_act, .. }: Props) -> Drawing {
    view! { <Referral known=known link=text on_act=on_act/> }.into_inner()
}

/// `<stampcard-feedback>`: one short survey.
pub(crate) fn feedback(Props { known, text, on_act, .. }: Props) -> Drawing {
    view! { <Feedback known=known survey=text on_act=on_act/> }.into_inner()
}

/// `<stampcard-privacy>`: what the member decides about their data, and may have of it.
pub(crate) fn privacy(Props { known, text, on_act, .. }: Props) -> Drawing {
    let purposes = Memo::new(move |_| text.with(|text| purposes(text)));
    view! { <Privacy known=known purposes=purposes on_act=on_act/> }.into_inner()
}

/// The launcher of `<stampcard-panel>`: the balance in short, and how much is new.
pub(crate) fn launcher(Props { known, text, .. }: Props) -> Drawing {
    view! { <Launcher known=known told=text/> }.into_inner()
}

/// The inside of `<stampcard-panel>`: its home, or the section that is open.
pub(crate) fn panel(Props { known, text, on_act, .. }: Props) -> Drawing {
    view! { <Panel known=known told=text on_act=on_act/> }.into_inner()
}

/// What the page asks consents for; nothing where that cannot be read.
fn purposes(text: &str) -> Vec<Purpose> {
    let parsed = js_sys::JSON::parse(text).ok();
    let purposes = parsed.and_then(FetchTransport::decode::<Purposes>);
    purposes.map(|purposes| purposes.items).unwrap_or_default()
}

impl Seat {
    /// Draws a component into `base`. The page is told the first time that `shows` is answered.
    pub(crate) fn draw(
        self,
        base: HtmlElement,
        component: fn(Props) -> Drawing,
        shows: fn(&Known) -> Phase,
    ) -> Box<dyn Any> {
        Box::new(mount_to(base.clone(), move || {
            provide_context(Origin(StoredValue::new_local(self.origin.clone())));
            let state = &self.session.state;
            let known = RwSignal::from(state.known.show(&self.viewer)).read_only();
            let locale: RwSignal<_, LocalStorage> = RwSignal::from_local(state.locale.show(&self.viewer));
            I18n::provide(locale.read_only());
            each_time(move || {
                let locale: Locale = locale.try_get().unwrap_or_default();
                base.set_lang(locale.tag());
                base.set_dir(locale.direction());
            });
            self.tell_first(known, shows);
            let flag = RwSignal::from(&self.flag).read_only();
            let text = RwSignal::from(&self.text).read_only();
            component(Props { known, flag, text, asker: self.asker, on_act: self.on_act() })
        }))
    }

    fn tell_first(&self, known: ReadSignal<Known>, shows: fn(&Known) -> Phase) {
        let (session, origin) = (Rc::clone(&self.session), self.origin.clone());
        let mut is_told = false;
        each_time(move || {
            if is_told {
                return;
            }
            let phase = known.with(shows);
            is_told = matches!(phase, Phase::Ready | Phase::Guest);
            if is_told {
                let is_guest = session.state.known.with(|known| known.me.phase == Phase::Guest);
                session.host.shown(&origin, is_guest);
            }
        });
    }

    fn on_act(&self) -> Callback<Act> {
        let held = StoredValue::new_local((Rc::clone(&self.session), self.origin.clone()));
        Callback::new(move |act| {
            held.try_with_value(|(session, origin)| match act {
                Act::Retry => session.retry(),
                Act::Dismiss => session.dismiss(),
                Act::Redeem { reward_id, price, money_minor } => {
                    let (at, origin) = (Rc::clone(session), origin.clone());
                    let wish = NewRedemption { reward_id, price, money_minor };
                    session.spawn(Box::pin(async move {
                        // What comes of it is in the state.
                        let _ = at.redeem(wish, origin).await;
                    }));
                }
                Act::Apply { code } => session.apply(&code, origin),
                Act::More => session.read_more(),
                Act::See { names } => session.see(names),
                Act::Do(deed) => {
                    let at = Rc::clone(session);
                    session.spawn(Box::pin(async move {
                        // What comes of it is in the state.
                        let _ = at.carry_out(deed).await;
                    }));
                }
                Act::Copy { .. } => {}
            });
        })
    }
}
