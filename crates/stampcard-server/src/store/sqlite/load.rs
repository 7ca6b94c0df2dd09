//! What a command looks at, loaded by index: a long history costs no more than a short one.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use stampcard_engine::{Context, Cuts, Lot, MemberState, Profile, cuts, kept_by, starts_at};
use stampcard_model::{
    Balance, LotEnd, Measure, MemberId, Points, ProgramId, Refusal, ReviewReason, Timestamp, Wait,
};

use super::{
    counted::{self, Sums},
    kept::Facts,
    people, redemptions,
    rows::{self, not_json},
};
use crate::{
    ProgramInForce,
    settings::Velocity,
    store::{Member, StoreError},
};

/// Names a member's rows.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) program: &'a ProgramId,
    pub(super) member: &'a MemberId,
}

/// Which lots a command looks at, besides all that time has done something to.
pub(super) enum Lots {
    /// None: points are given.
    None,
    /// As many as pay this, in the order of spending.
    Paying(Points),
    /// These, and as many others as pay this.
    Named(Vec<u64>, Points),
    /// Those that expire next, and the others together as one.
    Seen,
    /// All with something left.
    All,
}

/// A member's account as of the last entry.
pub(super) struct Account {
    pub(super) state: MemberState,
    /// What is known of the member besides the ledger.
    pub(super) profile: Profile,
    /// Points that all members together earned in the period that the program caps.
    pub(super) issued: Points,
    /// `now`, or the last entry's instant when the clock went back.
    pub(super) now: Timestamp,
    /// Which instants part what accruals count for.
    pub(super) cuts: Cuts,
    /// Sums of what accruals count for, as they are kept.
    pub(super) kept: Kept,
    /// What the server refuses when the engine does not.
    pub(super) refusal: Option<Refusal>,
    /// Why the server has a redemption reviewed when the program does not.
    pub(super) reviewed_for: Option<ReviewReason>,
}

impl Account {
    /// What the engine decides with.
    pub(super) fn context<'a>(&'a self, program: &'a ProgramInForce) -> Context<'a> {
        let Self { profile, issued, now, .. } = self;
        Context { profile, issued: *issued, ..Context::new(&program.program, &program.zone, *now) }
    }
}

/// Loads a member's account with the lots and holds that `which` and time ask for; nothing else that earned or was
/// redeemed yet. `known` is the member if somebody has read them already.
pub(super) fn account(
    connection: &Connection,
    program: &ProgramInForce,
    key: Key<'_>,
    known: Option<&Member>,
    now: Timestamp,
    which: Lots,
) -> Result<Account, StoreError> {
    let (mut state, kept) = balance(connection, key)?;
    let now = state.last_at.map_or(now, |last_at| now.max(last_at));
    state.redemptions = redemptions::ending(connection, key, now)?;
    let all = !state.redemptions.is_empty()
        || !state.balance.owed.is_zero()
        || state.active_until.is_some()
        || program.program.tiers.measure == Measure::PointsHeld;
    state.lots = lots(connection, key, &state, now, if all { Lots::All } else { which })?;
    let profile = people::profile(connection, &program.program, key, known, now)?;
    let mut account = Account {
        state,
        profile,
        issued: Points::ZERO,
        now,
        cuts: Cuts::default(),
        kept,
        refusal: None,
        reviewed_for: None,
    };
    account.issued = issued(connection, &account.context(program))?;
    account.cuts = cuts(&account.context(program), &account.state);
    let apart = account.kept.turns_at;
    account.state.counted = counted::load(connection, key, &account.kept.sums, &account.cuts, apart)?;
    Ok(account)
}

/// Tells apart what the risk of losing the tier depends on.
pub(super) fn tell_apart(
    connection: &Connection,
    program: &ProgramInForce,
    key: Key<'_>,
    account: &mut Account,
) -> Result<(), StoreError> {
    let measure = program.program.tiers.measure;
    let Some(threshold) = kept_by(&account.context(program), &account.state) else { return Ok(()) };
    if let Some(turning) = account.kept.sums.turning(connection, key, measure, threshold)? {
        let apart = [turning.at, turning.at.plus_millis(1)];
        account.state.counted = counted::load(connection, key, &account.kept.sums, &account.cuts, apart)?;
    }
    Ok(())
}

/// Sums of what accruals count for, as they are kept.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) sums: Sums,
    /// The one of them that so much is in that it just keeps the tier.
    pub(super) turns_at: Option<Timestamp>,
}

impl Kept {
    /// The sum of everything, which all others are found from.
    pub(super) fn whole(member: &MemberState) -> Self {
        Self { sums: Sums::of(&member.counted, std::iter::empty()), turns_at: None }
    }
}

/// The balance as of the last entry, with all that is of one size, and the sums of what counts.
pub(super) fn balance(connection: &Connection, key: Key<'_>) -> rusqlite::Result<(MemberState, Kept)> {
    let read = |row: &Row<'_>| {
        let balance = Balance {
            available: rows::points(row, "available")?,
            pending: rows::points(row, "pending")?,
            held: rows::points(row, "held")?,
            owed: rows::points(row, "owed")?,
        };
        let mut state = MemberState {
            last_seq: row.get("last_seq")?,
            last_at: Some(rows::instant(row, "last_at")?),
            active_until: rows::instant_if_any(row, "active_until")?,
            balance,
            ..MemberState::default()
        };
        let facts: Facts = serde_json::from_str(row.get_ref("facts")?.as_str()?).map_err(not_json)?;
        facts.into_state(&mut state);
        let sums = Sums::read(row.get_ref("sums")?.as_str()?).map_err(not_json)?;
        Ok((state, Kept { sums, turns_at: rows::instant_if_any(row, "turns_at")? }))
    };
    let found = connection
        .prepare_cached(
            "SELECT last_seq, last_at, available, pending, held, owed, active_until, facts, sums,
                 turns_at FROM balance
             WHERE program_id = ?1 AND member_id = ?2",
        )?
        .query_row([key.program.as_str(), key.member.as_str()], read)
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Loads lots in the order of spending: all that time has done something to, and as many as `which` asks for.
fn lots(
    connection: &Connection,
    key: Key<'_>,
    state: &MemberState,
    now: Timestamp,
    which: Lots,
) -> rusqlite::Result<Vec<Lot>> {
    let mut lots: BTreeMap<u64, Lot> = BTreeMap::new();
    let has = state.balance.available.saturating_add(state.balance.pending);
    let mut missing = match which {
        Lots::All => return all_lots(connection, key),
        Lots::Seen => return seen_lots(connection, key, state, now),
        Lots::None => Points::ZERO,
        // What nobody can pay needs no reading.
        Lots::Paying(price) if price > has => Points::ZERO,
        Lots::Paying(price) => price,
        Lots::Named(named, points) => {
            for seq in named {
                lots.extend(lot(connection, key, seq)?.map(|lot| (lot.seq, lot)));
            }
            points
        }
    };
    lots.extend(waited_enough(connection, key, now)?.into_iter().map(|lot| (lot.seq, lot)));
    let mut statement = connection.prepare_cached(
        "SELECT seq, remaining, waits, expires_at, by_inactivity FROM lot
         WHERE program_id = ?1 AND member_id = ?2 AND remaining > 0 ORDER BY expires_at, seq",
    )?;
    let mut found = statement.query([key.program.as_str(), key.member.as_str()])?;
    while let Some(row) = found.next()? {
        let lot = read_lot(row)?;
        let waits = match lot.waits {
            None => false,
            Some(Wait::Until { at }) => at > now,
            Some(Wait::Fulfilled) => true,
        };
        let expired = state.end_of(&lot).is_some_and(|end| end <= now);
        if !expired {
            if missing.is_zero() {
                break;
            }
            if !waits {
                missing = missing.saturating_sub(lot.remaining);
            }
        }
        if !waits {
            lots.insert(lot.seq, lot);
        }
    }
    Ok(lots.into_values().collect())
}

/// The lots that time has done something to; those that expire next as one lot, and the others as one that never does.
fn seen_lots(
    connection: &Connection,
    key: Key<'_>,
    state: &MemberState,
    now: Timestamp,
) -> rusqlite::Result<Vec<Lot>> {
    let mut seen = waited_enough(connection, key, now)?;
    let mut statement = connection.prepare_cached(
        "SELECT seq, remaining, waits, expires_at, by_inactivity FROM lot
         WHERE program_id = ?1 AND member_id = ?2 AND remaining > 0 ORDER BY expires_at, seq",
    )?;
    let mut found = statement.query([key.program.as_str(), key.member.as_str()])?;
    while let Some(row) = found.next()? {
        let lot = read_lot(row)?;
        if lot.waits.is_some() {
            continue;
        }
        match lot.end {
            LotEnd::At { expires_at } if expires_at <= now => seen.push(lot),
            LotEnd::At { expires_at } => {
                seen.push(Lot { remaining: ending_at(connection, key, expires_at)?, ..lot });
                break;
            }
            LotEnd::Never | LotEnd::Inactivity => break,
        }
    }
    let spendable = seen.iter().filter(|lot| lot.waits.is_none()).map(|lot| lot.remaining).sum();
    let remaining = state.balance.available.saturating_sub(spendable);
    // No entry has so high a number.
    let others = Lot { seq: u64::MAX, remaining, waits: None, end: LotEnd::Never };
    seen.extend(Some(others).filter(|others| !others.remaining.is_zero()));
    Ok(seen)
}

/// Points that can be spent now and expire at an instant. Left to itself SQLite reads all of the member's lots.
fn ending_at(connection: &Connection, key: Key<'_>, expires_at: Timestamp) -> rusqlite::Result<Points> {
    connection
        .prepare_cached(
            "SELECT sum(remaining) AS points FROM lot INDEXED BY lot_in_order_of_spending
             WHERE program_id = ?1 AND member_id = ?2 AND remaining > 0 AND expires_at = ?3
                 AND waits IS NULL",
        )?
        .query_row(params![key.program.as_str(), key.member.as_str(), expires_at.as_millis()], |row| {
            rows::points(row, "points")
        })
}

/// Every lot with something left.
pub(super) fn all_lots(connection: &Connection, key: Key<'_>) -> rusqlite::Result<Vec<Lot>> {
    connection
        .prepare_cached(
            "SELECT seq, remaining, waits, expires_at, by_inactivity FROM lot
             WHERE program_id = ?1 AND member_id = ?2 AND remaining > 0 ORDER BY expires_at, seq",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], read_lot)?
        .collect()
}

fn waited_enough(connection: &Connection, key: Key<'_>, now: Timestamp) -> rusqlite::Result<Vec<Lot>> {
    connection
        .prepare_cached(
            "SELECT seq, remaining, waits, expires_at, by_inactivity FROM lot
             WHERE program_id = ?1 AND member_id = ?2 AND remaining > 0 AND waits <= ?3",
        )?
        .query_map(params![key.program.as_str(), key.member.as_str(), now.as_millis()], read_lot)?
        .collect()
}

fn lot(connection: &Connection, key: Key<'_>, seq: u64) -> rusqlite::Result<Option<Lot>> {
    connection
        .prepare_cached(
            "SELECT seq, remaining, waits, expires_at, by_inactivity FROM lot
             WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3 AND remaining > 0",
        )?
        .query_row(params![key.program.as_str(), key.member.as_str(), seq], read_lot)
        .optional()
}

fn read_lot(row: &Row<'_>) -> rusqlite::Result<Lot> {
    let by_inactivity: bool = row.get("by_inactivity")?;
    let end = match rows::lot_end(row.get("expires_at")?) {
        Some(expires_at) => LotEnd::At { expires_at },
        None if by_inactivity => LotEnd::Inactivity,
        None => LotEnd::Never,
    };
    let waits = row.get::<_, Option<i64>>("waits")?.map(|millis| match rows::lot_end(millis) {
        Some(at) => Wait::Until { at },
        None => Wait::Fulfilled,
    });
    Ok(Lot { seq: row.get("seq")?, remaining: rows::points(row, "remaining")?, waits, end })
}

/// Points that all members together earned in the period that the program caps.
pub(super) fn issued(connection: &Connection, context: &Context<'_>) -> rusqlite::Result<Points> {
    let Some(starts_at) = issue_period(context) else { return Ok(Points::ZERO) };
    let program = context.program.id.as_str();
    let kept = connection
        .prepare_cached("SELECT points FROM issued WHERE program_id = ?1 AND starts_at = ?2")?
        .query_row(params![program, starts_at.as_millis()], |row| rows::points(row, "points"))
        .optional()?;
    match kept {
        Some(kept) => Ok(kept),
        // The first time in the period, and when the program has begun to cap it.
        None => connection
            .prepare_cached(
                "SELECT coalesce(sum(body ->> '$.points'), 0) AS points FROM entry
                 WHERE program_id = ?1 AND kind = 'accrual' AND occurred_at >= ?2",
            )?
            .query_row(params![program, starts_at.as_millis()], |row| rows::points(row, "points")),
    }
}

/// When the period began that the program caps points in.
pub(super) fn issue_period(context: &Context<'_>) -> Option<Timestamp> {
    context.program.limits.issued.map(|cap| starts_at(context, cap.period))
}

/// Whether a member has redeemed as often as one may, looked at from `now`; what is held counts, too.
pub(super) fn redeemed_too_often(
    connection: &Connection,
    key: Key<'_>,
    velocity: Velocity,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let Some(before) = velocity.redemptions.checked_sub(1) else { return Ok(false) };
    let since = now.plus_millis(-i64::from(velocity.hours) * 3_600_000);
    let nth_last = connection
        .prepare_cached(
            "SELECT at FROM redemption_state WHERE program_id = ?1 AND member_id = ?2
             ORDER BY at DESC LIMIT 1 OFFSET ?3",
        )?
        .query_row(params![key.program.as_str(), key.member.as_str(), before], |row| rows::instant(row, "at"))
        .optional()?;
    Ok(nth_last.is_some_and(|at| at > since))
}
