//! What of a program this server does not carry out: it keeps no birthdays, segments, consents or invitations, and has
//! no offers to be taken up. A program that says such things is refused at the
//! start instead of being half obeyed.

use stampcard_model::{Activation, ActivityKind, Condition, EarnRuleKind, OfferGives, Program, ProgramFault};

/// Each place of the program that this server does not carry out.
pub(crate) fn left_out(program: &Program) -> Vec<ProgramFault> {
    let mut faults = Vec::new();
    let mut check = |left_out: bool, pointer: String, lack: &str| {
        if left_out {
            let detail = format!("is not carried out by this server: it keeps no {lack}");
            faults.push(ProgramFault { pointer, detail });
        }
    };
    for (pointer, when) in conditions(program) {
        check(!when.segments.is_empty(), format!("{pointer}/segments"), "segments of members");
        check(!when.consents.is_empty(), format!("{pointer}/consents"), "consents for earning");
        check(when.birthday.is_some(), format!("{pointer}/birthday"), "birthdays");
    }
    for (index, rule) in program.earn_rules.iter().enumerate() {
        let pointer = format!("/earn_rules/{index}/earn");
        match &rule.earn {
            EarnRuleKind::Referral { .. } => check(true, pointer, "invitations"),
            EarnRuleKind::Activity { activity, .. } => {
                check(*activity == ActivityKind::Birthday, pointer, "birthdays");
            }
            EarnRuleKind::Spend { .. }
            | EarnRuleKind::Visit { .. }
            | EarnRuleKind::Bonus { .. }
            | EarnRuleKind::Goal { .. } => {}
        }
    }
    for (index, offer) in program.offers.iter().enumerate() {
        let automatic = offer.activation == Activation::Automatic;
        let points = matches!(offer.gives, OfferGives::Points { .. });
        check(offer.assigned, format!("/offers/{index}/assigned"), "offers of single members");
        check(!automatic || points, format!("/offers/{index}/activation"), "offers that members take up");
    }
    check(program.nudges.birthday, "/nudges/birthday".to_owned(), "birthdays");
    faults
}

/// Every condition of the program with its place.
fn conditions(program: &Program) -> Vec<(String, &Condition)> {
    let at = |list: &str, index: usize| format!("/{list}/{index}/when");
    let rules = program.earn_rules.iter().enumerate().map(|(i, rule)| (at("earn_rules", i), &rule.when));
    let multipliers =
        program.multipliers.iter().enumerate().map(|(i, one)| (at("multipliers", i), &one.when));
    let rewards = program.rewards.iter().enumerate().map(|(i, reward)| (at("rewards", i), &reward.when));
    let events =
        program.price_events.iter().enumerate().map(|(i, event)| (at("price_events", i), &event.when));
    let offers = program.offers.iter().enumerate().map(|(i, offer)| (at("offers", i), &offer.when));
    rules.chain(multipliers).chain(rewards).chain(events).chain(offers).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_that_is_not_carried_out_is_named() {
        let everything = include_str!("../../../tests/fixtures/programs/everything.json");
        let program: Program = serde_json::from_str(everything).unwrap();
        let places: Vec<String> = left_out(&program).into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(
            places,
            [
                "/earn_rules/6/when/consents",
                "/multipliers/1/when/segments",
                "/multipliers/2/when/birthday",
                "/rewards/8/when/segments",
                "/offers/2/when/segments",
                "/earn_rules/7/earn",
                "/earn_rules/17/earn",
                "/offers/0/activation",
                "/offers/1/assigned",
                "/offers/1/activation",
                "/nudges/birthday"
            ]
        );
    }
}
