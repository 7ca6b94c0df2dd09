//! Tasks that end when what they work for is gone.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    task::{Poll, Waker},
};

/// A life that tasks are bound to. Its end ends them: their futures are dropped, and with them what they wait for.
#[derive(Default)]
pub(crate) struct Life(Rc<Tasks>);

#[derive(Default)]
struct Tasks {
    is_over: Cell<bool>,
    next: Cell<u32>,
    asleep: RefCell<BTreeMap<u32, Waker>>,
}

impl Life {
    /// Runs `work` until it is done, or gives `None` when this life is over first.
    pub(crate) fn bind<W: Future>(&self, work: W) -> impl Future<Output = Option<W::Output>> + use<W> {
        let tasks = Rc::clone(&self.0);
        let id = tasks.next.replace(tasks.next.get().wrapping_add(1));
        async move {
            let mut work = pin!(work);
            poll_fn(|context| {
                if tasks.is_over.get() {
                    return Poll::Ready(None);
                }
                let polled = work.as_mut().poll(context);
                let mut asleep = tasks.asleep.borrow_mut();
                match polled {
                    Poll::Ready(output) => {
                        asleep.remove(&id);
                        Poll::Ready(Some(output))
                    }
                    Poll::Pending => {
                        asleep.insert(id, context.waker().clone());
                        Poll::Pending
                    }
                }
            })
            .await
        }
    }

    /// Ends it, for good.
    pub(crate) fn end(&self) {
        self.0.is_over.set(true);
        for (_, waker) in self.0.asleep.take() {
            waker.wake();
        }
    }
}

/// Waits for both, side by side.
pub(crate) async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut of_a, mut of_b) = (None, None);
    poll_fn(|context| {
        if of_a.is_none()
            && let Poll::Ready(output) = a.as_mut().poll(context)
        {
            of_a = Some(output);
        }
        if of_b.is_none()
            && let Poll::Ready(output) = b.as_mut().poll(context)
        {
            of_b = Some(output);
        }
        match (of_a.take(), of_b.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                (of_a, of_b) = (a, b);
                Poll::Pending
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::task::Context;

    use super::*;

    /// Tells when it is dropped.
    struct Held(Rc<Cell<bool>>);

    impl Drop for Held {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }

    #[test]
    fn a_task_ends_with_its_life_and_drops_what_it_waits_for() {
        let dropped = Rc::new(Cell::new(false));
        let life = Life::default();
        let held = Held(Rc::clone(&dropped));
        let mut task = Box::pin(life.bind(async move {
            let _held = held;
            std::future::pending::<()>().await;
        }));
        let mut context = Context::from_waker(Waker::noop());
        assert!(task.as_mut().poll(&mut context).is_pending());
        life.end();
        assert_eq!(task.as_mut().poll(&mut context), Poll::Ready(None));
        drop(task);
        assert!(dropped.get());
    }

    #[test]
    fn a_task_that_is_done_leaves_nothing_behind() {
        let life = Life::default();
        let mut context = Context::from_waker(Waker::noop());
        for n in 0..3 {
            let mut task = Box::pin(life.bind(both(async move { n }, async { "b" })));
            assert_eq!(task.as_mut().poll(&mut context), Poll::Ready(Some((n, "b"))));
        }
        assert!(life.0.asleep.borrow().is_empty());
    }
}
