//! What a server does by itself: writing down what time has done, giving points that nobody asks for, reminding members,
//! forgetting what was kept long enough.
//!
//! **Invariant:** nothing depends on when a sweep runs, how often, or whether two run at the same time. What is due is asked
//! for again within each write, and what was done is not due any more: an expiry and a gift are entries, a reminder is a row.

use std::sync::Arc;

use stampcard_engine::unasked;
use stampcard_model::{Entry, EntryBody, MemberId, Source, Timestamp};

use crate::{
    App, ProgramInForce,
    store::{Action, Effect, Executed, Perishable, Recorded, StoreError, Write},
};

/// Members looked up at a time.
const MEMBERS_AT_A_TIME: u16 = 256;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Members to whom time had done something.
    pub members: u64,
    /// Points given that nobody asked for, one for each time.
    pub gifts: u64,
    /// Reminders told.
    pub nudges: u64,
    /// Answers, messages, comments, reminders and notes forgotten.
    pub forgotten: u64,
}

/// Writes down all that time has done by `now`, reminds members of what is due, forgets what was kept for as long as the
/// settings say, and tells pages of programs that have another version in force.
///
/// # Errors
/// Fails with the first error of the store; what was swept before stays swept.
pub async fn sweep(app: &App, now: Timestamp) -> Result<Swept, StoreError> {
    app.tell_of_versions(now);
    let mut swept = Swept::default();
    for program in app.parts().programs.all(now) {
        swept.members += catch_up(app, program, now).await?;
        look(app, program, now, &mut swept).await?;
    }
    for what in Perishable::ALL {
        let Some(days) = app.parts().retention.days(what) else { continue };
        let before = now.plus_days(-i64::from(days));
        loop {
            match app.store().forget(what, before).await? {
                0 => break,
                forgotten => swept.forgotten += forgotten,
            }
        }
    }
    Ok(swept)
}

async fn catch_up(app: &App, program: &Arc<ProgramInForce>, now: Timestamp) -> Result<u64, StoreError> {
    let mut members = 0;
    loop {
        let due = app.store().due(&program.program.id, now, MEMBERS_AT_A_TIME).await?;
        let mut booked = 0;
        for member_id in due {
            let done = execute(app, program, now, Action::Expire { member_id }).await?;
            let wrote = matches!(done, Some(Effect::Booked(done)) if !done.entries.is_empty());
            booked += u64::from(wrote);
        }
        members += booked;
        if booked == 0 {
            return Ok(members);
        }
    }
}

/// Looks at the members who may have something coming, and gives and tells it.
async fn look(
    app: &App,
    program: &Arc<ProgramInForce>,
    now: Timestamp,
    swept: &mut Swept,
) -> Result<(), StoreError> {
    app.store().remind_anew(program).await?;
    let mut last: Vec<MemberId> = Vec::new();
    loop {
        let due = app.store().to_nudge(&program.program.id, now, MEMBERS_AT_A_TIME).await?;
        // Whoever was looked at is not to be looked at now; a store that says otherwise is not asked for ever.
        if due.is_empty() || due == last {
            return Ok(());
        }
        for member_id in due.clone() {
            // No offer gives twice.
            for _ in unasked(&program.program) {
                let done = execute(app, program, now, Action::Give { member_id: member_id.clone() }).await?;
                let given = matches!(done, Some(Effect::Booked(done)) if done.entries.iter().any(is_gift));
                if !given {
                    break;
                }
                swept.gifts += 1;
            }
            let done = execute(app, program, now, Action::Nudge { member_id }).await?;
            if let Some(Effect::Recorded(Recorded::Nudged { nudges, .. })) = done {
                swept.nudges += u64::try_from(nudges.len()).unwrap_or_default();
            }
        }
        last = due;
    }
}

/// Whether an entry gives points for an offer.
const fn is_gift(entry: &Entry) -> bool {
    matches!(entry.body, EntryBody::Accrual { source: Source::Offer { .. }, .. })
}

/// Carries out what is harmless to repeat; `None` when it is refused.
async fn execute(
    app: &App,
    program: &Arc<ProgramInForce>,
    now: Timestamp,
    action: Action,
) -> Result<Option<Effect>, StoreError> {
    let write = Write { program: program.clone(), now, action, once: None };
    Ok(match app.store().execute(write).await? {
        Executed::Now(Ok(effect), _) => Some(effect),
        Executed::Now(Err(_), _) | Executed::Before(_) => None,
    })
}
