//! Invitations, and the one write that moves two ledgers: the order of a friend.

use rusqlite::{Connection, OptionalExtension, Row, params};
use stampcard_engine::{Command, earn};
use stampcard_model::{
    Basis, EntryBody, OrderId, ProgramId, ReferralCode, ReferralFault, ReferralId, ReferralSide, Refusal,
    Rest, Source,
};

use super::{
    commands::Ledger,
    load::{self, Key},
    people, rows, sources,
};
use crate::store::{
    Booked, Effect, Invitations, Invited, Member, Outcome, Recorded, Referral, ReferralReward, Referred,
    StoreError,
};

/// The invitation that a member follows and that stands.
pub(super) fn followed(connection: &Connection, key: Key<'_>) -> rusqlite::Result<Option<ReferralId>> {
    connection
        .prepare_cached(
            "SELECT referral_id FROM referral WHERE program_id = ?1 AND friend_id = ?2 AND refused IS NULL",
        )?
        .query_row([key.program.as_str(), key.member.as_str()], |row| rows::word(row, "referral_id"))
        .optional()
}

/// Notes that a member follows an invitation, or why it does not stand. Who follows one cannot follow another.
pub(super) fn follow(
    ledger: &Ledger<'_>,
    friend: &Member,
    code: &ReferralCode,
    id: ReferralId,
) -> Result<Result<Recorded, Refusal>, StoreError> {
    let (connection, program) = (ledger.connection, &ledger.program().id);
    let rewards = ledger.program().invitations().next().is_some();
    let Some(advocate) = people::of_code(connection, program, code)?.filter(|_| rewards) else {
        return Ok(Err(Refusal::ReferralNotFound));
    };
    let key = Key { program, member: &friend.id };
    if followed(connection, key)?.is_some() {
        return Ok(Err(Refusal::AlreadyReferred));
    }
    let invited_by_friend = "SELECT 1 FROM referral
        WHERE program_id = ?1 AND advocate_id = ?2 AND friend_id = ?3 AND refused IS NULL";
    let each_other = connection.prepare_cached(invited_by_friend)?.exists([
        program.as_str(),
        friend.id.as_str(),
        advocate.id.as_str(),
    ])?;
    let (before, _) = load::balance(connection, key)?;
    let same_household = friend.household.is_some() && friend.household == advocate.household;
    let faults = [
        (ReferralFault::SameMember, friend.id == advocate.id),
        (ReferralFault::SameHousehold, same_household),
        (ReferralFault::EachOther, each_other),
        (ReferralFault::FriendNotNew, before.last_order_at.is_some()),
    ];
    let referral = Referral {
        seq: 0,
        id,
        advocate: advocate.id,
        friend: friend.id.clone(),
        followed_at: ledger.now,
        fault: faults.into_iter().find_map(|(fault, applies)| applies.then_some(fault)),
        reward: None,
    };
    add(connection, program, &referral)?;
    Ok(Ok(Recorded::Followed(referral)))
}

/// Adds an invitation behind all others.
pub(super) fn add(
    connection: &Connection,
    program: &ProgramId,
    referral: &Referral,
) -> Result<(), StoreError> {
    let fault = referral.fault.map(serde_json::to_value).transpose()?;
    let reward = referral.reward.as_ref();
    connection
        .prepare_cached(
            "INSERT INTO referral (program_id, seq, referral_id, advocate_id, friend_id, followed_at, refused,
                 order_id, rewarded_at, withheld, taken_back_at)
             SELECT ?1, ifnull(max(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM referral
             WHERE program_id = ?1",
        )?
        .execute(params![
            program.as_str(),
            referral.id.as_str(),
            referral.advocate.as_str(),
            referral.friend.as_str(),
            referral.followed_at.as_millis(),
            fault.as_ref().and_then(|fault| fault.as_str()),
            reward.map(|reward| reward.order_id.as_str()),
            reward.map(|reward| reward.rewarded_at.as_millis()),
            reward.and_then(|reward| reward.withheld).map(Refusal::code),
            reward.and_then(|reward| reward.taken_back_at).map(|at| at.as_millis()),
        ])?;
    Ok(())
}

/// Rewards the advocate when what was booked is the first order of a friend that is large enough.
pub(super) fn rewarded(ledger: &Ledger<'_>, outcome: Outcome) -> Result<Outcome, StoreError> {
    let Ok(Effect::Booked(mut booked)) = outcome else { return Ok(outcome) };
    let program = &ledger.program().id;
    let Some((id, order_id)) = followed_by_order(&booked) else { return Ok(Ok(Effect::Booked(booked))) };
    let referral = one(ledger.connection, program, "referral_id", id.as_str())?.ok_or(StoreError::Broken)?;
    let advocate = Key { program, member: &referral.advocate };
    let source = Source::Referral { referral_id: id.clone() };
    let given = match people::person(ledger.connection, advocate)? {
        Some(person) => ledger.earn(&person.id, source, Command::Refer { referral_id: id.clone() })?,
        None => Err(Refusal::MemberNotFound),
    };
    let withheld = given.as_ref().err().map(|refusal| refusal.code());
    ledger
        .connection
        .prepare_cached(
            "UPDATE referral SET order_id = ?3, rewarded_at = ?4, withheld = ?5
             WHERE program_id = ?1 AND referral_id = ?2",
        )?
        .execute(params![
            program.as_str(),
            id.as_str(),
            order_id.as_str(),
            ledger.now.as_millis(),
            withheld
        ])?;
    booked.then.extend(also_booked(given));
    Ok(Ok(Effect::Booked(booked)))
}

/// Takes the advocate's reward back when what is left of the friend's order would not have brought it.
pub(super) fn taken_back(
    ledger: &Ledger<'_>,
    order_id: &OrderId,
    outcome: Outcome,
) -> Result<Outcome, StoreError> {
    let Ok(Effect::Booked(mut booked)) = outcome else { return Ok(outcome) };
    let program = &ledger.program().id;
    let stands = |reward: &ReferralReward| reward.taken_back_at.is_none();
    let referral = one(ledger.connection, program, "order_id", order_id.as_str())?;
    let referral = referral.filter(|referral| referral.reward.as_ref().is_some_and(stands));
    let Some(referral) = referral else { return Ok(Ok(Effect::Booked(booked))) };
    if still_brings(ledger, &booked)? {
        return Ok(Ok(Effect::Booked(booked)));
    }
    ledger
        .connection
        .prepare_cached("UPDATE referral SET taken_back_at = ?3 WHERE program_id = ?1 AND referral_id = ?2")?
        .execute(params![program.as_str(), referral.id.as_str(), ledger.now.as_millis()])?;
    let source = Source::Referral { referral_id: referral.id.clone() };
    if let Some((member, kept)) =
        sources::find(ledger.connection, program, Some(&referral.advocate), &source)?
    {
        // What was given once and never taken back can be taken back.
        let taken = ledger.take_back(&member, kept, source, None)?;
        booked.then.push(also_booked(taken).ok_or(StoreError::Broken)?);
    }
    Ok(Ok(Effect::Booked(booked)))
}

/// Lets the advocate's reward be spent when the friend's order is fulfilled.
pub(super) fn fulfilled(
    ledger: &Ledger<'_>,
    order_id: &OrderId,
    outcome: Outcome,
) -> Result<Outcome, StoreError> {
    let Ok(Effect::Booked(mut booked)) = outcome else { return Ok(outcome) };
    let program = &ledger.program().id;
    if let Some(referral) = one(ledger.connection, program, "order_id", order_id.as_str())? {
        let source = Source::Referral { referral_id: referral.id };
        let found = sources::find(ledger.connection, program, Some(&referral.advocate), &source)?;
        if let Some((member, kept)) = found {
            booked.then.extend(also_booked(ledger.fulfill(&member, kept, source)?));
        }
    }
    Ok(Ok(Effect::Booked(booked)))
}

fn also_booked(outcome: Outcome) -> Option<Booked> {
    match outcome {
        Ok(Effect::Booked(booked)) => Some(booked),
        Ok(Effect::Enrolled { .. } | Effect::VoucherUsed(_) | Effect::Recorded(_)) | Err(_) => None,
    }
}

/// The invitation that some entries reward, and the order that does.
fn followed_by_order(booked: &Booked) -> Option<(ReferralId, OrderId)> {
    booked.entries.iter().find_map(|entry| {
        let EntryBody::Accrual { source: Source::Order { order_id }, accruals, .. } = &entry.body else {
            return None;
        };
        accruals
            .iter()
            .find_map(|accrual| friend_side(&accrual.basis))
            .map(|id| (id.clone(), order_id.clone()))
    })
}

fn friend_side(basis: &Basis) -> Option<&ReferralId> {
    match basis {
        Basis::Referral { referral_id, side: ReferralSide::Friend } => Some(referral_id),
        Basis::Referral { side: ReferralSide::Advocate, .. }
        | Basis::Spend
        | Basis::Visit
        | Basis::Bonus { .. }
        | Basis::Goal { .. }
        | Basis::Activity { .. }
        | Basis::Offer { .. }
        | Basis::Unrecognized => None,
    }
}

/// Whether what is left of an order after a return is still large enough. An invitation may give the friend nothing: then no
/// accrual of the rest tells, and the order is looked at again under the version that booked it.
fn still_brings(ledger: &Ledger<'_>, booked: &Booked) -> Result<bool, StoreError> {
    let left = booked.entries.iter().find_map(|entry| {
        let EntryBody::Reversal { reverses, rest, .. } = &entry.body else { return None };
        Some(*reverses).zip(rest.as_ref())
    });
    let Some((reverses, rest)) = left else { return Ok(false) };
    let Rest { booking, .. } = &**rest;
    let version: u32 = ledger
        .connection
        .prepare_cached(
            "SELECT program_version FROM entry WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3",
        )?
        .query_row(params![ledger.program().id.as_str(), booked.member.as_str(), reverses], |row| {
            row.get(0)
        })?;
    let program = ledger.as_of(version);
    let earning = earn(program, &booking.occasion, &booking.order);
    Ok(earning.is_ok_and(|earning| earning.accruals.iter().any(|a| friend_side(&a.basis).is_some())))
}

/// The invitation with this value in a column that names at most one.
fn one(
    connection: &Connection,
    program: &ProgramId,
    column: &'static str,
    value: &str,
) -> rusqlite::Result<Option<Referral>> {
    connection
        .prepare_cached(&format!("SELECT * FROM referral WHERE program_id = ?1 AND {column} = ?2"))?
        .query_row([program.as_str(), value], read)
        .optional()
}

/// What a member invites with, and whom they invited, newest first. Nobody hears from here that an invitation was refused.
pub(super) fn invited(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
    limit: u16,
) -> Result<Option<Invitations>, StoreError> {
    let Some(member) = people::member(connection, program, reference)? else { return Ok(None) };
    let invited = connection
        .prepare_cached(
            "SELECT referral.*, ifnull(points, 0) AS points FROM referral
             LEFT JOIN source_accrual ON source_accrual.program_id = referral.program_id
                 AND source_accrual.member_id = advocate_id AND kind = 'referral' AND source_id = referral_id
             WHERE referral.program_id = ?1 AND advocate_id = ?2 AND refused IS NULL
             ORDER BY referral.seq DESC LIMIT ?3",
        )?
        .query_map(params![program.as_str(), member.id.as_str(), limit], |row| {
            Ok(Invited { referral: read(row)?, points: rows::points(row, "points")? })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(Invitations { code: member.referral_code, invited }))
}

/// Invitations of a program, newest first.
pub(super) fn referrals(
    connection: &Connection,
    program: &ProgramId,
    refused: Option<bool>,
    before: Option<u64>,
    limit: u16,
) -> Result<Vec<Referred>, StoreError> {
    let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
    let found = connection
        .prepare_cached(
            "SELECT referral.*, advocate.reference AS advocate_reference, friend.reference AS friend_reference
             FROM referral
             LEFT JOIN person AS advocate
                 ON advocate.program_id = referral.program_id AND advocate.member_id = advocate_id
             LEFT JOIN person AS friend
                 ON friend.program_id = referral.program_id AND friend.member_id = friend_id
             WHERE referral.program_id = ?1 AND (?2 IS NULL OR (refused IS NOT NULL) = ?2) AND seq < ?3
             ORDER BY seq DESC LIMIT ?4",
        )?
        .query_map(params![program.as_str(), refused, before, limit], |row| {
            Ok(Referred {
                referral: read(row)?,
                advocate_reference: row.get("advocate_reference")?,
                friend_reference: row.get("friend_reference")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// Invitations that a member is on a side of, or of all members, oldest first.
pub(super) fn all(
    connection: &Connection,
    program: &ProgramId,
    member: Option<&str>,
) -> rusqlite::Result<Vec<Referral>> {
    connection
        .prepare_cached(
            "SELECT * FROM referral WHERE program_id = ?1 AND (?2 IS NULL OR ?2 IN (advocate_id, friend_id))
             ORDER BY seq",
        )?
        .query_map(params![program.as_str(), member], read)?
        .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Referral> {
    let fault = row.get::<_, Option<String>>("refused")?.map(|fault| serde_json::from_value(fault.into()));
    let order_id =
        row.get::<_, Option<String>>("order_id")?.map(|_| rows::word(row, "order_id")).transpose()?;
    let withheld: Option<String> = row.get("withheld")?;
    let taken_back_at = rows::instant_if_any(row, "taken_back_at")?;
    let reward = order_id.zip(rows::instant_if_any(row, "rewarded_at")?);
    Ok(Referral {
        seq: row.get("seq")?,
        id: rows::word(row, "referral_id")?,
        advocate: rows::word(row, "advocate_id")?,
        friend: rows::word(row, "friend_id")?,
        followed_at: rows::instant(row, "followed_at")?,
        fault: fault.transpose().map_err(rows::not_json)?,
        reward: reward.map(|(order_id, rewarded_at)| ReferralReward {
            order_id,
            rewarded_at,
            withheld: withheld.as_deref().and_then(Refusal::from_code),
            taken_back_at,
        }),
    })
}

/// How many invitations are not what the ledgers say of them.
pub(super) fn unexplained(connection: &Connection) -> rusqlite::Result<i64> {
    // What an advocate earned names an invitation that was rewarded, and came back with it.
    let earned = "SELECT count(*) FROM source_accrual AS earned
        LEFT JOIN referral ON referral.program_id = earned.program_id AND referral_id = source_id
            AND advocate_id = member_id
        WHERE kind = 'referral' AND (order_id IS NULL OR withheld IS NOT NULL
            OR (taken_back_at IS NOT NULL) <> reversed)";
    // What rewarded an invitation is an order of the friend, and the advocate earned something unless it was withheld.
    let rewarded = "SELECT count(*) FROM referral
        LEFT JOIN order_accrual USING (program_id, order_id)
        LEFT JOIN source_accrual AS earned ON earned.program_id = referral.program_id
            AND earned.member_id = advocate_id AND kind = 'referral' AND source_id = referral_id
        WHERE order_id IS NOT NULL AND (order_accrual.member_id IS NOT friend_id
            OR (earned.seq IS NULL) <> (withheld IS NOT NULL))";
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    Ok(count(earned)? + count(rewarded)?)
}
