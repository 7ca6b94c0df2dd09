//! What orders would earn: the shell's second wasm computes it from what the backend tells, and elements show it.

use std::rc::Rc;

use stampcard_client::{Error, FetchTransport, Transport};
use stampcard_model::api::Preview;
use stampcard_ui::{Asker, Failure, Known, Remote};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::session::{Session, failure_of};

impl Session {
    /// Takes the order of an element as JSON; an empty text takes it away.
    pub(crate) fn ask_preview(self: &Rc<Self>, asker: Asker, order: &str) {
        let is_known = {
            let mut orders = self.orders.borrow_mut();
            let is_known = orders.iter().any(|(known, text)| *known == asker && text == order);
            orders.retain(|(known, _)| *known != asker);
            if !order.is_empty() {
                orders.push((asker, order.to_owned()));
            }
            is_known
        };
        if order.is_empty() {
            self.show_preview(asker, None);
        } else if !is_known {
            let is_first = self.state.known.with(|known| known.preview(asker).is_none());
            if is_first {
                self.show_preview(asker, Some(self.as_read(Remote::loading())));
            }
            let session = Rc::clone(self);
            self.spawn(Box::pin(async move { session.preview_all().await }));
        }
    }

    /// Reads what orders earn, and previews anew what elements ask about.
    pub(crate) async fn read_earning(&self, member: u32) -> Result<(), Error> {
        let answer = match self.client.earning_unread(true).await {
            Err(Error::Unauthorized) if self.client.source().is_guest() => {
                self.client.earning_unread(false).await
            }
            answer => answer,
        };
        if member != self.member.get() {
            return Ok(());
        }
        match answer {
            Ok(earning) => {
                self.earning.replace(Some(earning));
                self.earning_failure.take();
                self.preview_all().await;
                Ok(())
            }
            Err(error) => {
                self.earning_failure.set(Some(failure_of(&error)));
                self.fail_previews(failure_of(&error));
                Err(error)
            }
        }
    }

    /// Previews one order; what is wrong with it is the shell's error.
    pub(crate) async fn preview(&self, order: &str) -> Result<JsValue, JsValue> {
        let earning = self.earning.borrow().clone().unwrap_or(JsValue::NULL);
        JsFuture::from(self.host.preview(&earning, order)).await
    }

    /// Previews what elements ask about, as soon as it is known what orders earn.
    async fn preview_all(&self) {
        if self.earning.borrow().is_none() {
            return;
        }
        let (member, orders) = (self.member.get(), self.orders.borrow().clone());
        for (asker, order) in orders {
            let answer = self.preview(&order).await;
            let is_asked = self.orders.borrow().iter().any(|(known, text)| *known == asker && *text == order);
            if member != self.member.get() || !is_asked {
                continue;
            }
            let preview = answer.map(FetchTransport::decode::<Preview>);
            match preview {
                Ok(Some(preview)) => self.show_preview(asker, Some(self.as_read(Remote::ready(preview)))),
                Ok(None) => self.fail_preview(asker, Failure::Malformed),
                Err(error) => {
                    self.fail_preview(asker, Failure::Unavailable);
                    self.host.tell("error", &error, &JsValue::UNDEFINED);
                }
            }
        }
    }

    /// A preview is as old as what it is computed with.
    fn as_read(&self, preview: Remote<Preview>) -> Remote<Preview> {
        match self.earning_failure.get() {
            Some(failure) => preview.failed(failure),
            None => preview,
        }
    }

    fn fail_previews(&self, failure: Failure) {
        let askers: Vec<Asker> = self.orders.borrow().iter().map(|(asker, _)| *asker).collect();
        for asker in askers {
            self.fail_preview(asker, failure);
        }
    }

    fn fail_preview(&self, asker: Asker, failure: Failure) {
        let before = self.state.known.with(|known| known.preview(asker).cloned());
        self.show_preview(asker, before.map(|before| before.failed(failure)));
    }

    /// Shows a preview, or that there is none to show.
    fn show_preview(&self, asker: Asker, preview: Option<Remote<Preview>>) {
        let mut known: Known = self.state.known.get();
        if known.preview(asker) == preview.as_ref() {
            return;
        }
        known.previews.retain(|(of, _)| *of != asker);
        known.previews.extend(preview.map(|preview| (asker, preview)));
        self.state.known.set(known);
    }
}
