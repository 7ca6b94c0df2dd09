//! How far a way to earn is: a streak as stamps, a goal as a meter.

use stampcard_model::{
    GoalMeasure,
    api::{EarnView, ProgramView, WayToEarn},
};

use crate::{
    Locale,
    common::{self, icon, shape},
    locale::Key,
    markup::{El, el},
};

/// Longer streaks are drawn as a meter: nobody counts so many stamps.
const STAMPS_MAX: u32 = 10;

pub(super) fn view(locale: &Locale, program: &ProgramView, way: &WayToEarn) -> Option<El> {
    match (&way.rule.earn, way.streak, way.progress) {
        (EarnView::Activity { streak: steps, .. }, Some(now), _) => {
            let last = steps.iter().map(|step| step.days).max()?;
            let have = locale.number(now.days.into());
            let text = locale.count(Key::EarnStreak, u64::from(last), &[("have", &have)]);
            if last > STAMPS_MAX {
                return Some(meter(locale.text(Key::EarnStreakLabel), text, now.days.into(), last.into()));
            }
            let is_step = |day: u32| steps.iter().any(|step| step.days == day);
            let stamps = (1..=last).map(|day| {
                let class = if day <= now.days { "stamp-day passed" } else { "stamp-day" };
                let inside = match (day <= now.days, is_step(day)) {
                    (true, _) => Some(icon(shape::CHECK)),
                    (false, true) => Some(icon(shape::PRESENT)),
                    (false, false) => None,
                };
                el("span").attr("class", class).child(el("span|class=stamp").child(inside))
            });
            let row = el("div|class=streak|part=streak|role=img").attr("aria-label", text.clone());
            let words = el("p|class=hint small|aria-hidden=true").child(text);
            Some(el("div|class=progress").child(row.each(stamps)).child(words))
        }
        (EarnView::Goal { measure, repeats, .. }, _, Some(now)) => {
            // A goal that comes again is counted from its last time on.
            let had = if *repeats { now.rewarded.saturating_mul(now.target) } else { 0 };
            let done = now.done.saturating_sub(had).min(now.target);
            let have = match measure {
                GoalMeasure::Orders => locale.number(done),
                GoalMeasure::Spend => locale.money(done, &program.money),
            };
            let goal = common::goal(locale, program, *measure, now.target);
            let text = locale.say(Key::TierStanding, &[("have", &have), ("goal", &goal)]);
            Some(meter(way.rule.title.clone(), text, done, now.target))
        }
        (_, _, _) => None,
    }
}

fn meter(label: String, text: String, done: u64, target: u64) -> El {
    let thousandths = (done as f64 / target.max(1) as f64 * 1_000.0).clamp(0.0, 1_000.0) as u32;
    let fill = [&(thousandths / 10).to_string(), ".", &(thousandths % 10).to_string(), "%"].concat();
    let bar = el("div|class=gauge|part=meter|role=meter|aria-valuemin=0")
        .attr("aria-label", label)
        .attr("aria-valuemax", target.max(1).to_string())
        .attr("aria-valuenow", done.min(target).to_string())
        .attr("aria-valuetext", text.clone())
        .attr("--fill", fill);
    el("div|class=progress").child(bar).child(el("p|class=hint small|aria-hidden=true").child(text))
}
