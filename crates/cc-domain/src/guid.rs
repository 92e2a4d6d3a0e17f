//! Identifiers as clients see them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// The public identifier of a `T`. Ours are UUID v4 texts; those of users and clients come from outside and may be any text of
/// 1 to 200 characters (domain-rules 1.1). The type parameter keeps an app's guid from being passed as a space's.
pub struct Guid<T: ?Sized> {
    text: Box<str>,
    of: PhantomData<fn(&T)>,
}

impl<T: ?Sized> Guid<T> {
    /// Takes any text as it is: a guid that matches nothing is "not found", never a malformed request.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), of: PhantomData }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same text as the identifier of another kind of thing. Needed where the reference shares guids: an app and its first web process.
    pub fn cast<U: ?Sized>(&self) -> Guid<U> {
        Guid::new(self.text.clone())
    }
}

impl<T: ?Sized> Clone for Guid<T> {
    fn clone(&self) -> Self {
        Self::new(self.text.clone())
    }
}

impl<T: ?Sized> PartialEq for Guid<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T: ?Sized> Eq for Guid<T> {}

impl<T: ?Sized> PartialOrd for Guid<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: ?Sized> Ord for Guid<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl<T: ?Sized> Hash for Guid<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<T: ?Sized> fmt::Debug for Guid<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<T: ?Sized> fmt::Display for Guid<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<T: ?Sized> From<&str> for Guid<T> {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl<T: ?Sized> From<String> for Guid<T> {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// As its text.
impl<T: ?Sized> Serialize for Guid<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de, T: ?Sized> Deserialize<'de> for Guid<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::deserialize(deserializer).map(|text: Box<str>| Self::new(text))
    }
}

/// Guids as plain texts, in their order.
pub fn texts<T: ?Sized>(guids: &[Guid<T>]) -> Vec<String> {
    guids.iter().map(|g| g.as_str().to_owned()).collect()
}
