//! What commands brought and what is true of a member, in words.

use serde_json::Value;
use stampcard_engine::{
    Context, MemberState, activating_next, balance, expiring_next, opportunities, price_now, standing,
};
use stampcard_model::{
    Accrual, Draw, Entry, EntryBody, HoldReason, Missed, MissedReason, Points, ReleaseReason, RewardId,
    TierReason, Timestamp, Wait,
};

/// Entries, each with its date if that is not the command's.
pub(crate) fn of_entries(now: Timestamp, entries: &[Entry]) -> String {
    let told = entries.iter().map(|entry| {
        let at =
            if entry.occurred_at == now { String::new() } else { format!("{}: ", day(entry.occurred_at)) };
        at + &body(&entry.body)
    });
    told.collect::<Vec<_>>().join("; ")
}

/// What is true of a member, if the case asks that: `{"tell": "balance"}`, `"standing"`, or `{"price_of": reward}`.
pub(crate) fn of_member(context: &Context<'_>, member: &MemberState, asked: &Value) -> Option<String> {
    if let Some(reward) = asked.get("price_of").and_then(Value::as_str) {
        let reward = context.program.reward(&RewardId::new(reward).ok()?)?;
        let chosen =
            asked.get("price").and_then(Value::as_u64).map(|price| Points::saturating_from(price.into()));
        let price = price_now(context, member, reward, chosen);
        let value = price.value.map_or(String::new(), |value| format!(", worth {value}"));
        return Some(format!("{} and {} money{value}", price.points, price.money_minor));
    }
    match asked.get("tell")?.as_str()? {
        "balance" => {
            let has = balance(member, context.now);
            let mut told = format!("{} available", has.available);
            for (amount, what) in [(has.pending, "pending"), (has.held, "held"), (has.owed, "owed")] {
                if !amount.is_zero() {
                    told += &format!(", {amount} {what}");
                }
            }
            if let Some((points, at)) = activating_next(member, context.now) {
                told += &format!(", {points} on {}", day(at));
            }
            if let Some((points, at)) = expiring_next(member, context.now) {
                told += &format!(", {points} till {}", day(at));
            }
            Some(told)
        }
        "standing" => {
            let standing = standing(context, member)?;
            let mut told = format!("{} with {}", standing.tier.id, standing.qualifying);
            if let Some(until) = standing.until {
                told += &format!(" till {}", day(until));
            }
            for next in opportunities(context, member) {
                told += &format!(", {} more for {}", next.missing, next.tier.id);
                told += &next.by.map_or(String::new(), |by| format!(" by {}", day(by)));
                told += &next.begins_at.map_or(String::new(), |at| format!(" from {}", day(at)));
            }
            if let Some(risk) = standing.keep {
                let (missing, until) = (risk.missing, day(risk.until));
                told += &format!(", {missing} more by {until} or {}", risk.falls_to.id);
            }
            Some(told)
        }
        _ => None,
    }
}

fn body(body: &EntryBody) -> String {
    match body {
        EntryBody::Accrual {
            accruals, missed, points, waits, expires_at, active_until, qualifying, ..
        } => {
            let mut told = format!("earned {points}");
            let parts: Vec<String> = accruals.iter().filter(|a| !a.points.is_zero()).map(accrual).collect();
            if !parts.is_empty() {
                told += &format!(" ({})", parts.join(", "));
            }
            told += &missed.iter().map(|missed| format!(", {}", miss(missed))).collect::<String>();
            told += &match waits {
                None => String::new(),
                Some(Wait::Until { at }) => format!(", waits till {}", day(*at)),
                Some(Wait::Fulfilled) => ", waits to be fulfilled".to_owned(),
            };
            told += &qualifying.map_or(String::new(), |some| format!(", {some} for the tier"));
            told + &expires_at.or(*active_until).map_or(String::new(), |at| format!(", till {}", day(at)))
        }
        EntryBody::Activation { points, .. } => format!("{points} can be spent"),
        EntryBody::Redemption { reward_id, points, deal, voucher_expires_at, .. } => {
            let money =
                if deal.money_minor > 0 { format!(" and {} money", deal.money_minor) } else { String::new() };
            let worth = deal.value.map_or(String::new(), |value| format!(", worth {value}"));
            let till = voucher_expires_at.map_or(String::new(), |at| format!(", till {}", day(at)));
            format!("redeemed {reward_id} for {points}{money}{worth}{till}")
        }
        EntryBody::Hold { reward_id, points, reason, .. } => {
            let reason = match reason {
                HoldReason::Reserved => "reserved",
                HoldReason::Review => "to be approved",
            };
            format!("held {points} for {reward_id}, {reason}")
        }
        EntryBody::Release { points, reason, .. } => {
            let reason = match reason {
                ReleaseReason::Withdrawn => "withdrawn",
                ReleaseReason::Rejected => "rejected",
                ReleaseReason::Ended => "ended",
            };
            format!("{points} released, {reason}")
        }
        EntryBody::Cancellation { reward_id, points, .. } => format!("cancelled {reward_id}, {points} back"),
        EntryBody::Expiry { points, .. } => format!("{points} expired"),
        EntryBody::Adjustment { delta, .. } => format!("adjusted by {delta}"),
        EntryBody::Reversal { points, pending, owed, shortfall, draws, .. } => {
            let mut told = format!("took back {points}");
            for (amount, what) in [(pending, "pending"), (owed, "owed"), (shortfall, "missing")] {
                if !amount.is_zero() {
                    told += &format!(", {amount} {what}");
                }
            }
            told + &lots(draws)
        }
        EntryBody::Settlement { points, .. } => format!("{points} paid what was owed"),
        EntryBody::TierChange { tier, reason, until, qualifying, .. } => {
            let reason = match reason {
                TierReason::Reached => "reached",
                TierReason::Promoted => "promoted",
                TierReason::Kept => "kept",
                TierReason::Fell => "fell",
                TierReason::Undone => "undone",
            };
            let until = until.map_or(String::new(), |at| format!(", till {}", day(at)));
            format!("tier {tier} {reason} with {qualifying}{until}")
        }
        EntryBody::OfferActivation { offer_id } => format!("took up {offer_id}"),
    }
}

/// The lots that gave, where there are several.
fn lots(draws: &[Draw]) -> String {
    if draws.len() < 2 {
        return String::new();
    }
    let told: Vec<String> = draws.iter().map(|draw| format!("{} of lot {}", draw.points, draw.lot)).collect();
    format!(": {}", told.join(", "))
}

fn accrual(accrual: &Accrual) -> String {
    let mut told = format!("{} {}", accrual.rule_id, accrual.points);
    if accrual.multiplier.0 != 10_000 {
        told += &format!(" at {}", accrual.multiplier.0);
    }
    if let Some(cap) = accrual.cap {
        told += &format!(" of {}", cap.uncut);
    }
    told
}

fn miss(missed: &Missed) -> String {
    let reason = match &missed.reason {
        MissedReason::NotNow => "not now".to_owned(),
        MissedReason::OtherTier => "other tier".to_owned(),
        MissedReason::OtherMembers => "other members".to_owned(),
        MissedReason::ConsentMissing => "no consent".to_owned(),
        MissedReason::OtherDay => "other day".to_owned(),
        MissedReason::LimitReached { by, period } => format!("limit of {by:?} a {period:?}").to_lowercase(),
        MissedReason::Used => "used".to_owned(),
        MissedReason::TooSmall { missing_minor } => format!("{missing_minor} too small"),
        MissedReason::GoalAhead { missing } => format!("{missing} ahead"),
        MissedReason::GoalReached => "reached before".to_owned(),
        MissedReason::NothingCounts => "nothing counts".to_owned(),
        MissedReason::RoundedToNothing => "rounded to nothing".to_owned(),
        MissedReason::Unrecognized => "?".to_owned(),
    };
    format!("no {} as {reason}", missed.rule_id)
}

/// An instant as its date, with the time unless it is midnight UTC.
fn day(at: Timestamp) -> String {
    let text = at.to_string();
    text.strip_suffix("T00:00:00Z").unwrap_or(&text).to_owned()
}
