//! Which of its states a component is in.

use stampcard_model::api::ProgramView;

use crate::{Failure, Phase, Remote};

/// What there is to draw.
pub(crate) enum Stage<'a, T> {
    /// Nothing yet.
    Loading,
    /// The program, for somebody who is not a member.
    Guest(&'a ProgramView),
    /// Nothing, and why.
    Failed(Failure),
    /// The program and a value; with a failure the value is stale.
    Shown(&'a ProgramView, &'a T, Option<Failure>),
}

/// Decides the state from what is known of the program and of the value that the component shows.
pub(crate) fn stage<'a, T>(program: &'a Remote<ProgramView>, value: &'a Remote<T>) -> Stage<'a, T> {
    let failed = |phase: Phase| match phase {
        Phase::Failed(failure) => Some(failure),
        Phase::Guest | Phase::Loading | Phase::Ready => None,
    };
    match (&program.value, &value.value) {
        (Some(program), None) if value.phase == Phase::Guest => Stage::Guest(program),
        (Some(program), Some(shown)) => Stage::Shown(program, shown, failed(value.phase)),
        (Some(_), None) => failed(value.phase).map_or(Stage::Loading, Stage::Failed),
        (None, _) => failed(program.phase).map_or(Stage::Loading, Stage::Failed),
    }
}
