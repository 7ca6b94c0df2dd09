//! How the tagged enums are read: each as one flat object whose fields are all optional.
//!
//! Serde's own reading of a tagged enum first copies the whole value into a tree of its own. That costs the widget
//! 11 kB after compression, and a hostile answer may nest such a tree deeper than a browser's stack.

use serde::Deserialize;

use crate::{BasisPoints, CategoryRatio, EarnRuleKind, Expiry, Ratio, RewardKind, Sku, Window};

/// The fields of every kind of reward; fields that this version has not heard of are ignored, as are unneeded ones.
#[derive(Deserialize)]
pub(crate) struct FlatReward {
    r#type: String,
    amount_minor: Option<u64>,
    share: Option<BasisPoints>,
    sku: Option<Sku>,
}

impl TryFrom<FlatReward> for RewardKind {
    type Error = &'static str;

    fn try_from(flat: FlatReward) -> Result<Self, &'static str> {
        let amount_minor = flat.amount_minor.ok_or("missing field `amount_minor`");
        Ok(match flat.r#type.as_str() {
            "discount" => Self::Discount { amount_minor: amount_minor? },
            "percentage_discount" => {
                Self::PercentageDiscount { share: flat.share.ok_or("missing field `share`")? }
            }
            "free_shipping" => Self::FreeShipping,
            "product" => Self::Product { sku: flat.sku.ok_or("missing field `sku`")? },
            "gift_card" => Self::GiftCard { amount_minor: amount_minor? },
            "experience" => Self::Experience,
            "donation" => Self::Donation { amount_minor: amount_minor? },
            "custom" => Self::Custom,
            _ => Self::Unrecognized,
        })
    }
}

/// The fields of every kind of earn rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlatEarnRule {
    r#type: String,
    ratio: Option<Ratio>,
    #[serde(default)]
    categories: Vec<CategoryRatio>,
}

impl TryFrom<FlatEarnRule> for EarnRuleKind {
    type Error = &'static str;

    fn try_from(flat: FlatEarnRule) -> Result<Self, &'static str> {
        match flat.r#type.as_str() {
            "spend" => Ok(Self::Spend {
                ratio: flat.ratio.ok_or("missing field `ratio`")?,
                categories: flat.categories,
            }),
            _ => Err("unknown `type`, expected `spend`"),
        }
    }
}

/// The fields of every kind of expiry.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlatExpiry {
    r#type: String,
    months: Option<u16>,
}

impl TryFrom<FlatExpiry> for Expiry {
    type Error = &'static str;

    fn try_from(flat: FlatExpiry) -> Result<Self, &'static str> {
        match (flat.r#type.as_str(), flat.months) {
            ("never", None) => Ok(Self::Never),
            ("never", Some(_)) => Err("unknown field `months`"),
            ("after_months", Some(months)) => Ok(Self::AfterMonths { months }),
            ("after_months", None) => Err("missing field `months`"),
            _ => Err("unknown `type`, expected `never` or `after_months`"),
        }
    }
}

/// The fields of every kind of window.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlatWindow {
    r#type: String,
    days: Option<u16>,
}

impl TryFrom<FlatWindow> for Window {
    type Error = &'static str;

    fn try_from(flat: FlatWindow) -> Result<Self, &'static str> {
        match flat.r#type.as_str() {
            "rolling" => Ok(Self::Rolling { days: flat.days.ok_or("missing field `days`")? }),
            _ => Err("unknown `type`, expected `rolling`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use core::fmt::Debug;

    use serde::{Serialize, de::DeserializeOwned};

    use super::*;
    use crate::Category;

    #[test]
    fn every_kind_reads_back_what_it_writes() {
        check(RewardKind::Discount { amount_minor: 500 }, r#"{"type":"discount","amount_minor":500}"#);
        check(
            RewardKind::PercentageDiscount { share: BasisPoints(1_000) },
            r#"{"type":"percentage_discount","share":1000}"#,
        );
        check(RewardKind::FreeShipping, r#"{"type":"free_shipping"}"#);
        check(RewardKind::Product { sku: Sku::new("TEA").unwrap() }, r#"{"type":"product","sku":"TEA"}"#);
        check(RewardKind::GiftCard { amount_minor: 1 }, r#"{"type":"gift_card","amount_minor":1}"#);
        check(RewardKind::Experience, r#"{"type":"experience"}"#);
        check(RewardKind::Donation { amount_minor: 1 }, r#"{"type":"donation","amount_minor":1}"#);
        check(RewardKind::Custom, r#"{"type":"custom"}"#);
        let ratio = Ratio { points: 1, per_minor: 100 };
        let categories = vec![CategoryRatio { category: Category::new("tea").unwrap(), ratio }];
        check(
            EarnRuleKind::Spend { ratio, categories },
            concat!(
                r#"{"type":"spend","ratio":{"points":1,"per_minor":100},"#,
                r#""categories":[{"category":"tea","ratio":{"points":1,"per_minor":100}}]}"#
            ),
        );
        check(Expiry::Never, r#"{"type":"never"}"#);
        check(Expiry::AfterMonths { months: 12 }, r#"{"type":"after_months","months":12}"#);
        check(Window::Rolling { days: 365 }, r#"{"type":"rolling","days":365}"#);
    }

    #[test]
    fn a_reward_kind_from_the_future_is_unrecognized_whatever_it_carries() {
        let nested = format!(r#"{{"type":"teleport","to":{}{}}}"#, "[".repeat(100), "]".repeat(100));
        for future in [r#"{"type":"teleport","amount_minor":5,"to":{"x":[1]}}"#, &nested] {
            assert_eq!(serde_json::from_str::<RewardKind>(future).unwrap(), RewardKind::Unrecognized);
        }
    }

    #[test]
    fn what_is_incomplete_or_unknown_is_refused() {
        refuses::<RewardKind>(&["{}", r#"{"type":"discount"}"#, r#"{"type":"product","sku":""}"#, "7"]);
        refuses::<EarnRuleKind>(&[
            r#"{"type":"spend"}"#,
            r#"{"type":"visit"}"#,
            r#"{"type":"spend","catgories":[]}"#,
        ]);
        refuses::<Expiry>(&[
            r#"{"type":"never","months":1}"#,
            r#"{"type":"after_months"}"#,
            r#"{"type":"never","day":1}"#,
        ]);
        refuses::<Window>(&[
            r#"{"type":"rolling"}"#,
            r#"{"type":"rolling","days":70000}"#,
            r#"{"type":"year"}"#,
        ]);
    }

    fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, json: &str) {
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        assert_eq!(serde_json::from_str::<T>(json).unwrap(), value);
    }

    fn refuses<T: DeserializeOwned + Debug>(all: &[&str]) {
        for json in all {
            assert!(serde_json::from_str::<T>(json).is_err(), "{json} was taken");
        }
    }
}
