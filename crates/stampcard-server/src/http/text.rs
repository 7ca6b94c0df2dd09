//! Shapes of texts that come from outside.

/// The longest reference, in characters.
const REFERENCE_MAX: usize = 128;

/// Whether a text can be the host shop's id of a customer: 1 to 128 characters, no control characters.
pub(super) fn is_reference(text: &str) -> bool {
    is_line(text, REFERENCE_MAX)
}

/// Whether a text has 1 to `max` characters and no control characters.
pub(super) fn is_line(text: &str, max: usize) -> bool {
    // A character has four bytes at most: what is longer need not be counted.
    !text.is_empty()
        && text.len() <= max * 4
        && text.chars().count() <= max
        && !text.chars().any(char::is_control)
}
