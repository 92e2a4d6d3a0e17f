//! Labels and annotations (domain-rules 1.4).

use crate::patch::Patch;
use crate::ruby;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// `[prefix/]name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Empty where the key has none.
    pub prefix: String,
    pub name: String,
}

impl Key {
    /// Any text as a key: what stands before a slash, and what stands between it and another one.
    pub fn unchecked(text: &str) -> Self {
        let (prefix, name) = text.split_once('/').unwrap_or(("", text));
        let name = name.split('/').next().unwrap_or_default();
        Self { prefix: prefix.to_owned(), name: name.to_owned() }
    }

    /// Reads a key; the first thing that is wrong with it, in the reference's order.
    pub fn parse(text: &str) -> Result<Self, MetadataError> {
        if text.trim().is_empty() {
            return Err(KeyError::Empty.into());
        }
        if text.matches('/').count() > 1 {
            return Err(KeyError::TooManySlashes.into());
        }
        // A lone slash has neither prefix nor name.
        let (prefix, name) = match text.split_once('/') {
            Some(("", "")) => (None, ""),
            Some((prefix, name)) => (Some(prefix), name),
            None => (None, text),
        };
        if let Some(prefix) = prefix {
            check_prefix(prefix)?;
        }
        if name.trim().is_empty() {
            return Err(KeyError::Empty.into());
        }
        check_text(name).map_err(KeyError::Name)?;
        Ok(Self { prefix: prefix.unwrap_or_default().to_owned(), name: name.to_owned() })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{}/{}", self.prefix, self.name)
        }
    }
}

const MAX_NAME: usize = 63;
const MAX_PREFIX: usize = 253;
const MAX_ANNOTATION: usize = 5_000;
const RESERVED_PREFIX: &str = "cloudfoundry.org";

/// What is wrong with a key or a value. The texts follow the reference; the answer puts "Metadata label key error: " and the like before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    #[error("{0}")]
    Key(#[from] KeyError),
    #[error("{0}")]
    Value(TextError),
    #[error("'{0}...' is greater than 5000 characters")]
    AnnotationTooLong(String),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("key has more than one '/'")]
    TooManySlashes,
    #[error("key cannot be empty string")]
    Empty,
    #[error("{0}")]
    Name(TextError),
    #[error("prefix '{0}' must be in valid dns format")]
    PrefixFormat(String),
    #[error("prefix '{0}...' is greater than 253 characters")]
    PrefixTooLong(String),
    #[error("prefix 'cloudfoundry.org' is reserved")]
    ReservedPrefix,
}

/// What is wrong with the name of a key or the value of a label.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("'{0}' contains invalid characters")]
    InvalidCharacters(String),
    #[error("'{0}' starts or ends with invalid characters")]
    Ends(String),
    #[error("'{0}...' is greater than 63 characters")]
    TooLong(String),
}

fn beginning(text: &str) -> String {
    text.chars().take(8).collect()
}

fn is_label_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

fn has_alphanumeric_ends(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
}

fn check_text(text: &str) -> Result<(), TextError> {
    if !text.chars().all(is_label_char) {
        return Err(TextError::InvalidCharacters(text.to_owned()));
    }
    if !has_alphanumeric_ends(text) {
        return Err(TextError::Ends(text.to_owned()));
    }
    if text.chars().count() > MAX_NAME {
        return Err(TextError::TooLong(beginning(text)));
    }
    Ok(())
}

fn check_prefix(prefix: &str) -> Result<(), KeyError> {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !prefix.contains('.') || !prefix.split('.').all(is_label) {
        return Err(KeyError::PrefixFormat(prefix.to_owned()));
    }
    if prefix.chars().count() > MAX_PREFIX {
        return Err(KeyError::PrefixTooLong(beginning(prefix)));
    }
    if prefix.eq_ignore_ascii_case(RESERVED_PREFIX) {
        return Err(KeyError::ReservedPrefix);
    }
    Ok(())
}

/// Empty, or at most 63 characters of the label alphabet with alphanumeric ends.
pub fn check_label_value(value: &str) -> Result<(), MetadataError> {
    if value.is_empty() { Ok(()) } else { check_text(value).map_err(MetadataError::Value) }
}

/// Any value; a text of at most 5,000 characters, a list or an object of as many members.
pub fn check_annotation_value(value: &Value) -> Result<(), MetadataError> {
    if ruby::length(value) > MAX_ANNOTATION {
        return Err(MetadataError::AnnotationTooLong(beginning(&ruby::as_text(value))));
    }
    Ok(())
}

/// The text of an annotation; `None` is one that was set to a list without an item, which is there and shown as null.
pub type Annotation = Option<String>;

/// What a resource carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    pub labels: BTreeMap<Key, String>,
    pub annotations: BTreeMap<Key, Annotation>,
}

/// What a request changes: per key a value, or `None` to remove it. On creation a `None` is as if the key were not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetadataPatch {
    pub labels: BTreeMap<Key, Option<String>>,
    pub annotations: BTreeMap<Key, Option<Annotation>>,
}

/// How many labels and annotations a resource may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetadataLimits {
    pub labels: usize,
    pub annotations: usize,
}

impl Default for MetadataLimits {
    fn default() -> Self {
        Self { labels: 50, annotations: 200 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataLimitError {
    /// As many as the request names.
    #[error("Failed to add {count} labels because it would exceed maximum of {max}")]
    Labels { count: usize, max: usize },
    #[error("Failed to add {count} annotations because it would exceed maximum of {max}")]
    Annotations { count: usize, max: usize },
}

impl Metadata {
    /// The metadata after the change. A limit stops only growth: a resource above a lowered limit may still be edited.
    pub fn patched(&self, patch: &MetadataPatch, limits: MetadataLimits) -> Result<Self, MetadataLimitError> {
        let labels = merge(&self.labels, &patch.labels);
        let annotations = merge(&self.annotations, &patch.annotations);
        if labels.len() > limits.labels && labels.len() > self.labels.len() {
            return Err(MetadataLimitError::Labels { count: patch.labels.len(), max: limits.labels });
        }
        if annotations.len() > limits.annotations && annotations.len() > self.annotations.len() {
            return Err(MetadataLimitError::Annotations {
                count: patch.annotations.len(),
                max: limits.annotations,
            });
        }
        Ok(Self { labels, annotations })
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.annotations.is_empty()
    }
}

fn merge<V: Clone>(current: &BTreeMap<Key, V>, patch: &BTreeMap<Key, Option<V>>) -> BTreeMap<Key, V> {
    let mut merged = current.clone();
    for (key, value) in patch {
        match value {
            Some(value) => merged.insert(key.clone(), value.clone()),
            None => merged.remove(key),
        };
    }
    merged
}

/// Which table rows belong to which kind of resource. The text is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MetadataOwner {
    App,
    Build,
    Buildpack,
    Deployment,
    Domain,
    Droplet,
    IsolationSegment,
    Organization,
    Package,
    Process,
    Revision,
    Route,
    Space,
    Stack,
    Task,
    User,
}

impl MetadataOwner {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Build => "build",
            Self::Buildpack => "buildpack",
            Self::Deployment => "deployment",
            Self::Domain => "domain",
            Self::Droplet => "droplet",
            Self::IsolationSegment => "isolation_segment",
            Self::Organization => "organization",
            Self::Package => "package",
            Self::Process => "process",
            Self::Revision => "revision",
            Self::Route => "route",
            Self::Space => "space",
            Self::Stack => "stack",
            Self::Task => "task",
            Self::User => "user",
        }
    }
}

impl From<Patch<MetadataPatch>> for MetadataPatch {
    fn from(patch: Patch<MetadataPatch>) -> Self {
        patch.value().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_follow_the_syntax() {
        for good in ["a", "A.b_c-d", "x.io/a", "sub.cloudfoundry.org/a", &"a".repeat(63)] {
            assert_eq!(Key::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "",
            "-a",
            "a-",
            "a b",
            "a/b/c",
            "/a",
            "x/a",
            "x.io/",
            "cloudfoundry.org/a",
            "CloudFoundry.org/a",
            &"a".repeat(64),
            "-x.io/a",
        ] {
            assert!(Key::parse(bad).is_err(), "{bad}");
        }
    }

    fn keys() -> impl Strategy<Value = BTreeMap<Key, Option<String>>> {
        proptest::collection::btree_map(
            "[a-d]".prop_map(|n| Key { prefix: String::new(), name: n }),
            proptest::option::of("[a-z]{0,3}"),
            0..5,
        )
    }

    proptest! {
        #[test]
        fn a_patch_applied_twice_equals_once(first in keys(), second in keys()) {
            let unlimited = MetadataLimits { labels: 1_000, annotations: 1_000 };
            let start = Metadata::default().patched(&MetadataPatch { labels: first, annotations: BTreeMap::new() }, unlimited).unwrap();
            let patch = MetadataPatch { labels: second, annotations: BTreeMap::new() };
            let once = start.patched(&patch, unlimited).unwrap();
            prop_assert_eq!(&once.patched(&patch, unlimited).unwrap(), &once);
            for (key, value) in &patch.labels {
                prop_assert_eq!(once.labels.get(key), value.as_ref());
            }
        }

        #[test]
        fn a_limit_stops_growth_only(had in 0_usize..6, limit in 0_usize..6, add in 0_usize..3, remove in 0_usize..3) {
            let key = |i: usize| Key { prefix: String::new(), name: format!("k{i}") };
            let start = Metadata { labels: (0..had).map(|i| (key(i), String::new())).collect(), annotations: BTreeMap::new() };
            let labels = (had..had + add).map(|i| (key(i), Some(String::new()))).chain((0..remove.min(had)).map(|i| (key(i), None))).collect();
            let outcome = start.patched(&MetadataPatch { labels, annotations: BTreeMap::new() }, MetadataLimits { labels: limit, annotations: 0 });
            let after = had + add - remove.min(had);
            prop_assert_eq!(outcome.is_err(), after > limit && after > had);
        }
    }
}
