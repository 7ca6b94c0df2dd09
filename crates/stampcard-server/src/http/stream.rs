//! `GET /v1/me/stream`: server-sent events, so that a page need not ask.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream::unfold;
use stampcard_model::{
    Refusal,
    api::{Change, ChangeKind, ProblemCode},
};
use tokio::time::Instant;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth::{MemberCaller, one},
    error::Failure,
};
use crate::{
    App,
    live::{Stream, Told},
};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// After this long a member with too many streams may try again, in seconds.
const RETRY_AFTER_S: u32 = 15;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(stream))
}

/// Changes of the member as they happen: server-sent events of the kinds of `Change`, whose `id` is the number of the
/// member's last entry. Read it with `fetch`, as `EventSource` sends no `Authorization`. With `Last-Event-ID` it begins
/// with what may have changed since, each kind once. It ends when the token expires; then ask again with a new token and
/// the last id. What only time changes (points that expire, a tier that ends) is told when it is written down.
#[utoipa::path(get, path = "/v1/me/stream", tag = "member",
    params(("Last-Event-ID" = Option<u64>, Header, description = "The `id` of the last event that arrived.")),
    responses((status = 200, description = "Events until the token expires.", body = Change,
        content_type = "text/event-stream")))]
async fn stream(
    State(app): State<App>,
    Extension(caller): Extension<MemberCaller>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let seen = if headers.contains_key(LAST_EVENT_ID) {
        let id = one(&headers, &LAST_EVENT_ID).and_then(|id| id.parse::<u64>().ok());
        Some(id.ok_or_else(|| Failure::from(ProblemCode::BadRequest).at("Last-Event-ID", "is no number"))?)
    } else {
        None
    };
    let program = &caller.program.program.id;
    let (member, _) =
        app.store().lines(program, &caller.reference, None, 1).await?.ok_or(Refusal::MemberNotFound)?;
    let stream = app.parts().hub.open(program.clone(), member);
    let stream = stream.ok_or_else(|| Failure::from(ProblemCode::RateLimited).after(RETRY_AFTER_S))?;
    // Looked up again now that nothing that is committed later can be missed.
    let told = stream.told();
    let lines = app.store().lines(program, &caller.reference, None, 1).await?;
    let (_, lines) = lines.ok_or(Refusal::MemberNotFound)?;
    let seq = lines.first().map_or(0, |line| line.entry.seq);
    let mut waiting = VecDeque::from([Event::default().id(seq.to_string()).comment("open")]);
    if let Some(seen) = seen {
        if seq > seen {
            waiting.push_back(event(ChangeKind::BalanceChanged, seq)?);
            waiting.push_back(event(ChangeKind::TierChanged, seq)?);
        }
        // A voucher that is used moves no points: the number alone does not tell.
        let vouchers = app.store().redemptions(program, &caller.reference, false, None, 1).await?;
        if vouchers.is_some_and(|(_, vouchers)| !vouchers.is_empty()) {
            waiting.push_back(event(ChangeKind::VoucherChanged, seq)?);
        }
    }
    let life = caller.expires_at.as_millis().saturating_sub(app.now().as_millis());
    let ends_at = Instant::now() + Duration::from_millis(u64::try_from(life).unwrap_or_default());
    let reading = Reading { stream, told: Told { seq, ..told }, waiting, ends_at };
    let events = unfold(reading, |mut reading| async {
        let event = reading.next().await?;
        Some((Ok::<_, Infallible>(event), reading))
    });
    let beat = Duration::from_millis(app.parts().limits.stream_heartbeat_ms);
    let mut response =
        Sse::new(events).keep_alive(KeepAlive::new().interval(beat).text("beat")).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Some proxies hold a response back until it is complete.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// A stream as far as it was read.
struct Reading {
    stream: Stream,
    told: Told,
    waiting: VecDeque<Event>,
    ends_at: Instant,
}

impl Reading {
    /// The next event; `None` at the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if Instant::now() >= self.ends_at {
                return None;
            }
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let told = tokio::select! {
                told = self.stream.changed() => told?,
                () = tokio::time::sleep_until(self.ends_at) => return None,
            };
            let seq = told.seq.max(self.told.seq);
            for (kind, now, before) in [
                (ChangeKind::BalanceChanged, told.balance, self.told.balance),
                (ChangeKind::VoucherChanged, told.voucher, self.told.voucher),
                (ChangeKind::TierChanged, told.tier, self.told.tier),
            ] {
                if now != before {
                    self.waiting.push_back(event(kind, seq).ok()?);
                }
            }
            self.told = Told { seq, ..told };
        }
    }
}

fn event(kind: ChangeKind, seq: u64) -> Result<Event, Failure> {
    let event = Event::default().event(kind.name()).id(seq.to_string()).json_data(Change { kind, seq });
    event.map_err(|_| ProblemCode::Internal.into())
}
