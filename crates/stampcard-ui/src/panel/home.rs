//! Where a panel begins: what a member has, what is new, and the way to everything else.

use leptos::prelude::*;
use stampcard_model::{
    Timestamp, VoucherState,
    api::{Me, ProgramView},
};

use super::{
    Told, is_member,
    news::{About, news},
    sections::{Section, links, sections},
};
use crate::{
    Act, Known, Locale,
    common::{self, Stage, icon, shape, stage},
    locale::Key,
    markup::{El, el},
    tier_meter,
};

pub(super) fn view(locale: &Locale, known: &Known, told: &Told<'_>, on_act: Callback<Act>) -> El {
    let there = sections(known, told);
    let home = el("div|class=home");
    let program = known.program.value.as_deref();
    match stage(&known.program, &known.me) {
        Stage::Failed(failure) if program.is_none() => home.child(common::failure(locale, failure, on_act)),
        _ if is_member(known) => {
            let news = known.me.value.as_deref().zip(program);
            let news = news.and_then(|(me, program)| news_list(locale, known, me, program, told, &there));
            let (tier, rest): (Vec<_>, Vec<_>) =
                there.into_iter().partition(|section| section.name == "tier");
            home.child(balance(locale, known, told))
                .child(news)
                .child(tiles(locale, program, &rest))
                .child(tier.first().map(|tier| el(tier.sketch)))
        }
        _ => home.child(balance(locale, known, told)).each(tastes(locale, program, told, there)),
    }
}

/// What a visitor sees of each section that is for them. The rewards come last, unless the page has an order.
fn tastes(
    locale: &Locale,
    program: Option<&ProgramView>,
    told: &Told<'_>,
    mut there: Vec<Section>,
) -> Vec<El> {
    if told.wanted.is_empty() && !there.is_empty() {
        there.rotate_left(1);
    }
    let taste = |section: Section| {
        let heading = el("h3|class=section-title").child(section.title(locale, program));
        let all = matches!(section.name, "rewards" | "earn").then(|| {
            el("button|type=button|class=button quiet|part=button")
                .attr("data-go", section.name)
                .child(locale.text(Key::RewardsShowAll))
        });
        let taste = el(section.sketch).attr("class", "inside taste");
        el("section|class=sample").child(heading).child(taste).child(all)
    };
    there.into_iter().map(taste).collect()
}

fn balance(locale: &Locale, known: &Known, told: &Told<'_>) -> El {
    el("stampcard-balance|class=inside|part=section").child(links(locale, known, told))
}

/// The way to each section.
fn tiles(locale: &Locale, program: Option<&ProgramView>, sections: &[Section]) -> El {
    let tile = |section: &Section| {
        let button = el("button|type=button|class=tile|part=tile")
            .attr("data-go", section.name)
            .child(el("span|class=mark in").child(icon(section.icon)))
            .child(el("span").child(section.title(locale, program)));
        el("li").child(button)
    };
    el("ul|class=tiles|part=tiles").each(sections.iter().map(tile))
}

/// A sentence for each kind of news whose section is there.
fn news_list(
    locale: &Locale,
    known: &Known,
    me: &Me,
    program: &ProgramView,
    told: &Told<'_>,
    there: &[Section],
) -> Option<El> {
    let news = news(known, told.survey);
    let abouts = [About::Expiring, About::Tier, About::Offers, About::Vouchers, About::Survey];
    let mut rows = Vec::new();
    for about in abouts {
        let count = news.iter().filter(|(of, _)| *of == about).count() as u64;
        let (target, path, class) = target(about);
        if count > 0
            && there.iter().any(|section| section.name == target)
            && let Some(sentence) = sentence(locale, known, me, program, about, count)
        {
            let button = el("button|type=button|part=news")
                .attr("class", class)
                .attr("data-go", target)
                .child(icon(path))
                .child(el("span").child(sentence))
                .child(icon(shape::CHEVRON));
            rows.push(el("li").child(button));
        }
    }
    (!rows.is_empty()).then(|| el("ul|class=news").each(rows))
}

/// Where something new leads, its icon, and how it looks.
const fn target(about: About) -> (&'static str, &'static str, &'static str) {
    match about {
        About::Expiring => ("rewards", shape::CLOCK, "new warning"),
        About::Tier => ("earn", shape::FLAG, "new warning"),
        About::Offers => ("offers", shape::TAG, "new"),
        About::Vouchers => ("vouchers", shape::TICKET, "new warning"),
        About::Survey => ("feedback", shape::PEN, "new"),
    }
}

fn sentence(
    locale: &Locale,
    known: &Known,
    me: &Me,
    program: &ProgramView,
    about: About,
    count: u64,
) -> Option<String> {
    let day = |at: Timestamp| locale.last_day(at, &program.time_zone);
    Some(match about {
        About::Expiring => {
            let expiring = me.expiring?;
            let amount = locale.amount(expiring.points, &program.terminology);
            let args = [("amount", amount.as_str()), ("date", &day(expiring.expires_at))];
            locale.count(Key::BalanceExpiring, expiring.points.get(), &args)
        }
        About::Tier => tier_meter::how_long(locale, program, me)?.0,
        About::Offers => locale.count(Key::PanelOffers, count, &[]),
        About::Vouchers => {
            let vouchers = known.vouchers.value.iter().flat_map(|vouchers| vouchers.iter());
            let active = vouchers.filter(|voucher| voucher.state == VoucherState::Active);
            let first = active.filter_map(|voucher| voucher.expires_at).min()?;
            locale.count(Key::PanelVouchers, count, &[("date", &day(first))])
        }
        About::Survey => locale.text(Key::PanelSurvey),
    })
}
