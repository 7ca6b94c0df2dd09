//! The ladder of tiers: one stamp a tier, and a meter from the member's tier to the next.

use stampcard_model::{
    Points,
    api::{Me, MeasureView, ProgramView, TierView},
};

use super::find;
use super::measured;
use crate::{
    Locale,
    common::{icon, shape},
    locale::Key,
    markup::{El, el},
};

/// Draws the ladder into an element. What it shows is said by the meter's text; the stamps are for the eye.
pub(super) fn view(into: El, locale: &Locale, program: &ProgramView, me: &Me, tier: &TierView) -> El {
    let standing = &me.tier;
    let next = standing.next.as_ref().and_then(|next| Some((next, find(program, &next.tier)?)));
    let have = match program.measure {
        MeasureView::Spend => measured(locale, program, standing.qualifying),
        MeasureView::PointsEarned
        | MeasureView::PointsHeld
        | MeasureView::Orders
        | MeasureView::Unrecognized => locale.number(standing.qualifying.get()),
    };
    let (goal, label, distance, beside) = match next {
        Some((next, to)) => {
            let missing = measured(locale, program, next.missing);
            let goal = measured(locale, program, next.threshold);
            (
                next.threshold,
                locale.say(Key::TierProgress, &[("tier", &to.name)]),
                locale.say(Key::TierDistance, &[("amount", &missing), ("tier", &to.name)]),
                locale.say(Key::TierStanding, &[("have", &have), ("goal", &goal)]),
            )
        }
        None => (
            standing.qualifying,
            tier.name.clone(),
            locale.text(Key::TierTop),
            locale.say(Key::TierCounted, &[("amount", &measured(locale, program, standing.qualifying))]),
        ),
    };
    let rank = program.tiers.iter().position(|t| t.id == tier.id).unwrap_or_default();
    let part = next.map_or(0.0, |(next, _)| fraction(tier.threshold, standing.qualifying, next.threshold));
    let fill = share(rank, part, program.tiers.len());
    let rungs = program.tiers.iter().enumerate().map(|(index, rung)| {
        let class = match index.cmp(&rank) {
            std::cmp::Ordering::Less => "rung passed",
            std::cmp::Ordering::Equal => "rung passed here",
            std::cmp::Ordering::Greater if index == rank + 1 => "rung next",
            std::cmp::Ordering::Greater => "rung",
        };
        let stamp = (index <= rank).then(|| icon(shape::CHECK));
        el("li|part=rung")
            .attr("class", class)
            .child(el("span|class=stamp").child(stamp))
            .child(el("span|class=rung-name|dir=auto").child(rung.name.as_str()))
    });
    let text = [beside.as_str(), ". ", &distance].concat();
    let meter = el("div|class=ladder|part=ladder|role=meter|aria-valuemin=0")
        .attr("aria-label", label)
        .attr("aria-valuemax", goal.get().max(1).to_string())
        .attr("aria-valuenow", standing.qualifying.min(goal).get().to_string())
        .attr("aria-valuetext", text)
        .attr("--fill", fill)
        .child(el("ol|class=rungs|aria-hidden=true").each(rungs));
    let words = el("p|class=distance")
        .child(el("strong|part=distance").child(distance))
        .child(el("span|part=standing").child(beside));
    into.child(meter).child(words)
}

/// How far `now` is from `from` to `to`, from 0 to 1.
fn fraction(from: Points, now: Points, to: Points) -> f64 {
    let way = to.saturating_sub(from).get();
    let done = now.saturating_sub(from).get();
    if way == 0 { 0.0 } else { (done as f64 / way as f64).min(1.0) }
}

/// The filled share of a ladder whose rungs stand at equal distances, as a CSS number with three decimals.
fn share(rank: usize, part: f64, rungs: usize) -> String {
    let gaps = rungs.saturating_sub(1).max(1) as f64;
    let thousandths = ((rank as f64 + part) / gaps * 1_000.0).clamp(0.0, 1_000.0) as u32;
    [&thousandths.to_string(), "e-3"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(value: u64) -> Points {
        Points::new(value).unwrap()
    }

    #[test]
    fn the_ladder_fills_in_proportion_between_two_rungs() {
        for (from, now, to, expected) in [
            (0, 0, 300, 0.0),
            (300, 750, 1200, 0.5),
            (300, 100, 1200, 0.0),
            (0, 900, 300, 1.0),
            (5, 5, 5, 0.0),
        ] {
            assert_eq!(fraction(points(from), points(now), points(to)), expected);
        }
        for (rank, part, rungs, expected) in [
            (0, 0.0, 3, "0e-3"),
            (0, 0.5, 3, "250e-3"),
            (1, 1.0 / 3.0, 3, "666e-3"),
            (2, 0.0, 3, "1000e-3"),
            (0, 0.0, 1, "0e-3"),
            (9, 1.0, 3, "1000e-3"),
        ] {
            assert_eq!(share(rank, part, rungs), expected);
        }
    }
}
