//! What kind of process of an app it is.

use std::fmt;

/// 1 to 255 characters, none of them U+0000; case counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProcessType(Box<str>);

impl ProcessType {
    pub const MAX_CHARS: usize = 255;
    pub const WEB: &'static str = "web";

    /// `None` for an empty or too long text, or one with U+0000.
    pub fn parse(text: &str) -> Option<Self> {
        let is_good = !text.is_empty() && text.chars().count() <= Self::MAX_CHARS && !text.contains('\0');
        is_good.then(|| Self(text.into()))
    }

    pub fn web() -> Self {
        Self(Self::WEB.into())
    }

    pub fn is_web(&self) -> bool {
        &*self.0 == Self::WEB
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProcessType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
