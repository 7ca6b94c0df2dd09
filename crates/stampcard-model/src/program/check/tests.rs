use serde_json::{Value, json};

use crate::Program;

/// A program that uses everything a program can say.
const EVERYTHING: &str = include_str!("../../../../../tests/fixtures/programs/everything.json");

#[test]
fn a_program_that_uses_everything_has_no_fault_and_is_written_as_it_was_read() {
    let document: Value = serde_json::from_str(EVERYTHING).unwrap();
    let program: Program = serde_json::from_value(document).unwrap();
    assert_eq!(program.faults(), []);
    let written = serde_json::to_value(&program).unwrap();
    assert_eq!(serde_json::from_value::<Program>(written).unwrap(), program);
}

#[test]
fn a_program_of_the_first_shape_is_still_read_and_written_alike() {
    let document = json!({
        "id": "p", "version": 1, "name": {"en": "P"}, "default_locale": "en",
        "currency": {"terminology": {"en": {"one": "star", "other": "stars"}}, "rounding": "floor"},
        "money": "EUR", "time_zone": "Europe/Berlin",
        "earn_rules": [{"id": "spend", "title": {"en": "Shop"}, "earn": {"type": "spend",
            "ratio": {"points": 1, "per_minor": 100},
            "categories": [{"category": "tea", "ratio": {"points": 2, "per_minor": 100}}]}}],
        "expiry": {"type": "after_months", "months": 12},
        "tiers": {"window": {"type": "rolling", "days": 365}, "tiers": [
            {"id": "basic", "name": {"en": "Basic"}, "threshold": 0, "multiplier": 10000, "benefits": []},
            {"id": "gold", "name": {"en": "Gold"}, "threshold": 500, "multiplier": 15000,
                "benefits": [{"kind": "event", "title": {"en": "Party"}}]}]},
        "rewards": [{"id": "bag", "kind": {"type": "custom"}, "title": {"en": "Bag"}, "description": {},
            "terms": {}, "price": 100, "stock": 3, "tier": "gold", "per_member_limit": 1, "voucher_days": 30}]
    });
    let program: Program = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(program.faults(), []);
    assert_eq!(serde_json::to_value(&program).unwrap(), document);
}

#[test]
fn what_no_program_can_say_is_not_read() {
    for (pointer, value) in [
        ("/earn_rules/0/earn/type", json!("barter")),
        ("/expiry", json!({"type": "after_months", "months": 12, "weeks": 3})),
        ("/tiers/window", json!({"type": "rolling"})),
        ("/multipliers/0/when", json!({"weekdays": ["someday"]})),
        ("/multipliers/1/when/starts_on", json!("2026-02-30")),
        ("/limits", json!({"per_day": 3})),
        ("/offers/0/gives", json!({"type": "points", "points": -1})),
        ("/pending", json!({"type": "days", "days": 1.5})),
    ] {
        let document = with(&[(pointer, value)]);
        assert!(serde_json::from_value::<Program>(document).is_err(), "{pointer}");
    }
}

#[test]
fn every_fault_of_the_whole_is_named_with_its_place() {
    check("/version", json!(0), &["/version counts from 1"]);
    check("/default_locale", json!(""), &["/default_locale is empty"]);
    check("/name", json!({}), &["/name is empty in some language"]);
    check("/name", json!({"en": "x".repeat(2001)}), &["/name is longer than 2000 characters"]);
    check("/currency/terminology", json!({}), &["/currency/terminology names no language"]);
    check(
        "/currency/terminology/en",
        json!({"one": "", "other": "x"}),
        &["/currency/terminology is empty in some language"],
    );
}

#[test]
fn every_fault_of_earn_rules_is_named_with_its_place() {
    let rule = |index: u8, rest: &str| format!("/earn_rules/{index}/{rest}");
    check(&rule(1, "id"), json!("spend"), &["/earn_rules/1 stands twice"]);
    check(&rule(0, "title"), json!({"en": ""}), &["/earn_rules/0/title is empty in some language"]);
    check(
        &rule(0, "earn/ratio/per_minor"),
        json!(0),
        &["/earn_rules/0/earn/ratio/per_minor is not at least 1"],
    );
    check(
        &rule(0, "earn/categories/1/ratio/points"),
        json!(1_000_001),
        &["/earn_rules/0/earn/categories/1/ratio/points is more than 1000000"],
    );
    check(
        &rule(0, "earn/categories/1/category"),
        json!("books"),
        &["/earn_rules/0/earn/categories/1 stands twice"],
    );
    check(
        &rule(0, "earn/products/0/ratio/per_minor"),
        json!(0),
        &["/earn_rules/0/earn/products/0/ratio/per_minor is not at least 1"],
    );
    check(
        &rule(0, "earn/skus/0/ratio/per_minor"),
        json!(0),
        &["/earn_rules/0/earn/skus/0/ratio/per_minor is not at least 1"],
    );
    check(
        &rule(0, "minimum_order_minor"),
        json!(1_000_000_000_001_u64),
        &["/earn_rules/0/minimum_order_minor is not between 0 and 1000000000000"],
    );
    check(
        &rule(0, "limits"),
        json!([{"period": "day"}, {"period": "day", "points": 0, "times": 0}]),
        &[
            "/earn_rules/0/limits/1 stands twice",
            "/earn_rules/0/limits/0 states neither points nor times",
            "/earn_rules/0/limits/1/points is not at least 1",
            "/earn_rules/0/limits/1/times is not at least 1",
        ],
    );
    check(&rule(1, "earn/points"), json!(0), &["/earn_rules/1/earn/points is not between 1 and 1000000"]);
    check(&rule(2, "earn/steps"), json!([]), &["/earn_rules/2/earn/steps is not 1 to 20 steps"]);
    check(
        &rule(2, "earn/steps/1"),
        json!({"at_least_minor": 20000, "points": 40}),
        &["/earn_rules/2/earn/steps/1 does not rise above the step before"],
    );
    check(
        &rule(2, "earn/steps/1"),
        json!({"at_least_minor": 30000, "points": 30}),
        &["/earn_rules/2/earn/steps/1 does not rise above the step before"],
    );
    check(&rule(2, "lines/skus"), json!(["A", "A"]), &["/earn_rules/2/lines/skus/1 stands twice"]);
    check(
        &rule(3, "earn/target"),
        json!(0),
        &["/earn_rules/3/earn/target is not between 1 and 1000000000000"],
    );
    check(&rule(3, "earn/points"), json!(0), &["/earn_rules/3/earn/points is not between 1 and 1000000"]);
    check(
        &rule(3, "lines"),
        json!({"skus": ["A"]}),
        &["/earn_rules/3/lines is for spending and its bonuses only"],
    );
    check(
        &rule(5, "minimum_order_minor"),
        json!(1),
        &["/earn_rules/5/minimum_order_minor is for orders only"],
    );
    check(&rule(5, "earn/activity"), json!("sleep"), &["/earn_rules/5/earn/activity is no activity"]);
    check(&rule(5, "earn/points"), json!(0), &["/earn_rules/5/earn/points is not at least 1"]);
    check(
        &rule(5, "earn/span"),
        json!("day"),
        &["/earn_rules/5/earn/span is for birthdays and anniversaries only"],
    );
    check(
        &rule(5, "earn/streak"),
        json!([{"days": 2, "points": 1}]),
        &["/earn_rules/5/earn/streak is for check-ins only"],
    );
    let uneven = "is neither above the step before nor at most 366, or less than 2";
    check(
        &rule(15, "earn/streak"),
        json!([{"days": 1, "points": 0}, {"days": 367, "points": 1}]),
        &[
            &format!("/earn_rules/15/earn/streak/0/days {uneven}"),
            "/earn_rules/15/earn/streak/0/points is not between 1 and 1000000",
            &format!("/earn_rules/15/earn/streak/1/days {uneven}"),
        ],
    );
    check(
        &rule(16, "earn"),
        json!({"type": "activity", "activity": "custom", "points": 3}),
        &["/earn_rules/16/earn/code is missing for a custom activity"],
    );
    check(
        &rule(17, "earn"),
        json!({"type": "referral", "advocate": 0, "friend": 0}),
        &["/earn_rules/17/earn gives nothing to either side"],
    );
}

#[test]
fn every_fault_of_multipliers_conditions_and_limits_is_named_with_its_place() {
    check("/multipliers/1/id", json!("tuesday"), &["/multipliers/1 stands twice"]);
    check("/multipliers/0/title", json!({}), &["/multipliers/0/title is empty in some language"]);
    check("/multipliers/0/factor", json!(0), &["/multipliers/0/factor is not between 1 and 1000000"]);
    check(
        "/multipliers/1/lines/categories",
        json!(["maps", "maps"]),
        &["/multipliers/1/lines/categories/1 stands twice"],
    );
    check(
        "/multipliers/0/when",
        json!({"tiers": ["admiral"]}),
        &["/multipliers/0/when/tiers/0 names no tier of the program"],
    );
    check(
        "/multipliers/0/when",
        json!({"weekdays": ["monday", "monday"]}),
        &["/multipliers/0/when/weekdays/1 stands twice"],
    );
    check(
        "/multipliers/0/when",
        json!({"bought": {"days": 0}}),
        &[
            "/multipliers/0/when/bought/days is not between 1 and 3660",
            "/multipliers/0/when/bought states neither orders nor spend_minor",
        ],
    );
    check(
        "/multipliers/0/when",
        json!({"bought": {"days": 1, "orders": 0, "spend_minor": 0}}),
        &[
            "/multipliers/0/when/bought/orders is not at least 1",
            "/multipliers/0/when/bought/spend_minor is not between 1 and 1000000000000",
        ],
    );
    check(
        "/multipliers/0/when",
        json!({"starts_on": "2026-02-01", "ends_on": "2026-01-31"}),
        &["/multipliers/0/when/ends_on is before its starts_on"],
    );
    check(
        "/limits/per_member",
        json!([{"period": "year", "times": 0}]),
        &["/limits/per_member/0/times is not at least 1"],
    );
    check("/limits/issued/points", json!(0), &["/limits/issued/points is not at least 1"]);
}

#[test]
fn every_fault_of_time_is_named_with_its_place() {
    check("/pending/days", json!(0), &["/pending/days is not between 1 and 365"]);
    check("/expiry/months", json!(121), &["/expiry/months is not between 1 and 120"]);
    check(
        "/expiry",
        json!({"type": "inactivity", "months": 0}),
        &["/expiry/months is not between 1 and 120"],
    );
    check("/expiry", json!({"type": "on_dates", "dates": []}), &["/expiry/dates is not 1 to 20 days"]);
    check(
        "/expiry",
        json!({"type": "on_dates", "dates": ["12-31", "12-31"], "least_months": 121}),
        &["/expiry/dates/1 stands twice", "/expiry/least_months is not between 0 and 120"],
    );
    check(
        "/lifecycle",
        json!({"new_days": 0, "at_risk_days": 0, "lapsed_days": 0}),
        &[
            "/lifecycle/new_days is not at least 1",
            "/lifecycle/at_risk_days is not at least 1",
            "/lifecycle/lapsed_days is not above /lifecycle/at_risk_days",
        ],
    );
}

#[test]
fn every_fault_of_tiers_is_named_with_its_place() {
    let validity = "needs a validity other than while_qualified";
    let periods = "needs a window with periods: calendar_year or since_joining, and no points_held";
    check(
        "/tiers/window",
        json!({"type": "rolling", "days": 0}),
        &["/tiers/window/days is not between 1 and 3660", &format!("/tiers/validity {periods}")],
    );
    check(
        "/tiers/window",
        json!({"type": "since_joining", "months": 121}),
        &["/tiers/window/months is not between 1 and 120"],
    );
    check("/tiers/window", json!({"type": "lifetime"}), &[&format!("/tiers/validity {periods}")]);
    check(
        "/tiers/validity",
        json!({"type": "while_qualified"}),
        &[&format!("/tiers/grace_days {validity}"), &format!("/tiers/downgrade {validity}")],
    );
    check(
        "/tiers/validity",
        json!({"type": "months", "months": 0}),
        &["/tiers/validity/months is not between 1 and 120"],
    );
    check("/tiers/grace_days", json!(366), &["/tiers/grace_days is not between 0 and 365"]);
    check_all(
        &[("/tiers/upgrade", json!("next_period")), ("/tiers/measure", json!("points_held"))],
        &[&format!("/tiers/upgrade {periods}")],
    );
    check(
        "/tiers/tiers/1/id",
        json!("captain"),
        &["/tiers/tiers/2 stands twice", "/rewards/9/tier names no tier of the program"],
    );
    check(
        "/tiers/tiers/0/threshold",
        json!(1),
        &["/tiers/tiers/0/threshold is not 0: everybody has the first tier"],
    );
    check("/tiers/tiers/1/threshold", json!(0), &["/tiers/tiers/1/threshold is not above the tier before"]);
    check("/tiers/tiers/1/multiplier", json!(0), &["/tiers/tiers/1/multiplier is not between 1 and 1000000"]);
    check("/tiers/tiers/1/name", json!({}), &["/tiers/tiers/1/name is empty in some language"]);
    check(
        "/tiers/tiers/1/benefits/0",
        json!({"kind": "cake", "title": {}, "url": "http://a/"}),
        &[
            "/tiers/tiers/1/benefits/0/kind is no kind of benefit",
            "/tiers/tiers/1/benefits/0/title is empty in some language",
            "/tiers/tiers/1/benefits/0/url is neither an https address nor root-relative",
        ],
    );
}

#[test]
fn every_fault_of_rewards_is_named_with_its_place() {
    check("/rewards/1/id", json!("coupon"), &["/rewards/1 stands twice"]);
    check("/rewards/1/title", json!({"en": ""}), &["/rewards/1/title is empty in some language"]);
    check(
        "/rewards/11/terms",
        json!({"en": "x".repeat(2001)}),
        &["/rewards/11/terms is longer than 2000 characters"],
    );
    check("/rewards/1/kind", json!({"type": "dragon"}), &["/rewards/1/kind is no kind of reward"]);
    check("/rewards/1/kind/share", json!(10_001), &["/rewards/1/kind/share is not between 1 and 10000"]);
    check(
        "/rewards/4/kind/amount_minor",
        json!(0),
        &["/rewards/4/kind/amount_minor is not between 1 and 1000000000000"],
    );
    check("/rewards/1/price", json!(0), &["/rewards/1/price is not at least 1"]);
    check("/rewards/9/tier", json!("admiral"), &["/rewards/9/tier names no tier of the program"]);
    check("/rewards/3/per_member_limit", json!(0), &["/rewards/3/per_member_limit is not at least 1"]);
    check(
        "/rewards/9/per_member_cap/units",
        json!(0),
        &["/rewards/9/per_member_cap/units is not at least 1"],
    );
    check("/rewards/9/period_cap/units", json!(0), &["/rewards/9/period_cap/units is not at least 1"]);
    check("/rewards/2/cooldown_hours", json!(0), &["/rewards/2/cooldown_hours is not between 1 and 87600"]);
    check("/rewards/0/cancel_hours", json!(87_601), &["/rewards/0/cancel_hours is not between 1 and 87600"]);
    check("/rewards/0/voucher_days", json!(0), &["/rewards/0/voucher_days is not between 1 and 3660"]);
    check("/rewards/6/review", json!({}), &["/rewards/6/review states neither above_points nor after"]);
    check(
        "/review/after",
        json!({"times": 0, "days": 0}),
        &["/review/after/times is not at least 1", "/review/after/days is not between 1 and 3660"],
    );
    check(
        "/refunds/restore_grace_days",
        json!(366),
        &["/refunds/restore_grace_days is not between 0 and 365"],
    );
    let variable = |rest: &str| format!("/rewards/0/variable/{rest}");
    check(
        &variable("step"),
        json!(0),
        &[
            "/rewards/0/variable/step is not at least 1",
            "/rewards/0/variable/most is no whole number of steps above least",
        ],
    );
    check(
        &variable("least"),
        json!(150),
        &[
            "/rewards/0/variable/least is not the reward's price",
            "/rewards/0/variable/rate does not give the reward's amount for the least price",
        ],
    );
    check(
        &variable("most"),
        json!(1001),
        &["/rewards/0/variable/most is no whole number of steps above least"],
    );
    check(
        &variable("rate"),
        json!({"points": 0, "minor": 0}),
        &[
            "/rewards/0/variable/rate/points is not at least 1",
            "/rewards/0/variable/rate/minor is not at least 1",
            "/rewards/0/variable/rate does not give the reward's amount for the least price",
        ],
    );
    check(
        "/rewards/0/kind",
        json!({"type": "custom"}),
        &["/rewards/0/variable is for rewards with an amount of money only"],
    );
}

#[test]
fn every_fault_of_price_events_offers_and_nudges_is_named_with_its_place() {
    check("/price_events/1/id", json!("half-june"), &["/price_events/1 stands twice"]);
    check(
        "/price_events/0/rewards",
        json!(["nothing"]),
        &["/price_events/0/rewards/0 names no reward of the program"],
    );
    check(
        "/price_events/0/price_share",
        json!(10_001),
        &["/price_events/0/price_share is not between 1 and 10000"],
    );
    check("/price_events/0/price_share", json!(10_000), &["/price_events/0 changes neither price nor value"]);
    check(
        "/price_events/1/value_share",
        json!(9_999),
        &["/price_events/1/value_share is not between 10000 and 1000000"],
    );
    check("/offers/0/id", json!("spend"), &["/offers/0/id is the name of an earn rule"]);
    check("/offers/1/id", json!("welcome-gift"), &["/offers/1 stands twice"]);
    check("/offers/0/gives/points", json!(0), &["/offers/0/gives/points is not between 1 and 1000000"]);
    check("/offers/2/uses", json!(0), &["/offers/2/uses is not at least 1"]);
    check("/offers/2/gives/factor", json!(0), &["/offers/2/gives/factor is not between 1 and 1000000"]);
    check_all(
        &[("/offers/2/gives", json!({"type": "points", "points": 3}))],
        &["/offers/2/uses is more than 1 for points that come once"],
    );
    check(
        "/nudges/expiry_days",
        json!([0, 0]),
        &[
            "/nudges/expiry_days/1 stands twice",
            "/nudges/expiry_days/0 is not between 1 and 365",
            "/nudges/expiry_days/1 is not between 1 and 365",
        ],
    );
    check("/nudges/thresholds", json!([0]), &["/nudges/thresholds/0 is not at least 1"]);
    check("/nudges/tier_at_risk_days", json!(366), &["/nudges/tier_at_risk_days is not between 1 and 365"]);
    check("/nudges/win_back_days", json!(0), &["/nudges/win_back_days is not between 1 and 3660"]);
}

#[test]
fn an_address_is_https_or_of_the_same_origin() {
    for good in ["https://shop.example/a.png", "/a.png"] {
        check("/rewards/3/image_url", json!(good), &[]);
    }
    for bad in ["javascript:alert(1)", "http://a/b.png", "//a/b.png", "data:image/png;x", "/\\evil", "/a b"] {
        check(
            "/rewards/3/image_url",
            json!(bad),
            &["/rewards/3/image_url is neither an https address nor root-relative"],
        );
    }
}

#[test]
fn the_link_of_an_invitation_has_a_place_for_the_code() {
    for good in ["https://shop.example/?ref={code}", "https://shop.example/i/{code}"] {
        check("/invitation_link", json!(good), &[]);
    }
    let twice = "https://shop.example/{code}?ref={code}";
    for bad in
        ["https://shop.example/", "/?ref={code}", "javascript:x({code})", "https://a/ {code}", twice, ""]
    {
        check("/invitation_link", json!(bad), &["/invitation_link is no https address with {code} once"]);
    }
}

fn with(changes: &[(&str, Value)]) -> Value {
    let mut document: Value = serde_json::from_str(EVERYTHING).unwrap();
    for (pointer, value) in changes {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap_or_else(|| panic!("{parent} names no place")) {
            Value::Object(fields) => {
                fields.insert(field.to_owned(), value.clone());
            }
            Value::Array(items) => items[field.parse::<usize>().unwrap()] = value.clone(),
            _ => panic!("{parent} holds nothing"),
        }
    }
    document
}

fn check(pointer: &str, value: Value, expected: &[&str]) {
    check_all(&[(pointer, value)], expected);
}

fn check_all(changes: &[(&str, Value)], expected: &[&str]) {
    let program: Program = serde_json::from_value(with(changes)).expect("the document has the right shape");
    let faults: Vec<String> =
        program.faults().iter().map(|f| format!("{} {}", f.pointer, f.detail)).collect();
    assert_eq!(faults, expected, "{changes:?}");
}
