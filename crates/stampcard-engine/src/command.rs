//! Commands, and what becomes of them.

use stampcard_model::{
    Account, BasisPoints, Entry, EntryBody, Order, OrderId, Points, Posting, Program, RedemptionId, Refusal,
    RewardId, Timestamp, VoucherCode,
};

use crate::{
    MemberState, RewardState, Zone, available, earn::accruals, lot, refusal_now, standing, zone::expires_at,
};

/// What a decision is made with, besides the member.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The program in force.
    pub program: &'a Program,
    /// Its time zone.
    pub zone: &'a dyn Zone,
    /// The instant of the decision. A clock that went back is read as the member's last entry.
    pub now: Timestamp,
}

/// What somebody asks of a member's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Book an order. Looks at `orders` for this order, `lots`, `qualifying`.
    Earn(Order),
    /// Spend points. Looks at `redeemed` for this reward, `lots`, `qualifying`.
    Redeem {
        /// What to redeem.
        reward_id: RewardId,
        /// The price that the member confirmed.
        price: Points,
        /// The reward's shared state.
        reward: RewardState,
        /// The id of the redemption, made by the caller.
        redemption_id: RedemptionId,
        /// The code of the voucher, made by the caller.
        voucher_code: VoucherCode,
    },
    /// Write down the expiry of every lot that has expired. Looks at `lots`.
    Expire,
    /// Give points, or take them when negative (never more than there are). Looks at `lots`.
    Adjust {
        /// How many.
        delta: i64,
        /// Why, in the merchant's words.
        reason: String,
    },
    /// Take an order back. Looks at `orders` for this order, `lots`, `qualifying`.
    Reverse {
        /// Which.
        order_id: OrderId,
    },
}

/// Decides a command: the entries to book, oldest first, or why not.
///
/// Lots that have expired by `now` are written off first, one expiry entry for each instant of expiry and dated with
/// it, so that the balance always equals the sum of the entries. Then comes at most one entry, dated `now`. A refused
/// command yields no entry at all, and [`Command::Expire`] may have nothing to write down.
///
/// - [`Command::Earn`] books an order of 0 points, too, without postings and without a lot, so that it is known as
///   booked. The multiplier is that of the tier before the order.
/// - [`Command::Reverse`] takes from the lot of the order first, then from others in the order of spending, and no more
///   than is available: what is missing is the entry's `shortfall`. It makes no difference whether points of the order
///   are gone because they were spent or because they expired. An order taken back stays booked.
/// - A negative [`Command::Adjust`] takes all or is refused. Adjustments never count towards the tier.
///
/// # Errors
/// The first [`Refusal`] that applies, in the order of the enum.
///
/// # Examples
/// An order that is taken back after its points were spent leaves no debt, only a shortfall:
///
/// ```
/// use stampcard_engine::{Command, Context, MemberState, Utc, apply, decide};
/// use stampcard_model::{EntryBody, Timestamp};
///
/// # let lantern = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engine/lantern.json"));
/// # let program: stampcard_model::Program = serde_json::from_str(lantern)?;
/// let order: stampcard_model::Order = serde_json::from_str(
///     r#"{"id": "1042", "money": "EUR", "lines": [{"sku": "POT", "quantity": 1, "amount_minor": 10000}]}"#,
/// )?;
/// let order_id = order.id.clone();
/// let context = Context { program: &program, zone: &Utc, now: Timestamp::parse("2026-01-10T08:00:00Z")? };
/// let mut member = MemberState::default();
/// for command in [
///     Command::Earn(order),
///     Command::Adjust { delta: -70, reason: "spent in the shop".to_owned() },
///     Command::Reverse { order_id },
/// ] {
///     for entry in decide(&context, &member, &command)? {
///         apply(&mut member, &entry);
///         if let EntryBody::Reversal { points, shortfall, .. } = entry.body {
///             assert_eq!((points.get(), shortfall.get()), (30, 70));
///         }
///     }
/// }
/// assert_eq!((member.last_seq, member.balance.available.get()), (3, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide(context: &Context<'_>, member: &MemberState, command: &Command) -> Result<Vec<Entry>, Refusal> {
    let context = &Context { now: member.not_before_last(context.now), ..*context };
    let mut pen = Pen { seq: member.last_seq, program_version: context.program.version, entries: Vec::new() };
    let mut balance = member.balance.available;
    for (expires_at, draws) in lot::expired(member, context.now) {
        let points = lot::total(&draws);
        balance = balance.saturating_sub(points);
        pen.write(member.not_before_last(expires_at), EntryBody::Expiry { points, draws });
    }
    let body = match command {
        Command::Expire => return Ok(pen.entries),
        Command::Earn(order) => accrual(context, member, balance, order)?,
        Command::Redeem { reward_id, price, reward: shared, redemption_id, voucher_code } => {
            let reward = context.program.reward(reward_id).ok_or(Refusal::RewardNotFound)?;
            if let Some(refusal) = refusal_now(context.program, member, reward, *shared, *price, context.now)
            {
                return Err(refusal);
            }
            EntryBody::Redemption {
                redemption_id: redemption_id.clone(),
                reward_id: reward_id.clone(),
                voucher_code: voucher_code.clone(),
                voucher_expires_at: reward.voucher_days.map(|days| context.now.plus_days(i64::from(days))),
                points: reward.price,
                draws: lot::draw(member, context.now, None, reward.price),
            }
        }
        Command::Adjust { delta, reason } => adjustment(context, member, balance, *delta, reason)?,
        Command::Reverse { order_id } => reversal(context, member, order_id)?,
    };
    pen.write(context.now, body);
    Ok(pen.entries)
}

/// Writes a member's next entries.
struct Pen {
    seq: u64,
    program_version: u32,
    entries: Vec<Entry>,
}

impl Pen {
    fn write(&mut self, occurred_at: Timestamp, body: EntryBody) {
        self.seq = self.seq.saturating_add(1);
        let (postings, program_version) = (postings(&body), self.program_version);
        self.entries.push(Entry { seq: self.seq, occurred_at, program_version, postings, body });
    }
}

/// What an entry moves: to or from the available points, and the other way round on the account across.
fn postings(body: &EntryBody) -> Vec<Posting> {
    let (delta, across) = match body {
        EntryBody::Accrual { points, .. } => (points.signed(), Account::Issued),
        EntryBody::Redemption { points, .. } => (-points.signed(), Account::Redeemed),
        EntryBody::Expiry { points, .. } => (-points.signed(), Account::Expired),
        EntryBody::Adjustment { delta, .. } => (*delta, Account::Adjusted),
        EntryBody::Reversal { points, .. } => (-points.signed(), Account::Issued),
    };
    let both =
        [(Account::Available, delta), (across, -delta)].map(|(account, delta)| Posting { account, delta });
    both.into_iter().filter(|posting| posting.delta != 0).collect()
}

fn accrual(
    context: &Context<'_>,
    member: &MemberState,
    balance: Points,
    order: &Order,
) -> Result<EntryBody, Refusal> {
    if member.orders.contains_key(&order.id) {
        return Err(Refusal::OrderAlreadyBooked);
    }
    let tier = standing(context.program, member, context.now).map(|standing| standing.tier);
    let multiplier = tier.map_or(BasisPoints::ONE, |tier| tier.multiplier);
    let accruals = accruals(context.program, multiplier, order)?;
    let points = accruals.iter().map(|accrual| u128::from(accrual.points.get())).sum();
    let points = addable(balance, points)?;
    let expires_at = lot_expires_at(context, points);
    Ok(EntryBody::Accrual { order_id: order.id.clone(), accruals, points, expires_at })
}

fn adjustment(
    context: &Context<'_>,
    member: &MemberState,
    balance: Points,
    delta: i64,
    reason: &str,
) -> Result<EntryBody, Refusal> {
    let reason = reason.to_owned();
    let amount = u128::from(delta.unsigned_abs());
    if delta >= 0 {
        let expires_at = lot_expires_at(context, addable(balance, amount)?);
        return Ok(EntryBody::Adjustment { delta, reason, draws: Vec::new(), expires_at });
    }
    if amount > u128::from(available(member, context.now).get()) {
        return Err(Refusal::InsufficientPoints);
    }
    let draws = lot::draw(member, context.now, None, Points::saturating_from(amount));
    Ok(EntryBody::Adjustment { delta, reason, draws, expires_at: None })
}

fn reversal(context: &Context<'_>, member: &MemberState, order_id: &OrderId) -> Result<EntryBody, Refusal> {
    let order = member.orders.get(order_id).ok_or(Refusal::OrderNotFound)?;
    if order.reversed {
        return Err(Refusal::OrderAlreadyRefunded);
    }
    let draws = lot::draw(member, context.now, Some(order.seq), order.points);
    let points = lot::total(&draws);
    Ok(EntryBody::Reversal {
        reverses: order.seq,
        order_id: order_id.clone(),
        points,
        draws,
        shortfall: order.points.saturating_sub(points),
    })
}

/// `amount` as points, if an account with `balance` on it can take them.
fn addable(balance: Points, amount: u128) -> Result<Points, Refusal> {
    let points = u64::try_from(amount).ok().and_then(|amount| Points::new(amount).ok());
    points.filter(|points| balance.checked_add(*points).is_some()).ok_or(Refusal::PointsOutOfRange)
}

/// When points given now expire; never, when there are none.
fn lot_expires_at(context: &Context<'_>, points: Points) -> Option<Timestamp> {
    if points.is_zero() { None } else { expires_at(context.program.expiry, context.zone, context.now) }
}
