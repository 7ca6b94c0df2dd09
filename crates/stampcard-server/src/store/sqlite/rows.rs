//! Rows to domain words, and what SQLite's errors mean here.

use rusqlite::{ErrorCode, Row, types::Type};
use stampcard_engine::{Phase, RedemptionState};
use stampcard_model::{Entry, Points, Timestamp, api::RedemptionStatus};

use super::kept::KeptRedemption;
use crate::store::{Line, Redemption, StoreError, Voucher};

/// The `expires_at` of a lot that never expires: it sorts last.
const NEVER: i64 = i64::MAX;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the database");
        match error.sqlite_error_code() {
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::OutOfMemory
                | ErrorCode::SystemIoFailure
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen,
            ) => Self::Unavailable,
            _ => Self::Broken,
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        tracing::error!(%error, "a document in the database");
        Self::Broken
    }
}

/// A text column as a word that has a shape, such as an id.
pub(super) fn word<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: TryFrom<String, Error: std::error::Error + Send + Sync + 'static>,
{
    T::try_from(row.get(column)?).map_err(|error| out_of_shape(Type::Text, error))
}

pub(super) fn points(row: &Row<'_>, column: &str) -> rusqlite::Result<Points> {
    Points::try_from(row.get::<_, u64>(column)?).map_err(|error| out_of_shape(Type::Integer, error))
}

pub(super) fn instant(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_millis)
}

pub(super) fn instant_if_any(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column).map(|millis| millis.map(Timestamp::from_millis))
}

/// The end of a lot, from its column.
pub(super) fn lot_end(millis: i64) -> Option<Timestamp> {
    (millis != NEVER).then(|| Timestamp::from_millis(millis))
}

/// The end of a lot, for its column.
pub(super) fn lot_end_millis(expires_at: Option<Timestamp>) -> i64 {
    expires_at.map_or(NEVER, Timestamp::as_millis)
}

/// Columns `seq, occurred_at, program_version, postings, body, balance_after` of `entry`.
pub(super) fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    let entry = Entry {
        seq: row.get("seq")?,
        occurred_at: instant(row, "occurred_at")?,
        program_version: row.get("program_version")?,
        postings: serde_json::from_str(row.get_ref("postings")?.as_str()?).map_err(not_json)?,
        body: serde_json::from_str(row.get_ref("body")?.as_str()?).map_err(not_json)?,
    };
    Ok(Line { entry, balance_after: points(row, "balance_after")? })
}

/// Columns of `redemption_state`, of its entry, of its `voucher` and of its `review`.
pub(super) fn redemption(row: &Row<'_>) -> rusqlite::Result<Redemption> {
    let state = redemption_state(row)?;
    let voucher = match row.get::<_, Option<String>>("code")? {
        Some(_) => Some(Voucher {
            code: word(row, "code")?,
            expires_at: instant_if_any(row, "expires_at")?,
            used_at: instant_if_any(row, "used_at")?,
        }),
        None => None,
    };
    let rejected = row.get::<_, Option<String>>("decision")?.as_deref() == Some("rejected");
    Ok(Redemption {
        id: word(row, "redemption_id")?,
        member: word(row, "member_id")?,
        seq: state.seq,
        program_version: row.get("program_version")?,
        reward_id: state.reward_id,
        price: state.points,
        redeemed_at: instant(row, "occurred_at")?,
        balance_after: points(row, "balance_after")?,
        status: match state.phase {
            Phase::Held { .. } => RedemptionStatus::UnderReview,
            Phase::Completed => RedemptionStatus::Completed,
            Phase::Closed if rejected => RedemptionStatus::Rejected,
            Phase::Closed => RedemptionStatus::Cancelled,
        },
        deal: state.deal,
        voucher,
    })
}

/// The column `state` of `redemption_state`.
pub(super) fn redemption_state(row: &Row<'_>) -> rusqlite::Result<RedemptionState> {
    let kept: KeptRedemption = serde_json::from_str(row.get_ref("state")?.as_str()?).map_err(not_json)?;
    Ok(kept.into_state())
}

/// A text column that is no JSON of its type.
pub(super) fn not_json(error: serde_json::Error) -> rusqlite::Error {
    out_of_shape(Type::Text, error)
}

fn out_of_shape(kind: Type, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, kind, Box::new(error))
}
