//! Random sequences of commands.

use proptest::{prelude::*, sample::select};
use stampcard_model::Expiry;

use super::programs::{CATEGORIES, expiries};

/// How many members share the program and its stock.
pub const MEMBERS: usize = 2;

/// One thing that happens.
#[derive(Clone, Debug)]
pub struct Step {
    /// To whom.
    pub member: usize,
    /// How the clock moves before.
    pub jump: Jump,
    /// What.
    pub act: Act,
}

#[derive(Clone, Debug)]
pub enum Jump {
    /// So many milliseconds on, or back.
    By(i64),
    /// To so many milliseconds around the member's next expiry, if there is one.
    ToExpiry(i64),
    /// To so many milliseconds around the instant at which the member's oldest points leave the window, if there are any.
    ToWindowEnd(i64),
}

#[derive(Clone, Debug)]
pub enum Act {
    /// An order; both members use the same few numbers.
    Earn {
        order: u8,
        lines: Vec<(Option<&'static str>, u64)>,
        foreign_money: bool,
    },
    /// A reward by its place, one beyond the last at times; at a price that may be off.
    Redeem {
        reward: usize,
        price_off: u64,
    },
    Expire,
    Adjust {
        delta: i64,
    },
    Reverse {
        order: u8,
    },
    /// A new version of the program.
    ChangeExpiry(Expiry),
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..MEMBERS, jumps(), acts()).prop_map(|(member, jump, act)| Step { member, jump, act });
    prop::collection::vec(step, 1..=30)
}

fn jumps() -> impl Strategy<Value = Jump> {
    const DAY_MS: i64 = 86_400_000;
    prop_oneof![
        3 => Just(Jump::By(0)),
        3 => (0..DAY_MS).prop_map(Jump::By),
        3 => (0..40 * DAY_MS).prop_map(Jump::By),
        1 => (0..500 * DAY_MS).prop_map(Jump::By),
        1 => (-2 * DAY_MS..0).prop_map(Jump::By),
        3 => (-1..=1_i64).prop_map(Jump::ToExpiry),
        1 => (-1..=1_i64).prop_map(Jump::ToWindowEnd),
    ]
}

fn acts() -> impl Strategy<Value = Act> {
    let category =
        select([None, Some("unlisted")].into_iter().chain(CATEGORIES.map(Some)).collect::<Vec<_>>());
    let lines = prop::collection::vec((category, 0..=120_u64), 0..=3);
    let small = prop_oneof![-60..=60_i64, -60..=60_i64, select(vec![i64::MIN, i64::MAX])];
    prop_oneof![
        8 => (0..12_u8, lines, prop::bool::weighted(0.03))
            .prop_map(|(order, lines, foreign_money)| Act::Earn { order, lines, foreign_money }),
        8 => (0..=4_usize, prop_oneof![9 => Just(0), 1 => 1..=2_u64])
            .prop_map(|(reward, price_off)| Act::Redeem { reward, price_off }),
        2 => Just(Act::Expire),
        3 => small.prop_map(|delta| Act::Adjust { delta }),
        3 => (0..12_u8).prop_map(|order| Act::Reverse { order }),
        1 => expiries().prop_map(Act::ChangeExpiry),
    ]
}
