//! Webhooks: messages of the outbox on their way to the merchant's addresses, by Standard Webhooks 1.0.
//!
//! **Invariant:** an address is called by one worker at a time, so no message is on its way twice.
//! **Invariant:** no secret, body or address of a message is logged.

mod sign;
mod target;

use std::{
    collections::HashSet,
    path::Path,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use reqwest::{Certificate, Client, StatusCode, header, redirect};
use stampcard_model::{
    ProgramId, Timestamp, WebhookId,
    api::{WebhookData, WebhookMessage},
};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    App, Seams, StartError,
    settings::{WebhookLimits, WebhookSettings},
    store::{Attempt, Message, StoreError, Then, Webhook},
};

pub(crate) use sign::secret_text;
pub(crate) use target::Targets;

/// Waits after each attempt in vain; after the last of them a message is given up.
const WAITS_S: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// At most a tenth of a wait is added by chance, so that many messages do not return together.
const JITTER_DIVISOR: i64 = 10;
/// Messages that one round takes to one address, and how many of them at the same time.
const MESSAGES_MAX: u16 = 32;
const AT_THE_SAME_TIME: usize = 4;
/// How often the outbox is looked at when nothing new is told of.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long news is gathered, so that many writes a second are not as many looks.
const GATHER: Duration = Duration::from_millis(50);

/// What came of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Messages that were taken.
    pub taken: u64,
    /// Messages that were not.
    pub failed: u64,
}

/// Calls addresses.
pub(crate) struct Courier {
    pub(crate) targets: Targets,
    timeout: Duration,
    /// Who may vouch for an address besides the system's authorities.
    authorities: Vec<Certificate>,
    /// Made when it is first needed: it reads the system's certificates.
    client: OnceLock<Option<Client>>,
    busy: Mutex<HashSet<(ProgramId, WebhookId)>>,
}

impl Courier {
    /// Reads the authorities that the settings name.
    pub(crate) fn new(limits: &WebhookLimits, settings: &WebhookSettings) -> Result<Self, StartError> {
        Ok(Self {
            targets: Targets { private: limits.private_targets },
            timeout: Duration::from_millis(limits.timeout_ms),
            authorities: settings.authorities.as_deref().map_or(Ok(Vec::new()), authorities)?,
            client: OnceLock::new(),
            busy: Mutex::default(),
        })
    }

    /// The client; `None` when the system's certificates cannot be read.
    fn client(&self) -> Option<&Client> {
        let make = || {
            if rustls::crypto::CryptoProvider::get_default().is_none() {
                // Fails only when another thread was faster, and then there is one.
                let _ = rustls::crypto::ring::default_provider().install_default();
            }
            let client = Client::builder()
                .dns_resolver(self.targets)
                .redirect(redirect::Policy::none())
                .no_proxy()
                .timeout(self.timeout)
                .tls_certs_merge(self.authorities.iter().cloned())
                .user_agent(concat!("stampcard/", env!("CARGO_PKG_VERSION")))
                .build();
            client.inspect_err(|error| tracing::error!(%error, "no webhook can be called")).ok()
        };
        self.client.get_or_init(make).as_ref()
    }

    fn busy(&self) -> MutexGuard<'_, HashSet<(ProgramId, WebhookId)>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The certificates in a file.
fn authorities(file: &Path) -> Result<Vec<Certificate>, StartError> {
    let wrong = |why: &dyn std::fmt::Display| {
        StartError::Settings(format!("webhooks.authorities: {}: {why}", file.display()))
    };
    let text = std::fs::read(file).map_err(|error| wrong(&error))?;
    match Certificate::from_pem_bundle(&text) {
        Ok(found) if found.is_empty() => Err(wrong(&"there is no certificate in it")),
        Ok(found) => Ok(found),
        Err(error) => Err(wrong(&error)),
    }
}

/// An address that somebody is calling.
struct Busy<'a> {
    courier: &'a Courier,
    who: (ProgramId, WebhookId),
}

impl<'a> Busy<'a> {
    /// Takes an address for oneself; `None` when somebody else has it.
    fn with(courier: &'a Courier, who: (ProgramId, WebhookId)) -> Option<Self> {
        // Made only when it is one's own: dropping it gives the address back.
        let mine = courier.busy().insert(who.clone());
        mine.then(|| Self { courier, who })
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.courier.busy().remove(&self.who);
    }
}

/// Sends every message that is due once, and says what came of it.
///
/// # Errors
/// Fails with the first error of the store.
pub async fn deliver(app: &App) -> Result<Delivered, StoreError> {
    let mut delivered = Delivered::default();
    for (program, webhook) in app.store().due_webhooks(app.now()).await? {
        let one = call(app, program, webhook).await?;
        delivered.taken += one.taken;
        delivered.failed += one.failed;
    }
    Ok(delivered)
}

/// Sends messages as they become due, until told to stop. One slow address keeps no other waiting.
pub(crate) async fn deliver_all_the_time(app: App, mut stopped: watch::Receiver<bool>) {
    let mut calls = JoinSet::new();
    loop {
        match app.store().due_webhooks(app.now()).await {
            Ok(due) => {
                let free: Vec<_> = {
                    let busy = app.parts().courier.busy();
                    due.into_iter().filter(|who| !busy.contains(who)).collect()
                };
                for (program, webhook) in free {
                    let app = app.clone();
                    calls.spawn(async move { call(&app, program, webhook).await });
                }
            }
            Err(error) => tracing::warn!(%error, "the outbox cannot be read"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = app.parts().outbox_news.notified() => tokio::time::sleep(GATHER).await,
            Some(called) = calls.join_next() => {
                if let Ok(Err(error)) = called {
                    tracing::warn!(%error, "what came of a webhook was not kept");
                }
            }
            _ = stopped.changed() => return,
        }
    }
}

/// Sends what is due to one address; nothing when somebody else is at it.
async fn call(app: &App, program: ProgramId, id: WebhookId) -> Result<Delivered, StoreError> {
    let courier = &app.parts().courier;
    let Some(_busy) = Busy::with(courier, (program.clone(), id.clone())) else {
        return Ok(Delivered::default());
    };
    let found = app.store().due_messages(&program, &id, app.now(), MESSAGES_MAX).await?;
    let Some((webhook, messages)) = found else { return Ok(Delivered::default()) };
    let each = stream::iter(messages).map(|message| async {
        let at = app.now();
        let status = send(app, &webhook, &message, at).await;
        let then = then(app.seams(), status, message.attempts, app.now());
        let attempt = Attempt {
            program: program.clone(),
            webhook: id.clone(),
            message: message.id,
            at,
            status: status.map(|status| status.as_u16()),
            then,
        };
        app.store().attempted(attempt).await.map(|()| then == Then::Done)
    });
    let results: Vec<Result<bool, StoreError>> = each.buffer_unordered(AT_THE_SAME_TIME).collect().await;
    let mut delivered = Delivered::default();
    for taken in results {
        if taken? { delivered.taken += 1 } else { delivered.failed += 1 }
    }
    tracing::info!(%program, webhook = %id, taken = delivered.taken, failed = delivered.failed, "told a webhook");
    Ok(delivered)
}

/// Sends a message; `None` without an answer in time.
async fn send(app: &App, webhook: &Webhook, message: &Message, at: Timestamp) -> Option<StatusCode> {
    let courier = &app.parts().courier;
    // Asked again: settings may have become stricter since it was added.
    let url = courier.targets.url(&webhook.url)?;
    let mut data: WebhookData = serde_json::from_str(&message.data).ok()?;
    data.member_reference.clone_from(&message.reference);
    let body = WebhookMessage { topic: message.topic, timestamp: message.occurred_at, data };
    let body = serde_json::to_vec(&body).ok()?;
    let timestamp_s = at.as_millis().div_euclid(1_000);
    let previous = webhook.previous.as_ref().filter(|(_, until)| at < *until);
    let secrets = [Some(&webhook.secret), previous.map(|(secret, _)| secret)]
        .into_iter()
        .flatten()
        .map(|s| s.0.as_slice());
    let request = courier
        .client()?
        .post(url)
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-id", &message.id)
        .header("webhook-timestamp", timestamp_s)
        .header("webhook-signature", sign::signatures(secrets, &message.id, timestamp_s, &body))
        .body(body);
    request.send().await.ok().map(|answer| answer.status())
}

/// What follows from an answer to a message that was sent in vain `attempts` times before.
fn then(seams: &Seams, status: Option<StatusCode>, attempts: u8, now: Timestamp) -> Then {
    match status {
        Some(status) if status.is_success() => Then::Done,
        Some(StatusCode::GONE) => Then::Disable,
        Some(_) | None => WAITS_S.get(usize::from(attempts)).map_or(Then::GiveUp, |wait_s| {
            let mut byte = [0];
            (seams.chance)(&mut byte);
            let wait_ms = wait_s * 1_000;
            let jitter_ms = wait_ms / JITTER_DIVISOR * i64::from(byte[0]) / 256;
            Then::Again(now.plus_millis(wait_ms + jitter_ms))
        }),
    }
}
