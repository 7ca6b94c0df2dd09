//! What serde asks about fields that may be left out.

/// Whether a field holds what it has when it is left out.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// For flags that are set unless the document says otherwise.
pub(crate) const fn yes() -> bool {
    true
}

/// Whether such a flag may be left out.
pub(crate) const fn is_yes(flag: &bool) -> bool {
    *flag
}
