//! One short survey: a score, perhaps a comment, once.
//!
//! Parts: `list`, `card`, `title`, `scores`, `score`, `comment`, `counter`, `button`, `do`, `note`, `notice`, `retry`,
//! `invite`, `hint`. Slots: `question` (what is asked), `guest` (join and log-in links), `empty` (without a survey),
//! `footer`.

use leptos::prelude::*;
use stampcard_model::{
    SurveyId,
    api::{FeedbackView, NewFeedback, ProgramView},
};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

use crate::{
    Act, Deed, I18n, Known, Locale, Outcome,
    common::{List, ListState, deed_note, deed_sentence, icon, shape},
    locale::Key,
    markup::{Drawing, El, el, live},
};

/// The longest comment, in characters.
const COMMENT_MAX: usize = 1_000;

/// From the worst to the best: the word, and a face.
const SCORES: [(Key, &str); 5] = [
    (Key::FeedbackScore1, "M12 3.5a8.5 8.5 0 1 0 .01 0M9 10h.01m6 0h.01M8.5 16.5c1.5-2.6 5.5-2.6 7 0"),
    (Key::FeedbackScore2, "M12 3.5a8.5 8.5 0 1 0 .01 0M9 10h.01m6 0h.01M8.5 16c2-1.3 5-1.3 7 0"),
    (Key::FeedbackScore3, "M12 3.5a8.5 8.5 0 1 0 .01 0M9 10h.01m6 0h.01M8.5 15.5h7"),
    (Key::FeedbackScore4, "M12 3.5a8.5 8.5 0 1 0 .01 0M9 10h.01m6 0h.01M8.5 14.5c2 1.6 5 1.6 7 0"),
    (Key::FeedbackScore5, "M12 3.5a8.5 8.5 0 1 0 .01 0M9 9.5h.01m6 0h.01M7.5 13.5c1.3 4.6 7.7 4.6 9 0z"),
];

/// What the member is about to tell. It outlives whatever comes of sending it.
#[derive(Clone, Copy)]
struct Sheet {
    score: RwSignal<u8>,
    comment: RwSignal<String>,
    /// Whether sending was tried without a score.
    is_missing: RwSignal<bool>,
    said: RwSignal<String>,
    on_act: Callback<Act>,
}

/// A survey of the shop.
#[component]
pub fn Feedback(
    /// What there is to show.
    known: ReadSignal<Known>,
    /// The survey's id.
    survey: ReadSignal<String>,
    /// What the member does.
    on_act: Callback<Act>,
) -> Drawing {
    let i18n = I18n::current();
    let list = List {
        known,
        on_act,
        label: Key::FeedbackLabel,
        guest: Key::FeedbackGuest,
        empty: Key::FeedbackEmpty,
        section: "section|class=list|part=list",
        skeleton: ("div|class=feedback skeleton|aria-hidden=true", 1),
        state: |known| ListState::of(known, &known.feedback, |_| false),
        is_deed: |deed| matches!(deed, Deed::Tell { .. }),
    };
    let sheet = Sheet {
        score: RwSignal::new(0),
        comment: RwSignal::new(String::new()),
        is_missing: RwSignal::new(false),
        said: RwSignal::new(String::new()),
        on_act,
    };
    let body = move || {
        let card = live(move || {
            let locale = i18n.get();
            let Ok(id) = survey.with(|id| SurveyId::new(id.as_str())) else {
                let hint = el("p|class=hint|part=hint").child(locale.text(Key::FeedbackEmpty));
                return Some(el("slot|name=empty").child(hint));
            };
            known.with(|known| {
                let program = known.program.value.as_deref()?;
                let told = known.feedback.value.as_deref()?.iter().find(|told| told.survey_id == id);
                let inside = match told {
                    Some(told) => thanks(&locale, program, known, told),
                    None => sheet.form(i18n, &locale, program, known, id),
                };
                Some(el("ul|class=feedback").child(el("li|class=way|part=card|tabindex=-1").child(inside)))
            })
        });
        el("div").child(card)
    };
    list.draw(i18n, sheet.said, Box::new(body), |_, _| None)
}

/// What stands there once it is answered.
fn thanks(locale: &Locale, program: &ProgramView, known: &Known, told: &FeedbackView) -> El {
    let score = SCORES.get(usize::from(told.score).saturating_sub(1));
    let answer = score.map(|(word, path)| {
        let sentence = locale.say(Key::FeedbackTold, &[("score", &locale.text(*word))]);
        el("p|class=fact").child(icon(path)).child(el("span").child(sentence))
    });
    let comment = told.comment.as_deref().map(|comment| el("p|class=hint quote|dir=auto").child(comment));
    let given = known.deed.as_ref().filter(|(deed, outcome)| {
        let is_this = matches!(deed, Deed::Tell { feedback } if feedback.survey_id == told.survey_id);
        is_this && matches!(outcome, Outcome::Done { points } if !points.is_zero())
    });
    let given = given.map(|(deed, outcome)| {
        el("p|class=note|part=note").child(deed_sentence(locale, &program.terminology, deed, outcome))
    });
    let mark = el("span|class=mark in|aria-hidden=true").child(icon(shape::CHECK));
    let what = el("div|class=what")
        .child(el("h3|class=line-title|part=title").child(locale.text(Key::FeedbackThanks)))
        .child(answer)
        .child(comment)
        .child(given);
    el("div|class=thanks").child(el("div|class=way-body").child(mark).child(what))
}

impl Sheet {
    fn form(self, i18n: I18n, locale: &Locale, program: &ProgramView, known: &Known, id: SurveyId) -> El {
        let question = el("slot|name=question").child(locale.text(Key::FeedbackQuestion));
        let scores = (1_u8..).zip(SCORES).map(|(score, (word, path))| self.score(locale, score, word, path));
        let scores =
            el("fieldset|class=scores|part=scores|role=radiogroup|aria-labelledby=question").each(scores);
        let missing = locale.text(Key::FeedbackMissing);
        let wrong =
            self.is_missing.get().then(|| el("p|class=note trouble|part=note").child(missing.as_str()));
        let is_busy = matches!(&known.deed, Some((Deed::Tell { .. }, Outcome::Sending)));
        let is_off = known.is_doing();
        let send = el("button|type=submit|part=button do")
            .attr("class", if is_busy { "button busy" } else { "button" })
            .attr_if(is_off, "aria-disabled", "true")
            .attr_if(is_busy, "aria-busy", "true")
            .child(locale.text(Key::FeedbackSend));
        let is_mine = |deed: &Deed| matches!(deed, Deed::Tell { feedback } if feedback.survey_id == id);
        let note = deed_note(locale, &program.terminology, known, is_mine);
        el("form|class=sheet|novalidate=|autocomplete=off")
            .on("submit", move |event| {
                event.prevent_default();
                self.send(&event, &id, is_off, &missing);
            })
            .child(el("h3|class=title|part=title|id=question").child(question))
            .child(scores)
            .child(wrong)
            .child(self.comment(i18n, locale))
            .child(send)
            .child(note)
    }

    fn score(self, locale: &Locale, score: u8, word: Key, path: &'static str) -> El {
        let input = el("input|type=radio|name=score|class=unseen")
            .attr("value", score.to_string())
            .attr_if(self.score.get_untracked() == score, "checked", "")
            .on("change", move |_| {
                self.score.set(score);
                self.is_missing.set(false);
            });
        let word = el("span").child(locale.text(word));
        el("label|class=score|part=score").child(input).child(icon(path)).child(word)
    }

    fn comment(self, i18n: I18n, locale: &Locale) -> El {
        // What is typed stays in the field itself; it is put there again only when the field is a new one.
        let field =
            el("textarea|class=field|part=comment|dir=auto|rows=3|maxlength=1000|aria-describedby=counter")
                .created(move |made| {
                    if let Some(made) = made.dyn_ref::<HtmlTextAreaElement>() {
                        made.set_value(&self.comment.get_untracked());
                    }
                })
                .on("input", move |event| {
                    self.comment.set(event_target::<HtmlTextAreaElement>(&event).value());
                });
        let left = live(move || {
            let left =
                COMMENT_MAX.saturating_sub(self.comment.with(|comment| comment.encode_utf16().count()));
            i18n.get().count(Key::FeedbackLeft, left as u64, &[])
        });
        el("label|class=comment")
            .child(el("span|class=label").child(locale.text(Key::FeedbackComment)))
            .child(field)
            .child(el("span|class=hint small|part=counter|id=counter").child(left))
    }

    fn send(self, event: &web_sys::Event, id: &SurveyId, is_off: bool, missing: &str) {
        let score = self.score.get_untracked();
        if score == 0 {
            self.is_missing.set(true);
            self.said.set(missing.to_owned());
            let first = event_target::<web_sys::Element>(event).query_selector("input").ok().flatten();
            if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlInputElement>().ok()) {
                // Focus that a browser refuses stays where it is.
                let _ = first.focus();
            }
        } else if !is_off {
            let comment = self.comment.with_untracked(|comment| comment.trim().to_owned());
            let comment = Some(comment).filter(|comment| !comment.is_empty());
            let feedback = NewFeedback { survey_id: id.clone(), score, comment };
            self.on_act.run(Act::Do(Deed::Tell { feedback }));
        }
    }
}
