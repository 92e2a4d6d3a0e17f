//! The name of a domain.

use crate::name::fold;
use std::fmt;

/// 3 to 253 characters: at least two labels of letters, digits and inner hyphens, at most 63 each. Not an IP address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DomainName(Box<str>);

/// The texts are those of the reference without the word "Name" before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainNameError {
    #[error("does not comply with RFC 1035 standards")]
    NotRfc1035,
    #[error("must contain at least one \".\"")]
    NoDot,
    #[error("subdomains must each be at most 63 characters")]
    LabelTooLong,
    #[error("must consist of alphanumeric characters and hyphens")]
    Characters,
    #[error("is too short (minimum is 3 characters)")]
    TooShort,
    #[error("is too long (maximum is 253 characters)")]
    TooLong,
}

impl DomainName {
    pub const MIN_CHARS: usize = 3;
    pub const MAX_CHARS: usize = 253;

    /// Reads a name, without the white space around it; what is wrong with it is the first of [`DomainName::complaints`].
    pub fn parse(text: &str) -> Result<Self, DomainNameError> {
        let text = text.trim();
        match Self::complaints(text).first() {
            None => Ok(Self(text.into())),
            Some(error) => Err(*error),
        }
    }

    /// Everything that is wrong with a text as a name, in the order in which it is reported.
    pub fn complaints(text: &str) -> Vec<DomainNameError> {
        let length = text.chars().count();
        let bad_label = |l: &str| l.is_empty() || l.len() > 63 || l.starts_with('-') || l.ends_with('-');
        let has_odd = !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        let has_dot = text.contains('.');
        let is_rfc1035 = has_dot && !has_odd && !text.split('.').any(bad_label);
        [
            (length < Self::MIN_CHARS, DomainNameError::TooShort),
            (length > Self::MAX_CHARS, DomainNameError::TooLong),
            (!is_rfc1035, DomainNameError::NotRfc1035),
            (!has_dot, DomainNameError::NoDot),
            (text.split('.').any(|label| label.len() > 63), DomainNameError::LabelTooLong),
            (has_odd, DomainNameError::Characters),
        ]
        .into_iter()
        .filter_map(|(is_wrong, error)| is_wrong.then_some(error))
        .collect()
    }

    /// Takes a name that passed [`DomainName::parse`] when it was stored.
    pub fn stored(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is compared.
    pub fn key(&self) -> String {
        fold(&self.0)
    }

    /// The folded name itself and each name above it that still has two labels, the longest first.
    pub fn suffixes(&self) -> Vec<String> {
        let key = self.key();
        let starts = std::iter::once(0).chain(key.match_indices('.').map(|(at, _)| at + 1));
        starts.filter_map(|at| key.get(at..)).filter(|name| name.contains('.')).map(str::to_owned).collect()
    }

    /// Whether this name lies below `parent`.
    pub fn is_below(&self, parent: &Self) -> bool {
        self.key().strip_suffix(&parent.key()).is_some_and(|rest| rest.ends_with('.'))
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
