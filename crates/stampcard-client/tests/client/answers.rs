//! What a well-behaved backend answers.

use serde_json::{Value, json};
use stampcard_model::{IdempotencyKey, Points, RewardId, api::NewRedemption};

pub fn program() -> Value {
    json!({
        "id": "lantern", "version": 3, "name": "Lantern", "money": "EUR", "time_zone": "Europe/Berlin",
        "terminology": {"one": "star", "other": "stars"},
        "earn_rules": [{
            "id": "spend", "title": "A star for each euro",
            "earn": {"type": "spend", "ratio": {"points": 1, "per_minor": 100}, "categories": []},
        }],
        "expiry": {"type": "after_months", "months": 12},
        "window": {"type": "rolling", "days": 365},
        "tiers": [{
            "id": "gold", "name": "Gold", "threshold": 1000, "multiplier": 15000,
            "benefits": [{"kind": "free_shipping", "title": "Free shipping"}],
        }],
    })
}

pub fn reward() -> Value {
    json!({
        "id": "tote-bag", "kind": {"type": "product", "sku": "TOTE"}, "title": "Tote bag", "description": "",
        "terms": "", "image_url": "/tote.webp", "price": 400, "stock_left": 3, "tier": "gold",
        "per_member_limit": 1, "voucher_days": 90,
    })
}

pub fn rewards() -> Value {
    json!({"items": [reward()], "next": "a+b/c="})
}

pub fn my_rewards() -> Value {
    json!({"items": [{"reward": reward(), "missing": 120, "refusal": "insufficient_points", "member_left": 1}]})
}

pub fn me() -> Value {
    json!({
        "member": {"id": "m_1", "display_name": "Mei", "enrolled_at": "2026-01-02T03:04:05Z"},
        "balance": {"available": 280, "pending": 0, "held": 0},
        "expiring": {"points": 30, "expires_at": "2026-12-01T00:00:00Z"},
        "tier": {
            "tier": "gold", "qualifying": 1200,
            "next": {"tier": "jade", "threshold": 3000, "missing": 1800},
            "keep": {"until": "2027-01-01T00:00:00Z", "missing": 0},
        },
    })
}

pub fn entries() -> Value {
    json!({"items": [{
        "seq": 7, "kind": "accrual", "occurred_at": "2026-11-22T09:30:00Z", "delta": 42, "balance_after": 280,
        "order_id": "1042", "expires_at": "2027-11-30T23:00:00Z",
        "accruals": [{
            "rule_id": "spend", "base_minor": 4200, "ratio": {"points": 1, "per_minor": 100},
            "multiplier": 10000, "rounding": "floor", "points": 42,
        }],
    }]})
}

pub fn voucher() -> Value {
    json!({
        "code": "7K2M-9QXR", "state": "active", "redemption_id": "r_1", "reward_id": "tote-bag",
        "title": "Tote bag", "kind": {"type": "product", "sku": "TOTE"}, "issued_at": "2026-11-22T09:30:00Z",
    })
}

pub fn vouchers() -> Value {
    json!({"items": [voucher()]})
}

pub fn ways() -> Value {
    json!({"items": [{
        "rule": {
            "id": "check-in", "title": "Come by",
            "earn": {"type": "activity", "activity": "check_in", "points": 1, "streak": [{"days": 7, "points": 10}]},
        },
        "claimable": true, "closed": {"type": "limit_reached", "by": "rule", "period": "day"},
        "left": [{"by": "rule", "period": "day", "times": 0}], "streak": {"days": 3, "today": true},
    }]})
}

pub fn offers() -> Value {
    json!({"items": [{
        "id": "spring", "title": "Twice the stars", "description": "", "state": "open", "uses_left": 1,
        "gives": {"type": "multiplier", "factor": 20000, "categories": ["tea"]}, "ends_on": "2026-12-24",
    }]})
}

pub fn redemption() -> Value {
    json!({
        "id": "r_1", "status": "completed", "reward_id": "tote-bag", "price": 400,
        "redeemed_at": "2026-11-22T09:30:00Z", "balance_after": 0, "voucher": voucher(),
    })
}

/// What the member confirmed.
pub fn wish() -> NewRedemption {
    NewRedemption {
        reward_id: RewardId::new("tote-bag").unwrap(),
        price: Points::new(400).unwrap(),
        money_minor: 0,
    }
}

pub fn key() -> IdempotencyKey {
    IdempotencyKey::new("0f8b1c9e-5a55").unwrap()
}
