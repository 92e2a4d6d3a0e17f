//! Files that apps have in common, known by their digest, so that a client need not send them again.

/// A SHA-1 of a file: 40 hexadecimal digits, lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha1(Box<str>);

impl Sha1 {
    /// `None` for anything but 40 hexadecimal digits; upper case is lowered.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digest = text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
        is_digest.then(|| Self(text.to_ascii_lowercase().into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A file as a client describes it in a resource match.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    pub sha1: Sha1,
    /// Bytes.
    pub size: u64,
}

/// Which files are worth knowing, in bytes, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceLimits {
    pub smallest: u64,
    pub largest: u64,
}

impl ResourceLimits {
    /// The reference's defaults: 64 kB to 512 MB.
    pub const DEFAULT: Self = Self { smallest: 64 * 1024, largest: 512 * 1024 * 1024 };

    pub fn admit(&self, size: u64) -> bool {
        (self.smallest..=self.largest).contains(&size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_forty_hexadecimal_digits_are_a_digest() {
        assert_eq!(Sha1::parse(&"A".repeat(40)).map(|d| d.as_str().to_owned()), Some("a".repeat(40)));
        for text in [String::new(), "a".repeat(39), "a".repeat(41), "g".repeat(40), "../".repeat(13) + "a"] {
            assert_eq!(Sha1::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn limits_include_both_ends() {
        let limits = ResourceLimits { smallest: 2, largest: 3 };
        assert_eq!([1, 2, 3, 4].map(|size| limits.admit(size)), [false, true, true, false]);
    }
}
