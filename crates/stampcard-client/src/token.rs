//! The member's token: asked for, kept in memory, asked for again once when it is refused.

use core::{
    fmt,
    future::{Future, poll_fn},
    task::{Poll, Waker},
};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Error, Unreachable};

/// A member token: an opaque proof of who the member is, minted by the host shop's server.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// The longest token, in bytes.
const LENGTH_MAX: usize = 8_192;

impl Token {
    /// Takes a token.
    ///
    /// # Errors
    /// Fails unless `token` is 1 to 8,192 visible ASCII characters, as every JWT is.
    pub fn new(token: impl Into<String>) -> Result<Self, TokenError> {
        let token = token.into();
        let fits = (1..=LENGTH_MAX).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(token)) } else { Err(TokenError) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Tells nothing about the token.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// No token could be had: the source failed, or gave something that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenError;

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no member token could be had")
    }
}

impl core::error::Error for TokenError {}

/// Where member tokens come from. A closure `Fn(bool) -> impl Future` is one.
#[allow(async_fn_in_trait, reason = "a browser's futures are not Send, and the trait is used generically")]
pub trait TokenSource {
    /// Gives the member's token, or `None` for a guest. With `refresh`, the token given last was refused and a new
    /// one is wanted.
    ///
    /// # Errors
    /// Fails when it cannot tell who the member is now; the next call asks again. More than 10 seconds without an
    /// answer are a failure, too.
    async fn token(&self, refresh: bool) -> Result<Option<Token>, TokenError>;
}

impl<F, A> TokenSource for F
where
    F: Fn(bool) -> A,
    A: Future<Output = Result<Option<Token>, TokenError>>,
{
    async fn token(&self, refresh: bool) -> Result<Option<Token>, TokenError> {
        self(refresh).await
    }
}

/// One token for the whole life of the client. Refused once, it is not sent again.
impl TokenSource for Token {
    async fn token(&self, refresh: bool) -> Result<Option<Token>, TokenError> {
        Ok((!refresh).then(|| self.clone()))
    }
}

/// The source of a page without a member.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guest;

impl TokenSource for Guest {
    async fn token(&self, _refresh: bool) -> Result<Option<Token>, TokenError> {
        Ok(None)
    }
}

/// The token of the member of now, asked for by one call at a time.
pub(crate) struct Tokens<S> {
    source: S,
    turn: Turn,
    held: Mutex<Held>,
}

/// The source's last answer.
#[derive(Default)]
struct Held {
    /// Counts the members: raised by every [`Tokens::forget`].
    member: u32,
    /// Counts the answers of the source.
    answers: u32,
    last: Option<Result<Option<Token>, TokenError>>,
}

/// A token lent to one call.
pub(crate) struct Lease {
    pub(crate) token: Token,
    member: u32,
    answer: u32,
}

impl<S: TokenSource> Tokens<S> {
    pub(crate) const fn new(source: S) -> Self {
        Self { source, turn: Turn::new(), held: Mutex::new(Held { member: 0, answers: 0, last: None }) }
    }

    pub(crate) const fn source(&self) -> &S {
        &self.source
    }

    /// Forgets the token and the member: calls under way can no longer go on in another member's name.
    pub(crate) fn forget(&self) {
        let mut held = lock(&self.held);
        held.member = held.member.wrapping_add(1);
        held.last = None;
    }

    /// Whether the member is still the one of the lease.
    pub(crate) fn stands(&self, lease: &Lease) -> bool {
        lock(&self.held).member == lease.member
    }

    /// Lends the token; with the lease that was `refused`, a newer one of the same member.
    pub(crate) async fn lend(&self, refused: Option<&Lease>) -> Result<Lease, Error> {
        let (member, seen) = {
            let held = lock(&self.held);
            (refused.map_or(held.member, |lease| lease.member), held.answers)
        };
        let _turn = self.turn.take().await;
        if let Some(known) = lock(&self.held).known(member, seen, refused) {
            return known;
        }
        let answer = self.source.token(refused.is_some()).await;
        let mut held = lock(&self.held);
        if held.member != member {
            return Err(Error::Unauthorized);
        }
        held.answers = held.answers.wrapping_add(1);
        held.last = Some(answer);
        held.lease()
    }
}

impl Held {
    /// What is known without asking the source; `None` when it must be asked. A call that waited for its turn while
    /// another one asked (`seen` is outdated) takes that answer, a failure too.
    fn known(&self, member: u32, seen: u32, refused: Option<&Lease>) -> Option<Result<Lease, Error>> {
        let useful = match &self.last {
            _ if self.member != member => return Some(Err(Error::Unauthorized)),
            Some(Ok(_)) => refused.is_none_or(|lease| lease.answer != self.answers),
            Some(Err(TokenError)) => seen != self.answers,
            None => false,
        };
        useful.then(|| self.lease())
    }

    fn lease(&self) -> Result<Lease, Error> {
        match &self.last {
            Some(Ok(Some(token))) => {
                Ok(Lease { token: token.clone(), member: self.member, answer: self.answers })
            }
            Some(Ok(None)) | None => Err(Error::Unauthorized),
            Some(Err(TokenError)) => Err(Error::Unreachable(Unreachable::TokenSource)),
        }
    }
}

/// Lets one future at a time pass. A dropped one gives its turn back.
struct Turn(Mutex<Waiting>);

struct Waiting {
    taken: bool,
    wakers: Vec<Waker>,
}

struct Taken<'a>(&'a Turn);

impl Turn {
    const fn new() -> Self {
        Self(Mutex::new(Waiting { taken: false, wakers: Vec::new() }))
    }

    async fn take(&self) -> Taken<'_> {
        poll_fn(|context| {
            let mut waiting = lock(&self.0);
            if waiting.taken {
                if !waiting.wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                    waiting.wakers.push(context.waker().clone());
                }
                Poll::Pending
            } else {
                waiting.taken = true;
                Poll::Ready(Taken(self))
            }
        })
        .await
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let wakers = {
            let mut waiting = lock(&self.0.0);
            waiting.taken = false;
            core::mem::take(&mut waiting.wakers)
        };
        // All of them: the first one polled takes the turn, and a waiter that was dropped cannot swallow the call.
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// Nothing is left half done under these locks, so a poisoned one is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
