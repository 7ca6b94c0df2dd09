//! What components are given to show.

use std::sync::Arc;

use stampcard_model::{
    Points, RewardId, VoucherCode,
    api::{Me, MyReward, Preview, ProgramView, RedemptionView, RewardView},
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
    /// When the last known values were read, in milliseconds since 1970 UTC.
    pub as_of: Option<f64>,
    /// Where the redemption under way is.
    pub redeem: RedeemState,
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
        /// The price that was shown.
        price: Points,
    },
    /// Has seen the end of the redemption; it may be forgotten.
    Dismiss,
    /// Copied a voucher's code.
    Copy {
        /// The code.
        code: VoucherCode,
    },
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
    /// Units this member may still redeem; none means without end.
    pub member_left: Option<u64>,
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

    /// What a reward is called, if the catalogue is known and has it.
    pub fn title_of(&self, reward_id: &RewardId) -> Option<&str> {
        let items = self.items.value.as_deref()?;
        items.iter().find(|item| item.reward.id == *reward_id).map(|item| item.reward.title.as_str())
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
            as_of: None,
            redeem: RedeemState::Idle,
            previews: Vec::new(),
        }
    }
}

impl From<RewardView> for CatalogItem {
    fn from(reward: RewardView) -> Self {
        Self { reward, mine: None }
    }
}

impl From<MyReward> for CatalogItem {
    fn from(mine: MyReward) -> Self {
        let MyReward { reward, missing, refusal, member_left } = mine;
        Self { reward, mine: Some(MyStanding { missing, refusal, member_left }) }
    }
}

impl RedeemState {
    /// Whether an answer is still to come.
    pub const fn is_under_way(&self) -> bool {
        matches!(self, Self::Sending { .. } | Self::Waiting { .. })
    }
}
