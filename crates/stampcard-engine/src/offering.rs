//! What offers a member has now.

use stampcard_model::{Activation, MissedReason, Offer, OfferGives, Program, Refusal, Timestamp};

use crate::{
    Context, MemberState,
    book::as_of,
    calendar::{days_from, start_of},
    conditions::{Moment, refusal},
    occasion::{is_given, over_all, used},
};

/// An offer as it is for a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// Whether the member must still take it up.
    pub to_take_up: bool,
    /// When they did.
    pub taken_up_at: Option<Timestamp>,
    /// How often they may still use it.
    pub uses_left: u64,
    /// Why it cannot be taken up now, or gives nothing now.
    pub refusal: Option<Refusal>,
}

/// The offers of a member, in the program's order: without those for other members or tiers, those that were not given to
/// them, and those that are over.
///
/// An instant before the member's last entry is read as that entry's.
pub fn offers<'a>(context: &Context<'a>, member: &MemberState) -> Vec<Offered<'a>> {
    let program = context.program;
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let member = as_of(&context, member);
    let moment = Moment::new(&context, &member);
    program.offers.iter().filter_map(|offer| offered(&moment, offer)).collect()
}

fn offered<'a>(moment: &Moment<'_>, offer: &'a Offer) -> Option<Offered<'a>> {
    let over = offer.when.ends_on.is_some_and(|ends_on| ends_on.parts() < moment.today);
    let for_others = |reason| matches!(reason, MissedReason::OtherTier | MissedReason::OtherMembers);
    if over || !is_given(moment, offer) || moment.against(&offer.when).any(for_others) {
        return None;
    }
    let taken_up_at = moment.member.offers.get(&offer.id).copied();
    let (by_itself, at_once) = match (&offer.gives, &offer.activation) {
        (OfferGives::Points { .. }, Activation::Automatic) => (true, true),
        (OfferGives::Points { .. }, Activation::Member | Activation::Code { .. }) => (false, true),
        (OfferGives::Bonus { .. } | OfferGives::Multiplier { .. }, Activation::Automatic) => (true, false),
        (
            OfferGives::Bonus { .. } | OfferGives::Multiplier { .. },
            Activation::Member | Activation::Code { .. },
        ) => (false, false),
    };
    let times = if at_once { u64::from(taken_up_at.is_some()) } else { used(moment.member, offer) };
    let against = moment.against(&offer.when).map(|reason| refusal(&reason)).min();
    // Points that come at once are held to the limits over all rules at once.
    let beyond = || over_all(moment).err().map(|reason| refusal(&reason)).filter(|_| at_once);
    Some(Offered {
        offer,
        to_take_up: !by_itself && taken_up_at.is_none(),
        taken_up_at,
        uses_left: u64::from(offer.uses).saturating_sub(times),
        refusal: against.or_else(beyond),
    })
}

/// The offers whose points nobody asks for: whoever they are for is given them.
pub fn unasked(program: &Program) -> impl Iterator<Item = &Offer> {
    let automatic = |offer: &&Offer| offer.activation == Activation::Automatic;
    let gives_points = |offer: &&Offer| matches!(offer.gives, OfferGives::Points { .. });
    program.offers.iter().filter(automatic).filter(gives_points)
}

/// The first offer that gives the member points now without being asked.
///
/// An instant before the member's last entry is read as that entry's.
pub fn gift_due<'a>(context: &Context<'a>, member: &MemberState) -> Option<&'a Offer> {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let member = as_of(&context, member);
    let moment = Moment::new(&context, &member);
    let mut offered = unasked(context.program).filter_map(|offer| offered(&moment, offer));
    offered.find(|offered| offered.uses_left > 0 && offered.refusal.is_none()).map(|offered| offered.offer)
}

/// The first instant after `context.now` at which [`gift_due`] may answer something else; none when that takes an entry or
/// something else becoming known of the member.
pub fn next_gift_at(context: &Context<'_>, member: &MemberState) -> Option<Timestamp> {
    let context = Context { now: member.not_before_last(context.now), ..*context };
    let member = as_of(&context, member);
    let moment = Moment::new(&context, &member);
    let tomorrow = start_of(context.zone, days_from(moment.today, 1));
    let limits = &context.program.limits;
    let next = |offer: &Offer| {
        let when = &offer.when;
        let over = when.ends_on.is_some_and(|ends_on| ends_on.parts() < moment.today);
        if over || !is_given(&moment, offer) || member.offers.contains_key(&offer.id) {
            return None;
        }
        if let Some(starts_on) = when.starts_on.map(|date| date.parts()).filter(|day| *day > moment.today) {
            return Some(start_of(context.zone, starts_on));
        }
        // What days bring is looked at every day.
        let by_day = !when.weekdays.is_empty()
            || !when.stages.is_empty()
            || when.birthday.is_some()
            || when.bought.is_some()
            || !limits.per_member.is_empty()
            || limits.issued.is_some();
        by_day.then_some(tomorrow)
    };
    unasked(context.program).filter_map(next).min()
}
