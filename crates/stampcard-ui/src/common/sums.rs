//! How an order's points add up, in words.

use stampcard_model::{
    BasisPoints, GoalMeasure, MissedReason,
    api::{FactorView, GivenView, MissedView, Preview, ProgramView},
};

use super::{icon, missed, period, shape};
use crate::{
    Locale,
    locale::Key,
    markup::{El, el},
};

/// Folded: what each rule gives and why, and what those lack that give nothing; none where there is nothing to tell.
pub(crate) fn why(locale: &Locale, program: &ProgramView, preview: &Preview) -> Option<El> {
    let given = preview.given.iter().map(|given| {
        let points = el("b|part=why-points").child(locale.signed("+", &locale.number(given.points.get())));
        line("why-line", &given.title, because(locale, program, given)).child(points)
    });
    let lacking = preview.missed.iter().filter_map(|missed| {
        let lack = lack(locale, program, missed)?;
        Some(line("why-line faint", &missed.title, lack))
    });
    let lines: Vec<El> = given.chain(lacking).collect();
    if lines.is_empty() {
        return None;
    }
    let summary =
        el("summary|part=why-summary").child(locale.text(Key::PreviewWhy)).child(icon(shape::CHEVRON));
    Some(el("details|class=adds|part=why").child(summary).child(el("ul|class=why-lines").each(lines)))
}

fn line(class: &'static str, title: &str, detail: String) -> El {
    let text = el("span|class=why-text").child(el("span|dir=auto").child(title));
    let text =
        text.child((!detail.is_empty()).then(|| el("span|class=why-detail|part=why-detail").child(detail)));
    el("li|part=why-line").attr("class", class).child(text)
}

/// What points were given for: money, what multiplied them, what cut them.
fn because(locale: &Locale, program: &ProgramView, given: &GivenView) -> String {
    let mut parts = Vec::new();
    if given.money_minor > 0 {
        let money = locale.money(given.money_minor, &program.money);
        parts.push(locale.say(Key::PreviewMoney, &[("money", &money)]));
    }
    parts.extend(given.factors.iter().map(|factor| multiplied(locale, factor)));
    if let Some(cap) = &given.cap {
        parts.push(locale.say(Key::MissedLimit, &[("period", &locale.text(period(cap.period)))]));
    }
    parts.join(" · ")
}

fn multiplied(locale: &Locale, FactorView { title, factor }: &FactorView) -> String {
    let one = BasisPoints::ONE.0;
    let sign = if factor.0 < one { "−" } else { "+" };
    [&locale.apart(title), " ", &locale.signed(sign, &locale.percent(factor.0.abs_diff(one)))].concat()
}

/// What is lacking; none where that is nobody's to change.
fn lack(locale: &Locale, program: &ProgramView, of: &MissedView) -> Option<String> {
    let is_telling = !matches!(of.reason, MissedReason::OtherMembers | MissedReason::Unrecognized);
    let measure = if of.in_money { GoalMeasure::Spend } else { GoalMeasure::Orders };
    is_telling.then(|| missed(locale, program, &of.reason, Some(measure)))
}
