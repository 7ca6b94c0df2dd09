//! What members and the merchant do, one after the other, written down so that it can be done again without some of it.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use stampcard_model::{Activity, MonthDay, Order, Returned, Timestamp};
use stampcard_server::settings::Velocity;

/// A program, the members who enroll with it at the beginning, and what happens.
#[derive(Clone, Debug)]
pub struct Script {
    pub program: Value,
    /// The version that takes its place.
    pub next: Option<Value>,
    /// How often the server lets a member redeem.
    pub velocity: Velocity,
    pub begins: i64,
    pub members: usize,
    pub steps: Vec<Step>,
}

/// Something that happens at an instant.
#[derive(Clone, Debug)]
pub struct Step {
    /// Stays when others are left out; names the key of the request.
    pub number: usize,
    pub at: i64,
    pub member: usize,
    pub act: Act,
}

/// What is done. Redemptions and repetitions are named by the number of their step.
#[derive(Clone, Debug)]
pub enum Act {
    Order(Order),
    Refund {
        order: String,
        returned: Option<Returned>,
    },
    Fulfill {
        order: String,
    },
    Does {
        activity: Activity,
        /// Claimed by the member instead of told by the merchant.
        claimed: bool,
    },
    /// An offer.
    TakeUp {
        offer: String,
        code: Option<String>,
    },
    /// The merchant gives points by hand, or takes them.
    Adjust {
        delta: i64,
    },
    Redeem {
        reward: String,
        price: u64,
        money: u64,
    },
    Cancel {
        redemption: usize,
    },
    Use {
        redemption: usize,
        goods: Option<u64>,
    },
    /// The merchant looks at a redemption that waits for it.
    Review {
        redemption: usize,
        approved: bool,
    },
    /// The merchant says who the member is; who is none is enrolled.
    Tell(Told),
    Birthday(MonthDay),
    Decide {
        purpose: String,
        granted: bool,
    },
    /// The merchant gives an offer to the member alone, or takes it away.
    Assign {
        offer: String,
        given: bool,
    },
    /// The member came by somebody's invitation.
    Follow {
        advocate: usize,
    },
    /// The member is forgotten.
    Erase,
    /// The same request under the same key.
    Again {
        step: usize,
    },
    /// Another request under the same key.
    Reuse {
        step: usize,
    },
    /// The server writes down what time did, and gives what nobody asks for.
    Sweep,
    /// The member looks at the catalogue.
    Look,
}

/// What the merchant says of a member; what is not said stays.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<MonthDay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub household: Option<String>,
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.program)?;
        if let Some(next) = &self.next {
            writeln!(f, "{next}")?;
        }
        writeln!(f, "{:?}", self.velocity)?;
        writeln!(f, "{} members enroll at {}", self.members, Timestamp::from_millis(self.begins))?;
        for Step { number, at, member, act } in &self.steps {
            writeln!(f, "{number:3} {} member {member} {act}", Timestamp::from_millis(*at))?;
        }
        Ok(())
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = |value: serde_json::Result<String>| value.unwrap();
        match self {
            Self::Order(order) => write!(f, "orders {}", json(serde_json::to_string(order))),
            Self::Refund { order, returned: None } => write!(f, "returns {order}"),
            Self::Refund { order, returned } => {
                write!(f, "returns of {order} {}", json(serde_json::to_string(returned)))
            }
            Self::Fulfill { order } => write!(f, "gets {order}"),
            Self::Does { activity, claimed } => {
                let who = if *claimed { "claims" } else { "does" };
                write!(f, "{who} {}", json(serde_json::to_string(activity)))
            }
            Self::TakeUp { offer, code } => write!(f, "takes {offer} up with {code:?}"),
            Self::Adjust { delta } => write!(f, "is given {delta} by hand"),
            Self::Redeem { reward, price, money } => {
                write!(f, "redeems {reward} for {price} and {money} money")
            }
            Self::Cancel { redemption } => write!(f, "cancels {redemption}"),
            Self::Use { redemption, goods } => write!(f, "uses {redemption} for goods of {goods:?}"),
            Self::Review { redemption, approved } => {
                write!(
                    f,
                    "waits while the merchant {} {redemption}",
                    if *approved { "approves" } else { "rejects" }
                )
            }
            Self::Tell(told) => write!(f, "is told of as {}", json(serde_json::to_string(told))),
            Self::Birthday(day) => write!(f, "says their birthday is {day}"),
            Self::Decide { purpose, granted: true } => write!(f, "consents to {purpose}"),
            Self::Decide { purpose, granted: false } => write!(f, "refuses {purpose}"),
            Self::Assign { offer, given: true } => write!(f, "is given {offer}"),
            Self::Assign { offer, given: false } => write!(f, "has {offer} taken away"),
            Self::Follow { advocate } => write!(f, "follows member {advocate}"),
            Self::Erase => write!(f, "is forgotten"),
            Self::Again { step } => write!(f, "says {step} again"),
            Self::Reuse { step } => write!(f, "uses the key of {step} for something else"),
            Self::Sweep => write!(f, "waits while the server sweeps"),
            Self::Look => write!(f, "looks at the catalogue"),
        }
    }
}
