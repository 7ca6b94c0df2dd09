//! How the tagged enums that pages read are read: by their `type`, and whatever else that kind has. Fields that this
//! version has not heard of are ignored, and a kind that it has not heard of is a kind of its own.

use crate::{
    Limit, RewardKind,
    answer::{Fault, Read, Tree, read_by_serde},
    api::{EarnRuleView, EarnView, ExpiryView, ValidityView, WindowView},
};

impl Read for RewardKind {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        let amount_minor = || tree.field("amount_minor", fault);
        match tree.kind(fault) {
            "discount" => Self::Discount { amount_minor: amount_minor() },
            "percentage_discount" => Self::PercentageDiscount { share: tree.field("share", fault) },
            "free_shipping" => Self::FreeShipping,
            "product" => Self::Product { sku: tree.field("sku", fault) },
            "gift_card" => Self::GiftCard { amount_minor: amount_minor() },
            "store_credit" => Self::StoreCredit { amount_minor: amount_minor() },
            "cash_payout" => Self::CashPayout { amount_minor: amount_minor() },
            "service" => Self::Service,
            "business_service" => Self::BusinessService,
            "experience" => Self::Experience,
            "donation" => Self::Donation { amount_minor: amount_minor() },
            "custom" => Self::Custom,
            _ => Self::Unrecognized,
        }
    }
}

impl Read for EarnRuleView {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        Self {
            id: tree.field("id", fault),
            title: tree.field("title", fault),
            earn: tree.field("earn", fault),
            limits: tree.field_or("limits", KnownLimits(Vec::new()), fault).0,
            minimum_order_minor: tree.field_or("minimum_order_minor", 0, fault),
        }
    }
}

/// The limits whose period this version has heard of.
struct KnownLimits(Vec<Limit>);

impl Read for KnownLimits {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        let limits = Vec::<KnownLimit>::read(tree, fault);
        Self(limits.into_iter().filter_map(|KnownLimit(limit)| limit).collect())
    }
}

struct KnownLimit(Option<Limit>);

impl Read for KnownLimit {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        tree.is_map(fault);
        Self(tree.known("period", fault).map(|period| Limit {
            period,
            points: tree.field("points", fault),
            times: tree.field("times", fault),
        }))
    }
}

impl Read for EarnView {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        let points = || tree.field("points", fault);
        match tree.kind(fault) {
            "spend" => Self::Spend {
                ratio: tree.field("ratio", fault),
                categories: tree.field_or("categories", Vec::new(), fault),
                products: tree.field_or("products", Vec::new(), fault),
                skus: tree.field_or("skus", Vec::new(), fault),
            },
            "visit" => Self::Visit { points: points() },
            "bonus" => Self::Bonus { steps: tree.field_or("steps", Vec::new(), fault) },
            "goal" => match (tree.known("measure", fault), tree.known("period", fault)) {
                (Some(measure), Some(period)) => Self::Goal {
                    measure,
                    target: tree.field("target", fault),
                    period,
                    points: points(),
                    repeats: tree.field_or("repeats", false, fault),
                },
                (_, _) => Self::Unrecognized,
            },
            "activity" => activity(tree, fault),
            "referral" => Self::Referral {
                advocate: tree.field("advocate", fault),
                friend: tree.field("friend", fault),
            },
            _ => Self::Unrecognized,
        }
    }
}

fn activity(tree: &Tree, fault: &Fault) -> EarnView {
    match tree.known_or_missing("span", fault) {
        Some(span) => EarnView::Activity {
            activity: tree.field("activity", fault),
            code: tree.field("code", fault),
            points: tree.field("points", fault),
            streak: tree.field_or("streak", Vec::new(), fault),
            span: span.unwrap_or_default(),
        },
        None => EarnView::Unrecognized,
    }
}

impl Read for ExpiryView {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        match tree.kind(fault) {
            "never" => Self::Never,
            "after_months" => match tree.known_or_missing("round_up", fault) {
                Some(round_up) => Self::AfterMonths { months: tree.field("months", fault), round_up },
                None => Self::Unrecognized,
            },
            "on_dates" => Self::OnDates {
                dates: tree.field_or("dates", Vec::new(), fault),
                least_months: tree.field_or("least_months", 0, fault),
            },
            "inactivity" => Self::Inactivity { months: tree.field("months", fault) },
            _ => Self::Unrecognized,
        }
    }
}

impl Read for WindowView {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        match tree.kind(fault) {
            "rolling" => Self::Rolling { days: tree.field("days", fault) },
            "lifetime" => Self::Lifetime,
            "calendar_year" => Self::CalendarYear,
            "since_joining" => Self::SinceJoining { months: tree.field("months", fault) },
            _ => Self::Unrecognized,
        }
    }
}

impl Read for ValidityView {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        match tree.kind(fault) {
            "while_qualified" => Self::WhileQualified,
            "months" => match tree.known_or_missing("round_up", fault) {
                Some(round_up) => Self::Months { months: tree.field("months", fault), round_up },
                None => Self::Unrecognized,
            },
            "next_period" => Self::NextPeriod,
            _ => Self::Unrecognized,
        }
    }
}

read_by_serde! { RewardKind EarnRuleView EarnView ExpiryView WindowView ValidityView }

#[cfg(test)]
mod tests {
    use core::fmt::Debug;

    use serde::{Serialize, de::DeserializeOwned};

    use super::*;
    use crate::{
        Basis, MissedReason, MultiplierSource,
        api::{EarnRuleView, OfferGivesView},
    };

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
