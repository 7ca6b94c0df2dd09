//! The elements as the widget's own files tell of them: `custom-elements.json`, and the types of what their events carry.

use std::{fs, io, path::Path};

use serde::Deserialize;

/// What the folder of the widget's files says.
pub(crate) struct Spec {
    pub(crate) elements: Vec<Element>,
    types: String,
}

/// An element.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Element {
    pub(crate) tag_name: String,
    pub(crate) description: String,
    pub(crate) attributes: Vec<Told>,
    pub(crate) members: Vec<Told>,
    pub(crate) events: Vec<Told>,
    pub(crate) slots: Vec<Told>,
    pub(crate) css_parts: Vec<Told>,
    pub(crate) css_properties: Vec<Told>,
}

/// Something of an element that has a name.
#[derive(Deserialize)]
pub(crate) struct Told {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: String,
    pub(crate) default: Option<String>,
    #[serde(rename = "type")]
    kind: Option<Kind>,
    #[serde(default)]
    parameters: Vec<Parameter>,
    /// Methods have one.
    #[serde(rename = "return")]
    answer: Option<Answer>,
}

#[derive(Deserialize)]
struct Kind {
    text: String,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    #[serde(default)]
    optional: bool,
    #[serde(rename = "type")]
    kind: Kind,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "type")]
    kind: Kind,
}

#[derive(Deserialize)]
struct Manifest {
    modules: Vec<Module>,
}

#[derive(Deserialize)]
struct Module {
    declarations: Vec<Element>,
}

impl Spec {
    /// Reads both files anew, as they change while one works on the widget.
    ///
    /// # Errors
    /// Fails when one cannot be read, or is not of that shape.
    pub(crate) fn read(sdk: &Path) -> io::Result<Self> {
        let manifest: Manifest = serde_json::from_slice(&fs::read(sdk.join("custom-elements.json"))?)?;
        let elements = manifest.modules.into_iter().flat_map(|module| module.declarations).collect();
        Ok(Self { elements, types: fs::read_to_string(sdk.join("stampcard.d.ts"))? })
    }

    /// What an event carries, as the types write it; nothing where the event's own type says all of it.
    pub(crate) fn detail(&self, event: &Told) -> Option<&str> {
        let name = event.kind().strip_prefix("CustomEvent<")?.strip_suffix('>')?;
        let from = self.types.get(self.types.find(&format!("export interface {name} "))?..)?;
        from.get(..from.find("\n}")? + 2)
    }
}

impl Element {
    /// The tag without the prefix.
    pub(crate) fn name(&self) -> &str {
        self.tag_name.split_once('-').map_or(&self.tag_name, |(_, name)| name)
    }

    /// Whether it is opened by a method, and shows little before.
    pub(crate) fn opens(&self) -> bool {
        self.members.iter().any(|member| member.name == "open")
    }
}

impl Told {
    pub(crate) fn kind(&self) -> &str {
        self.kind.as_ref().map_or("", |kind| &kind.text)
    }

    /// The name; a method's with what it takes and answers.
    pub(crate) fn signature(&self) -> String {
        let Some(answer) = &self.answer else {
            // A slot without a name.
            return if self.name.is_empty() { "(default)".to_owned() } else { self.name.clone() };
        };
        let parameters = self.parameters.iter().map(|Parameter { name, optional, kind }| {
            format!("{name}{}: {}", if *optional { "?" } else { "" }, kind.text)
        });
        let parameters: Vec<String> = parameters.collect();
        format!("{}({}): {}", self.name, parameters.join(", "), answer.kind.text)
    }

    /// Whether it is there or not, and nothing more.
    pub(crate) fn is_boolean(&self) -> bool {
        self.kind() == "boolean"
    }

    /// The values that it may have, where they can be listed.
    pub(crate) fn choices(&self) -> impl Iterator<Item = &str> {
        self.kind().split(" | ").filter_map(|value| value.strip_prefix('"')?.strip_suffix('"'))
    }
}
