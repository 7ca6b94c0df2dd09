//! The pages about the elements say what the widget's own files say.

use std::fs;

use axum::http::StatusCode;
use serde_json::Value;

use crate::visitor::{Place, npm};

const LISTS: [(&str, &str); 6] = [
    ("attributes", "attributes"),
    ("members", "members"),
    ("events", "events"),
    ("slots", "slots"),
    ("cssParts", "parts"),
    ("cssProperties", "tokens"),
];

#[tokio::test]
async fn every_element_has_a_page_with_all_that_the_widget_says_of_it() {
    let place = Place::new().await;
    let visitor = place.visitor("jun").await;
    let (_, index) = visitor.page("/elements", "en").await;
    for element in elements() {
        let tag = element["tagName"].as_str().expect("an element has a tag");
        let path = tag.replace("stampcard-", "/elements/");
        assert!(index.contains(&format!("href=\"{path}\"")), "{path}");
        for language in ["en", "zh-CN"] {
            let (status, page) = visitor.page(&path, language).await;
            assert_eq!(status, StatusCode::OK);
            assert!(!page.contains("{{"), "{path} has a place that nothing fills");
            assert!(page.contains(&escaped(element["description"].as_str().unwrap())), "{path}");
            let heading = page.split("<h1 data-t=").nth(1).and_then(|rest| rest.split(['>', '<']).nth(1));
            assert!(heading.is_some_and(|words| !words.is_empty()), "{path} has no name in {language}");
            for (list, on_page) in LISTS {
                check(&path, &page, on_page, element[list].as_array().expect("it is a list"));
            }
        }
    }
}

/// Names, types, defaults and descriptions are there, in the order of the list, and nothing else is.
fn check(path: &str, page: &str, list: &str, told: &[Value]) {
    let from = page.split(&format!("data-list=\"{list}\"")).nth(1).expect("the page has the list");
    let own = from.split("</section>").next().unwrap_or_default();
    let names: Vec<&str> =
        own.split("data-told=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let expected: Vec<&str> = told.iter().map(|told| told["name"].as_str().expect("it has a name")).collect();
    assert_eq!(names, expected, "{path} {list}");
    for (told, row) in told.iter().zip(own.split("data-told=\"").skip(1)) {
        for said in [&told["description"], &told["default"], &told["type"]["text"]] {
            let said = said.as_str().unwrap_or_default();
            assert!(row.contains(&escaped(said)), "{path} {list}: {row} does not say {said}");
        }
    }
}

#[tokio::test]
async fn what_an_event_carries_is_on_its_page_as_the_types_write_it() {
    let place = Place::new().await;
    let visitor = place.visitor("guest").await;
    let (_, page) = visitor.page("/elements/balance", "en").await;
    assert!(page.contains("export interface BalanceChange extends Balance {\n"));
    let (_, panel) = visitor.page("/elements/panel", "en").await;
    assert!(panel.contains("open(part?: StampcardPart): void"));
}

#[tokio::test]
async fn what_is_shown_live_is_what_is_copied() {
    let place = Place::new().await;
    let visitor = place.visitor("guest").await;
    let (_, page) = visitor.page("/elements/feedback", "zh-CN").await;
    assert!(page.contains("<span slot=\"question\" data-t=\"account.feedback.question\">您喜欢"), "{page}");
    assert!(page.contains("&lt;span slot=&quot;question&quot;&gt;您喜欢"));
    // The page of an element that opens has no second one.
    for (path, panels) in [("/elements/panel", 1), ("/elements/balance", 1)] {
        let (_, page) = visitor.page(path, "en").await;
        assert_eq!(page.matches("<stampcard-panel").count(), panels, "{path}");
    }
}

#[tokio::test]
async fn an_element_that_is_none_has_no_page() {
    let place = Place::new().await;
    let visitor = place.visitor("guest").await;
    for path in ["/elements/stamp", "/elements/..%2Fcart", "/elements/<b>"] {
        let path = path.replace('<', "%3C").replace('>', "%3E");
        assert_eq!(visitor.page(&path, "en").await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

fn elements() -> Vec<Value> {
    let text = fs::read(npm().join("custom-elements.json")).expect("the widget tells of its elements");
    let manifest: Value = serde_json::from_slice(&text).expect("it is JSON");
    manifest["modules"][0]["declarations"].as_array().expect("it has declarations").clone()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
