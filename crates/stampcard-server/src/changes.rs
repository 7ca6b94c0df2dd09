//! What it means that one version of a program takes the place of another.
//!
//! No entry is ever changed by it: what was booked keeps the version that booked it. This says what becomes different from
//! then on, and what members have that the new version does not know.

use std::fmt;

use stampcard_model::{Program, Tier, Validity};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where: a JSON pointer into the new document, or into the old one for what is gone.
    pub pointer: String,
    /// What, as a sentence or two that begin with the place.
    pub says: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pointer, self.says)
    }
}

/// What becomes different when `after` takes the place of `before`.
pub fn changes(before: &Program, after: &Program) -> Vec<Change> {
    // Named one by one: a new field of a program has to find its words.
    let Program {
        id: _,
        version: _,
        effective_at: _,
        name,
        default_locale,
        currency,
        money,
        time_zone,
        earn_rules,
        invitation_link,
        multipliers,
        stacking,
        limits,
        pending,
        expiry,
        tiers: _,
        lifecycle,
        rewards,
        price_events,
        review,
        refunds,
        offers,
        nudges,
    } = after;
    let mut told = Told(Vec::new());
    let words =
        before.name != *name || before.default_locale != *default_locale || before.currency != *currency;
    told.if_so(words, "/currency", "or a name changes. Amounts that members have stay the same numbers.");
    let (now, was) = (money.as_str(), before.money.as_str());
    let says = format!("is {now} instead of {was}. Sums of what members spent stay the same numbers.");
    told.if_so(now != was, "/money", says);
    let says = format!("is {time_zone} instead of {}. Days begin at another instant.", before.time_zone);
    told.if_so(before.time_zone != *time_zone, "/time_zone", says);
    told.list("/earn_rules", &before.earn_rules, earn_rules, |rule| rule.id.as_str(), &EARNS);
    told.list("/multipliers", &before.multipliers, multipliers, |one| one.id.as_str(), &EARNS);
    told.tiers(before, after);
    told.list("/rewards", &before.rewards, rewards, |reward| reward.id.as_str(), &SOLD);
    told.list("/price_events", &before.price_events, price_events, |event| event.id.as_str(), &PLAIN);
    told.list("/offers", &before.offers, offers, |offer| offer.id.as_str(), &OFFERED);
    for (changes, pointer, says) in [
        (
            before.invitation_link != *invitation_link,
            "/invitation_link",
            "changes. Links that were given before go where they went.",
        ),
        (before.stacking != *stacking, "/stacking", "changes for what is earned from then on."),
        (before.limits != *limits, "/limits", LIMITED),
        (before.pending != *pending, "/pending", "changes. Points that wait can be spent when it was said."),
        (before.expiry != *expiry, "/expiry", "changes. Points keep the end that they were earned with."),
        (before.lifecycle != *lifecycle, "/lifecycle", "changes who is at which stage."),
        (before.review != *review, "/review", "changes. Redemptions that wait for approval go on waiting."),
        (before.refunds != *refunds, "/refunds", "changes for whatever comes back from then on."),
        (before.nudges != *nudges, "/nudges", "changes."),
    ] {
        told.if_so(changes, pointer, says);
    }
    told.0
}

const LIMITED: &str = "changes. What a member earned before counts toward the new limits; a cap on all members together \
                       counts anew when its period is another.";

const EARNS: Meaning = Meaning {
    gone: "is gone. What it gave stays.",
    new: "is new.",
    changed: "changes. What it gave stays, and what comes back is taken back as it was given.",
};

const SOLD: Meaning = Meaning {
    gone: "is gone. It is redeemed no more; vouchers stay good under the terms that they were issued with.",
    new: "is new.",
    changed: "changes. Vouchers stay good under the terms that they were issued with, and a page that shows another price \
              is refused.",
};

const PLAIN: Meaning = Meaning { gone: "is gone.", new: "is new.", changed: "changes." };

const OFFERED: Meaning = Meaning {
    gone: "is gone. Who took it up and has not used it cannot use it any more.",
    new: "is new.",
    changed: "changes, also for who took it up and has not used it.",
};

/// What it means that something of a list is gone, new or changed.
struct Meaning {
    gone: &'static str,
    new: &'static str,
    changed: &'static str,
}

struct Told(Vec<Change>);

impl Told {
    fn if_so(&mut self, changed: bool, pointer: impl fmt::Display, says: impl fmt::Display) {
        if changed {
            self.0.push(Change { pointer: pointer.to_string(), says: says.to_string() });
        }
    }

    fn list<T: PartialEq>(
        &mut self,
        list: &str,
        before: &[T],
        after: &[T],
        id: impl Fn(&T) -> &str,
        meaning: &Meaning,
    ) {
        for (index, old) in before.iter().enumerate() {
            let gone = after.iter().all(|new| id(new) != id(old));
            self.if_so(gone, format_args!("{list}/{index}"), format_args!("{} {}", id(old), meaning.gone));
        }
        for (index, new) in after.iter().enumerate() {
            let at = format!("{list}/{index}");
            match before.iter().find(|old| id(old) == id(new)) {
                None => self.if_so(true, at, format_args!("{} {}", id(new), meaning.new)),
                Some(old) => self.if_so(old != new, at, format_args!("{} {}", id(new), meaning.changed)),
            }
        }
        let order = |of: &[T], others: &[T]| -> Vec<String> {
            let stays = |one: &&T| others.iter().any(|other| id(other) == id(one));
            of.iter().filter(stays).map(|one| id(one).to_owned()).collect()
        };
        self.if_so(order(before, after) != order(after, before), list, "stands in another order.");
    }

    fn tiers(&mut self, before: &Program, after: &Program) {
        let (old, new) = (&before.tiers, &after.tiers);
        let same = |tier: &Tier| Tier { threshold: stampcard_model::Points::ZERO, ..tier.clone() };
        let kept = new.validity != Validity::WhileQualified;
        let rules = (old.measure, old.window, old.upgrade, old.validity, old.downgrade, old.grace_days)
            != (new.measure, new.window, new.upgrade, new.validity, new.downgrade, new.grace_days);
        let stand = if kept {
            "Members keep the tier that was written down for them until it is next looked at."
        } else {
            "Where members stand follows from the new thresholds at once."
        };
        self.if_so(rules, "/tiers", format_args!("count or keep otherwise. {stand}"));
        let ladder = Meaning {
            gone: if kept {
                "is gone. Who has it stands, from then on, where what counts for them leads to."
            } else {
                "is gone. Who has it falls to the highest tier that is left and that they qualify for."
            },
            new: "is new.",
            changed: "gives something else, from then on.",
        };
        let without = |tiers: &[Tier]| tiers.iter().map(same).collect::<Vec<_>>();
        self.list(
            "/tiers/tiers",
            &without(&old.tiers),
            &without(&new.tiers),
            |tier| tier.id.as_str(),
            &ladder,
        );
        for (index, tier) in new.tiers.iter().enumerate() {
            let was = old.tiers.iter().find(|old| old.id == tier.id).map(|old| old.threshold);
            if let Some(was) = was.filter(|was| *was != tier.threshold) {
                self.if_so(
                    true,
                    format_args!("/tiers/tiers/{index}/threshold"),
                    format_args!("of {} is {} instead of {was}. {stand}", tier.id, tier.threshold),
                );
            }
        }
    }
}
