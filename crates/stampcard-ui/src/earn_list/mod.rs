//! The ways to earn: what each gives, how far it is, and what a member may claim.
//!
//! Parts: `list`, `ways`, `way`, `title`, `gives`, `streak`, `meter`, `left`, `closed`, `button`, `do`, `note`,
//! `notice`, `retry`, `invite`, `hint`. Slots: `guest` (join and log-in links), `empty` (when there are none),
//! `footer`.

mod gives;
mod progress;

use std::sync::Arc;

use leptos::prelude::*;
use stampcard_model::{
    ActivityKind, LimitOf, MissedReason, Period,
    api::{EarnRuleView, EarnView, LimitLeft, ProgramView, WayToEarn},
};

use crate::{
    Act, Deed, I18n, Known, Locale,
    common::{self, Card, List, ListState, deed_button, deed_note, icon, shape},
    locale::Key,
    markup::{Drawing, El, el},
};

/// The ways to earn with what they mean for the member; for guests the rules alone.
#[component]
pub fn EarnList(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let list = List {
        known,
        on_act,
        label: Key::EarnLabel,
        guest: Key::EarnGuest,
        empty: Key::EarnEmpty,
        section: "section|class=list|part=list",
        skeleton: ("div|class=earn skeleton|aria-hidden=true", 4),
        state: |known| ListState::of(known, &known.ways, Vec::is_empty),
        is_deed: |deed| matches!(deed, Deed::Claim { .. }),
    };
    let card: Card = Arc::new(move |locale, program, known, id| {
        let way = listed(known).iter().find(|way| way.rule.id.as_str() == id)?;
        Some(view(locale, program, known, way, on_act))
    });
    let owner = Owner::current().unwrap_or_default();
    let body = move || {
        let card = card.clone();
        let rows = move || list.rows(i18n, "li|class=way|part=way|tabindex=-1", known.with(ids), &card);
        el("ul|class=earn|part=ways").rows(owner.clone(), rows)
    };
    list.draw(i18n, RwSignal::new(String::new()), Box::new(body), |locale, program| {
        let rules = program.earn_rules.iter();
        let rules = rules.map(|rule| el("li|class=way|part=way").child(sheet(locale, program, rule)));
        Some(el("ul|class=earn|part=ways").each(rules))
    })
}

fn listed(known: &Known) -> &[WayToEarn] {
    known.ways.value.as_ref().map(|ways| ways.as_slice()).unwrap_or_default()
}

fn ids(known: &Known) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for way in listed(known) {
        ids.push(way.rule.id.as_str().to_owned());
    }
    ids
}

/// The rule itself: its icon, its name, and what it gives.
fn sheet(locale: &Locale, program: &ProgramView, rule: &EarnRuleView) -> El {
    let gives = gives::sentences(locale, program, rule);
    let gives = gives.into_iter().map(|sentence| el("li").child(sentence));
    el("div|class=way-body")
        .child(el("span|class=mark|aria-hidden=true").child(icon(gives::icon_of(&rule.earn))))
        .child(
            el("div|class=what")
                .child(el("h3|class=line-title|part=title|dir=auto").child(rule.title.as_str()))
                .child(el("ul|class=when|part=gives").each(gives)),
        )
}

fn view(locale: &Locale, program: &ProgramView, known: &Known, way: &WayToEarn, on_act: Callback<Act>) -> El {
    let rule = &way.rule;
    let is_mine = |deed: &Deed| match deed {
        Deed::Claim { rule_id } => *rule_id == rule.id,
        Deed::Activate { .. }
        | Deed::Cancel { .. }
        | Deed::Tell { .. }
        | Deed::Decide { .. }
        | Deed::Export { .. }
        | Deed::Erase => false,
    };
    // The points of a survey that has a name come with its answer.
    let is_answered =
        matches!(&rule.earn, EarnView::Activity { activity: ActivityKind::Survey, code: Some(_), .. });
    let claim = (way.claimable && way.closed.is_none() && !is_answered).then(|| {
        let label = locale.text(match &rule.earn {
            EarnView::Activity { activity: ActivityKind::CheckIn, .. } => Key::EarnCheckIn,
            EarnView::Activity { .. }
            | EarnView::Spend { .. }
            | EarnView::Visit { .. }
            | EarnView::Bonus { .. }
            | EarnView::Goal { .. }
            | EarnView::Referral { .. }
            | EarnView::Unrecognized => Key::EarnClaim,
        });
        let name = locale.say(Key::VoucherNamed, &[("what", &label), ("title", &rule.title)]);
        deed_button(known, "button", label, name, Deed::Claim { rule_id: rule.id.clone() }, on_act)
    });
    let closed = way.closed.as_ref().map(|reason| closed(locale, program, rule, reason));
    let left = match way.closed {
        Some(_) => Vec::new(),
        None => way.left.iter().filter_map(|left| left_sentence(locale, program, left)).collect(),
    };
    let left = left.into_iter().map(|sentence: String| el("li|class=tag").child(el("span").child(sentence)));
    let is_done = matches!(way.closed, Some(MissedReason::LimitReached { .. } | MissedReason::GoalReached));
    el("div")
        .attr("class", if is_done { "sheet done" } else { "sheet" })
        .child(sheet(locale, program, rule))
        .child(progress::view(locale, program, way))
        .child(el("ul|class=tags|part=left").each(left))
        .child(closed)
        .child(claim)
        .child(deed_note(locale, &program.terminology, known, is_mine))
}

/// Why it gives nothing now; what the member has had is done.
fn closed(locale: &Locale, program: &ProgramView, rule: &EarnRuleView, reason: &MissedReason) -> El {
    let (path, sentence) = match reason {
        MissedReason::LimitReached { by: LimitOf::Rule, period } => (
            shape::CHECK,
            locale.text(match period {
                Period::Day => Key::EarnDoneDay,
                Period::Month => Key::EarnDoneMonth,
                Period::Year => Key::EarnDoneYear,
                Period::Lifetime => Key::EarnDone,
            }),
        ),
        MissedReason::GoalReached => (shape::CHECK, locale.text(Key::EarnDone)),
        MissedReason::LimitReached { .. }
        | MissedReason::NotNow
        | MissedReason::OtherDay
        | MissedReason::OtherTier
        | MissedReason::OtherMembers
        | MissedReason::ConsentMissing
        | MissedReason::Used
        | MissedReason::TooSmall { .. }
        | MissedReason::GoalAhead { .. }
        | MissedReason::NothingCounts
        | MissedReason::RoundedToNothing
        | MissedReason::Unrecognized => {
            (shape::LOCK, common::missed(locale, program, reason, common::measure(&rule.earn)))
        }
    };
    el("p|class=reason|part=closed").child(icon(path)).child(el("span").child(sentence))
}

/// What a limit leaves, where that is worth saying: that something can be done once in a life says its name.
fn left_sentence(locale: &Locale, program: &ProgramView, left: &LimitLeft) -> Option<String> {
    let when = locale.text(match left.period {
        Period::Day => Key::WhenDay,
        Period::Month => Key::WhenMonth,
        Period::Year => Key::WhenYear,
        Period::Lifetime => Key::WhenLifetime,
    });
    match (left.points, left.times) {
        (Some(points), _) => {
            let amount = locale.amount(points, &program.terminology);
            Some(locale.say(Key::EarnLeftPoints, &[("amount", &amount), ("when", &when)]))
        }
        (None, Some(1)) if left.by == LimitOf::Rule => None,
        (None, Some(times)) => Some(locale.count(Key::EarnLeftTimes, times, &[("when", &when)])),
        (None, None) => None,
    }
}
