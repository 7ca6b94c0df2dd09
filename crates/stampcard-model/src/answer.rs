//! How answers are read that pages read: first into one small tree, then field by field by plain code.
//!
//! Serde's own reading writes a state machine for every type, which was a quarter of the widget. Here a type costs a call
//! for each of its fields. The first fault is remembered instead of acted upon, as code with a way out at every field is
//! twice as long; what is made of a faulty answer is never handed out.
//!
//! **Invariant:** a type is named in one list of [`answers`] or [`fields`], and `serde` reads it, natively too, through
//! this tree. [`fields`] alone is for types that stand in a program or in the ledger as well: there serde reads them.

use core::{cell::Cell, fmt, ptr};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

use crate::{BasisPoints, Points};

/// JSON as far as answers have it: there are no fractions.
pub(crate) enum Tree {
    /// Null, or a field that is not there.
    Null,
    Flag(bool),
    Number(u64),
    Negative(i64),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
    /// What no answer has.
    Other,
}

/// Every field that is not there.
static NOTHING: Tree = Tree::Null;

/// The first thing that was missing, of a wrong type or out of range.
pub(crate) struct Fault {
    /// The piece of the tree; none so far is null.
    piece: Cell<*const Tree>,
    /// The field of it that is missing, if that is the fault.
    field: Cell<Option<&'static str>>,
    /// The last field that was looked for and not there.
    missed: Cell<(*const Tree, &'static str)>,
}

/// What can be read from the tree.
pub(crate) trait Read: Sized {
    /// The value, or any one with the fault remembered.
    fn read(tree: &Tree, fault: &Fault) -> Self;
}

/// Words that stand for the values of an enum.
pub(crate) trait Words: Copy + 'static {
    /// Each word with what it means.
    const WORDS: &'static [(&'static str, Self)];
}

/// Reads an answer.
///
/// # Errors
/// Says where it is faulty, as a JSON pointer.
pub(crate) fn read<'de, T: Read, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let tree = Tree::deserialize(from)?;
    let fault = Fault::none();
    let read = T::read(&tree, &fault);
    match fault.told(&tree) {
        None => Ok(read),
        Some(told) => Err(Error::custom(told)),
    }
}

/// Reads structs by the names of their fields; a field with `=` may be missing, and is then that.
macro_rules! fields {
    (@field $tree:ident $fault:ident $field:ident) => { $tree.field(stringify!($field), $fault) };
    (@field $tree:ident $fault:ident $field:ident $default:expr) => {
        $tree.field_or(stringify!($field), $default, $fault)
    };
    ($($name:ident { $($field:ident $(= $default:expr)?),* $(,)? })*) => {$(
        impl $crate::answer::Read for $name {
            fn read(tree: &$crate::answer::Tree, fault: &$crate::answer::Fault) -> Self {
                tree.is_map(fault);
                Self { $($field: $crate::answer::fields!(@field tree fault $field $($default)?)),* }
            }
        }
    )*};
}

/// The same, and serde reads them so, too.
macro_rules! answers {
    ($($name:ident { $($fields:tt)* })*) => {$(
        $crate::answer::fields! { $name { $($fields)* } }
        $crate::answer::read_by_serde! { $name }
    )*};
}

/// Lets serde read types as pages do.
macro_rules! read_by_serde {
    ($($name:ident)*) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::answer::read(from)
            }
        }
    )*};
}

/// Says the words of enums. Any other word means what comes after `else`, and serde reads it so, too; without that, it is
/// a fault.
macro_rules! words {
    ($($name:ident $(else $other:ident)? { $first:literal $one:ident $(, $word:literal $variant:ident)* $(,)? })*) => {$(
        impl $crate::answer::Words for $name {
            const WORDS: &'static [(&'static str, Self)] = &[($first, Self::$one) $(, ($word, Self::$variant))*];
        }
        $crate::answer::words! { @read $name $one $($other)? }
    )*};
    (@read $name:ident $one:ident) => {
        impl $crate::answer::Read for $name {
            fn read(tree: &$crate::answer::Tree, fault: &$crate::answer::Fault) -> Self {
                $crate::answer::word(tree.text(fault)).unwrap_or_else(|| fault.found(tree, Self::$one))
            }
        }
    };
    (@read $name:ident $one:ident $other:ident) => {
        impl $crate::answer::Read for $name {
            fn read(tree: &$crate::answer::Tree, fault: &$crate::answer::Fault) -> Self {
                $crate::answer::word(tree.text(fault)).unwrap_or(Self::$other)
            }
        }
        $crate::answer::read_by_serde! { $name }
    };
}

pub(crate) use {answers, fields, read_by_serde, words};

/// What a word means, if this version has heard of it.
pub(crate) fn word<T: Words>(text: &str) -> Option<T> {
    T::WORDS.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning)
}

impl Tree {
    /// A field that must be there.
    pub(crate) fn field<T: Read>(&self, name: &'static str, fault: &Fault) -> T {
        T::read(self.get(name, fault), fault)
    }

    /// A field that may be missing.
    pub(crate) fn field_or<T: Read>(&self, name: &'static str, default: T, fault: &Fault) -> T {
        self.field::<Option<T>>(name, fault).unwrap_or(default)
    }

    /// The meaning of a word; none when it is missing or this version has not heard of it.
    pub(crate) fn known<T: Words>(&self, name: &'static str, fault: &Fault) -> Option<T> {
        self.known_or_missing(name, fault).flatten()
    }

    /// The same, telling a word that is missing (the inner none) from one that is new.
    pub(crate) fn known_or_missing<T: Words>(&self, name: &'static str, fault: &Fault) -> Option<Option<T>> {
        match self.get(name, fault) {
            Self::Null => Some(None),
            tree => word(tree.text(fault)).map(Some),
        }
    }

    /// Which kind a tagged object is of.
    pub(crate) fn kind(&self, fault: &Fault) -> &str {
        self.get("type", fault).text(fault)
    }

    /// A piece of text.
    #[inline(never)]
    pub(crate) fn text(&self, fault: &Fault) -> &str {
        if let Self::Text(text) = self { text } else { fault.found(self, "") }
    }

    /// Remembers a fault unless this has fields.
    #[inline(never)]
    pub(crate) fn is_map(&self, fault: &Fault) {
        if !matches!(self, Self::Map(_)) {
            fault.found(self, ());
        }
    }

    #[inline(never)]
    fn get(&self, name: &'static str, fault: &Fault) -> &Self {
        let Self::Map(fields) = self else { return fault.found(self, &NOTHING) };
        let found = fields.iter().find(|(known, _)| known == name);
        found.map_or_else(
            || {
                fault.missed.set((ptr::from_ref(self), name));
                &NOTHING
            },
            |(_, tree)| tree,
        )
    }

    #[inline(never)]
    fn number(&self, fault: &Fault) -> u64 {
        if let Self::Number(number) = self { *number } else { fault.found(self, 0) }
    }
}

impl Fault {
    const fn none() -> Self {
        let piece = Cell::new(ptr::null());
        Self { piece, field: Cell::new(None), missed: Cell::new((ptr::null(), "")) }
    }

    /// Remembers that this piece is faulty, unless another was before.
    pub(crate) fn found<T>(&self, piece: &Tree, none: T) -> T {
        self.remember(piece);
        none
    }

    #[inline(never)]
    fn remember(&self, piece: &Tree) {
        if !self.piece.get().is_null() {
            return;
        }
        if ptr::eq(piece, &NOTHING) {
            let (parent, field) = self.missed.get();
            self.piece.set(parent);
            self.field.set(Some(field));
        } else {
            self.piece.set(piece);
        }
    }

    /// Where the fault is, if there is one.
    fn told(&self, tree: &Tree) -> Option<String> {
        let piece = self.piece.get();
        if piece.is_null() {
            return None;
        }
        let mut place = String::new();
        find(tree, piece, &mut place);
        Some(match self.field.get() {
            Some(field) => [&place, "/", field, " is missing"].concat(),
            None => [&place, " is of a wrong type or out of range"].concat(),
        })
    }
}

/// Writes the way to a piece; whether it is there.
fn find(tree: &Tree, piece: *const Tree, place: &mut String) -> bool {
    if ptr::eq(tree, piece) {
        return true;
    }
    let length = place.len();
    let mut is_in = |name: &str, inner: &Tree| {
        place.truncate(length);
        place.push('/');
        place.push_str(name);
        find(inner, piece, place)
    };
    match tree {
        Tree::List(items) => (0_u32..).zip(items).any(|(index, item)| is_in(&index.to_string(), item)),
        Tree::Map(fields) => fields.iter().any(|(name, field)| is_in(name, field)),
        Tree::Null | Tree::Flag(_) | Tree::Number(_) | Tree::Negative(_) | Tree::Text(_) | Tree::Other => {
            false
        }
    }
}

impl Read for String {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        tree.text(fault).to_owned()
    }
}

impl Read for bool {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        if let Tree::Flag(flag) = tree { *flag } else { fault.found(tree, false) }
    }
}

impl Read for u64 {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        tree.number(fault)
    }
}

impl Read for u32 {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        Self::try_from(tree.number(fault)).unwrap_or_else(|_| fault.found(tree, 0))
    }
}

impl Read for u16 {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        Self::try_from(tree.number(fault)).unwrap_or_else(|_| fault.found(tree, 0))
    }
}

impl Read for u8 {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        Self::try_from(tree.number(fault)).unwrap_or_else(|_| fault.found(tree, 0))
    }
}

impl Read for i64 {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        match tree {
            Tree::Negative(number) => *number,
            tree => Self::try_from(tree.number(fault)).unwrap_or_else(|_| fault.found(tree, 0)),
        }
    }
}

impl Read for Points {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        Self::new(tree.number(fault)).unwrap_or_else(|_| fault.found(tree, Self::ZERO))
    }
}

impl Read for BasisPoints {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        Self(u32::read(tree, fault))
    }
}

impl<T: Read> Read for Option<T> {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        if matches!(tree, Tree::Null) { None } else { Some(T::read(tree, fault)) }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(tree: &Tree, fault: &Fault) -> Self {
        let Tree::List(items) = tree else { return fault.found(tree, Self::new()) };
        items.iter().map(|item| T::read(item, fault)).collect()
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Tree, E> {
        Ok(Tree::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
        Ok(u64::try_from(number).map_or(Tree::Negative(number), Tree::Number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Number(number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Tree, E> {
        Ok(Tree::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Tree, E> {
        Ok(Tree::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Tree, A::Error> {
        let mut map = Vec::new();
        while let Some(field) = fields.next_entry()? {
            map.push(field);
        }
        Ok(Tree::Map(map))
    }
}

#[cfg(test)]
mod tests;
