//! What a server does by itself: writing down what has expired, forgetting old answers.

use stampcard_model::Timestamp;

use crate::{
    App,
    store::{Action, Effect, Executed, StoreError, Write},
};

/// How long an answer is kept for a repetition of its key.
pub const ANSWERS_KEPT_DAYS: i64 = 7;

/// How long a webhook's message that was given up can still be sent again.
pub const GIVEN_UP_KEPT_DAYS: i64 = 30;

/// Members looked up at a time.
const MEMBERS_AT_A_TIME: u16 = 256;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Members whose lots were written off.
    pub members: u64,
    /// Answers forgotten.
    pub answers: u64,
}

/// Writes down all that has expired by `now`, forgets answers older than [`ANSWERS_KEPT_DAYS`], and tells pages of
/// programs that have another version in force.
///
/// # Errors
/// Fails with the first error of the store; what was swept before stays swept.
pub async fn sweep(app: &App, now: Timestamp) -> Result<Swept, StoreError> {
    app.tell_of_versions(now);
    let mut swept = Swept::default();
    for program in app.parts().programs.all(now) {
        loop {
            let due = app.store().due(&program.program.id, now, MEMBERS_AT_A_TIME).await?;
            let mut booked = 0;
            for member_id in due {
                let action = Action::Expire { member_id };
                let write = Write { program: program.clone(), now, action, once: None };
                match app.store().execute(write).await? {
                    Executed::Now(Ok(Effect::Booked(done)), _) if !done.entries.is_empty() => booked += 1,
                    Executed::Now(..) | Executed::Before(_) => {}
                }
            }
            swept.members += booked;
            if booked == 0 {
                break;
            }
        }
    }
    let before = now.plus_days(-ANSWERS_KEPT_DAYS);
    loop {
        match app.store().forget_answers(before).await? {
            0 => break,
            forgotten => swept.answers += forgotten,
        }
    }
    while app.store().forget_given_up(now.plus_days(-GIVEN_UP_KEPT_DAYS)).await? > 0 {}
    Ok(swept)
}
