//! A piece of work against the clock.

use core::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

/// The outcome of `work`, or `None` when `limit` is over first. A limit that is not needed never begins.
pub(crate) async fn race<W: Future>(work: W, limit: impl Future<Output = ()>) -> Option<W::Output> {
    let (mut work, mut limit) = (pin!(work), pin!(limit));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => limit.as_mut().poll(context).map(|()| None),
    })
    .await
}
