//! What an invitation gives and what became of it, in words.

use stampcard_model::{
    Points, ReferralState,
    api::{FriendView, ProgramView, ReferralReward},
};

use crate::{Locale, common::shape, locale::Key};

/// What both sides get, and for what. A rule that gives nothing has its title all the same.
pub(super) fn reward(locale: &Locale, program: &ProgramView, reward: &ReferralReward) -> (String, String) {
    let amount = |points| locale.amount(points, &program.terminology);
    let (advocate, friend) = (amount(reward.advocate), amount(reward.friend));
    let gives = match (reward.advocate.is_zero(), reward.friend.is_zero()) {
        (false, false) => locale.say(Key::EarnReferral, &[("advocate", &advocate), ("friend", &friend)]),
        (true, false) => locale.say(Key::ReferralFriend, &[("amount", &friend)]),
        (false, true) => locale.say(Key::ReferralYou, &[("amount", &advocate)]),
        (true, true) => locale.apart(&reward.title),
    };
    let when = match reward.minimum_order_minor {
        0 => locale.text(Key::ReferralWhen),
        minor => locale.say(Key::ReferralWhenMinimum, &[("money", &locale.money(minor, &program.money))]),
    };
    (gives, when)
}

/// What a friend reads who is sent the link.
pub(super) fn invitation(locale: &Locale, program: &ProgramView, rewards: &[ReferralReward]) -> String {
    let best = rewards.iter().map(|reward| reward.friend).max().unwrap_or(Points::ZERO);
    let amount = locale.amount(best, &program.terminology);
    let key = if best.is_zero() { Key::ReferralShareText } else { Key::ReferralShareGift };
    locale.say(key, &[("program", &program.name), ("amount", &amount)])
}

/// The icon, the words, and how many of the three steps are done: invited, joined, ordered.
pub(super) fn state(locale: &Locale, friend: &FriendView) -> (&'static str, String, &'static str) {
    let (path, key, done) = match friend.state {
        ReferralState::Open => (shape::CLOCK, Key::ReferralOpen, "2"),
        ReferralState::Rewarded => (shape::CHECK, Key::ReferralRewarded, "3"),
        ReferralState::TakenBack => (shape::MINUS, Key::ReferralTakenBack, "2"),
        ReferralState::Refused | ReferralState::Unrecognized => (shape::FRIENDS, Key::ReferralInvited, "1"),
    };
    (path, locale.text(key), done)
}
