//! The one table of the elements, for everybody who does not run them: editors, documents, tests.
//!
//! `npm/custom-elements.json` is made of it (custom elements manifest, schema 2.1.0), and tests hold the shell, the
//! components and the types to it. Whoever changes it runs `WRITE=1 cargo test -p stampcard-widget manifest`.

mod elements;

use serde_json::{Value, json};
use stampcard_ui::theme;

use self::elements::{ELEMENTS, Element, LOADING, OPENED, SETTINGS, Told};

/// What attributes are unless they are said; those that are there or not are not there.
const DEFAULTS: [Told; 3] = [("loading", "lazy"), ("position", "bottom-right"), ("quantity", "1")];

/// What every element has.
const MEMBERS: [Told; 2] = [
    ("getToken", "Gives the member's token; another function says that another member is here."),
    ("refresh", "Reads everything anew, as after an order."),
];
/// What elements have that open.
const METHODS: [Told; 2] = [("open", "Opens a part, or the home."), ("close", "Closes it.")];

/// What is written there is not written here again.
const TYPES: &str = include_str!("../../npm/types/stampcard.d.ts");

fn manifest() -> Value {
    let declarations: Vec<Value> = ELEMENTS.iter().map(declaration).collect();
    let exports = ELEMENTS.iter().map(|element| {
        let declaration = json!({"name": element.class, "module": "stampcard.mjs"});
        json!({"kind": "custom-element-definition", "name": tag(element), "declaration": declaration})
    });
    let module = json!({
        "kind": "javascript-module",
        "path": "stampcard.mjs",
        "declarations": declarations,
        "exports": exports.collect::<Vec<_>>(),
    });
    json!({"schemaVersion": "2.1.0", "readme": "", "modules": [module]})
}

fn tag(element: &Element) -> String {
    ["stampcard-", element.name].concat()
}

fn declaration(element: &Element) -> Value {
    let named = |(name, doc): &Told| json!({"name": name, "description": doc});
    let attribute = |(name, doc): &Told, kind: &str| {
        let mut said =
            json!({"name": name, "description": doc, "type": {"text": kind}, "fieldName": camel(name)});
        let known = DEFAULTS.into_iter().find_map(|(of, value)| (of == *name).then_some(value));
        if let Some(value) = known.or((kind == "boolean").then_some("false")) {
            said["default"] = json!(value);
        }
        said
    };
    let string = |told: &Told| attribute(told, &spelled_out(typed(element.class, &camel(told.0))));
    let strings = SETTINGS.iter().chain(element.strings).map(string);
    let booleans = element.booleans.iter().map(|told| attribute(told, "boolean"));
    let event = |(name, doc): &Told| {
        let kind = said_after(TYPES, &format!("\"{name}\": "));
        json!({"name": name, "description": doc, "type": {"text": kind}})
    };
    let token = |token: &theme::Token| {
        let name = [theme::PREFIX, token.name].concat();
        json!({"name": name, "description": token.doc, "default": token.light})
    };
    let tokens = if element.parts.is_empty() { &[] } else { theme::TOKENS };
    let member = |told: &Told| member(element.class, told);
    let methods = METHODS.iter().filter(|_| element.events.contains(&OPENED));
    json!({
        "kind": "class",
        "customElement": true,
        "name": element.class,
        "tagName": tag(element),
        "description": element.doc,
        "superclass": {"name": "HTMLElement"},
        "attributes": strings.chain(booleans).collect::<Vec<_>>(),
        "events": element.events.iter().map(event).collect::<Vec<_>>(),
        "slots": element.slots.iter().map(named).collect::<Vec<_>>(),
        "cssParts": parts(element).into_iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        "cssProperties": tokens.iter().map(token).collect::<Vec<_>>(),
        "members": MEMBERS.iter().chain(methods).chain(element.fields).map(member).collect::<Vec<_>>(),
    })
}

/// A property or a method, as the types write it.
fn member(class: &str, (name, doc): &Told) -> Value {
    let kind = typed(class, name);
    let Some((parameters, answer)) = kind.strip_prefix('(').and_then(|call| call.split_once("): ")) else {
        return json!({"kind": "field", "name": name, "description": doc, "type": {"text": kind}});
    };
    let parameter = |(name, kind): (&str, &str)| json!({"name": name.trim_end_matches('?'), "optional": name.ends_with('?'), "type": {"text": kind}});
    let parameters: Vec<Value> = parameters.split_once(": ").map(parameter).into_iter().collect();
    json!({
        "kind": "method",
        "name": name,
        "description": doc,
        "parameters": parameters,
        "return": {"type": {"text": answer}},
    })
}

/// What the types say after a member's name: `: Theme | null` without the colon, or a method's `(): Promise<void>`.
fn typed(class: &str, member: &str) -> &'static str {
    let interfaces = [class, "StampcardViewElement", "StampcardHostElement"];
    let said = interfaces.into_iter().find_map(|interface| {
        let (_, body) = TYPES.split_once(&format!("export interface {interface} "))?;
        let (body, _) = body
            .split_once("\n}")
            .filter(|(body, _)| !body.starts_with("extends StampcardViewElement {}"))?;
        [": ", "("].into_iter().find_map(|sign| {
            let start = format!("\n  {member}{sign}");
            body.contains(&start).then(|| said_after(body, &start[..start.len() - usize::from(sign == "(")]))
        })
    });
    said.unwrap_or_else(|| panic!("the types do not know {class}.{member}"))
}

/// A type with the values that its name stands for.
fn spelled_out(kind: &str) -> String {
    let (name, rest) = kind.split_once(' ').unwrap_or((kind, ""));
    match TYPES.split_once(&format!("export type {name} = ")) {
        Some((_, values)) => format!("{} {rest}", values.split(';').next().unwrap_or_default()),
        None => kind.to_owned(),
    }
}

fn said_after(text: &'static str, start: &str) -> &'static str {
    let said = text.split_once(start).and_then(|(_, rest)| rest.split(';').next());
    said.unwrap_or_else(|| panic!("the types do not say {start}"))
}

fn parts(element: &Element) -> Vec<&'static str> {
    let base = (!element.parts.is_empty()).then_some("base");
    base.into_iter().chain(element.parts.split_whitespace()).collect()
}

fn camel(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        [&all, &*head.to_ascii_uppercase(), tail].concat()
    })
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use super::*;

    fn here(path: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
    }

    fn read(path: &str) -> String {
        fs::read_to_string(here(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    #[test]
    fn the_committed_manifest_is_made_from_the_table() {
        let made = serde_json::to_string_pretty(&manifest()).unwrap() + "\n";
        if std::env::var_os("WRITE").is_some() {
            fs::write(here("npm/custom-elements.json"), &made).unwrap();
        }
        assert!(
            read("npm/custom-elements.json") == made,
            "custom-elements.json is not what the table says: WRITE=1 cargo test -p stampcard-widget manifest"
        );
    }

    #[test]
    fn the_shell_defines_the_elements_of_the_table_with_their_attributes() {
        let shell = read("npm/src/elements.ts");
        let classes = shell.split("const classes = {").nth(1).unwrap().split("\n};").next().unwrap();
        let defined: Vec<&str> = classes.lines().filter(|line| line.contains("lass((")).collect();
        assert!(defined.len() == 1 && defined[0].contains("\"token-url\""), "{defined:?}");
        let names: Vec<_> = classes
            .lines()
            .filter_map(|line| line.trim().split_once(": "))
            .filter(|(name, _)| !name.starts_with("//"))
            .collect();
        assert_eq!(
            names.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            ELEMENTS.each_ref().map(|element| element.name)
        );
        for ((_, made), element) in names.iter().zip(&ELEMENTS).skip(1) {
            let names = |list: &[Told]| list.iter().map(|(name, _)| *name).collect::<Vec<_>>();
            let mut said = made.split('[').skip(1).map(|list| list.split('"').skip(1).step_by(2).collect());
            assert_eq!(said.next().unwrap_or(Vec::new()), names(element.booleans), "{}", element.name);
            let strings = [LOADING.0].into_iter().chain(said.next().unwrap_or(Vec::new()));
            assert_eq!(strings.collect::<Vec<_>>(), names(element.strings), "{}", element.name);
        }
        let settings = SETTINGS.map(|(name, _)| format!("\"{name}\"")).join(", ");
        assert!(shell.contains(&format!("const SETTINGS = [{settings}];")), "{settings}");
        let shown = read("src/spec.rs");
        for element in ELEMENTS.iter().skip(1) {
            assert!(shown.contains(&format!("name: \"{}\"", element.name)), "{}", element.name);
        }
    }

    #[test]
    fn the_types_know_every_element_property_and_event_of_the_table() {
        let types = read("npm/types/stampcard.d.ts");
        for element in &ELEMENTS {
            assert!(types.contains(&format!("\"{}\": {};", tag(element), element.class)), "{}", element.name);
            for (name, _) in element.events {
                assert!(types.contains(&format!("\"{name}\": CustomEvent")), "{name}");
            }
            for (name, _) in element.booleans {
                assert!(types.contains(&format!("  {}: boolean;", camel(name))), "{name}");
            }
        }
    }

    #[test]
    fn every_part_that_a_component_draws_is_in_the_table_and_no_other() {
        let notice = "common/notice.rs";
        let [list, deed, back, sums] =
            ["list", "deed", "give_back", "sums"].map(|name| format!("common/{name}.rs"));
        let dialog = ["redeem_dialog", "choice", "confirm", "outcome"].map(|n| format!("reward_grid/{n}.rs"));
        let in_cart = [&deed, &back, &sums].into_iter().chain(&dialog).map(String::as_str).collect();
        for (name, folder, shares) in [
            ("balance", "balance_card", vec![]),
            ("tier", "tier_meter", vec![]),
            ("rewards", "reward_grid", vec![]),
            ("vouchers", "voucher_list", vec![&*list, &*deed, &*back]),
            ("activity", "activity_list", vec![&*list]),
            ("earn", "earn_list", vec![&*list, &*deed]),
            ("offers", "offer_list", vec![&*list, &*deed]),
            ("product", "product_points", vec![&*sums]),
            ("cart", "cart_points", in_cart),
            ("referral", "referral", vec![&*list]),
            ("feedback", "feedback", vec![&*list, &*deed]),
            ("privacy", "privacy", vec![&*list, &*deed]),
            ("panel", "panel", vec![]),
        ] {
            let ui = "../stampcard-ui/src";
            let files = fs::read_dir(here(&format!("{ui}/{folder}"))).unwrap();
            let mut sources: Vec<String> = files
                .map(|file| file.unwrap().path())
                .filter(|path| path.extension().is_some_and(|end| end == "rs"))
                .map(|path| fs::read_to_string(path).unwrap())
                .collect();
            sources.extend(shares.iter().chain([&notice]).map(|file| read(&format!("{ui}/{file}"))));
            // The panel's frame is the shell's.
            let frame = if name == "panel" { read("npm/src/panel.ts") } else { String::new() };
            let framed = frame.split("part: \"").skip(1).filter_map(|rest| rest.split('"').next());
            let drawn: BTreeSet<&str> = sources
                .iter()
                .flat_map(|source| source.split("|part=").skip(1))
                .filter_map(|rest| rest.split(['|', '"']).next())
                .chain(framed)
                .flat_map(str::split_whitespace)
                .collect();
            let element = ELEMENTS.iter().find(|element| element.name == name).unwrap();
            assert_eq!(drawn, element.parts.split_whitespace().collect(), "{name}");
        }
    }
}
