//! What is kept beside the entries, filled from them when a new version of the tables keeps more.

use rusqlite::Connection;
use stampcard_engine::{MemberState, replay};
use stampcard_model::{MemberId, ProgramId};

use super::{
    load::{Kept, Key},
    persist, rows,
};
use crate::store::StoreError;

/// Fills what this version of the tables keeps. Units of rewards were kept as they are now.
pub(super) fn everything(connection: &Connection) -> Result<(), StoreError> {
    let members: Vec<(ProgramId, MemberId)> = connection
        .prepare("SELECT DISTINCT program_id, member_id FROM entry")?
        .query_map([], |row| Ok((rows::word(row, "program_id")?, rows::word(row, "member_id")?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (program, member) in &members {
        one(connection, Key { program, member })?;
    }
    Ok(())
}

fn one(connection: &Connection, key: Key<'_>) -> Result<(), StoreError> {
    let entries: Vec<_> = connection
        .prepare_cached(
            "SELECT seq, occurred_at, program_version, postings, body, balance_after FROM entry
             WHERE program_id = ?1 AND member_id = ?2 ORDER BY seq",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], rows::line)?
        .map(|line| line.map(|line| line.entry))
        .collect::<rusqlite::Result<_>>()?;
    let after = replay(&entries);
    let kept = MemberState { redeemed: after.redeemed.clone(), ..MemberState::default() };
    persist::state(connection, key, &kept, &after)?;
    // The next sweep sees whether time has done anything to the tier.
    persist::balance(connection, key, &after, &Kept::whole(&after), after.last_at)
}
