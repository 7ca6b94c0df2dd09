//! Members as the merchant and they themselves describe them: the rows that lead from the ledger to somebody.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;
use stampcard_engine::Profile;
use stampcard_model::{
    HouseholdId, MonthDay, OfferId, Program, ProgramId, PurposeId, ReferralCode, Refusal, Timestamp,
};

use super::{
    commands::Ledger,
    load::Key,
    referrals,
    rows::{self, not_json},
};
use crate::store::{Birthday, Member, Recorded, Said, StoreError};

/// The member under a reference.
pub(super) fn member(
    connection: &Connection,
    program: &ProgramId,
    reference: &str,
) -> rusqlite::Result<Option<Member>> {
    connection
        .prepare_cached(
            "SELECT person.*, enrolled_at FROM person JOIN member USING (program_id, member_id)
             WHERE program_id = ?1 AND reference = ?2",
        )?
        .query_row([program.as_str(), reference], read)
        .optional()
}

/// The person that a member of the ledger is; `None` when they were erased.
pub(super) fn person(connection: &Connection, key: Key<'_>) -> rusqlite::Result<Option<Member>> {
    connection
        .prepare_cached(
            "SELECT person.*, enrolled_at FROM person JOIN member USING (program_id, member_id)
             WHERE program_id = ?1 AND member_id = ?2",
        )?
        .query_row([key.program.as_str(), key.member.as_str()], read)
        .optional()
}

/// The member who invites with a code.
pub(super) fn of_code(
    connection: &Connection,
    program: &ProgramId,
    code: &ReferralCode,
) -> rusqlite::Result<Option<Member>> {
    connection
        .prepare_cached(
            "SELECT person.*, enrolled_at FROM person JOIN member USING (program_id, member_id)
             WHERE program_id = ?1 AND referral_code = ?2",
        )?
        .query_row([program.as_str(), code.as_str()], read)
        .optional()
}

/// Adds somebody to the ledger, with who they are if that is known.
pub(super) fn add(
    connection: &Connection,
    key: Key<'_>,
    enrolled_at: Timestamp,
    person: Option<&Member>,
) -> Result<(), StoreError> {
    let (program, id) = (key.program.as_str(), key.member.as_str());
    connection
        .prepare_cached("INSERT INTO member (program_id, member_id, enrolled_at) VALUES (?1, ?2, ?3)")?
        .execute(params![program, id, enrolled_at.as_millis()])?;
    if let Some(member) = person {
        connection
            .prepare_cached("INSERT INTO person (program_id, member_id, reference) VALUES (?1, ?2, ?3)")?
            .execute([program, id, &member.reference])?;
        keep(connection, key.program, member)?;
    }
    Ok(())
}

/// Keeps what is known of a member as it is now.
pub(super) fn keep(connection: &Connection, program: &ProgramId, member: &Member) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE person SET display_name = ?3, birthday = ?4, birthday_counts_at = ?5, segments = ?6,
                 offers = ?7, household = ?8, referral_code = ?9
             WHERE program_id = ?1 AND member_id = ?2",
        )?
        .execute(params![
            program.as_str(),
            member.id.as_str(),
            member.display_name,
            member.birthday.map(|birthday| birthday.day.to_string()),
            member.birthday.map(|birthday| birthday.counts_at.as_millis()),
            serde_json::to_string(&member.segments)?,
            serde_json::to_string(&member.offers)?,
            member.household.as_ref().map(HouseholdId::as_str),
            member.referral_code.as_ref().map(ReferralCode::as_str),
        ])?;
    Ok(())
}

/// The member after the merchant said something.
pub(super) fn after(member: Member, said: Said, now: Timestamp) -> Member {
    let Said { display_name, birthday, segments, household } = said;
    Member {
        display_name: display_name.or(member.display_name),
        birthday: birthday.map(|day| Birthday::said(member.birthday, day, now)).or(member.birthday),
        segments: segments.unwrap_or(member.segments),
        household: household.or(member.household),
        ..member
    }
}

/// Keeps the birthday that a member tells, unless they told another before.
pub(super) fn tell_birthday(
    ledger: &Ledger<'_>,
    member: &Member,
    day: MonthDay,
) -> Result<Result<Recorded, Refusal>, StoreError> {
    if member.birthday.is_some_and(|before| before.day != day) {
        return Ok(Err(Refusal::BirthdayAlreadyTold));
    }
    let said = Said { birthday: Some(day), ..Said::default() };
    keep(ledger.connection, &ledger.program().id, &after(member.clone(), said, ledger.now))?;
    ledger.look_at(&member.id)?;
    Ok(Ok(Recorded::BirthdayTold(day)))
}

/// Gives an offer that the program gives one by one to a member, or takes it away.
pub(super) fn give_offer(
    ledger: &Ledger<'_>,
    member: &Member,
    offer_id: OfferId,
    given: bool,
) -> Result<Result<Recorded, Refusal>, StoreError> {
    let is_given_singly = ledger.program().offer(&offer_id).is_some_and(|offer| offer.assigned);
    // One that the program no longer has can still be taken away.
    if !is_given_singly && (given || !member.offers.contains(&offer_id)) {
        return Ok(Err(Refusal::OfferNotFound));
    }
    let mut member = member.clone();
    if given {
        member.offers.insert(offer_id.clone());
    } else {
        member.offers.remove(&offer_id);
    }
    keep(ledger.connection, &ledger.program().id, &member)?;
    ledger.look_at(&member.id)?;
    Ok(Ok(Recorded::OfferGiven { offer_id, given }))
}

/// Gives a member a code to invite friends with, or answers with the one they have.
pub(super) fn make_code(
    ledger: &Ledger<'_>,
    member: &Member,
    code: ReferralCode,
) -> Result<Recorded, StoreError> {
    let code = member.referral_code.clone().unwrap_or(code);
    let member = Member { referral_code: Some(code.clone()), ..member.clone() };
    keep(ledger.connection, &ledger.program().id, &member)?;
    Ok(Recorded::ReferralCode(code))
}

/// What the engine is told of a member. Whoever wants nothing personal belongs to no segment and was given no offer.
pub(super) fn profile(
    connection: &Connection,
    program: &Program,
    key: Key<'_>,
    known: Option<&Member>,
    now: Timestamp,
) -> rusqlite::Result<Profile> {
    let decided = decided(connection, key)?;
    let refuses =
        |(purpose, granted): (&PurposeId, &bool)| purpose.as_str() == PurposeId::PERSONALIZATION && !granted;
    let impersonal = decided.iter().any(refuses);
    let personal = match known {
        Some(known) => Some(known.clone()),
        None => person(connection, key)?,
    };
    let joined_at = match &personal {
        Some(person) => Some(person.enrolled_at),
        None => connection
            .prepare_cached("SELECT enrolled_at FROM member WHERE program_id = ?1 AND member_id = ?2")?
            .query_row([key.program.as_str(), key.member.as_str()], |row| rows::instant(row, "enrolled_at"))
            .optional()?,
    };
    let birthday = personal.as_ref().and_then(|person| person.birthday);
    let (segments, offers) =
        personal.filter(|_| !impersonal).map(|person| (person.segments, person.offers)).unwrap_or_default();
    let invites = program.invitations().next().is_some();
    let referral = if invites { referrals::followed(connection, key)? } else { None };
    Ok(Profile {
        joined_at,
        birthday: birthday.filter(|birthday| birthday.counts_at <= now).map(|birthday| birthday.day),
        impersonal,
        segments,
        consents: decided.into_iter().filter_map(|(purpose, granted)| granted.then_some(purpose)).collect(),
        offers,
        referral,
    })
}

/// The decision in force for each purpose.
fn decided(connection: &Connection, key: Key<'_>) -> rusqlite::Result<BTreeMap<PurposeId, bool>> {
    connection
        .prepare_cached(
            "SELECT purpose, granted FROM consent WHERE program_id = ?1 AND member_id = ?2 ORDER BY seq",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], |row| {
            Ok((rows::word(row, "purpose")?, row.get("granted")?))
        })?
        .collect()
}

/// Columns of `person`, and `enrolled_at` of `member`.
fn read(row: &Row<'_>) -> rusqlite::Result<Member> {
    let day = row.get::<_, Option<String>>("birthday")?;
    let day = day.map(|_| rows::word::<MonthDay>(row, "birthday")).transpose()?;
    let counts_at = rows::instant_if_any(row, "birthday_counts_at")?;
    let household = row.get::<_, Option<String>>("household")?;
    let code = row.get::<_, Option<String>>("referral_code")?;
    Ok(Member {
        id: rows::word(row, "member_id")?,
        reference: row.get("reference")?,
        display_name: row.get("display_name")?,
        enrolled_at: rows::instant(row, "enrolled_at")?,
        birthday: day.zip(counts_at).map(|(day, counts_at)| Birthday { day, counts_at }),
        segments: list(row, "segments")?,
        offers: list(row, "offers")?,
        household: household.map(|_| rows::word(row, "household")).transpose()?,
        referral_code: code.map(|_| rows::word(row, "referral_code")).transpose()?,
    })
}

/// A column with a list as JSON.
fn list<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(not_json)
}
