//! A member's account with nothing left on it.

use stampcard_model::{EntryBody, RedemptionId, Refusal, ReleaseReason};

use crate::{Context, Phase, book::Book, lot, redemption::release};

/// Gives up what is held, lets be spent what waits, and takes all that is there then, or forgives what is owed. Each is
/// an entry of a kind that there is anyway, so that the account can be read as any other.
pub(crate) fn write_off(context: &Context<'_>, book: &mut Book<'_>, reason: &str) -> Result<(), Refusal> {
    book.is_closing = true;
    let held = book.state.redemptions.iter().filter(|(_, known)| matches!(known.phase, Phase::Held { .. }));
    let held: Vec<RedemptionId> = held.map(|(id, _)| id.clone()).collect();
    for id in held {
        let body = release(context, &book.state, &id, ReleaseReason::Withdrawn)?;
        book.write(context.now, body);
    }
    let draws = lot::all_of(book.state.lots.iter().filter(|lot| lot.waits.is_some()));
    if !draws.is_empty() {
        book.write(context.now, EntryBody::Activation { points: lot::total(&draws), draws });
    }
    book.catch_up(context.now);
    let left = book.state.balance.available;
    let delta = if left.is_zero() { book.state.balance.owed.signed() } else { -left.signed() };
    if delta != 0 {
        let draws = lot::draw(&book.state, context.now, None, left);
        let reason = reason.to_owned();
        // What is given pays what is owed at once, so it needs no end.
        let body = EntryBody::Adjustment { delta, reason, draws, expires_at: None, active_until: None };
        book.write(context.now, body);
    }
    Ok(())
}
