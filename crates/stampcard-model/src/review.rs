//! Why the merchant is to approve a redemption.

use serde::{Deserialize, Serialize};

use crate::Points;

/// Why the merchant is to approve a redemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReviewReason {
    /// It costs more points than the program lets pass.
    PriceAbove {
        /// So many pass.
        points: Points,
    },
    /// The program lets only so many pass in so many days.
    RedeemedOften {
        /// Redemptions, cancelled ones aside.
        times: u32,
        /// In the last so many times 24 hours.
        days: u16,
    },
    /// The server lets only so many pass in so many hours.
    RedeemedTooOften {
        /// Redemptions, whatever became of them.
        redemptions: u16,
        /// In the last so many hours.
        hours: u16,
    },
    /// A reason this version has not heard of.
    #[serde(other, skip_serializing)]
    Unrecognized,
}
