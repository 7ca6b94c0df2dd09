//! Tasks that end when what they work for is gone.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::{Pin, pin},
    rc::Rc,
    task::{Poll, Waker},
};

/// Work to be done. Boxed, so that one runner serves all.
pub(crate) type Task<T> = Pin<Box<dyn Future<Output = T>>>;

/// A life that tasks are bound to. Its end ends them: their futures are dropped, and with them what they wait for.
#[derive(Default)]
pub(crate) struct Life(Rc<Tasks>);

#[derive(Default)]
struct Tasks {
    is_over: Cell<bool>,
    next: Cell<u32>,
    /// Those that wait, by number; a page has a handful.
    asleep: RefCell<Vec<(u32, Waker)>>,
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
                asleep.retain(|(known, _)| *known != id);
                if polled.is_pending() {
                    asleep.push((id, context.waker().clone()));
                }
                polled.map(Some)
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

/// Does all of it side by side; the answers are in the order of the tasks.
pub(crate) async fn all<T>(tasks: Vec<Task<T>>) -> Vec<T> {
    let mut work: Vec<(Task<T>, Option<T>)> = tasks.into_iter().map(|task| (task, None)).collect();
    poll_fn(|context| {
        let mut is_done = true;
        for (task, output) in work.iter_mut().filter(|(_, output)| output.is_none()) {
            match task.as_mut().poll(context) {
                Poll::Ready(ready) => *output = Some(ready),
                Poll::Pending => is_done = false,
            }
        }
        if is_done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    work.into_iter().filter_map(|(_, output)| output).collect()
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
            let tasks: Vec<Task<u32>> = vec![Box::pin(async move { n }), Box::pin(async { 9 })];
            let mut task = Box::pin(life.bind(all(tasks)));
            assert_eq!(task.as_mut().poll(&mut context), Poll::Ready(Some(vec![n, 9])));
        }
        assert!(life.0.asleep.borrow().is_empty());
    }
}
