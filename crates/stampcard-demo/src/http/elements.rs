//! A page for each element, made of what the widget's own files tell of it.

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};

use super::pages::lost;
use crate::{
    problem::Problem,
    session::Visitor,
    shop::{Shop, ShopParts},
    spec::{Element, Spec, Told},
    template::{self, Value},
};

pub(super) fn router() -> Router<Shop> {
    Router::new().route("/elements", get(index)).route("/elements/{name}", get(page))
}

async fn index(State(shop): State<Shop>, visitor: Visitor) -> Response {
    let Some(spec) = shop.spec() else { return Problem::Internal.into_response() };
    shop.page(StatusCode::OK, "elements.html", &visitor, |place| match place {
        "cards" => shop.parts("element-card", &spec.elements, about).map(Value::Markup),
        _ => None,
    })
}

async fn page(State(shop): State<Shop>, Path(name): Path<String>, visitor: Visitor) -> Response {
    let Some(spec) = shop.spec() else { return Problem::Internal.into_response() };
    let Some(element) = spec.elements.iter().find(|element| element.name() == name) else {
        return lost(State(shop), visitor).await;
    };
    let example = shop.example(element, &visitor);
    shop.page(StatusCode::OK, "element.html", &visitor, |place| match place {
        "code" => Some(text(&without_marks(&example))),
        "hidden.opens" => Some(hidden(!element.opens())),
        "hidden.events" => Some(hidden(element.events.is_empty())),
        "hidden.parts" => Some(hidden(element.css_parts.is_empty())),
        "hidden.tokens" => Some(hidden(element.css_properties.is_empty())),
        "example" => Some(Value::Markup(example.clone())),
        "panel" => shop.panel(element, &visitor).map(Value::Markup),
        _ => shop.list(&spec, element, place).map(Value::Markup).or_else(|| about(element, place)),
    })
}

impl ShopParts {
    fn spec(&self) -> Option<Spec> {
        let spec = Spec::read(&self.sdk);
        spec.inspect_err(|error| tracing::error!(%error, "the widget's files do not tell of its elements"))
            .ok()
    }

    /// A part of a page for each of some things.
    fn parts<'a, T: 'a>(
        &self,
        part: &str,
        things: impl IntoIterator<Item = &'a T>,
        value: impl Fn(&'a T, &str) -> Option<Value>,
    ) -> Option<String> {
        let part = template::part_named(&self.www, part);
        let part =
            part.inspect_err(|error| tracing::error!(%error, "a part of a page cannot be read")).ok()?;
        let filled = things.into_iter().map(|thing| template::fill(&part, |place| value(thing, place)));
        Some(filled.collect::<Vec<_>>().join("\n"))
    }

    /// What an element has of one kind.
    fn list(&self, spec: &Spec, element: &Element, place: &str) -> Option<String> {
        match place {
            "attributes" => self.parts("element-row", &element.attributes, row),
            "members" => self.parts("element-row", &element.members, row),
            "events" => self.parts("element-event", &element.events, |event, place| match place {
                "detail" => Some(text(spec.detail(event).unwrap_or_default())),
                "hidden.detail" => Some(hidden(spec.detail(event).is_none())),
                _ => row(event, place),
            }),
            "slots" => self.parts("element-row", &element.slots, row),
            "parts" => self.parts("element-part", &element.css_parts, row),
            "tokens" => self.parts("element-token", &element.css_properties, row),
            "switches" => self.switches(element),
            "others" => self.parts("element-link", &spec.elements, |other, place| match place {
                "current" if other.tag_name == element.tag_name => {
                    Some(Value::Markup(" aria-current=\"page\"".to_owned()))
                }
                "current" => Some(text("")),
                _ => about(other, place),
            }),
            _ => None,
        }
    }

    /// What sets those attributes that have few values.
    fn switches(&self, element: &Element) -> Option<String> {
        let few =
            element.attributes.iter().filter(|told| told.is_boolean() || told.choices().next().is_some());
        let switches = few.map(|told| {
            let part = if told.is_boolean() { "element-switch" } else { "element-choice" };
            self.parts(part, [told], |told, place| match place {
                "options" => {
                    let choices: Vec<&str> = told.choices().collect();
                    let options = self.parts("element-option", &choices, |choice, place| {
                        (place == "value").then(|| text(choice))
                    });
                    options.map(Value::Markup)
                }
                _ => row(told, place),
            })
        });
        switches.collect::<Option<Vec<_>>>().map(|switches| switches.join("\n"))
    }

    /// How the element is put on a page, in the visitor's language.
    fn example(&self, element: &Element, visitor: &Visitor) -> String {
        let tag = &element.tag_name;
        let written = template::part_named(&self.www, &format!("elements/{}", element.name()));
        let written = written.unwrap_or_else(|_| format!("<{tag}></{tag}>"));
        let filled = template::fill(&written, |place| self.common(visitor, place));
        template::say(&filled, |key| self.words.text(visitor.language, key))
    }

    /// The panel that every page has, but for the page that shows one anyway.
    fn panel(&self, element: &Element, visitor: &Visitor) -> Option<String> {
        if element.opens() {
            return Some(String::new());
        }
        let panel = template::part_named(&self.www, "panel").ok()?;
        Some(template::fill(&panel, |place| self.common(visitor, place)))
    }
}

/// The values that are about an element.
fn about(element: &Element, place: &str) -> Option<Value> {
    match place {
        "name" => Some(text(element.name())),
        "tag" => Some(text(&element.tag_name)),
        "description" => Some(text(&element.description)),
        _ => None,
    }
}

/// The values that are about something of an element.
fn row(told: &Told, place: &str) -> Option<Value> {
    match place {
        "name" => Some(text(&told.name)),
        "title" => Some(text(&told.signature())),
        "type" => Some(text(told.kind())),
        "description" => Some(text(&told.description)),
        "default" => Some(text(told.default.as_deref().unwrap_or_default())),
        "hidden.type" => Some(hidden(told.kind().is_empty())),
        "hidden.default" => Some(hidden(told.default.is_none())),
        "hidden.swatch" => Some(hidden(!told.name.contains("-color-"))),
        _ => None,
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn hidden(is_hidden: bool) -> Value {
    Value::Markup(if is_hidden { " hidden" } else { "" }.to_owned())
}

/// Markup without the marks for the shop's own words.
fn without_marks(markup: &str) -> String {
    let mut parts = markup.split(" data-t=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once('"').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_has_none_of_the_shops_own_marks() {
        let shown = "<b slot=\"question\" data-t=\"a.b\">?</b><i data-t=\"c\"></i>";
        assert_eq!(without_marks(shown), "<b slot=\"question\">?</b><i></i>");
    }
}
