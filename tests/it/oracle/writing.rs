//! Writes scripts: what happens is chosen by chance, and often where the model says that something is about to change.

use serde_json::{Value, json};
use stampcard_model::{Activity, ActivityId, MonthDay, Order, OrderId, Period, Returned, Timestamp};
use stampcard_server::settings::Velocity;

use super::{
    calendar::{DAY, HOUR, Zone, civil, plus_months},
    chance::Chance,
    member::{End, Wait},
    model::Model,
    program::{CATEGORIES, PRODUCTS, SKUS, by_chance},
    script::{Act, Script, Step, Told},
};

/// How long an answer is kept for a repetition, less a day.
const ANSWERS_KEPT: i64 = 6 * DAY;

/// Segments that programs speak of.
const SEGMENTS: [&str; 3] = ["vip", "collectors", "others"];

/// How long after something what comes of it is done: within a limit's hours, or just after them.
const SOON: [i64; 8] = [0, 0, 10 * 60_000, 90 * 60_000, 13 * HOUR, 24 * HOUR, 30 * HOUR, 40 * DAY];

/// The script of a seed.
pub fn script(seed: u64, velocity: Velocity) -> Script {
    let mut chance = Chance::seeded(seed);
    let (program, next) = by_chance(&mut chance);
    let zone = Zone::named(program["time_zone"].as_str().unwrap());
    let begins = beginning(&mut chance, zone);
    let members = *chance.of(&[1, 1, 2, 3]);
    let next = next.map(|mut next| {
        let days = chance.between(1, 200);
        next["effective_at"] = json!(Timestamp::from_millis(begins + days * DAY));
        next
    });
    let mut script = Script { program, next, velocity, begins, members, steps: Vec::new() };
    let mut model = Model::new(&script);
    let (mut at, most) = (begins, chance.between(12, 25));
    for number in 0..usize::try_from(most).unwrap() {
        let last = script.steps.last().filter(|_| chance.one_in(2));
        let more = last.and_then(|last| Some((last.member, follow_up(&mut chance, &model, last, number)?)));
        let anyone = usize::try_from(chance.below(members as u64)).unwrap();
        let member = more.as_ref().map_or(anyone, |(member, _)| *member);
        at = match more {
            Some((_, Act::Does { .. })) if !chance.one_in(3) => at + DAY,
            Some((_, Act::Cancel { .. })) => later(&mut chance, &model, member, at),
            Some(_) if !chance.one_in(3) => at + chance.of(&SOON),
            _ => later(&mut chance, &model, member, at),
        };
        model.live_until(at);
        let act = match more {
            Some((_, act)) => act,
            // Who has nothing comes to no limit.
            None if number == 0 && chance.one_in(2) => Act::Adjust { delta: 500 },
            None => act(&mut chance, &model, &script, member, at),
        };
        let step = Step { number, at, member, act };
        let _ = model.carry_out(&step);
        script.steps.push(step);
    }
    script
}

/// What was done last, once more, or what comes of it: limits are about what is repeated.
fn follow_up(chance: &mut Chance, model: &Model, last: &Step, number: usize) -> Option<Act> {
    let act = match last.act.clone() {
        Act::Order(order) => Act::Order(Order { id: OrderId::new(format!("o-{number}")).ok()?, ..order }),
        Act::Does { activity, claimed } => {
            let id = ActivityId::new(format!("a-{number}")).ok()?;
            Act::Does { activity: Activity { id, ..activity }, claimed }
        }
        Act::Redeem { .. } if chance.one_in(6) => Act::Cancel { redemption: last.number },
        Act::Redeem { .. } if chance.one_in(3) => Act::Use { redemption: last.number, goods: goods(chance) },
        Act::TakeUp { .. } | Act::Follow { .. } | Act::Tell(_) if chance.one_in(2) => {
            Act::Order(order(chance, model, &[], number))
        }
        act @ (Act::Redeem { .. } | Act::TakeUp { .. }) => act,
        _ => return None,
    };
    Some(act)
}

/// What the goods cost for which a voucher is used.
fn goods(chance: &mut Chance) -> Option<u64> {
    *chance.of(&[None, Some(0), Some(1_999), Some(2_000), Some(90_000)])
}

/// Somewhere in three years, often near a change of the clocks, the end of a year or the 29th of February.
fn beginning(chance: &mut Chance, zone: Zone) -> i64 {
    let year = i32::try_from(chance.between(2026, 2028)).unwrap();
    let any = Zone::Utc.begins(super::calendar::day_of(year, 1, 1)) + chance.between(0, 365 * DAY);
    let (summer, winter) = zone.changes(year);
    let around = chance.between(-2 * DAY, 2 * DAY);
    match chance.below(6) {
        0 if summer > 0 => summer + around,
        1 if winter > 0 => winter + around,
        2 => zone.begins(super::calendar::day_of(2028, 2, 29)) + around,
        3 => zone.begins(super::calendar::day_of(year, 12, 31)) + around,
        _ => any,
    }
}

fn later(chance: &mut Chance, model: &Model, person: usize, now: i64) -> i64 {
    let gap = match chance.below(20) {
        0..=4 => 0,
        5..=7 => chance.between(1, 50 * 60_000),
        8..=10 => chance.between(HOUR, 20 * HOUR),
        11..=13 => chance.between(DAY, 9 * DAY),
        14 => chance.between(20 * DAY, 100 * DAY),
        _ => {
            let ahead: Vec<i64> =
                edges(model, person, now).into_iter().filter(|edge| *edge > now + 1).collect();
            if ahead.is_empty() { 0 } else { chance.of(&ahead) + chance.between(-1, 1) - now }
        }
    };
    now + gap
}

/// Instants at which something changes.
fn edges(model: &Model, person: usize, now: i64) -> Vec<i64> {
    let Some(who) = model.present[person] else { return Vec::new() };
    let (member, program, zone) = (&model.members[who], &model.program, model.zone);
    let mut edges = Vec::new();
    for parcel in &member.parcels {
        match (parcel.wait, parcel.end) {
            (Some(Wait::Until(at)), _) | (_, End::At(at)) => edges.push(at),
            (_, End::Inactivity) => edges.push(member.active_until),
            (Some(Wait::Fulfilled) | None, End::Never) => {}
        }
    }
    for redemption in &member.redemptions {
        edges.extend(redemption.cancel_until);
        edges.extend(redemption.voucher_expires_at);
        edges.extend(redemption.paid.iter().filter_map(|parcel| member.end_of(parcel)));
        edges.push(redemption.at + DAY);
        let hours = program.rewards.iter().filter_map(|reward| reward.cooldown_hours);
        edges.extend(hours.map(|hours| redemption.at + i64::from(hours) * HOUR));
    }
    edges.extend(member.tier_changes_at(program, zone));
    edges.extend(member.standing.held.until);
    edges.push(member.window(program, zone, now).1);
    for period in [Period::Day, Period::Day, Period::Month, Period::Year] {
        edges.push(zone.period(period, now).1);
    }
    edges.push(now + DAY);
    edges.extend(model.versions.iter().filter_map(|version| version.effective_at).map(Timestamp::as_millis));
    // The anniversary of joining, and another day of its month.
    let year = plus_months(zone.day(member.joined_at), 12);
    edges.extend([zone.begins(year), zone.begins(year + 1), zone.begins(year + 2)]);
    let birthday = member.person.birthday_in(zone, now);
    edges.extend(birthday.into_iter().flat_map(|begins| [begins, begins + DAY]));
    let (summer, winter) = zone.changes(civil(now.div_euclid(DAY)).0);
    edges.extend([summer, winter]);
    let windows = member.bookings.iter().rev().take(3);
    for days in [10, 20, 30, 60, 90] {
        edges.extend(windows.clone().map(|booking| booking.at + days * DAY));
    }
    edges.retain(|edge| *edge < now + 400 * DAY);
    edges
}

fn act(chance: &mut Chance, model: &Model, script: &Script, person: usize, now: i64) -> Act {
    let Some(who) = model.present[person].filter(|_| !chance.one_in(8)) else {
        return of_a_person(chance, model, script.members, person);
    };
    let orders: Vec<String> = known(script, |act| match act {
        Act::Order(order) => Some(order.id.to_string()),
        _ => None,
    });
    let redemptions = known(script, |act| matches!(act, Act::Redeem { .. }).then_some(()));
    let redemptions = redemptions.len();
    let named = |chance: &mut Chance| {
        if orders.is_empty() || chance.one_in(12) { "never".to_owned() } else { chance.of(&orders).clone() }
    };
    let redemption = |chance: &mut Chance| {
        let steps = script.steps.iter().filter(|step| matches!(step.act, Act::Redeem { .. }));
        let steps: Vec<usize> = steps.map(|step| step.number).collect();
        if steps.is_empty() { 999 } else { *chance.of(&steps) }
    };
    match chance.below(48) {
        0..=11 => Act::Order(order(chance, model, &orders, script.steps.len())),
        12 => Act::Adjust { delta: 500 },
        13..=16 => {
            let order = named(chance);
            let returned = if chance.one_in(3) { None } else { returned(chance, model, &order) };
            Act::Refund { order, returned }
        }
        17..=18 => Act::Fulfill { order: named(chance) },
        19..=22 => does(chance, model, who, now, script.steps.len()),
        23..=31 => redeem(chance, model, who, now),
        32..=33 if redemptions > 0 => Act::Cancel { redemption: redemption(chance) },
        34..=35 if redemptions > 0 => Act::Use { redemption: redemption(chance), goods: goods(chance) },
        36..=37 => repeated(chance, script, now).unwrap_or(Act::Look),
        38 => Act::Sweep,
        39 => Act::Look,
        40 => Act::Adjust { delta: *chance.of(&[1, 30, 200, -1, -15, -150]) },
        41..=43 => take_up(chance, model),
        44..=47 if redemptions > 0 => {
            let held: Vec<usize> =
                model.members.iter().flat_map(|member| member.held()).map(|one| one.step).collect();
            let any = held.is_empty() || chance.one_in(6);
            let redemption = if any { redemption(chance) } else { *chance.of(&held) };
            Act::Review { redemption, approved: chance.one_in(2) }
        }
        _ => redeem(chance, model, who, now),
    }
}

/// What is said of people, and by them, that earns nothing by itself. Whoever is no member mostly enrolls.
fn of_a_person(chance: &mut Chance, model: &Model, people: usize, person: usize) -> Act {
    let day = |chance: &mut Chance| {
        let (month, day) = *chance.of(&[(1, 1), (2, 29), (3, 28), (6, 15), (10, 31), (12, 31)]);
        MonthDay::new(month, day).unwrap()
    };
    let is_member = model.present[person].is_some();
    match chance.below(if is_member { 20 } else { 28 }) {
        0..=4 => Act::Follow { advocate: usize::try_from(chance.below(people as u64)).unwrap() },
        5..=7 => Act::Birthday(day(chance)),
        8..=11 => {
            let purpose = chance.of(&["marketing", "marketing", "personalization"]).to_string();
            Act::Decide { purpose, granted: !chance.one_in(3) }
        }
        12..=14 => {
            let offers: Vec<String> = model.program.offers.iter().map(|offer| offer.id.to_string()).collect();
            let offer = if offers.is_empty() { "nowhere".to_owned() } else { chance.of(&offers).clone() };
            Act::Assign { offer, given: !chance.one_in(4) }
        }
        15 => Act::Erase,
        _ => {
            let segments =
                SEGMENTS.iter().filter(|_| chance.one_in(2)).map(|one| (*one).to_owned()).collect();
            Act::Tell(Told {
                birthday: chance.one_in(2).then(|| day(chance)),
                segments: chance.one_in(2).then_some(segments),
                household: chance.one_in(4).then(|| "house".to_owned()),
            })
        }
    }
}

fn known<T>(script: &Script, what: impl Fn(&Act) -> Option<T>) -> Vec<T> {
    script.steps.iter().filter_map(|step| what(&step.act)).collect()
}

fn order(chance: &mut Chance, model: &Model, orders: &[String], number: usize) -> Order {
    let again = !orders.is_empty() && chance.one_in(20);
    let id = if again { chance.of(orders).clone() } else { format!("o-{number}") };
    let lines: Vec<Value> = (0..*chance.of(&[1, 1, 2, 3, 4])).map(|_| line(chance)).collect();
    let total: u64 = lines.iter().map(|line| line["amount_minor"].as_u64().unwrap()).sum();
    let money = if chance.one_in(40) { json!("XAU") } else { json!(model.program.money) };
    let mut order = json!({"id": id, "money": money, "lines": lines});
    if chance.one_in(2) {
        order["shipping_minor"] = json!(chance.of(&[1, 490, 777]));
    }
    if chance.one_in(4) {
        order["gift_card_minor"] = json!(chance.below(total + 1_000));
    }
    serde_json::from_value(order).unwrap()
}

fn line(chance: &mut Chance) -> Value {
    let most = *chance.of(&[120, 1_500, 4_000, 12_000]);
    let round = *chance.of(&[0, 100, 500, 1_000, 1_999, 2_000, 3_000, 8_000, 9_000]);
    let amount = if chance.one_in(3) { round } else { chance.below(most) };
    let mut line = json!({"sku": chance.of(&SKUS), "quantity": chance.between(1, 3), "amount_minor": amount});
    if chance.one_in(2) {
        line["category"] = json!(chance.of(&CATEGORIES));
    }
    if chance.one_in(2) {
        line["product"] = json!(chance.of(&PRODUCTS));
    }
    if chance.one_in(3) {
        line["discount_minor"] = json!(chance.below(900));
    }
    if chance.one_in(2) {
        line["tax_minor"] = json!(amount * 19 / 100);
    }
    if chance.one_in(8) {
        line["gift_card"] = json!(true);
    }
    line
}

/// Some lines of what is left of an order, some of all of it, rarely more than there is.
fn returned(chance: &mut Chance, model: &Model, order: &str) -> Option<Returned> {
    let (who, booking) = model.order_of(order)?;
    let order = model.members[who].bookings[booking].order.as_ref()?;
    let mut lines: Vec<Value> = Vec::new();
    let whole = chance.one_in(4);
    for line in &order.lines {
        if !whole && chance.one_in(2) {
            continue;
        }
        let all = whole || chance.one_in(2);
        let quantity =
            if all { u64::from(line.quantity) } else { chance.below(u64::from(line.quantity) + 1) };
        let amount = if all { line.amount_minor } else { chance.below(line.amount_minor + 1) };
        let amount = if chance.one_in(25) { amount + 100_000 } else { amount };
        lines.push(json!({"sku": line.sku, "quantity": quantity, "amount_minor": amount}));
    }
    let shipping = if whole || chance.one_in(3) { order.shipping_minor } else { 0 };
    let something = shipping > 0
        || lines.iter().any(|line| line["quantity"] != json!(0) || line["amount_minor"] != json!(0));
    let returned = json!({"lines": lines, "shipping_minor": shipping});
    something.then(|| serde_json::from_value(returned).unwrap())
}

fn does(chance: &mut Chance, model: &Model, who: usize, now: i64, number: usize) -> Act {
    let kinds = [
        "check_in",
        "check_in",
        "check_in",
        "review",
        "sign_up",
        "profile_completed",
        "survey",
        "anniversary",
        "birthday",
        "birthday",
    ];
    let month = |at: i64| civil(model.zone.day(at)).1;
    let is_anniversary = now - model.members[who].joined_at > 300 * DAY
        && month(now) == month(model.members[who].joined_at)
        && chance.one_in(2);
    let kind = if is_anniversary { "anniversary" } else { *chance.of(&kinds) };
    let number = if chance.one_in(10) { 0 } else { number };
    let mut activity = json!({"id": format!("a-{number}"), "kind": kind});
    if kind == "survey" && chance.one_in(2) {
        activity["code"] = json!(chance.of(&["spring", "autumn"]));
    }
    let activity: Activity = serde_json::from_value(activity).unwrap();
    Act::Does { activity, claimed: chance.one_in(2) }
}

fn take_up(chance: &mut Chance, model: &Model) -> Act {
    let offers: Vec<String> = model.program.offers.iter().map(|offer| offer.id.to_string()).collect();
    let offer = if offers.is_empty() || chance.one_in(12) {
        "nowhere".to_owned()
    } else {
        chance.of(&offers).clone()
    };
    let code = chance.of(&[None, Some("word"), Some("WORD"), Some("other")]).map(str::to_owned);
    Act::TakeUp { offer, code }
}

fn redeem(chance: &mut Chance, model: &Model, who: usize, now: i64) -> Act {
    if chance.one_in(30) || model.program.rewards.is_empty() {
        return Act::Redeem { reward: "yacht".to_owned(), price: 1, money: 0 };
    }
    let mut reward = chance.of(&model.program.rewards);
    // Mostly something that the member can have.
    for _ in 0..3 {
        let price = model.price(who, now, reward);
        if model.refusal(who, now, reward, price, reward.money_minor).is_some() {
            reward = chance.of(&model.program.rewards);
        }
    }
    let mut price = model.price(who, now, reward);
    if let Some(variable) = reward.variable {
        let steps = (variable.most.get() - variable.least.get()) / variable.step.get();
        price = variable.least.get() + variable.step.get() * chance.below(steps + 2);
    }
    if chance.one_in(15) {
        price += chance.below(3);
    }
    let money = if chance.one_in(15) { 1 } else { reward.money_minor };
    Act::Redeem { reward: reward.id.to_string(), price, money }
}

/// A key of a request not long ago, once more.
fn repeated(chance: &mut Chance, script: &Script, now: i64) -> Option<Act> {
    let kept = script.steps.iter().filter(|step| {
        let write =
            !matches!(step.act, Act::Again { .. } | Act::Reuse { .. } | Act::Sweep | Act::Look | Act::Erase);
        write && step.at > now - ANSWERS_KEPT
    });
    let kept: Vec<&Step> = kept.collect();
    if kept.is_empty() {
        return None;
    }
    let step = *chance.of(&kept);
    let other = matches!(step.act, Act::Order(_) | Act::Redeem { .. }) && chance.one_in(4);
    let step = step.number;
    Some(if other { Act::Reuse { step } } else { Act::Again { step } })
}
