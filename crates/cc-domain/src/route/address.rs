//! Host and path of a route.

use std::fmt;

/// Empty, `*`, or 1 to 63 of `[A-Za-z0-9_-]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Host(Box<str>);

/// The texts follow the word "Host".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    #[error("must be either \"*\" or contain only alphanumeric characters, \"_\", or \"-\"")]
    Characters,
    #[error("is too long (maximum is 63 characters)")]
    TooLong,
}

/// Empty, or a slash and something behind it, at most 128 characters, no `?`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoutePath(Box<str>);

/// The texts follow the word "Path", but for the last, which is a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    #[error("must begin with /")]
    NoSlash,
    #[error("cannot contain ?")]
    Query,
    #[error("cannot be exactly /")]
    OnlySlash,
    #[error("is too long (maximum is 128 characters)")]
    TooLong,
    #[error("is invalid.")]
    Characters,
}

impl Host {
    pub const MAX_CHARS: usize = 63;

    pub fn parse(text: &str) -> Result<Self, HostError> {
        let clean = text == "*" || text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if !clean {
            return Err(HostError::Characters);
        }
        if text.len() > Self::MAX_CHARS {
            return Err(HostError::TooLong);
        }
        Ok(Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn is_wildcard(&self) -> bool {
        &*self.0 == "*"
    }
}

impl RoutePath {
    pub const MAX_CHARS: usize = 128;

    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        if let Some(error) = Self::complaints(text).into_iter().next() {
            return Err(error);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(PathError::TooLong);
        }
        if !is_uri_path(text) {
            return Err(PathError::Characters);
        }
        Ok(Self(text.into()))
    }

    /// Everything that is wrong with the form of a path, in the order in which it is reported.
    pub fn complaints(text: &str) -> Vec<PathError> {
        [
            (!text.is_empty() && !text.starts_with('/'), PathError::NoSlash),
            (text.contains('?'), PathError::Query),
            (text == "/", PathError::OnlySlash),
        ]
        .into_iter()
        .filter_map(|(is_wrong, error)| is_wrong.then_some(error))
        .collect()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Only characters of a path and at most one `#`, percent signs followed by two hexadecimal digits.
fn is_uri_path(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%#".contains(&b);
    let escapes = text.split('%').skip(1);
    text.bytes().all(allowed)
        && text.matches('#').count() <= 1
        && escapes
            .into_iter()
            .all(|rest| rest.get(..2).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())))
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for RoutePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hosts_and_paths_follow_their_rules() {
        for good in ["", "*", "a", "A_b-1", &"a".repeat(63)] {
            assert!(Host::parse(good).is_ok(), "{good}");
        }
        for bad in ["a.b", "*a", "a b", "é", &"a".repeat(64)] {
            assert!(Host::parse(bad).is_err(), "{bad}");
        }
        for good in ["", "/a", "/a/b", "/%20", "/a:b@c", "/a#b"] {
            assert!(RoutePath::parse(good).is_ok(), "{good}");
        }
        for bad in ["a", "/", "/a?b", "/a b", "/%2", "/é", "/a#b#c", &format!("/{}", "a".repeat(128))] {
            assert!(RoutePath::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parsers_panic(text in "\\PC{0,200}|[/%?*a-z]{0,8}") {
            let _ = (Host::parse(&text), RoutePath::parse(&text));
        }
    }
}
