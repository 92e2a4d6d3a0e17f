//! Text of others in lines of ours.

use std::borrow::Cow;
use std::fmt::Write;

/// The text on one line, with every control character written out (as in JSON, `\n` or `\u001b`), so that nobody's input ends a line,
/// begins another one or speaks to a terminal.
pub fn escape_controls(text: &str) -> Cow<'_, str> {
    if !text.chars().any(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match char {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            char if char.is_control() => {
                write!(escaped, "\\u{:04x}", u32::from(char)).expect("a String takes everything");
            }
            char => escaped.push(char),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::escape_controls;
    use proptest::prelude::*;

    #[test]
    fn control_characters_are_written_out_and_nothing_else_is() {
        assert_eq!(
            escape_controls("a\nb\r\t\u{1b}[2J\u{9b}\u{7f}\0"),
            "a\\nb\\r\\t\\u001b[2J\\u009b\\u007f\\u0000"
        );
        assert_eq!(escape_controls("ordinary \"text\" \\ üß 🐚"), "ordinary \"text\" \\ üß 🐚");
    }

    proptest! {
        #[test]
        fn no_control_character_is_left(text in any::<String>()) {
            prop_assert!(!escape_controls(&text).chars().any(char::is_control));
        }
    }
}
