//! What a member has confirmed to redeem, until the answer was seen: it outlives a reload, so that the same key is sent
//! again and the voucher is shown.
//!
//! **Invariant:** nothing personal is written down. The place in the storage is named by a short tag that is computed
//! from program and surrogate member id and that cannot be computed back; another member in the same tab has another
//! place.

use stampcard_model::{IdempotencyKey, MemberId, Points, RewardId};

/// A redemption that was confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Intent {
    pub(crate) key: IdempotencyKey,
    pub(crate) reward_id: RewardId,
    pub(crate) price: Points,
    /// What is to be paid on top, in minor units.
    pub(crate) money_minor: u64,
    /// When it was confirmed, or answered if `is_done`; in milliseconds since 1970 UTC.
    pub(crate) at_ms: u64,
    /// Whether the voucher was issued; the member may not have seen it yet.
    pub(crate) is_done: bool,
}

/// How long an unanswered intent is sent again. Backends keep a key for 7 days; after that it would redeem anew.
const UNANSWERED_MS: u64 = 24 * 3_600_000;
/// How long a voucher is shown again after a reload.
const UNSEEN_MS: u64 = 10 * 60_000;
/// More than a member confirms in a day.
const COUNT_MAX: usize = 16;

/// The intents of one member in one program, oldest first.
pub(crate) struct Intents<S> {
    store: S,
    place: String,
}

/// The browser's storage for as long as the tab is open. All of it may fail: then an intent lives in memory only.
pub(crate) trait Store {
    fn read(&self, place: &str) -> Option<String>;
    fn write(&self, place: &str, text: &str);
    fn remove(&self, place: &str);
}

impl<S: Store> Intents<S> {
    pub(crate) fn new(store: S, endpoint: &str, publishable_key: &str, member: &MemberId) -> Self {
        let tag = tag([endpoint, publishable_key, member.as_str()]);
        Self { store, place: format!("stampcard-intents-{tag:08x}") }
    }

    /// Those that are still good at `now_ms`.
    pub(crate) fn all(&self, now_ms: u64) -> Vec<Intent> {
        let text = self.store.read(&self.place).unwrap_or_default();
        text.lines().filter_map(parse).filter(|intent| is_good(intent, now_ms)).take(COUNT_MAX).collect()
    }

    /// Puts an intent in the place of the one with the same key, or after the others.
    pub(crate) fn put(&self, intent: &Intent, now_ms: u64) {
        let mut intents = self.all(now_ms);
        intents.retain(|known| known.key != intent.key);
        intents.push(intent.clone());
        self.save(&intents);
    }

    /// Forgets those that `is_over` says.
    pub(crate) fn forget(&self, now_ms: u64, is_over: impl Fn(&Intent) -> bool) {
        let mut intents = self.all(now_ms);
        intents.retain(|intent| !is_over(intent));
        self.save(&intents);
    }

    fn save(&self, intents: &[Intent]) {
        if intents.is_empty() {
            return self.store.remove(&self.place);
        }
        let mut text = String::new();
        for Intent { key, reward_id, price, money_minor, at_ms, is_done } in intents {
            let done = u8::from(*is_done);
            text.push_str(&format!("{key} {reward_id} {price} {at_ms} {done} {money_minor}\n"));
        }
        self.store.write(&self.place, &text);
    }
}

fn is_good(intent: &Intent, now_ms: u64) -> bool {
    let lasts_ms = if intent.is_done { UNSEEN_MS } else { UNANSWERED_MS };
    now_ms.abs_diff(intent.at_ms) < lasts_ms
}

/// Neither a key nor an id holds a space, so spaces tell the parts apart.
fn parse(line: &str) -> Option<Intent> {
    let mut parts = line.split(' ');
    let intent = Intent {
        key: IdempotencyKey::new(parts.next()?).ok()?,
        reward_id: RewardId::new(parts.next()?).ok()?,
        price: Points::new(parts.next()?.parse().ok()?).ok()?,
        at_ms: parts.next()?.parse().ok()?,
        is_done: parts.next()? == "1",
        // An older version of this file knew of no money.
        money_minor: parts.next().map_or(Some(0), |minor| minor.parse().ok())?,
    };
    parts.next().is_none().then_some(intent)
}

/// 32 bits of FNV-1a: enough to tell the members of one tab apart, too few to find a member by.
fn tag(parts: [&str; 3]) -> u32 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([b'\n']));
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeMap};

    use super::*;

    #[derive(Default)]
    struct Memory(RefCell<BTreeMap<String, String>>);

    impl Store for &Memory {
        fn read(&self, place: &str) -> Option<String> {
            self.0.borrow().get(place).cloned()
        }
        fn write(&self, place: &str, text: &str) {
            self.0.borrow_mut().insert(place.to_owned(), text.to_owned());
        }
        fn remove(&self, place: &str) {
            self.0.borrow_mut().remove(place);
        }
    }

    struct Full;

    impl Store for Full {
        fn read(&self, _: &str) -> Option<String> {
            None
        }
        fn write(&self, _: &str, _: &str) {}
        fn remove(&self, _: &str) {}
    }

    const NOW: u64 = 1_800_000_000_000;

    fn intent(key: &str, reward: &str) -> Intent {
        Intent {
            key: IdempotencyKey::new(key).unwrap(),
            reward_id: RewardId::new(reward).unwrap(),
            price: Points::new(500).unwrap(),
            money_minor: 1_200,
            at_ms: NOW,
            is_done: false,
        }
    }

    fn intents<S: Store>(store: S, member: &str) -> Intents<S> {
        Intents::new(store, "https://api.example", "pk_test", &MemberId::new(member).unwrap())
    }

    #[test]
    fn an_intent_is_there_after_a_reload_and_only_for_its_member() {
        let memory = Memory::default();
        let first = intent("key-one-0001", "tote-bag");
        intents(&memory, "m_1").put(&first, NOW);
        assert_eq!(intents(&memory, "m_1").all(NOW), [first]);
        assert_eq!(intents(&memory, "m_2").all(NOW), []);
        let written = format!("{:?}", memory.0.borrow());
        assert!(!written.contains("m_1") && !written.contains("pk_test"), "{written}");
    }

    #[test]
    fn an_intent_is_replaced_by_key_and_the_last_one_leaves_no_trace() {
        let memory = Memory::default();
        let store = intents(&memory, "m_1");
        store.put(&intent("key-one-0001", "tote-bag"), NOW);
        store.put(&intent("key-two-0002", "mug"), NOW);
        let done = Intent { is_done: true, ..intent("key-one-0001", "tote-bag") };
        store.put(&done, NOW);
        assert_eq!(store.all(NOW), [intent("key-two-0002", "mug"), done]);
        store.forget(NOW, |intent| intent.is_done);
        assert_eq!(store.all(NOW), [intent("key-two-0002", "mug")]);
        store.forget(NOW, |_| true);
        assert!(memory.0.borrow().is_empty());
    }

    #[test]
    fn an_intent_is_never_sent_again_after_a_day_and_a_voucher_not_shown_after_ten_minutes() {
        let memory = Memory::default();
        let store = intents(&memory, "m_1");
        store.put(&intent("key-one-0001", "tote-bag"), NOW);
        store.put(&Intent { is_done: true, ..intent("key-two-0002", "mug") }, NOW);
        assert_eq!(store.all(NOW + UNSEEN_MS - 1).len(), 2);
        assert_eq!(store.all(NOW + UNSEEN_MS).len(), 1);
        assert_eq!(store.all(NOW + UNANSWERED_MS).len(), 0);
        // A clock that was set back must not keep a key beyond its life either.
        assert_eq!(store.all(NOW - UNANSWERED_MS).len(), 0);
    }

    #[test]
    fn an_intent_that_an_older_version_wrote_costs_no_money() {
        let memory = Memory::default();
        let store = intents(&memory, "m_1");
        store.put(&intent("key-one-0001", "tote-bag"), NOW);
        let place = memory.0.borrow().keys().next().unwrap().clone();
        memory.0.borrow_mut().insert(place, format!("key-one-0001 tote-bag 500 {NOW} 0"));
        assert_eq!(store.all(NOW), [Intent { money_minor: 0, ..intent("key-one-0001", "tote-bag") }]);
    }

    #[test]
    fn rubbish_in_the_storage_is_no_intent() {
        let memory = Memory::default();
        let store = intents(&memory, "m_1");
        store.put(&intent("key-one-0001", "tote-bag"), NOW);
        let place = memory.0.borrow().keys().next().unwrap().clone();
        for rubbish in [
            "",
            "{}",
            "short tote-bag 500 1800000000000 0",
            "key-one-0001 tote-bag -5 1800000000000 0",
            "key-one-0001 tote-bag 9007199254740992 1800000000000 0",
            "key-one-0001 tote-bag 500 1800000000000",
            "key-one-0001 tote-bag 500 1800000000000 0 more",
            "key-one-0001 tote-bag 500 1800000000000 0 1 2",
            "key-one-0001  500 1800000000000 0",
        ] {
            memory.0.borrow_mut().insert(place.clone(), rubbish.to_owned());
            assert_eq!(store.all(NOW), [], "{rubbish:?} was taken");
        }
    }

    #[test]
    fn a_storage_that_keeps_nothing_is_no_error() {
        let store = intents(Full, "m_1");
        store.put(&intent("key-one-0001", "tote-bag"), NOW);
        assert_eq!(store.all(NOW), []);
    }
}
