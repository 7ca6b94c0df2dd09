//! Effects, all of one type.

use leptos::prelude::Effect;

/// Does something soon, and again whenever a signal that it read has changed, until the current owner is gone.
pub fn each_time(run: impl FnMut() + 'static) {
    erased(Box::new(run));
}

fn erased(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| run());
}
