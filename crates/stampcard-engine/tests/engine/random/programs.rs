//! Random programs without faults, with numbers small enough to count point by point.

use proptest::{option, prelude::*};
use stampcard_engine::{Utc, Zone};
use stampcard_model::{
    BasisPoints, CategoryRatio, EarnRule, EarnRuleKind, Expiry, LocalizedText, Points, Program, Ratio,
    Reward, RewardKind, Rounding, Tier, Timestamp, Window,
};

use crate::ground::{points, program};

/// What rules may list, and what lines may be of besides nothing.
pub const CATEGORIES: [&str; 3] = ["tea", "mugs", "gift-card"];

pub fn programs() -> impl Strategy<Value = Program> {
    let rounding = prop_oneof![Just(Rounding::Floor), Just(Rounding::HalfUp), Just(Rounding::Ceil)];
    let tiers = prop::collection::vec((1..=120_u64, 1..=30_000_u32), 1..=4);
    let window = (1..=400_u16).prop_map(|days| Window::Rolling { days });
    let lantern = program(&[]);
    (rounding, prop::collection::vec(rules(), 0..=2), expiries(), window, tiers, rewards()).prop_map(
        move |(rounding, rules, expiry, window, tiers, rewards)| {
            let mut program = lantern.clone();
            program.currency.rounding = rounding;
            program.earn_rules = rules;
            name_all(program.earn_rules.iter_mut(), |rule, name| rule.id = name.try_into().unwrap());
            program.expiry = expiry;
            program.tiers.window = window;
            program.tiers.tiers = climbing(&tiers);
            program.rewards = rewards;
            name_all(program.rewards.iter_mut(), |reward, name| reward.id = name.try_into().unwrap());
            for reward in &mut program.rewards {
                // A tier that this program happens not to have is open to everybody.
                reward.tier =
                    reward.tier.take().filter(|tier| program.tiers.tiers.iter().any(|t| t.id == *tier));
            }
            assert_eq!(program.faults(), [], "the generator makes a program with faults");
            program
        },
    )
}

pub fn expiries() -> impl Strategy<Value = Expiry> {
    prop_oneof![
        1 => Just(Expiry::Never),
        4 => (1..=14_u16).prop_map(|months| Expiry::AfterMonths { months, round_up: None })
    ]
}

fn rules() -> impl Strategy<Value = EarnRule> {
    let ratio = || (0..=3_u32, 10..=60_u32).prop_map(|(points, per_minor)| Ratio { points, per_minor });
    let categories = prop::sample::subsequence(CATEGORIES.to_vec(), 0..=CATEGORIES.len());
    (ratio(), categories, [ratio(), ratio(), ratio()]).prop_map(|(ratio, categories, own)| EarnRule {
        id: "unnamed".to_owned().try_into().unwrap(),
        title: text(),
        when: Default::default(),
        lines: Default::default(),
        minimum_order_minor: 0,
        limits: Vec::new(),
        counts_for_tier: true,
        earn: EarnRuleKind::Spend {
            products: Vec::new(),
            skus: Vec::new(),
            counts: Default::default(),
            ratio,
            categories: categories
                .into_iter()
                .zip(own)
                .map(|(category, ratio)| CategoryRatio {
                    category: category.to_owned().try_into().unwrap(),
                    ratio,
                })
                .collect(),
        },
    })
}

fn rewards() -> impl Strategy<Value = Vec<Reward>> {
    let reward = (
        1..=40_u64,
        option::of(0..=4_u64),
        option::of(0..=3_usize),
        option::of(1..=3_u64),
        option::of(1..=60_u32),
    );
    let reward = reward.prop_map(|(price, stock, tier, per_member_limit, voucher_days)| Reward {
        id: "unnamed".to_owned().try_into().unwrap(),
        kind: RewardKind::Custom,
        title: text(),
        description: LocalizedText::default(),
        terms: LocalizedText::default(),
        image_url: None,
        price: points(price),
        stock,
        tier: tier.map(|rank| rank.to_string().try_into().unwrap()),
        per_member_limit,
        voucher_days,
        variable: None,
        money_minor: 0,
        when: Default::default(),
        per_member_cap: None,
        period_cap: None,
        cooldown_hours: None,
        minimum_order_minor: 0,
        review: None,
        cancel_hours: None,
    });
    prop::collection::vec(reward, 1..=4)
}

/// Tiers named 0, 1, 2 … from the steps between thresholds and the multipliers.
fn climbing(steps: &[(u64, u32)]) -> Vec<Tier> {
    let mut threshold = Points::ZERO;
    let tier = |(rank, (step, multiplier)): (usize, &(u64, u32))| {
        if rank > 0 {
            threshold = threshold.saturating_add(points(*step));
        }
        Tier {
            id: rank.to_string().try_into().unwrap(),
            name: text(),
            threshold,
            multiplier: BasisPoints(*multiplier),
            benefits: Vec::new(),
        }
    };
    steps.iter().enumerate().map(tier).collect()
}

fn name_all<'a, T: 'a>(things: impl Iterator<Item = &'a mut T>, name: impl Fn(&mut T, String)) {
    things.enumerate().for_each(|(index, thing)| name(thing, index.to_string()));
}

fn text() -> LocalizedText {
    LocalizedText([("en".to_owned(), "Text".to_owned())].into())
}

/// Calendars that cost nothing to ask.
#[derive(Clone, Copy, Debug)]
pub enum Calendar {
    Utc,
    /// Hours east of Greenwich.
    East(i64),
    /// Greenwich with a summer from April to September: midnight of 1 April is skipped, that of 1 October comes twice.
    Summer,
}

pub fn calendars() -> impl Strategy<Value = Calendar> {
    prop_oneof![Just(Calendar::Utc), (-12..=14_i64).prop_map(Calendar::East), Just(Calendar::Summer)]
}

const HOUR_MS: i64 = 3_600_000;

impl Zone for Calendar {
    fn date_at(&self, at: Timestamp) -> (i32, u8, u8) {
        let summer = (4..=9).contains(&at.civil_date().1);
        let hours = match self {
            Self::Utc => 0,
            Self::East(hours) => *hours,
            Self::Summer => i64::from(summer),
        };
        Utc.date_at(at.plus_millis(hours * HOUR_MS))
    }

    fn start_of_date(&self, year: i32, month: u8, day: u8) -> Timestamp {
        let summer = (4, 2) <= (month, day) && (month, day) <= (10, 1);
        let hours = match self {
            Self::Utc => 0,
            Self::East(hours) => *hours,
            Self::Summer => i64::from(summer),
        };
        Utc.start_of_date(year, month, day).plus_millis(-hours * HOUR_MS)
    }
}
