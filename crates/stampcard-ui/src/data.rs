//! What components are given to show.

use std::sync::Arc;

use stampcard_model::{
    OfferId, Points, RedemptionId, RewardId, RuleId, Timestamp, VoucherCode,
    api::{
        ConsentView, EntryView, FeedbackView, Me, MyReferral, MyReward, NewConsent, NewFeedback, OfferView,
        Preview, ProgramView, RedemptionView, RewardView, VoucherView, WayToEarn,
    },
};

/// All that components show. There is one of it, as every type that a signal has adds code to the wasm; copying it is
/// cheap.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The program, for its words, money, tiers and time zone.
    pub program: Remote<ProgramView>,
    /// The member.
    pub me: Remote<Me>,
    /// The rewards in the program's order.
    pub items: Remote<Vec<CatalogItem>>,
    /// The member's vouchers, newest first.
    pub vouchers: Remote<Vec<VoucherView>>,
    /// The lines of the member's ledger as far as they were asked for.
    pub history: Remote<History>,
    /// The ways to earn with what they mean for the member, in the program's order.
    pub ways: Remote<Vec<WayToEarn>>,
    /// The member's offers in the program's order.
    pub offers: Remote<Vec<OfferView>>,
    /// What the member invites friends with; none where the program rewards no invitations.
    pub referral: Remote<Option<MyReferral>>,
    /// What the member told, oldest first.
    pub feedback: Remote<Vec<FeedbackView>>,
    /// The decision in force for each purpose.
    pub consents: Remote<Vec<ConsentView>>,
    /// When the last known values were read, in milliseconds since 1970 UTC.
    pub as_of: Option<f64>,
    /// Where the redemption under way is.
    pub redeem: RedeemState,
    /// The last deed, and how it goes. There is at most one under way.
    pub deed: Option<(Deed, Outcome)>,
    /// The voucher that the page has taken last.
    pub applied: Option<VoucherCode>,
    /// The names of what is no news any more.
    pub seen: Vec<String>,
    /// What the orders would earn that elements ask about, each by its asker.
    pub previews: Vec<(Asker, Remote<Preview>)>,
}

/// Names an element that asks about an order of its own.
pub type Asker = u32;

/// What a member did at a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Asked to try again what could not be had.
    Retry,
    /// Confirmed to redeem this reward for this price, or asked to try that again.
    Redeem {
        /// What to redeem.
        reward_id: RewardId,
        /// The price that was shown, or chosen.
        price: Points,
        /// What is to be paid on top, as it was shown; in minor units.
        money_minor: u64,
    },
    /// Has seen the end of the redemption; it may be forgotten.
    Dismiss,
    /// Copied a voucher's code.
    Copy {
        /// The code.
        code: VoucherCode,
    },
    /// Wants the page to take a voucher.
    Apply {
        /// Its code.
        code: VoucherCode,
    },
    /// Wants to read further back in the ledger.
    More,
    /// Has seen what was new.
    See {
        /// The names of all that is news now.
        names: Vec<String>,
    },
    /// Asked for a deed, or to try it again.
    Do(Deed),
}

/// What a member asks for with one click, besides redeeming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// To cancel a redemption.
    Cancel {
        /// Which.
        redemption_id: RedemptionId,
    },
    /// To take an offer up.
    Activate {
        /// Which.
        offer_id: OfferId,
        /// The code that it asks for.
        code: Option<VoucherCode>,
    },
    /// To claim what they did.
    Claim {
        /// The rule that gives points for it.
        rule_id: RuleId,
    },
    /// To tell what they think.
    Tell {
        /// All of it.
        feedback: NewFeedback,
    },
    /// To give a consent, or to take it back.
    Decide {
        /// Which, with its text.
        consent: NewConsent,
    },
    /// To have a copy of everything that is known of them.
    Export {
        /// Whether as a table, of the ledger alone.
        is_table: bool,
    },
    /// To be forgotten.
    Erase,
}

impl Deed {
    /// Whether it cancels this redemption.
    pub fn cancels(&self, id: &RedemptionId) -> bool {
        matches!(self, Self::Cancel { redemption_id } if redemption_id == id)
    }
}

/// How a deed goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was sent and not answered yet.
    Sending,
    /// It was done.
    Done {
        /// Points that came with it.
        points: Points,
    },
    /// A rule said no.
    Refused {
        /// The code of the refusal.
        code: String,
    },
    /// Something broke, and it may have been done; asking again uses the same key.
    Failed(Failure),
}

/// The newest lines of a ledger, without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Newest first. A line never changes, so it is shared.
    pub entries: Vec<Arc<EntryView>>,
    /// What to ask for the lines before; none at the first one.
    pub next: Option<String>,
    /// The tag of the language that they are in.
    pub language: String,
    /// What became of asking for the lines before.
    pub more: Phase,
}

/// Something that a backend knows and this page may or may not know yet.
#[derive(Debug, PartialEq)]
pub struct Remote<T> {
    /// The last known value. It stays while a newer one is fetched and when that fails.
    pub value: Option<Arc<T>>,
    /// What is going on.
    pub phase: Phase,
}

/// What is going on with a [`Remote`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// There is no member to ask for.
    Guest,
    /// It was asked for. With a value: it is being refreshed, and the value is still shown as current.
    Loading,
    /// The value is current.
    Ready,
    /// It could not be had. With a value: the value is stale; it is shown with its time and actions are off.
    Failed(Failure),
}

/// Why something could not be had. Each has its sentence in the locale, and each offers to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The network is gone.
    Offline,
    /// The backend does not take the member's token, not even a fresh one.
    Unauthorized,
    /// The backend does not answer, or says that it cannot.
    Unavailable,
    /// The backend answers what nobody can read.
    Malformed,
}

/// A reward in the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogItem {
    /// The reward.
    pub reward: RewardView,
    /// What it means for this member; none for guests.
    pub mine: Option<MyStanding>,
}

/// What a reward means for a member now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyStanding {
    /// Points missing for it; zero when the member has enough.
    pub missing: Points,
    /// The code of the refusal that a redemption would meet now; none when it would succeed.
    pub refusal: Option<String>,
    /// From this instant on that refusal is over by itself.
    pub opens_at: Option<Timestamp>,
    /// Units this member may still redeem; none means without end.
    pub member_left: Option<u64>,
    /// Units this member has redeemed and not given back.
    pub redeemed: u64,
}

/// Where the redemption under way is. There is at most one.
#[derive(Clone, Debug, PartialEq)]
pub enum RedeemState {
    /// There is none.
    Idle,
    /// It was sent and not answered yet.
    Sending {
        /// What is being redeemed.
        reward_id: RewardId,
    },
    /// The network was lost; it is sent again with the same key until there is an answer.
    Waiting {
        /// What is being redeemed.
        reward_id: RewardId,
    },
    /// It succeeded: there is a voucher, or it is under review.
    Done {
        /// The answer.
        redemption: Arc<RedemptionView>,
        /// Whether it is the member's first.
        is_first: bool,
    },
    /// A rule said no.
    Refused {
        /// What was asked for.
        reward_id: RewardId,
        /// The code of the refusal.
        code: String,
    },
    /// Something broke and the outcome may be unknown; asking again uses the same key.
    Failed {
        /// What was asked for.
        reward_id: RewardId,
        /// What broke.
        failure: Failure,
    },
}

impl Known {
    /// What the order of an element would earn; none while it has no order.
    pub fn preview(&self, asker: Asker) -> Option<&Remote<Preview>> {
        self.previews.iter().find(|(known, _)| *known == asker).map(|(_, preview)| preview)
    }

    /// A reward, if the catalogue is known and has it.
    pub fn reward(&self, reward_id: &RewardId) -> Option<&RewardView> {
        let items = self.items.value.as_deref()?;
        items.iter().map(|item| &item.reward).find(|reward| reward.id == *reward_id)
    }

    /// How cancelling a redemption goes; `None` when nobody asked for it.
    pub fn cancelling(&self, id: &RedemptionId) -> Option<&Outcome> {
        let (deed, outcome) = self.deed.as_ref()?;
        deed.cancels(id).then_some(outcome)
    }

    /// Whether the member is known to have redeemed nothing so far.
    pub fn has_redeemed_nothing(&self) -> bool {
        let items = self.items.value.as_deref().map(Vec::as_slice).unwrap_or_default();
        let mut mine = items.iter().map(|item| item.mine.as_ref());
        !items.is_empty() && mine.all(|mine| mine.is_some_and(|mine| mine.redeemed == 0))
    }
}

impl<T> Remote<T> {
    /// Nothing yet, and asked for.
    pub const fn loading() -> Self {
        Self { value: None, phase: Phase::Loading }
    }

    /// Nothing, as there is no member.
    pub const fn guest() -> Self {
        Self { value: None, phase: Phase::Guest }
    }

    /// A current value.
    pub fn ready(value: T) -> Self {
        Self { value: Some(Arc::new(value)), phase: Phase::Ready }
    }

    /// The same value after a failure to get a newer one.
    #[must_use]
    pub fn failed(self, failure: Failure) -> Self {
        Self { value: self.value, phase: Phase::Failed(failure) }
    }
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), phase: self.phase }
    }
}

impl Known {
    /// Nothing yet, and asked for.
    pub const fn loading() -> Self {
        Self {
            program: Remote::loading(),
            me: Remote::loading(),
            items: Remote::loading(),
            vouchers: Remote::loading(),
            history: Remote::loading(),
            ways: Remote::loading(),
            offers: Remote::loading(),
            referral: Remote::loading(),
            feedback: Remote::loading(),
            consents: Remote::loading(),
            as_of: None,
            redeem: RedeemState::Idle,
            deed: None,
            applied: None,
            seen: Vec::new(),
            previews: Vec::new(),
        }
    }

    /// What is going on with each part.
    pub fn phases(&mut self) -> impl Iterator<Item = &mut Phase> {
        let parts = [
            &mut self.program.phase,
            &mut self.me.phase,
            &mut self.items.phase,
            &mut self.vouchers.phase,
            &mut self.history.phase,
            &mut self.ways.phase,
            &mut self.offers.phase,
            &mut self.referral.phase,
            &mut self.feedback.phase,
            &mut self.consents.phase,
        ];
        parts.into_iter().chain(self.previews.iter_mut().map(|(_, preview)| &mut preview.phase))
    }

    /// Whether the member has just been forgotten.
    pub fn is_erased(&self) -> bool {
        matches!(self.deed, Some((Deed::Erase, Outcome::Done { .. })))
    }

    /// Whether a deed is still to be answered.
    pub fn is_doing(&self) -> bool {
        matches!(self.deed, Some((_, Outcome::Sending)))
    }
}

impl History {
    /// These lines, the newest there are, before those that were known. `None` when lines between them are missing.
    pub fn joined(self, known: Option<&Self>) -> Option<Self> {
        let Some(known) = known.filter(|known| known.language == self.language) else {
            return Some(self);
        };
        let (Some(last), Some(first)) = (self.entries.last(), known.entries.first()) else {
            return Some(self);
        };
        if last.seq > first.seq.saturating_add(1) && self.next.is_some() {
            return None;
        }
        let older = known.entries.iter().filter(|line| line.seq < last.seq).cloned();
        let is_older = known.entries.last().is_some_and(|line| line.seq < last.seq);
        let next = if is_older { known.next.clone() } else { self.next };
        Some(Self { entries: self.entries.iter().cloned().chain(older).collect(), next, ..known.clone() })
    }

    /// These lines and `older` ones after them.
    #[must_use]
    pub fn with_older(mut self, older: Vec<EntryView>, next: Option<String>) -> Self {
        let last = self.entries.last().map_or(u64::MAX, |line| line.seq);
        self.entries.extend(older.into_iter().filter(|line| line.seq < last).map(Arc::new));
        Self { next, more: Phase::Ready, ..self }
    }
}

impl From<RewardView> for CatalogItem {
    fn from(reward: RewardView) -> Self {
        Self { reward, mine: None }
    }
}

impl From<MyReward> for CatalogItem {
    fn from(mine: MyReward) -> Self {
        let MyReward { reward, missing, refusal, opens_at, member_left, redeemed } = mine;
        Self { reward, mine: Some(MyStanding { missing, refusal, opens_at, member_left, redeemed }) }
    }
}

impl RedeemState {
    /// Whether an answer is still to come.
    pub const fn is_under_way(&self) -> bool {
        matches!(self, Self::Sending { .. } | Self::Waiting { .. })
    }
}

#[cfg(test)]
mod tests {
    use stampcard_model::EntryKind;

    use super::*;

    fn line(seq: u64) -> EntryView {
        EntryView {
            seq,
            kind: EntryKind::Accrual,
            occurred_at: Timestamp::from_millis(0),
            delta: 1,
            pending_delta: 0,
            balance_after: Points::new(seq).unwrap(),
            order_id: None,
            reward_id: None,
            title: None,
            expires_at: None,
            accruals: Vec::new(),
            missed: Vec::new(),
            tier: None,
        }
    }

    fn history(seqs: impl IntoIterator<Item = u64>, next: &str) -> History {
        let next = Some(next.to_owned()).filter(|next| !next.is_empty());
        let entries = seqs.into_iter().map(|seq| Arc::new(line(seq))).collect();
        History { entries, next, language: "en".to_owned(), more: Phase::Ready }
    }

    fn seqs(history: &History) -> Vec<u64> {
        history.entries.iter().map(|line| line.seq).collect()
    }

    #[test]
    fn newer_lines_join_those_that_are_known_without_a_gap() {
        let known = history([5, 4, 3], "before-3");
        for (newest, expected, next) in [
            (history([6, 5, 4], "before-4"), vec![6, 5, 4, 3], "before-3"),
            (history([7, 6], "before-6"), vec![7, 6, 5, 4, 3], "before-3"),
            (history([5, 4], "before-4"), vec![5, 4, 3], "before-3"),
            (history([6, 5, 4, 3, 2], "before-2"), vec![6, 5, 4, 3, 2], "before-2"),
            (history([2, 1], ""), vec![2, 1], ""),
        ] {
            let joined = newest.joined(Some(&known)).unwrap();
            assert_eq!((seqs(&joined), joined.next.unwrap_or_default().as_str()), (expected, next));
        }
        assert_eq!(history([9, 8], "before-8").joined(Some(&known)), None);
        assert_eq!(seqs(&history([9, 8], "").joined(None).unwrap()), [9, 8]);
        let chinese = History { language: "zh-CN".to_owned(), ..history([9], "") };
        assert_eq!(seqs(&chinese.joined(Some(&known)).unwrap()), [9]);
    }

    #[test]
    fn older_lines_come_after_the_others_and_none_stands_twice() {
        let more = history([5, 4], "before-4").with_older(vec![line(4), line(3)], None);
        assert_eq!((seqs(&more), more.next), (vec![5, 4, 3], None));
    }
}
