//! What offers a member has now.

use stampcard_model::{Activation, MissedReason, Offer, OfferGives, Refusal, Timestamp};

use crate::{
    Context, MemberState,
    book::as_of,
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
        (OfferGives::Points { .. }, _) => (false, true),
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
