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
    I18n, Locale, Remote,
    common::{self, Stage, icon, shape, stage},
    locale::{self, Key},
};

/// What the member has: available, pending, and what expires next.
#[component]
pub fn BalanceCard(
    /// The program, for its words and its time zone.
    #[prop(into)]
    program: Signal<Remote<ProgramView>>,
    /// The member.
    #[prop(into)]
    me: Signal<Remote<Me>>,
    /// When the last known values were read, in milliseconds since 1970 UTC.
    #[prop(into)]
    as_of: Signal<Option<f64>>,
    /// Whether to draw a pill for a header instead of a card.
    #[prop(into, optional)]
    compact: Signal<bool>,
    /// The member asks to try again.
    on_retry: Callback<()>,
) -> impl IntoView {
    let i18n = I18n::current();
    let available = Memo::new(move |_| me.with(|me| me.value.as_ref().map(|me| me.balance.available)));
    let changed = common::announce(available, move |points| {
        let words = program.with_untracked(|p| p.value.as_ref().map(|p| p.terminology.clone()))?;
        let locale = i18n.get();
        Some(locale.say(Key::BalanceChanged, &[("amount", &locale.amount(points, &words))]))
    });
    let body = move || {
        let locale = i18n.get();
        program.with(|program| {
            me.with(|me| match compact.get() {
                true => pill(&locale, &stage(program, me)),
                false => card(&locale, &stage(program, me), as_of.get(), on_retry),
            })
        })
    };
    view! {
        {body}
        {common::status(changed)}
    }
}

fn pill(locale: &Locale, stage: &Stage<'_, Me>) -> AnyView {
    let stamp = icon(shape::STAMP);
    match stage {
        Stage::Loading => view! { <div class="pill skeleton" aria-hidden="true"></div> }.into_any(),
        Stage::Guest(program) => {
            let invite = locale.say(Key::BalanceInvite, &[("words", &program.terminology.other)]);
            view! { <span class="pill" part="pill">{stamp}<slot name="guest">{invite}</slot></span> }
                .into_any()
        }
        Stage::Failed(_) => {
            view! { <span class="pill faint" part="pill">{stamp}<span aria-hidden="true">"–"</span></span> }
                .into_any()
        }
        Stage::Shown(program, me, stale) => {
            let points = me.balance.available;
            let class = if stale.is_some() { "pill faint" } else { "pill" };
            view! { <span class=class part="pill">{stamp}{figure(locale, points, program)}</span> }.into_any()
        }
    }
}

fn card(locale: &Locale, stage: &Stage<'_, Me>, as_of: Option<f64>, on_retry: Callback<()>) -> AnyView {
    match stage {
        Stage::Loading => {
            view! { <div class="frame"><div class="balance skeleton" aria-hidden="true"></div></div> }
                .into_any()
        }
        Stage::Failed(failure) => {
            sheet(String::new(), common::failure(locale, *failure, on_retry), ().into_any())
        }
        Stage::Guest(program) => {
            let words = [("program", program.name.as_str()), ("words", &program.terminology.other)];
            let main = view! {
                <p class="invite" part="invite">{locale.say(Key::BalanceGuest, &words)}</p>
                <slot name="guest"></slot>
            };
            sheet(label(locale, program), main.into_any(), stub(program, Vec::new()))
        }
        Stage::Shown(program, me, stale) => {
            let main = view! {
                <p class="label" part="label">{label(locale, program)}</p>
                <p class=if stale.is_some() { "figure faint" } else { "figure" } part="figure">{figure(locale, me.balance.available, program)}</p>
                {stale.map(|failure| common::stale(locale, failure, as_of, on_retry))}
                <slot name="footer"></slot>
            };
            sheet(label(locale, program), main.into_any(), stub(program, facts(locale, program, me)))
        }
    }
}

fn label(locale: &Locale, program: &ProgramView) -> String {
    locale.say(Key::BalanceLabel, &[("words", &program.terminology.other)])
}

fn figure(locale: &Locale, points: Points, program: &ProgramView) -> impl IntoView {
    let word = locale::word(points, &program.terminology).to_owned();
    view! {
        <span class="number" part="number">{locale.number(points.get())}</span>
        " "
        <span class="word" part="word">{word}</span>
    }
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

fn stub(program: &ProgramView, facts: Vec<Fact>) -> AnyView {
    let facts = facts.into_iter().map(|(path, sentence, warning)| {
        let class = if warning { "fact warning" } else { "fact" };
        view! { <li class=class part="fact">{icon(path)}<span>{sentence}</span></li> }
    });
    view! {
        <p class="label" part="program">{program.name.clone()}</p>
        <ul class="facts" part="facts">{facts.collect_view()}</ul>
    }
    .into_any()
}

fn sheet(label: String, main: AnyView, stub: AnyView) -> AnyView {
    view! {
        <div class="frame">
            <div class="balance" part="card" role="group" aria-label=label>
                <div class="main" part="main">{main}</div>
                <div class="stub" part="stub">{stub}</div>
            </div>
        </div>
    }
    .into_any()
}
