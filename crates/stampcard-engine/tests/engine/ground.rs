//! What every test stands on: one program, instants, commands, and a member's story.

use jiff::{ToSpan, tz::TimeZone};
use serde_json::Value;
use stampcard_engine::{
    Command, Context, MemberState, Profile, Redeem, RewardState, Utc, Zone, apply, decide,
};
use stampcard_model::{Entry, Line, Order, Points, Program, Refusal, Source, Timestamp};

/// The program of `lantern.json` with other values at some places; the last name of a pointer may be new.
pub fn program(changes: &[(&str, Value)]) -> Program {
    let mut document: Value = serde_json::from_str(include_str!("lantern.json")).unwrap();
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
    serde_json::from_value(document).unwrap()
}

/// An instant, or midnight UTC of a date.
pub fn at(text: &str) -> Timestamp {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
    Timestamp::parse(&text).unwrap_or_else(|_| panic!("{text} is no instant"))
}

pub fn points(value: u64) -> Points {
    Points::new(value).unwrap()
}

/// An order from categories (empty for none) and amounts in minor units.
pub fn order(id: &str, money: &str, lines: &[(&str, u64)]) -> Order {
    let line = |(category, amount_minor): &(&str, u64)| Line {
        sku: "SKU".to_owned().try_into().unwrap(),
        product: None,
        category: category.to_string().try_into().ok(),
        quantity: 1,
        amount_minor: *amount_minor,
        discount_minor: 0,
        tax_minor: 0,
        gift_card: false,
    };
    Order {
        id: id.to_owned().try_into().unwrap(),
        money: money.to_owned().try_into().unwrap(),
        lines: lines.iter().map(line).collect(),
        shipping_minor: 0,
        gift_card_minor: 0,
    }
}

/// An order of so many euros.
pub fn earn(id: &str, euros: u64) -> Command {
    Command::Earn(order(id, "EUR", &[("", euros * 100)]))
}

pub fn redeem(reward: &str, price: u64) -> Command {
    redeem_after_others(reward, price, 0)
}

/// The same when some units were taken before.
pub fn redeem_after_others(reward: &str, price: u64, taken: u64) -> Command {
    let redeem = Redeem {
        reward_id: reward.to_owned().try_into().unwrap(),
        price: points(price),
        money_minor: 0,
        reward: RewardState { taken, taken_in_period: 0 },
        redemption_id: "r_1".to_owned().try_into().unwrap(),
    };
    Command::Redeem { redeem, voucher_code: "AAAA-BBBB".to_owned().try_into().unwrap() }
}

pub fn adjust(delta: i64) -> Command {
    Command::Adjust { delta, reason: "by hand".to_owned() }
}

pub fn refund(id: &str) -> Command {
    Command::Reverse { source: order_source(id), returned: None }
}

/// What an order is called among what earned.
pub fn order_source(id: &str) -> Source {
    Source::Order { order_id: id.to_owned().try_into().unwrap() }
}

/// A member and all that was booked for them.
pub struct Story {
    pub program: Program,
    pub profile: Profile,
    pub member: MemberState,
    pub entries: Vec<Entry>,
}

impl Story {
    pub fn new(program: Program) -> Self {
        Self { program, profile: Profile::default(), member: MemberState::default(), entries: Vec::new() }
    }

    /// A member of the unchanged program after commands that all succeed.
    pub fn of(commands: &[(&str, Command)]) -> Self {
        let mut story = Self::new(program(&[]));
        for (at, command) in commands {
            story.book(at, command).unwrap_or_else(|refusal| panic!("{at} {command:?}: {refusal}"));
        }
        story
    }

    /// Books a command; the entries it brought.
    pub fn book(&mut self, at: &str, command: &Command) -> Result<Vec<Entry>, Refusal> {
        let entries = self.ask(at, command)?;
        entries.iter().for_each(|entry| apply(&mut self.member, entry));
        self.entries.extend_from_slice(&entries);
        Ok(entries)
    }

    /// Decides a command without booking it.
    pub fn ask(&self, at: &str, command: &Command) -> Result<Vec<Entry>, Refusal> {
        decide(&self.context(at), &self.member, command)
    }

    /// What decisions at an instant are made with.
    pub fn context(&self, at: &str) -> Context<'_> {
        Context { profile: &self.profile, ..Context::new(&self.program, &Utc, self::at(at)) }
    }
}

/// A time zone of the IANA database.
pub struct Iana(pub TimeZone);

impl Iana {
    pub fn named(name: &str) -> Self {
        Self(TimeZone::get(name).unwrap())
    }
}

impl Zone for Iana {
    fn date_at(&self, at: Timestamp) -> (i32, u8, u8) {
        let date = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap().to_zoned(self.0.clone()).date();
        (date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    }

    fn start_of_date(&self, year: i32, month: u8, day: u8) -> Timestamp {
        let date = jiff::civil::date(year.try_into().unwrap(), month.cast_signed(), day.cast_signed());
        let start = date.to_zoned(self.0.clone()).unwrap();
        Timestamp::from_millis(start.timestamp().as_millisecond())
    }
}

/// The end of the day that lies some months after an instant, as the date library sees it.
pub fn end_of_day_months_after(zone: &Iana, at: Timestamp, months: u16) -> Timestamp {
    let earned = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap().to_zoned(zone.0.clone());
    let next_day = earned.date().checked_add(i32::from(months).months()).unwrap().tomorrow().unwrap();
    Timestamp::from_millis(next_day.to_zoned(zone.0.clone()).unwrap().timestamp().as_millisecond())
}
