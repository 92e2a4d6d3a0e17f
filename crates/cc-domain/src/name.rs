//! Names as people give them: trimmed, printable, compared without case where the reference does so.

use std::fmt;

/// Why a text is no name. The words of the answer belong to the resource, see `cc-actions::fault`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("the name is blank")]
    Blank,
    #[error("the name has a control character")]
    Unprintable,
    #[error("the name is longer than {0} characters")]
    TooLong(usize),
}

/// A name of an organization, space, app, domain…: surrounding white space removed, not blank, printable, at most 255 characters
/// (domain-rules 1.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Box<str>);

impl Name {
    pub const MAX_CHARS: usize = 255;

    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError::Blank);
        }
        if text.chars().any(char::is_control) {
            return Err(NameError::Unprintable);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(NameError::TooLong(Self::MAX_CHARS));
        }
        Ok(Self(text.into()))
    }

    /// Takes a name that passed [`Name::parse`] when it was stored.
    pub fn stored(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is compared where case does not count; also what `names=` filters are folded to.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Folds case the same way on every database: Unicode lower case.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_accepted_name_is_trimmed_printable_and_bounded(text in "\\PC{0,300}|[ \\n\\tab]{0,5}") {
            if let Ok(name) = Name::parse(&text) {
                prop_assert_eq!(name.as_str(), text.trim());
                prop_assert!(!name.as_str().is_empty());
                prop_assert!(name.as_str().chars().count() <= Name::MAX_CHARS);
                prop_assert!(!name.as_str().chars().any(char::is_control));
                prop_assert_eq!(fold(&name.key()), name.key());
            }
        }
    }
}
