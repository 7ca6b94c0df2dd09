//! `GET /v1/me`: everything for a first paint; `PUT /v1/me/birthday`.

use serde::{Deserialize, Serialize};

use crate::{Balance, MemberId, MonthDay, Points, TierId, Timestamp, answer::answers, wire::is_yes};

/// The member of the token, with balance and tier as they are now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// Who it is.
    pub member: MemberView,
    /// What they have.
    pub balance: Balance,
    /// The available points that expire next, if any do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiring: Option<ExpiringPoints>,
    /// Where they stand.
    pub tier: TierStanding,
    /// Whether anything may be chosen for this member alone: no decision refuses the purpose `personalization`.
    #[serde(default, skip_serializing_if = "is_yes")]
    pub personalized: bool,
}

/// Who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberView {
    /// The surrogate id.
    pub id: MemberId,
    /// The name the merchant gave, to greet with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Their birthday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<MonthDay>,
    /// When they enrolled.
    pub enrolled_at: Timestamp,
}

/// Points that expire together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExpiringPoints {
    /// How many.
    pub points: Points,
    /// From this instant on they cannot be spent.
    pub expires_at: Timestamp,
}

/// Where a member stands among the tiers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierStanding {
    /// The tier they have.
    pub tier: TierId,
    /// The points that count now.
    pub qualifying: Points,
    /// The next tier; none at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<TierNext>,
    /// What keeps the tier; none while nothing can take it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<TierKeep>,
    /// The tier is not looked at before this instant; none while it follows from what counts, or is kept for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// The way to the next tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierNext {
    /// The next tier.
    pub tier: TierId,
    /// Qualifying points it takes.
    pub threshold: Points,
    /// Qualifying points missing.
    pub missing: Points,
    /// What counts now counts no longer from this instant on; none where time does not part it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Timestamp>,
    /// When the tier begins once it is reached; none means at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins_at: Option<Timestamp>,
}

/// What keeps a tier: without `missing` more points before `until`, the member falls to a lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierKeep {
    /// The tier is kept until this instant whatever happens, refunds aside.
    pub until: Timestamp,
    /// Points to earn before then to keep it longer.
    pub missing: Points,
}

/// Tells the member's birthday, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewBirthday {
    /// The day, without a year.
    pub birthday: MonthDay,
}

/// The member's birthday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BirthdayView {
    /// The day, without a year.
    pub birthday: MonthDay,
}

answers! {
    Me { member, balance, expiring, tier, personalized = true }
    MemberView { id, display_name, birthday, enrolled_at }
    ExpiringPoints { points, expires_at }
    TierStanding { tier, qualifying, next, keep, until }
    TierNext { tier, threshold, missing, by, begins_at }
    TierKeep { until, missing }
    BirthdayView { birthday }
}
