//! Who is told of changes as they happen: the open streams of members.
//!
//! **Invariant:** only what was committed is told.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use stampcard_model::{Entry, EntryBody, MemberId, ProgramId};
use tokio::sync::watch;

use crate::{
    settings::Limits,
    store::{Booked, Effect, Recorded, Redemption},
};

/// How often each kind of change was told of, and the member's last entry that was. A stream compares it with what it
/// has sent: however slow it is, it costs no more memory and misses no kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) seq: u64,
    pub(crate) balance: u64,
    pub(crate) voucher: u64,
    pub(crate) tier: u64,
}

type Who = (ProgramId, MemberId);

/// The open streams.
pub(crate) struct Hub {
    open: Mutex<Open>,
    closing: watch::Sender<bool>,
    per_member_max: usize,
    streams_max: usize,
}

#[derive(Default)]
struct Open {
    members: HashMap<Who, watch::Sender<Told>>,
    streams: usize,
}

/// An open stream of a member. Dropping it closes it.
pub(crate) struct Stream {
    hub: Arc<Hub>,
    who: Who,
    /// None while it is being dropped.
    told: Option<watch::Receiver<Told>>,
    closing: watch::Receiver<bool>,
}

impl Hub {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            open: Mutex::default(),
            closing: watch::Sender::new(false),
            per_member_max: limits.streams_per_member,
            streams_max: limits.streams,
        }
    }

    /// Opens a stream; `None` when the member or the server has as many as it may.
    pub(crate) fn open(self: &Arc<Self>, program: ProgramId, member: MemberId) -> Option<Stream> {
        let who = (program, member);
        let closing = self.closing.subscribe();
        let mut open = self.lock();
        if *closing.borrow() || open.streams >= self.streams_max {
            return None;
        }
        let has = open.members.get(&who).map_or(0, watch::Sender::receiver_count);
        if has >= self.per_member_max {
            return None;
        }
        open.streams += 1;
        let told = open.members.entry(who.clone()).or_default().subscribe();
        drop(open);
        Some(Stream { hub: Arc::clone(self), who, told: Some(told), closing })
    }

    /// Tells the member's streams of something that was committed.
    pub(crate) fn tell(&self, program: &ProgramId, effect: &Effect) {
        match effect {
            Effect::Booked(booked) => {
                self.booked(program, booked);
                booked.then.iter().for_each(|then| self.booked(program, then));
            }
            Effect::Recorded(Recorded::Erased(booked)) => self.booked(program, booked),
            Effect::VoucherUsed(Redemption { member, .. }) => {
                self.change(program, member, |told| told.voucher += 1);
            }
            Effect::Enrolled { .. } | Effect::Recorded(_) => {}
        }
    }

    /// Tells every stream of a program that its tiers, and what else a member sees, may be others now.
    pub(crate) fn program_changed(&self, program: &ProgramId) {
        let open = self.lock();
        for (_, member) in open.members.iter().filter(|((of, _), _)| of == program) {
            member.send_modify(|told| told.tier += 1);
        }
    }

    /// Ends every stream, and opens no more.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    fn booked(&self, program: &ProgramId, booked: &Booked) {
        if booked.entries.is_empty() {
            return;
        }
        self.change(program, &booked.member, |told| {
            told.seq = told.seq.max(booked.after.last_seq);
            told.balance += 1;
            told.voucher += u64::from(booked.entries.iter().any(is_redemption));
            told.tier += u64::from(booked.new_tier.is_some());
        });
    }

    fn change(&self, program: &ProgramId, member: &MemberId, change: impl FnOnce(&mut Told)) {
        if let Some(member) = self.lock().members.get(&(program.clone(), member.clone())) {
            member.send_modify(change);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an entry changes a redemption, and so perhaps a voucher.
const fn is_redemption(entry: &Entry) -> bool {
    match entry.body {
        EntryBody::Redemption { .. }
        | EntryBody::Hold { .. }
        | EntryBody::Release { .. }
        | EntryBody::Cancellation { .. } => true,
        EntryBody::Accrual { .. }
        | EntryBody::Activation { .. }
        | EntryBody::Expiry { .. }
        | EntryBody::Adjustment { .. }
        | EntryBody::Reversal { .. }
        | EntryBody::Settlement { .. }
        | EntryBody::TierChange { .. }
        | EntryBody::OfferActivation { .. } => false,
    }
}

impl Stream {
    /// What the member was told of so far.
    pub(crate) fn told(&self) -> Told {
        self.told.as_ref().map(|told| *told.borrow()).unwrap_or_default()
    }

    /// Waits for something new; `None` when the server stops.
    pub(crate) async fn changed(&mut self) -> Option<Told> {
        let Self { told: Some(told), closing, .. } = self else { return None };
        tokio::select! {
            biased;
            _ = closing.wait_for(|closing| *closing) => None,
            changed = told.changed() => changed.ok().map(|()| *told.borrow()),
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut open = self.hub.lock();
        // Under the lock, so that the last one sees that it is the last.
        drop(self.told.take());
        open.streams = open.streams.saturating_sub(1);
        if open.members.get(&self.who).is_some_and(|told| told.receiver_count() == 0) {
            open.members.remove(&self.who);
        }
    }
}
