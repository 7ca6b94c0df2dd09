//! Markup as a view of Leptos.

use leptos::tachys::{
    html::attribute::any_attribute::AnyAttribute,
    hydration::Cursor,
    no_attrs,
    renderer::types,
    view::{Mountable, Position, PositionState, Render, RenderHtml},
};

use super::{
    Markup,
    draw::{Drawn, draw},
};

/// All that a component draws, node by node.
pub struct Drawing(pub(crate) Vec<Markup>);

/// A drawing in the document.
pub struct DrawnAll(Vec<Drawn>);

no_attrs!(Drawing);

impl Render for Drawing {
    type State = DrawnAll;

    fn build(self) -> DrawnAll {
        DrawnAll(self.0.into_iter().map(draw).collect())
    }

    fn rebuild(self, drawn: &mut DrawnAll) {
        for (drawn, markup) in drawn.0.iter_mut().zip(self.0) {
            drawn.patch(markup);
        }
    }
}

/// A widget is only ever drawn in a browser.
impl RenderHtml for Drawing {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> DrawnAll {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl Mountable for DrawnAll {
    fn unmount(&mut self) {
        self.0.iter().for_each(Drawn::remove);
    }

    fn mount(&mut self, parent: &types::Element, next: Option<&types::Node>) {
        for drawn in &self.0 {
            drawn.insert(parent, next);
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let first = self.0.first().and_then(Drawn::node);
        let Some((parent, first)) = first.and_then(|first| Some((first.parent_element()?, first))) else {
            return false;
        };
        child.mount(&parent, Some(&first));
        true
    }

    fn elements(&self) -> Vec<types::Element> {
        Vec::new()
    }
}
