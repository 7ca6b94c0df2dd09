//! Commands, and what becomes of them.

use stampcard_model::{
    Activity, Entry, OfferId, Order, RedemptionId, ReferralId, Refusal, ReleaseReason, Source, Timestamp,
    VoucherCode, VoucherState,
};

use crate::{
    Canceller, Context, MemberState, Redeem, Return,
    book::Book,
    giving::{adjustment, by_an_activity, by_an_invitation, by_an_offer, by_an_order, fulfillment},
    redemption::{Goal, cancel, capture, redeem, release},
    refund::reversal,
    write_off::write_off,
};

/// What somebody asks of a member's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Book an order.
    Earn(Order),
    /// Book something that the member did.
    Act(Activity),
    /// Reward the member for a friend's first order. The friend's own side comes with [`Command::Earn`] of that order,
    /// which has an accrual that names the invitation.
    Refer {
        /// The invitation.
        referral_id: ReferralId,
    },
    /// Take up an offer.
    TakeUp {
        /// Which.
        offer_id: OfferId,
        /// The code that the member typed.
        code: Option<VoucherCode>,
    },
    /// Let points be spent that wait for what earned them to be fulfilled.
    Fulfill {
        /// What earned them.
        source: Source,
    },
    /// Spend points, or have them held when the merchant is to approve.
    Redeem {
        /// What is asked for.
        redeem: Redeem,
        /// The code of the voucher, made by the caller.
        voucher_code: VoucherCode,
    },
    /// Reserve points for a redemption.
    Hold {
        /// What is asked for.
        redeem: Redeem,
        /// When the hold ends by itself; none means never. One that the merchant is to approve never does.
        ends_at: Option<Timestamp>,
    },
    /// Reserve points for a redemption until the merchant approves, whatever the program says.
    Review(Redeem),
    /// Complete a redemption that is held; for one that is reviewed that is the approval.
    Capture {
        /// Which.
        redemption_id: RedemptionId,
        /// The code of the voucher, made by the caller.
        voucher_code: VoucherCode,
    },
    /// Give up a redemption that is held.
    Release {
        /// Which.
        redemption_id: RedemptionId,
        /// Why.
        reason: ReleaseReason,
    },
    /// Cancel a redemption: points, unit and limits are as they were.
    Cancel {
        /// Which.
        redemption_id: RedemptionId,
        /// Who asks.
        by: Canceller,
        /// What became of its voucher.
        voucher: VoucherState,
    },
    /// Take back what something earned, as a whole or for a part of an order.
    Reverse {
        /// What had earned.
        source: Source,
        /// What came back; none means all of it.
        returned: Option<Return>,
    },
    /// Give points, or take them when negative (never more than there are).
    Adjust {
        /// How many.
        delta: i64,
        /// Why, in the merchant's words.
        reason: String,
    },
    /// Leave nothing on the account: what is held is given up, what waits can be spent, and all that is there then is
    /// taken, or what is owed is forgiven.
    WriteOff {
        /// Why, in the merchant's words.
        reason: String,
    },
    /// Write down what time alone has done.
    CatchUp,
}

/// Decides a command: the entries to book, oldest first, or why not.
///
/// What time alone has done by `now` is written down first, each thing dated with the instant at which it came: points
/// that waited long enough, lots that expired (one expiry entry for each instant), holds that ended, tiers that were
/// looked at again. So the balance always equals the sum of the entries. Then comes at most one entry for the command
/// ([`Command::WriteOff`] may need some), dated `now`, and what follows from it: available points pay what is owed, a tier is reached or undone. A refused command
/// yields no entry at all, and one that finds nothing to do only what time has done.
///
/// - [`Command::Earn`] books an order of 0 points, too, without postings and without a lot, so that it is known as
///   booked. Tier, limits and all conditions are those before the order.
/// - [`Command::Act`] is booked only if it earns something; the refusal tells why it does not.
/// - [`Command::Reverse`] takes from the lot of the accrual first, then from others in the order of spending, as the
///   program's refund policy says: what stays missing is the entry's `shortfall` or is owed. It makes no difference
///   whether points are gone because they were spent or because they expired. What was taken back as a whole stays booked.
/// - A negative [`Command::Adjust`] takes all or is refused. Adjustments never count towards the tier; points given keep
///   others from expiring by inactivity as points earned do.
///
/// # Errors
/// The first [`Refusal`] that applies, in the order of the enum.
///
/// # Examples
/// An order that is taken back after its points were spent leaves no debt, only a shortfall:
///
/// ```
/// use stampcard_engine::{Command, Context, MemberState, Utc, apply, decide};
/// use stampcard_model::{EntryBody, Source, Timestamp};
///
/// # let lantern = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engine/lantern.json"));
/// # let program: stampcard_model::Program = serde_json::from_str(lantern)?;
/// let order: stampcard_model::Order = serde_json::from_str(
///     r#"{"id": "1042", "money": "EUR", "lines": [{"sku": "POT", "quantity": 1, "amount_minor": 10000}]}"#,
/// )?;
/// let order_id = order.id.clone();
/// let context = Context::new(&program, &Utc, Timestamp::parse("2026-01-10T08:00:00Z")?);
/// let mut member = MemberState::default();
/// for command in [
///     Command::Earn(order),
///     Command::Adjust { delta: -70, reason: "spent in the shop".to_owned() },
///     Command::Reverse { source: Source::Order { order_id }, returned: None },
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
    let mut book = Book::open(context, member);
    book.catch_up(context.now);
    let state = &book.state;
    let body = match command {
        Command::CatchUp => None,
        Command::WriteOff { reason } => {
            write_off(context, &mut book, reason)?;
            None
        }
        Command::Earn(order) => Some(by_an_order(context, state, order)?),
        Command::Act(activity) => Some(by_an_activity(context, state, activity)?),
        Command::Refer { referral_id } => Some(by_an_invitation(context, state, referral_id)?),
        Command::TakeUp { offer_id, code } => by_an_offer(context, state, offer_id, code.as_ref())?,
        Command::Fulfill { source } => fulfillment(state, source)?,
        Command::Redeem { redeem: asked, voucher_code } => {
            Some(redeem(context, state, asked, &Goal::Complete(voucher_code))?)
        }
        Command::Hold { redeem: asked, ends_at } => {
            Some(redeem(context, state, asked, &Goal::Reserve { ends_at: *ends_at })?)
        }
        Command::Review(asked) => Some(redeem(context, state, asked, &Goal::Review)?),
        Command::Capture { redemption_id, voucher_code } => {
            Some(capture(context, state, redemption_id, voucher_code)?)
        }
        Command::Release { redemption_id, reason } => Some(release(context, state, redemption_id, *reason)?),
        Command::Cancel { redemption_id, by, voucher } => {
            Some(cancel(context, state, redemption_id, *by, *voucher)?)
        }
        Command::Reverse { source, returned } => Some(reversal(context, state, source, returned.as_ref())?),
        Command::Adjust { delta, reason } => Some(adjustment(context, state, *delta, reason)?),
    };
    if let Some(body) = body {
        book.write(context.now, body);
    }
    // Points may be given that have expired already: a calendar day that is over, a grace of no days.
    book.catch_up(context.now);
    Ok(book.entries)
}
