//! How the tagged enums that pages read are read: each as one flat object whose fields are all optional.
//!
//! Serde's own reading of a tagged enum first copies the whole value into a tree of its own. That costs the widget
//! 11 kB after compression, and a hostile answer may nest such a tree deeper than a browser's stack.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IntoDeserializer, value::Error as WordError},
};

use crate::{
    ActivityCode, ActivityKind, BasisPoints, BonusStep, Category, CategoryRatio, GoalMeasure, Limit,
    MonthDay, OfferId, Period, Points, ProductId, ProductRatio, Ratio, RewardKind, RoundUp, Sku, SkuRatio,
    Span, StreakStep,
    accrual::{Basis, LimitOf, MissedReason, MultiplierSource, ReferralSide},
    api::{EarnView, ExpiryView, OfferGivesView, ValidityView, WindowView},
    id::{MultiplierId, ReferralId, TierId},
};

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
            "store_credit" => Self::StoreCredit { amount_minor: amount_minor? },
            "cash_payout" => Self::CashPayout { amount_minor: amount_minor? },
            "service" => Self::Service,
            "business_service" => Self::BusinessService,
            "experience" => Self::Experience,
            "donation" => Self::Donation { amount_minor: amount_minor? },
            "custom" => Self::Custom,
            _ => Self::Unrecognized,
        })
    }
}

/// The fields of every way to earn.
#[derive(Deserialize)]
pub(crate) struct FlatEarn {
    r#type: String,
    ratio: Option<Ratio>,
    #[serde(default)]
    categories: Vec<CategoryRatio>,
    #[serde(default)]
    products: Vec<ProductRatio>,
    #[serde(default)]
    skus: Vec<SkuRatio>,
    points: Option<Points>,
    #[serde(default)]
    steps: Vec<BonusStep>,
    #[serde(default, deserialize_with = "known")]
    measure: Option<GoalMeasure>,
    target: Option<u64>,
    #[serde(default, deserialize_with = "known")]
    period: Option<Period>,
    #[serde(default)]
    repeats: bool,
    activity: Option<ActivityKind>,
    code: Option<ActivityCode>,
    #[serde(default)]
    streak: Vec<StreakStep>,
    #[serde(default = "usual_span", deserialize_with = "known")]
    span: Option<Span>,
    advocate: Option<Points>,
    friend: Option<Points>,
}

impl TryFrom<FlatEarn> for EarnView {
    type Error = &'static str;

    fn try_from(flat: FlatEarn) -> Result<Self, &'static str> {
        let points = flat.points.ok_or("missing field `points`");
        Ok(match flat.r#type.as_str() {
            "spend" => Self::Spend {
                ratio: flat.ratio.ok_or("missing field `ratio`")?,
                categories: flat.categories,
                products: flat.products,
                skus: flat.skus,
            },
            "visit" => Self::Visit { points: points? },
            "bonus" => Self::Bonus { steps: flat.steps },
            "goal" => match (flat.measure, flat.period) {
                (Some(measure), Some(period)) => Self::Goal {
                    measure,
                    target: flat.target.ok_or("missing field `target`")?,
                    period,
                    points: points?,
                    repeats: flat.repeats,
                },
                (_, _) => Self::Unrecognized,
            },
            "activity" => match flat.span {
                Some(span) => Self::Activity {
                    activity: flat.activity.ok_or("missing field `activity`")?,
                    code: flat.code,
                    points: points?,
                    streak: flat.streak,
                    span,
                },
                None => Self::Unrecognized,
            },
            "referral" => Self::Referral {
                advocate: flat.advocate.ok_or("missing field `advocate`")?,
                friend: flat.friend.ok_or("missing field `friend`")?,
            },
            _ => Self::Unrecognized,
        })
    }
}

/// A word, if this version has heard of it.
fn known<'de, T: DeserializeOwned, D: Deserializer<'de>>(reader: D) -> Result<Option<T>, D::Error> {
    let word = String::deserialize(reader)?;
    Ok(T::deserialize(IntoDeserializer::<WordError>::into_deserializer(word)).ok())
}

fn usual_span() -> Option<Span> {
    Some(Span::default())
}

/// The limits whose period this version has heard of.
pub(crate) fn known_limits<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<Limit>, D::Error> {
    let limits = Vec::<FlatLimit>::deserialize(reader)?;
    let known = |FlatLimit { period, points, times }| period.map(|period| Limit { period, points, times });
    Ok(limits.into_iter().filter_map(known).collect())
}

/// A limit.
#[derive(Deserialize)]
struct FlatLimit {
    #[serde(deserialize_with = "known")]
    period: Option<Period>,
    points: Option<Points>,
    times: Option<u32>,
}

/// How an end moves, if the field is there and this version has heard of it.
#[derive(Default)]
struct Rounding(Option<Option<RoundUp>>);

impl<'de> Deserialize<'de> for Rounding {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        known(reader).map(|round_up| Self(Some(round_up)))
    }
}

/// The fields of every kind of expiry.
#[derive(Deserialize)]
pub(crate) struct FlatExpiry {
    r#type: String,
    months: Option<u16>,
    #[serde(default)]
    round_up: Rounding,
    #[serde(default)]
    dates: Vec<MonthDay>,
    #[serde(default)]
    least_months: u16,
}

impl TryFrom<FlatExpiry> for ExpiryView {
    type Error = &'static str;

    fn try_from(flat: FlatExpiry) -> Result<Self, &'static str> {
        let FlatExpiry { r#type, months, round_up, dates, least_months } = flat;
        let months = months.ok_or("missing field `months`");
        Ok(match r#type.as_str() {
            "never" => Self::Never,
            "after_months" => match round_up {
                Rounding(Some(None)) => Self::Unrecognized,
                Rounding(round_up) => Self::AfterMonths { months: months?, round_up: round_up.flatten() },
            },
            "on_dates" => Self::OnDates { dates, least_months },
            "inactivity" => Self::Inactivity { months: months? },
            _ => Self::Unrecognized,
        })
    }
}

/// The fields of every kind of window.
#[derive(Deserialize)]
pub(crate) struct FlatWindow {
    r#type: String,
    days: Option<u16>,
    months: Option<u16>,
}

impl TryFrom<FlatWindow> for WindowView {
    type Error = &'static str;

    fn try_from(flat: FlatWindow) -> Result<Self, &'static str> {
        Ok(match flat.r#type.as_str() {
            "rolling" => Self::Rolling { days: flat.days.ok_or("missing field `days`")? },
            "lifetime" => Self::Lifetime,
            "calendar_year" => Self::CalendarYear,
            "since_joining" => Self::SinceJoining { months: flat.months.ok_or("missing field `months`")? },
            _ => Self::Unrecognized,
        })
    }
}

/// The fields of every kind of validity.
#[derive(Deserialize)]
pub(crate) struct FlatValidity {
    r#type: String,
    months: Option<u16>,
    #[serde(default)]
    round_up: Rounding,
}

impl TryFrom<FlatValidity> for ValidityView {
    type Error = &'static str;

    fn try_from(flat: FlatValidity) -> Result<Self, &'static str> {
        Ok(match flat.r#type.as_str() {
            "while_qualified" => Self::WhileQualified,
            "months" => match flat.round_up {
                Rounding(Some(None)) => Self::Unrecognized,
                Rounding(round_up) => Self::Months {
                    months: flat.months.ok_or("missing field `months`")?,
                    round_up: round_up.flatten(),
                },
            },
            "next_period" => Self::NextPeriod,
            _ => Self::Unrecognized,
        })
    }
}

/// The fields of everything that points are given for.
#[derive(Deserialize)]
pub(crate) struct FlatBasis {
    r#type: String,
    at_least_minor: Option<u64>,
    #[serde(default, deserialize_with = "known")]
    measure: Option<GoalMeasure>,
    target: Option<u64>,
    #[serde(default, deserialize_with = "known")]
    period: Option<Period>,
    times: Option<u64>,
    activity: Option<ActivityKind>,
    code: Option<ActivityCode>,
    streak: Option<u32>,
    referral_id: Option<ReferralId>,
    #[serde(default, deserialize_with = "known")]
    side: Option<ReferralSide>,
    offer_id: Option<OfferId>,
}

impl TryFrom<FlatBasis> for Basis {
    type Error = &'static str;

    fn try_from(flat: FlatBasis) -> Result<Self, &'static str> {
        Ok(match flat.r#type.as_str() {
            "spend" => Self::Spend,
            "visit" => Self::Visit,
            "bonus" => {
                Self::Bonus { at_least_minor: flat.at_least_minor.ok_or("missing field `at_least_minor`")? }
            }
            "goal" => match (flat.measure, flat.period) {
                (Some(measure), Some(period)) => Self::Goal {
                    measure,
                    target: flat.target.ok_or("missing field `target`")?,
                    period,
                    times: flat.times.ok_or("missing field `times`")?,
                },
                (_, _) => Self::Unrecognized,
            },
            "activity" => Self::Activity {
                activity: flat.activity.ok_or("missing field `activity`")?,
                code: flat.code,
                streak: flat.streak,
            },
            "referral" => match flat.side {
                Some(side) => Self::Referral {
                    referral_id: flat.referral_id.ok_or("missing field `referral_id`")?,
                    side,
                },
                None => Self::Unrecognized,
            },
            "offer" => Self::Offer { offer_id: flat.offer_id.ok_or("missing field `offer_id`")? },
            _ => Self::Unrecognized,
        })
    }
}

/// The fields of every source of a multiplier.
#[derive(Deserialize)]
pub(crate) struct FlatSource {
    r#type: String,
    tier_id: Option<TierId>,
    multiplier_id: Option<MultiplierId>,
    offer_id: Option<OfferId>,
}

impl TryFrom<FlatSource> for MultiplierSource {
    type Error = &'static str;

    fn try_from(flat: FlatSource) -> Result<Self, &'static str> {
        Ok(match flat.r#type.as_str() {
            "tier" => Self::Tier { tier_id: flat.tier_id.ok_or("missing field `tier_id`")? },
            "multiplier" => {
                Self::Multiplier { multiplier_id: flat.multiplier_id.ok_or("missing field `multiplier_id`")? }
            }
            "offer" => Self::Offer { offer_id: flat.offer_id.ok_or("missing field `offer_id`")? },
            _ => Self::Unrecognized,
        })
    }
}

/// The fields of every reason why a rule gives nothing.
#[derive(Deserialize)]
pub(crate) struct FlatReason {
    r#type: String,
    #[serde(default, deserialize_with = "known")]
    by: Option<LimitOf>,
    #[serde(default, deserialize_with = "known")]
    period: Option<Period>,
    missing_minor: Option<u64>,
    missing: Option<u64>,
}

impl TryFrom<FlatReason> for MissedReason {
    type Error = &'static str;

    fn try_from(flat: FlatReason) -> Result<Self, &'static str> {
        Ok(match flat.r#type.as_str() {
            "not_now" => Self::NotNow,
            "other_day" => Self::OtherDay,
            "other_tier" => Self::OtherTier,
            "other_members" => Self::OtherMembers,
            "consent_missing" => Self::ConsentMissing,
            "limit_reached" => match (flat.by, flat.period) {
                (Some(by), Some(period)) => Self::LimitReached { by, period },
                (_, _) => Self::Unrecognized,
            },
            "used" => Self::Used,
            "too_small" => {
                Self::TooSmall { missing_minor: flat.missing_minor.ok_or("missing field `missing_minor`")? }
            }
            "goal_ahead" => Self::GoalAhead { missing: flat.missing.ok_or("missing field `missing`")? },
            "goal_reached" => Self::GoalReached,
            "nothing_counts" => Self::NothingCounts,
            "rounded_to_nothing" => Self::RoundedToNothing,
            _ => Self::Unrecognized,
        })
    }
}

/// The fields of everything that an offer gives.
#[derive(Deserialize)]
pub(crate) struct FlatGives {
    r#type: String,
    points: Option<Points>,
    factor: Option<BasisPoints>,
    #[serde(default)]
    minimum_order_minor: u64,
    #[serde(default)]
    categories: Vec<Category>,
    #[serde(default)]
    products: Vec<ProductId>,
    #[serde(default)]
    skus: Vec<Sku>,
}

impl TryFrom<FlatGives> for OfferGivesView {
    type Error = &'static str;

    fn try_from(flat: FlatGives) -> Result<Self, &'static str> {
        let FlatGives { r#type, points, factor, minimum_order_minor, categories, products, skus } = flat;
        let points = points.ok_or("missing field `points`");
        Ok(match r#type.as_str() {
            "points" => Self::Points { points: points? },
            "bonus" => Self::Bonus { points: points?, minimum_order_minor },
            "multiplier" => Self::Multiplier {
                factor: factor.ok_or("missing field `factor`")?,
                minimum_order_minor,
                categories,
                products,
                skus,
            },
            _ => Self::Unrecognized,
        })
    }
}

#[cfg(test)]
mod tests {
    use core::fmt::Debug;

    use serde::{Serialize, de::DeserializeOwned};

    use super::*;
    use crate::api::EarnRuleView;

    #[test]
    fn every_kind_reads_back_what_it_writes() {
        for reward in [
            r#"{"type":"discount","amount_minor":500}"#,
            r#"{"type":"percentage_discount","share":1000}"#,
            r#"{"type":"free_shipping"}"#,
            r#"{"type":"product","sku":"TEA"}"#,
            r#"{"type":"gift_card","amount_minor":1}"#,
            r#"{"type":"store_credit","amount_minor":1}"#,
            r#"{"type":"cash_payout","amount_minor":1}"#,
            r#"{"type":"service"}"#,
            r#"{"type":"business_service"}"#,
            r#"{"type":"experience"}"#,
            r#"{"type":"donation","amount_minor":1}"#,
            r#"{"type":"custom"}"#,
        ] {
            check::<RewardKind>(reward, &RewardKind::Unrecognized);
        }
        for earn in [
            concat!(
                r#"{"type":"spend","ratio":{"points":1,"per_minor":100},"#,
                r#""categories":[{"category":"tea","ratio":{"points":1,"per_minor":100}}],"#,
                r#""products":[{"product":"oolong","ratio":{"points":1,"per_minor":100}}],"#,
                r#""skus":[{"sku":"TEA","ratio":{"points":1,"per_minor":100}}]}"#
            ),
            r#"{"type":"visit","points":5}"#,
            r#"{"type":"bonus","steps":[{"at_least_minor":100,"points":5}]}"#,
            r#"{"type":"goal","measure":"orders","target":5,"period":"month","points":5,"repeats":true}"#,
            concat!(
                r#"{"type":"activity","activity":"check_in","code":"door","points":1,"#,
                r#""streak":[{"days":7,"points":10}],"span":"day"}"#
            ),
            r#"{"type":"referral","advocate":5,"friend":3}"#,
        ] {
            check::<EarnView>(earn, &EarnView::Unrecognized);
        }
        for expiry in [
            r#"{"type":"never"}"#,
            r#"{"type":"after_months","months":12}"#,
            r#"{"type":"after_months","months":12,"round_up":"year"}"#,
            r#"{"type":"on_dates","dates":["12-31"],"least_months":6}"#,
            r#"{"type":"inactivity","months":18}"#,
        ] {
            check::<ExpiryView>(expiry, &ExpiryView::Unrecognized);
        }
        for window in [
            r#"{"type":"rolling","days":365}"#,
            r#"{"type":"lifetime"}"#,
            r#"{"type":"calendar_year"}"#,
            r#"{"type":"since_joining","months":12}"#,
        ] {
            check::<WindowView>(window, &WindowView::Unrecognized);
        }
        for validity in [
            r#"{"type":"while_qualified"}"#,
            r#"{"type":"months","months":12,"round_up":"quarter"}"#,
            r#"{"type":"next_period"}"#,
        ] {
            check::<ValidityView>(validity, &ValidityView::Unrecognized);
        }
    }

    #[test]
    fn everything_that_explains_points_reads_back_what_it_writes() {
        for basis in [
            r#"{"type":"spend"}"#,
            r#"{"type":"visit"}"#,
            r#"{"type":"bonus","at_least_minor":5000}"#,
            r#"{"type":"goal","measure":"spend","target":9,"period":"year","times":2}"#,
            r#"{"type":"activity","activity":"check_in","code":"door","streak":7}"#,
            r#"{"type":"referral","referral_id":"r_1","side":"friend"}"#,
            r#"{"type":"offer","offer_id":"spring"}"#,
        ] {
            check::<Basis>(basis, &Basis::Unrecognized);
        }
        for source in [
            r#"{"type":"tier","tier_id":"gold"}"#,
            r#"{"type":"multiplier","multiplier_id":"weekend"}"#,
            r#"{"type":"offer","offer_id":"spring"}"#,
        ] {
            check::<MultiplierSource>(source, &MultiplierSource::Unrecognized);
        }
        let plain = ["not_now", "other_day", "other_tier", "other_members", "consent_missing", "used"];
        let more = ["goal_reached", "nothing_counts", "rounded_to_nothing"];
        for word in plain.into_iter().chain(more) {
            check::<MissedReason>(&format!(r#"{{"type":"{word}"}}"#), &MissedReason::Unrecognized);
        }
        for reason in [
            r#"{"type":"limit_reached","by":"member","period":"month"}"#,
            r#"{"type":"too_small","missing_minor":250}"#,
            r#"{"type":"goal_ahead","missing":2}"#,
        ] {
            check::<MissedReason>(reason, &MissedReason::Unrecognized);
        }
        for gives in [
            r#"{"type":"points","points":5}"#,
            r#"{"type":"bonus","points":5,"minimum_order_minor":100}"#,
            concat!(
                r#"{"type":"multiplier","factor":20000,"minimum_order_minor":100,"categories":["tea"],"#,
                r#""products":["oolong"],"skus":["TEA"]}"#
            ),
        ] {
            check::<OfferGivesView>(gives, &OfferGivesView::Unrecognized);
        }
        let future = r#"{"type":"teleport","to":{"x":[1]}}"#;
        assert_eq!(read::<Basis>(future), Basis::Unrecognized);
        assert_eq!(read::<MultiplierSource>(future), MultiplierSource::Unrecognized);
        assert_eq!(read::<MissedReason>(future), MissedReason::Unrecognized);
        assert_eq!(read::<OfferGivesView>(future), OfferGivesView::Unrecognized);
        let weekly = r#"{"type":"limit_reached","by":"rule","period":"week"}"#;
        assert_eq!(read::<MissedReason>(weekly), MissedReason::Unrecognized);
        refuses::<Basis>(&["{}", r#"{"type":"bonus"}"#, r#"{"type":"offer","offer_id":""}"#]);
        refuses::<MissedReason>(&[r#"{"type":"too_small"}"#, r#"{"type":"goal_ahead","missing":-1}"#]);
        refuses::<OfferGivesView>(&[r#"{"type":"points"}"#, r#"{"type":"multiplier"}"#]);
    }

    #[test]
    fn a_kind_from_the_future_is_unrecognized_whatever_it_carries() {
        let nested = format!(r#"{{"type":"teleport","to":{}{}}}"#, "[".repeat(100), "]".repeat(100));
        for future in [r#"{"type":"teleport","amount_minor":5,"months":2,"to":{"x":[1]}}"#, &nested] {
            assert_eq!(read::<RewardKind>(future), RewardKind::Unrecognized);
            assert_eq!(read::<EarnView>(future), EarnView::Unrecognized);
            assert_eq!(read::<ExpiryView>(future), ExpiryView::Unrecognized);
            assert_eq!(read::<WindowView>(future), WindowView::Unrecognized);
            assert_eq!(read::<ValidityView>(future), ValidityView::Unrecognized);
        }
    }

    #[test]
    fn a_word_from_the_future_in_a_known_kind_is_unrecognized_too() {
        let goal = r#"{"type":"goal","measure":"orders","target":5,"period":"week","points":5}"#;
        assert_eq!(read::<EarnView>(goal), EarnView::Unrecognized);
        let expiry = r#"{"type":"after_months","months":12,"round_up":"decade"}"#;
        assert_eq!(read::<ExpiryView>(expiry), ExpiryView::Unrecognized);
        let validity = r#"{"type":"months","months":12,"round_up":"decade"}"#;
        assert_eq!(read::<ValidityView>(validity), ValidityView::Unrecognized);
        let rule = concat!(
            r#"{"id":"visit","title":"Come by","earn":{"type":"visit","points":5},"#,
            r#""limits":[{"period":"week","times":1},{"period":"day","times":2}]}"#
        );
        assert_eq!(read::<EarnRuleView>(rule).limits.len(), 1);
    }

    #[test]
    fn what_is_incomplete_is_refused() {
        refuses::<RewardKind>(&["{}", r#"{"type":"discount"}"#, r#"{"type":"product","sku":""}"#, "7"]);
        refuses::<EarnView>(&[r#"{"type":"spend"}"#, r#"{"type":"visit"}"#]);
        refuses::<ExpiryView>(&[r#"{"type":"after_months"}"#, r#"{"type":"on_dates","dates":["02-31"]}"#]);
        refuses::<WindowView>(&[r#"{"type":"rolling"}"#, r#"{"type":"rolling","days":70000}"#]);
        refuses::<ValidityView>(&[r#"{"type":"months"}"#, r#"{}"#]);
    }

    fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: &str, unrecognized: &T) {
        let value = read::<T>(json);
        assert_ne!(value, *unrecognized, "{json} was not recognized");
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
    }

    fn read<T: DeserializeOwned>(json: &str) -> T {
        serde_json::from_str(json).unwrap()
    }

    fn refuses<T: DeserializeOwned + Debug>(all: &[&str]) {
        for json in all {
            assert!(serde_json::from_str::<T>(json).is_err(), "{json} was taken");
        }
    }
}
