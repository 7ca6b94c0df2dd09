//! What accruals count for: kept accrual by accrual, and as sums that move along with time.
//!
//! A sum is of everything from an instant on. A command needs a few such instants (the start of the window, of the month,
//! of the day); most of them move on a little from one command to the next, and only the accruals in between are read.
//! So over a member's life each accrual is read a few times, however long the history is.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};
use stampcard_engine::{Counted, Cuts};
use stampcard_model::{Measure, Points, Timestamp};

use super::{
    kept::Counts,
    load::Key,
    rows::{self, not_json},
};

/// In order, as the key of the table is.
const FROM_AN_INSTANT: &str = "SELECT at, seq, counts FROM counted
     WHERE program_id = ?1 AND member_id = ?2 AND at >= ?3 AND at < ?4 ORDER BY at, seq";

/// Sums of what counts, each from an instant on: the first from the first instant there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums(pub(super) Vec<Counted>);

impl Sums {
    pub(super) fn read(json: &str) -> Result<Self, serde_json::Error> {
        let sums: Vec<(i64, Counts)> = serde_json::from_str(json)?;
        Ok(Self(sums.into_iter().map(|(at, counts)| counts.at(Timestamp::from_millis(at))).collect()))
    }

    pub(super) fn write(&self) -> Result<String, serde_json::Error> {
        let sums: Vec<_> = self.0.iter().map(|sum| (sum.at.as_millis(), Counts::of(sum))).collect();
        serde_json::to_string(&sums)
    }

    /// The sums of what some accruals count for, from these instants on.
    pub(super) fn of(counted: &BTreeMap<u64, Counted>, since: impl Iterator<Item = Timestamp>) -> Self {
        Self(instants(since).into_iter().map(|since| Self::since(counted, since)).collect())
    }

    /// The sum of what some accruals count for, from an instant on.
    pub(super) fn since(counted: &BTreeMap<u64, Counted>, since: Timestamp) -> Counted {
        let mut sum = Counted::nothing(since);
        counted.values().filter(|counted| counted.at >= since).for_each(|counted| sum.add(counted));
        sum
    }

    /// Keeps one more, unless there is one from that instant on.
    pub(super) fn insert(&mut self, sum: Option<Counted>) {
        if let Some(sum) = sum
            && let Err(place) = self.0.binary_search_by_key(&sum.at, |kept| kept.at)
        {
            self.0.insert(place, sum);
        }
    }

    /// The sum from the last instant on from which on so much counts; none when all is less.
    pub(super) fn turning(
        &self,
        connection: &Connection,
        key: Key<'_>,
        measure: Measure,
        threshold: Points,
    ) -> rusqlite::Result<Option<Counted>> {
        let enough = |sum: &Counted| u128::from(threshold.get()) <= sum.worth(measure);
        let Some(mut turning) = self.0.iter().rev().find(|sum| enough(sum)).cloned() else { return Ok(None) };
        let mut statement = connection.prepare_cached(FROM_AN_INSTANT)?;
        let mut rest = turning.clone();
        let from = params![key.program.as_str(), key.member.as_str(), rest.at.as_millis(), i64::MAX];
        for row in statement.query_map(from, read)? {
            let (_, counted) = row?;
            if rest.at < counted.at {
                rest.at = counted.at;
                if !enough(&rest) {
                    break;
                }
                turning = rest.clone();
            }
            rest.subtract(&counted);
        }
        Ok(Some(turning))
    }

    /// The sum from an instant on, found from the kept one that is nearest.
    fn moved(&self, connection: &Connection, key: Key<'_>, since: Timestamp) -> rusqlite::Result<Counted> {
        let way = |sum: &&Counted| sum.at.as_millis().abs_diff(since.as_millis());
        let mut sum = self.0.iter().min_by_key(way).cloned().unwrap_or(Counted::nothing(Timestamp::MAX));
        let (from, to) = (sum.at.min(since), sum.at.max(since));
        if from == to {
            return Ok(sum);
        }
        for between in rows(connection, key, from, Some(to))?.values() {
            if sum.at < since { sum.subtract(between) } else { sum.add(between) }
        }
        sum.at = since;
        Ok(sum)
    }
}

/// What a command needs of what accruals count for: sums of the stretches between the cuts, and between the instants of
/// `apart`. No entry has such a high number as they are under.
pub(super) fn load(
    connection: &Connection,
    key: Key<'_>,
    sums: &Sums,
    cuts: &Cuts,
    apart: impl IntoIterator<Item = Timestamp>,
) -> rusqlite::Result<BTreeMap<u64, Counted>> {
    if cuts.all {
        return rows(connection, key, Timestamp::MIN, None);
    }
    let since: Vec<Counted> = instants(cuts.at.iter().copied().chain(apart))
        .into_iter()
        .map(|at| sums.moved(connection, key, at))
        .collect::<rusqlite::Result<_>>()?;
    let mut stretches = BTreeMap::new();
    for (index, sum) in since.iter().enumerate() {
        let mut stretch = sum.clone();
        if let Some(next) = since.get(index + 1) {
            stretch.subtract(next);
        }
        if stretch != Counted::nothing(stretch.at) {
            stretches.insert(u64::MAX - index as u64, stretch);
        }
    }
    Ok(stretches)
}

/// Takes one accrual out of its stretch, so that it can be taken back by itself.
pub(super) fn part(
    connection: &Connection,
    key: Key<'_>,
    counted: &mut BTreeMap<u64, Counted>,
    seq: u64,
) -> rusqlite::Result<()> {
    if counted.contains_key(&seq) {
        return Ok(());
    }
    let own = connection
        .prepare_cached(
            "SELECT at, seq, counts FROM counted
             WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3 AND at =
                 (SELECT occurred_at FROM entry WHERE program_id = ?1 AND member_id = ?2 AND seq = ?3)",
        )?
        .query_map(params![key.program.as_str(), key.member.as_str(), seq], read)?
        .next();
    if let Some((seq, own)) = own.transpose()? {
        let stretch =
            counted.values_mut().filter(|stretch| stretch.at <= own.at).max_by_key(|stretch| stretch.at);
        if let Some(stretch) = stretch {
            stretch.subtract(&own);
        }
        counted.insert(seq, own);
    }
    Ok(())
}

/// What each accrual from an instant on counts for, up to another.
pub(super) fn rows(
    connection: &Connection,
    key: Key<'_>,
    from: Timestamp,
    to: Option<Timestamp>,
) -> rusqlite::Result<BTreeMap<u64, Counted>> {
    connection
        .prepare_cached(FROM_AN_INSTANT)?
        .query_map(
            params![
                key.program.as_str(),
                key.member.as_str(),
                from.as_millis(),
                to.map_or(i64::MAX, Timestamp::as_millis)
            ],
            read,
        )?
        .collect()
}

/// The instants in order, with the first there is.
fn instants(since: impl Iterator<Item = Timestamp>) -> Vec<Timestamp> {
    let mut instants: Vec<Timestamp> = since.chain([Timestamp::MIN]).collect();
    instants.sort_unstable();
    instants.dedup();
    instants
}

fn read(row: &Row<'_>) -> rusqlite::Result<(u64, Counted)> {
    let counts: Counts = serde_json::from_str(row.get_ref("counts")?.as_str()?).map_err(not_json)?;
    Ok((row.get("seq")?, counts.at(rows::instant(row, "at")?)))
}
