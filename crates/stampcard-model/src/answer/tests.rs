use core::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::*;
use crate::{
    Accrual, ActivityKind, BenefitKind, BonusStep, Cap, CategoryRatio, EntryKind, GoalMeasure, LimitOf,
    Missed, Period, ProductRatio, Ratio, ReferralSide, ReferralState, RoundUp, Rounding, SkuRatio, Span,
    Stacking, StreakStep, Terminology, VariablePrice, VoucherState,
    api::{DowngradeView, Me, MeasureView, MyReward, OfferState, Page, RedemptionStatus, RedemptionView},
};

#[test]
fn every_word_is_what_serde_writes() {
    words::<ActivityKind>(12);
    words::<BenefitKind>(8);
    words::<DowngradeView>(3);
    words::<EntryKind>(12);
    words::<GoalMeasure>(2);
    words::<LimitOf>(3);
    words::<MeasureView>(4);
    words::<OfferState>(3);
    words::<Period>(4);
    words::<RedemptionStatus>(4);
    words::<ReferralSide>(2);
    words::<ReferralState>(4);
    words::<RoundUp>(3);
    words::<Rounding>(3);
    words::<Span>(2);
    words::<Stacking>(3);
    words::<VoucherState>(4);
}

#[test]
fn what_stands_in_programs_and_entries_is_read_as_serde_reads_it() {
    let ratio = json!({"points": 3, "per_minor": 100});
    both::<Ratio>(&ratio);
    both::<CategoryRatio>(&json!({"category": "tea", "ratio": ratio}));
    both::<ProductRatio>(&json!({"product": "oolong", "ratio": ratio}));
    both::<SkuRatio>(&json!({"sku": "TEA", "ratio": ratio}));
    both::<BonusStep>(&json!({"at_least_minor": 5_000, "points": 10}));
    both::<StreakStep>(&json!({"days": 7, "points": 10}));
    both::<Terminology>(&json!({"one": "star", "other": "stars"}));
    let rate = json!({"points": 1, "minor": 5});
    both::<VariablePrice>(&json!({"rate": rate, "step": 10, "least": 10, "most": 500}));
    both::<Cap>(&json!({"by": "program", "period": "year", "uncut": 7}));
    both::<Missed>(
        &json!({"rule_id": "visit", "reason": {"type": "limit_reached", "by": "rule", "period": "day"}}),
    );
    for basis in [
        json!({"type": "spend"}),
        json!({"type": "visit"}),
        json!({"type": "bonus", "at_least_minor": 5_000}),
        json!({"type": "goal", "measure": "spend", "target": 9, "period": "month", "times": 2}),
        json!({"type": "activity", "activity": "review", "code": "door", "streak": 3}),
        json!({"type": "referral", "referral_id": "f_1", "side": "friend"}),
        json!({"type": "offer", "offer_id": "spring"}),
        json!({"type": "magic"}),
    ] {
        both::<Accrual>(&json!({
            "rule_id": "spend", "basis": basis, "category": "tea", "base_minor": 2_400, "ratio": ratio,
            "multiplier": 12_500, "rounding": "half_up", "points": 90,
            "multipliers": [{"from": {"type": "tier", "tier_id": "gold"}, "factor": 12_500}],
        }));
    }
}

#[test]
fn an_answer_is_refused_for_one_field_that_is_missing_of_a_wrong_type_or_out_of_range_and_says_where() {
    let good = json!({
        "member": {"id": "m_1", "enrolled_at": "2026-11-22T09:30:00Z", "from_the_future": [{"a": -1.5}]},
        "balance": {"available": 120, "pending": 0, "held": 0},
        "tier": {"tier": "leaf", "qualifying": 120, "next": null},
    });
    let me: Me = serde_json::from_value(good.clone()).unwrap();
    assert_eq!(serde_json::from_value::<Me>(serde_json::to_value(&me).unwrap()).unwrap(), me);
    for (place, value) in [
        ("/balance/available", json!(-1)),
        ("/balance/available", json!(9_007_199_254_740_992_u64)),
        ("/balance/available", json!(u64::MAX)),
        ("/balance/available", json!(1.5)),
        ("/balance/available", json!("120")),
        ("/balance", json!([120, 0, 0])),
        ("/member/id", json!("")),
        ("/member/enrolled_at", json!("yesterday")),
        ("/tier", json!(true)),
        ("/tier/next", json!("gold")),
        ("", json!("me")),
    ] {
        let mut answer = good.clone();
        *answer.pointer_mut(place).unwrap() = value.clone();
        let told = serde_json::from_value::<Me>(answer).unwrap_err().to_string();
        assert_eq!(told, format!("{place} is of a wrong type or out of range"), "{value}");
    }
    for (parent, field) in [("", "tier"), ("/member", "id"), ("/balance", "held")] {
        let mut answer = good.clone();
        answer.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(field);
        let told = serde_json::from_value::<Me>(answer).unwrap_err().to_string();
        assert_eq!(told, format!("{parent}/{field} is missing"));
    }
}

#[test]
fn the_place_in_a_list_is_told_by_its_number() {
    let item = |missing: Value| {
        json!({"missing": missing, "reward": {
            "id": "tote", "kind": {"type": "custom"}, "title": "", "description": "", "terms": "", "price": 5,
        }})
    };
    let page = json!({"items": [item(json!(0)), item(json!(0)), item(json!("lots"))]});
    let told = serde_json::from_value::<Page<MyReward>>(page).unwrap_err().to_string();
    assert_eq!(told, "/items/2/missing is of a wrong type or out of range");
    for empty in [json!({}), json!([]), json!(null)] {
        assert!(serde_json::from_value::<MyReward>(empty.clone()).is_err());
        assert!(serde_json::from_value::<Page<MyReward>>(empty.clone()).is_err());
        assert!(serde_json::from_value::<RedemptionView>(empty).is_err());
    }
}

fn words<T: Words + Serialize + DeserializeOwned + PartialEq + Debug>(count: usize) {
    assert_eq!(T::WORDS.len(), count, "{:?}", T::WORDS);
    for (word, meaning) in T::WORDS {
        assert_eq!(serde_json::to_value(meaning).unwrap(), json!(word));
        assert_eq!(serde_json::from_value::<T>(json!(word)).unwrap(), *meaning);
    }
}

fn both<T: Read + Serialize + DeserializeOwned + PartialEq + Debug>(value: &Value) {
    let by_serde: T = serde_json::from_value(value.clone()).unwrap();
    let by_tree: T = read(value).unwrap();
    assert_eq!(by_tree, by_serde);
}
