//! Inviting friends: the code and the link, what each side gets, and what became of those who followed.
//!
//! Parts: `list`, `card`, `main`, `gives`, `title`, `link`, `code`, `button`, `copy`, `share`, `friends`, `summary`,
//! `friend`, `state`, `date`, `points`, `notice`, `retry`, `invite`, `hint`. Slots: `guest` (join and log-in links),
//! `empty` (where nothing rewards an invitation), `footer`.

mod link;
mod words;

use leptos::{prelude::*, task::spawn_local};
use stampcard_model::{
    Points,
    api::{FriendView, MyReferral, ProgramView},
};

use crate::{
    Act, I18n, Known, Locale,
    common::{self, List, ListState, icon, shape},
    locale::Key,
    markup::{Drawing, El, el, live},
};

/// The member's own invitation.
#[component]
pub fn Referral(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// The shop's address with `{code}` where the code belongs; empty for none.
    link: ReadSignal<String>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let list = List {
        known,
        on_act,
        label: Key::ReferralLabel,
        guest: Key::ReferralGuest,
        empty: Key::ReferralEmpty,
        section: "section|class=list|part=list",
        skeleton: ("div|class=referral skeleton|aria-hidden=true", 1),
        state: |known| ListState::of(known, &known.referral, Option::is_none),
        is_deed: |_| false,
    };
    let desk = Desk { said: RwSignal::new(String::new()), copied: RwSignal::new("") };
    let body = move || {
        let sheet = live(move || {
            let locale = i18n.get();
            known.with(|known| {
                let (program, referral) = (known.program.value.as_deref()?, known.referral.value.as_deref()?);
                let referral = referral.as_ref()?;
                let link = link.with(|shop| link::of(referral.link.as_deref(), shop, referral.code.as_str()));
                let card = desk.card(&locale, program, referral, link);
                Some(el("div|class=referral").child(card).child(friends(&locale, program, &referral.friends)))
            })
        });
        el("div").child(sheet)
    };
    list.draw(i18n, desk.said, Box::new(body), |_, _| None)
}

/// Where the invitation is handed out.
#[derive(Clone, Copy)]
struct Desk {
    said: RwSignal<String>,
    /// The class of what was copied last.
    copied: RwSignal<&'static str>,
}

impl Desk {
    /// What an invitation gives to both, the link, and the code on the stub.
    fn card(self, locale: &Locale, program: &ProgramView, referral: &MyReferral, link: Option<String>) -> El {
        let gives = referral.rewards.iter().map(|reward| {
            let (gives, when) = words::reward(locale, program, reward);
            el("li").child(el("p|class=title|part=title").child(gives)).child(el("p|class=hint").child(when))
        });
        let label = el("p|class=label")
            .child(icon(shape::FRIENDS))
            .child(el("span").child(locale.text(Key::ReferralLabel)));
        let text = words::invitation(locale, program, &referral.rewards);
        let handed = link.map(|link| self.link(locale, program.name.clone(), text, link));
        let main = el("div|class=main|part=main")
            .child(label)
            .child(el("ul|class=gives|part=gives").each(gives))
            .child(handed);
        let code = referral.code.as_str();
        let stub = el("div|class=stub")
            .child(el("p|class=code-label label").child(locale.text(Key::ReferralCode)))
            .child(el("code|class=code|part=code|dir=ltr").child(code))
            .child(self.copy(locale, ".code", Key::ReferralCopyCode, "button quiet", code.to_owned()));
        let paper = el("div|class=paper").child(main).child(stub);
        el("div|class=ticket|part=card").child(paper)
    }

    /// The link, and the ways to give it to somebody.
    fn link(self, locale: &Locale, title: String, text: String, link: String) -> El {
        let copy = self.copy(locale, ".address", Key::ReferralCopyLink, "button", link.clone());
        let shown = el("p|class=address|part=link|dir=ltr").child(link.as_str());
        let share = link::can_share().then(|| {
            el("button|type=button|class=button quiet|part=button share")
                .on("click", move |_| link::share(&title, &text, &link))
                .child(locale.text(Key::ReferralShare))
        });
        el("div|class=handed").child(shown).child(el("div|class=actions").child(copy).child(share))
    }

    /// A button that copies what the element of class `shown` shows.
    fn copy(self, locale: &Locale, shown: &'static str, label: Key, class: &'static str, text: String) -> El {
        let (copied, selected) = (locale.text(Key::RedeemCopied), locale.text(Key::ReferralSelected));
        let is_copied = self.copied.get() == shown;
        let label = if is_copied { copied.clone() } else { locale.text(label) };
        el("button|type=button|part=button copy")
            .attr("class", class)
            .on("click", move |event| {
                let card = event_target::<web_sys::Element>(&event).closest(".paper").ok().flatten();
                let node = card.and_then(|card| card.query_selector(shown).ok().flatten());
                let (text, copied, selected) = (text.clone(), copied.clone(), selected.clone());
                spawn_local(async move {
                    let is_copied = common::copy(&text, node.map(Into::into)).await;
                    self.copied.try_set(if is_copied { shown } else { "" });
                    self.said.try_set(if is_copied { copied } else { selected });
                });
            })
            .child(label)
    }
}

/// What became of those who followed, without a word of who they are.
fn friends(locale: &Locale, program: &ProgramView, friends: &[FriendView]) -> El {
    let given = friends.iter().fold(0_u128, |sum, friend| sum + u128::from(friend.points.get()));
    let given = locale.amount(Points::saturating_from(given), &program.terminology);
    let summary = match friends.len() {
        0 => locale.text(Key::ReferralNone),
        count => locale.count(Key::ReferralSoFar, count as u64, &[("amount", &given)]),
    };
    let rows = friends.iter().map(|friend| {
        let (path, state, done) = words::state(locale, friend);
        let date = locale.day(friend.followed_at, &program.time_zone);
        let points = (!friend.points.is_zero()).then(|| {
            let amount = locale.signed("+", &locale.amount(friend.points, &program.terminology));
            el("p|class=sum in|part=points").child(el("b").child(amount))
        });
        let what = el("div|class=what")
            .child(el("p|class=line-title|part=state").child(state))
            .child(el("p|class=when|part=date").child(locale.say(Key::ReferralSince, &[("date", &date)])));
        let mark = el("span|aria-hidden=true")
            .attr("class", if done == "3" { "mark in" } else { "mark" })
            .child(icon(path));
        let steps = el("span|class=steps|aria-hidden=true").attr("--_done", done);
        el("li|class=line|part=friend")
            .child(el("div|class=line-head").child(mark).child(what).child(steps).child(points))
    });
    let sheet = (!friends.is_empty()).then(|| el("ul|class=activity").each(rows));
    el("div|class=friends|part=friends")
        .child(el("h3|class=line-title").child(locale.text(Key::ReferralFriends)))
        .child(el("p|class=when|part=summary").child(summary))
        .child(sheet)
}
