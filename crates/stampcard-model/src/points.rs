//! Amounts of the program's currency, and the multipliers applied to them.

use core::fmt;

use serde::{Deserialize, Serialize};

/// An amount of the program's currency: a whole number from 0 to 2^53 − 1.
///
/// The upper bound is the largest integer that JSON readers and JavaScript numbers carry without loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u64, maximum = 9007199254740991_u64, example = 120))]
pub struct Points(u64);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);
    /// The largest amount, 2^53 − 1.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// Makes an amount.
    ///
    /// # Errors
    /// Fails when `value` is greater than [`Points::MAX`].
    pub const fn new(value: u64) -> Result<Self, PointsError> {
        if value > Self::MAX.0 { Err(PointsError) } else { Ok(Self(value)) }
    }

    /// Makes an amount, cut off at [`Points::MAX`].
    pub const fn saturating_from(value: u128) -> Self {
        if value > Self::MAX.0 as u128 { Self::MAX } else { Self(value as u64) }
    }

    /// The amount as an integer.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The amount as a signed integer, for postings.
    pub const fn signed(self) -> i64 {
        self.0 as i64
    }

    /// Whether there is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Adds, or `None` above [`Points::MAX`].
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match Self::new(self.0.saturating_add(other.0)) {
            Ok(sum) => Some(sum),
            Err(PointsError) => None,
        }
    }

    /// Adds, cut off at [`Points::MAX`].
    pub const fn saturating_add(self, other: Self) -> Self {
        Self::saturating_from(self.0 as u128 + other.0 as u128)
    }

    /// Subtracts, or `None` below zero.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(rest) => Some(Self(rest)),
            None => None,
        }
    }

    /// Subtracts, cut off at zero: how many of `self` are left, or missing, beyond `other`.
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl core::iter::Sum for Points {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::saturating_add)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<u64> for Points {
    type Error = PointsError;

    fn try_from(value: u64) -> Result<Self, PointsError> {
        Self::new(value)
    }
}

impl From<Points> for u64 {
    fn from(points: Points) -> Self {
        points.0
    }
}

/// An amount of points outside 0…2^53 − 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointsError;

impl fmt::Display for PointsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("points must be a whole number from 0 to 9007199254740991")
    }
}

impl core::error::Error for PointsError {}

/// A share or a multiplier in hundredths of a percent: 10,000 is one times, 15,000 one and a half times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u32, example = 12500))]
pub struct BasisPoints(pub u32);

impl BasisPoints {
    /// One times.
    pub const ONE: Self = Self(10_000);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_above_the_largest_is_refused() {
        assert_eq!(Points::new(9_007_199_254_740_991), Ok(Points::MAX));
        assert_eq!(Points::new(9_007_199_254_740_992), Err(PointsError));
        assert_eq!(Points::MAX.checked_add(Points(1)), None);
        assert_eq!(Points(u64::MAX >> 1).checked_add(Points(u64::MAX)), None);
    }

    #[test]
    fn negative_and_fractional_amounts_do_not_deserialize() {
        for bad in ["-1", "1.5", "\"7\"", "9007199254740992", "1e400"] {
            assert!(serde_json::from_str::<Points>(bad).is_err(), "{bad} was taken");
        }
    }
}
