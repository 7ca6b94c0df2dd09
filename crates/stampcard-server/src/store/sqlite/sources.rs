//! What has earned: known by name, so that it earns once and can be taken back.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, params};
use stampcard_engine::{Earned, replay};
use stampcard_model::{MemberId, Points, ProgramId, Source};

use super::{load::Key, rows};

/// What is kept of something that earned, besides its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeptSource {
    pub(super) seq: u64,
    pub(super) points: Points,
    pub(super) reversed: bool,
}

impl KeptSource {
    /// As much of it as tells that it earned.
    pub(super) fn known(self) -> Earned {
        let Self { seq, points, reversed } = self;
        Earned { seq, program_version: 0, points, reversed, gave: BTreeSet::new(), booking: None }
    }

    pub(super) fn of(earned: &Earned) -> Self {
        Self { seq: earned.seq, points: earned.points, reversed: earned.reversed }
    }
}

/// What is kept of something that earned, and whose it is. An order earns once in a program, everything else once for
/// a member.
pub(super) fn find(
    connection: &Connection,
    program: &ProgramId,
    member: Option<&MemberId>,
    source: &Source,
) -> rusqlite::Result<Option<(MemberId, KeptSource)>> {
    let read_one = |row: &Row<'_>| Ok((rows::word(row, "member_id")?, read(row)?));
    match column(source) {
        None => connection
            .prepare_cached(
                "SELECT member_id, seq, points, reversed FROM order_accrual
                 WHERE program_id = ?1 AND order_id = ?2",
            )?
            .query_row([program.as_str(), name(source)], read_one)
            .optional(),
        Some(kind) => connection
            .prepare_cached(
                "SELECT member_id, seq, points, reversed FROM source_accrual
                 WHERE program_id = ?1 AND member_id = ?2 AND kind = ?3 AND source_id = ?4",
            )?
            .query_row([program.as_str(), member.map_or("", MemberId::as_str), kind, name(source)], read_one)
            .optional(),
    }
}

/// What became of something that earned: told by its own entry and by those that took a part of it back.
pub(super) fn earned(
    connection: &Connection,
    key: Key<'_>,
    source: &Source,
    seq: u64,
) -> rusqlite::Result<Option<Earned>> {
    let entries: Vec<_> = connection
        .prepare_cached(
            "SELECT seq, occurred_at, program_version, postings, body, balance_after FROM entry
                 WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3
             UNION ALL SELECT seq, occurred_at, program_version, postings, body, balance_after FROM entry
                 WHERE program_id = ?1 AND member_id = ?2 AND part_of = ?3
             UNION ALL SELECT seq, occurred_at, program_version, postings, body, balance_after FROM entry
                 WHERE program_id = ?1 AND member_id = ?2 AND reverses = ?3
             ORDER BY seq",
        )?
        .query_map(params![key.program.as_str(), key.member.as_str(), seq], rows::line)?
        .map(|line| line.map(|line| line.entry))
        .collect::<rusqlite::Result<_>>()?;
    Ok(replay(&entries).sources.remove(source))
}

/// Keeps what became of something that earned.
pub(super) fn keep(
    connection: &Connection,
    key: Key<'_>,
    source: &Source,
    earned: &Earned,
) -> rusqlite::Result<()> {
    let KeptSource { seq, points, reversed } = KeptSource::of(earned);
    let (program, member) = (key.program.as_str(), key.member.as_str());
    match column(source) {
        None => connection
            .prepare_cached(
                "INSERT INTO order_accrual (program_id, order_id, member_id, seq, points, reversed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET points = ?5, reversed = ?6",
            )?
            .execute(params![program, name(source), member, seq, points.get(), reversed])?,
        Some(kind) => connection
            .prepare_cached(
                "INSERT INTO source_accrual (program_id, source_id, member_id, seq, points, reversed, kind)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET points = ?5, reversed = ?6",
            )?
            .execute(params![program, name(source), member, seq, points.get(), reversed, kind])?,
    };
    Ok(())
}

/// Everything of a member that earned.
pub(super) fn all(connection: &Connection, key: Key<'_>) -> rusqlite::Result<Vec<(String, KeptSource)>> {
    connection
        .prepare_cached(
            "SELECT 'order:' || order_id AS name, seq, points, reversed FROM order_accrual
                 WHERE program_id = ?1 AND member_id = ?2
             UNION ALL SELECT kind || ':' || source_id, seq, points, reversed FROM source_accrual
                 WHERE program_id = ?1 AND member_id = ?2",
        )?
        .query_map([key.program.as_str(), key.member.as_str()], |row| Ok((row.get("name")?, read(row)?)))?
        .collect()
}

/// A source as [`all`] names it.
pub(super) fn full_name(source: &Source) -> String {
    format!("{}:{}", column(source).unwrap_or("order"), name(source))
}

fn read(row: &Row<'_>) -> rusqlite::Result<KeptSource> {
    Ok(KeptSource {
        seq: row.get("seq")?,
        points: rows::points(row, "points")?,
        reversed: row.get("reversed")?,
    })
}

/// The word of what is no order.
const fn column(source: &Source) -> Option<&'static str> {
    match source {
        Source::Order { .. } => None,
        Source::Activity { .. } => Some("activity"),
        Source::Referral { .. } => Some("referral"),
        Source::Offer { .. } => Some("offer"),
    }
}

fn name(source: &Source) -> &str {
    match source {
        Source::Order { order_id } => order_id.as_str(),
        Source::Activity { activity_id } => activity_id.as_str(),
        Source::Referral { referral_id } => referral_id.as_str(),
        Source::Offer { offer_id } => offer_id.as_str(),
    }
}
