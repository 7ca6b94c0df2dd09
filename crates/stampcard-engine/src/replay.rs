//! Entries to state: the definition of a balance.

use stampcard_model::Entry;

use crate::MemberState;

/// Applies one entry. The entry is taken as true: it was decided before.
pub fn apply(member: &mut MemberState, entry: &Entry) {
    let _ = (member, entry);
    todo!()
}

/// The state after all entries, oldest first.
pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> MemberState {
    let mut member = MemberState::default();
    for entry in entries {
        apply(&mut member, entry);
    }
    member
}
