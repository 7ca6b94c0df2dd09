//! What a session knows, and what elements see of it.

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use leptos::prelude::*;

/// A value of the session with a signal for every element that looks at it.
///
/// One signal for all would do, were it not that a signal keeps a place for every effect that ever read it until it is
/// set again: a page that adds and removes elements all day would grow.
pub(crate) struct Feed<T> {
    value: RefCell<T>,
    seen_by: RefCell<Vec<(Weak<()>, ArcRwSignal<T>)>>,
}

/// An element that looks; when it is dropped, it is fed no more.
pub(crate) type Viewer = Rc<()>;

impl<T: Clone + 'static> Feed<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { value: RefCell::new(value), seen_by: RefCell::new(Vec::new()) }
    }

    /// Looks at the value now.
    pub(crate) fn with<O>(&self, look: impl FnOnce(&T) -> O) -> O {
        look(&self.value.borrow())
    }

    /// A copy of the value now.
    pub(crate) fn get(&self) -> T {
        self.value.borrow().clone()
    }

    /// Sets the value, and what every viewer sees.
    pub(crate) fn set(&self, value: T) {
        self.value.replace(value.clone());
        let signals = {
            let mut seen_by = self.seen_by.borrow_mut();
            seen_by.retain(|(viewer, _)| viewer.strong_count() > 0);
            seen_by.iter().map(|(_, signal)| signal.clone()).collect::<Vec<_>>()
        };
        for signal in signals {
            signal.set(value.clone());
        }
    }

    /// A signal of the value for as long as `viewer` is there.
    pub(crate) fn show(&self, viewer: &Viewer) -> ArcRwSignal<T> {
        let signal = ArcRwSignal::new(self.get());
        let mut seen_by = self.seen_by.borrow_mut();
        seen_by.retain(|(viewer, _)| viewer.strong_count() > 0);
        seen_by.push((Rc::downgrade(viewer), signal.clone()));
        signal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewers_see_what_is_set_until_they_leave() {
        let feed = Feed::new(1);
        let (first, second) = (Viewer::default(), Viewer::default());
        let (by_first, by_second) = (feed.show(&first), feed.show(&second));
        feed.set(2);
        assert_eq!((by_first.get_untracked(), by_second.get_untracked(), feed.get()), (2, 2, 2));
        drop(first);
        feed.set(3);
        assert_eq!((by_first.get_untracked(), by_second.get_untracked(), feed.get()), (2, 3, 3));
        assert_eq!(feed.seen_by.borrow().len(), 1);
    }
}
