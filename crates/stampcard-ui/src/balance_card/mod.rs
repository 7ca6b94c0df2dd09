//! The member's balance, as a card or as a pill for a header.
//!
//! Parts: `card`, `main`, `label`, `figure`, `number`, `word`, `stub`, `program`, `facts`, `fact`, `notice`, `button`,
//! `retry`, `pill`. Slots: `guest` (join and log-in links), `footer` (below the figure).

use leptos::prelude::*;
use stampcard_model::{
    Points,
    api::{ExpiryView, Me, ProgramView},
};

use crate::{
    Act, I18n, Known, Locale,
    common::{self, Stage, icon, shape, stage},
    locale::{self, Key},
    markup::{Drawing, El, el, live},
};

/// What the member has: available, pending, and what expires next.
#[component]
pub fn BalanceCard(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// Whether to draw a pill for a header instead of a card.
    compact: ReadSignal<bool>,
    /// Whether the pill opens a panel of the page; empty where there is none.
    opens: ReadSignal<String>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let available = move || known.with(|known| known.me.value.as_ref().map(|me| me.balance.available));
    let changed = common::announce(available, move |points| {
        let locale = i18n.get();
        let amount =
            known.with(|known| Some(locale.amount(*points, &known.program.value.as_ref()?.terminology)))?;
        Some(locale.say(Key::BalanceChanged, &[("amount", &amount)]))
    });
    let body = live(move || {
        let locale = i18n.get();
        known.with(|known| {
            let stage = stage(&known.program, &known.me);
            if compact.get() {
                pill(&locale, &stage, !opens.with(String::is_empty))
            } else {
                card(&locale, &stage, known.as_of, on_act)
            }
        })
    });
    Drawing(vec![body, common::status(changed)])
}

fn pill(locale: &Locale, stage: &Stage<'_, Me>, opens: bool) -> El {
    let pill = |class: &'static str| el("span|part=pill").attr("class", class).child(icon(shape::STAMP));
    match stage {
        Stage::Loading => el("div|class=pill skeleton|aria-hidden=true"),
        Stage::Guest(program) => {
            let invite = locale.say(Key::BalanceInvite, &[("words", &program.terminology.other)]);
            pill("pill").child(el("slot|name=guest").child(invite))
        }
        Stage::Failed(_) => pill("pill faint").child(el("span|aria-hidden=true").child("–")),
        Stage::Shown(program, me, stale) => {
            let class = if stale.is_some() { "pill faint" } else { "pill" };
            let pill = match opens {
                true => {
                    el("button|type=button|part=pill|data-go=").attr("class", class).child(icon(shape::STAMP))
                }
                false => pill(class),
            };
            figure(pill, locale, me.balance.available, program)
        }
    }
}

fn card(locale: &Locale, stage: &Stage<'_, Me>, as_of: Option<f64>, on_act: Callback<Act>) -> El {
    let main = el("div|class=main|part=main");
    match stage {
        Stage::Loading => el("div|class=frame").child(el("div|class=balance skeleton|aria-hidden=true")),
        Stage::Failed(failure) => {
            let main = main.child(common::failure(locale, *failure, on_act));
            sheet(String::new(), main, el("div|class=stub|part=stub"))
        }
        Stage::Guest(program) => {
            let words = [("program", program.name.as_str()), ("words", &program.terminology.other)];
            let main = main
                .child(el("p|class=invite|part=invite").child(locale.say(Key::BalanceGuest, &words)))
                .child(el("slot|name=guest"));
            sheet(label(locale, program), main, stub(program, Vec::new()))
        }
        Stage::Shown(program, me, stale) => {
            let class = if stale.is_some() { "figure faint" } else { "figure" };
            let number = el("p|part=figure").attr("class", class);
            let main = main
                .child(el("p|class=label|part=label").child(label(locale, program)))
                .child(figure(number, locale, me.balance.available, program))
                .child(stale.map(|failure| common::stale(locale, failure, as_of, on_act)))
                .child(el("slot|name=footer"));
            sheet(label(locale, program), main, stub(program, facts(locale, program, me)))
        }
    }
}

fn label(locale: &Locale, program: &ProgramView) -> String {
    locale.say(Key::BalanceLabel, &[("words", &program.terminology.other)])
}

/// The points with their word, into an element.
fn figure(into: El, locale: &Locale, points: Points, program: &ProgramView) -> El {
    into.child(el("span|class=number|part=number").child(locale.number(points.get())))
        .child(" ")
        .child(el("span|class=word|part=word").child(locale::word(points, &program.terminology)))
}

/// What else there is to know of the balance: an icon, a sentence, and whether it is a warning.
type Fact = (&'static str, String, bool);

fn facts(locale: &Locale, program: &ProgramView, me: &Me) -> Vec<Fact> {
    let words = &program.terminology;
    let mut facts = Vec::new();
    if let Some(expiring) = me.expiring {
        let amount = locale.amount(expiring.points, words);
        let date = locale.last_day(expiring.expires_at, &program.time_zone);
        let args = [("amount", amount.as_str()), ("date", &date)];
        let sentence = locale.count(Key::BalanceExpiring, expiring.points.get(), &args);
        facts.push((shape::CLOCK, sentence, true));
    }
    let waiting = [
        (me.balance.pending, Key::BalancePending, shape::INCOMING),
        (me.balance.held, Key::BalanceHeld, shape::LOCK),
    ];
    for (points, key, icon) in waiting {
        if !points.is_zero() {
            facts.push((icon, locale.say(key, &[("amount", &locale.amount(points, words))]), false));
        }
    }
    if facts.is_empty() {
        let sentence = match program.expiry {
            _ if me.balance.available.is_zero() => {
                Some(locale.say(Key::BalanceEmpty, &[("words", &words.other)]))
            }
            ExpiryView::Never => Some(locale.say(Key::BalanceForever, &[("words", &words.other)])),
            ExpiryView::AfterMonths { months, .. } => {
                Some(locale.count(Key::BalanceLasting, u64::from(months), &[]))
            }
            // Said with the points that expire next, as there is no short sentence for it.
            ExpiryView::OnDates { .. } | ExpiryView::Inactivity { .. } | ExpiryView::Unrecognized => None,
        };
        facts.extend(sentence.map(|sentence| (shape::CLOCK, sentence, false)));
    }
    facts
}

fn stub(program: &ProgramView, facts: Vec<Fact>) -> El {
    let facts = facts.into_iter().map(|(path, sentence, warning)| {
        let class = if warning { "fact warning" } else { "fact" };
        el("li|part=fact").attr("class", class).child(icon(path)).child(el("span").child(sentence))
    });
    el("div|class=stub|part=stub")
        .child(el("p|class=label|part=program|dir=auto").child(program.name.as_str()))
        .child(el("ul|class=facts|part=facts").each(facts))
}

fn sheet(label: String, main: El, stub: El) -> El {
    let sheet = el("div|class=balance|part=card|role=group").attr("aria-label", label);
    el("div|class=frame").child(sheet.child(main).child(stub))
}
