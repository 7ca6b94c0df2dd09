//! Programs: some written by hand, most put together by chance.

use serde_json::{Value, json};

use super::{calendar::Zone, chance::Chance};

pub const SKUS: [&str; 5] = ["TEA-1", "TEA-2", "CUP-1", "BAG-1", "CARD"];
pub const CATEGORIES: [&str; 3] = ["tea", "mugs", "gift-cards"];
pub const PRODUCTS: [&str; 3] = ["oolong", "cup", "bag"];
const TIERS: [&str; 3] = ["basic", "silver", "gold"];

/// Programs written by hand, without reminders, and without points that come unasked.
fn by_hand(which: usize) -> Value {
    let text = match which {
        0 => include_str!("../../fixtures/program.json"),
        1 => include_str!("../../../crates/stampcard-demo/program.json"),
        _ => include_str!("../../fixtures/programs/everything.json"),
    };
    let mut program: Value = serde_json::from_str(text).unwrap();
    for place in ["nudges", "effective_at"] {
        program.as_object_mut().unwrap().remove(place);
    }
    // When the server finds out that nobody's birthday turned, or segment changed, is its own affair.
    if let Some(offers) = program.get_mut("offers").and_then(Value::as_array_mut) {
        let unasked = |offer: &Value| offer["activation"].is_null() && offer["gives"]["type"] == "points";
        offers.retain(|offer| !unasked(offer));
    }
    program
}

/// A program by chance, and the version that takes its place, if there is one.
pub fn by_chance(chance: &mut Chance) -> (Value, Option<Value>) {
    let zone = *chance.of(&Zone::ALL);
    if chance.one_in(6) {
        let which = chance.below(3);
        let mut program = by_hand(usize::try_from(which).unwrap());
        program["time_zone"] = json!(zone.name());
        return (program, None);
    }
    let mut program = assembled(chance);
    program["time_zone"] = json!(zone.name());
    let next = chance.one_in(3).then(|| following(chance, &program));
    (program, next)
}

/// Another version: other rules, rewards and offers, but the same points and tiers.
fn following(chance: &mut Chance, program: &Value) -> Value {
    let mut next = assembled(chance);
    for place in ["time_zone", "expiry", "tiers"] {
        next[place] = program[place].clone();
    }
    next["version"] = json!(2);
    // Everybody is looked at once when a version comes into force, which another script's sweep may have brought about.
    next["offers"].as_array_mut().unwrap().retain(|offer| offer["id"] != "unasked");
    next
}

fn assembled(chance: &mut Chance) -> Value {
    let measure = *chance.of(&["points_earned", "points_earned", "spend", "orders", "points_held"]);
    let limits = limits(chance);
    let mut program = json!({
        "id": "p", "version": 1, "name": {"en": "P"}, "default_locale": "en",
        "currency": {"terminology": {"en": {"one": "star", "other": "stars"}},
            "rounding": chance.of(&["floor", "half_up", "ceil"])},
        "money": "EUR", "time_zone": "UTC", "earn_rules": earn_rules(chance),
        "multipliers": multipliers(chance), "stacking": chance.of(&["best", "sum_of_bonuses", "product"]),
        "limits": limits, "pending": pending(chance), "expiry": expiry(chance),
        "tiers": tiers(chance, measure), "rewards": rewards(chance),
        "price_events": price_events(chance), "offers": offers(chance, &limits),
        "refunds": {"policy": chance.of(&["only_pending", "within_balance", "unlimited"]),
            "restore_grace_days": chance.of(&[0, 3, 30])}
    });
    if chance.one_in(4) {
        let above = json!({"above_points": 20});
        let often = json!({"after": {"times": 1, "days": 40}});
        let either = json!({"above_points": 40, "after": {"times": 1, "days": 10}});
        program["review"] = chance.of(&[above, often, either.clone(), either]).clone();
    }
    if chance.one_in(2) {
        program["lifecycle"] = json!({"new_days": 20, "at_risk_days": 25, "lapsed_days": 60});
    }
    program
}

fn ratio(chance: &mut Chance) -> Value {
    let (points, per_minor) = *chance.of(&[(1, 100), (3, 100), (1, 30), (7, 250), (2, 1_000), (0, 100)]);
    json!({"points": points, "per_minor": per_minor})
}

fn lines(chance: &mut Chance) -> Value {
    match chance.below(4) {
        0 => json!({"categories": ["tea"]}),
        1 => json!({"products": ["cup"], "skus": ["BAG-1"]}),
        _ => json!({}),
    }
}

fn condition(chance: &mut Chance) -> Value {
    match chance.below(20) {
        0 => json!({"tiers": ["silver", "gold"]}),
        1 => json!({"tiers": ["basic"]}),
        2 => json!({"stages": ["prospect", "new"]}),
        3 => json!({"stages": ["lapsed", "at_risk"]}),
        4 => json!({"stages": ["active"], "weekdays": ["monday", "tuesday", "wednesday", "thursday"]}),
        5 => json!({"weekdays": ["saturday", "sunday"]}),
        6 => json!({"bought": {"days": 30, "orders": 2}}),
        7 => json!({"bought": {"days": 10, "spend_minor": 9000}}),
        8 => json!({"starts_on": "2026-06-01"}),
        9 => json!({"ends_on": "2027-10-31"}),
        10 => json!({"stages": ["lapsed", "prospect"]}),
        11 => json!({"segments": ["vip", "collectors"]}),
        12 => json!({"consents": ["marketing"]}),
        13 => json!({"birthday": chance.of(&["day", "month"])}),
        _ => json!({}),
    }
}

fn rule_limits(chance: &mut Chance) -> Value {
    match chance.below(8) {
        0 => json!([{"period": "day", "points": 40}, {"period": "month", "points": 90, "times": 4}]),
        1 => json!([{"period": "month", "times": 2}]),
        2 => json!([{"period": "year", "points": 150}]),
        3 => json!([{"period": "lifetime", "times": 5, "points": 300}]),
        _ => json!([]),
    }
}

fn spend(chance: &mut Chance, id: &str) -> Value {
    let mut earn = json!({"type": "spend", "ratio": ratio(chance)});
    if chance.one_in(2) {
        let (tea, cards) = (ratio(chance), ratio(chance));
        earn["categories"] =
            json!([{"category": "tea", "ratio": tea}, {"category": "gift-cards", "ratio": cards}]);
    }
    if chance.one_in(3) {
        earn["products"] = json!([{"product": "oolong", "ratio": ratio(chance)}]);
    }
    if chance.one_in(3) {
        earn["skus"] = json!([{"sku": "TEA-2", "ratio": ratio(chance)}]);
    }
    if chance.one_in(2) {
        let mut flag = || chance.one_in(2);
        earn["counts"] = json!({"tax": flag(), "shipping": flag(), "discounts": flag(),
            "gift_card_payments": flag(), "gift_card_lines": flag()});
    }
    json!({"id": id, "title": {"en": "Shop"}, "earn": earn, "when": condition(chance), "lines": lines(chance),
        "minimum_order_minor": chance.of(&[0, 0, 0, 1_000]), "limits": rule_limits(chance)})
}

fn earn_rules(chance: &mut Chance) -> Value {
    let mut rules = vec![spend(chance, "spend")];
    if chance.one_in(4) {
        rules.push(spend(chance, "more"));
    }
    let mut others = Vec::new();
    others.push(json!({"id": "visit", "earn": {"type": "visit", "points": 5}}));
    others.push(json!({"id": "basket", "lines": lines(chance), "earn": {"type": "bonus", "steps": [
        {"at_least_minor": 2_000, "points": 10}, {"at_least_minor": 8_000, "points": 25}]}}));
    let goal = |chance: &mut Chance, measure: &str, target: u64| {
        json!({"type": "goal", "measure": measure, "target": target, "points": 15, "repeats": chance.one_in(2),
            "period": chance.of(&["day", "month", "year", "lifetime"])})
    };
    others.push(json!({"id": "third", "earn": goal(chance, "orders", 3)}));
    others.push(json!({"id": "sum", "earn": goal(chance, "spend", 12_000)}));
    let activity = |kind: &str, points: u64| json!({"type": "activity", "activity": kind, "points": points});
    let check_in = chance.below(3);
    others
        .push(json!({"id": "door", "earn": {"type": "activity", "activity": "check_in", "points": check_in,
        "streak": [{"days": 2, "points": 3}, {"days": 3, "points": 10}]}}));
    others.push(json!({"id": "review", "earn": activity("review", 7)}));
    others.push(json!({"id": "join", "earn": activity("sign_up", 20)}));
    others.push(json!({"id": "profile", "earn": activity("profile_completed", 6)}));
    others.push(json!({"id": "survey", "earn": {"type": "activity", "activity": "survey", "code": "spring", "points": 9}}));
    others.push(json!({"id": "any-survey", "earn": activity("survey", 4)}));
    let span = chance.of(&["day", "month"]);
    others.push(json!({"id": "years", "earn":
        {"type": "activity", "activity": "anniversary", "points": 30, "span": span}}));
    others.push(json!({"id": "birthday", "earn": {"type": "activity", "activity": "birthday", "points": 12,
        "span": chance.of(&["day", "month"])}}));
    let (advocate, friend) = *chance.of(&[(14, 9), (14, 9), (14, 0), (0, 9)]);
    others.push(json!({"id": "invite", "minimum_order_minor": chance.of(&[0, 1_000]),
        "earn": {"type": "referral", "advocate": advocate, "friend": friend}}));
    for mut rule in others {
        if chance.one_in(2) {
            rule["title"] = json!({"en": "Rule"});
            rule["when"] = condition(chance);
            rule["limits"] = rule_limits(chance);
            if chance.one_in(2) {
                rule["counts_for_tier"] = json!(false);
            }
            rules.push(rule);
        }
    }
    json!(rules)
}

fn multipliers(chance: &mut Chance) -> Value {
    let mut all = Vec::new();
    for id in ["one", "two", "three"] {
        if chance.one_in(3) {
            all.push(
                json!({"id": id, "title": {"en": "More"}, "when": condition(chance), "lines": lines(chance),
                "factor": chance.of(&[20_000, 15_000, 33_333, 8_000]),
                "minimum_order_minor": chance.of(&[0, 0, 3_000])}),
            );
        }
    }
    json!(all)
}

fn limits(chance: &mut Chance) -> Value {
    let mut limits = json!({"minimum_order_minor": chance.of(&[0, 0, 0, 500])});
    if chance.one_in(4) {
        limits["per_member"] = match chance.below(3) {
            0 => json!([{"period": "day", "points": 60}]),
            1 => json!([{"period": "month", "points": 200, "times": 3}]),
            _ => json!([{"period": "year", "points": 500}, {"period": "day", "times": 2}]),
        };
    }
    if chance.one_in(5) {
        limits["issued"] = json!({"period": chance.of(&["day", "month", "year", "lifetime"]),
            "points": chance.of(&[150, 400])});
    }
    limits
}

fn pending(chance: &mut Chance) -> Value {
    match chance.below(5) {
        0 => json!({"type": "days", "days": chance.of(&[1, 5, 40])}),
        1 => json!({"type": "fulfilled"}),
        _ => json!({"type": "none"}),
    }
}

fn expiry(chance: &mut Chance) -> Value {
    let months = *chance.of(&[1, 2, 3, 12]);
    match chance.below(6) {
        0 => json!({"type": "never"}),
        1 => json!({"type": "after_months", "months": months}),
        2 => {
            json!({"type": "after_months", "months": months, "round_up": chance.of(&["month", "quarter", "year"])})
        }
        3 => {
            json!({"type": "on_dates", "dates": ["02-29", "06-30", "10-31"], "least_months": chance.of(&[0, 1, 3])})
        }
        _ => json!({"type": "inactivity", "months": months}),
    }
}

fn tiers(chance: &mut Chance, measure: &str) -> Value {
    let thresholds = match measure {
        "spend" => [0, 9_000, 25_000],
        "orders" => [0, 2, 5],
        _ => [0, 60, 180],
    };
    let factors = chance.of(&[[10_000, 12_500, 20_000], [10_000, 10_000, 15_000], [9_000, 11_111, 30_000]]);
    let tiers = (0..3).map(|rank| {
        json!({"id": TIERS[rank], "name": {"en": TIERS[rank]}, "threshold": thresholds[rank], "multiplier": factors[rank]})
    });
    let tiers: Vec<Value> = tiers.collect();
    let window = match chance.below(4) {
        0 => json!({"type": "rolling", "days": chance.of(&[20, 90])}),
        1 => json!({"type": "lifetime"}),
        2 => json!({"type": "calendar_year"}),
        _ => json!({"type": "since_joining", "months": chance.of(&[1, 3, 12])}),
    };
    let periods = window["type"] == "calendar_year" || window["type"] == "since_joining";
    let mut all = json!({"measure": measure, "tiers": tiers});
    match chance.below(4) {
        0 if periods => all["validity"] = json!({"type": "next_period"}),
        0 | 1 => {
            all["validity"] = json!({"type": "months", "months": chance.of(&[1, 3]),
                "round_up": chance.of(&[json!(null), json!("month"), json!("quarter")])});
        }
        _ => {}
    }
    if all["validity"].is_object() {
        all["downgrade"] = json!(chance.of(&["none", "one_level", "one_level", "requalify", "requalify"]));
        all["grace_days"] = json!(chance.of(&[0, 0, 10]));
        if periods && measure != "points_held" && chance.one_in(2) {
            all["upgrade"] = json!("next_period");
        }
    }
    all["window"] = window;
    all
}

fn rewards(chance: &mut Chance) -> Value {
    let mut rewards = vec![
        json!({"id": "often", "kind": {"type": "custom"}, "price": 10}),
        json!({"id": "card", "kind": {"type": "gift_card", "amount_minor": 505}, "price": 25}),
        json!({"id": "share", "kind": {"type": "percentage_discount", "share": 1_500}, "price": 17}),
        json!({"id": "mixed", "kind": {"type": "service"}, "price": 15, "money_minor": 990}),
        json!({"id": "chosen", "kind": {"type": "discount", "amount_minor": 66}, "price": 20,
            "variable": {"rate": {"points": 3, "minor": 10}, "step": 4, "least": 20, "most": 48}}),
        json!({"id": "high", "kind": {"type": "experience"}, "price": 12, "tier": "silver"}),
    ];
    for reward in &mut rewards {
        reward["title"] = json!({"en": "Reward"});
        let mut maybe = |field: &str, values: &[Value]| {
            if chance.one_in(3) {
                reward[field] = chance.of(values).clone();
            }
        };
        let units = |period: &str, units: u64| json!({"period": period, "units": units});
        maybe("stock", &[json!(1), json!(3)]);
        maybe("per_member_limit", &[json!(1), json!(2)]);
        maybe("per_member_cap", &[units("day", 1), units("month", 2)]);
        maybe("period_cap", &[units("day", 1), units("year", 3)]);
        maybe("cooldown_hours", &[json!(24), json!(1)]);
        maybe("minimum_order_minor", &[json!(2_000)]);
        maybe("cancel_hours", &[json!(2), json!(48), json!(2_000)]);
        maybe("cancel_hours", &[json!(48), json!(9_000)]);
        maybe("voucher_days", &[json!(1), json!(30)]);
        maybe("review", &[json!({"above_points": 20}), json!({"after": {"times": 1, "days": 10}})]);
        reward["when"] = condition(chance);
    }
    json!(rewards)
}

fn price_events(chance: &mut Chance) -> Value {
    let mut events = Vec::new();
    if chance.one_in(3) {
        events.push(json!({"id": "half", "title": {"en": "Half"}, "when": condition(chance),
            "rewards": ["often", "chosen", "card"], "price_share": chance.of(&[5_000, 3_333])}));
    }
    if chance.one_in(3) {
        events.push(json!({"id": "double", "title": {"en": "Double"}, "when": condition(chance),
            "value_share": chance.of(&[20_000, 12_345])}));
    }
    json!(events)
}

fn offers(chance: &mut Chance, limits: &Value) -> Value {
    let mut offers = Vec::new();
    if chance.one_in(4) {
        offers.push(json!({"id": "bonus", "title": {"en": "Bonus"}, "when": condition(chance), "uses": 2,
            "gives": {"type": "bonus", "points": 8, "minimum_order_minor": 1_500}}));
    }
    if chance.one_in(3) {
        offers.push(json!({"id": "triple", "title": {"en": "Triple"}, "when": condition(chance), "uses": 2,
            "gives": {"type": "multiplier", "factor": 30_000, "lines": lines(chance), "minimum_order_minor": 1_000}}));
    }
    let mut to_take_up = |id: &str, uses: u32, gives: Value| {
        let activation = match chance.below(3) {
            0 => json!({"type": "code", "code": "WORD"}),
            _ => json!({"type": "member"}),
        };
        if chance.one_in(3) {
            offers.push(json!({"id": id, "title": {"en": "Offer"}, "when": condition(chance), "uses": uses,
                "activation": activation, "gives": gives, "assigned": chance.one_in(3)}));
        }
    };
    to_take_up("gift", 1, json!({"type": "points", "points": 13}));
    to_take_up("next", 2, json!({"type": "bonus", "points": 6, "minimum_order_minor": 1_000}));
    to_take_up("double", 2, json!({"type": "multiplier", "factor": 20_000}));
    // Whom a cap over all members cuts first depends on whom the sweep meets first, and what turns at an instant within a
    // day is looked at on the next.
    if chance.one_in(3) && !limits["issued"].is_object() {
        let times = [
            json!({}),
            json!({"starts_on": "2027-03-28"}),
            json!({"weekdays": ["monday", "sunday"]}),
            json!({"ends_on": "2027-10-31", "weekdays": ["friday"]}),
        ];
        let when = chance.of(&times);
        offers.push(json!({"id": "unasked", "title": {"en": "Hello"}, "when": when,
            "gives": {"type": "points", "points": 11}}));
    }
    json!(offers)
}
