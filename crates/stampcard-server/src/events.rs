//! What an effect is to the outside: the messages that webhooks carry.

use sha2::{Digest, Sha256};
use stampcard_model::{
    Entry, EntryBody, MemberId, Nudge, Points, ProgramId, Timestamp,
    api::{Topic, WebhookData},
};

use crate::{
    ProgramInForce,
    http::entry_view,
    store::{Booked, Effect, Line, Recorded},
};

/// Something that happened to a member.
pub(crate) struct Happened {
    pub(crate) topic: Topic,
    pub(crate) occurred_at: Timestamp,
    /// Without the member's reference, which is added when it is sent.
    pub(crate) data: WebhookData,
    /// Tells it from everything else of the same topic that happened to the member.
    place: String,
}

impl Happened {
    /// Names the message: the same for the same thing, whoever writes it down and how often.
    pub(crate) fn id(&self, program: &ProgramId) -> String {
        let parts = [program.as_str(), self.data.member_id.as_str(), self.topic.name(), &self.place];
        // No part can hold the line end between them.
        let hash = Sha256::digest(parts.join("\n"));
        let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("msg_{hex}")
    }
}

/// Everything that an effect tells, oldest first.
pub(crate) fn of(program: &ProgramInForce, effect: &Effect, now: Timestamp) -> Vec<Happened> {
    match effect {
        Effect::Enrolled { member, new: true } => {
            let topic = Topic::MemberEnrolled;
            vec![Happened { topic, occurred_at: now, data: about(&member.id), place: String::new() }]
        }
        Effect::Booked(booked) => {
            let also = booked.then.iter().flat_map(|then| of_entries(program, then));
            of_entries(program, booked).into_iter().chain(also).collect()
        }
        Effect::VoucherUsed(redemption) => {
            let data = WebhookData {
                redemption_id: Some(redemption.id.clone()),
                voucher_code: redemption.voucher.as_ref().map(|voucher| voucher.code.clone()),
                ..about(&redemption.member)
            };
            let place = redemption.id.to_string();
            vec![Happened { topic: Topic::VoucherUsed, occurred_at: now, data, place }]
        }
        Effect::Recorded(Recorded::Erased(booked)) => {
            let (topic, data) = (Topic::MemberErased, about(&booked.member));
            let erased = Happened { topic, occurred_at: now, data, place: String::new() };
            of_entries(program, booked).into_iter().chain([erased]).collect()
        }
        Effect::Recorded(Recorded::Nudged { member, nudges }) => {
            nudges.iter().map(|nudge| of_nudge(member, nudge, now)).collect()
        }
        Effect::Enrolled { new: false, .. } | Effect::Recorded(_) => Vec::new(),
    }
}

fn of_entries(program: &ProgramInForce, booked: &Booked) -> Vec<Happened> {
    let language = &program.program.default_locale;
    let mut happened = Vec::new();
    let mut balance_after = booked.after.balance.available;
    // From the last back: only the balance after all of them is known.
    for entry in booked.entries.iter().rev() {
        let view = entry_view(program, Line { entry: entry.clone(), balance_after }, language);
        balance_after = before(balance_after, view.delta);
        let (redemption_id, voucher_code) = redeemed(entry);
        let data = WebhookData { entry: Some(view), redemption_id, voucher_code, ..about(&booked.member) };
        for topic in Topic::of(&entry.body).iter().rev() {
            let (topic, data, place) = (*topic, data.clone(), entry.seq.to_string());
            happened.push(Happened { topic, occurred_at: entry.occurred_at, data, place });
        }
    }
    happened.reverse();
    if let (Some(tier), Some(last)) = (&booked.new_tier, booked.entries.last()) {
        let data = WebhookData { tier: Some(tier.clone()), ..about(&booked.member) };
        let place = last.seq.to_string();
        happened.push(Happened { topic: Topic::TierChanged, occurred_at: last.occurred_at, data, place });
    }
    let at = booked.entries.last().map(|last| last.occurred_at).unwrap_or(Timestamp::MIN);
    happened.extend(booked.nudges.iter().map(|nudge| of_nudge(&booked.member, nudge, at)));
    happened
}

fn of_nudge(member: &MemberId, nudge: &Nudge, at: Timestamp) -> Happened {
    let data = WebhookData { nudge: Some(nudge.clone()), ..about(member) };
    Happened { topic: Topic::from(nudge), occurred_at: at, data, place: nudge.occasion() }
}

/// The redemption that an entry is about, and its voucher.
fn redeemed(entry: &Entry) -> (Option<stampcard_model::RedemptionId>, Option<stampcard_model::VoucherCode>) {
    match &entry.body {
        EntryBody::Redemption { redemption_id, voucher_code, .. } => {
            (Some(redemption_id.clone()), Some(voucher_code.clone()))
        }
        EntryBody::Hold { redemption_id, .. }
        | EntryBody::Release { redemption_id, .. }
        | EntryBody::Cancellation { redemption_id, .. } => (Some(redemption_id.clone()), None),
        EntryBody::Accrual { .. }
        | EntryBody::Activation { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Adjustment { .. }
        | EntryBody::Reversal { .. }
        | EntryBody::Settlement { .. }
        | EntryBody::TierChange { .. }
        | EntryBody::OfferActivation { .. } => (None, None),
    }
}

/// The balance before an entry that moved it by `delta`.
fn before(after: Points, delta: i64) -> Points {
    let before = i128::from(after.get()) - i128::from(delta);
    Points::saturating_from(u128::try_from(before).unwrap_or_default())
}

fn about(member: &MemberId) -> WebhookData {
    WebhookData {
        member_id: member.clone(),
        member_reference: None,
        entry: None,
        redemption_id: None,
        voucher_code: None,
        tier: None,
        nudge: None,
    }
}
